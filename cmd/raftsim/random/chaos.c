/* SPDX-License-Identifier: MIT
 *
 * chaos.c - a cluster, a seed, and what can go wrong.
 */
#include "cmd/raftsim/random/chaos.h"

#include <stdlib.h>

#include "cmd/raftsim/cluster/sim_guard.h"
#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/random/chaos_internal.h"

/* ---- Disks and state machines -------------------------------------------- */

static void persist(struct chaos *chaos)
{
    const size_t place = chaos_pick(chaos);
    const struct cluster_server *server = &chaos->act.cluster->servers[place];
    const size_t count = server->disk.write_count;

    if (!chaos_is_up(chaos, place) || !server->disk_by_hand || count == 0) {
        chaos_deliver(chaos);
        return;
    }
    act_persist(&chaos->act, place,
                1 + (size_t)sim_random_below(&chaos->random, count));
}

static void apply(struct chaos *chaos)
{
    const size_t place = chaos_pick(chaos);

    if (chaos_is_up(chaos, place) &&
        raft_node_has_more(chaos->act.cluster->servers[place].node)) {
        act_apply(&chaos->act, place);
    }
}

/* ---- The run ------------------------------------------------------------- */

/* Takes a share of what was drawn; false: it is somebody else's. */
static bool is_turn(uint64_t *drawn, uint64_t share)
{
    if (*drawn < share) {
        return true;
    }
    *drawn -= share;
    return false;
}

static void next_event(struct chaos *chaos)
{
    const struct chaos_profile *p = &chaos->profile;
    uint64_t drawn = sim_random_below(&chaos->random, 1000);

    if (chaos_go_on_with_plot(chaos)) {
        return;
    }
    if (is_turn(&drawn, p->fault)) {
        chaos_fault(chaos);
    } else if (chaos->act.cluster->network.count >
               p->most_in_flight + chaos->late_count +
                   chaos_count_detained(chaos)) {
        chaos_deliver(chaos);
    } else if (is_turn(&drawn, p->change)) {
        chaos_change(chaos);
    } else if (is_turn(&drawn, p->snapshot)) {
        chaos_snapshot(chaos);
    } else if (is_turn(&drawn, p->tick)) {
        chaos_tick(chaos);
    } else if (is_turn(&drawn, p->write)) {
        chaos_write(chaos);
    } else if (is_turn(&drawn, p->read)) {
        chaos_read(chaos);
    } else if (p->disks_by_hand && is_turn(&drawn, p->persist)) {
        persist(chaos);
    } else if (p->apply_by_hand && is_turn(&drawn, p->apply)) {
        apply(chaos);
    } else {
        chaos_deliver(chaos);
    }
}

/* All clocks, disks and state machines as the seed has them. */
static void begin(struct chaos *chaos)
{
    const struct cluster_watcher watcher = {
        .self = chaos,
        .applied = chaos_on_applied,
        .read_answered = chaos_on_read_answered,
        .change_ended = chaos_on_change_ended,
        .installed = chaos_on_installed,
        .stopped = chaos_on_stopped};

    act_begin(&chaos->act, &chaos->settings, chaos->profile.founder_only,
              &watcher);
    for (size_t i = 0; i < chaos->settings.server_count; i++) {
        /* Less than 10 per cent off: what leases allow for. */
        const uint32_t percent =
            chaos->profile.clocks_differ
                ? 91 + (uint32_t)sim_random_below(&chaos->random, 19)
                : 100;

        chaos->servers[i].percent = percent;
        if (percent != 100) {
            chaos_count(chaos,
                        percent < 100 ? CHAOS_CLOCKS_SLOW : CHAOS_CLOCKS_FAST);
        }
        if (chaos->profile.disks_by_hand) {
            act_disk_by_hand(&chaos->act, i);
        }
        if (chaos->profile.apply_by_hand) {
            act_machine_by_hand(&chaos->act, i);
        }
    }
}

static void run(void *argument)
{
    struct chaos *chaos = argument;

    begin(chaos);
    while (chaos->act.cluster->totals.steps < chaos->plan->input_count) {
        next_event(chaos);
        if (checker_violation(chaos->act.cluster->checker) != NULL) {
            chaos_fail(chaos, CHAOS_UNSAFE, "%s",
                       checker_violation(chaos->act.cluster->checker));
            return;
        }
    }
    chaos_end(chaos);
}

static void sum_up(struct chaos *chaos)
{
    const struct cluster *cluster = chaos->act.cluster;
    uint64_t *counts = chaos->totals.counts;

    cluster_count_rules(cluster, &chaos->totals.cluster);
    chaos->totals.seeds = 1;
    counts[CHAOS_ELECTIONS] = checker_election_count(cluster->checker);
    counts[CHAOS_COMMITS] = checker_commit_index(cluster->checker);
    counts[CHAOS_LOST] += cluster->network.lost_count;
}

/* What was seen from above first is the better story. */
static void fail_broken(struct chaos *chaos, const char *broken)
{
    const char *violation = checker_violation(chaos->act.cluster->checker);

    chaos_fail(chaos, CHAOS_UNSAFE, "%s",
               violation != NULL ? violation : broken);
}

struct chaos_verdict chaos_run(const struct chaos_plan *plan,
                               struct chaos_totals *totals)
{
    struct chaos *chaos = sim_calloc(1, sizeof(*chaos));
    char broken[CHAOS_FAILURE_BYTES];

    chaos->plan = plan;
    chaos->random.state = plan->seed;
    chaos->act.tape = plan->tape;
    chaos->history = history_create();
    chaos_draw(chaos);
    if (!sim_guard(run, chaos, broken, sizeof(broken))) {
        fail_broken(chaos, broken);
    }
    sum_up(chaos);
    chaos_add_totals(totals, &chaos->totals);
    if (plan->ended != NULL) {
        plan->ended(plan->self, chaos->act.cluster);
    }

    const struct chaos_verdict verdict = chaos->verdict;

    cluster_destroy(chaos->act.cluster);
    history_destroy(chaos->history);
    free(chaos);
    return verdict;
}
