/* SPDX-License-Identifier: MIT
 *
 * test_raftd_snapshots_retry.c - a leader's snapshot that can't be installed:
 * how long until it is asked for again, and what becomes of it until then.
 */
#include "cmd/raftd/server.h"
#include "tests/t.h"
#include "tests/unit/snapshot_scene.h"

static const uint64_t second = 1000000000;

/* ---- The clock ----------------------------------------------------------- */

static const struct snapshot_id first = {100, 1, 1000, 7};

static void pauses_double_up_to_30_s(void **state)
{
    static const uint32_t expected[] = {0, 1, 2, 4, 8, 16, 30, 30, 30};
    struct snapshot_retry retry = {0};
    uint64_t now = 5 * second;

    (void)state;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        t_u64_eq(snapshot_retry_failed(&retry, &first, now), expected[i]);
        assert_true(snapshot_retry_waits_for(&retry, &first));
        if (expected[i] > 0) {
            now += expected[i] * second - 1;
            assert_false(snapshot_retry_is_due(&retry, now++));
        }
        assert_true(snapshot_retry_is_due(&retry, now));
        assert_false(snapshot_retry_waits_for(&retry, &first));
        assert_false(snapshot_retry_is_due(&retry, now)); /* once */
    }
    retry.failures = UINT32_MAX;
    t_u64_eq(snapshot_retry_failed(&retry, &first, now), 30);
    t_u64_eq(snapshot_retry_failed(&retry, &first, now), 30);
}

static void another_snapshot_begins_at_once(void **state)
{
    static const struct snapshot_id others[] = {{101, 1, 1000, 7},
                                                {100, 2, 1000, 7},
                                                {100, 1, 1001, 7},
                                                {100, 1, 1000, 8}};

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct snapshot_retry retry = {0};

        (void)snapshot_retry_failed(&retry, &first, 0);
        t_u64_eq(snapshot_retry_failed(&retry, &first, 0), 1);
        assert_false(snapshot_retry_waits_for(&retry, &others[i]));
        t_u64_eq(snapshot_retry_failed(&retry, &others[i], 0), 0);
        t_u64_eq(snapshot_retry_failed(&retry, &first, 0), 0);
    }
}

/* ---- A node that only receives ------------------------------------------ */

enum { PIECE_BYTES = 1000, FILE_BYTES = 10 * PIECE_BYTES };

static struct server server;
static struct raftd_options options;
static uint64_t place; /* what it said last */
static raft_write_seq last_seq;
static raft_server_id leader; /* its term is its number less one */

static int save(void *self, raft_write_seq seq, raft_term term,
                raft_server_id vote)
{
    (void)self;
    (void)term;
    (void)vote;
    last_seq = seq;
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

    leader = 2;
    options.election_ms_max = 300;
    options.snapshot_log_bytes = UINT64_MAX;
    server = (struct server){.options = &options,
                             .storage = scene->rig.storage,
                             .kv = scene->kv,
                             .fed_ns = server_clock_ns()};
    server.snapshots.thread = scene->thread;
    server.node = raft_node_create(&settings, &parts);
    assert_non_null(server.node);
    assert_int_equal(raft_node_start(server.node, &start), RAFT_OK);
}

/* A piece of what can never become a map; its answer. */
static uint64_t receive(raft_index index, uint64_t offset)
{
    static const uint8_t bytes[PIECE_BYTES];
    const struct raft_message message = {
        .type = RAFT_INSTALL_SNAPSHOT,
        .from = leader,
        .to = 1,
        .term = leader - 1,
        .install_snapshot = {.leader_id = leader,
                             .last_included_index = index,
                             .last_included_term = 1,
                             .offset = offset,
                             .bytes = bytes,
                             .byte_count = PIECE_BYTES,
                             .done = offset + PIECE_BYTES == FILE_BYTES,
                             .file_bytes = FILE_BYTES}};

    server_received(&server, &message);
    return place;
}

static void receive_all(raft_index index)
{
    for (uint64_t at = 0; at < FILE_BYTES; at += PIECE_BYTES) {
        t_u64_eq(receive(index, at), at + PIECE_BYTES);
    }
}

/* The thread has news, and the loop takes it. */
static void turn(struct scene *scene)
{
    scene_wait(scene);
    snapshots_turn(&server);
}

