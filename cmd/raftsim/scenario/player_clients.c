/* SPDX-License-Identifier: MIT
 *
 * player_clients.c - put, get, transfer: what is asked, and what is answered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/scenario/player_internal.h"
#include "cmd/raftsim/scenario/sim_text.h"

typedef unsigned long long ull;

static ull id_at(const struct player *player, size_t place)
{
    return (ull)player->cluster->servers[place].id;
}

/* To the clients of the event being played: each write has one. */
static void tell_not_done(struct player *player, size_t place,
                          enum player_outcome outcome)
{
    const struct scenario_event *event = player->event;
    size_t i = 1;

    do {
        player_tell_answer(player, place, event->verb,
                           i < event->word_count ? event->words[i] : "",
                           outcome, NULL);
    } while (event->verb == SCENARIO_PUT && ++i < event->word_count);
}

/* A refusal is an answer, not a failure of the scenario. */
static void tell_refusal(struct player *player, size_t place,
                         enum raft_error error)
{
    struct raft_status status;
    char leader[SIM_SERVER_BYTES];

    if (error == RAFT_EDISK) {
        tell_not_done(player, place, PLAYER_UNKNOWN);
        return; /* it stopped, and that was told */
    }
    tell_not_done(player, place, PLAYER_REFUSED);
    cluster_status(player->cluster, place, &status);
    transcript_line(&player->transcript,
                    "refused   S%llu: %s; leader known: %s",
                    id_at(player, place), raft_error_text(error),
                    sim_server_text(status.leader_id, leader));
}

/* ---- put ----------------------------------------------------------------- */

static enum player_result check_write(struct player *player, const char *word)
{
    const size_t key_bytes = strcspn(word, "=");

    if (key_bytes == 0 || word[key_bytes] == '\0') {
        return player_bad(player, word, "not KEY=VALUE");
    }
    if (key_bytes > KV_MAX_KEY_BYTES) {
        return player_bad(player, word, "a key has %d bytes at most",
                          KV_MAX_KEY_BYTES);
    }
    return PLAYER_OK; /* no scenario is as long as the longest value */
}

/* key=value becomes an entry that owns its bytes. */
static struct raft_entry make_entry(const char *word)
{
    const char *equals = strchr(word, '=');
    const struct kv_operation put = {.type = KV_PUT,
                                     .key = (const uint8_t *)word,
                                     .key_bytes = (size_t)(equals - word),
                                     .value = (const uint8_t *)equals + 1,
                                     .value_bytes = strlen(equals + 1)};
    const size_t size = kv_command_size(&put, 1);
    uint8_t *bytes = sim_realloc(NULL, size);

    kv_command_encode(&put, 1, bytes);
    return (struct raft_entry){.type = RAFT_ENTRY_COMMAND,
                               .byte_count = (uint32_t)size,
                               .bytes = bytes};
}

void player_free_proposed(struct player *player)
{
    while (player->proposed_count > 0) {
        const struct raft_entry *last =
            &player->proposed[--player->proposed_count];

        free((void *)(uintptr_t)last->bytes);
    }
}

static void remember_writes(struct player *player, size_t place, uint64_t life,
                            raft_index first_index, raft_term term)
{
    for (size_t i = 1; i < player->event->word_count; i++) {
        if (player->write_count == PLAYER_MAX_WRITES) {
            return; /* more are not followed up */
        }
        player->writes[player->write_count++] =
            (struct player_write){.place = place,
                                  .life = life,
                                  .index = first_index + i - 1,
                                  .term = term,
                                  .word = player->event->words[i]};
    }
}

enum player_result player_do_put(struct player *player)
{
    const struct scenario_event *event = player->event;
    raft_index first_index = 0;
    raft_term term = 0;
    size_t place;

