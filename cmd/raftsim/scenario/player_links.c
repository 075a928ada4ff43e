/* SPDX-License-Identifier: MIT
 *
 * player_links.c - hold, release, cut, heal: what becomes of links.
 */
#include <string.h>

#include "cmd/raftsim/scenario/player_internal.h"

typedef void link_function(struct player *player, raft_server_id from,
                           raft_server_id to);

static void for_each_link(struct player *player, word_servers from,
                          word_servers to, link_function *what)
{
    const size_t count = player->settings.server_count;

    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            if (a != b && word_set_has(from, a) && word_set_has(to, b)) {
                what(player, player->cluster->servers[a].id,
                     player->cluster->servers[b].id);
            }
        }
    }
}

static void hold_link(struct player *player, raft_server_id from,
                      raft_server_id to)
{
    player->cluster->network.held[from][to] = true;
}

static void release_link(struct player *player, raft_server_id from,
                         raft_server_id to)
{
    player->cluster->network.held[from][to] = false;
}

/* What is in flight there is lost. */
static void cut_link(struct player *player, raft_server_id from,
                     raft_server_id to)
{
    struct sim_network *network = &player->cluster->network;

    for (size_t i = 0; i < network->count; i++) {
        const struct sim_message *message = network->in_flight[i];

        if (message->message.from == from && message->message.to == to) {
            player_tell_received(player, "cut off", message, PLAYER_LOST);
        }
    }
    sim_network_cut(network, from, to);
}

static void heal_link(struct player *player, raft_server_id from,
                      raft_server_id to)
{
    sim_network_heal(&player->cluster->network, from, to);
}

/* ---- The verbs ----------------------------------------------------------- */

static enum player_result change_link(struct player *player,
                                      link_function *what)
{
    const char *word = player->event->words[0];
    word_servers from;
    word_servers to;
    const enum player_result result = player_link(player, word, &from, &to);

    if (result == PLAYER_OK) {
        for_each_link(player, from, to, what);
    }
    return result;
}

enum player_result player_do_hold(struct player *player)
{
    return change_link(player, hold_link);
}

enum player_result player_do_release(struct player *player)
{
    return change_link(player, release_link);
}

/* One way, or both ways between two sets; one set: and all the others. */
static enum player_result change_links(struct player *player,
                                       link_function *what)
{
    const struct scenario_event *event = player->event;
    const word_servers all = (1u << player->settings.server_count) - 1;
    word_servers from;
    word_servers to;
    enum player_result result;

    if (strchr(event->words[0], '>') != NULL && event->word_count == 1) {
        return change_link(player, what);
    }
    result = player_servers(player, event->words[0], &from);
    to = all & ~from;
    if (result == PLAYER_OK && event->word_count > 1) {
        result = player_servers(player, event->words[1], &to);
    }
    if (result == PLAYER_OK) {
        for_each_link(player, from, to, what);
        for_each_link(player, to, from, what);
    }
    return result;
}

enum player_result player_do_cut(struct player *player)
{
    return change_links(player, cut_link);
}

enum player_result player_do_heal(struct player *player)
{
    if (player->event->word_count == 0) {
        sim_network_heal_all(&player->cluster->network);
        return PLAYER_OK;
    }
    return change_links(player, heal_link);
}
