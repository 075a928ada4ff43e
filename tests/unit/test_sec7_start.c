/* SPDX-License-Identifier: MIT
 *
 * test_sec7_start.c - section 7: a server that starts with a snapshot, and
 * whatever log a crash has left behind it.
 */
#include "tests/unit/core_snapshot.h"

/* A server like that of given(), with a log that begins at first. */
static void when_started(struct test_server *s, raft_term term,
                         const struct raft_snapshot *snapshot, raft_index first,
                         const char *log_terms)
{
    struct raft_entry entries[TEST_MAX_ENTRIES];
    const struct raft_options options = s->settings.options;

    given(s, &(struct given){.current_term = 1}); /* settings */
    s->settings.options = options;
    raft_destroy(s->raft);
    s->raft = raft_create(&s->settings);
    when(s,
         &(struct raft_input){
             .type = RAFT_IN_START,
             .start = {.current_term = term,
                       .snapshot = snapshot,
                       .log = {.first_index = first,
                               .count = entries_of(log_terms, first, entries),
                               .entries = entries}}});
}

static void then_stands_on(const struct test_server *s, raft_index last_index)
{
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(raft_snapshot_of(s->raft)->last_index, last_index);
    t_u64_eq(s->raft->commit_index, last_index);
    t_u64_eq(s->raft->last_applied, last_index);
    t_u64_eq(s->effects.apply.count, 0);
    assert_false(s->effects.install); /* the state machine has it already */
    t_u64_eq(s->raft->durable_index, raft_log_last_index(&s->raft->log));
    t_u64_eq(raft_config_of(s->raft)->member_count, 3);
}

static void start_with_a_snapshot_alone(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 5);

    when_started(s, 5, &snapshot, 7, "");
    then_stands_on(s, 6);
    then_log_begins_after(s, 6, 5, "");
    t_u64_eq(s->effects.reset_seq, 0); /* the disk's log begins there, too */
    t_u64_eq(raft_config_of(s->raft)->index, 1);
}

static void start_keeps_the_log_behind_the_snapshot(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 5);

    when_started(s, 7, &snapshot, 7, "5 7");
    then_stands_on(s, 6);
    then_log_begins_after(s, 6, 5, "5 7");
    t_u64_eq(s->effects.reset_seq, 0);

    /* The tail, and the entry right behind it is still checked. */
    s->settings.options.keep_entries = 2;
    when_started(s, 7, &snapshot, 1, "1 1 4 4 5 5 5 7");
    then_stands_on(s, 6);
    then_log_begins_after(s, 4, 4, "5 5 5 7");
    t_u64_eq(s->effects.compact_through, 4); /* it crashed before */
    s->settings.options.keep_entries = 100;
    when_started(s, 7, &snapshot, 1, "1 1 4 4 5 5 5 7");
    then_stands_on(s, 6);
    then_log_is(s, "1 1 4 4 5 5 5 7");
    t_u64_eq(s->effects.compact_through, 0);
}

/* Of what comes before it nothing is known: the first entry is the base. */
static void start_with_a_log_that_begins_within_the_snapshot(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 5);

    s->settings.options.keep_entries = 100;
    when_started(s, 7, &snapshot, 3, "4 4 5 5 5 7"); /* 3 .. 8 */
    then_stands_on(s, 6);
    then_log_begins_after(s, 3, 4, "4 5 5 5 7");
    t_u64_eq(s->effects.reset_seq, 0);
    when_started(s, 7, &snapshot, 6, "5"); /* the snapshot's last alone */
    then_stands_on(s, 6);
    then_log_begins_after(s, 6, 5, "");
}

