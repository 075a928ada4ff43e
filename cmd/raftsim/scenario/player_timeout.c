/* SPDX-License-Identifier: MIT
 *
 * player_timeout.c - timeout: time passes until a server stands for election.
 */
#include "cmd/raftsim/scenario/player_internal.h"

static uint64_t stand_count(const struct player *player, size_t place)
{
    const struct raft_node *node = player->cluster->servers[place].node;

    return raft_node_rule_count(node, CND_1)->taken +
           raft_node_rule_count(node, PV_1)->taken;
}

bool player_is_leader(const struct player *player, size_t place)
{
    struct raft_status status;

    if (!cluster_is_running(player->cluster, place)) {
        return false;
    }
    cluster_status(player->cluster, place, &status);
    return status.role == RAFT_LEADER;
}

raft_term player_term(const struct player *player, size_t place)
{
    struct raft_status status;

    if (!cluster_is_running(player->cluster, place)) {
        return 0;
    }
    cluster_status(player->cluster, place, &status);
    return status.current_term;
}

enum player_result player_candidate(struct player *player, const char *word,
                                    size_t *place)
{
    const enum player_result result = player_running(player, word, place);

    if (result == PLAYER_OK && player_is_leader(player, *place)) {
        return player_bad(player, word, "it leads: its timer does not run");
    }
    return result;
}

enum player_result player_time_out(struct player *player, const char *word,
                                   size_t place)
{
    const uint64_t before = stand_count(player, place);

    for (uint32_t i = 0; i <= player->settings.election_ticks_max; i++) {
        player_tick(player, place, 1);
        if (!cluster_is_running(player->cluster, place) ||
            stand_count(player, place) != before) {
            return PLAYER_OK;
        }
    }
    return player_failed(player, word, "it did not stand for election");
}

enum player_result player_do_timeout(struct player *player)
{
    const char *word = player->event->words[0];
    size_t place;
    const enum player_result result = player_candidate(player, word, &place);

    return result != PLAYER_OK ? result : player_time_out(player, word, place);
}
