/* SPDX-License-Identifier: MIT
 *
 * player.c - plays a scenario on a cluster, event by event.
 */
#include "cmd/raftsim/scenario/player.h"

#include <stdarg.h>
#include <stdlib.h>

#include "cmd/raftsim/cluster/sim_guard.h"
#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/scenario/player_internal.h"

/* ---- What is wrong ------------------------------------------------------- */

__attribute__((format(printf, 3, 0))) static void
set_error(struct player *player, const char *word, const char *format,
          va_list values)
{
    char text[256];

    vsnprintf(text, sizeof(text), format, values);
    scenario_set_error(player->error, player->scenario->name,
                       player->event->line, word, "%s", text);
}

enum player_result player_bad(struct player *player, const char *word,
                              const char *format, ...)
{
    va_list values;

    va_start(values, format);
    set_error(player, word, format, values);
    va_end(values);
    return PLAYER_BAD;
}

enum player_result player_failed(struct player *player, const char *word,
                                 const char *format, ...)
{
    va_list values;

    va_start(values, format);
    set_error(player, word, format, values);
    va_end(values);
    return PLAYER_FAILED;
}

enum player_result player_servers(struct player *player, const char *word,
                                  word_servers *servers)
{
    if (!word_server_set(word, player->settings.server_count, servers)) {
        return player_bad(player, word, "no such server; there are S1 to S%zu",
                          player->settings.server_count);
    }
    return PLAYER_OK;
}

enum player_result player_running(struct player *player, const char *word,
                                  size_t *place)
{
    if (!word_server(word, player->settings.server_count, place)) {
        return player_bad(player, word, "no such server; there are S1 to S%zu",
                          player->settings.server_count);
    }
    if (!cluster_is_running(player->cluster, *place)) {
        return player_bad(player, word, "this server is down");
    }
    return PLAYER_OK;
}

enum player_result player_link(struct player *player, const char *word,
                               word_servers *from, word_servers *to)
{
    if (!word_link(word, player->settings.server_count, from, to)) {
        return player_bad(player, word, "not a link: S1>S2, S1>*, S1,S2>S3");
    }
    return PLAYER_OK;
}

/* ---- Events -------------------------------------------------------------- */

typedef enum player_result verb_function(struct player *player);

static verb_function *const verb_functions[SCENARIO_VERB_COUNT] = {
    [SCENARIO_SERVERS] = player_do_servers,
    [SCENARIO_OPTIONS] = player_do_options,
    [SCENARIO_GIVEN] = player_do_given,
    [SCENARIO_TICK] = player_do_tick,
    [SCENARIO_TIMEOUT] = player_do_timeout,
    [SCENARIO_ELECT] = player_do_elect,
    [SCENARIO_PUT] = player_do_put,
    [SCENARIO_GET] = player_do_get,
    [SCENARIO_TRANSFER] = player_do_transfer,
    [SCENARIO_CHANGE] = player_do_change,
    [SCENARIO_SNAPSHOT] = player_do_snapshot,
    [SCENARIO_PUBLISH] = player_do_publish,
    [SCENARIO_DELIVER] = player_do_deliver,
    [SCENARIO_DROP] = player_do_drop,
    [SCENARIO_DUP] = player_do_dup,
    [SCENARIO_HOLD] = player_do_hold,
    [SCENARIO_RELEASE] = player_do_release,
    [SCENARIO_CUT] = player_do_cut,
    [SCENARIO_HEAL] = player_do_heal,
    [SCENARIO_DISK] = player_do_disk,
    [SCENARIO_PERSIST] = player_do_persist,
    [SCENARIO_MACHINE] = player_do_machine,
    [SCENARIO_APPLY] = player_do_apply,
    [SCENARIO_CLOCK] = player_do_clock,
    [SCENARIO_CRASH] = player_do_crash,
    [SCENARIO_RESTART] = player_do_restart,
    [SCENARIO_RUN] = player_do_run,
    [SCENARIO_UNTIL] = player_do_until,
    [SCENARIO_EXPECT] = player_do_expect,
};

static bool is_words_only(enum scenario_verb verb)
{
    return verb == SCENARIO_TITLE || verb == SCENARIO_SAY ||
           verb == SCENARIO_MARK;
}

