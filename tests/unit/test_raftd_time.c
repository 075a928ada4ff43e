/* SPDX-License-Identifier: MIT
 *
 * test_raftd_time.c - a process that stood still: what time it is when the
 * messages that waited for it are handled.
 */
#include "cmd/raftd/server.h"
#include "tests/t.h"
#include "tests/unit/node_world.h"

enum { STOOD_STILL_MS = 250 };

static struct server server;
static struct raftd_options options;
static struct world world;

/* Server 1 follows 2 in term 1, and has not run for a while. */
static uint64_t given_a_stop(void)
{
    options.election_ms_max = 1000;
    world_create(&world, &raft_options_default);
    world_start(&world, 3);
    server = (struct server){.options = &options, .node = world.node};
    server.fed_ns = server_clock_ns() - STOOD_STILL_MS * UINT64_C(1000000);
    return server.fed_ns;
}

static const struct raft_message heartbeat = {
    .type = RAFT_APPEND_ENTRIES,
    .from = 2,
    .to = 1,
    .term = 1,
    .append_entries = {.leader_id = 2}};

/*
 * With its answer a follower promises a leader not to vote for a while. Time
 * that passed before must not be taken off that promise: the leader would
 * read under a lease while another is elected.
 */
static void d64_ls1_promise_counts_from_when_a_request_is_handled(void **state)
{
    const uint64_t before = given_a_stop();
    struct raft_status status;

    (void)state;
    server_received(&server, &heartbeat);
    raft_node_status(world.node, &status);
    t_u64_eq(status.leader_id, 2);
    t_u64_eq(status.leader_contact_ticks, 0);
    assert_true(server.fed_ns - before >=
                (STOOD_STILL_MS - 10) * UINT64_C(1000000));
    world_destroy(&world);
}

/* An answer that is here already makes nobody silent. */
static void d62_cq1_answers_count_before_time_does(void **state)
{
    const uint64_t before = given_a_stop();
    const struct raft_message answer = {
        .type = RAFT_APPEND_ENTRIES_RESULT, .from = 2, .to = 1, .term = 1};

    (void)state;
    server_received(&server, &answer);
    t_u64_eq(server.fed_ns, before);
    world_destroy(&world);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(d64_ls1_promise_counts_from_when_a_request_is_handled),
    cmocka_unit_test(d62_cq1_answers_count_before_time_does),
};

T_MAIN(tests)
