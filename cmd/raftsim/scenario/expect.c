/* SPDX-License-Identifier: MIT
 *
 * expect.c - conditions on servers: S1.commit=2, S1..S3.role=follower.
 */
#include "cmd/raftsim/scenario/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/scenario/sim_text.h"

typedef unsigned long long ull;

static const char *const number_fields[] = {
    "term",  "commit", "applied",   "last",  "last_term", "durable",
    "match", "next",   "in_flight", "first", "snapshot"};
static const char *const word_fields[] = {"role", "vote", "leader", "log",
                                          "key",  "read", "members"};

#define IS_ONE_OF(word, list) \
    is_one_of((word), (list), sizeof(list) / sizeof((list)[0]))

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- Parsing ------------------------------------------------------------- */

static bool take_part(char *to, size_t to_bytes, const char *from, size_t count)
{
    if (count == 0 || count >= to_bytes) {
        return false;
    }
    memcpy(to, from, count);
    to[count] = '\0';
    return true;
}

/* The operator at text; returns its length, 0 = none. */
static size_t find_operator(const char *text, enum expect_operator *op)
{
    static const struct {
        const char *text;
        enum expect_operator op;
    } operators[] = {{"!=", EXPECT_NOT_EQUAL}, {"<=", EXPECT_AT_MOST},
                     {">=", EXPECT_AT_LEAST},  {"=", EXPECT_EQUAL},
                     {"<", EXPECT_LESS},       {">", EXPECT_MORE}};

    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        const size_t length = strlen(operators[i].text);

        if (strncmp(text, operators[i].text, length) == 0) {
            *op = operators[i].op;
            return length;
        }
    }
    return 0;
}

/* field or field[argument] */
static bool take_field(const char *text, size_t count,
                       struct expect_condition *condition)
{
    const char *open = memchr(text, '[', count);

    condition->argument[0] = '\0';
    if (open == NULL) {
        return take_part(condition->field, sizeof(condition->field), text,
                         count);
    }
    const size_t field_bytes = (size_t)(open - text);

    return text[count - 1] == ']' &&
           take_part(condition->field, sizeof(condition->field), text,
                     field_bytes) &&
           take_part(condition->argument, sizeof(condition->argument), open + 1,
                     count - field_bytes - 2);
}

static const char *check_field(const struct expect_condition *condition,
                               size_t server_count)
{
    const bool is_number = IS_ONE_OF(condition->field, number_fields);
    const bool of_server = strcmp(condition->field, "match") == 0 ||
                           strcmp(condition->field, "next") == 0;
    const bool of_key = strcmp(condition->field, "key") == 0;
    size_t place;
    uint64_t number;

    if (!is_number && !IS_ONE_OF(condition->field, word_fields)) {
        return "no such field";
    }
    if ((of_server || of_key) != (condition->argument[0] != '\0')) {
        return of_server || of_key ? "what of? write it in brackets"
                                   : "this field takes no brackets";
    }
    if (of_server && !word_server(condition->argument, server_count, &place)) {
        return "no such server in the brackets";
    }
    if (is_number && !word_number(condition->value, &number)) {
        return "a number must follow the operator";
    }
    if (!is_number && condition->op != EXPECT_EQUAL &&
        condition->op != EXPECT_NOT_EQUAL) {
        return "only = and != compare words";
    }
    return NULL;
}

bool expect_parse(const char *word, size_t server_count,
                  struct expect_condition *condition, const char **problem)
{
    const char *dot = word;
    char servers[64];

    *problem = "not a condition: SERVERS.FIELD=VALUE";
    while ((dot = strchr(dot, '.')) != NULL && dot[1] == '.') {
        dot += 2; /* a range: S1..S3 */
    }
    if (dot == NULL ||
        !take_part(servers, sizeof(servers), word, (size_t)(dot - word))) {
        return false;
    }
    if (!word_server_set(servers, server_count, &condition->servers)) {
        *problem = "no such server";
        return false;
    }
    const size_t count = strcspn(dot + 1, "=!<>");
    const size_t length = find_operator(dot + 1 + count, &condition->op);
    const char *value = dot + 1 + count + length;

    if (length == 0 || strlen(value) >= sizeof(condition->value) ||
        !take_field(dot + 1, count, condition)) {
        return false;
    }
    strcpy(condition->value, value);
    *problem = check_field(condition, server_count);
    return *problem == NULL;
}

