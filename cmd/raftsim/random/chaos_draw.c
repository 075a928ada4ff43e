/* SPDX-License-Identifier: MIT
 *
 * chaos_draw.c - what the seed decides before anything happens.
 */
#include "cmd/raftsim/random/chaos_internal.h"

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

static void draw_settings(struct chaos *chaos, uint64_t seed)
{
    struct sim_random *random = &chaos->random;
    struct cluster_settings *s = &chaos->settings;

    s->server_count = 1 + (size_t)(seed % 5);
    s->seed = seed;
    s->options = draw_options(random);
    s->election_ticks_min = 5 + (uint32_t)sim_random_below(random, 6);
    s->election_ticks_max = 2 * s->election_ticks_min;
    s->heartbeat_ticks = 1 + (uint32_t)sim_random_below(random, 2);
    s->config_in_log = coin(random);
}

/* Servers to be taken in, and snapshots in small pieces. */
static void draw_members(struct chaos *chaos)
{
    struct sim_random *random = &chaos->random;
    struct cluster_settings *s = &chaos->settings;

    const uint64_t most_rounds = coin(random) ? 1 : 10;

    if (chaos->profile.change > 0 && coin(random)) {
        s->member_count = 1 + (size_t)sim_random_below(random, s->server_count);
    }
    s->piece_bytes = coin(random) ? 0 : coin(random) ? 12 : 40;
    s->options.keep_entries = (uint32_t)sim_random_below(random, 4);
    s->options.catch_up_rounds =
        coin(random) ? 0 : 1 + (uint32_t)sim_random_below(random, most_rounds);
}

/* In a tenth of all runs the members are changed again and again. */
static void draw_tour(struct chaos *chaos)
{
    struct chaos_profile *p = &chaos->profile;

    p->tour = sim_random_chance(&chaos->random, 100);
    if (p->tour) {
        p->change = 10 + sim_random_below(&chaos->random, 30);
    }
}

/* One statement a draw: the order of initializers is the compiler's affair. */
void chaos_draw(struct chaos *chaos)
{
    struct sim_random *random = &chaos->random;
    struct chaos_profile *p = &chaos->profile;

    draw_settings(chaos, chaos->plan->seed);

    const uint64_t patience = 3 * (uint64_t)chaos->settings.election_ticks_max;
    const size_t server_count = chaos->settings.server_count;

    p->tick = 60 + sim_random_below(random, 100);
    p->write = 20 + sim_random_below(random, 80);
    p->read = 10 + sim_random_below(random, coin(random) ? 30 : 200);
    p->persist = 100 + sim_random_below(random, 150);
    p->apply = 100 + sim_random_below(random, 100);
    p->fault = 1 + sim_random_below(random, coin(random) ? 15 : 50);
    p->loss = coin(random) ? 0 : sim_random_below(random, 150);
    p->doubling = coin(random) ? 0 : sim_random_below(random, 100);
    p->overtaking = coin(random) ? 0 : sim_random_below(random, 500);
    p->lateness = coin(random) ? 0 : sim_random_below(random, 100);
    p->most_in_flight = server_count * (4 + sim_random_below(random, 8));
    p->patience = 1 + sim_random_below(random, patience);
    p->disks_by_hand = coin(random);
    p->apply_by_hand = coin(random);
    p->clocks_differ = coin(random);
    p->cuts = sim_random_chance(random, 700);
    p->founder_only = coin(random);
    p->change = coin(random) ? 0 : 1 + sim_random_below(random, 8);
    p->snapshot = coin(random) ? 0 : 1 + sim_random_below(random, 60);
    draw_members(chaos);
    draw_tour(chaos);
}