static bool is_set_up(enum scenario_verb verb)
{
    return verb == SCENARIO_SERVERS || verb == SCENARIO_OPTIONS ||
           verb == SCENARIO_GIVEN;
}

static void tell(struct player *player)
{
    const char *text = player->event->words[0];

    if (player->event->verb == SCENARIO_TITLE) {
        transcript_title(&player->transcript, text);
    } else if (player->event->verb == SCENARIO_SAY) {
        transcript_say(&player->transcript, text);
    } else {
        transcript_mark(&player->transcript, text);
    }
    player_tell_words(player);
}

static enum player_result check_invariants(struct player *player)
{
    const char *violation = checker_violation(player->cluster->checker);

    return violation == NULL ? PLAYER_OK
                             : player_failed(player, NULL, "%s", violation);
}

/* The first event that is no set-up starts everybody. */
static enum player_result start_all(struct player *player)
{
    if (player->cluster == NULL) {
        return player_bad(player, NULL, "`servers` must come first");
    }
    if (player_check_disks(player) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    player->started = true;
    transcript_line(&player->transcript,
                    "(a rule with \"-\" behind it: a guard that declined)");
    player_watch(player);
    for (size_t i = 0; i < player->settings.server_count; i++) {
        if (cluster_start(player->cluster, i) != RAFT_OK) {
            return player_failed(player, NULL, "S%zu cannot start", i + 1);
        }
    }
    return PLAYER_OK;
}

static enum player_result play_event(struct player *player)
{
    const struct scenario_event *event = player->event;
    enum player_result result = PLAYER_OK;

    if (is_words_only(event->verb)) {
        tell(player);
        return PLAYER_OK;
    }
    if (is_set_up(event->verb)) {
        if (player->started) {
            return player_bad(player, scenario_verb_text(event->verb),
                              "must stand before the first event");
        }
        transcript_setup(&player->transcript, event);
        player_tell_words(player);
        return verb_functions[event->verb](player);
    }
    if (!player->started) {
        result = start_all(player);
    }
    if (result != PLAYER_OK) {
        return result;
    }
    player_tell_begin(player);
    result = verb_functions[event->verb](player);
    player_settle_writes(player);
    player_tell_end(player);
    return result == PLAYER_OK ? check_invariants(player) : result;
}

static void play_guarded(void *argument)
{
    struct player *player = argument;

    player->result = play_event(player);
}

/* What was seen from above first is the better story. */
static enum player_result fail_broken(struct player *player)
{
    const char *violation = player->cluster == NULL
                                ? NULL
                                : checker_violation(player->cluster->checker);

    return player_failed(player, NULL, "%s",
                         violation != NULL ? violation : player->broken);
}

enum player_result player_step(struct player *player,
                               struct scenario_error *error)
{
    if (player_is_done(player)) {
        return PLAYER_OK;
    }
    player->event = &player->scenario->events[player->next_event++];
    player->error = error;
    if (player->broken[0] != '\0' ||
        !sim_guard(play_guarded, player, player->broken,
                   sizeof(player->broken))) {
        return fail_broken(player);
    }
    return player->result;
}

/* ---- A player's life ----------------------------------------------------- */

struct player *player_create(const struct scenario *scenario, FILE *out)
{
    struct player *player = sim_calloc(1, sizeof(*player));

    player->scenario = scenario;
    player->transcript.out = out;
    player->settings = player_usual_setup.cluster;
    return player;
}

void player_destroy(struct player *player)
{
    if (player != NULL) {
        cluster_destroy(player->cluster);
        player_free_proposed(player);
        free(player);
    }
}

bool player_is_done(const struct player *player)
{
    return player->next_event == player->scenario->event_count;
}

const struct cluster *player_cluster(const struct player *player)
{
    return player->cluster;
}

enum player_result player_play(const struct scenario *scenario, FILE *out,
                               struct scenario_error *error)
{
    struct player *player = player_create(scenario, out);
    enum player_result result = PLAYER_OK;

    while (result == PLAYER_OK && !player_is_done(player)) {
        result = player_step(player, error);
    }
    player_destroy(player);
    return result;
}
