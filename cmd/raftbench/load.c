/* SPDX-License-Identifier: MIT
 *
 * load.c - a run of writes and reads, and what the server owes after it.
 */
#include "cmd/raftbench/load.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftbench/clock.h"

/* What a connection has under way. */
struct operation {
    bool is_write;
    bool is_counted; /* it is one of those that --count bounds */
    uint32_t key;
    uint32_t turn; /* the key's place among those of the connection */
    uint64_t sequence;
};

struct load {
    const struct load_settings *settings;
    struct load_result *result;
    struct operation *operations; /* by connection */
    uint64_t next_sequence;
    uint64_t counted; /* requests of --count that were sent */
    uint64_t random;
    uint64_t measure_from_ns;
    uint64_t end_ns;
    bool out_of_memory;
};

/* xorshift64: enough to choose keys with, and the same each time. */
static uint32_t draw(struct load *load, uint32_t below)
{
    load->random ^= load->random << 13;
    load->random ^= load->random >> 7;
    load->random ^= load->random << 17;
    return (uint32_t)((load->random >> 32) % below);
}

void load_key(const struct load_settings *settings, uint32_t key,
              char text[KEY_BYTES])
{
    snprintf(text, KEY_BYTES, "%s%08" PRIu32, settings->key_prefix, key);
}

/* Connection i of n writes the keys i, i + n, i + 2n, ... in turn. */
static uint32_t next_own_key(struct load *load, uint32_t connection)
{
    const uint32_t n = load->settings->connection_count;
    struct operation *operation = &load->operations[connection];
    const uint64_t key = connection + (uint64_t)operation->turn * n;

    if (key < load->settings->key_count) {
        operation->turn++;
        return (uint32_t)key;
    }
    operation->turn = 1;
    return connection;
}

static void end_when_told(struct load *load)
{
    const uint64_t now_ns = clock_ns();

    if (load->settings->stop != NULL && *load->settings->stop != 0 &&
        now_ns < load->end_ns) {
        load->end_ns = now_ns;
    }
}

/*
 * The requests of the warm-up are none of a bounded number, even when they are
 * answered after it. False: as many as were asked for were sent.
 */
static bool count_request(struct load *load, struct operation *operation)
{
    const uint64_t bound = load->settings->count;

    operation->is_counted = bound == 0 || clock_ns() >= load->measure_from_ns;
    if (bound == 0 || !operation->is_counted) {
        return true;
    }
    if (load->counted == bound) {
        return false;
    }
    load->counted++;
    return true;
}

static bool next(void *self, uint32_t connection, struct request *request)
{
    struct load *load = self;
    const struct load_settings *s = load->settings;
    struct operation *operation = &load->operations[connection];
    char key[KEY_BYTES];

    end_when_told(load);
    if (clock_ns() >= load->end_ns || load->out_of_memory ||
        !count_request(load, operation)) {
        return false;
    }
    operation->is_write = draw(load, 100) < s->write_percent;
    operation->key = operation->is_write ? next_own_key(load, connection)
                                         : draw(load, s->key_count);
    load_key(s, operation->key, key);
    if (operation->is_write) {
        operation->sequence = load->next_sequence++;
        protocol_write(s->protocol, key, operation->sequence,
                       (size_t)s->value_bytes, request);
    } else {
        protocol_read(s->protocol, key, s->level, request);
    }
    return true;
}

/* Could a write that was not acknowledged have happened all the same? */
static bool may_have_happened(enum protocol protocol,
                              const struct client_result *result)
{
    if (result->outcome != CLIENT_ANSWERED) {
        return result->outcome != CLIENT_CONNECT &&
               result->outcome != CLIENT_REDIRECTS;
    }
    /* raftd says 503 only when it is certain; etcd does not say. */
    return result->status >= 500 &&
           !(protocol == PROTOCOL_RAFT && result->status == 503);
}

static void remember_unknown(struct load *load,
                             const struct operation *operation)
{
    struct load_promises *p = &load->result->promises;

    if (p->unknown_count == p->unknown_capacity) {
        const size_t capacity = p->unknown_capacity * 2 + 64;
        struct unknown_write *grown =
            realloc(p->unknown, capacity * sizeof(*grown));

        if (grown == NULL) {
            load->out_of_memory = true; /* verifying would be a lie */
            return;
        }
        p->unknown = grown;
        p->unknown_capacity = capacity;
    }
    p->unknown[p->unknown_count++] = (struct unknown_write){
        .key = operation->key, .sequence = operation->sequence};
}

