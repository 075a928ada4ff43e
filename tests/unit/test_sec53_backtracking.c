/* SPDX-License-Identifier: MIT
 *
 * test_sec53_backtracking.c - section 5.3, end: a refusal names the term in
 * the way, and the leader skips it whole. Figure 7's followers, both ends.
 */
#include "tests/unit/core_harness.h"

static const struct raft_options fast = {.fast_backtracking = true};

/* Figure 7: the leader of term 8, and followers (a) to (f). */
static const char leader_log[] = "1 1 1 4 4 5 5 6 6 6";
static const struct follower {
    const char *log_terms;
    raft_term conflict_term;
    raft_index conflict_index; /* as it says when asked about index 10 */
    raft_index next_index;     /* where the leader goes on */
} followers[] = {
    {"1 1 1 4 4 5 5 6 6", 0, 10, 10},   {"1 1 1 4", 0, 5, 5},
    {"1 1 1 4 4 4 4", 0, 8, 8},         {"1 1 1 2 2 2 3 3 3 3 3", 3, 7, 7},
    {"1 1 1 4 4 4 4 4 4 4 4", 4, 4, 6}, /* our own last one of term 4: 5 */
};

static void sec53_bt1_follower_names_term_and_first_index(void **state)
{
    struct test_server *s = *state;

    for (size_t i = 0; i < sizeof(followers) / sizeof(followers[0]); i++) {
        given(s, &(struct given){.current_term = 8,
                                 .log_terms = followers[i].log_terms});
        when_append_entries(s, 2, 8, 10, 6, "", 0);

        assert_false(append_reply(s)->success);
        t_u64_eq(append_reply(s)->conflict_term, followers[i].conflict_term);
        t_u64_eq(append_reply(s)->conflict_index, followers[i].conflict_index);
    }
}

/* ... down to the first entry there is. */
static void sec53_bt1_conflicting_term_may_begin_the_log(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 8, .log_terms = "2 2"});
    when_append_entries(s, 2, 8, 2, 1, "", 0);
    t_u64_eq(append_reply(s)->conflict_term, 2);
    t_u64_eq(append_reply(s)->conflict_index, 1);
}

static void sec53_bt1_leader_skips_the_term_at_once(void **state)
{
    struct test_server *s = *state;

    for (size_t i = 0; i < sizeof(followers) / sizeof(followers[0]); i++) {
        given(s, &(struct given){.role = RAFT_LEADER,
                                 .current_term = 8,
                                 .log_terms = leader_log,
                                 .options = &fast});
        when_append_fails(s, 2, 10, followers[i].conflict_term,
                          followers[i].conflict_index);

        t_u64_eq(fired(s, BT_1), 1);
        t_u64_eq(s->raft->next_index[1], followers[i].next_index);
    }
}

static void sec53_bt1_switched_off_it_goes_back_one_by_one(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 8,
                             .log_terms = leader_log});
    when_append_fails(s, 2, 10, 3, 7);

    t_u64_eq(declined(s, BT_1), 1);
    t_u64_eq(s->raft->next_index[1], 10);
}

/* Bug R5 (ClickHouse #103406): never more refusals than terms. */
static void sec53_bt1_few_refusals_find_where_the_logs_meet(void **state)
{
    struct test_server *s = *state;
    struct test_server follower = {0};
    const char *const logs[] = {"1 1 2 2 2 3 3 3 3 3 3 3", "1 1", "",
                                "1 1 1 4 4 4 4 4 4 4 4 4 4 4"};

    for (size_t i = 0; i < 4; i++) {
        size_t refusals = 0;

        given(s, &(struct given){.role = RAFT_LEADER,
                                 .current_term = 8,
                                 .log_terms = leader_log,
                                 .options = &fast});
        given(&follower,
              &(struct given){.current_term = 8, .log_terms = logs[i]});
        for (;;) {
            struct raft_message m = *sent(s, RAFT_APPEND_ENTRIES, 2);

            m.from = 2; /* both call themselves 1: swap the names */
            m.to = 1;
            m.append_entries.leader_id = 2;
            when_message(&follower, &m);
            m = *sent(&follower, RAFT_APPEND_ENTRIES_RESULT, 2);
            m.from = 2;
            m.to = 1;
            when_message(s, &m);
            if (m.append_entries_result.success) {
                break;
            }
            refusals++;
        }
        assert_true(refusals <= 3);
        raft_destroy(follower.raft);
        follower.raft = NULL;
    }
}

/* A follower that is wrong, or lies, leads the leader nowhere. */
static void sec53_bt1_nonsense_is_kept_within_bounds(void **state)
{
    struct test_server *s = *state;
    const raft_index indexes[] = {0, 1, 10, 11, UINT64_MAX};
    const raft_term terms[] = {0, 1, 4, 7, UINT64_MAX};

    for (size_t i = 0; i < 5; i++) {
        for (size_t j = 0; j < 5; j++) {
            given(s, &(struct given){.role = RAFT_LEADER,
                                     .current_term = 8,
                                     .log_terms = leader_log,
                                     .options = &fast});
            when_append_fails(s, 2, 10, terms[j], indexes[i]);
            assert_true(s->raft->next_index[1] >= 1);
            assert_true(s->raft->next_index[1] <= 10);
        }
    }
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec53_bt1_follower_names_term_and_first_index),
    T_SERVER(sec53_bt1_conflicting_term_may_begin_the_log),
    T_SERVER(sec53_bt1_leader_skips_the_term_at_once),
    T_SERVER(sec53_bt1_switched_off_it_goes_back_one_by_one),
    T_SERVER(sec53_bt1_few_refusals_find_where_the_logs_meet),
    T_SERVER(sec53_bt1_nonsense_is_kept_within_bounds),
};

T_MAIN(tests)
