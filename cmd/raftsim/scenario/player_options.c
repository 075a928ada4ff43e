/* SPDX-License-Identifier: MIT
 *
 * player_options.c - options: which additions are on, how time runs, and where
 * the first configuration stands.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd/raftsim/scenario/player_internal.h"

enum { MAX_NAME = 32 };

/* ---- struct raft_options ------------------------------------------------- */

enum field_kind { SWITCH, NUMBER_32, NUMBER_64 };

/* clang-format off */
#define FIELD(name, kind) {#name, kind, offsetof(struct raft_options, name)}
static const struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;
} fields[] = {
    FIELD(pre_vote, SWITCH),
    FIELD(stickiness, SWITCH),
    FIELD(check_quorum, SWITCH),
    FIELD(no_op, SWITCH),
    FIELD(fast_backtracking, SWITCH),
    FIELD(lease, SWITCH),
    FIELD(max_in_flight_entries, NUMBER_32),
    FIELD(max_in_flight_bytes, NUMBER_64),
    FIELD(max_batch_entries, NUMBER_32),
    FIELD(max_batch_bytes, NUMBER_64),
    FIELD(max_uncommitted_bytes, NUMBER_64),
    FIELD(max_apply_entries, NUMBER_32),
    FIELD(keep_entries, NUMBER_32),
    FIELD(keep_bytes, NUMBER_64),
    FIELD(catch_up_rounds, NUMBER_32),
};
#undef FIELD
/* clang-format on */

static const struct field *find_field(const char *name)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (strcmp(name, fields[i].name) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

static enum player_result set_field(struct player *player,
                                    struct raft_options *options,
                                    const struct field *field, const char *word,
                                    const char *value)
{
    char *at = (char *)options + field->offset;
    uint64_t number;

    if (field->kind == SWITCH) {
        if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0) {
            return player_bad(player, word, "on or off");
        }
        *(bool *)at = strcmp(value, "on") == 0;
        return PLAYER_OK;
    }
    if (!word_number(value, &number) ||
        (field->kind == NUMBER_32 && number > UINT32_MAX)) {
        return player_bad(player, word, "a number, at most %llu",
                          field->kind == NUMBER_32
                              ? (unsigned long long)UINT32_MAX
                              : (unsigned long long)WORDS_MAX_NUMBER);
    }
    if (field->kind == NUMBER_32) {
        *(uint32_t *)(void *)at = (uint32_t)number;
    } else {
        *(uint64_t *)(void *)at = number;
    }
    return PLAYER_OK;
}

/* ---- The cluster's own --------------------------------------------------- */

static enum player_result set_seed(struct player *player,
                                   struct player_setup *setup, const char *word,
                                   const char *value)
{
    if (!word_number(value, &setup->cluster.seed)) {
        return player_bad(player, word, "a number, at most %llu",
                          (unsigned long long)WORDS_MAX_NUMBER);
    }
    return PLAYER_OK;
}

static enum player_result set_election(struct player *player,
                                       struct player_setup *setup,
                                       const char *word, const char *value)
{
    uint64_t min;
    uint64_t max;

    if (!word_range(value, &min, &max) || min < 1 || max < min ||
        max > PLAYER_MOST_TICKS) {
        return player_bad(player, word,
                          "MIN..MAX, within 1..%d: election=10..20",
                          PLAYER_MOST_TICKS);
    }
    setup->cluster.election_ticks_min = (uint32_t)min;
    setup->cluster.election_ticks_max = (uint32_t)max;
    return PLAYER_OK;
}

static enum player_result set_heartbeat(struct player *player,
                                        struct player_setup *setup,
                                        const char *word, const char *value)
{
    uint64_t ticks;

    if (!word_number(value, &ticks) || ticks < 1 || ticks > PLAYER_MOST_TICKS) {
        return player_bad(player, word, "1 to %d ticks", PLAYER_MOST_TICKS);
    }
    setup->cluster.heartbeat_ticks = (uint32_t)ticks;
    return PLAYER_OK;
}

static enum player_result set_config(struct player *player,
                                     struct player_setup *setup,
                                     const char *word, const char *value)
{
    if (strcmp(value, "log") != 0 && strcmp(value, "outside") != 0) {
        return player_bad(player, word, "log or outside");
    }
    setup->cluster.config_in_log = strcmp(value, "log") == 0;
    return PLAYER_OK;
}

