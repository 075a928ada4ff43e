/* SPDX-License-Identifier: MIT
 *
 * test_cluster_network.c - what is in flight is bytes, the very ones that
 * raftd would send; and time passes as a server's own clock says.
 */
#include "tests/t.h"

#include <string.h>

#include "cmd/raftsim/cluster/cluster.h"

static const struct raft_entry some_entries[] = {
    {.term = 4,
     .type = RAFT_ENTRY_COMMAND,
     .byte_count = 3,
     .bytes = (const uint8_t *)"abc"},
    {.term = 5, .type = RAFT_ENTRY_NO_OP},
};

static struct raft_message an_append(raft_server_id from)
{
    return (struct raft_message){
        .type = RAFT_APPEND_ENTRIES,
        .from = from,
        .to = 2,
        .term = 5,
        .needs_write = 77,
        .append_entries = {.leader_id = from,
                           .prev_log_index = 3,
                           .prev_log_term = 4,
                           .entries = some_entries,
                           .entry_count = 2,
                           .leader_commit = 3,
                           .read_round = 6,
                           .sent_tick = 9},
    };
}

static uint64_t sequence_of(const struct sim_message *message)
{
    struct frame_scratch scratch = {0};
    struct frame frame;
    size_t used;

    assert_int_equal(frame_decode(message->bytes, message->byte_count,
                                  UINT32_MAX, &scratch, &frame, &used),
                     FRAME_OK);
    frame_scratch_free(&scratch);
    return frame.route.sequence;
}

static void only_what_the_bytes_say_travels(void **state)
{
    struct sim_network network = {0};
    const struct raft_message message = an_append(1);
    const struct sim_message *sent = sim_network_send(&network, &message);
    const struct raft_append_entries *ae = &sent->message.append_entries;
    uint8_t expected[512];

    (void)state;
    assert_true(frame_message_bytes(&message) <= sizeof(expected));
    t_u64_eq(sent->byte_count,
             frame_put_message(expected, SIM_CLUSTER_ID, 1, &message));
    assert_memory_equal(sent->bytes, expected, sent->byte_count);

    t_u64_eq(sent->message.term, 5);
    t_u64_eq(sent->message.needs_write, 0); /* is for the sender alone */
    t_u64_eq(ae->prev_log_index, 3);
    t_u64_eq(ae->read_round, 6);
    t_u64_eq(ae->sent_tick, 9);
    assert_ptr_not_equal(ae->entries, some_entries);
    t_u64_eq(ae->entry_count, 2);
    t_u64_eq(ae->entries[1].term, 5);
    assert_memory_equal(ae->entries[0].bytes, "abc", 3);
    /* The contents are not even copied out of the frame. */
    assert_true(ae->entries[0].bytes > sent->bytes &&
                ae->entries[0].bytes < sent->bytes + sent->byte_count);
    sim_network_free(&network);
}

static void numbers_of_frames_rise_for_each_sender(void **state)
{
    struct sim_network network = {0};
    const struct raft_message by_1 = an_append(1);
    const struct raft_message by_3 = an_append(3);

    (void)state;
    t_u64_eq(sequence_of(sim_network_send(&network, &by_1)), 1);
    t_u64_eq(sequence_of(sim_network_send(&network, &by_1)), 2);
    t_u64_eq(sequence_of(sim_network_send(&network, &by_3)), 1);
    t_u64_eq(sequence_of(sim_network_send(&network, &by_1)), 3);
    sim_network_free(&network);
}

static void a_double_is_the_same_bytes_and_outlives_the_first(void **state)
{
    struct sim_network network = {0};
    const struct raft_message message = an_append(1);

    (void)state;
    sim_network_send(&network, &message);

    const struct sim_message *second = sim_network_double(&network, 0);
    struct sim_message *first = sim_network_take(&network, 0);

    t_u64_eq(second->number, 2);
    t_u64_eq(second->byte_count, first->byte_count);
    assert_memory_equal(second->bytes, first->bytes, first->byte_count);
    sim_message_free(first);
    assert_memory_equal(second->message.append_entries.entries[0].bytes, "abc",
                        3);
    sim_network_free(&network);
}

