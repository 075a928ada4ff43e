/* SPDX-License-Identifier: MIT
 *
 * core_snapshot.c - one server under test, and snapshots.
 */
#include "tests/unit/core_snapshot.h"

struct raft_snapshot snapshot_of(raft_index last_index, raft_term last_term)
{
    struct raft_snapshot snapshot = {.last_index = last_index,
                                     .last_term = last_term,
                                     .byte_count = TEST_FILE_BYTES,
                                     .checksum = (uint32_t)last_index * 3 + 1,
                                     .config = voters(3)};

    snapshot.config.index = 1;
    return snapshot;
}

/* ---- Its own ------------------------------------------------------------- */

void when_reported_taken(struct test_server *s,
                         const struct raft_snapshot *snapshot)
{
    when(s, &(struct raft_input){.type = RAFT_IN_SNAPSHOT_TAKEN,
                                 .snapshot = snapshot});
}

void when_taken(struct test_server *s)
{
    struct raft_snapshot snapshot;

    assert_true(raft_snapshot_now(s->raft, &snapshot));
    snapshot.byte_count = TEST_FILE_BYTES;
    snapshot.checksum = (uint32_t)snapshot.last_index * 3 + 1;
    when_reported_taken(s, &snapshot);
    assert_int_equal(s->error, RAFT_OK);
}

void given_compacted_leader(struct test_server *s,
                            const struct raft_options *options)
{
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 4 4",
                             .options = options});
    while (raft_log_last_index(&s->raft->log) < 6) {
        when_proposed(s, 1, 10);
    }
    when_all_persisted(s);
    when_append_succeeds(s, 2, 6);
    when_applied(s);
    when_taken(s);
    t_u64_eq(s->raft->commit_index, 6);
}

void given_on_its_way(struct test_server *s, uint64_t offset)
{
    given_compacted_leader(s, NULL);
    when_append_fails(s, 3, 4, 0, 1);
    t_u64_eq(pieces_sent(s, 3), 1);
    if (offset > 0) {
        when_place_is_told(s, 3, 6, offset);
    }
    t_u64_eq(piece_sent(s, 3)->offset, offset);
}

/* ---- A leader's ---------------------------------------------------------- */

static struct raft_message request(const struct test_server *s, raft_term term,
                                   const struct raft_snapshot *snapshot)
{
    return (struct raft_message){
        .type = RAFT_INSTALL_SNAPSHOT,
        .from = 2,
        .to = s->settings.id,
        .term = term,
        .install_snapshot = {.leader_id = 2,
                             .last_included_index = snapshot->last_index,
                             .last_included_term = snapshot->last_term,
                             .file_bytes = snapshot->byte_count,
                             .checksum = snapshot->checksum,
                             .read_round = 77,
                             .sent_tick = 88}};
}

void when_piece(struct test_server *s, raft_term term,
                const struct raft_snapshot *snapshot, uint64_t offset,
                uint32_t byte_count)
{
    static const uint8_t bytes[TEST_FILE_BYTES];
    struct raft_message m = request(s, term, snapshot);

    m.install_snapshot.offset = offset;
    m.install_snapshot.bytes = bytes;
    m.install_snapshot.byte_count = byte_count;
    m.install_snapshot.done = offset + byte_count == snapshot->byte_count;
    when_message(s, &m);
}

void when_install_heartbeat(struct test_server *s, raft_term term,
                            const struct raft_snapshot *snapshot)
{
    struct raft_message m = request(s, term, snapshot);

    m.install_snapshot.is_heartbeat = true;
    when_message(s, &m);
}

void when_stored(struct test_server *s, const struct raft_snapshot *snapshot)
{
    when(s, &(struct raft_input){.type = RAFT_IN_SNAPSHOT_STORED,
                                 .snapshot = snapshot});
}

