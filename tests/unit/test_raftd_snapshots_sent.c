/* SPDX-License-Identifier: MIT
 *
 * test_raftd_snapshots_sent.c - a follower that takes the same snapshot again
 * and again: this server looks at its own file, and replaces one that is
 * damaged, although nothing has been written since.
 */
#include "tests/t.h"
#include "cmd/raftd/server.h"
#include "tests/unit/snapshot_scene.h"
#include "tests/unit/storage_bodies.h"

/* The members of that snapshot: see body_of(). */
enum { US = 10 * SCENE_KEYS, FOLLOWER = US + 1 };

static const char name[] = "snapshot-0000000000000258"; /* SCENE_KEYS */

static struct server server;
static struct raftd_options options;
static struct raft_snapshot of; /* our newest */

/* ---- A node that has one and does not lead ------------------------------ */

static int save(void *self, raft_write_seq seq, raft_term term,
                raft_server_id vote)
{
    (void)self;
    (void)seq;
    (void)term;
    (void)vote;
    return 0;
}

static int reset(void *self, raft_write_seq seq, raft_index after_index,
                 raft_term after_term)
{
    (void)self;
    (void)seq;
    (void)after_index;
    (void)after_term;
    return 0;
}

static int flush(void *self)
{
    (void)self;
    return 0;
}

static void configure(void *self, const struct raft_config *config)
{
    (void)self;
    (void)config;
}

static void create_node(void)
{
    const struct raft_settings settings = {.id = US,
                                           .election_ticks_min = 15,
                                           .election_ticks_max = 30,
                                           .heartbeat_ticks = 5,
                                           .options = raft_options_paper};
    const struct raft_node_parts parts = {
        .storage = {.save_hard_state = save, .reset = reset, .flush = flush},
        .transport = {.configure = configure}};
    const struct raft_start start = {.current_term = 1, .snapshot = &of};

    server.node = raft_node_create(&settings, &parts);
    assert_non_null(server.node);
    assert_int_equal(raft_node_start(server.node, &start), RAFT_OK);
}

static void open_server(struct scene *scene)
{
    static const struct net_settings settings = {.listen = "127.0.0.1:0",
                                                 .self = {.server_id = US}};
    static const struct net_events events;
    char error[128];
    bool in_use;

    scene_put_keys(scene->kv);
    of = scene_take(scene).snapshot;
    options.snapshot_log_bytes = UINT64_MAX;
    server = (struct server){
        .options = &options, .storage = scene->rig.storage, .kv = scene->kv};
    server.snapshots.thread = scene->thread;
    server.net = net_create(&settings, &events, error, sizeof error, &in_use);
    assert_non_null(server.net);
    create_node();
}

static void close_server(void)
{
    snapshot_file_close(server.snapshots.reader);
    raft_node_destroy(server.node);
    net_destroy(server.net);
}

/* ---- What happens -------------------------------------------------------- */

static void send_first_piece(raft_server_id to)
{
    const struct raft_message message = {
        .type = RAFT_INSTALL_SNAPSHOT,
        .to = to,
        .install_snapshot = {.last_included_index = of.last_index,
                             .last_included_term = of.last_term,
                             .file_bytes = of.byte_count,
                             .checksum = of.checksum}};

    snapshots_sending(&server, &message);
}

static void answer(raft_server_id from, uint64_t bytes_stored, bool installed)
{
    const struct raft_message message = {
        .type = RAFT_INSTALL_SNAPSHOT_RESULT,
        .from = from,
        .install_snapshot_result = {.last_included_index = of.last_index,
                                    .bytes_stored = bytes_stored,
                                    .installed = installed}};

    snapshots_answered(&server, &message);
}

static void turn(struct scene *scene)
{
    scene_wait(scene);
    snapshots_turn(&server);
}

/* The loop, until a snapshot has been taken. */
static void turns_until_taken(struct scene *scene)
{
    while (server.snapshots.taking) {
        server.snapshots.slice_ns = 0;
        snapshots_turn(&server);
    }
    turn(scene);
    assert_false(server.snapshots.writing);
}

static bool fetches_first_piece(void)
{
    const struct raft_snapshots face = snapshots_interface(&server);
    struct raft_install_snapshot piece = {.last_included_index = of.last_index};

    return face.fetch(face.self, &piece);
}

/* ---- Tests --------------------------------------------------------------- */

