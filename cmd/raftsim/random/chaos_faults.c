/* SPDX-License-Identifier: MIT
 *
 * chaos_faults.c - crashes, pauses, partitions, broken disks; and the clock
 * that ends them.
 */
#include "cmd/raftsim/random/chaos_internal.h"

static size_t any_place(struct chaos *chaos)
{
    return (size_t)sim_random_below(&chaos->random,
                                    chaos->cluster->settings.server_count);
}

static uint32_t some_ticks(struct chaos *chaos)
{
    return 1 +
           (uint32_t)sim_random_below(
               &chaos->random, 4 * chaos->cluster->settings.election_ticks_max);
}

/* ---- Crashes ------------------------------------------------------------- */

static void crash(struct chaos *chaos, size_t place)
{
    const struct sim_disk *disk = &chaos->cluster->servers[place].disk;
    struct sim_torn torn = {0};

    if (disk->write_count == 0) {
        chaos->counts[CHAOS_CRASHES_CLEAN]++;
    } else if (sim_random_chance(&chaos->random, 500)) {
        chaos->counts[CHAOS_CRASHES_LOST]++;
    } else {
        chaos->counts[CHAOS_CRASHES_TORN]++;
        torn.writes =
            (size_t)sim_random_below(&chaos->random, disk->write_count + 1);
        torn.entries = (size_t)sim_random_below(&chaos->random, 4);
        torn.hard_states = (size_t)sim_random_below(&chaos->random, 3);
    }
    chaos->servers[place].paused_ticks = 0;
    chaos->servers[place].missed_ticks = 0;
    chaos->servers[place].down_ticks = some_ticks(chaos);
    cluster_crash(chaos->cluster, place, &torn);
}

/* The next write fails; the server stops, as raftd does. */
static void break_disk(struct chaos *chaos, size_t place)
{
    chaos->cluster->servers[place].disk.fails = true;
    chaos->servers[place].down_ticks = some_ticks(chaos);
    chaos->counts[CHAOS_DISK_ERRORS]++;
}

static void restart(struct chaos *chaos, size_t place)
{
    chaos->servers[place].down_ticks = 0;
    chaos->counts[CHAOS_RESTARTS]++;
    cluster_start(chaos->cluster, place);
}

/* ---- Partitions ---------------------------------------------------------- */

static void cut_one_way(struct chaos *chaos)
{
    const size_t from = any_place(chaos);
    const size_t to = any_place(chaos);

    if (from != to) {
        sim_network_cut(&chaos->cluster->network, from + 1, to + 1);
        chaos->cut_ticks_left = some_ticks(chaos);
        chaos->counts[CHAOS_CUTS_ONE_WAY]++;
    }
}

/* Each server on one side or the other; or the leader alone. */
static void partition(struct chaos *chaos)
{
    const size_t count = chaos->cluster->settings.server_count;
    const uint64_t sides = sim_random_chance(&chaos->random, 500)
                               ? sim_random(&chaos->random)
                               : UINT64_C(1) << chaos_pick_leader(chaos);
    bool parted = false;

    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            if ((sides >> a & 1) != (sides >> b & 1)) {
                sim_network_cut(&chaos->cluster->network, a + 1, b + 1);
                parted = true;
            }
        }
    }
    if (parted) {
        chaos->cut_ticks_left = some_ticks(chaos);
        chaos->counts[CHAOS_PARTITIONS]++;
    }
}

/* ---- One fault ----------------------------------------------------------- */

/* The old leader may be the last to hear of the new one. */
static void deafen(struct chaos *chaos, size_t place)
{
    for (size_t i = 0; i < chaos->cluster->settings.server_count; i++) {
        if (i != place) {
            sim_network_cut(&chaos->cluster->network, i + 1, place + 1);
            chaos->counts[CHAOS_CUTS_ONE_WAY]++;
        }
    }
    chaos->cut_ticks_left = some_ticks(chaos);
}

static void transfer(struct chaos *chaos)
{
    const size_t place = chaos_pick_leader(chaos);
    const raft_server_id to = sim_random_chance(&chaos->random, 300)
                                  ? RAFT_NO_SERVER
                                  : any_place(chaos) + 1;

    if (!chaos_is_up(chaos, place) ||
        cluster_transfer(chaos->cluster, place, to) != RAFT_OK) {
        return;
    }
    chaos->counts[CHAOS_TRANSFERS]++;
    if (sim_random_chance(&chaos->random, 400)) {
        deafen(chaos, place);
    }
}

static void pause_server(struct chaos *chaos, size_t place)
{
    chaos->servers[place].paused_ticks = some_ticks(chaos);
    chaos->counts[CHAOS_PAUSES]++;
}

void chaos_fault(struct chaos *chaos)
{
    const size_t place = sim_random_chance(&chaos->random, 500)
                             ? chaos_pick_leader(chaos)
                             : any_place(chaos);
    const bool is_up = chaos_is_up(chaos, place);

    switch (sim_random_below(&chaos->random, 10)) {
    case 0:
        cut_one_way(chaos);
        break;
    case 1:
    case 8:
    case 9:
        partition(chaos);
        break;
    case 2:
    case 3:
        transfer(chaos);
        break;
    case 4:
        if (is_up) {
            break_disk(chaos, place);
        }
        break;
    case 5:
        if (is_up) {
            pause_server(chaos, place);
        }
        break;
    default:
        if (cluster_is_running(chaos->cluster, place)) {
            crash(chaos, place);
        }
        break;
    }
}

/* ---- The clock ----------------------------------------------------------- */

/* Ticks that were missed are fed before anything else (design of raftd). */
static void tick_server(struct chaos *chaos, size_t place)
{
    struct chaos_server *server = &chaos->servers[place];
    uint32_t ticks = 1;

    if (!cluster_is_running(chaos->cluster, place)) {
        if (server->down_ticks > 0) {
            server->down_ticks--;
            return;
        }
        restart(chaos, place);
        return;
    }
    if (server->slow_clock && chaos->clock % 16 == place) {
        return;
    }
    if (server->paused_ticks > 0) {
        server->paused_ticks--;
        server->missed_ticks++;
        if (server->paused_ticks > 0) {
            return;
        }
        ticks = server->missed_ticks;
        server->missed_ticks = 0;
    }
    cluster_tick(chaos->cluster, place, ticks);
}

void chaos_tick(struct chaos *chaos)
{
    const size_t count = chaos->cluster->settings.server_count;
    const size_t first = any_place(chaos);

    chaos->clock++;
    if (chaos->cut_ticks_left > 0 && --chaos->cut_ticks_left == 0) {
        sim_network_heal_all(&chaos->cluster->network);
    }
    for (size_t i = 0; i < count; i++) {
        tick_server(chaos, (first + i) % count);
    }
}

void chaos_heal_all(struct chaos *chaos)
{
    sim_network_heal_all(&chaos->cluster->network);
    for (size_t i = 0; i < chaos->cluster->settings.server_count; i++) {
        struct cluster_server *server = &chaos->cluster->servers[i];

        chaos->servers[i].slow_clock = false;
        server->disk.fails = false;
        server->disk_by_hand = false;
        server->apply_by_hand = false;
        if (server->node == NULL) {
            restart(chaos, i);
            continue;
        }
        cluster_persist(chaos->cluster, i, server->disk.write_count);
        cluster_tick(chaos->cluster, i, 1 + chaos->servers[i].missed_ticks);
        chaos->servers[i].paused_ticks = 0;
        chaos->servers[i].missed_ticks = 0;
    }
}
