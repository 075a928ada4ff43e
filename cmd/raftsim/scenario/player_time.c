/* SPDX-License-Identifier: MIT
 *
 * player_time.c - tick, timeout, elect, run, until, expect.
 */
#include <string.h>

#include "cmd/raftsim/scenario/expect.h"
#include "cmd/raftsim/scenario/player_internal.h"

/* Bounds, so that a scenario that cannot end says so. */
enum { MOST_DELIVERIES = 100000, MOST_TICKS = 1000 };

void player_tick(struct player *player, size_t place, uint32_t ticks)
{
    if (cluster_is_running(player->cluster, place)) {
        (void)cluster_tick(player->cluster, place, ticks);
    }
}

static void tick_all(struct player *player)
{
    for (size_t i = 0; i < player->settings.server_count; i++) {
        player_tick(player, i, 1);
    }
}

enum player_result player_do_tick(struct player *player)
{
    const struct scenario_event *event = player->event;
    word_servers servers = (1u << player->settings.server_count) - 1;
    uint64_t ticks = 1;

    for (size_t i = 0; i < event->word_count; i++) {
        const char *word = event->words[i];

        if (word_number(word, &ticks)) {
            if (ticks < 1 || ticks > MOST_TICKS) {
                return player_bad(player, word, "1 to %d ticks", MOST_TICKS);
            }
        } else if (player_servers(player, word, &servers) != PLAYER_OK) {
            return PLAYER_BAD;
        }
    }
    for (uint64_t tick = 0; tick < ticks; tick++) {
        for (size_t i = 0; i < player->settings.server_count; i++) {
            if (word_set_has(servers, i)) {
                player_tick(player, i, 1);
            }
        }
    }
    return PLAYER_OK;
}

/* ---- run, until ---------------------------------------------------------- */

static enum player_result deliver_all(struct player *player)
{
    for (int i = 0; i < MOST_DELIVERIES; i++) {
        if (!player_deliver_next(player)) {
            return PLAYER_OK;
        }
    }
    return player_failed(player, NULL, "messages beget messages without end");
}

enum player_result player_do_run(struct player *player)
{
    const struct scenario_event *event = player->event;
    enum player_result result = PLAYER_OK;
    uint64_t ticks;

    if (event->word_count == 0) {
        return deliver_all(player);
    }
    if (!word_number(event->words[0], &ticks) || ticks > MOST_TICKS) {
        return player_bad(player, event->words[0], "0 to %d ticks", MOST_TICKS);
    }
    for (uint64_t i = 0; i < ticks && result == PLAYER_OK; i++) {
        tick_all(player);
        result = deliver_all(player);
    }
    return result;
}

/* A condition is one word, or three: S1.commit=1, S1.commit = 1. */
static const char *next_condition(const struct scenario_event *event, size_t *i,
                                  char *joined, size_t joined_bytes)
{
    const char *word = event->words[(*i)++];

    if (strpbrk(word, "=<>") != NULL || *i + 1 >= event->word_count) {
        return word;
    }
    snprintf(joined, joined_bytes, "%s%s%s", word, event->words[*i],
             event->words[*i + 1]);
    *i += 2;
    return joined;
}

/* On which server a condition does not hold, and what is there instead. */
static bool holds_everywhere(const struct player *player,
                             const struct expect_condition *condition,
                             size_t *place, char *actual)
{
    for (*place = 0; *place < player->settings.server_count; (*place)++) {
        if (word_set_has(condition->servers, *place) &&
            (!expect_actual(player->cluster, *place, condition,
                            player->reads[*place].value, actual,
                            EXPECT_MAX_BYTES) ||
             !expect_holds(condition, actual))) {
            return false;
        }
    }
    return true;
}

enum player_result player_do_expect(struct player *player)
{
    const struct scenario_event *event = player->event;

    for (size_t i = 0; i < event->word_count;) {
        char joined[EXPECT_MAX_BYTES];
        char actual[EXPECT_MAX_BYTES];
        struct expect_condition condition;
        const char *problem;
        size_t place;
        const char *word = next_condition(event, &i, joined, sizeof(joined));

        if (!expect_parse(word, player->settings.server_count, &condition,
                          &problem)) {
            return player_bad(player, word, "%s", problem);
        }
        if (!holds_everywhere(player, &condition, &place, actual)) {
            return player_failed(player, word, "on S%zu it is %.100s",
                                 place + 1, actual);
        }
    }
    return PLAYER_OK;
}

enum player_result player_do_until(struct player *player)
{
    char joined[EXPECT_MAX_BYTES];
    char actual[EXPECT_MAX_BYTES];
    struct expect_condition condition;
    const char *problem;
    size_t place;
    size_t i = 0;
    enum player_result result = PLAYER_OK;
    const char *word =
        next_condition(player->event, &i, joined, sizeof(joined));

    if (i < player->event->word_count ||
        !expect_parse(word, player->settings.server_count, &condition,
                      &problem)) {
        return player_bad(player, word, "one condition: S1.role=leader");
    }
    for (int tick = 0; tick < MOST_TICKS && result == PLAYER_OK; tick++) {
        result = deliver_all(player);
        if (holds_everywhere(player, &condition, &place, actual)) {
            return result;
        }
        tick_all(player);
    }
    return result != PLAYER_OK
               ? result
               : player_failed(player, word,
                               "after %d ticks on S%zu it is %.100s",
                               MOST_TICKS, place + 1, actual);
}