/* ---- Looking ------------------------------------------------------------- */

static void print_key(FILE *out, const struct cluster_server *server,
                      const char *key)
{
    struct kv_value value;

    if (kv_get(server->kv, (const uint8_t *)key, strlen(key), &value) !=
        KV_FOUND) {
        fputs("none", out);
        return;
    }
    fwrite(value.bytes, 1, value.byte_count, out);
    kv_value_free(&value);
}

static uint64_t in_flight_from(const struct cluster *cluster, raft_server_id id)
{
    uint64_t count = 0;

    for (size_t i = 0; i < cluster->network.count; i++) {
        count += cluster->network.in_flight[i]->message.from == id ? 1 : 0;
    }
    return count;
}

/* Of a leader's bookkeeping; 0 when it has none for that server. */
static raft_index progress(const struct cluster_server *server,
                           const raft_index values[], const char *argument)
{
    size_t place = 0;
    int slot;

    (void)word_server(argument, CLUSTER_MAX_SERVERS, &place);
    slot = raft_config_slot(raft_node_config(server->node), place + 1);
    return slot < 0 ? 0 : values[slot];
}

static bool number_of(const struct cluster_server *server, const char *field,
                      const char *argument, uint64_t *number)
{
    struct raft_status s;

    raft_node_status(server->node, &s);

    const struct {
        const char *field;
        uint64_t number;
    } numbers[] = {{"term", s.current_term},
                   {"commit", s.commit_index},
                   {"applied", s.last_applied},
                   {"last", s.last_index},
                   {"last_term", s.last_term},
                   {"durable", s.durable_index},
                   {"first", s.first_index},
                   {"snapshot", s.snapshot_index},
                   {"match", progress(server, s.match_index, argument)},
                   {"next", progress(server, s.next_index, argument)},
                   {"in_flight", in_flight_from(server->cluster, server->id)}};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (strcmp(field, numbers[i].field) == 0) {
            *number = numbers[i].number;
            return true;
        }
    }
    return false;
}

static void print_word(FILE *out, const struct cluster_server *server,
                       const struct expect_condition *condition,
                       const char *last_read)
{
    const char *field = condition->field;
    char name[SIM_SERVER_BYTES];
    struct raft_status status;

    raft_node_status(server->node, &status);
    if (strcmp(field, "role") == 0) {
        fputs(raft_role_text(status.role), out);
    } else if (strcmp(field, "vote") == 0) {
        fputs(sim_server_text(status.voted_for, name), out);
    } else if (strcmp(field, "leader") == 0) {
        fputs(sim_server_text(status.leader_id, name), out);
    } else if (strcmp(field, "log") == 0) {
        sim_print_log(out, raft_node_core(server->node), false);
    } else if (strcmp(field, "members") == 0) {
        sim_print_members(out, raft_node_config(server->node));
    } else if (strcmp(field, "key") == 0) {
        print_key(out, server, condition->argument);
    } else {
        fputs(last_read, out);
    }
}

bool expect_actual(const struct cluster *cluster, size_t place,
                   const struct expect_condition *condition,
                   const char *last_read, char *actual, size_t actual_bytes)
{
    const struct cluster_server *server = &cluster->servers[place];
    uint64_t number;

    if (server->node == NULL) {
        snprintf(actual, actual_bytes, "down");
        return strcmp(condition->field, "role") == 0;
    }
    if (number_of(server, condition->field, condition->argument, &number)) {
        snprintf(actual, actual_bytes, "%llu", (ull)number);
        return true;
    }
    memset(actual, 0, actual_bytes);

    FILE *out = fmemopen(actual, actual_bytes - 1, "w");

    if (out == NULL) {
        return false;
    }
    print_word(out, server, condition, last_read);
    return fclose(out) == 0;
}

bool expect_holds(const struct expect_condition *condition, const char *actual)
{
    const ull left = strtoull(actual, NULL, 10);
    const ull right = strtoull(condition->value, NULL, 10);

    switch (condition->op) {
    case EXPECT_EQUAL:
        return strcmp(actual, condition->value) == 0;
    case EXPECT_NOT_EQUAL:
        return strcmp(actual, condition->value) != 0;
    case EXPECT_LESS:
        return left < right;
    case EXPECT_AT_MOST:
        return left <= right;
    case EXPECT_MORE:
        return left > right;
    case EXPECT_AT_LEAST:
        return left >= right;
    }
    return false;
}
