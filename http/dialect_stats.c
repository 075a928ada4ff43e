/* SPDX-License-Identifier: MIT
 *
 * dialect_stats.c - GET /raft/stats as raft-example answers it: the figures of
 * hashicorp/raft's Stats(), all of them strings.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/answer.h"
#include "http/cluster.h"
#include "http/json.h"
#include "http/member.h"
#include "http/routes.h"

enum { MEMBER_BYTES = 64 + RAFT_MAX_ADDRESS_BYTES + 48 };

static bool add_number(cJSON *stats, const char *name, uint64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" PRIu64, number);
    return cJSON_AddStringToObject(stats, name, text) != NULL;
}

/* As Go prints a duration: 0s, 67ms, 1.5s, 2m3s, 1h0m5.25s. */
static void format_duration(uint64_t ms, char *text, size_t bytes)
{
    const uint64_t seconds = ms / 1000;
    unsigned fraction = (unsigned)(ms % 1000);
    int digits = 3;
    char part[8] = "";

    if (ms > 0 && ms < 1000) {
        (void)snprintf(text, bytes, "%ums", fraction);
        return;
    }
    if (fraction > 0) {
        for (; fraction % 10 == 0; fraction /= 10) {
            digits--;
        }
        (void)snprintf(part, sizeof(part), ".%0*u", digits, fraction);
    }
    if (seconds < 60) {
        (void)snprintf(text, bytes, "%" PRIu64 "%ss", seconds, part);
    } else if (seconds < 3600) {
        (void)snprintf(text, bytes, "%" PRIu64 "m%" PRIu64 "%ss", seconds / 60,
                       seconds % 60, part);
    } else {
        (void)snprintf(text, bytes, "%" PRIu64 "h%" PRIu64 "m%" PRIu64 "%ss",
                       seconds / 3600, seconds / 60 % 60, seconds % 60, part);
    }
}

static bool add_last_contact(cJSON *stats, const struct http_view *view)
{
    char text[48] = "0";

    if (view->raft.role != RAFT_LEADER) {
        if (view->last_contact_ms == UINT64_MAX) {
            (void)snprintf(text, sizeof(text), "never");
        } else {
            format_duration(view->last_contact_ms, text, sizeof(text));
        }
    }
    return cJSON_AddStringToObject(stats, "last_contact", text) != NULL;
}

static bool is_voter(const struct raft_config *config, size_t slot)
{
    return config->members[slot].in_old ||
           (config->is_joint && config->members[slot].in_new);
}

/* Names come from other nodes: bytes that are no text must not break JSON. */
static void make_text(char *text)
{
    if (json_is_text((const uint8_t *)text, strlen(text))) {
        return;
    }
    for (; *text != 0; text++) {
        *text = (unsigned char)*text < 0x80 ? *text : '?';
    }
}

/* A name with what separates members would look like one more of them. */
static void make_word(char *name)
{
    for (; *name != 0; name++) {
        *name = strchr(" {}", *name) != NULL ? '_' : *name;
    }
}

/* [{Suffrage:Voter ID:node1 Address:127.0.0.1:10001} ...] */
static bool add_configuration(cJSON *stats, const struct http_view *view)
{
    char text[RAFT_MAX_SLOTS * MEMBER_BYTES + 3] = "[";
    const struct raft_config *config = &view->config;
    size_t at = 1;

    for (size_t i = 0; i < config->member_count && i < RAFT_MAX_SLOTS; i++) {
        const struct raft_member *member = &config->members[i];
        char name[sizeof(view->member_names[0])];

        (void)snprintf(name, sizeof(name), "%s", member_name(view, i));
        if (name[0] == 0) { /* it has not said its name yet */
            cluster_format_id(member->id, name);
        }
        make_word(name);
        at += (size_t)snprintf(
            text + at, MEMBER_BYTES, "%s{Suffrage:%s ID:%s Address:%.*s}",
            i == 0 ? "" : " ", is_voter(config, i) ? "Voter" : "Nonvoter", name,
            RAFT_MAX_ADDRESS_BYTES - 1, member->address);
    }
    (void)snprintf(text + at, sizeof(text) - at, "]");
    make_text(text);
    return cJSON_AddStringToObject(stats, "latest_configuration", text) != NULL;
}

static uint64_t count_peers(const struct http_view *view)
{
    uint64_t count = 0;

    for (size_t i = 0; i < view->config.member_count; i++) {
        count += is_voter(&view->config, i) &&
                 view->config.members[i].id != view->raft.id;
    }
    return count;
}

static const char *state_name(enum raft_role role)
{
    static const char *const names[] = {[RAFT_FOLLOWER] = "Follower",
                                        [RAFT_CANDIDATE] = "Candidate",
                                        [RAFT_LEADER] = "Leader"};

    return names[role];
}

static bool add_stats(cJSON *stats, const struct http_view *view)
{
    const struct raft_status *raft = &view->raft;

    return add_number(stats, "applied_index", raft->last_applied) &&
           add_number(stats, "commit_index", raft->commit_index) &&
           add_number(stats, "fsm_pending",
                      raft->commit_index - raft->last_applied) &&
           add_last_contact(stats, view) &&
           add_number(stats, "last_log_index", raft->last_index) &&
           add_number(stats, "last_log_term", raft->last_term) &&
           add_number(stats, "last_snapshot_index", raft->snapshot_index) &&
           add_number(stats, "last_snapshot_term", view->snapshot_term) &&
           add_configuration(stats, view) &&
           add_number(stats, "latest_configuration_index",
                      view->config.index) &&
           add_number(stats, "num_peers", count_peers(view)) &&
           add_number(stats, "protocol_version", 3) &&
           add_number(stats, "protocol_version_max", 3) &&
           add_number(stats, "protocol_version_min", 0) &&
           add_number(stats, "snapshot_version_max", 1) &&
           add_number(stats, "snapshot_version_min", 0) &&
           cJSON_AddStringToObject(stats, "state", state_name(raft->role)) !=
               NULL &&
           add_number(stats, "term", raft->current_term);
}

int stats_answer(struct request *request, const char *message)
{
    struct http_view view;
    cJSON *json = cJSON_CreateObject();
    cJSON *stats = cJSON_AddObjectToObject(json, "data");

    cluster_copy_view(request, &view);
    if (stats == NULL || !add_stats(stats, &view) ||
        cJSON_AddStringToObject(json, "message", message) == NULL) {
        cJSON_Delete(json);
        json = NULL;
    }
    return answer_json(request, 200, ANSWER_JSON_UTF8, json);
}

int stats_get(struct request *request, const char *rest)
{
    (void)rest;
    return stats_answer(request, "Here is the raft status");
}
