/* SPDX-License-Identifier: MIT
 *
 * chaos_faults.c - crashes, pauses, partitions, broken and slow disks.
 */
#include "cmd/raftsim/random/chaos_internal.h"

static uint32_t some_ticks(struct chaos *chaos)
{
    return 1 + (uint32_t)sim_random_below(
                   &chaos->random, 4 * chaos->settings.election_ticks_max);
}

/* ---- Servers ------------------------------------------------------------- */

/* Is anything left of the writes under way? */
static bool keeps_some(const struct sim_disk *disk, const struct sim_torn *torn)
{
    bool keeps = torn->writes > 0 || (torn->entries > 0 &&
                                      disk->writes[0].type == SIM_WRITE_APPEND);

    for (size_t i = 0; i < disk->write_count; i++) {
        keeps = keeps || (torn->hard_states > 0 &&
                          disk->writes[i].type == SIM_WRITE_HARD_STATE);
    }
    return keeps;
}

static void crash(struct chaos *chaos, size_t place)
{
    const struct sim_disk *disk = &chaos->act.cluster->servers[place].disk;
    struct sim_torn torn = {0};
    const bool is_torn =
        disk->write_count > 0 && !sim_random_chance(&chaos->random, 500);

    if (is_torn) {
        torn.writes =
            (size_t)sim_random_below(&chaos->random, disk->write_count + 1);
        torn.entries = (size_t)sim_random_below(&chaos->random, 4);
        torn.hard_states = (size_t)sim_random_below(&chaos->random, 3);
    }
    if (disk->write_count == 0) {
        chaos_count(chaos, CHAOS_CRASHES_CLEAN);
    } else {
        chaos_count(chaos, keeps_some(disk, &torn) ? CHAOS_CRASHES_TORN
                                                   : CHAOS_CRASHES_LOST);
    }
    chaos->servers[place].down_ticks = some_ticks(chaos);
    act_crash(&chaos->act, place, is_torn ? &torn : NULL);
}

/* The next write fails; the server stops, as raftd does. */
static void break_disk(struct chaos *chaos, size_t place)
{
    chaos->servers[place].down_ticks = some_ticks(chaos);
    act_disk_fails(&chaos->act, place);
}

static void slow_disk(struct chaos *chaos, size_t place)
{
    const uint32_t ticks =
        1 + (uint32_t)sim_random_below(&chaos->random,
                                       2 * chaos->settings.election_ticks_max);

    chaos->servers[place].slow_ticks = some_ticks(chaos);
    chaos_count(chaos, CHAOS_DISKS_SLOW);
    act_disk_slow(&chaos->act, place, ticks);
}

static void pause_server(struct chaos *chaos, size_t place)
{
    chaos->servers[place].paused_ticks = some_ticks(chaos);
}

/* ---- Partitions ---------------------------------------------------------- */

static act_servers all_servers(const struct chaos *chaos)
{
    return (1u << chaos->settings.server_count) - 1;
}

static void cut_one_way(struct chaos *chaos)
{
    const size_t from = chaos_pick(chaos);
    const size_t to = chaos_pick(chaos);

    if (from != to) {
        chaos->cut_ticks_left = some_ticks(chaos);
        chaos_count(chaos, CHAOS_CUTS_ONE_WAY);
        act_cut(&chaos->act, 1u << from, 1u << to);
    }
}

void chaos_isolate(struct chaos *chaos, act_servers side, uint32_t ticks)
{
    const act_servers others = all_servers(chaos) & ~side;

    if (side == 0 || others == 0) {
        return;
    }
    chaos->cut_ticks_left = ticks;
    chaos_count(chaos, CHAOS_PARTITIONS);
    act_cut(&chaos->act, side, others);
    act_cut(&chaos->act, others, side);
}

/* Each server on one side or the other; or the leader alone. */
static void partition(struct chaos *chaos)
{
    const act_servers all = all_servers(chaos);
    const act_servers side =
        all & (sim_random_chance(&chaos->random, 500)
                   ? (act_servers)sim_random_below(&chaos->random, all + 1)
                   : 1u << chaos_pick_leader(chaos));

    chaos_isolate(chaos, side, some_ticks(chaos));
}