    if (player_running(player, event->words[0], &place) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    for (size_t i = 1; i < event->word_count; i++) {
        if (check_write(player, event->words[i]) != PLAYER_OK) {
            player_free_proposed(player);
            return PLAYER_BAD;
        }
        player->proposed[player->proposed_count++] =
            make_entry(event->words[i]);
    }
    const uint64_t life = player->cluster->servers[place].start_count;
    const enum raft_error error =
        cluster_propose(player->cluster, place, player->proposed,
                        player->proposed_count, &first_index, &term);

    player_free_proposed(player);
    if (error != RAFT_OK) {
        tell_refusal(player, place, error);
        return PLAYER_OK;
    }
    transcript_line(&player->transcript,
                    "taken     S%llu entry %llu, term %llu",
                    id_at(player, place), (ull)first_index, (ull)term);
    remember_writes(player, place, life, first_index, term);
    return PLAYER_OK;
}

/* Applied: done, or another entry is there; or none, covered by a snapshot. */
static bool is_decided(struct player *player, const struct player_write *write)
{
    const struct cluster_server *server =
        &player->cluster->servers[write->place];
    const bool up = server->node != NULL && server->start_count == write->life;
    const struct raft_entry *entry =
        up ? raft_entry_at(raft_node_core(server->node), write->index) : NULL;

    if (up && player->applied[write->place] < write->index) {
        return false;
    }
    if (entry == NULL) {
        player_tell_answer(player, write->place, SCENARIO_PUT, write->word,
                           PLAYER_UNKNOWN, NULL);
        transcript_line(&player->transcript,
                        "unknown   S%llu put %s: its client got no answer",
                        (ull)server->id, write->word);
        return true;
    }
    if (entry->term == write->term) {
        checker_acknowledged(player->cluster->checker, write->index);
        player_tell_answer(player, write->place, SCENARIO_PUT, write->word,
                           PLAYER_DONE, NULL);
        transcript_line(&player->transcript, "done      S%llu put %s",
                        (ull)server->id, write->word);
    } else {
        player_tell_answer(player, write->place, SCENARIO_PUT, write->word,
                           PLAYER_REFUSED, NULL);
        transcript_line(&player->transcript,
                        "refused   S%llu put %s: another entry took its place",
                        (ull)server->id, write->word);
    }
    return true;
}

void player_settle_writes(struct player *player)
{
    size_t kept = 0;

    for (size_t i = 0; i < player->write_count; i++) {
        if (!is_decided(player, &player->writes[i])) {
            player->writes[kept++] = player->writes[i];
        }
    }
    player->write_count = kept;
}

/* ---- get ----------------------------------------------------------------- */

static void read_value(struct player *player, size_t place,
                       struct player_read *read)
{
    struct kv_value value;

    read->is_found =
        kv_get(player->cluster->servers[place].kv, (const uint8_t *)read->key,
               strlen(read->key), &value) == KV_FOUND;
    if (!read->is_found) {
        snprintf(read->value, sizeof(read->value), "none");
        return;
    }
    snprintf(read->value, sizeof(read->value), "%.*s", (int)value.byte_count,
             (const char *)value.bytes);
    kv_value_free(&value);
}

void player_on_read_answered(void *self, size_t place,
                             const struct raft_read_answer *answer)
{
    struct player *player = self;
    struct player_read *read = &player->reads[place];
    const struct player_issued *issued =
        &player->issued[answer->read_id % PLAYER_MAX_READS];

    if (answer->confirmed && issued->read_id == answer->read_id) {
        checker_read_answered(player->cluster->checker, place, issued->index);
    }
    if (read->read_id != answer->read_id) {
        return; /* an older one; only the latest is shown */
    }
    if (answer->confirmed) {
        read_value(player, place, read);
    } else {
        snprintf(read->value, sizeof(read->value), "refused");
    }
    player_tell_answer(player, place, SCENARIO_GET, read->key,
                       answer->confirmed ? PLAYER_DONE : PLAYER_REFUSED,
                       answer->confirmed && read->is_found ? read->value
                                                           : NULL);
    transcript_line(&player->transcript, "answered  S%llu get %s: %s",
                    id_at(player, place), read->key, read->value);
}

enum player_result player_do_get(struct player *player)
{
    const struct scenario_event *event = player->event;
    const char *level = event->word_count > 2 ? event->words[2] : "consistent";
    const bool lease = strcmp(level, "lease") == 0;
    size_t place;

    if (player_running(player, event->words[0], &place) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    if (!lease && strcmp(level, "consistent") != 0) {
        return player_bad(player, level, "lease or consistent");
    }
    struct player_read *read = &player->reads[place];

    read->read_id = ++player->last_read_id;
    read->key = event->words[1];
    player->issued[read->read_id % PLAYER_MAX_READS] = (struct player_issued){
        read->read_id, checker_read_issued(player->cluster->checker)};
    snprintf(read->value, sizeof(read->value), "pending");

    const enum raft_error error =
        cluster_read(player->cluster, place, read->read_id,
                     lease ? RAFT_READ_LEASE : RAFT_READ_CONSISTENT);

    if (error != RAFT_OK) {
        snprintf(read->value, sizeof(read->value), "refused");
        tell_refusal(player, place, error);
    }
    return PLAYER_OK;
}

/* ---- transfer ------------------------------------------------------------ */

enum player_result player_do_transfer(struct player *player)
{
    const struct scenario_event *event = player->event;
    raft_server_id to = RAFT_NO_SERVER;
    size_t from;
    size_t target;

    if (player_running(player, event->words[0], &from) != PLAYER_OK) {
        return PLAYER_BAD;
    }
    if (event->word_count > 1) {
        if (!word_server(event->words[1], player->settings.server_count,
                         &target)) {
            return player_bad(player, event->words[1], "no such server");
        }
        to = player->cluster->servers[target].id;
    }
    const enum raft_error error = cluster_transfer(player->cluster, from, to);

    if (error != RAFT_OK) {
        tell_refusal(player, from, error);
    }
    return PLAYER_OK;
}
