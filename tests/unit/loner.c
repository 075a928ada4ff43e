/* SPDX-License-Identifier: MIT
 *
 * loner.c - a core in a cluster of its own, watched by a checker.
 */
#include "tests/unit/loner.h"

#include <string.h>

struct raft_entry loner_entry(raft_term term, const char *text)
{
    return (struct raft_entry){.term = term,
                               .type = RAFT_ENTRY_COMMAND,
                               .byte_count = (uint32_t)strlen(text),
                               .bytes = (const uint8_t *)text};
}

/* The first violation must begin so; NULL: there must be none. */
void checker_must_say(struct checker *checker, const char *expected)
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

void loner_step(struct loner *loner, const struct raft_input *in)
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

static void loner_persist(struct loner *loner)
{
    loner_step(loner, &(struct raft_input){.type = RAFT_IN_PERSISTED,
                                           .persisted = loner->asked});
}

void loner_live(struct loner *loner, struct checker *checker, size_t place,
                raft_term current_term, const struct sim_disk *disk)
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
    loner_step(loner,
               &(struct raft_input){.type = RAFT_IN_START, .start = from});
    loner_step(loner, &(struct raft_input){.type = RAFT_IN_TICK, .ticks = 20});
    loner_persist(loner);
}

void loner_commit(struct loner *loner, const char *text)
{
    const struct raft_entry entry = loner_entry(0, text);

    loner_step(loner, &(struct raft_input){
                          .type = RAFT_IN_PROPOSE,
                          .propose = {.entries = &entry, .count = 1}});
    loner_persist(loner);
}
