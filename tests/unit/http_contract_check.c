/* SPDX-License-Identifier: MIT
 *
 * http_contract_check.c - one answer, laid beside what was promised.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/answer.h"
#include "http/json.h"
#include "tests/t.h"
#include "tests/unit/http_contract.h"

enum { FIELD_BYTES = 8192 };

void contract_complain(struct contract *c, const struct contract_cell *cell,
                       const char *what, const char *came, const char *expected)
{
    c->failures++;
    print_error("%s %.80s %.80s [%s, %s] %s: %.200s, expected %.200s\n",
                cell->method, cell->target,
                cell->body == NULL ? "" : cell->body, c->state->name,
                cell->what, what, came, expected);
}

static void same(struct contract *c, const struct contract_cell *cell,
                 const char *what, const char *came, const char *expected)
{
    if (strcmp(came, expected) != 0) {
        contract_complain(c, cell, what, came, expected);
    }
}

/* ---- The head ------------------------------------------------------------ */

/* expected "": it must not be there. */
static void same_field(struct contract *c, const struct contract_cell *cell,
                       const struct http_reply *reply, const char *name,
                       const char *expected)
{
    char value[FIELD_BYTES] = "";

    (void)http_reply_field(reply, name, value, sizeof(value));
    same(c, cell, name, value, expected);
}

static const char *type_of(const struct contract_cell *cell)
{
    static const char *const types[] = {
        [ERROR_PROBLEM] = "application/problem+json",
        [ERROR_TEXT] = "text/plain; charset=utf-8",
        [ERROR_MESSAGE] = "application/json; charset=UTF-8",
        [ERROR_OBJECT] = "application/json",
        [ERROR_JOIN] = "application/json"};

    if (cell->status >= 400) {
        return types[cell->form];
    }
    return cell->status == 307 || cell->type == NULL ? "" : cell->type;
}

static void check_location(struct contract *c, const struct contract_cell *cell,
                           const struct http_reply *reply)
{
    char expected[FIELD_BYTES] = "";
    size_t ignored;

    if (cell->location != NULL) {
        char *target = contract_fill(c, cell->location, &ignored);

        (void)snprintf(expected, sizeof(expected), "http://%s%s",
                       c->view.leader_http, target);
        free(target);
    }
    same_field(c, cell, reply, "Location", expected);
}

/* Every answer tells of the log. */
static void check_raft_fields(struct contract *c,
                              const struct contract_cell *cell,
                              const struct http_reply *reply)
{
    const char *leader = c->view.leader_http;
    char value[FIELD_BYTES];

    same_field(c, cell, reply, "Raft-Term", "3");
    same_field(c, cell, reply, "Raft-Leader",
               strchr(leader, '\r') == NULL ? leader : "");
    if (http_reply_field(reply, "Raft-Leader", value, FIELD_BYTES) == NULL) {
        contract_complain(c, cell, "Raft-Leader", "none", leader);
    }
    if (http_reply_field(reply, "Raft-Index", value, FIELD_BYTES) == NULL ||
        strtoull(value, NULL, 10) < 7) {
        contract_complain(c, cell, "Raft-Index", "none", "7 or more");
    }
}

/* ---- The body ------------------------------------------------------------ */

/* One string, not empty, of that name, and nothing else. */
static bool is_one_string(const cJSON *json, const char *name)
{
    const char *text = json_string(json, name);

    return cJSON_GetArraySize(json) == 1 && text != NULL && *text != 0;
}

static bool is_problem(const cJSON *json, int status)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(json, "status");
    const char *title = json_string(json, "title");
    const char *detail = json_string(json, "detail");

    return cJSON_IsNumber(number) && number->valueint == status &&
           title != NULL && strcmp(title, answer_reason(status)) == 0 &&
           detail != NULL && *detail != 0;
}

/* A sentence in the words of the route's family. */
static bool is_in_form(const struct contract_cell *cell, const char *body,
                       const cJSON *json)
{
    const char *end = strchr(body, '\n');

    switch (cell->form) {
    case ERROR_TEXT:
        return end != NULL && end > body && end[1] == 0;
    case ERROR_MESSAGE:
        return cell->status == 404 || cell->status == 405
                   ? is_one_string(json, "message") &&
                         strcmp(json->child->valuestring,
                                answer_reason(cell->status)) == 0
                   : is_one_string(json, "error");
    case ERROR_OBJECT:
        return is_one_string(json, "error");
    case ERROR_JOIN:
        return cell->status >= 500 ? strcmp(body, "{}") == 0
                                   : is_one_string(json, "error");
    case ERROR_PROBLEM:
        break;
    }
    return is_problem(json, cell->status);
}

