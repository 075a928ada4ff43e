/* SPDX-License-Identifier: MIT
 *
 * test_fig13_members.c - Figure 13, rule 8: "and load snapshot's cluster
 * configuration".
 */
#include "tests/unit/core_snapshot.h"

/* Entries of the leader of a term, server 2; a configuration of so many voters
 * at `config_at`. */
static void when_log_arrives(struct test_server *s, raft_term term,
                             raft_index prev, raft_term prev_term,
                             const char *terms, raft_index config_at,
                             size_t voter_count)
{
    const struct raft_config config = voters(voter_count);
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    struct raft_entry entries[TEST_MAX_ENTRIES];
    const size_t entry_count = entries_of(terms, prev + 1, entries);
    struct raft_entry *entry = &entries[config_at - prev - 1];

    entry->type = RAFT_ENTRY_CONFIG;
    entry->byte_count = (uint32_t)raft_config_encode(&config, bytes);
    entry->bytes = bytes;
    const struct raft_message m = {
        .type = RAFT_APPEND_ENTRIES,
        .from = 2,
        .to = 1,
        .term = term,
        .append_entries = {.leader_id = 2,
                           .prev_log_index = prev,
                           .prev_log_term = prev_term,
                           .entries = entries,
                           .entry_count = entry_count}};
    when_message(s, &m);
    t_u64_eq(raft_config_of(s->raft)->index, config_at);
}

static struct raft_snapshot with_voters(raft_index last_index, raft_term term,
                                        size_t voter_count, raft_index at)
{
    struct raft_snapshot snapshot = snapshot_of(last_index, term);

    snapshot.config = voters(voter_count);
    snapshot.config.index = at;
    return snapshot;
}

static void then_voters_are(const struct test_server *s, size_t voter_count,
                            raft_index index)
{
    t_u64_eq(raft_config_of(s->raft)->member_count, voter_count);
    t_u64_eq(raft_config_of(s->raft)->index, index);
    t_u64_eq(raft_snapshot_of(s->raft)->config.member_count, 4);
}

static void fig13_is8_configuration_is_the_snapshots(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = with_voters(6, 4, 4, 2);

    given(s, &(struct given){.current_term = 5});
    when_installed(s, 5, &snapshot);
    assert_true(s->effects.config_changed);
    then_voters_are(s, 4, 2);
}

/* bugs: a configuration that was never committed outlives the install, since
 * its index is higher than that of the snapshot's own. */
static void fig13_is8_stale_configuration_does_not_survive(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = with_voters(6, 4, 4, 2);
    static const struct {
        const char *terms;
        raft_index config_at;
    } stale[] = {
        {"1 1 3 3", 4},         /* covered by the snapshot */
        {"1 1 3 3 3 3 3 3", 8}, /* behind it, in a log that is discarded */
        {"1 3", 2}              /* at the index of the snapshot's own */
    };

    for (size_t i = 0; i < 3; i++) {
        given(s, &(struct given){.current_term = 3});
        when_log_arrives(s, 3, 0, 0, stale[i].terms, stale[i].config_at, 5);
        when_installed(s, 5, &snapshot);
        t_u64_eq(fired(s, IS_7), 1);
        then_voters_are(s, 4, 2);
    }
}

static void fig13_is8_later_configuration_in_the_log_stays(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = with_voters(6, 4, 4, 2);

    given(s, &(struct given){.current_term = 5});
    when_log_arrives(s, 5, 0, 0, "1 1 4 4 4 4 5 5", 8, 5);
    when_installed(s, 5, &snapshot);
    t_u64_eq(fired(s, IS_6), 1);
    then_voters_are(s, 5, 8);
    /* Its entry is deleted: back to the snapshot's. */
    when_append_entries(s, 3, 6, 7, 5, "6", 6);
    assert_true(append_reply(s)->success);
    then_voters_are(s, 4, 2);
}

static void fig13_is8_configuration_within_the_kept_log(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = with_voters(6, 4, 4, 3);

    given(s, &(struct given){.current_term = 5});
    when_log_arrives(s, 5, 0, 0, "1 1 4 4 4 4 5 5", 3, 4);
    when_installed(s, 5, &snapshot);
    t_u64_eq(fired(s, IS_6), 1);
    then_voters_are(s, 4, 3); /* the same one */
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig13_is8_configuration_is_the_snapshots),
    T_SERVER(fig13_is8_stale_configuration_does_not_survive),
    T_SERVER(fig13_is8_later_configuration_in_the_log_stays),
    T_SERVER(fig13_is8_configuration_within_the_kept_log),
};

T_MAIN(tests)
