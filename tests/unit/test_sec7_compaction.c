/* SPDX-License-Identifier: MIT
 *
 * test_sec7_compaction.c - section 7, Figure 12: what a snapshot is of, and
 * what the log forgets when it is durable.
 */
#include "tests/unit/core_snapshot.h"

/* Six entries, all of them applied. */
static void given_applied(struct test_server *s,
                          const struct raft_options *options)
{
    given(s, &(struct given){.current_term = 5,
                             .log_terms = "1 1 4 4 5 5 5",
                             .commit_index = 6,
                             .options = options});
    when_applied(s);
}

static void sec7_sn1_durable_snapshot_lets_the_log_go(void **state)
{
    struct test_server *s = *state;

    given_applied(s, NULL);
    when_taken(s);

    t_u64_eq(fired(s, SN_1), 1);
    then_log_begins_after(s, 6, 5, "5"); /* Figure 12: index and term stay */
    t_u64_eq(s->effects.compact_through, 6);
    t_u64_eq(s->effects.reset_seq, 0);
    t_u64_eq(raft_snapshot_of(s->raft)->last_index, 6);
    t_u64_eq(raft_snapshot_of(s->raft)->byte_count, TEST_FILE_BYTES);
    t_u64_eq(s->raft->commit_index, 6);
}

static void sec7_sn1_a_tail_stays_for_slow_followers(void **state)
{
    struct test_server *s = *state;
    struct raft_options options = raft_options_paper;

    options.keep_entries = 2;
    given_applied(s, &options);
    when_taken(s);
    then_log_begins_after(s, 4, 4, "5 5 5");
    t_u64_eq(s->effects.compact_through, 4);

    options.keep_bytes = 31; /* an entry has 16 */
    given_applied(s, &options);
    when_taken(s);
    then_log_begins_after(s, 5, 5, "5 5");

    options.keep_entries = 6; /* more than there is */
    options.keep_bytes = 0;
    given_applied(s, &options);
    when_taken(s);
    then_log_is(s, "1 1 4 4 5 5 5");
    t_u64_eq(s->effects.compact_through, 0);
    t_u64_eq(raft_snapshot_of(s->raft)->last_index, 6);
}

/* bugs: a snapshot must never go backwards, nor be of what is not applied. */
static void sec7_sn1_older_or_foreign_snapshot_changes_nothing(void **state)
{
    struct test_server *s = *state;
    struct raft_snapshot older = snapshot_of(4, 4);

    given_applied(s, NULL);
    when_taken(s);
    when_reported_taken(s, &older);
    assert_int_equal(s->error, RAFT_OK); /* it only came too late */
    t_u64_eq(declined(s, SN_1) + fired(s, SN_1), 0);
    t_u64_eq(raft_snapshot_of(s->raft)->last_index, 6);

    const struct raft_snapshot bad[] = {
        snapshot_of(7, 5),           /* not committed */
        snapshot_of(UINT64_MAX, 5),  /* not there */
        snapshot_of(1u << 20, 1000), /* of another world */
    };
    for (size_t i = 0; i < 3; i++) {
        when_reported_taken(s, &bad[i]);
        assert_int_equal(s->error, RAFT_EINVALID);
    }
    given_applied(s, NULL);
    when_append_entries(s, 2, 5, 7, 5, "", 7);
    when_reported_taken(s, &bad[0]); /* committed, and still not applied */
    assert_int_equal(s->error, RAFT_EINVALID);
    struct raft_snapshot odd = snapshot_of(6, 4); /* the term is another */
    when_reported_taken(s, &odd);
    assert_int_equal(s->error, RAFT_EINVALID);
    odd = snapshot_of(6, 5);
    odd.config.member_count = 0;
    when_reported_taken(s, &odd);
    assert_int_equal(s->error, RAFT_EINVALID);
    then_log_is(s, "1 1 4 4 5 5 5");
}

static void snapshot_now_says_what_has_been_applied(void **state)
{
    struct test_server *s = *state;
    struct raft_snapshot snapshot;

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1 4"});
    assert_false(raft_snapshot_now(s->raft, &snapshot)); /* nothing yet */
    when_append_entries(s, 2, 5, 3, 4, "", 2);
    assert_false(raft_snapshot_now(s->raft, &snapshot)); /* only committed */
    when_applied(s);
    assert_true(raft_snapshot_now(s->raft, &snapshot));
    t_u64_eq(snapshot.last_index, 2);
    t_u64_eq(snapshot.last_term, 1);
    t_u64_eq(snapshot.config.member_count, 3);
    t_u64_eq(snapshot.byte_count, 0);
    when_taken(s);
    assert_false(raft_snapshot_now(s->raft, &snapshot)); /* nothing new */
}

/* From the leader of a term: server 2 of term 5, 3 of term 6. */
static void when_config_arrives(struct test_server *s, raft_term term,
                                raft_index prev, raft_term prev_term,
                                size_t voter_count)
{
    const struct raft_config config = voters(voter_count);
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const struct raft_entry entry = {
        .term = term,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(&config, bytes),
        .bytes = bytes};
    const struct raft_message m = {
        .type = RAFT_APPEND_ENTRIES,
        .from = term - 3,
        .to = 1,
        .term = term,
        .append_entries = {.leader_id = term - 3,
                           .prev_log_index = prev,
                           .prev_log_term = prev_term,
                           .entries = &entry,
                           .entry_count = 1,
                           .leader_commit = prev}};
    when_message(s, &m);
}

/* bugs: a change that is under way must not get into a snapshot. */
static void snapshot_now_has_the_configuration_of_its_index(void **state)
{
    struct test_server *s = *state;
    struct raft_snapshot snapshot;

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1"});
    when_config_arrives(s, 5, 2, 1, 4); /* entry 3: committed */
    when_config_arrives(s, 5, 3, 5, 5); /* entry 4: not committed */
    when_applied(s);
    when_applied(s);
    t_u64_eq(s->raft->last_applied, 3);
    t_u64_eq(raft_config_of(s->raft)->member_count, 5);
    assert_true(raft_snapshot_now(s->raft, &snapshot));
    t_u64_eq(snapshot.config.member_count, 4);
    t_u64_eq(snapshot.config.index, 3);

    /* The snapshot's own is found again when its entry is gone... */
    when_taken(s);
    when_append_entries(s, 3, 6, 3, 5, "6 6", 5);
    t_u64_eq(raft_config_of(s->raft)->member_count, 4);
    t_u64_eq(raft_config_of(s->raft)->index, 3);
    /* ... also for the next snapshot. */
    when_config_arrives(s, 6, 5, 6, 2);
    when_applied(s);
    assert_true(raft_snapshot_now(s->raft, &snapshot));
    t_u64_eq(snapshot.last_index, 5);
    t_u64_eq(snapshot.config.member_count, 4);
    t_u64_eq(snapshot.config.index, 3);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec7_sn1_durable_snapshot_lets_the_log_go),
    T_SERVER(sec7_sn1_a_tail_stays_for_slow_followers),
    T_SERVER(sec7_sn1_older_or_foreign_snapshot_changes_nothing),
    T_SERVER(snapshot_now_says_what_has_been_applied),
    T_SERVER(snapshot_now_has_the_configuration_of_its_index),
};

T_MAIN(tests)
