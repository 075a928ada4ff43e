/* SPDX-License-Identifier: MIT
 *
 * player_servers.c - crash, restart, machine, apply, clock.
 */
#include <string.h>

#include "cmd/raftsim/scenario/player_internal.h"

enum { MOST_PERCENT = 1000 };

/* All of them up, or all of them down? */
static enum player_result must_all_be(struct player *player, const char *word,
                                      word_servers servers, bool running)
{
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (word_set_has(servers, i) &&
            cluster_is_running(player->cluster, i) != running) {
            return player_bad(
                player, word,
                running ? "S%zu is down already" : "S%zu runs already", i + 1);
        }
    }
    return PLAYER_OK;
}

/* ---- crash, restart ------------------------------------------------------ */

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

/* crash Sx, crash Sx torn, crash Sx torn=W,E,H */
static enum player_result read_torn(struct player *player, bool *half,
                                    struct sim_torn *torn)
{
    const struct scenario_event *event = player->event;
    uint64_t numbers[3];

    *half = false;
    *torn = (struct sim_torn){0};
    if (event->word_count == 1) {
        return PLAYER_OK;
    }
    const char *word = event->words[1];
    const char *value = word_value(word, "torn");

    *half = strcmp(word, "torn") == 0;
    if (*half) {
        return PLAYER_OK;
    }
    if (value == NULL) {
        return player_bad(player, word, "torn, torn=W,E,H, or nothing");
    }
    if (!word_numbers(value, numbers, 3)) {
        return player_bad(player, word,
                          "three numbers: writes, entries, savings of term "
                          "and vote");
    }
    torn->writes = (size_t)numbers[0];
    torn->entries = (size_t)numbers[1];
    torn->hard_states = (size_t)numbers[2];
    return PLAYER_OK;
}

enum player_result player_do_crash(struct player *player)
{
    const char *word = player->event->words[0];
    struct sim_torn torn;
    word_servers servers;
    bool half;

    if (player_servers(player, word, &servers) != PLAYER_OK ||
        read_torn(player, &half, &torn) != PLAYER_OK ||
        must_all_be(player, word, servers, true) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (word_set_has(servers, i)) {
            if (half) {
                torn = torn_half(&player->cluster->servers[i].disk);
            }
            cluster_crash(player->cluster, i, &torn);
        }
    }
    return PLAYER_OK;
}

enum player_result player_do_restart(struct player *player)
{
    const char *word = player->event->words[0];
    word_servers servers;

    if (player_servers(player, word, &servers) != PLAYER_OK ||
        must_all_be(player, word, servers, false) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (word_set_has(servers, i) &&
            cluster_start(player->cluster, i) == RAFT_EINVALID) {
            return player_failed(player, word, "S%zu cannot start", i + 1);
        }
    }
    return PLAYER_OK;
}

/* ---- machine, apply ------------------------------------------------------ */

enum player_result player_do_machine(struct player *player)
{
    const struct scenario_event *event = player->event;
    const bool by_hand = strcmp(event->words[1], "by-hand") == 0;
    word_servers servers;

    if (player_servers(player, event->words[0], &servers) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    if (!by_hand && strcmp(event->words[1], "at-once") != 0) {
        return player_bad(player, event->words[1], "at-once or by-hand");
    }
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (word_set_has(servers, i)) {
            player->cluster->servers[i].apply_by_hand = by_hand;
            if (!by_hand && cluster_is_running(player->cluster, i)) {
                (void)cluster_apply(player->cluster, i);
            }
        }
    }
    return PLAYER_OK;
}

enum player_result player_do_apply(struct player *player)
{
    const char *word = player->event->words[0];
    size_t place;

    if (player_running(player, word, &place) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    if (!raft_node_has_more(player->cluster->servers[place].node)) {
        return player_bad(player, word, "no entry waits to be applied");
    }
    (void)cluster_apply(player->cluster, place);
    return PLAYER_OK;
}

/* ---- clock --------------------------------------------------------------- */

enum player_result player_do_clock(struct player *player)
{
    const struct scenario_event *event = player->event;
    word_servers servers;
    uint64_t percent;

    if (player_servers(player, event->words[0], &servers) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    if (!word_number(event->words[1], &percent) || percent < 1 ||
        percent > MOST_PERCENT) {
        return player_bad(player, event->words[1],
                          "1 to %d per cent of the others' ticks",
                          MOST_PERCENT);
    }
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (word_set_has(servers, i)) {
            player->cluster->servers[i].clock_percent = (uint32_t)percent;
        }
    }
    return PLAYER_OK;
}
