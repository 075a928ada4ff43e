/* SPDX-License-Identifier: MIT
 *
 * test_sec542_commit.c - what a leader may commit: Figure 2, last rule for
 * leaders; section 5.4.2 and Figure 8.
 */
#include "tests/unit/core_harness.h"

static void fig2_ldr4_majority_of_disks_commits(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .voter_count = 5});
    when_proposed(s, 3, 8);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    t_u64_eq(declined(s, LDR_4), 1);
    t_u64_eq(s->raft->commit_index, 0);

    when_append_succeeds(s, 3, 2);
    t_u64_eq(fired(s, LDR_4), 1);
    t_u64_eq(s->raft->commit_index, 2);
}

static void fig2_ldr4_followers_learn_it_with_the_next_message(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_proposed(s, 1, 8);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_heartbeat_is_due(s);

    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.leader_commit, 1);
}

static void fig2_ldr4_learners_are_not_counted(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(4);

    config.members[2].in_old = false;
    config.members[3].in_old = false; /* two voters, two learners */
    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .config = &config});
    when_proposed(s, 1, 8);
    when_all_persisted(s);
    when_append_succeeds(s, 3, 1);
    when_append_succeeds(s, 4, 1);
    t_u64_eq(s->raft->commit_index, 0);

    when_append_succeeds(s, 2, 1);
    t_u64_eq(s->raft->commit_index, 1);
}

/* Figure 8 (c): entry 2, of term 2, is on a majority and yet not committed. */
static void sec542_cm1_old_term_entry_is_not_committed_by_counting(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 4,
                             .log_terms = "1 2",
                             .voter_count = 5});
    when_append_succeeds(s, 2, 2);
    when_append_succeeds(s, 3, 2);

    t_u64_eq(fired(s, LDR_4), 1);
    t_u64_eq(declined(s, CM_1), 1);
    t_u64_eq(s->raft->commit_index, 0);
}

/* Figure 8 (e): an entry of its own term, and all before it are committed. */
static void sec542_cm1_own_term_entry_commits_all_before_it(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 4,
                             .log_terms = "1 2",
                             .voter_count = 5});
    when_proposed(s, 1, 8);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    when_append_succeeds(s, 3, 2); /* not the new one */
    t_u64_eq(s->raft->commit_index, 0);

    when_append_succeeds(s, 3, 3);
    t_u64_eq(fired(s, CM_1), 1);
    t_u64_eq(s->raft->commit_index, 3);
    t_u64_eq(s->effects.apply.first_index, 1);
    t_u64_eq(s->effects.apply.count, 3);
}

/* Bug C1 (LogCabin #44, PySyncObj #110), with three servers. */
static void sec542_cm1_copying_an_old_entry_alone_commits_nothing(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 3, .log_terms = "1"});
    when_append_succeeds(s, 2, 1);
    when_append_succeeds(s, 3, 1); /* everybody has it */
    t_u64_eq(s->raft->commit_index, 0);
}

/* ---- Majorities, all of them ------------------------------------------- */

/* By the book: sort, and take the one that most have reached. */
static uint64_t median(const uint64_t values[], size_t n)
{
    for (uint64_t best = 3; best > 0; best--) {
        size_t reached = 0;

        for (size_t i = 0; i < n; i++) {
            reached += values[i] >= best ? 1 : 0;
        }
        if (2 * reached > n) {
            return best;
        }
    }
    return 0;
}

/* Bug C2 (hashicorp 163a55f): n = 1..7, all values of 0..3 for each. */
static void fig2_ldr4_majority_of_any_size_is_right(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 7; n++) {
        const struct raft_config config = voters(n);
        const uint32_t all = 1u << (2 * n);

        for (uint32_t subset = 0; subset < all; subset++) {
            uint64_t values[RAFT_MAX_SLOTS] = {0};

            for (size_t i = 0; i < n; i++) {
                values[i] = (subset >> (2 * i)) & 3;
            }
            t_u64_eq(raft_quorum_value(&config, values), median(values, n));
        }
    }
}

enum { NO_VOTE, OLD_ONLY, NEW_ONLY, BOTH };

static bool most(const struct raft_config *config, const bool yes[],
                 bool of_new)
{
    size_t voter_count = 0;
    size_t yes_count = 0;

    for (size_t i = 0; i < config->member_count; i++) {
        if (of_new ? config->members[i].in_new : config->members[i].in_old) {
            voter_count++;
            yes_count += yes[i] ? 1 : 0;
        }
    }
    return 2 * yes_count > voter_count;
}

/* Bug M6 (camunda #57387): every part that 5 members can play (none, old,
 * new, both), and every set of them that says yes. */
static void sec6_mb1_joint_decisions_need_both_majorities(void **state)
{
    (void)state;
    for (uint32_t parts = 0; parts < 1u << 10; parts++) {
        struct raft_config config = voters(5);

        config.is_joint = true;
        for (size_t i = 0; i < 5; i++) {
            const uint32_t part = (parts >> (2 * i)) & 3;

            config.members[i].in_old = part == OLD_ONLY || part == BOTH;
            config.members[i].in_new = part == NEW_ONLY || part == BOTH;
        }
        for (uint32_t subset = 0; subset < 1u << 5; subset++) {
            bool yes[RAFT_MAX_SLOTS] = {false};

            for (size_t i = 0; i < 5; i++) {
                yes[i] = ((subset >> i) & 1) != 0;
            }
            assert_int_equal(raft_has_quorum(&config, yes),
                             most(&config, yes, false) &&
                                 most(&config, yes, true));
        }
    }
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_ldr4_majority_of_disks_commits),
    T_SERVER(fig2_ldr4_followers_learn_it_with_the_next_message),
    T_SERVER(fig2_ldr4_learners_are_not_counted),
    T_SERVER(sec542_cm1_old_term_entry_is_not_committed_by_counting),
    T_SERVER(sec542_cm1_own_term_entry_commits_all_before_it),
    T_SERVER(sec542_cm1_copying_an_old_entry_alone_commits_nothing),
    T_SERVER(fig2_ldr4_majority_of_any_size_is_right),
    T_SERVER(sec6_mb1_joint_decisions_need_both_majorities),
};

T_MAIN(tests)
