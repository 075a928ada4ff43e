/* SPDX-License-Identifier: MIT
 *
 * player_time.c - tick, run, until, expect.
 */
#include <string.h>

#include "cmd/raftsim/scenario/expect.h"
#include "cmd/raftsim/scenario/player_internal.h"

/* Bounds, so that a scenario that cannot end says so. */
enum { MOST_DELIVERIES = 100000, MOST_TICKS = PLAYER_MOST_TICKS };

void player_tick(struct player *player, size_t place, uint32_t ticks)
{
    if (cluster_is_running(player->cluster, place)) {
        (void)cluster_tick(player->cluster, place, ticks);
    }
}

/* Time passes on some; their clocks may make more or less of it. */
static void pass_time(struct player *player, word_servers servers,
                      uint32_t ticks)
{
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (word_set_has(servers, i) &&
            cluster_is_running(player->cluster, i)) {
            (void)cluster_pass_time(player->cluster, i, ticks);
        }
    }
}

static void tick_all(struct player *player)
{
    pass_time(player, (1u << player->settings.server_count) - 1, 1);
}

/* tick, tick S1, tick 5, tick S1 5, tick S1 5 at-once */
static enum player_result read_tick(struct player *player,
                                    word_servers *servers, uint64_t *ticks,
                                    bool *at_once)
{
    const struct scenario_event *event = player->event;
    bool counted = false;

    *servers = (1u << player->settings.server_count) - 1;
    *ticks = 1;
    *at_once = false;
    for (size_t i = 0; i < event->word_count; i++) {
        const char *word = event->words[i];

        if (counted && !*at_once && strcmp(word, "at-once") == 0) {
            *at_once = true;
            continue;
        }
        if (counted || (i > 0 && !word_number(word, ticks))) {
            return player_bad(player, word,
                              "one word too many: SERVERS, then how often");
        }
        counted = word_number(word, ticks);
        if (counted && (*ticks < 1 || *ticks > MOST_TICKS)) {
            return player_bad(player, word, "1 to %d ticks", MOST_TICKS);
        }
        if (!counted && player_servers(player, word, servers) != PLAYER_OK) {
            return PLAYER_BAD;
        }
    }
    return PLAYER_OK;
}

/* One after the other, or in one leap: a server that was asleep wakes. */
enum player_result player_do_tick(struct player *player)
{
    word_servers servers;
    uint64_t ticks;
    bool at_once;
    const enum player_result result =
        read_tick(player, &servers, &ticks, &at_once);

    if (result == PLAYER_OK && at_once) {
        pass_time(player, servers, (uint32_t)ticks);
        return PLAYER_OK;
    }
    for (uint64_t tick = 0; result == PLAYER_OK && tick < ticks; tick++) {
        pass_time(player, servers, 1);
    }
    return result;
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

/* ---- Conditions ---------------------------------------------------------- */

struct asked {
    char word[EXPECT_MAX_BYTES]; /* as it is told when it does not hold */
    struct expect_condition condition;
};

/* A condition is one word, or three: S1.commit=1, S1.commit = 1. */
static void next_word(const struct scenario_event *event, size_t *i, char *word,
                      size_t size)
{
    const char *first = event->words[(*i)++];

    if (strpbrk(first, "=<>") != NULL || *i + 1 >= event->word_count) {
        snprintf(word, size, "%s", first);
        return;
    }
    snprintf(word, size, "%s%s%s", first, event->words[*i],
             event->words[*i + 1]);
    *i += 2;
}

/* All of them, before the first is looked at. */
static enum player_result read_conditions(struct player *player,
                                          struct asked *asked, size_t *count)
{
    const struct scenario_event *event = player->event;
    const char *problem;

    *count = 0;
    for (size_t i = 0; i < event->word_count; (*count)++) {
        struct asked *next = &asked[*count];

        next_word(event, &i, next->word, sizeof(next->word));
        if (!expect_parse(next->word, player->settings.server_count,
                          &next->condition, &problem)) {
            return player_bad(player, next->word, "%s", problem);
        }
    }
    return PLAYER_OK;
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
    struct asked asked[SCENARIO_MAX_WORDS];
    char actual[EXPECT_MAX_BYTES];
    size_t count;
    size_t place;

    if (read_conditions(player, asked, &count) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    for (size_t i = 0; i < count; i++) {
        if (!holds_everywhere(player, &asked[i].condition, &place, actual)) {
            return player_failed(player, asked[i].word, "on S%zu it is %.100s",
                                 place + 1, actual);
        }
    }
    return PLAYER_OK;
}

enum player_result player_do_until(struct player *player)
{
    struct asked asked[SCENARIO_MAX_WORDS];
    char actual[EXPECT_MAX_BYTES];
    enum player_result result = PLAYER_OK;
    size_t count;
    size_t place = 0;

    if (read_conditions(player, asked, &count) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    if (count > 1) {
        return player_bad(player, asked[1].word,
                          "one condition only: S1.role=leader");
    }
    for (int tick = 0; tick < MOST_TICKS && result == PLAYER_OK; tick++) {
        result = deliver_all(player);
        if (holds_everywhere(player, &asked[0].condition, &place, actual)) {
            return result;
        }
        tick_all(player);
    }
    return result != PLAYER_OK
               ? result
               : player_failed(player, asked[0].word,
                               "after %d ticks on S%zu it is %.100s",
                               MOST_TICKS, place + 1, actual);
}
