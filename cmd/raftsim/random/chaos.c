/* SPDX-License-Identifier: MIT
 *
 * chaos.c - a cluster, a seed, and everything that can go wrong.
 */
#include "cmd/raftsim/random/chaos.h"

#include <stdio.h>

#include "cmd/raftsim/random/chaos_internal.h"

const char *chaos_count_text(enum chaos_count count)
{
#define CHAOS_TEXT(name, says) says,
    static const char *const texts[] = {CHAOS_COUNTS(CHAOS_TEXT)};
#undef CHAOS_TEXT

    return texts[count];
}

/* ---- What the seed decides ----------------------------------------------- */

static bool coin(struct sim_random *random)
{
    return sim_random_chance(random, 500);
}

/* Small limits show what large ones hide: bounds, batches of one, windows. */
static void draw_limits(struct sim_random *random, struct raft_options *options)
{
    options->max_batch_entries = coin(random) ? 1 : 3;
    options->max_in_flight_entries =
        coin(random) ? 0 : (uint32_t)(2 + sim_random_below(random, 6));
    options->max_in_flight_bytes = coin(random) ? 0 : 64;
    options->max_uncommitted_bytes = coin(random) ? 0 : 200;
    options->max_apply_entries = coin(random) ? 1 : 3;
}

/* As raftd runs it, as the paper has it, or any mixture. */
static struct raft_options draw_options(struct sim_random *random)
{
    struct raft_options options = raft_options_default;

    switch (sim_random_below(random, 4)) {
    case 0:
        return raft_options_default;
    case 1:
        return raft_options_paper;
    case 2:
        draw_limits(random, &options);
        return options;
    default:
        options.pre_vote = coin(random);
        options.stickiness = coin(random);
        options.check_quorum = coin(random);
        options.no_op = coin(random);
        options.fast_backtracking = coin(random);
        options.lease = options.stickiness && coin(random);
        draw_limits(random, &options);
        if (!options.no_op) {
            /* A full tail of older terms would wait for a write for ever. */
            options.max_uncommitted_bytes = 0;
        }
        return options;
    }
}

static struct cluster_settings draw_settings(struct sim_random *random,
                                             uint64_t seed)
{
    struct cluster_settings settings = {
        .server_count = 1 + (size_t)(seed % 5),
        .seed = seed,
        .options = draw_options(random),
        .election_ticks_min = 5 + (uint32_t)sim_random_below(random, 6),
        .heartbeat_ticks = 1 + (uint32_t)sim_random_below(random, 2),
        .config_in_log = coin(random)};

    settings.election_ticks_max = 2 * settings.election_ticks_min;
    return settings;
}

static struct chaos_profile draw_profile(struct sim_random *random,
                                         size_t server_count)
{
    return (struct chaos_profile){
        .tick = 60 + sim_random_below(random, 100),
        .write = 20 + sim_random_below(random, 80),
        .read = 10 + sim_random_below(random, 30),
        .persist = 100 + sim_random_below(random, 150),
        .apply = 100 + sim_random_below(random, 100),
        .fault = 1 + sim_random_below(random, coin(random) ? 15 : 50),
        .loss = coin(random) ? 0 : sim_random_below(random, 150),
        .doubling = coin(random) ? 0 : sim_random_below(random, 100),
        .overtaking = coin(random) ? 0 : sim_random_below(random, 500),
        .most_in_flight = server_count * (4 + sim_random_below(random, 8)),
        .disks_by_hand = coin(random),
        .apply_by_hand = coin(random)};
}

/* The founder alone knows of the cluster, as when raftd starts, or all do. */
static void start_servers(struct chaos *chaos)
{
    struct cluster *cluster = chaos->cluster;
    const bool founder_only = coin(&chaos->random);

    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        cluster->servers[i].disk_by_hand = chaos->profile.disks_by_hand;
        cluster->servers[i].apply_by_hand = chaos->profile.apply_by_hand;
        chaos->servers[i].slow_clock = coin(&chaos->random);
        if (cluster->settings.config_in_log && (i == 0 || !founder_only)) {
            cluster_found(cluster, i);
        }
        cluster_start(cluster, i);
    }
}

/* ---- The network --------------------------------------------------------- */

