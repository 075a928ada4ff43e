/* SPDX-License-Identifier: MIT
 *
 * player_setup.c - servers, options, given: before anything happens.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd/raftsim/scenario/player_internal.h"

/*
 * The cluster is made anew for each line of set-up, so that options may stand
 * before or after servers; what is given must come last.
 */
static void make_cluster(struct player *player)
{
    cluster_destroy(player->cluster);
    player->cluster = cluster_create(&player->settings);
    for (size_t i = 0;
         player->settings.config_in_log && i < player->settings.server_count;
         i++) {
        cluster_found(player->cluster, i);
    }
}

enum player_result player_do_servers(struct player *player)
{
    const char *word = player->event->words[0];
    uint64_t count;

    if (!word_number(word, &count) || count < 1 ||
        count > CLUSTER_MAX_SERVERS) {
        return player_bad(player, word, "1 to %d servers", CLUSTER_MAX_SERVERS);
    }
    player->settings.server_count = (size_t)count;
    make_cluster(player);
    return PLAYER_OK;
}

/* ---- options ------------------------------------------------------------- */

static bool *find_switch(struct raft_options *options, const char *name)
{
    const struct {
        const char *name;
        bool *value;
    } switches[] = {{"pre_vote", &options->pre_vote},
                    {"stickiness", &options->stickiness},
                    {"check_quorum", &options->check_quorum},
                    {"no_op", &options->no_op},
                    {"fast_backtracking", &options->fast_backtracking},
                    {"lease", &options->lease}};

    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
        if (strcmp(name, switches[i].name) == 0) {
            return switches[i].value;
        }
    }
    return NULL;
}

static bool set_number(struct player *player, const char *name, uint64_t number)
{
    struct raft_options *options = &player->settings.options;

    if (strcmp(name, "seed") == 0) {
        player->settings.seed = number;
    } else if (number > UINT32_MAX) {
        return false;
    } else if (strcmp(name, "max_in_flight_entries") == 0) {
        options->max_in_flight_entries = (uint32_t)number;
    } else if (strcmp(name, "max_batch_entries") == 0) {
        options->max_batch_entries = (uint32_t)number;
    } else {
        return false;
    }
    return true;
}

static enum player_result set_option(struct player *player, const char *word)
{
    const char *equals = strchr(word, '=');
    char name[32];
    uint64_t number;

    if (equals == NULL || (size_t)(equals - word) >= sizeof(name)) {
        return player_bad(player, word, "not an option: NAME=on|off|NUMBER");
    }
    snprintf(name, sizeof(name), "%.*s", (int)(equals - word), word);

    bool *on = find_switch(&player->settings.options, name);

    if (on != NULL &&
        (strcmp(equals + 1, "on") == 0 || strcmp(equals + 1, "off") == 0)) {
        *on = strcmp(equals + 1, "on") == 0;
        return PLAYER_OK;
    }
    if (on == NULL && word_number(equals + 1, &number) &&
        set_number(player, name, number)) {
        return PLAYER_OK;
    }
    return player_bad(player, word,
                      on == NULL ? "no such option, or not a "
                                   "number in reach"
                                 : "on or off");
}

enum player_result player_do_options(struct player *player)
{
    const struct scenario_event *event = player->event;
    const bool paper = strcmp(event->words[0], "paper") == 0;

    if (!paper && strcmp(event->words[0], "default") != 0) {
        return player_bad(player, event->words[0], "paper or default");
    }
    player->settings.options =
        paper ? raft_options_paper : raft_options_default;
    player->settings.config_in_log = !paper;
    for (size_t i = 1; i < event->word_count; i++) {
        const enum player_result result = set_option(player, event->words[i]);

        if (result != PLAYER_OK) {
            return result;
        }
    }
    if (player->settings.options.lease &&
        !player->settings.options.stickiness) {
        return player_bad(player, "lease=on", "needs stickiness=on");
    }
    if (player->settings.server_count > 0) {
        make_cluster(player);
    }
    return PLAYER_OK;
}

