/* SPDX-License-Identifier: MIT
 *
 * player_disks.c - disk, persist: when writes are done, and whether.
 */
#include <string.h>

#include "cmd/raftsim/scenario/player_internal.h"

struct manner {
    bool by_hand;
    bool snapshots_by_hand;
    bool fails;
    uint64_t slow_ticks; /* 0: at once, unless by hand */
};

static enum player_result read_manner(struct player *player,
                                      struct manner *manner)
{
    const char *word = player->event->words[1];
    const char *slow = word_value(word, "slow");

    *manner = (struct manner){.by_hand = strcmp(word, "by-hand") == 0,
                              .snapshots_by_hand =
                                  strcmp(word, "snapshots-by-hand") == 0,
                              .fails = strcmp(word, "fails") == 0};
    if (slow != NULL) {
        return word_number(slow, &manner->slow_ticks) &&
                       manner->slow_ticks >= 1 &&
                       manner->slow_ticks <= PLAYER_MOST_TICKS
                   ? PLAYER_OK
                   : player_bad(player, word, "1 to %d ticks",
                                PLAYER_MOST_TICKS);
    }
    if (!manner->by_hand && !manner->snapshots_by_hand && !manner->fails &&
        strcmp(word, "at-once") != 0) {
        return player_bad(
            player, word,
            "at-once, by-hand, slow=TICKS, fails or snapshots-by-hand");
    }
    return PLAYER_OK;
}

static void set_manner(struct player *player, size_t place,
                       const struct manner *manner)
{
    struct cluster_server *server = &player->cluster->servers[place];

    if (manner->fails) {
        server->disk.fails = true;
        return;
    }
    server->disk_by_hand = manner->by_hand;
    server->snapshots_by_hand = manner->snapshots_by_hand;
    server->disk_slow_ticks = (uint32_t)manner->slow_ticks;
    if (!manner->by_hand && manner->slow_ticks == 0 && server->node != NULL) {
        (void)cluster_persist(player->cluster, place, server->disk.write_count);
    }
}

enum player_result player_do_disk(struct player *player)
{
    struct manner manner;
    word_servers servers;

    if (player_servers(player, player->event->words[0], &servers) !=
            PLAYER_OK ||
        read_manner(player, &manner) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (word_set_has(servers, i)) {
            set_manner(player, i, &manner);
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

    if (under_way == 0) {
        return player_bad(player, event->words[0], "no write is under way");
    }
    count = under_way;
    if (event->word_count > 1 && (!word_number(event->words[1], &count) ||
                                  count < 1 || count > under_way)) {
        return player_bad(player, event->words[1],
                          "1 to %zu: so many writes are under way", under_way);
    }
    (void)cluster_persist(player->cluster, place, (size_t)count);
    return PLAYER_OK;
}
