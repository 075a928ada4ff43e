/* SPDX-License-Identifier: MIT
 *
 * test_cluster_checker_leaders.c - the checker sees leaders and commitments
 * that must not be: made by servers that know nothing of each other.
 */
#include "tests/t.h"

#include <string.h>

#include "cmd/raftsim/cluster/checker.h"

static struct raft_entry command(raft_term term, const char *text)
{
    return (struct raft_entry){.term = term,
                               .type = RAFT_ENTRY_COMMAND,
                               .byte_count = (uint32_t)strlen(text),
                               .bytes = (const uint8_t *)text};
}

/* The first violation must begin so; NULL: there must be none. */
static void must_say(struct checker *checker, const char *expected)
{
    const char *violation = checker_violation(checker);

    if (expected == NULL) {
        assert_null(violation);
    } else {
        assert_non_null(violation);
        if (strncmp(violation, expected, strlen(expected)) != 0) {
            fail_msg("\"%s\", not \"%s\"", violation, expected);
        }
    }
    checker_destroy(checker);
}

/* A core in a cluster of its own: it elects itself and commits alone. */
struct loner {
    struct raft *core;
    struct raft_effects out;
    size_t place;
    struct checker *checker;
    raft_write_seq asked;
};

static void step(struct loner *loner, const struct raft_input *in)
{
    const struct raft_effects *out = &loner->out;

    assert_int_equal(raft_step(loner->core, in, &loner->out), RAFT_OK);
    checker_step(loner->checker, loner->place, loner->core, out);
    if (out->save_hard_state_seq > loner->asked) {
        loner->asked = out->save_hard_state_seq;
    }
    if (out->append_seq > loner->asked) {
        loner->asked = out->append_seq;
    }
}

static void persist(struct loner *loner)
{
    step(loner, &(struct raft_input){.type = RAFT_IN_PERSISTED,
                                     .persisted = loner->asked});
}

static void live_alone(struct loner *loner, struct checker *checker,
                       size_t place, raft_term current_term,
                       const struct sim_disk *disk)
{
    const raft_server_id id = place + 1;
    const struct raft_settings settings = {.id = id,
                                           .election_ticks_min = 10,
                                           .election_ticks_max = 20,
                                           .heartbeat_ticks = 3};
    const struct raft_config config = {
        .member_count = 1,
        .members = {{.id = id, .in_old = true, .address = "x"}}};
    const struct raft_start from = {.current_term = current_term,
                                    .initial_config = &config};

    *loner = (struct loner){
        .core = raft_create(&settings), .place = place, .checker = checker};
    assert_non_null(loner->core);
    checker_start(checker, place, id, disk, &from);
    step(loner, &(struct raft_input){.type = RAFT_IN_START, .start = from});
    step(loner, &(struct raft_input){.type = RAFT_IN_TICK, .ticks = 20});
    persist(loner);
}

static void commit_alone(struct loner *loner, const char *text)
{
    const struct raft_entry entry = command(0, text);

    step(loner,
         &(struct raft_input){.type = RAFT_IN_PROPOSE,
                              .propose = {.entries = &entry, .count = 1}});
    persist(loner);
}

static void two_loners(raft_term term_of_first, raft_term term_of_second,
                       bool first_commits, bool second_commits,
                       const char *expected)
{
    struct checker *checker = checker_create();
    struct loner first;
    struct loner second;

    live_alone(&first, checker, 0, term_of_first - 1, NULL);
    if (first_commits) {
        commit_alone(&first, "a");
    }
    live_alone(&second, checker, 1, term_of_second - 1, NULL);
    if (second_commits) {
        commit_alone(&second, "b");
    }
    raft_destroy(first.core);
    raft_destroy(second.core);
    must_say(checker, expected);
}

static void fig3_es_two_leaders_of_a_term_are_seen(void **state)
{
    (void)state;
    two_loners(3, 3, false, false, "Fig3:ES: S1 and S2 both led term 3");
    two_loners(3, 4, false, false, NULL);
}

static void fig3_lc_a_leader_without_a_committed_entry_is_seen(void **state)
{
    (void)state;
    two_loners(3, 4, true, false,
               "Fig3:LC: S2 leads term 4 without committed entry 1");
    two_loners(4, 3, true, false, NULL); /* elected for an earlier term */
}

static void fig3_lc_an_entry_that_a_later_leader_lacks_is_seen(void **state)
{
    struct checker *checker = checker_create();
    struct loner first;
    struct loner second;

    (void)state;
    live_alone(&first, checker, 0, 2, NULL);
    live_alone(&second, checker, 1, 3, NULL);
    commit_alone(&first, "a"); /* in term 3; the leader of term 4 lacks it */
    raft_destroy(first.core);
    raft_destroy(second.core);
    must_say(checker, "Fig3:LC: S2 leads term 4 without committed entry 1");
}

static void fig3_sms_two_commitments_at_an_index_are_seen(void **state)
{
    (void)state;
    two_loners(4, 3, true, true, "Fig3:SMS: S2 committed another entry at 1");
}

static void fig2_ldr4_a_commitment_without_disks_is_seen(void **state)
{
    struct checker *checker = checker_create();
    const struct sim_disk empty = {.current_term = 1};
    struct loner loner;

    (void)state;
    live_alone(&loner, checker, 0, 0, &empty); /* nothing gets there */
    commit_alone(&loner, "a");
    raft_destroy(loner.core);
    must_say(checker, "Fig2:LDR.4: S1 committed 1, which is on no majority");
}

static void fig3_sms_wrong_applications_are_seen(void **state)
{
    static const struct {
        raft_index indexes[2];
        const char *text;
        const char *expected;
    } cases[] = {
        {{1, 2}, "a", NULL},
        {{1, 1}, "a", "Fig3:SMS: S1 applied 1 after 1"},
        {{2, 1}, "a", "Fig3:SMS: S1 applied 2 after 0"},
        {{1, 2}, "b", "Fig3:SMS: S1 applied another entry at 1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct checker *checker = checker_create();
        const struct raft_entry entry = command(1, cases[i].text);
        struct loner loner;

        live_alone(&loner, checker, 0, 0, NULL);
        commit_alone(&loner, "a");
        commit_alone(&loner, "a");
        checker_apply(checker, 0, cases[i].indexes[0], &entry);
        checker_apply(checker, 0, cases[i].indexes[1], &entry);
        raft_destroy(loner.core);
        must_say(checker, cases[i].expected);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fig3_es_two_leaders_of_a_term_are_seen),
    cmocka_unit_test(fig3_lc_a_leader_without_a_committed_entry_is_seen),
    cmocka_unit_test(fig3_lc_an_entry_that_a_later_leader_lacks_is_seen),
    cmocka_unit_test(fig3_sms_two_commitments_at_an_index_are_seen),
    cmocka_unit_test(fig2_ldr4_a_commitment_without_disks_is_seen),
    cmocka_unit_test(fig3_sms_wrong_applications_are_seen),
};

T_MAIN(tests)
