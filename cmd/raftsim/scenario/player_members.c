/* SPDX-License-Identifier: MIT
 *
 * player_members.c - change, snapshot, publish (sections 6 and 7).
 */
#include "cmd/raftsim/scenario/player_internal.h"

/* ---- change -------------------------------------------------------------- */

static const char *why_refused(enum raft_error error)
{
    if (error == RAFT_EBUSY) {
        return "not now: a change or transfer is under way, or no entry of "
               "this term is committed yet";
    }
    return raft_error_text(error);
}

enum player_result player_do_change(struct player *player)
{
    const struct scenario_event *event = player->event;
    raft_server_id ids[CLUSTER_MAX_SERVERS];
    word_servers servers;
    size_t count = 0;
    size_t place;

    if (player_running(player, event->words[0], &place) != PLAYER_OK ||
        player_servers(player, event->words[1], &servers) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (word_set_has(servers, i)) {
            ids[count++] = player->cluster->servers[i].id;
        }
    }
    const enum raft_error error = cluster_change(
        player->cluster, place, ++player->last_change_id, ids, count);

    if (error != RAFT_OK) {
        transcript_line(&player->transcript, "refused   %s: %s",
                        event->words[1], why_refused(error));
    }
    return PLAYER_OK;
}

/* ---- snapshot, publish --------------------------------------------------- */

enum player_result player_do_snapshot(struct player *player)
{
    const char *word = player->event->words[0];
    size_t place;

    if (player_running(player, word, &place) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    if (cluster_snapshot(player->cluster, place) == RAFT_EINVALID) {
        return player_bad(player, word,
                          "nothing has been applied since its last snapshot");
    }
    return PLAYER_OK;
}

enum player_result player_do_publish(struct player *player)
{
    const char *word = player->event->words[0];
    size_t place;

    if (player_running(player, word, &place) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    if (cluster_publish(player->cluster, place) == RAFT_EINVALID) {
        return player_bad(player, word,
                          "no snapshot of its own or a leader's waits");
    }
    return PLAYER_OK;
}
