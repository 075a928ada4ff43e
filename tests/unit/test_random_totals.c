/* SPDX-License-Identifier: MIT
 *
 * test_random_totals.c - the totals of a random run are what happened in it.
 *
 * Its tape is played, and what the player sees is counted once more; up to the
 * end of the storm, where that is what a total says.
 */
#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/random/chaos_internal.h"
#include "cmd/raftsim/scenario/player.h"

enum { INPUTS = 2500 };

/* What a crash may take from a disk, or leave there. */
struct on_disk {
    raft_term current_term;
    raft_server_id voted_for;
    size_t log_count;
    raft_term last_term;
    size_t under_way;
};

struct seen {
    struct player *player;
    bool is_over; /* the storm */
    size_t crashed;
    struct on_disk before;
    uint64_t counts[CHAOS_COUNT_COUNT];
};

static struct on_disk look(const struct seen *seen, size_t place)
{
    const struct sim_disk *disk =
        &player_cluster(seen->player)->servers[place].disk;

    return (struct on_disk){
        .current_term = disk->current_term,
        .voted_for = disk->voted_for,
        .log_count = disk->log_count,
        .last_term =
            disk->log_count == 0 ? 0 : disk->log[disk->log_count - 1].term,
        .under_way = disk->write_count};
}

static void on_told(void *self, const struct scenario_event *event)
{
    struct seen *seen = self;

    seen->is_over = seen->is_over || event->verb == SCENARIO_MARK;
}

static void on_begun(void *self, int number, const struct scenario_event *event)
{
    struct seen *seen = self;

    (void)number;
    seen->crashed = 0;
    if (event->verb == SCENARIO_RESTART) {
        seen->counts[CHAOS_RESTARTS]++;
    }
    if (event->verb == SCENARIO_DUP) {
        seen->counts[CHAOS_DOUBLED]++;
    }
    if (event->verb == SCENARIO_CRASH) {
        seen->crashed = (size_t)(event->words[0][1] - '0');
        seen->before = look(seen, seen->crashed - 1);
    }
}

static void on_ended(void *self, const struct cluster *cluster)
{
    struct seen *seen = self;

    (void)cluster;
    if (seen->crashed == 0 || seen->is_over) {
        return;
    }
    const struct on_disk after = look(seen, seen->crashed - 1);
    const struct on_disk *before = &seen->before;
    const bool same = after.current_term == before->current_term &&
                      after.voted_for == before->voted_for &&
                      after.log_count == before->log_count &&
                      after.last_term == before->last_term;

    seen->counts[before->under_way == 0 ? CHAOS_CRASHES_CLEAN
                 : same                 ? CHAOS_CRASHES_LOST
                                        : CHAOS_CRASHES_TORN]++;
}

static void on_sent(void *self, const struct raft_message *message,
                    uint64_t number)
{
    struct seen *seen = self;

    (void)message;
    seen->counts[CHAOS_LOST] += number == 0 ? 1 : 0;
}

static void on_received(void *self, const struct raft_message *message,
                        uint64_t number, enum player_fate fate)
{
    struct seen *seen = self;
    const struct sim_network *network = &player_cluster(seen->player)->network;
    bool overtakes = false;

    if (fate == PLAYER_LOST) {
        seen->counts[CHAOS_LOST]++;
        return;
    }
    for (size_t i = 0; i < network->count; i++) {
        const struct sim_message *other = network->in_flight[i];

        overtakes = overtakes || (other->number < number &&
                                  other->message.from == message->from &&
                                  other->message.to == message->to);
    }
    if (!seen->is_over) {
        seen->counts[CHAOS_REORDERED] += overtakes ? 1 : 0;
        seen->counts[fate == PLAYER_ARRIVED ? CHAOS_DELIVERED
                                            : CHAOS_UNDELIVERABLE]++;
    }
}

static void on_stopped(void *self, size_t place, bool disk_failed)
{
    struct seen *seen = self;

    (void)place;
    seen->counts[CHAOS_DISK_ERRORS] += disk_failed ? 1 : 0;
}

static void play(const char *tape, struct seen *seen)
{
    struct scenario_error error;
    struct scenario *scenario = scenario_parse("tape", tape, &error);

    assert_non_null(scenario);
    seen->player = player_create(scenario, NULL);
    player_listen(seen->player,
                  &(struct player_listener){.self = seen,
                                            .told = on_told,
                                            .begun = on_begun,
                                            .ended = on_ended,
                                            .sent = on_sent,
                                            .received = on_received,
                                            .stopped = on_stopped});
    while (!player_is_done(seen->player)) {
        if (player_step(seen->player, &error) != PLAYER_OK) {
            fail_msg("%s", error.text);
        }
    }
    player_destroy(seen->player);
    scenario_free(scenario);
}

static void check_seed(uint64_t seed, uint64_t sums[CHAOS_COUNT_COUNT])
{
    static const enum chaos_count seen_by_player[] = {
        CHAOS_DELIVERED,    CHAOS_UNDELIVERABLE, CHAOS_LOST,
        CHAOS_DOUBLED,      CHAOS_REORDERED,     CHAOS_CRASHES_CLEAN,
        CHAOS_CRASHES_LOST, CHAOS_CRASHES_TORN,  CHAOS_DISK_ERRORS,
        CHAOS_RESTARTS};
    struct chaos_totals totals = {0};
    struct seen seen = {0};
    char *tape = NULL;
    size_t tape_bytes = 0;
    FILE *file = open_memstream(&tape, &tape_bytes);

    assert_non_null(file);
    (void)chaos_run(
        &(struct chaos_plan){.seed = seed, .input_count = INPUTS, .tape = file},
        &totals);
    assert_int_equal(fclose(file), 0);
    play(tape, &seen);
    free(tape);
    for (size_t i = 0; i < sizeof(seen_by_player) / sizeof(seen_by_player[0]);
         i++) {
        const enum chaos_count count = seen_by_player[i];

        if (totals.counts[count] != seen.counts[count]) {
            print_error("seed %llu: %s\n", (unsigned long long)seed,
                        chaos_count_text(count));
        }
        t_u64_eq(totals.counts[count], seen.counts[count]);
        sums[count] += seen.counts[count] + 1; /* counted: not 0 */
    }
}

static void totals_are_what_happened(void **state)
{
    uint64_t sums[CHAOS_COUNT_COUNT] = {0};
    enum { SEEDS = 20 };

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        check_seed(seed, sums);
    }
    for (int i = 0; i < CHAOS_COUNT_COUNT; i++) {
        assert_true(sums[i] == 0 || sums[i] > SEEDS); /* each came up */
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(totals_are_what_happened),
};

T_MAIN(tests)