void when_installed(struct test_server *s, raft_term term,
                    const struct raft_snapshot *snapshot)
{
    when_piece(s, term, snapshot, 0, (uint32_t)snapshot->byte_count);
    assert_non_null(s->effects.store);
    when_stored(s, snapshot);
    assert_int_equal(s->error, RAFT_OK);
}

/* ---- A follower's answers ------------------------------------------------ */

static struct raft_message answer(const struct test_server *s,
                                  raft_server_id from,
                                  raft_index last_included_index)
{
    return (struct raft_message){
        .type = RAFT_INSTALL_SNAPSHOT_RESULT,
        .from = from,
        .to = s->settings.id,
        .term = s->raft->current_term,
        .install_snapshot_result = {.last_included_index = last_included_index,
                                    .read_round = s->raft->read_round,
                                    .sent_tick = s->raft->now}};
}

void when_place_is_told(struct test_server *s, raft_server_id from,
                        raft_index last_included_index, uint64_t bytes_stored)
{
    struct raft_message m = answer(s, from, last_included_index);

    m.install_snapshot_result.bytes_stored = bytes_stored;
    when_message(s, &m);
}

void when_told_installed(struct test_server *s, raft_server_id from,
                         raft_index last_included_index)
{
    struct raft_message m = answer(s, from, last_included_index);

    m.install_snapshot_result.installed = true;
    when_message(s, &m);
}

/* ---- Then ---------------------------------------------------------------- */

const struct raft_install_snapshot_result *
install_reply(const struct test_server *s)
{
    return &sent(s, RAFT_INSTALL_SNAPSHOT_RESULT, RAFT_NO_SERVER)
                ->install_snapshot_result;
}

void then_place_is(const struct test_server *s, uint64_t bytes_stored)
{
    assert_false(install_reply(s)->installed);
    t_u64_eq(install_reply(s)->bytes_stored, bytes_stored);
}

/* The last of them, in *last, if there is one. */
static size_t count(const struct test_server *s, raft_server_id to,
                    bool is_heartbeat,
                    const struct raft_install_snapshot **last)
{
    size_t found = 0;

    for (size_t i = 0; i < s->effects.message_count; i++) {
        const struct raft_message *m = &s->effects.messages[i];

        if (m->type == RAFT_INSTALL_SNAPSHOT && m->to == to &&
            m->install_snapshot.is_heartbeat == is_heartbeat) {
            *last = &m->install_snapshot;
            found++;
        }
    }
    return found;
}

size_t pieces_sent(const struct test_server *s, raft_server_id to)
{
    const struct raft_install_snapshot *last = NULL;

    return count(s, to, false, &last);
}

size_t install_heartbeats_sent(const struct test_server *s, raft_server_id to)
{
    const struct raft_install_snapshot *last = NULL;

    return count(s, to, true, &last);
}

const struct raft_install_snapshot *piece_sent(const struct test_server *s,
                                               raft_server_id to)
{
    const struct raft_install_snapshot *last = NULL;

    if (count(s, to, false, &last) == 0) {
        fail_msg("no piece is sent to server %llu", (unsigned long long)to);
    }
    return last;
}

void then_log_begins_after(const struct test_server *s, raft_index base_index,
                           raft_term base_term, const char *terms)
{
    struct raft_entry expected[TEST_MAX_ENTRIES];
    const size_t length = entries_of(terms, base_index + 1, expected);
    struct raft_status status;

    raft_status(s->raft, &status);
    t_u64_eq(status.first_index, base_index + 1);
    t_u64_eq(status.last_index, base_index + length);
    t_u64_eq(raft_log_term_at(&s->raft->log, base_index), base_term);
    assert_null(raft_entry_at(s->raft, base_index));
    for (size_t i = 0; i < length; i++) {
        const struct raft_entry *entry =
            raft_entry_at(s->raft, base_index + 1 + i);

        assert_non_null(entry);
        t_u64_eq(entry->term, expected[i].term);
    }
    assert_null(raft_entry_at(s->raft, base_index + length + 1));
}
