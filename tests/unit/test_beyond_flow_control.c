/* SPDX-License-Identifier: MIT
 *
 * test_beyond_flow_control.c - beyond the paper: batches, pipelining, and the
 * bounds of both (dissertation 10.2).
 */
#include <stdlib.h>

#include "tests/unit/core_harness.h"

static const struct raft_options pipe = {.max_in_flight_entries = 8,
                                         .max_in_flight_bytes = 1000,
                                         .max_batch_entries = 4,
                                         .max_batch_bytes = 300};

/* What the window holds: sent, and not known to have arrived. */
static uint64_t in_flight(const struct test_server *s, size_t slot)
{
    return s->raft->next_index[slot] - 1 - s->raft->match_index[slot];
}

static void given_leader(struct test_server *s,
                         const struct raft_options *options)
{
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1",
                             .options = options});
}

static void d102_fc1_without_a_pipe_one_request_at_a_time(void **state)
{
    struct test_server *s = *state;

    given_leader(s, NULL);
    when_append_succeeds(s, 2, 1);
    when_proposed(s, 1, 8);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 1);
    when_proposed(s, 1, 8);
    assert_true(fired(s, FC_1) > 0);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 0);

    when_append_succeeds(s, 2, 2);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 1);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.prev_log_index, 2);
}

static void d102_fc1_pipe_sends_on_until_the_window_is_full(void **state)
{
    struct test_server *s = *state;

    given_leader(s, &pipe);
    when_append_succeeds(s, 2, 1);
    for (raft_index i = 0; i < 8; i++) {
        when_proposed(s, 1, 8);
        assert_true(declined(s, FC_1) > 0);
        t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.prev_log_index,
                 1 + i);
    }
    when_proposed(s, 1, 8);
    assert_true(fired(s, FC_1) > 0);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 0);
    t_u64_eq(in_flight(s, 1), 8);

    when_append_succeeds(s, 2, 2); /* room for one */
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.prev_log_index, 9);
}

static void d102_fc1_window_counts_bytes_too(void **state)
{
    struct test_server *s = *state;

    given_leader(s, &pipe);
    when_append_succeeds(s, 2, 1);
    for (int i = 0; i < 4; i++) {
        when_proposed(s, 1, 290);
        t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 1);
    }
    when_proposed(s, 1, 290); /* 1160 bytes are on their way */
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 0);
}

static void d102_fc1_bounds_are_reached_and_not_passed(void **state)
{
    struct test_server *s = *state;

    given_leader(s, &pipe);
    when_append_succeeds(s, 2, 1);
    for (int i = 0; i < 4; i++) {
        when_proposed(s, 1, 250);
    }
    when_proposed(s, 1, 1); /* 1000 bytes are on their way */
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 0);

    given_leader(s, &pipe);
    when_proposed(s, 3, 150);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.entry_count, 2);
}

/* Until the logs are known to meet, the pipe stays shut. */
static void d102_fc1_follower_that_is_probed_gets_one_request(void **state)
{
    struct test_server *s = *state;

    given_leader(s, &pipe);
    when_proposed(s, 1, 8);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 1);
    when_proposed(s, 1, 8);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 0);
}

/* The next request shows the gap: it is refused, and all goes out again. */
static void d102_fc1_lost_request_in_the_pipe_is_repeated(void **state)
{
    struct test_server *s = *state;

    given_leader(s, &pipe);
    when_append_succeeds(s, 2, 1);
    when_proposed(s, 1, 8); /* lost: entry 2 */
    when_proposed(s, 1, 8); /* arrives: entry 3, after 2 */
    when_append_fails(s, 2, 2, 0, 2);
    const struct raft_append_entries *ae =
        &sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries;

    t_u64_eq(ae->prev_log_index, 1);
    t_u64_eq(ae->entry_count, 2);
    when_append_succeeds(s, 2, 3);
    t_u64_eq(in_flight(s, 1), 0);
}

/*
 * Bug R1 (LogCabin #160, "critical"): the loop that packs a message went on
 * after an entry that did not fit. Random sizes around the limit.
 */
static void batch_is_a_run_of_neighbours_within_the_limits(void **state)
{
    struct test_server *s = *state;

    srand(160);
    for (int round = 0; round < 300; round++) {
        raft_index arrived = 1;

        given_leader(s, &pipe);
        for (int i = 0; i < 20; i++) {
            when_proposed(s, 1, (uint32_t)(rand() % 400));
        }
        when_append_succeeds(s, 2, arrived);
        while (arrived < 21) {
            const struct raft_append_entries ae =
                sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries;
            uint64_t bytes = 0;

            assert_true(ae.prev_log_index >= arrived);
            assert_true(ae.entry_count >= 1);
            assert_true(ae.entry_count <= pipe.max_batch_entries);
            for (size_t i = 0; i < ae.entry_count; i++) {
                const raft_index index = ae.prev_log_index + 1 + i;

                assert_ptr_equal(&ae.entries[i], raft_entry_at(s->raft, index));
                bytes += ae.entries[i].byte_count;
            }
            assert_true(bytes <= pipe.max_batch_bytes || ae.entry_count == 1);
            arrived = ae.prev_log_index + ae.entry_count;
            when_append_succeeds(s, 2, arrived);
        }
        t_u64_eq(arrived, 21);
    }
}

