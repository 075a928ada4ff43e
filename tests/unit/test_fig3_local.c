/* SPDX-License-Identifier: MIT
 *
 * test_fig3_local.c - Figure 3, the part one server can see of itself: what
 * breaks it stops the process. Here the stop is caught, to be looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "raft/memory.h"
#include "tests/unit/core_harness.h"

/* In place of cmd/common/core_hooks.c. */
static jmp_buf panicked;
static bool panic_is_expected;

void *raft_realloc(void *block, size_t byte_count)
{
    return realloc(block, byte_count);
}

void raft_free(void *block)
{
    free(block);
}

void raft_panic(const char *what, const char *file, int line)
{
    if (!panic_is_expected) {
        print_error("unexpected panic: %s (%s:%d)\n", what, file, line);
        abort();
    }
    longjmp(panicked, 1);
}

#define assert_panics(statement)                  \
    do {                                          \
        volatile bool panics = true;              \
        panic_is_expected = true;                 \
        if (setjmp(panicked) == 0) {              \
            statement;                            \
            panics = false;                       \
        }                                         \
        panic_is_expected = false;                \
        if (!panics) {                            \
            fail_msg("no panic: %s", #statement); \
        }                                         \
    } while (0)

static void fig3_es_two_leaders_in_a_term_stop_the_server(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when_append_entries(s, 2, 5, 0, 0, "", 0);
    assert_panics(when_append_entries(s, 3, 5, 0, 0, "", 0));

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    assert_panics(when_append_entries(s, 3, 5, 0, 0, "", 0));
}

static void fig3_es_leaders_of_two_terms_are_in_order(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when_append_entries(s, 2, 5, 0, 0, "", 0);
    when_append_entries(s, 3, 6, 0, 0, "", 0);
    t_u64_eq(s->raft->leader_id, 3);
}

static void fig3_es_vote_cannot_be_changed_within_a_term(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .voted_for = 2});
    const struct raft_shadow before = raft_shadow_of(s->raft);
    s->raft->voted_for = 3;
    assert_panics(raft_check_invariants(&before, s->raft));
    s->raft->voted_for = RAFT_NO_SERVER; /* bug E3: not forgotten either */
    assert_panics(raft_check_invariants(&before, s->raft));

    s->raft->current_term = 6;
    raft_check_invariants(&before, s->raft);
}

static void fig3_lao_leader_that_deletes_stops(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 4"});
    const struct raft_shadow before = raft_shadow_of(s->raft);
    raft_log_truncate_from(&s->raft->log, 2);
    s->raft->durable_index = 1;
    for (size_t slot = 0; slot < 3; slot++) {
        s->raft->next_index[slot] = 2;
    }
    assert_panics(raft_check_invariants(&before, s->raft));
}

static void fig3_lao_leader_that_overwrites_stops(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 4"});
    const struct raft_shadow before = raft_shadow_of(s->raft);
    s->raft->log.entries[1].term = 3;
    assert_panics(raft_check_invariants(&before, s->raft));
    s->raft->log.entries[1].term = 4;
    raft_check_invariants(&before, s->raft);
}

static void fig3_lao_followers_may_delete(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .log_terms = "1 4"});
    when_append_entries(s, 2, 5, 1, 1, "5", 0);
    then_log_is(s, "1 5");
}

/* A leader's log of odd terms, and a follower's that parts from it somewhere
 * and goes on in even ones: as far as a success proves, they are the same. */
