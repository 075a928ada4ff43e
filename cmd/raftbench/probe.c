/* SPDX-License-Identifier: MIT
 *
 * probe.c - questions put to the servers one at a time, each within a time.
 */
#include "cmd/raftbench/probe.h"

#include "cmd/raftbench/client.h"
#include "cmd/raftbench/clock.h"

/* A server that is going down may take a request and never answer it. */
enum { ONE_TRY_MS = 200, PAUSE_MS = 10 };

enum question { ASK_ROLE = 1, ASK_READY, ASK_WRITE };

struct probe {
    enum protocol protocol;
    enum question question;
    uint64_t give_up_ns;
    bool answered_yes;
    size_t target; /* who did */
    uint64_t yes_ns;
};

static bool next(void *self, uint32_t connection, struct request *request)
{
    const struct probe *p = self;

    (void)connection;
    if (p->answered_yes || clock_ns() >= p->give_up_ns) {
        return false;
    }
    switch (p->question) {
    case ASK_ROLE:
        protocol_ask_role(p->protocol, request);
        break;
    case ASK_READY:
        protocol_ask_ready(p->protocol, request);
        break;
    case ASK_WRITE:
        protocol_write(p->protocol, "probe", clock_ns(), VALUE_MIN_BYTES,
                       request);
        break;
    }
    return true;
}

static bool is_yes(const struct probe *p, const struct client_result *r)
{
    if (r->outcome != CLIENT_ANSWERED) {
        return false;
    }
    switch (p->question) {
    case ASK_ROLE:
        return r->status == 200 &&
               protocol_is_leader(p->protocol, r->body, r->body_bytes);
    case ASK_READY:
        return protocol_is_ready(p->protocol, r->status, r->body,
                                 r->body_bytes);
    case ASK_WRITE:
        return r->status == 200;
    }
    return false;
}

static void done(void *self, uint32_t connection,
                 const struct client_result *result)
{
    struct probe *p = self;

    (void)connection;
    if (!p->answered_yes && is_yes(p, result)) {
        p->answered_yes = true;
        p->target = result->target;
        p->yes_ns = result->ended_ns;
    }
}

/* One connection, or one for each of the targets at once. */
static bool ask(struct probe *p, struct targets *targets, size_t first,
                size_t count)
{
    const struct client_work work = {.self = p, .next = next, .done = done};
    const struct client_settings client = {
        .targets = targets,
        .first_target = first,
        .target_count = count,
        .start_target = CLIENT_SPREAD,
        .connection_count = (uint32_t)count,
        .timeout_ms = ONE_TRY_MS,
        .pause_ms = PAUSE_MS,
        .body_capacity = protocol_body_capacity(VALUE_MIN_BYTES)};

    return client_run(&client, &work) && p->answered_yes;
}

int probe_leader(enum protocol protocol, struct targets *targets,
                 uint32_t timeout_ms)
{
    struct probe p = {.protocol = protocol,
                      .question = ASK_ROLE,
                      .give_up_ns = clock_ns() + timeout_ms * NS_PER_MS};

    return ask(&p, targets, 0, targets->count) ? (int)p.target : -1;
}

bool probe_all_ready(enum protocol protocol, struct targets *targets,
                     uint32_t timeout_ms, size_t *missing)
{
    const uint64_t give_up_ns = clock_ns() + timeout_ms * NS_PER_MS;

    for (size_t i = 0; i < targets->count; i++) {
        struct probe p = {.protocol = protocol,
                          .question = ASK_READY,
                          .give_up_ns = give_up_ns};

        if (!ask(&p, targets, i, 1)) {
            *missing = i;
            return false;
        }
    }
    return true;
}

bool probe_first_write(enum protocol protocol, struct targets *targets,
                       uint32_t timeout_ms, uint64_t *at_ns)
{
    struct probe p = {.protocol = protocol,
                      .question = ASK_WRITE,
                      .give_up_ns = clock_ns() + timeout_ms * NS_PER_MS};

    const bool written = ask(&p, targets, 0, targets->count);
    *at_ns = p.yes_ns; /* not now: other tries may have been waited for */
    return written;
}
