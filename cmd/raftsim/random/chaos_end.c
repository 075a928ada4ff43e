/* SPDX-License-Identifier: MIT
 *
 * chaos_end.c - the storm is over: for some, then for all. Then: the reckoning.
 */
#include <stdarg.h>
#include <stdio.h>

#include "cmd/raftsim/random/chaos_internal.h"

void chaos_fail(struct chaos *chaos, enum chaos_problem problem,
                const char *format, ...)
{
    va_list values;

    if (chaos->verdict.problem != CHAOS_NOTHING) {
        return; /* what was first is what counts */
    }
    chaos->verdict.problem = problem;
    va_start(values, format);
    vsnprintf(chaos->verdict.failure, sizeof(chaos->verdict.failure), format,
              values);
    va_end(values);
}

/* ---- A majority alone ---------------------------------------------------- */

/* Does anybody there know of the cluster? Blank servers never stand. */
static bool knows_members(const struct chaos *chaos, act_servers servers)
{
    for (size_t i = 0; i < chaos->settings.server_count; i++) {
        if ((servers >> i & 1u) != 0 &&
            (!chaos->settings.config_in_log ||
             sim_disk_last_index(&chaos->act.cluster->servers[i].disk) > 0)) {
            return true;
        }
    }
    return false;
}

static act_servers draw_majority(struct chaos *chaos)
{
    act_servers members = 0;

    while (!chaos_is_quorum(chaos, members) || !knows_members(chaos, members)) {
        members |= 1u << chaos_pick(chaos);
    }
    return members;
}

/* Who is not in the majority is down, or runs where nobody hears it. */
static void shut_out(struct chaos *chaos, size_t place, act_servers members)
{
    if (sim_random_chance(&chaos->random, 500)) {
        chaos_count(chaos, CHAOS_OUTSIDERS_DOWN);
        chaos->servers[place].down_ticks = UINT32_MAX;
        if (cluster_is_running(chaos->act.cluster, place)) {
            act_crash(&chaos->act, place, NULL);
        }
        return;
    }
    chaos_count(chaos, CHAOS_OUTSIDERS_CUT);
    act_cut(&chaos->act, 1u << place, members);
    act_cut(&chaos->act, members, 1u << place);
}

static void try_majority(struct chaos *chaos)
{
    const act_servers members = draw_majority(chaos);

    act_mark(&chaos->act, "a majority is left in peace");
    act_heal(&chaos->act);
    chaos->cut_ticks_left = 0;
    for (size_t i = 0; i < chaos->settings.server_count; i++) {
        if ((members >> i & 1u) == 0) {
            shut_out(chaos, i, members);
        }
    }
    for (size_t i = 0; i < chaos->settings.server_count; i++) {
        if ((members >> i & 1u) != 0) {
            chaos_repair(chaos, i);
        }
    }
    if (chaos_recovers(chaos, members) && chaos_stays(chaos, members)) {
        chaos_count(chaos, CHAOS_MAJORITIES);
    }
}

/* ---- All ----------------------------------------------------------------- */

/* Two who follow; false: there are no two. */
static bool find_followers(const struct chaos *chaos, act_servers all,
                           size_t followers[2])
{
    const int leader = chaos_leader(chaos, all);
    size_t count = 0;

    for (size_t i = 0;
         leader >= 0 && i < chaos->settings.server_count && count < 2; i++) {
        struct raft_status status;

        cluster_status(chaos->act.cluster, i, &status);
        if (status.role == RAFT_FOLLOWER &&
            chaos_is_member_of(chaos, (size_t)leader, i)) {
            followers[count++] = i;
        }
    }
    return count == 2;
}

/*
 * A server that has all, and hears nobody any more but another follower. With
 * PreVote, and followers that stick to their leader, it deposes nobody.
 */
static void try_bridge(struct chaos *chaos, act_servers all)
{
    const struct raft_options *options = &chaos->settings.options;
    size_t followers[2];

    if (!options->pre_vote || !options->stickiness ||
        !find_followers(chaos, all, followers)) {
        return;
    }
    const act_servers one = 1u << followers[0];

    act_mark(&chaos->act, "one hears a follower only");
    act_cut(&chaos->act, one, all);
    act_cut(&chaos->act, all, one);
    act_heal_link(&chaos->act, followers[0], followers[1]);
    act_heal_link(&chaos->act, followers[1], followers[0]);
    if (chaos_stays(chaos, all & ~one)) {
        chaos_count(chaos, CHAOS_BRIDGES);
    }
}

static void repair_all(struct chaos *chaos)
{
    act_mark(&chaos->act, "all are left in peace");
    act_heal(&chaos->act);
    for (size_t i = 0; i < chaos->settings.server_count; i++) {
        chaos_repair(chaos, i);
    }
}

static void try_all(struct chaos *chaos)
{
    const act_servers all = (1u << chaos->settings.server_count) - 1;

    repair_all(chaos);
    if (chaos_recovers(chaos, all) && chaos_stays(chaos, all) &&
        chaos_answers(chaos, all)) {
        try_bridge(chaos, all);
    }
}

/* ---- The reckoning ------------------------------------------------------- */

static void judge(struct chaos *chaos)
{
    const raft_index lost = checker_lost_index(chaos->act.cluster->checker);
    char broken[CHAOS_FAILURE_BYTES];

    if (lost > 0) {
        chaos_fail(chaos, CHAOS_UNTRUE,
                   "Durable: entry %llu was acknowledged, and is on no "
                   "majority of disks",
                   (unsigned long long)lost);
    }
    if (!cluster_logs_match_disks(chaos->act.cluster)) {
        chaos_fail(chaos, CHAOS_UNTRUE,
                   "Durable: a log is not what its disk holds");
    }
    chaos->totals.counts[CHAOS_JUDGED] += history_judged_count(chaos->history);
    if (!history_check(chaos->history, broken, sizeof(broken))) {
        chaos_fail(chaos, CHAOS_UNTRUE, "%s", broken);
    }
}

void chaos_end(struct chaos *chaos)
{
    chaos->plot.kind = PLOT_NONE;
    if (chaos_may_be_disturbed(chaos)) {
        repair_all(chaos);
    } else {
        try_majority(chaos);
        if (chaos->verdict.problem == CHAOS_NOTHING) {
            try_all(chaos);
        }
    }
    if (checker_violation(chaos->act.cluster->checker) != NULL) {
        chaos->verdict.problem = CHAOS_NOTHING; /* it explains the rest */
        chaos_fail(chaos, CHAOS_UNSAFE, "%s",
                   checker_violation(chaos->act.cluster->checker));
    }
    if (chaos->verdict.problem == CHAOS_NOTHING) {
        judge(chaos);
    }
}
