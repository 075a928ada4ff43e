/* SPDX-License-Identifier: MIT
 *
 * chaos_clock.c - a tick of the world; what ends with time; who is up.
 */
#include "cmd/raftsim/random/chaos_internal.h"

/* ---- Who ----------------------------------------------------------------- */

bool chaos_is_up(const struct chaos *chaos, size_t place)
{
    return cluster_is_running(chaos->act.cluster, place) &&
           chaos->servers[place].paused_ticks == 0;
}

size_t chaos_pick(struct chaos *chaos)
{
    return (size_t)sim_random_below(&chaos->random,
                                    chaos->settings.server_count);
}

size_t chaos_pick_leader(struct chaos *chaos)
{
    const size_t count = chaos->settings.server_count;
    const size_t first = chaos_pick(chaos);

    for (size_t i = 0; i < count; i++) {
        const size_t place = (first + i) % count;
        struct raft_status status;

        if (!chaos_is_up(chaos, place)) {
            continue;
        }
        cluster_status(chaos->act.cluster, place, &status);
        if (status.role == RAFT_LEADER) {
            return place;
        }
    }
    return first;
}

/* ---- Time ---------------------------------------------------------------- */

/* What its clock makes of the ticks of the world. */
static uint32_t own_ticks(struct chaos_server *server, uint32_t ticks)
{
    const uint32_t hundredths = server->hundredths + ticks * server->percent;

    server->hundredths = hundredths % 100;
    return hundredths / 100;
}

/* Time passes there: tick by tick, or in a leap when it was asleep. */
static void pass_time(struct chaos *chaos, size_t place, uint32_t ticks)
{
    uint32_t left = own_ticks(&chaos->servers[place], ticks);
    const uint32_t step = ticks > 1 ? left : 1;

    if (ticks > 1) {
        chaos_count(chaos, CHAOS_PAUSES);
    }
    while (left > 0 && cluster_is_running(chaos->act.cluster, place)) {
        act_tick(&chaos->act, place, step);
        left -= step;
    }
}

/* ---- What ends with time ------------------------------------------------- */

void chaos_restart(struct chaos *chaos, size_t place)
{
    chaos->servers[place].down_ticks = 0;
    chaos->servers[place].paused_ticks = 0;
    chaos->servers[place].missed_ticks = 0;
    chaos_count(chaos, CHAOS_RESTARTS);
    act_restart(&chaos->act, place);
}

void chaos_mend_disk(struct chaos *chaos, size_t place)
{
    if (chaos->profile.disks_by_hand) {
        act_disk_by_hand(&chaos->act, place);
    } else {
        act_disk_at_once(&chaos->act, place);
    }
}

void chaos_repair(struct chaos *chaos, size_t place)
{
    struct chaos_server *server = &chaos->servers[place];

    if (chaos->act.cluster->servers[place].disk.fails) {
        act_crash(&chaos->act, place, NULL); /* the next write would do it */
    }
    act_disk_at_once(&chaos->act, place);
    act_machine_at_once(&chaos->act, place);
    server->slow_ticks = 0;
    if (!cluster_is_running(chaos->act.cluster, place)) {
        chaos_restart(chaos, place);
        return;
    }
    if (server->missed_ticks > 0) {
        pass_time(chaos, place, server->missed_ticks);
    }
    server->paused_ticks = 0;
    server->missed_ticks = 0;
}

/* ---- A tick -------------------------------------------------------------- */

/* Ticks that were missed are fed before anything else, as raftd does. */
static void tick_server(struct chaos *chaos, size_t place)
{
    struct chaos_server *server = &chaos->servers[place];
    uint32_t ticks = 1;

    if (server->paused_ticks == 0 && server->slow_ticks > 0 &&
        --server->slow_ticks == 0) {
        chaos_mend_disk(chaos, place);
    }
    if (!cluster_is_running(chaos->act.cluster, place)) {
        if (server->down_ticks > 0) {
            server->down_ticks--;
            return;
        }
        chaos_restart(chaos, place);
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
    pass_time(chaos, place, ticks);
}

void chaos_tick(struct chaos *chaos)
{
    const size_t count = chaos->settings.server_count;
    const size_t first = chaos_pick(chaos);

    chaos->clock++;
    chaos_end_lateness(chaos);
    if (chaos->cut_ticks_left > 0 && --chaos->cut_ticks_left == 0) {
        act_heal(&chaos->act);
    }
    for (size_t i = 0; i < count; i++) {
        tick_server(chaos, (first + i) % count);
    }
}