/*
 * Bug R7 (etcd-raft e419ba5, a370b6f): counters that leak until all proposals
 * are refused. Losses, refusals, changes of role; then rest: all is zero.
 */
static void nothing_is_in_flight_once_all_is_quiet(void **state)
{
    struct test_server *s = *state;
    struct raft_options options = pipe;
    struct raft_status status;

    options.max_uncommitted_bytes = 2000;
    srand(7);
    for (int round = 0; round < 20; round++) {
        given_leader(s, &options);
        for (int i = 0; i < 1000; i++) {
            const raft_index last = raft_log_last_index(&s->raft->log);
            const raft_server_id from = 2 + (raft_server_id)(rand() % 2);
            const raft_index match = s->raft->match_index[from - 1];

            switch (rand() % 5) {
            case 0:
                when_proposed(s, 1, (uint32_t)(rand() % 500));
                break;
            case 1:
                when_append_succeeds(
                    s, from, match + (raft_index)rand() % (last - match + 1));
                break;
            case 2:
                when_append_fails(s, from, (raft_index)rand() % (last + 1), 0,
                                  match + 1);
                break;
            case 3:
                when_ticks(s, 1);
                break;
            default:
                when_all_persisted(s);
                when_applied(s);
            }
            assert_true(in_flight(s, 1) <= options.max_in_flight_entries +
                                               options.max_batch_entries);
        }
        const raft_index last = raft_log_last_index(&s->raft->log);

        when_proposed(s, 1, 1); /* of our term, to commit all */
        when_all_persisted(s);
        when_append_succeeds(s, 2, raft_log_last_index(&s->raft->log));
        when_append_succeeds(s, 3, raft_log_last_index(&s->raft->log));
        assert_true(raft_log_last_index(&s->raft->log) >= last);
        t_u64_eq(in_flight(s, 1), 0);
        t_u64_eq(in_flight(s, 2), 0);
        raft_status(s->raft, &status);
        t_u64_eq(status.uncommitted_bytes, 0);
        t_u64_eq(status.commit_index, status.last_index);
        when_proposed(s, 1, 2000);
        assert_int_equal(s->error, RAFT_OK);
    }
}

static void uncommitted_tail_is_bounded(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.max_uncommitted_bytes = 1000};

    given_leader(s, &options);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_proposed(s, 1, 900); /* a term's first fits, whatever waits */
    assert_int_equal(s->error, RAFT_OK);
    when_proposed(s, 1, 101);
    assert_int_equal(s->error, RAFT_EBUSY);
    when_proposed(s, 1, 84); /* with entry 1, just 1000 */
    assert_int_equal(s->error, RAFT_OK);
    then_log_is(s, "1 5 5");

    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    when_proposed(s, 1, 5000); /* alone one always fits */
    assert_int_equal(s->error, RAFT_OK);
    when_proposed(s, 1, 1);
    assert_int_equal(s->error, RAFT_EBUSY);
}

/* The followers are a majority without us: commit_index runs ahead. */
static void what_our_disk_lacks_is_bounded_too(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.max_uncommitted_bytes = 1000};

    given_leader(s, &options);
    when_all_persisted(s);
    when_proposed(s, 1, 900);
    when_append_succeeds(s, 2, 2);
    when_append_succeeds(s, 3, 2);
    t_u64_eq(s->raft->commit_index, 2);
    when_proposed(s, 1, 900);
    assert_int_equal(s->error, RAFT_EBUSY);
    when_all_persisted(s);
    when_proposed(s, 1, 900);
    assert_int_equal(s->error, RAFT_OK);
}

/* A long tail of older terms can be committed only by an entry of ours. */
static void first_entry_of_a_term_always_fits(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.max_uncommitted_bytes = 20};

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 1 4", /* 16 bytes each */
                             .options = &options});
    when_proposed(s, 1, 8);
    assert_int_equal(s->error, RAFT_OK);
    when_proposed(s, 1, 8);
    assert_int_equal(s->error, RAFT_EBUSY);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(d102_fc1_without_a_pipe_one_request_at_a_time),
    T_SERVER(d102_fc1_pipe_sends_on_until_the_window_is_full),
    T_SERVER(d102_fc1_window_counts_bytes_too),
    T_SERVER(d102_fc1_bounds_are_reached_and_not_passed),
    T_SERVER(d102_fc1_follower_that_is_probed_gets_one_request),
    T_SERVER(d102_fc1_lost_request_in_the_pipe_is_repeated),
    T_SERVER(batch_is_a_run_of_neighbours_within_the_limits),
    T_SERVER(nothing_is_in_flight_once_all_is_quiet),
    T_SERVER(what_our_disk_lacks_is_bounded_too),
    T_SERVER(uncommitted_tail_is_bounded),
    T_SERVER(first_entry_of_a_term_always_fits),
};

T_MAIN(tests)