void chaos_deafen(struct chaos *chaos, size_t place)
{
    const act_servers others = all_servers(chaos) & ~(1u << place);

    if (others != 0) {
        chaos->cut_ticks_left = some_ticks(chaos);
        chaos_count(chaos, CHAOS_CUTS_ONE_WAY);
        act_cut(&chaos->act, others, 1u << place);
    }
}

bool chaos_transfer_at(struct chaos *chaos, size_t place, raft_server_id to)
{
    const bool begun = act_transfer(&chaos->act, place, to) == RAFT_OK;

    if (begun) {
        chaos_count(chaos, CHAOS_TRANSFERS);
    }
    return begun;
}

static void transfer(struct chaos *chaos)
{
    const size_t place = chaos_pick_leader(chaos);
    const raft_server_id to = sim_random_chance(&chaos->random, 300)
                                  ? RAFT_NO_SERVER
                                  : chaos_pick(chaos) + 1;

    if (chaos_is_up(chaos, place) && chaos_transfer_at(chaos, place, to) &&
        chaos->profile.cuts && sim_random_chance(&chaos->random, 400)) {
        chaos_deafen(chaos, place);
    }
}

/* ---- One fault ----------------------------------------------------------- */

static bool is_sent_snapshot(const struct cluster_server *server)
{
    return server->disk.received.stored > 0 &&
           !sim_disk_has_received(&server->disk);
}

static bool writes_config(const struct cluster_server *server)
{
    for (size_t i = 0; i < server->disk.write_count; i++) {
        const struct sim_write *write = &server->disk.writes[i];

        for (size_t j = 0; j < write->count; j++) {
            if (write->entries[j].type == RAFT_ENTRY_CONFIG) {
                return true;
            }
        }
    }
    return false;
}

/* Whoever is being sent a snapshot, or writes a configuration, if anybody does:
 * it does not take long. Most are back before the next piece comes. */
static void crash_somebody(struct chaos *chaos, size_t place)
{
    const struct cluster_server *servers = chaos->act.cluster->servers;

    for (size_t i = 0; i < chaos->settings.server_count; i++) {
        if (servers[i].node != NULL &&
            (is_sent_snapshot(&servers[i]) || writes_config(&servers[i]))) {
            crash(chaos, i);
            if (sim_random_chance(&chaos->random, 800)) {
                chaos_restart(chaos, i);
            }
            return;
        }
    }
    if (cluster_is_running(chaos->act.cluster, place)) {
        crash(chaos, place);
    }
}

static void fault_at(struct chaos *chaos, size_t place)
{
    const bool is_up = chaos_is_up(chaos, place);

    switch (sim_random_below(&chaos->random, 5)) {
    case 0:
        if (is_up) {
            break_disk(chaos, place);
        }
        break;
    case 1:
        if (is_up) {
            pause_server(chaos, place);
        }
        break;
    case 2:
        if (is_up) {
            slow_disk(chaos, place);
        }
        break;
    default:
        crash_somebody(chaos, place);
        break;
    }
}

void chaos_fault(struct chaos *chaos)
{
    const uint64_t kinds = chaos->profile.cuts ? 0 : 7;

    if (chaos->plot.kind != PLOT_NONE &&
        sim_random_chance(&chaos->random, 800)) {
        return; /* that is fault enough, mostly */
    }
    switch (kinds + sim_random_below(&chaos->random, 15 - kinds)) {
    case 0:
        cut_one_way(chaos);
        break;
    case 1:
    case 2:
        partition(chaos);
        break;
    case 3:
    case 4:
        chaos_begin_plot(chaos, PLOT_LONELY);
        break;
    case 5:
    case 6:
        chaos_begin_plot(chaos, PLOT_FAREWELL);
        break;
    case 7:
    case 8:
        transfer(chaos);
        break;
    case 9:
    case 10:
        chaos_begin_plot(chaos, PLOT_DETOUR);
        break;
    default:
        fault_at(chaos, sim_random_chance(&chaos->random, 500)
                            ? chaos_pick_leader(chaos)
                            : chaos_pick(chaos));
        break;
    }
}
