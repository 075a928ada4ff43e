/* SPDX-License-Identifier: MIT
 *
 * player_servers.c - disk, persist, crash, restart.
 */
#include <string.h>

#include "cmd/raftsim/scenario/player_internal.h"

enum player_result player_do_disk(struct player *player)
{
    const struct scenario_event *event = player->event;
    const char *manner = event->words[1];
    const bool by_hand = strcmp(manner, "by-hand") == 0;
    const bool fails = strcmp(manner, "fails") == 0;
    word_servers servers;

    if (player_servers(player, event->words[0], &servers) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    if (!by_hand && !fails && strcmp(manner, "at-once") != 0) {
        return player_bad(player, manner, "at-once, by-hand or fails");
    }
    for (size_t i = 0; i < player->settings.server_count; i++) {
        struct cluster_server *server = &player->cluster->servers[i];

        if (!word_set_has(servers, i)) {
            continue;
        }
        if (fails) {
            server->disk.fails = true;
            continue;
        }
        server->disk_by_hand = by_hand;
        if (!by_hand && server->node != NULL) {
            (void)cluster_persist(player->cluster, i, server->disk.write_count);
        }
    }
    return PLAYER_OK;
}

enum player_result player_do_persist(struct player *player)
{
    const struct scenario_event *event = player->event;
    uint64_t count;
    size_t place;

    if (player_running(player, event->words[0], &place) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    const size_t under_way = player->cluster->servers[place].disk.write_count;

    count = under_way;
    if (event->word_count > 1 && (!word_number(event->words[1], &count) ||
                                  count < 1 || count > under_way)) {
        return player_bad(player, event->words[1], "%zu writes are under way",
                          under_way);
    }
    if (under_way == 0) {
        return player_bad(player, event->words[0], "no write is under way");
    }
    (void)cluster_persist(player->cluster, place, (size_t)count);
    return PLAYER_OK;
}

/* All but the last write are there, and half of that. */
static struct sim_torn torn_half(const struct sim_disk *disk)
{
    struct sim_torn torn = {0};

    if (disk->write_count > 0) {
        torn.writes = disk->write_count - 1;
        torn.entries = disk->writes[torn.writes].count / 2;
    }
    return torn;
}

enum player_result player_do_crash(struct player *player)
{
    const struct scenario_event *event = player->event;
    const bool torn = event->word_count > 1;
    word_servers servers;

    if (player_servers(player, event->words[0], &servers) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    if (torn && strcmp(event->words[1], "torn") != 0) {
        return player_bad(player, event->words[1], "torn, or nothing");
    }
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (!word_set_has(servers, i)) {
            continue;
        }
        if (!cluster_is_running(player->cluster, i)) {
            return player_bad(player, event->words[0], "S%zu is down already",
                              i + 1);
        }
        const struct sim_torn half =
            torn_half(&player->cluster->servers[i].disk);

        cluster_crash(player->cluster, i, torn ? &half : NULL);
    }
    return PLAYER_OK;
}

enum player_result player_do_restart(struct player *player)
{
    const char *word = player->event->words[0];
    word_servers servers;

    if (player_servers(player, word, &servers) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (!word_set_has(servers, i)) {
            continue;
        }
        if (cluster_is_running(player->cluster, i)) {
            return player_bad(player, word, "S%zu runs already", i + 1);
        }
        if (cluster_start(player->cluster, i) == RAFT_EINVALID) {
            return player_failed(player, word, "S%zu cannot start", i + 1);
        }
    }
    return PLAYER_OK;
}