static void count_success(struct load *load, struct tally *tally,
                          const struct operation *operation,
                          const struct client_result *result)
{
    if (operation->is_counted && result->ended_ns >= load->measure_from_ns &&
        result->ended_ns < load->end_ns) {
        tally_success(tally, result);
    }
}

static void write_done(struct load *load, const struct operation *operation,
                       const struct client_result *result)
{
    struct tally *tally = &load->result->writes;

    if (result->outcome == CLIENT_ANSWERED && result->status == 200) {
        load->result->promises.acknowledged[operation->key] =
            operation->sequence;
        count_success(load, tally, operation, result);
        return;
    }
    tally_error(tally, result);
    if (may_have_happened(load->settings->protocol, result)) {
        remember_unknown(load, operation);
    }
}

static void read_done(struct load *load, const struct operation *operation,
                      const struct client_result *result)
{
    struct tally *tally = &load->result->reads;
    uint64_t sequence = 0;

    if (result->outcome == CLIENT_ANSWERED) {
        const enum read_answer answer =
            protocol_read_answer(load->settings->protocol, result->status,
                                 result->body, result->body_bytes, &sequence);

        if (answer != READ_UNREADABLE) {
            tally->missing_count += answer == READ_MISSING ? 1 : 0;
            count_success(load, tally, operation, result);
            return;
        }
    }
    tally_error(tally, result);
}

static void done(void *self, uint32_t connection,
                 const struct client_result *result)
{
    struct load *load = self;
    const struct operation *operation = &load->operations[connection];

    if (operation->is_write) {
        write_done(load, operation, result);
    } else {
        read_done(load, operation, result);
    }
}

/* Rising from run to run, so that old values are never taken for new ones. */
static uint64_t first_sequence(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static bool run(struct load *load, struct targets *targets)
{
    const struct load_settings *s = load->settings;
    const struct client_work work = {.self = load, .next = next, .done = done};
    const struct client_settings client = {
        .targets = targets,
        .target_count = targets->count,
        .start_target = s->start_target,
        .connection_count = s->connection_count,
        .timeout_ms = s->timeout_ms,
        .pause_ms = s->pause_ms,
        .body_capacity = protocol_body_capacity((size_t)s->value_bytes)};
    const uint64_t start_ns = clock_ns();

    load->measure_from_ns = start_ns + s->warmup_ms * NS_PER_MS;
    load->end_ns = load->measure_from_ns + s->duration_ms * NS_PER_MS;
    load->result->writes.last_ns = load->measure_from_ns;
    load->result->reads.last_ns = load->measure_from_ns;
    if (!client_run(&client, &work)) {
        return false;
    }
    const uint64_t stopped_ns = clock_ns();
    const uint64_t end_ns =
        stopped_ns < load->end_ns ? stopped_ns : load->end_ns;
    load->result->measured_ns =
        end_ns > load->measure_from_ns ? end_ns - load->measure_from_ns : 0;
    if (s->write_percent > 0) {
        tally_end(&load->result->writes, end_ns);
    }
    if (s->write_percent < 100) {
        tally_end(&load->result->reads, end_ns);
    }
    return true;
}

bool load_run(const struct load_settings *settings, struct targets *targets,
              struct load_result *result)
{
    struct load load = {.settings = settings,
                        .result = result,
                        .next_sequence = first_sequence(),
                        .random = UINT64_C(0x9e3779b97f4a7c15)};
    bool ran = false;

    *result = (struct load_result){0};
    result->promises.acknowledged =
        calloc(settings->key_count, sizeof(uint64_t));
    load.operations =
        calloc(settings->connection_count, sizeof(*load.operations));
    if (result->promises.acknowledged != NULL && load.operations != NULL) {
        ran = run(&load, targets);
    }
    free(load.operations);
    if (load.out_of_memory) {
        errno = ENOMEM;
        ran = false;
    }
    return ran;
}

void load_free(struct load_result *result)
{
    free(result->promises.acknowledged);
    free(result->promises.unknown);
    result->promises = (struct load_promises){0};
}
