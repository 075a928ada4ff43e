/* SPDX-License-Identifier: MIT
 *
 * chaos_plots.c - several faults, one after the other, that belong together.
 *
 * Some harm needs things to go wrong in one order, which drawing them one by
 * one hardly ever gives. A plot arranges that order; whatever else goes wrong
 * meanwhile goes wrong, and mostly foils it.
 */
#include "cmd/raftsim/random/chaos_internal.h"

enum { MOST_ELECTION_TIMEOUTS = 6 };

/* Is there a majority without any one of them? */
static bool can_do_without_one(const struct chaos *chaos, size_t leader)
{
    const struct raft_config *config =
        raft_node_config(chaos->act.cluster->servers[leader].node);
    size_t count = 0;

    for (size_t i = 0; i < config->member_count; i++) {
        count += config->members[i].in_old;
    }
    return count > 2;
}

static bool leads(const struct chaos *chaos, size_t place,
                  struct raft_status *status)
{
    if (!chaos_is_up(chaos, place)) {
        return false;
    }
    cluster_status(chaos->act.cluster, place, status);
    return status->role == RAFT_LEADER;
}

static size_t pick_other(struct chaos *chaos, size_t place)
{
    const size_t count = chaos->settings.server_count;

    return (place + 1 + sim_random_below(&chaos->random, count - 1)) % count;
}

static void begin(struct chaos *chaos, enum plot_kind kind, size_t leader,
                  size_t other)
{
    chaos->plot = (struct chaos_plot){
        .kind = kind,
        .leader = leader,
        .other = other,
        .until = chaos->clock +
                 MOST_ELECTION_TIMEOUTS * chaos->settings.election_ticks_max};
}

static void end(struct chaos *chaos)
{
    const struct chaos_plot plot = chaos->plot;

    chaos->plot.kind = PLOT_NONE;
    if (plot.kind == PLOT_DETOUR &&
        chaos->servers[plot.other].slow_ticks == 0) {
        chaos_mend_disk(chaos, plot.other);
    }
}

/* Of what it has applied, and it is durable. */
static bool take_snapshot(struct chaos *chaos, size_t place)
{
    if (act_snapshot(&chaos->act, place) != RAFT_OK) {
        return false;
    }
    chaos_count(chaos, CHAOS_SNAPSHOTS);
    (void)act_publish(&chaos->act, place);
    return true;
}

/* ---- A detour ------------------------------------------------------------ */

/*
 * Entries for a follower take long, and a snapshot of them comes first. While
 * the disk is busy with that they arrive (Figure 13, rule 6).
 */
static void begin_detour(struct chaos *chaos, size_t leader)
{
    const size_t other = pick_other(chaos, leader);

    if (!chaos_is_up(chaos, other) ||
        !chaos_is_member_of(chaos, leader, other)) {
        return;
    }
    begin(chaos, PLOT_DETOUR, leader, other);
    if (!chaos->profile.disks_by_hand) {
        act_snapshots_by_hand(&chaos->act, other);
    }
}

/* Has the leader applied so much more that the other one needs a snapshot? */
static bool is_ahead(const struct chaos *chaos)
{
    const struct chaos_plot *plot = &chaos->plot;
    struct raft_status leader;
    struct raft_status other;

    if (!leads(chaos, plot->leader, &leader) ||
        !chaos_is_up(chaos, plot->other)) {
        return false;
    }
    cluster_status(chaos->act.cluster, plot->other, &other);
    return leader.last_applied >
           other.last_index + chaos->settings.options.keep_entries;
}

static bool go_on_with_detour(struct chaos *chaos)
{
    struct chaos_plot *plot = &chaos->plot;
    const struct cluster_server *other =
        &chaos->act.cluster->servers[plot->other];
    const bool has_received = sim_disk_has_received(&other->disk);
    struct raft_status status;

    if (!plot->is_released) {
        plot->is_released = has_received;
        return !plot->has_snapshot && is_ahead(chaos) &&
               sim_random_chance(&chaos->random, 300) &&
               (plot->has_snapshot = take_snapshot(chaos, plot->leader));
    }
    if (!has_received || !chaos_is_up(chaos, plot->other)) {
        end(chaos);
        return false;
    }
    cluster_status(chaos->act.cluster, plot->other, &status);
    if (status.last_index < other->disk.received.meta.last_index ||
        !sim_random_chance(&chaos->random, 300)) {
        return false;
    }
    chaos_count(chaos, CHAOS_DETOURS);
    (void)act_publish(&chaos->act, plot->other);
    end(chaos);
    return true;
}

/* ---- A lonely leader ----------------------------------------------------- */

/*
 * A leader appends a configuration that nobody else will ever have. The others
 * go on without it, and send it a snapshot (Figure 13, rules 7 and 8).
 */