static void fig3_lm_success_means_equal_logs_up_to_there(void **state)
{
    struct test_server *s = *state;

    for (size_t meet = 0; meet < 8; meet++) {
        char leader[32] = "";
        char follower[32] = "";

        for (size_t i = 0; i < 8; i++) {
            const size_t length = 2 * i;

            memcpy(leader + length, i < 4 ? "1 " : "3 ", 3);
            memcpy(follower + length,
                   i < meet ? leader + length
                   : i < 6  ? "4 "
                            : "6 ",
                   3);
        }
        given(s, &(struct given){.current_term = 7, .log_terms = follower});
        for (raft_index prev = 8; prev > 0; prev--) {
            const raft_term term = prev <= 4 ? 1 : 3;

            when_append_entries(s, 2, 7, prev, term, leader + 2 * prev, 0);
            assert_int_equal(append_reply(s)->success, prev <= meet);
            if (append_reply(s)->success) {
                break;
            }
            then_log_is(s, follower);
        }
        when_append_entries(s, 2, 7, 0, 0, leader, 0);
        t_u64_eq(append_reply(s)->match_index, 8);
        then_log_is(s, leader);
    }
}

static void fig3_lc_committed_entry_is_never_deleted(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 5, .log_terms = "1 4", .commit_index = 2});
    assert_panics(when_append_entries(s, 3, 6, 1, 1, "6", 0));
}

static void fig3_sms_applied_is_never_beyond_committed(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 5, .log_terms = "1 4", .commit_index = 1});
    const struct raft_shadow before = raft_shadow_of(s->raft);
    s->raft->applying_index = 2;
    assert_panics(raft_check_invariants(&before, s->raft));
}

static void fig3_sms_what_is_committed_does_not_change(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 5, .log_terms = "1 4", .commit_index = 2});
    const struct raft_shadow before = raft_shadow_of(s->raft);
    s->raft->log.entries[1].term = 3;
    assert_panics(raft_check_invariants(&before, s->raft));
}

/* Each line of invariants.c: one thing wrong, and the server stops. */
static void each_invariant_is_checked(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    when_proposed(s, 1, 8);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 4);
    when_applied(s);
    struct raft *const r = s->raft;
    const struct raft_shadow before = raft_shadow_of(r);
    const struct raft good = *r;

    raft_check_invariants(&before, r);
#define BROKEN(change)                                \
    change;                                           \
    assert_panics(raft_check_invariants(&before, r)); \
    *r = good
    BROKEN(r->last_applied = r->applying_index + 1);
    BROKEN(r->last_applied--);
    BROKEN(r->applying_index = r->commit_index + 1);
    BROKEN(r->commit_index = 5);
    BROKEN(r->commit_index--);
    BROKEN(r->durable_index = 5);
    BROKEN(r->current_term = 4);
    BROKEN(r->persisted_seq = r->last_write_seq + 1);
    BROKEN(r->log.reserved_count = 1);
    BROKEN(r->pre_voting = true);
    BROKEN(r->leader_id = 2);
    BROKEN(r->match_index[1] = 5);
    BROKEN(r->next_index[2] = 6);
    BROKEN(r->next_index[1] = r->match_index[1]);
#undef BROKEN
    raft_check_invariants(&before, r);
}

/* Figure 4: the arrows it does not draw. */
static void role_changes_that_figure_4_lacks_stop_the_server(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    assert_panics(raft_set_role(s->raft, RAFT_LEADER));
    assert_panics(raft_set_role(s->raft, RAFT_FOLLOWER));
    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    assert_panics(raft_set_role(s->raft, RAFT_CANDIDATE));
    assert_panics(raft_set_role(s->raft, RAFT_LEADER));
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig3_es_two_leaders_in_a_term_stop_the_server),
    T_SERVER(fig3_es_leaders_of_two_terms_are_in_order),
    T_SERVER(fig3_es_vote_cannot_be_changed_within_a_term),
    T_SERVER(fig3_lao_leader_that_deletes_stops),
    T_SERVER(fig3_lao_leader_that_overwrites_stops),
    T_SERVER(fig3_lao_followers_may_delete),
    T_SERVER(fig3_lm_success_means_equal_logs_up_to_there),
    T_SERVER(fig3_lc_committed_entry_is_never_deleted),
    T_SERVER(fig3_sms_applied_is_never_beyond_committed),
    T_SERVER(fig3_sms_what_is_committed_does_not_change),
    T_SERVER(each_invariant_is_checked),
    T_SERVER(role_changes_that_figure_4_lacks_stop_the_server),
};

T_MAIN(tests)