/* ---- given --------------------------------------------------------------- */

struct given {
    struct word_terms log;
    raft_term term;
    raft_server_id vote;
};

static enum player_result read_given(struct player *player, struct given *given)
{
    const struct scenario_event *event = player->event;

    for (size_t i = 1; i < event->word_count; i++) {
        const char *word = event->words[i];
        const char *log = word_value(word, "log");
        const char *term = word_value(word, "term");
        const char *vote = word_value(word, "vote");
        size_t place;

        if (log != NULL && word_term_list(log, &given->log)) {
            continue;
        }
        if (term != NULL && word_number(term, &given->term)) {
            continue;
        }
        if (vote != NULL &&
            word_server(vote, player->settings.server_count, &place)) {
            given->vote = place + 1;
            continue;
        }
        return player_bad(player, word,
                          "not what can be given: log=1,1,4 term=4 vote=S2");
    }
    return PLAYER_OK;
}

static enum player_result check_given(struct player *player,
                                      struct given *given)
{
    const struct word_terms *log = &given->log;
    raft_term last = 0;

    for (size_t i = 0; i < log->count; i++) {
        if (log->terms[i] < 1 || log->terms[i] < last) {
            return player_bad(player, "log",
                              "terms begin with 1 and never go back");
        }
        last = log->terms[i];
    }
    if (player->settings.config_in_log &&
        (log->count == 0 || log->terms[0] != 1)) {
        return player_bad(player, "log",
                          "with options default entry 1 is the configuration, "
                          "of term 1");
    }
    if (given->term == 0) {
        given->term = last;
    }
    if (given->term < last) {
        return player_bad(player, "term", "the log has entries of term %llu",
                          (unsigned long long)last);
    }
    return PLAYER_OK;
}

/* The same index and term must mean the same command on every server. */
static void add_command(struct sim_disk *disk, raft_index index, raft_term term)
{
    char value[48];
    uint8_t bytes[128];
    const int value_bytes =
        snprintf(value, sizeof(value), "%llu.%llu", (unsigned long long)term,
                 (unsigned long long)index);
    const struct kv_operation put = {.type = KV_PUT,
                                     .key = (const uint8_t *)"x",
                                     .key_bytes = 1,
                                     .value = (const uint8_t *)value,
                                     .value_bytes = (size_t)value_bytes};
    struct raft_entry entry = {.term = term,
                               .type = RAFT_ENTRY_COMMAND,
                               .byte_count = (uint32_t)kv_command_size(&put, 1),
                               .bytes = bytes};

    kv_command_encode(&put, 1, bytes);
    sim_disk_add_entry(disk, &entry);
}

static void lay_on_disk(struct player *player, size_t place,
                        const struct given *given)
{
    struct sim_disk *disk = &player->cluster->servers[place].disk;

    sim_disk_wipe(disk);
    if (player->settings.config_in_log) {
        cluster_found(player->cluster, place);
    }
    for (size_t i = disk->log_count; i < given->log.count; i++) {
        add_command(disk, i + 1, given->log.terms[i]);
    }
    sim_disk_set_hard_state(disk, given->term, given->vote);
}

enum player_result player_do_given(struct player *player)
{
    struct given given = {.term = 0};
    word_servers servers;
    enum player_result result;

    if (player->cluster == NULL) {
        return player_bad(player, "given", "`servers` must come first");
    }
    result = player_servers(player, player->event->words[0], &servers);
    if (result == PLAYER_OK) {
        result = read_given(player, &given);
    }
    if (result == PLAYER_OK) {
        result = check_given(player, &given);
    }
    for (size_t i = 0; result == PLAYER_OK && i < player->settings.server_count;
         i++) {
        if (word_set_has(servers, i)) {
            lay_on_disk(player, i, &given);
        }
    }
    return result;
}
