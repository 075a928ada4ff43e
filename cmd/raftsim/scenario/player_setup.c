/* SPDX-License-Identifier: MIT
 *
 * player_setup.c - servers and given: what there is before anything happens.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/raftsim/scenario/player_internal.h"

const struct player_setup player_usual_setup = {
    .cluster = {.seed = 1,
                .options = {0}, /* the paper's */
                .election_ticks_min = 10,
                .election_ticks_max = 20,
                .heartbeat_ticks = 3}};

/* The cluster is made anew for each line: options may stand before servers or
 * after them; what is given must come last. */
enum player_result player_set_up(struct player *player,
                                 const struct player_setup *setup)
{
    const size_t count = setup->cluster.server_count;

    if (player->given) {
        return player_bad(player, scenario_verb_text(player->event->verb),
                          "must stand before `given`");
    }
    if (count > 0 && setup->founder > count) {
        return player_bad(player, "founder", "there are S1 to S%zu", count);
    }
    if (count > 0 && setup->cluster.member_count > count) {
        return player_bad(player, "members", "there are S1 to S%zu", count);
    }
    player->settings = setup->cluster;
    player->founder = setup->founder;
    if (count == 0) {
        return PLAYER_OK;
    }
    cluster_destroy(player->cluster);
    player->cluster = cluster_create(&player->settings);
    const size_t members = player->cluster->first_config.member_count;

    for (size_t i = 0; player->settings.config_in_log && i < members; i++) {
        if (setup->founder == RAFT_NO_SERVER || setup->founder == i + 1) {
            cluster_found(player->cluster, i);
        }
    }
    return PLAYER_OK;
}

enum player_result player_do_servers(struct player *player)
{
    const char *word = player->event->words[0];
    struct player_setup setup = {player->settings, player->founder};
    uint64_t count;

    if (!word_number(word, &count) || count < 1 ||
        count > CLUSTER_MAX_SERVERS) {
        return player_bad(player, word, "1 to %d servers", CLUSTER_MAX_SERVERS);
    }
    setup.cluster.server_count = (size_t)count;
    return player_set_up(player, &setup);
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
                          "with config=log entry 1 is the configuration, of "
                          "term 1");
    }
    if (given->term == 0) {
        given->term = last;
    }
    if (given->term == 0 && given->vote != RAFT_NO_SERVER) {
        return player_bad(player, "vote", "nobody votes in term 0: say term=");
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
    disk->piece_bytes = player->settings.piece_bytes;
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
    player->given = player->given || result == PLAYER_OK;
    return result;
}

enum player_result player_check_disks(struct player *player)
{
    struct checker *checker = checker_create();
    enum player_result result = PLAYER_OK;

    for (size_t i = 0; i < player->settings.server_count; i++) {
        const struct cluster_server *server = &player->cluster->servers[i];
        const struct raft_start start = sim_disk_start(&server->disk);

        checker_start(checker, i, server->id, &server->disk, &start);
    }
    if (checker_violation(checker) != NULL) {
        result = player_bad(player, NULL, "what is given cannot be: %s",
                            checker_violation(checker));
    }
    checker_destroy(checker);
    return result;
}