static void begin_lonely(struct chaos *chaos, size_t leader)
{
    const struct cluster *cluster = chaos->act.cluster;
    struct raft_status status;

    if (chaos->profile.change == 0 || !chaos_change_at(chaos, leader) ||
        !leads(chaos, leader, &status)) {
        return;
    }
    begin(chaos, PLOT_LONELY, leader, leader);
    chaos->plot.index = raft_node_config(cluster->servers[leader].node)->index;
    if (chaos->plot.index <= status.commit_index) {
        end(chaos); /* too late */
        return;
    }
    chaos_count(chaos, CHAOS_LONELY);
    chaos_isolate(chaos, 1u << leader,
                  MOST_ELECTION_TIMEOUTS * chaos->settings.election_ticks_max);
}

static bool go_on_with_lonely(struct chaos *chaos)
{
    const struct chaos_plot *plot = &chaos->plot;
    const size_t place = chaos_pick_leader(chaos);
    struct raft_status status;

    if (place == plot->leader || !leads(chaos, place, &status) ||
        status.last_applied <
            plot->index + chaos->settings.options.keep_entries) {
        return false;
    }
    (void)take_snapshot(chaos, place);
    chaos->cut_ticks_left = 1;
    end(chaos);
    return true;
}

/* ---- A farewell ---------------------------------------------------------- */

/*
 * TimeoutNow arrives when its sender has long given the transfer up, and leads
 * on: until it hears of it, which takes long, too (dissertation 6.4).
 */
static void begin_farewell(struct chaos *chaos, size_t leader)
{
    const size_t other = pick_other(chaos, leader);

    if (chaos->settings.options.lease &&
        chaos_transfer_at(chaos, leader, other + 1)) {
        begin(chaos, PLOT_FAREWELL, leader, other);
    }
}

static bool go_on_with_farewell(struct chaos *chaos)
{
    const struct chaos_plot *plot = &chaos->plot;
    const struct sim_network *network = &chaos->act.cluster->network;
    struct raft_status status;

    if (!leads(chaos, plot->leader, &status)) {
        end(chaos);
        return false;
    }
    if (status.transferring) {
        return false;
    }
    for (size_t i = 0; i < network->count; i++) {
        if (chaos_is_detained(chaos, &network->in_flight[i]->message)) {
            chaos_count(chaos, CHAOS_FAREWELLS);
            act_deliver(&chaos->act, i);
            chaos_deafen(chaos, plot->leader);
            break;
        }
    }
    end(chaos);
    return true;
}

/* ---- All ----------------------------------------------------------------- */

bool chaos_is_detained(const struct chaos *chaos,
                       const struct raft_message *message)
{
    const struct chaos_plot *plot = &chaos->plot;

    if (plot->kind == PLOT_NONE || plot->is_released ||
        message->to != plot->other + 1) {
        return false;
    }
    return plot->kind == PLOT_DETOUR
               ? message->type == RAFT_APPEND_ENTRIES &&
                     message->append_entries.entry_count > 0
               : plot->kind == PLOT_FAREWELL &&
                     message->type == RAFT_TIMEOUT_NOW &&
                     message->from == plot->leader + 1;
}

size_t chaos_count_detained(const struct chaos *chaos)
{
    const struct sim_network *network = &chaos->act.cluster->network;
    size_t count = 0;

    for (size_t i = 0; chaos->plot.kind != PLOT_NONE && i < network->count;
         i++) {
        count += chaos_is_detained(chaos, &network->in_flight[i]->message);
    }
    return count;
}

void chaos_begin_plot(struct chaos *chaos, enum plot_kind kind)
{
    const size_t leader = chaos_pick_leader(chaos);
    struct raft_status status;

    if (chaos->plot.kind != PLOT_NONE || !leads(chaos, leader, &status) ||
        !can_do_without_one(chaos, leader)) {
        return;
    }
    switch (kind) {
    case PLOT_DETOUR:
        begin_detour(chaos, leader);
        break;
    case PLOT_LONELY:
        begin_lonely(chaos, leader);
        break;
    case PLOT_FAREWELL:
        begin_farewell(chaos, leader);
        break;
    case PLOT_NONE:
        break;
    }
}

bool chaos_go_on_with_plot(struct chaos *chaos)
{
    if (chaos->plot.kind != PLOT_NONE && chaos->plot.until <= chaos->clock) {
        end(chaos);
    }
    switch (chaos->plot.kind) {
    case PLOT_DETOUR:
        return go_on_with_detour(chaos);
    case PLOT_LONELY:
        return go_on_with_lonely(chaos);
    case PLOT_FAREWELL:
        return go_on_with_farewell(chaos);
    case PLOT_NONE:
        break;
    }
    return false;
}
