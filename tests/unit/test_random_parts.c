/* SPDX-License-Identifier: MIT
 *
 * test_random_parts.c - parts of a random run, by hand: pauses, the last reads.
 */
#include "tests/t.h"

#include <stdlib.h>

#include "cmd/raftsim/random/chaos_internal.h"

/* S1 leads. */
static struct chaos *servers(size_t count)
{
    struct chaos *chaos = calloc(1, sizeof(*chaos));

    assert_non_null(chaos);
    chaos->settings = (struct cluster_settings){.server_count = count,
                                                .options = raft_options_paper,
                                                .election_ticks_min = 50,
                                                .election_ticks_max = 50,
                                                .heartbeat_ticks = 1};
    chaos->history = history_create();
    act_begin(&chaos->act, &chaos->settings, false,
              &(struct cluster_watcher){
                  .self = chaos, .read_answered = chaos_on_read_answered});
    for (size_t i = 0; i < count; i++) {
        chaos->servers[i].percent = 100;
    }
    act_tick(&chaos->act, 0, 50);
    while (chaos->act.cluster->network.count > 0) {
        act_deliver(&chaos->act, 0);
    }
    return chaos;
}

static void put(struct chaos *chaos)
{
    static char pair[][ACT_MAX_WORD] = {"k1=1.1"};
    raft_index index;
    raft_term term;

    assert_int_equal(act_put(&chaos->act, 0, pair, 1, &index, &term), RAFT_OK);
}

static void ticks(struct chaos *chaos, size_t count)
{
    while (count-- > 0) {
        chaos_tick(chaos);
    }
}

static void end(struct chaos *chaos)
{
    cluster_destroy(chaos->act.cluster);
    history_destroy(chaos->history);
    free(chaos);
}

/* ---- Pauses -------------------------------------------------------------- */

/* Nobody is there to hear that a write is done. */
static void a_paused_server_does_nothing(void **state)
{
    struct chaos *chaos = servers(1);
    const struct cluster_server *server = &chaos->act.cluster->servers[0];

    (void)state;
    act_disk_slow(&chaos->act, 0, 100);
    put(chaos);
    const uint64_t steps = chaos->act.cluster->totals.steps;

    chaos->servers[0].slow_ticks = 2;
    chaos->servers[0].paused_ticks = 5;
    ticks(chaos, 4);
    t_u64_eq(server->disk.write_count, 1);
    t_u64_eq(chaos->act.cluster->totals.steps, steps);
    ticks(chaos, 3); /* it is back; then the disk is mended */
    t_u64_eq(server->disk.write_count, 0);
    end(chaos);
}

static void a_pause_counts_when_it_is_caught_up(void **state)
{
    struct chaos *chaos = servers(1);
    const uint64_t *pauses = &chaos->totals.counts[CHAOS_PAUSES];

    (void)state;
    chaos->servers[0].paused_ticks = 1; /* a tick like any other */
    ticks(chaos, 2);
    t_u64_eq(*pauses, 0);
    chaos->servers[0].paused_ticks = 3;
    ticks(chaos, 2);
    t_u64_eq(*pauses, 0);
    ticks(chaos, 1);
    t_u64_eq(*pauses, 1);
    chaos->servers[0].paused_ticks = 4;
    ticks(chaos, 2);
    act_crash(&chaos->act, 0, NULL); /* it never wakes up */
    ticks(chaos, 5);
    t_u64_eq(*pauses, 1);
    end(chaos);
}

/* ---- The last reads ------------------------------------------------------ */

static void a_leader_must_answer_reads_in_the_end(void **state)
{
    struct chaos *chaos = servers(2);

    (void)state;
    put(chaos);
    while (chaos->act.cluster->network.count > 0) {
        act_deliver(&chaos->act, 0);
    }
    assert_true(chaos_answers(chaos, 3));
    assert_int_equal(chaos->verdict.problem, CHAOS_NOTHING);
    t_u64_eq(history_judged_count(chaos->history), CHAOS_KEYS);
    act_cut(&chaos->act, 1, 2);
    assert_false(chaos_answers(chaos, 3));
    assert_int_equal(chaos->verdict.problem, CHAOS_NOT_LIVE);
    end(chaos);
}

/* A value that nobody has written by the history: what is read is judged. */
static void what_is_read_in_the_end_is_judged(void **state)
{
    struct chaos *chaos = servers(1);
    char broken[CHAOS_FAILURE_BYTES];

    (void)state;
    put(chaos);
    assert_true(chaos_answers(chaos, 1));
    assert_false(history_check(chaos->history, broken, sizeof(broken)));
    assert_string_equal(broken, "Linearizable: a value was read that nobody "
                                "wrote (key 1, value 257)");
    end(chaos);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_paused_server_does_nothing),
    cmocka_unit_test(a_pause_counts_when_it_is_caught_up),
    cmocka_unit_test(a_leader_must_answer_reads_in_the_end),
    cmocka_unit_test(what_is_read_in_the_end_is_judged),
};

T_MAIN(tests)