static void a_cut_link_takes_what_is_sent_and_what_was(void **state)
{
    struct sim_network network = {0};
    const struct raft_message by_1 = an_append(1);
    const struct raft_message by_3 = an_append(3);

    (void)state;
    sim_network_send(&network, &by_1);
    sim_network_send(&network, &by_3);
    sim_network_cut(&network, 1, 2);
    assert_null(sim_network_send(&network, &by_1));
    t_u64_eq(network.count, 1);
    t_u64_eq(network.lost_count, 2);
    t_u64_eq(network.in_flight[0]->message.from, 3);
    sim_network_free(&network);
}

/* ---- Time ---------------------------------------------------------------- */

static struct cluster *a_cluster(void)
{
    const struct cluster_settings settings = {.server_count = 3,
                                              .seed = 1,
                                              .options = raft_options_paper,
                                              .election_ticks_min = 500,
                                              .election_ticks_max = 500,
                                              .heartbeat_ticks = 3};
    struct cluster *cluster = cluster_create(&settings);

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(cluster_start(cluster, i), RAFT_OK);
    }
    return cluster;
}

static raft_term term_of(const struct cluster *cluster, size_t place)
{
    struct raft_status status;

    cluster_status(cluster, place, &status);
    return status.current_term;
}

/* Its clock shows `percent` after 100 ticks, however they are handed out. */
static void must_show(uint32_t percent, uint32_t step)
{
    struct cluster *cluster = a_cluster();

    cluster->servers[0].clock_percent = percent;
    for (uint32_t passed = 0; passed < 100; passed += step) {
        assert_int_equal(cluster_pass_time(cluster, 0, step), RAFT_OK);
    }
    t_u64_eq(cluster->servers[0].disk.now, percent);
    t_u64_eq(cluster->servers[0].clock_remainder, 0);
    cluster_destroy(cluster);
}

static void a_clock_loses_nothing_of_its_rate(void **state)
{
    (void)state;
    for (uint32_t percent = 1; percent <= 250; percent++) {
        must_show(percent, 1);
    }
    must_show(90, 4);
    must_show(1000, 25);
    must_show(7, 100);
}

static void a_fast_clock_times_out_first(void **state)
{
    struct cluster *cluster = a_cluster();

    (void)state;
    cluster->servers[1].clock_percent = 110;
    for (uint32_t passed = 0; passed < 455; passed++) {
        for (size_t i = 0; i < 3; i++) {
            cluster_pass_time(cluster, i, 1);
        }
    }
    t_u64_eq(term_of(cluster, 0), 0);
    t_u64_eq(term_of(cluster, 1), 1);
    cluster_destroy(cluster);
}

static void a_slow_disk_takes_so_many_ticks_of_its_server(void **state)
{
    struct cluster *cluster = a_cluster();
    struct cluster_server *server = &cluster->servers[0];

    (void)state;
    server->disk_slow_ticks = 4;
    server->clock_percent = 50;
    assert_int_equal(cluster_tick(cluster, 0, 500), RAFT_OK);
    t_u64_eq(server->disk.write_count, 1); /* its vote for itself */
    t_u64_eq(cluster->network.count, 0);   /* which nobody hears of before */
    assert_int_equal(cluster_pass_time(cluster, 0, 7), RAFT_OK);
    t_u64_eq(server->disk.write_count, 1);
    assert_int_equal(cluster_pass_time(cluster, 0, 1), RAFT_OK);
    t_u64_eq(server->disk.write_count, 0);
    t_u64_eq(server->disk.current_term, 1);
    t_u64_eq(cluster->network.count, 2);
    cluster_destroy(cluster);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(only_what_the_bytes_say_travels),
    cmocka_unit_test(numbers_of_frames_rise_for_each_sender),
    cmocka_unit_test(a_double_is_the_same_bytes_and_outlives_the_first),
    cmocka_unit_test(a_cut_link_takes_what_is_sent_and_what_was),
    cmocka_unit_test(a_clock_loses_nothing_of_its_rate),
    cmocka_unit_test(a_fast_clock_times_out_first),
    cmocka_unit_test(a_slow_disk_takes_so_many_ticks_of_its_server),
};

T_MAIN(tests)