/* {"data":{STATS},"message":...}: STATS are strings of these names. */
static bool is_stats(const cJSON *json, const char *message)
{
    static const char *const names[] = {"applied_index",
                                        "commit_index",
                                        "fsm_pending",
                                        "last_contact",
                                        "last_log_index",
                                        "last_log_term",
                                        "last_snapshot_index",
                                        "last_snapshot_term",
                                        "latest_configuration",
                                        "latest_configuration_index",
                                        "num_peers",
                                        "protocol_version",
                                        "protocol_version_max",
                                        "protocol_version_min",
                                        "snapshot_version_max",
                                        "snapshot_version_min",
                                        "state",
                                        "term"};
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");
    const char *said = json_string(json, "message");

    for (size_t i = 0; i < T_COUNT(names); i++) {
        if (json_string(data, names[i]) == NULL) {
            return false;
        }
    }
    return cJSON_GetArraySize(data) == (int)T_COUNT(names) &&
           cJSON_GetArraySize(json) == 2 && said != NULL &&
           strcmp(said, message) == 0;
}

static bool is_cluster(const cJSON *json)
{
    return json_string(json, "cluster") != NULL &&
           json_string(json, "term") != NULL &&
           json_string(json, "leader") != NULL &&
           json_string(json, "commit") != NULL &&
           cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(json, "members"));
}

static bool is_the_same(const struct contract *c, const char *expect,
                        const cJSON *json)
{
    size_t ignored;
    char *text = contract_fill(c, expect, &ignored);
    cJSON *expected = cJSON_Parse(text);
    const bool equal = cJSON_Compare(json, expected, true);

    cJSON_Delete(expected);
    free(text);
    return equal;
}

static bool is_as_expected(const struct contract *c,
                           const struct contract_cell *cell, const char *body,
                           const cJSON *json)
{
    static const char stats[] = "STATS ";

    if (cell->expect == NULL) {
        return is_in_form(cell, body, json);
    }
    if (strncmp(cell->expect, stats, sizeof(stats) - 1) == 0) {
        return is_stats(json, cell->expect + sizeof(stats) - 1);
    }
    if (strcmp(cell->expect, "CLUSTER") == 0) {
        return is_cluster(json);
    }
    return cell->expect[0] == '{' ? is_the_same(c, cell->expect, json)
                                  : strcmp(body, cell->expect) == 0;
}

static void check_body(struct contract *c, const struct contract_cell *cell,
                       const struct http_reply *reply)
{
    const char *body = reply->body == NULL ? "" : (const char *)reply->body;
    cJSON *json = cJSON_ParseWithOpts(body, NULL, true);

    if (strlen(body) != reply->body_bytes ||
        !is_as_expected(c, cell, body, json)) {
        contract_complain(c, cell, "body", body,
                          cell->expect == NULL ? "its form's words"
                                               : cell->expect);
    }
    if (cell->says != NULL && strstr(body, cell->says) == NULL) {
        contract_complain(c, cell, "body", body, cell->says);
    }
    cJSON_Delete(json);
}

void contract_check(struct contract *c, const struct contract_cell *cell,
                    const struct http_reply *reply)
{
    char came[16], expected[16];

    c->cells++;
    (void)snprintf(came, sizeof(came), "%d", reply->status);
    (void)snprintf(expected, sizeof(expected), "%d", cell->status);
    same(c, cell, "status", came, expected);
    if (reply->status != cell->status) {
        return; /* all else would differ as well */
    }
    same_field(c, cell, reply, "Content-Type", type_of(cell));
    same_field(c, cell, reply, "Allow", cell->allow == NULL ? "" : cell->allow);
    same_field(c, cell, reply, "Retry-After", cell->status == 503 ? "1" : "");
    same_field(c, cell, reply, "Set-Cookie", "");
    check_location(c, cell, reply);
    check_raft_fields(c, cell, reply);
    if (strcmp(cell->method, "HEAD") != 0) {
        check_body(c, cell, reply);
    }
}