/* It has failed more than once, and waits. */
static void fail_again(struct scene *scene)
{
    create_node(scene);
    receive_all(100);
    turn(scene);
    assert_false(server.snapshots.retry.waits); /* the first time: at once */
    server.snapshots.retry.failures = 20;       /* a pause for slow machines */
    receive_all(100);
    turn(scene);
    assert_true(server.snapshots.retry.waits);
}

static void let_time_pass(void)
{
    const uint64_t left = server.snapshots.retry.until_ns;

    assert_true(left > server_clock_ns());
    server.snapshots.retry.until_ns = 0;
    snapshots_turn(&server);
    assert_false(server.snapshots.retry.waits);
}

static void it_says_that_it_has_all_until_the_pause_ends(void **state)
{
    struct scene *scene = *state;

    fail_again(scene);
    server.snapshots.retry.until_ns += 1000 * second;
    snapshots_turn(&server);
    t_u64_eq(receive(100, 0), FILE_BYTES); /* a late one */
    t_u64_eq(snapshot_thread_waiting(scene->thread), 0);
    let_time_pass();
    t_u64_eq(receive(100, 5 * PIECE_BYTES), 0); /* from the start, please */
    t_u64_eq(receive(100, 0), PIECE_BYTES);
    raft_node_destroy(server.node);
}

/* In the middle of a transfer: a full disk, say. The next piece is as good as
 * all that are left. */
static void rest_of_a_transfer_that_failed_is_not_sent(void **state)
{
    struct scene *scene = *state;

    fail_again(scene);
    let_time_pass();
    fault_files_fill(scene->rig.disk, true);
    t_u64_eq(receive(100, 0), PIECE_BYTES);
    turn(scene);
    assert_true(server.snapshots.retry.waits);
    t_u64_eq(receive(100, 0), PIECE_BYTES); /* a late one */
    t_u64_eq(receive(100, PIECE_BYTES), FILE_BYTES);
    t_u64_eq(snapshot_thread_waiting(scene->thread), 0);
    t_u64_eq(scene->ring_count, 0);
    raft_node_destroy(server.node);
}

/* Nor is the failure of the older one told in the middle of it. */
static void newer_snapshot_does_not_wait(void **state)
{
    struct scene *scene = *state;

    fail_again(scene);
    server.snapshots.retry.until_ns = 0;
    t_u64_eq(receive(101, 0), PIECE_BYTES);
    snapshots_turn(&server);
    t_u64_eq(receive(101, PIECE_BYTES), 2 * PIECE_BYTES);
    t_u64_eq(scene->ring_count, 0);
    raft_node_destroy(server.node);
}

/* Its file may be sound. */
static void another_leader_does_not_wait(void **state)
{
    struct scene *scene = *state;

    fail_again(scene);
    snapshots_turn(&server);
    assert_true(server.snapshots.retry.waits);
    leader = 3;
    (void)receive(100, 0);
    assert_int_equal(raft_node_persisted(server.node, last_seq), RAFT_OK);
    t_u64_eq(place, FILE_BYTES);
    snapshots_turn(&server);
    assert_false(server.snapshots.retry.waits);
    t_u64_eq(receive(100, 0), PIECE_BYTES);
    raft_node_destroy(server.node);
}

/* The news of it has been under way. */
static void failure_of_the_one_before_is_not_this_ones(void **state)
{
    struct scene *scene = *state;

    create_node(scene);
    receive_all(100);
    t_u64_eq(receive(101, 0), PIECE_BYTES);
    turn(scene);
    assert_false(server.snapshots.retry.waits);
    t_u64_eq(server.snapshots.retry.failures, 0);
    t_u64_eq(receive(101, PIECE_BYTES), 2 * PIECE_BYTES);
    raft_node_destroy(server.node);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(pauses_double_up_to_30_s),
    cmocka_unit_test(another_snapshot_begins_at_once),
    T_SCENE(it_says_that_it_has_all_until_the_pause_ends),
    T_SCENE(rest_of_a_transfer_that_failed_is_not_sent),
    T_SCENE(newer_snapshot_does_not_wait),
    T_SCENE(another_leader_does_not_wait),
    T_SCENE(failure_of_the_one_before_is_not_this_ones),
};

T_MAIN(tests)