/* A paused server's messages wait, like those on a socket nobody reads. */
static bool pick_message(struct chaos *chaos, size_t *place)
{
    const struct sim_network *network = &chaos->cluster->network;
    const bool overtakes =
        sim_random_chance(&chaos->random, chaos->profile.overtaking);
    size_t candidates = 0;

    for (size_t i = 0; i < network->count; i++) {
        const raft_server_id to = network->in_flight[i]->message.to;

        if (chaos->servers[to - 1].paused_ticks > 0) {
            continue;
        }
        candidates++;
        if (candidates == 1 ||
            (overtakes && sim_random_below(&chaos->random, candidates) == 0)) {
            *place = i;
        }
    }
    chaos->counts[CHAOS_REORDERED] += candidates > 0 && *place > 0 ? 1 : 0;
    return candidates > 0;
}

static void deliver(struct chaos *chaos)
{
    struct sim_network *network = &chaos->cluster->network;
    size_t place = 0;

    if (!pick_message(chaos, &place)) {
        chaos_tick(chaos);
        return;
    }
    if (sim_random_chance(&chaos->random, chaos->profile.loss)) {
        sim_message_free(sim_network_take(network, place));
        chaos->counts[CHAOS_LOST]++;
        return;
    }
    if (sim_random_chance(&chaos->random, chaos->profile.doubling)) {
        sim_network_double(network, place);
        chaos->counts[CHAOS_DOUBLED]++;
    }
    const size_t to = (size_t)network->in_flight[place]->message.to - 1;

    chaos->counts[cluster_is_running(chaos->cluster, to)
                      ? CHAOS_DELIVERED
                      : CHAOS_UNDELIVERABLE]++;
    cluster_deliver(chaos->cluster, place);
}

static void persist(struct chaos *chaos)
{
    const size_t place = (size_t)sim_random_below(
        &chaos->random, chaos->cluster->settings.server_count);
    const size_t count = chaos->cluster->servers[place].disk.write_count;

    if (!chaos_is_up(chaos, place) || count == 0) {
        deliver(chaos);
        return;
    }
    cluster_persist(chaos->cluster, place,
                    1 + (size_t)sim_random_below(&chaos->random, count));
}

static void apply(struct chaos *chaos)
{
    const size_t place = (size_t)sim_random_below(
        &chaos->random, chaos->cluster->settings.server_count);

    if (chaos_is_up(chaos, place)) {
        cluster_apply(chaos->cluster, place);
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

    if (is_turn(&drawn, p->fault)) {
        chaos_fault(chaos);
    } else if (chaos->cluster->network.count > p->most_in_flight) {
        deliver(chaos);
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
        deliver(chaos);
    }
}

static bool run(struct chaos *chaos, uint64_t input_count, char *failure,
                size_t failure_bytes)
{
    while (chaos->cluster->totals.steps < input_count) {
        next_event(chaos);
        chaos_settle_writes(chaos);
        if (checker_violation(chaos->cluster->checker) != NULL) {
            break;
        }
    }
    const char *violation = checker_violation(chaos->cluster->checker);

    if (violation != NULL) {
        snprintf(failure, failure_bytes, "%s", violation);
        return false;
    }
    return chaos_end(chaos, failure, failure_bytes);
}

static void add_totals(struct chaos_totals *totals,
                       const struct cluster *cluster)
{
    struct cluster_totals one;

    cluster_count_rules(cluster, &one);
    totals->seeds++;
    totals->counts[CHAOS_ELECTIONS] += checker_election_count(cluster->checker);
    totals->counts[CHAOS_COMMITS] += checker_commit_index(cluster->checker);
    totals->counts[CHAOS_LOST] += cluster->network.lost_count;
    totals->cluster.steps += one.steps;
    totals->cluster.applied_count += one.applied_count;
    totals->cluster.rule_events_lost += one.rule_events_lost;
    for (int rule = 0; rule < RAFT_RULE_COUNT; rule++) {
        totals->cluster.rules[rule].taken += one.rules[rule].taken;
        totals->cluster.rules[rule].declined += one.rules[rule].declined;
    }
}

bool chaos_run(uint64_t seed, uint64_t input_count, struct chaos_totals *totals,
               char *failure, size_t failure_bytes)
{
    struct chaos chaos = {.random = {seed}, .counts = totals->counts};
    const struct cluster_settings settings = draw_settings(&chaos.random, seed);

    chaos.cluster = cluster_create(&settings);
    chaos.cluster->watcher = (struct cluster_watcher){
        .self = &chaos, .read_answered = chaos_on_read_answered};
    chaos.profile = draw_profile(&chaos.random, settings.server_count);
    start_servers(&chaos);

    const bool good = run(&chaos, input_count, failure, failure_bytes);

    add_totals(totals, chaos.cluster);
    cluster_destroy(chaos.cluster);
    return good;
}
