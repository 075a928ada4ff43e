/* SPDX-License-Identifier: MIT
 *
 * test_fig2_state_restart.c - Figure 2, "State": what a server begins with.
 */
#include "tests/unit/core_harness.h"

static void what_was_on_disk_is_there_after_a_restart(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 5, .voted_for = 3, .log_terms = "1 1 4"});
    t_u64_eq(s->raft->current_term, 5);
    t_u64_eq(s->raft->voted_for, 3);
    then_log_is(s, "1 1 4");
    t_u64_eq(s->raft->durable_index, 3);
    t_u64_eq(s->raft->commit_index, 0);
    t_u64_eq(s->effects.save_hard_state_seq, 0);
}

/* Bug P15 (seaweedfs/raft #9): a vote of term 5 is no vote of term 7. */
static void log_of_a_later_term_than_the_saved_one_frees_the_vote(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 5, .voted_for = 3, .log_terms = "1 7"});
    t_u64_eq(s->raft->current_term, 7);
    t_u64_eq(s->raft->voted_for, RAFT_NO_SERVER);
    t_u64_eq(s->effects.current_term, 7);
    assert_true(s->effects.save_hard_state_seq > 0);
}

static void inputs_before_start_and_a_second_start_are_refused(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when(s, &(struct raft_input){.type = RAFT_IN_START});
    assert_int_equal(s->error, RAFT_EINVALID);
    t_u64_eq(s->raft->current_term, 5);

    raft_destroy(s->raft);
    s->raft = raft_create(&s->settings);
    when_ticks(s, 1);
    assert_int_equal(s->error, RAFT_EINVALID);
}

static void a_log_that_makes_no_sense_is_refused(void **state)
{
    struct test_server *s = *state;
    const char *const bad[] = {"1 3 2", "0 1"};
    struct raft_entry entries[TEST_MAX_ENTRIES];

    given(s, &(struct given){.current_term = 5}); /* fills in settings */
    for (size_t i = 0; i < 2; i++) {
        raft_destroy(s->raft);
        s->raft = raft_create(&s->settings);
        struct raft_slice log = {.first_index = 1, .entries = entries};

        log.count = entries_of(bad[i], 1, entries);
        when(s, &(struct raft_input){.type = RAFT_IN_START,
                                     .start = {.log = log}});
        assert_int_equal(s->error, RAFT_EINVALID);
        then_log_is(s, "");
    }
    const struct raft_slice no_beginning = {.first_index = 2,
                                            .count =
                                                entries_of("1 1", 2, entries),
                                            .entries = entries};

    when(s, &(struct raft_input){.type = RAFT_IN_START,
                                 .start = {.log = no_beginning}});
    assert_int_equal(s->error, RAFT_EINVALID);
    then_log_is(s, "");
}

/* Whatever its founder wrote into it. */
static void first_configuration_stands_before_the_log(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5}); /* fills in settings */
    raft_destroy(s->raft);
    s->raft = raft_create(&s->settings);
    s->config.index = 9;
    when(s, &(struct raft_input){.type = RAFT_IN_START,
                                 .start = {.initial_config = &s->config}});
    t_u64_eq(raft_config_of(s->raft)->index, 0);
}

static void settings_that_make_no_sense_are_refused(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    const struct raft_settings good = s->settings;
    struct raft_settings bad[6] = {good, good, good, good, good, good};

    bad[0].id = RAFT_NO_SERVER;
    bad[1].election_ticks_min = 0;
    bad[2].election_ticks_max = good.election_ticks_min - 1;
    bad[3].heartbeat_ticks = 0;
    bad[4].heartbeat_ticks = good.election_ticks_min;
    bad[5].options.lease = true; /* without stickiness it proves nothing */
    for (size_t i = 0; i < 6; i++) {
        assert_null(raft_create(&bad[i]));
    }
}

static const struct CMUnitTest tests[] = {
    T_SERVER(what_was_on_disk_is_there_after_a_restart),
    T_SERVER(log_of_a_later_term_than_the_saved_one_frees_the_vote),
    T_SERVER(inputs_before_start_and_a_second_start_are_refused),
    T_SERVER(a_log_that_makes_no_sense_is_refused),
    T_SERVER(first_configuration_stands_before_the_log),
    T_SERVER(settings_that_make_no_sense_are_refused),
};

T_MAIN(tests)
