/* SPDX-License-Identifier: MIT
 *
 * test_raftd_snapshots_room.c - a leader's snapshot that comes faster than the
 * disk writes it: what waits for the disk is bounded, and nothing is missing
 * in the end.
 */
#include <sched.h>

#include "cmd/raftd/server.h"
#include "tests/t.h"
#include "tests/unit/snapshot_scene.h"
#include "tests/unit/storage_bodies.h"

enum {
    FILE_BYTES = 64 << 20,
    PIECE_BYTES = 1 << 17,
    ROOM_BYTES = 16 << 20 /* MOST_RECEIVED */
};

/* ---- A node that only receives ------------------------------------------ */

static struct server server;
static struct raftd_options options;
static uint64_t place; /* what it said last */

static int save(void *self, raft_write_seq seq, raft_term term,
                raft_server_id vote)
{
    (void)self;
    (void)seq;
    (void)term;
    (void)vote;
    return 0;
}

static int flush(void *self)
{
    (void)self;
    return 0;
}

static void note_place(void *self, const struct raft_message *message)
{
    (void)self;
    assert_int_equal(message->type, RAFT_INSTALL_SNAPSHOT_RESULT);
    place = message->install_snapshot_result.bytes_stored;
}

/* Server 1, which is no member yet, in term 1. */
static void create_node(struct scene *scene)
{
    const struct raft_settings settings = {.id = 1,
                                           .election_ticks_min = 15,
                                           .election_ticks_max = 30,
                                           .heartbeat_ticks = 5,
                                           .options = raft_options_paper};
    const struct raft_node_parts parts = {
        .storage = {.save_hard_state = save, .flush = flush},
        .transport = {.send = note_place},
        .snapshots = snapshots_interface(&server)};
    const struct raft_start start = {.current_term = 1};

    options.election_ms_max = 300;
    server = (struct server){.options = &options, .fed_ns = server_clock_ns()};
    server.snapshots.thread = scene->thread;
    server.node = raft_node_create(&settings, &parts);
    assert_non_null(server.node);
    assert_int_equal(raft_node_start(server.node, &start), RAFT_OK);
}

static void receive(uint64_t offset, bool is_heartbeat)
{
    static const uint8_t bytes[PIECE_BYTES];
    const struct raft_message message = {
        .type = RAFT_INSTALL_SNAPSHOT,
        .from = 2,
        .to = 1,
        .term = 1,
        .install_snapshot = {.leader_id = 2,
                             .last_included_index = 100,
                             .last_included_term = 1,
                             .offset = offset,
                             .bytes = is_heartbeat ? NULL : bytes,
                             .byte_count = is_heartbeat ? 0 : PIECE_BYTES,
                             .done = !is_heartbeat &&
                                     offset + PIECE_BYTES == FILE_BYTES,
                             .is_heartbeat = is_heartbeat,
                             .file_bytes = FILE_BYTES}};

    server_received(&server, &message);
}

/* Our own, which no disk is asked for: something to tell of. */
static void begin_what_cannot_be(struct scene *scene)
{
    const struct raft_snapshot nothing = {0};

    assert_true(snapshot_thread_begin(scene->thread, &nothing));
}

static void pieces_wait_for_the_disk_up_to_a_bound(void **state)
{
    struct scene *scene = *state;

    create_node(scene);
    /* The thread stands still as long as it cannot ring. */
    pthread_mutex_lock(&scene->mutex);
    begin_what_cannot_be(scene);
    for (uint64_t at = 0; at < FILE_BYTES; at += PIECE_BYTES) {
        receive(at, false);
    }
    const size_t waiting = snapshot_thread_waiting(scene->thread);
    const uint64_t place_of_pieces = place;

    place = 0;
    receive(0, true);
    pthread_mutex_unlock(&scene->mutex);

    t_u64_eq(waiting, ROOM_BYTES);
    t_u64_eq(place_of_pieces, ROOM_BYTES);
    t_u64_eq(place, ROOM_BYTES); /* a heartbeat needs no room */
    while (snapshot_thread_waiting(scene->thread) > 0) {
        sched_yield();
    }
    receive(ROOM_BYTES, false); /* and it goes on */
    t_u64_eq(place, ROOM_BYTES + PIECE_BYTES);
    raft_node_destroy(server.node);
}

static const struct CMUnitTest tests[] = {
    T_SCENE(pieces_wait_for_the_disk_up_to_a_bound),
};

T_MAIN(tests)
