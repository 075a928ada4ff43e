/* SPDX-License-Identifier: MIT
 *
 * verify.c - read back, over every target, what a run was promised.
 */
#include "cmd/raftbench/verify.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cmd/raftbench/clock.h"

enum { CONNECTIONS_MAX = 16, SILENT_FOR_S = 10, TOLD_MAX = 10 };

/* What a connection is asking for. */
struct question {
    uint32_t key;
    bool again; /* the last try failed */
};

struct verify {
    const struct load_settings *settings;
    const struct load_promises *promises;
    struct verify_result *result;
    const char *target;
    struct question questions[CONNECTIONS_MAX];
    uint32_t next_key;
    uint64_t give_up_ns; /* pushed ahead by each answer of the target */
    FILE *err;
};

/* The next acknowledged key; false: that was the last one. */
static bool take_key(struct verify *v, uint32_t *key)
{
    while (v->next_key < v->settings->key_count) {
        *key = v->next_key++;
        if (v->promises->acknowledged[*key] != 0) {
            return true;
        }
    }
    return false;
}

static bool next(void *self, uint32_t connection, struct request *request)
{
    struct verify *v = self;
    struct question *q = &v->questions[connection];
    char key[KEY_BYTES];

    if (!q->again && !take_key(v, &q->key)) {
        return false;
    }
    load_key(v->settings, q->key, key);
    protocol_read(v->settings->protocol, key, LEVEL_CONSISTENT, request);
    return true;
}

/* May this value stand under this key? */
static bool is_promised(const struct verify *v, uint32_t key, uint64_t sequence)
{
    if (v->promises->acknowledged[key] == sequence) {
        return true;
    }
    for (size_t i = 0; i < v->promises->unknown_count; i++) {
        if (v->promises->unknown[i].key == key &&
            v->promises->unknown[i].sequence == sequence) {
            return true;
        }
    }
    return false;
}

static void tell(struct verify *v, uint32_t key, const char *what,
                 uint64_t found)
{
    char text[KEY_BYTES];

    if (v->result->lost_count + v->result->unreadable_count > TOLD_MAX) {
        return;
    }
    load_key(v->settings, key, text);
    fprintf(v->err,
            "%s: key %s %s (acknowledged %016" PRIx64 ", found %016" PRIx64
            ")\n",
            v->target, text, what, v->promises->acknowledged[key], found);
}

static void done(void *self, uint32_t connection,
                 const struct client_result *result)
{
    struct verify *v = self;
    struct question *q = &v->questions[connection];
    uint64_t sequence = 0;
    const enum read_answer answer =
        result->outcome != CLIENT_ANSWERED
            ? READ_UNREADABLE
            : protocol_read_answer(v->settings->protocol, result->status,
                                   result->body, result->body_bytes, &sequence);
    const bool is_answered =
        result->outcome == CLIENT_ANSWERED && result->status < 500;

    q->again = !is_answered && result->ended_ns < v->give_up_ns;
    if (q->again) {
        return;
    }
    if (is_answered) {
        v->give_up_ns = result->ended_ns + SILENT_FOR_S * NS_PER_S;
    }
    v->result->checked_count++;
    if (!is_answered || (result->status != 200 && answer != READ_MISSING)) {
        v->result->unreadable_count++;
        tell(v, q->key, "cannot be read", 0);
    } else if (answer == READ_MISSING) {
        v->result->lost_count++;
        tell(v, q->key, "is missing", 0);
    } else if (answer == READ_UNREADABLE || !is_promised(v, q->key, sequence)) {
        v->result->lost_count++;
        tell(v, q->key, "has a value it must not have", sequence);
    }
}

static bool verify_target(struct verify *v, struct targets *targets,
                          size_t target)
{
    const struct client_work work = {.self = v, .next = next, .done = done};
    const struct client_settings client = {
        .targets = targets,
        .first_target = target,
        .target_count = 1,
        .start_target = target,
        .forget_redirects = true, /* it is this target we ask */
        .connection_count = CONNECTIONS_MAX,
        .timeout_ms = v->settings->timeout_ms,
        .body_capacity = protocol_body_capacity(VALUE_MIN_BYTES)};

    v->target = targets->items[target].host;
    v->next_key = 0;
    v->give_up_ns = clock_ns() + SILENT_FOR_S * NS_PER_S;
    return client_run(&client, &work);
}

bool verify_run(const struct load_settings *settings, struct targets *targets,
                size_t target_count, const struct load_promises *promises,
                struct verify_result *result, FILE *err)
{
    struct verify v = {.settings = settings,
                       .promises = promises,
                       .result = result,
                       .err = err};

    *result = (struct verify_result){0};
    for (size_t i = 0; i < target_count; i++) {
        if (!verify_target(&v, targets, i)) {
            return false;
        }
    }
    return true;
}