/* bugs: a crash between the snapshot and the log. */
static void fig13_is7_start_drops_a_log_that_went_another_way(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 5);
    static const struct {
        raft_index first;
        const char *terms;
    } logs[] = {
        {1, "1 1 4"},           /* ends before */
        {1, "1 1 4 4 4 4 4 4"}, /* another term there, and a tail */
        {1, ""},                /* nothing */
        {0, ""},
        {4, ""},          /* reset for an older snapshot */
        {4, "4 4"},       /* ... and gone on */
        {5, "4 4 4 4 4"}, /* ... another way */
        {3, "4"},
    };

    for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
        s->settings.options.keep_entries = (uint32_t)i;
        when_started(s, 5, &snapshot, logs[i].first, logs[i].terms);
        then_stands_on(s, 6);
        then_log_begins_after(s, 6, 5, "");
        t_u64_eq(fired(s, IS_7), 1);
        t_u64_eq(s->effects.reset_seq, 1); /* a write like any other */
        t_u64_eq(s->effects.reset_index, 6);
        t_u64_eq(s->effects.reset_term, 5);
        when_all_persisted(s);
        when_append_entries(s, 2, 5, 6, 5, "5", 7);
        t_u64_eq(s->effects.append_seq, 2);
        t_u64_eq(s->effects.append.first_index, 7);
        assert_true(append_reply(s)->success);
    }
}

static void start_finds_the_configuration(void **state)
{
    struct test_server *s = *state;
    struct raft_snapshot snapshot = snapshot_of(2, 5);
    const struct raft_config four = voters(4);
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    struct raft_entry log[2];

    assert_true(entries_of("5 5", 3, log) == 2);
    log[1] = (struct raft_entry){.term = 5,
                                 .type = RAFT_ENTRY_CONFIG,
                                 .byte_count =
                                     (uint32_t)raft_config_encode(&four, bytes),
                                 .bytes = bytes};
    given(s, &(struct given){.current_term = 1});
    raft_destroy(s->raft);
    s->raft = raft_create(&s->settings);
    when(s,
         &(struct raft_input){
             .type = RAFT_IN_START,
             .start = {.current_term = 5,
                       .snapshot = &snapshot,
                       .log = {.first_index = 3, .count = 2, .entries = log}}});
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(raft_config_of(s->raft)->member_count, 4); /* latest: MB_1 */
    t_u64_eq(raft_config_of(s->raft)->index, 4);
    when_append_entries(s, 2, 6, 2, 5, "6", 2); /* a new leader knows better */
    t_u64_eq(raft_config_of(s->raft)->member_count, 3);
    t_u64_eq(raft_config_of(s->raft)->index, 1);
}

/* The snapshot may be on disk before the term it came in. */
static void start_in_the_snapshots_term_at_least(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 5);

    when_started(s, 3, &snapshot, 1, "1 1");
    then_stands_on(s, 6);
    t_u64_eq(s->raft->current_term, 5);
    t_u64_eq(s->raft->voted_for, RAFT_NO_SERVER);
    t_u64_eq(s->effects.save_hard_state_seq, 1);
    t_u64_eq(s->effects.reset_seq, 2);
}

static void start_that_makes_no_sense_is_refused(void **state)
{
    struct test_server *s = *state;
    struct raft_snapshot snapshot = snapshot_of(6, 5);

    when_started(s, 5, &snapshot, 8, "5"); /* entry 7 is missing */
    assert_int_equal(s->error, RAFT_EINVALID);
    when_started(s, 5, &snapshot, 7, "4"); /* terms never fall */
    assert_int_equal(s->error, RAFT_EINVALID);
    when_started(s, 5, &snapshot, 0, "5");
    assert_int_equal(s->error, RAFT_EINVALID);
    when_started(s, 5, NULL, 2, "5"); /* what came before is nowhere */
    assert_int_equal(s->error, RAFT_EINVALID);
    snapshot = snapshot_of(6, 0);
    when_started(s, 5, &snapshot, 7, "");
    assert_int_equal(s->error, RAFT_EINVALID);
    snapshot = snapshot_of(UINT64_MAX, 5);
    when_started(s, 5, &snapshot, 0, "");
    assert_int_equal(s->error, RAFT_EINVALID);
    snapshot = snapshot_of(6, 5);
    snapshot.config.index = 7;
    when_started(s, 5, &snapshot, 7, "");
    assert_int_equal(s->error, RAFT_EINVALID);
    assert_false(s->raft->started);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(start_with_a_snapshot_alone),
    T_SERVER(start_keeps_the_log_behind_the_snapshot),
    T_SERVER(start_with_a_log_that_begins_within_the_snapshot),
    T_SERVER(fig13_is7_start_drops_a_log_that_went_another_way),
    T_SERVER(start_finds_the_configuration),
    T_SERVER(start_in_the_snapshots_term_at_least),
    T_SERVER(start_that_makes_no_sense_is_refused),
};

T_MAIN(tests)