static void one_that_begins_anew_has_our_file_checked(void **state)
{
    struct scene *scene = *state;
    struct snapshots *s = &server.snapshots;

    open_server(scene);
    send_first_piece(FOLLOWER);
    send_first_piece(FOLLOWER); /* the first one was lost */
    answer(FOLLOWER, of.byte_count - 1, false);
    send_first_piece(FOLLOWER); /* it restarted in the middle */
    assert_false(s->checking);
    answer(FOLLOWER, of.byte_count, false);
    send_first_piece(FOLLOWER);
    assert_true(s->checking);
    turn(scene);
    assert_false(s->checking);
    t_u64_eq(s->damaged_index, 0);
    for (int i = 0; i < 3; i++) {
        s->peers[0].again.until_ns = 0;
        answer(FOLLOWER, of.byte_count, false);
        send_first_piece(FOLLOWER);
        assert_true(s->checking); /* it may have gone bad since */
        turn(scene);
    }
    assert_false(s->checking);
    answer(FOLLOWER, 0, true); /* and later it is needed again */
    send_first_piece(FOLLOWER);
    answer(FOLLOWER, of.byte_count, false);
    send_first_piece(FOLLOWER);
    assert_true(s->checking);
    turn(scene);
    close_server();
}

static void strangers_are_not_remembered(void **state)
{
    open_server(*state);
    for (raft_server_id id = 0; id < 100; id++) {
        send_first_piece(id);
        answer(id, of.byte_count, false);
        send_first_piece(id);
    }
    assert_false(server.snapshots.checking);
    close_server();
}

/* One that does not wait between its attempts fills no log. */
static void warnings_keep_their_distance(void **state)
{
    struct snapshot_retry *again = &server.snapshots.peers[0].again;
    uint64_t told = 0;

    open_server(*state);
    server.snapshots.checking = true; /* not of interest here */
    for (int i = 0; i < 1000; i++) {
        send_first_piece(FOLLOWER);
        answer(FOLLOWER, of.byte_count, false);
        again->failures += i == 1 ? 20 : 0; /* 30 s, for slow machines */
        told = again->failures;
    }
    t_u64_eq(told, 22);
    again->until_ns = 0;
    send_first_piece(FOLLOWER);
    t_u64_eq(again->failures, 23);
    close_server();
}

/* Nothing has been written since: the same index, the same bytes. */
static void damaged_file_is_written_anew(void **state)
{
    struct scene *scene = *state;
    struct snapshots *s = &server.snapshots;
    struct storage_error error;

    open_server(scene);
    assert_true(fetches_first_piece());
    fault_files_flip(scene->rig.disk, name, (size_t)of.byte_count / 2, 1);
    send_first_piece(FOLLOWER);
    answer(FOLLOWER, of.byte_count, false);
    send_first_piece(FOLLOWER);
    turn(scene);
    t_u64_eq(s->damaged_index, SCENE_KEYS);
    assert_true(s->taking);
    assert_false(fetches_first_piece()); /* what is damaged is of no use */
    server.orders.snapshots[0] = (struct order_snapshot){NULL, SCENE_KEYS};
    server.orders.snapshot_count = 1;
    orders_turn(&server);
    t_u64_eq(server.orders.answer_count, 0); /* nor to who asks for one */
    turns_until_taken(scene);
    t_u64_eq(s->damaged_index, 0);
    orders_turn(&server);
    t_u64_eq(server.orders.answer_count, 1);
    assert_int_equal(server.orders.answers[0].answer.outcome, BRIDGE_DONE);
    assert_true(fetches_first_piece());
    scene_map_is(snapshot_read_map(scene->rig.storage, &error), scene->kv);
    assert_false(snapshots_take(&server)); /* once */
    close_server();
}

/* Then no follower ever has all of it. */
static void file_that_cannot_be_read_is_replaced_as_well(void **state)
{
    struct scene *scene = *state;
    struct snapshots *s = &server.snapshots;

    open_server(scene);
    fault_files_flip(scene->rig.disk, name, 20, 1);
    assert_false(fetches_first_piece());
    assert_true(s->checking);
    assert_false(fetches_first_piece());
    turn(scene);
    t_u64_eq(s->damaged_index, SCENE_KEYS);
    turns_until_taken(scene);
    assert_true(fetches_first_piece());
    close_server();
}

/* Descriptors come back. */
static void file_that_cannot_be_checked_is_left_alone(void **state)
{
    struct scene *scene = *state;
    struct snapshots *s = &server.snapshots;

    open_server(scene);
    fault_files_refuse_handles(scene->rig.disk, 2);
    assert_false(fetches_first_piece());
    assert_true(s->checking);
    turn(scene);
    assert_false(s->checking);
    t_u64_eq(s->damaged_index, 0);
    assert_false(s->taking);
    assert_true(fetches_first_piece());
    close_server();
}

static const struct CMUnitTest tests[] = {
    T_SCENE(one_that_begins_anew_has_our_file_checked),
    T_SCENE(strangers_are_not_remembered),
    T_SCENE(warnings_keep_their_distance),
    T_SCENE(damaged_file_is_written_anew),
    T_SCENE(file_that_cannot_be_read_is_replaced_as_well),
    T_SCENE(file_that_cannot_be_checked_is_left_alone),
};

T_MAIN(tests)
