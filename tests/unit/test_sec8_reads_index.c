/* SPDX-License-Identifier: MIT
 *
 * test_sec8_reads_index.c - section 8: how far the state machine must be
 * before a read is answered, and not a step further.
 */
#include "tests/unit/core_harness.h"

/* A read that waited for what came after it might wait for ever. */
static void sec8_cl4_read_waits_for_no_later_command(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.no_op = true};

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &options});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_applied(s); /* the no-op */
    when_proposed(s, 1, 8);
    when_all_persisted(s);
    const struct raft_message before = {
        .type = RAFT_APPEND_ENTRIES_RESULT,
        .from = 3,
        .to = 1,
        .term = 5,
        .append_entries_result = {.success = true, .match_index = 2}};

    when_read(s, 7, RAFT_READ_CONSISTENT);
    const struct raft_message round = *sent(s, RAFT_APPEND_ENTRIES, 2);

    when_message(s, &before); /* of a request before that round */
    t_u64_eq(s->raft->commit_index, 2);
    t_u64_eq(s->raft->last_applied, 1);
    t_u64_eq(s->effects.read_count, 0);
    when_answered(s, 2, &round);
    t_u64_eq(s->effects.read_count, 1);
    assert_true(s->effects.reads[0].confirmed);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec8_cl4_read_waits_for_no_later_command),
};

T_MAIN(tests)
