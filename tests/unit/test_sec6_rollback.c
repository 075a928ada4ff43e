/* SPDX-License-Identifier: MIT
 *
 * test_sec6_rollback.c - section 6: a change that is deleted again from a
 * follower's log, wherever the configuration before it now stands.
 */
#include "tests/unit/core_harness.h"

enum { MOST_CONFIGS = 3 };

/* One AppendEntries of server 2 with these configurations. */
static void when_configs_arrive(struct test_server *s, raft_term term,
                                raft_index prev, raft_term prev_term,
                                const struct raft_config configs[],
                                size_t count)
{
    uint8_t bytes[MOST_CONFIGS][RAFT_MAX_CONFIG_BYTES];
    struct raft_entry entries[MOST_CONFIGS];

    assert_true(count <= MOST_CONFIGS);
    for (size_t i = 0; i < count; i++) {
        entries[i] = (struct raft_entry){
            .term = term,
            .type = RAFT_ENTRY_CONFIG,
            .byte_count = (uint32_t)raft_config_encode(&configs[i], bytes[i]),
            .bytes = bytes[i]};
    }
    when_message(
        s, &(struct raft_message){.type = RAFT_APPEND_ENTRIES,
                                  .from = 2,
                                  .to = 1,
                                  .term = term,
                                  .append_entries = {.leader_id = 2,
                                                     .prev_log_index = prev,
                                                     .prev_log_term = prev_term,
                                                     .entries = entries,
                                                     .entry_count = count}});
    assert_int_equal(s->error, RAFT_OK);
}

/* 1 2 3 with learners 4 5; to 3 4 5; 3 4 5. */
static void make_change(struct raft_config configs[MOST_CONFIGS])
{
    const struct raft_config now = voters(3);
    struct raft_config wanted = {.member_count = 3};

    for (size_t i = 0; i < 3; i++) {
        wanted.members[i] = voters(5).members[i + 2];
    }
    configs[0] = raft_config_with_learners(&now, &wanted);
    configs[1] = raft_config_joint(&configs[0], &wanted);
    configs[2] = raft_config_new(&configs[1]);
}

static void sec6_mb1_whole_change_in_one_batch(void **state)
{
    struct test_server *s = *state;
    struct raft_config configs[MOST_CONFIGS];

    make_change(configs);
    given(s, &(struct given){.current_term = 4, .log_terms = "1"});
    when_configs_arrive(s, 4, 1, 1, configs, 3);
    then_config_is(s->raft, "3o 4o 5o *");
    t_u64_eq(raft_config_of(s->raft)->index, 4);
    t_u64_eq(fired(s, MB_1), 1); /* only the last comes into force */
    t_u64_eq(raft_config_of(s->raft)->member_count, 3);
}

/* Each part of it, by a new leader that had not heard of it. */
static void sec6_mb1_every_part_of_a_change_can_be_deleted(void **state)
{
    static const char *const expected[] = {"1o 2o 3o", "1o 2o 3o 4- 5- *",
                                           "1o 2o 3b 4n 5n *"};
    struct test_server *s = *state;
    struct raft_config configs[MOST_CONFIGS];

    make_change(configs);
    for (raft_index kept = 1; kept <= 3; kept++) {
        given(s, &(struct given){.current_term = 4, .log_terms = "1"});
        when_configs_arrive(s, 4, 1, 1, configs, 3);
        when_append_entries(s, 3, 5, kept, kept == 1 ? 1 : 4, "5", 0);
        assert_true(s->effects.config_changed);
        then_config_is(s->raft, expected[kept - 1]);
        t_u64_eq(raft_config_of(s->raft)->index, kept == 1 ? 0 : kept);
    }
}

/* Deleted, and another in its place, in one step. */
static void sec6_mb1_deleted_and_replaced_at_once(void **state)
{
    struct test_server *s = *state;
    struct raft_config configs[MOST_CONFIGS];
    const struct raft_config four = voters(4);

    make_change(configs);
    given(s, &(struct given){.current_term = 4, .log_terms = "1"});
    when_configs_arrive(s, 4, 1, 1, configs, 3);
    when_configs_arrive(s, 5, 1, 1, &four, 1);
    then_config_is(s->raft, "1o 2o 3o 4o *");
    t_u64_eq(raft_config_of(s->raft)->index, 2);
}

/* Bug M3 (canonical/raft #250, #323): it is in the snapshot only. */
static void sec6_mb1_snapshot_holds_the_one_before(void **state)
{
    struct test_server *s = *state;
    struct raft_config configs[MOST_CONFIGS];
    const struct raft_config five = voters(5);
    struct raft_snapshot snapshot;

    make_change(configs);
    given(s, &(struct given){.current_term = 4, .log_terms = "1"});
    when_configs_arrive(s, 4, 1, 1, &five, 1);
    when_append_entries(s, 2, 4, 2, 4, "", 2);
    while (s->raft->last_applied < 2) {
        when_applied(s);
    }
    when_configs_arrive(s, 4, 2, 4, &configs[1], 1);
    then_config_is(s->raft, "1o 2o 3b 4n 5n *");
    assert_true(raft_snapshot_now(s->raft, &snapshot));
    t_u64_eq(snapshot.last_index, 2);
    t_u64_eq(snapshot.config.member_count, 5); /* what is committed (S4) */
    assert_false(snapshot.config.is_joint);
    snapshot.byte_count = 1;
    when(s, &(struct raft_input){.type = RAFT_IN_SNAPSHOT_TAKEN,
                                 .snapshot = &snapshot});
    t_u64_eq(s->raft->log.base_index, 2);
    then_config_is(s->raft, "1o 2o 3b 4n 5n *");

    when_append_entries(s, 3, 5, 2, 4, "5", 0);
    then_config_is(s->raft, "1o 2o 3o 4o 5o");
    t_u64_eq(raft_config_of(s->raft)->index, 2);
}

/* Dissertation 4.2.2, after a restart that finds only C_new in the log. */
static void fig2_flw2_snapshot_says_that_it_was_a_voter(void **state)
{
    struct test_server *s = *state;
    struct raft_config configs[MOST_CONFIGS];
    struct raft_snapshot snapshot = {
        .last_index = 3, .last_term = 4, .byte_count = 1};
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];

    make_change(configs);
    const struct raft_entry entry = {
        .term = 4,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(&configs[2], bytes),
        .bytes = bytes};

    for (int was_voter = 0; was_voter <= 1; was_voter++) {
        given(s, &(struct given){.current_term = 4}); /* fills in settings */
        raft_destroy(s->raft);
        s->raft = raft_create(&s->settings);
        snapshot.config = configs[was_voter == 1 ? 1 : 2];
        snapshot.config.index = 3;
        when(s, &(struct raft_input){.type = RAFT_IN_START,
                                     .start = {.current_term = 4,
                                               .log = {.first_index = 4,
                                                       .count = 1,
                                                       .entries = &entry},
                                               .snapshot = &snapshot}});
        assert_int_equal(s->error, RAFT_OK);
        then_config_is(s->raft, "3o 4o 5o *");
        when_election_times_out(s);
        assert_int_equal(s->raft->role,
                         was_voter == 1 ? RAFT_CANDIDATE : RAFT_FOLLOWER);
    }
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec6_mb1_whole_change_in_one_batch),
    T_SERVER(sec6_mb1_every_part_of_a_change_can_be_deleted),
    T_SERVER(sec6_mb1_deleted_and_replaced_at_once),
    T_SERVER(sec6_mb1_snapshot_holds_the_one_before),
    T_SERVER(fig2_flw2_snapshot_says_that_it_was_a_voter),
};

T_MAIN(tests)
