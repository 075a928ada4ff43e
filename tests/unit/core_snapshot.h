/* SPDX-License-Identifier: MIT
 *
 * core_snapshot.h - one server under test, and snapshots: its own, and those
 * that come from a leader, server 2.
 */
#ifndef TESTS_UNIT_CORE_SNAPSHOT_H
#define TESTS_UNIT_CORE_SNAPSHOT_H

#include "tests/unit/core_harness.h"

enum { TEST_FILE_BYTES = 1000 };

/* One of TEST_FILE_BYTES; its members are voters(3), from entry 1. */
struct raft_snapshot snapshot_of(raft_index last_index, raft_term last_term);

/* ---- Its own ------------------------------------------------------------- */

/* A snapshot of what has been applied is durable at once. */
void when_taken(struct test_server *s);
void when_reported_taken(struct test_server *s,
                         const struct raft_snapshot *snapshot);

/*
 * A leader of three, term 5, whose log is empty behind a snapshot up to entry
 * 6: server 2 has them all, server 3 has not answered yet.
 */
void given_compacted_leader(struct test_server *s,
                            const struct raft_options *options);
/* The same, and the snapshot is sent to server 3, which has all pieces before
 * offset. */
void given_on_its_way(struct test_server *s, uint64_t offset);

/* ---- A leader's, in its term --------------------------------------------- */

void when_piece(struct test_server *s, raft_term term,
                const struct raft_snapshot *snapshot, uint64_t offset,
                uint32_t byte_count);
void when_install_heartbeat(struct test_server *s, raft_term term,
                            const struct raft_snapshot *snapshot);
void when_stored(struct test_server *s, const struct raft_snapshot *snapshot);
/* All of it in one piece, and durable. */
void when_installed(struct test_server *s, raft_term term,
                    const struct raft_snapshot *snapshot);

/* ---- A follower's answers ------------------------------------------------ */

void when_place_is_told(struct test_server *s, raft_server_id from,
                        raft_index last_included_index, uint64_t bytes_stored);
void when_told_installed(struct test_server *s, raft_server_id from,
                         raft_index last_included_index);

/* ---- Then ---------------------------------------------------------------- */

/* The last answer to a leader; fails the test when there is none. */
const struct raft_install_snapshot_result *
install_reply(const struct test_server *s);
void then_place_is(const struct test_server *s, uint64_t bytes_stored);
/* What was sent to a server: pieces, and heartbeats without one. */
size_t pieces_sent(const struct test_server *s, raft_server_id to);
size_t install_heartbeats_sent(const struct test_server *s, raft_server_id to);
/* The last piece sent; fails the test when there is none. */
const struct raft_install_snapshot *piece_sent(const struct test_server *s,
                                               raft_server_id to);
/* The entries in the log: the first one behind base, and all terms. */
void then_log_begins_after(const struct test_server *s, raft_index base_index,
                           raft_term base_term, const char *terms);

#endif