static enum player_result set_founder(struct player *player,
                                      struct player_setup *setup,
                                      const char *word, const char *value)
{
    size_t place;

    if (strcmp(value, "*") == 0) {
        setup->founder = RAFT_NO_SERVER;
        return PLAYER_OK;
    }
    if (!word_server(value, CLUSTER_MAX_SERVERS, &place)) {
        return player_bad(player, word, "* or one server");
    }
    setup->founder = place + 1;
    return PLAYER_OK;
}

static enum player_result set_members(struct player *player,
                                      struct player_setup *setup,
                                      const char *word, const char *value)
{
    uint64_t count;

    if (!word_number(value, &count) || count < 1 ||
        count > CLUSTER_MAX_SERVERS) {
        return player_bad(player, word, "1 to %d servers", CLUSTER_MAX_SERVERS);
    }
    setup->cluster.member_count = (size_t)count;
    return PLAYER_OK;
}

static enum player_result set_piece_bytes(struct player *player,
                                          struct player_setup *setup,
                                          const char *word, const char *value)
{
    uint64_t count;

    if (!word_number(value, &count) || count < 1 || count > UINT32_MAX) {
        return player_bad(player, word, "1 or more bytes");
    }
    setup->cluster.piece_bytes = (uint32_t)count;
    return PLAYER_OK;
}

static const struct setting {
    const char *name;
    enum player_result (*set)(struct player *player, struct player_setup *setup,
                              const char *word, const char *value);
} settings[] = {{"seed", set_seed},
                {"election", set_election},
                {"heartbeat", set_heartbeat},
                {"config", set_config},
                {"founder", set_founder},
                {"members", set_members},
                {"piece_bytes", set_piece_bytes}};

static const struct setting *find_setting(const char *name)
{
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        if (strcmp(name, settings[i].name) == 0) {
            return &settings[i];
        }
    }
    return NULL;
}

/* ---- The verb ------------------------------------------------------------ */

static enum player_result
set_option(struct player *player, struct player_setup *setup, const char *word)
{
    const char *equals = strchr(word, '=');
    char name[MAX_NAME];

    if (equals == NULL || (size_t)(equals - word) >= sizeof(name)) {
        return player_bad(player, word, "not an option: NAME=on|off|NUMBER");
    }
    snprintf(name, sizeof(name), "%.*s", (int)(equals - word), word);

    const struct field *field = find_field(name);
    const struct setting *setting = find_setting(name);

    if (field != NULL) {
        return set_field(player, &setup->cluster.options, field, word,
                         equals + 1);
    }
    if (setting != NULL) {
        return setting->set(player, setup, word, equals + 1);
    }
    return player_bad(player, word, "no such option");
}

/* Each by itself is fine; are they together? */
static enum player_result check_setup(struct player *player,
                                      const struct player_setup *setup)
{
    const struct cluster_settings *cluster = &setup->cluster;

    if (cluster->options.lease && !cluster->options.stickiness) {
        return player_bad(player, "lease=on", "needs stickiness=on");
    }
    if (cluster->heartbeat_ticks >= cluster->election_ticks_min) {
        return player_bad(player, "heartbeat",
                          "every %u ticks: must be less than an election "
                          "time-out, which is %u or more",
                          (unsigned)cluster->heartbeat_ticks,
                          (unsigned)cluster->election_ticks_min);
    }
    if (setup->founder != RAFT_NO_SERVER && !cluster->config_in_log) {
        return player_bad(player, "founder", "needs config=log");
    }
    return PLAYER_OK;
}

/* Each line of options says all; what it does not name is as usual. */
enum player_result player_do_options(struct player *player)
{
    const struct scenario_event *event = player->event;
    const bool paper = strcmp(event->words[0], "paper") == 0;
    struct player_setup setup = player_usual_setup;
    enum player_result result = PLAYER_OK;

    if (!paper && strcmp(event->words[0], "default") != 0) {
        return player_bad(player, event->words[0], "paper or default");
    }
    setup.cluster.server_count = player->settings.server_count;
    setup.cluster.options = paper ? raft_options_paper : raft_options_default;
    setup.cluster.config_in_log = !paper;
    for (size_t i = 1; result == PLAYER_OK && i < event->word_count; i++) {
        result = set_option(player, &setup, event->words[i]);
    }
    if (result == PLAYER_OK) {
        result = check_setup(player, &setup);
    }
    return result == PLAYER_OK ? player_set_up(player, &setup) : result;
}
