/* SPDX-License-Identifier: MIT
 *
 * client.c - many keep-alive connections, each with one request under way.
 */
#include "cmd/raftbench/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/raftbench/clock.h"
#include "cmd/raftbench/connection.h"

enum { REST_MS = 10, REDIRECTS_MAX = 5 };

/* A connection, and what it is being used for. */
struct user {
    struct connection connection;
    struct request request;
    size_t target;
    size_t home; /* where it began, before any redirect */
    bool busy;   /* a request is under way */
    bool ended;  /* there is none left */
    uint32_t redirect_count;
    uint64_t started_ns;
    uint64_t rest_until_ns; /* 0: not resting */
};

struct client {
    const struct client_settings *settings;
    const struct client_work *work;
    struct user *users;
    char *bodies; /* of their requests, in one block */
    struct pollfd *polls;
    uint32_t running_count;
};

static void send_request(struct client *c, struct user *u)
{
    connection_send(&u->connection, &c->settings->targets->items[u->target],
                    &u->request);
}

static void next_target(struct client *c, struct user *u)
{
    const size_t first = c->settings->first_target;
    const size_t at = u->target - first; /* wraps when redirected below it */

    u->target = at + 1 < c->settings->target_count ? u->target + 1 : first;
    u->home = u->target;
}

/* response: NULL unless it was answered. */
static void report(struct client *c, struct user *u,
                   enum client_outcome outcome, const struct response *response)
{
    struct client_result result = {.outcome = outcome,
                                   .started_ns = u->started_ns,
                                   .ended_ns = clock_ns(),
                                   .target = u->target};

    if (response != NULL) {
        result.status = response->status;
        result.body = response->body;
        result.body_bytes = response->body_bytes;
    } else {
        connection_close(&u->connection);
    }
    c->work->done(c->work->self, (uint32_t)(u - c->users), &result);
    u->busy = false;
    if (c->settings->pause_ms > 0) {
        u->rest_until_ns = result.ended_ns + c->settings->pause_ms * NS_PER_MS;
    }
    if (response == NULL || response->status >= 500) {
        next_target(c, u);
        connection_close(&u->connection);
        u->rest_until_ns = result.ended_ns + REST_MS * NS_PER_MS;
    }
}

/* 307 and its kin: the same request again, to the server that was named. */
static void follow(struct client *c, struct user *u,
                   const struct response *response)
{
    char host[HOST_BYTES];
    char error[TARGET_ERROR_BYTES];

    if (++u->redirect_count > REDIRECTS_MAX) {
        report(c, u, CLIENT_REDIRECTS, NULL);
        return;
    }
    if (!location_split(response->location, host, sizeof(host), u->request.path,
                        sizeof(u->request.path))) {
        report(c, u, CLIENT_MALFORMED, NULL);
        return;
    }
    const int target = targets_add(c->settings->targets, host, error);
    if (target < 0) {
        report(c, u, CLIENT_MALFORMED, NULL);
        return;
    }
    connection_close(&u->connection);
    u->target = (size_t)target;
    send_request(c, u);
}

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 307 || status == 308;
}

/* Carry a request on as far as it goes without waiting. */
static void advance(struct client *c, struct user *u)
{
    static const enum client_outcome outcome_of[] = {
        [CONNECTION_REFUSED] = CLIENT_CONNECT,
        [CONNECTION_ENDED] = CLIENT_CLOSED,
        [CONNECTION_GARBLED] = CLIENT_MALFORMED,
    };
    struct response response;
    const enum connection_state state =
        connection_advance(&u->connection, &response);

    if (state == CONNECTION_WAITING) {
        return;
    }
    if (state != CONNECTION_ANSWERED) {
        report(c, u, outcome_of[state], NULL);
        return;
    }
    if (is_redirect(response.status)) {
        follow(c, u, &response);
        return;
    }
    report(c, u, CLIENT_ANSWERED, &response);
    connection_finish(&u->connection, &response);
}

static void start_next(struct client *c, struct user *u, uint64_t now_ns)
{
    u->rest_until_ns = 0;
    u->request.body_bytes = 0;
    if (!c->work->next(c->work->self, (uint32_t)(u - c->users), &u->request)) {
        u->ended = true;
        c->running_count--;
        connection_close(&u->connection);
        return;
    }
    if (c->settings->forget_redirects && u->target != u->home) {
        connection_close(&u->connection);
        u->target = u->home;
    }
    u->busy = true;
    u->redirect_count = 0;
    u->started_ns = now_ns;
    send_request(c, u);
}

/* What is due by the clock rather than by the network. */
static void on_time(struct client *c, uint64_t now_ns)
{
    const uint64_t timeout_ns = c->settings->timeout_ms * NS_PER_MS;

    for (uint32_t i = 0; i < c->settings->connection_count; i++) {
        struct user *u = &c->users[i];

        if (u->busy && u->connection.refused) {
            advance(c, u); /* there may be no socket for poll() to watch */
        } else if (u->busy && now_ns - u->started_ns > timeout_ns) {
            report(c, u, CLIENT_TIMEOUT, NULL);
        }
        if (!u->ended && !u->busy && now_ns >= u->rest_until_ns) {
            start_next(c, u, now_ns);
        }
    }
}

static void on_ready(struct client *c)
{
    for (uint32_t i = 0; i < c->settings->connection_count; i++) {
        struct user *u = &c->users[i];

        if (!u->busy || c->polls[i].revents == 0) {
            continue;
        }
        advance(c, u);
        if (!u->busy && u->rest_until_ns == 0) {
            start_next(c, u, clock_ns());
        }
    }
}

static bool run(struct client *c)
{
    uint64_t swept_ns = 0;

    while (c->running_count > 0) {
        const uint64_t now_ns = clock_ns();

        if (now_ns - swept_ns >= REST_MS * NS_PER_MS / 2) {
            swept_ns = now_ns;
            on_time(c, now_ns);
        }
        for (uint32_t i = 0; i < c->settings->connection_count; i++) {
            c->polls[i].fd = c->users[i].busy ? c->users[i].connection.fd : -1;
            c->polls[i].events = connection_events(&c->users[i].connection);
        }
        const int ready =
            poll(c->polls, (nfds_t)c->settings->connection_count, REST_MS / 2);
        if (ready < 0 && errno != EINTR) {
            return false;
        }
        if (ready > 0) {
            on_ready(c);
        }
    }
    return true;
}

static bool create_users(struct client *c)
{
    const struct client_settings *s = c->settings;

    c->users = calloc(s->connection_count, sizeof(*c->users));
    c->polls = calloc(s->connection_count, sizeof(*c->polls));
    c->bodies = calloc(s->connection_count, s->body_capacity);
    if (c->users == NULL || c->polls == NULL || c->bodies == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < s->connection_count; i++) {
        struct user *u = &c->users[i];

        connection_init(&u->connection);
        u->home = s->start_target == CLIENT_SPREAD
                      ? s->first_target + i % s->target_count
                      : s->start_target;
        u->target = u->home;
        u->request.body = c->bodies + i * s->body_capacity;
        u->request.body_capacity = s->body_capacity;
    }
    return true;
}

bool client_run(const struct client_settings *settings,
                const struct client_work *work)
{
    struct client c = {.settings = settings,
                       .work = work,
                       .running_count = settings->connection_count};
    const bool created = create_users(&c);
    const bool done = created && run(&c);

    for (uint32_t i = 0; created && i < settings->connection_count; i++) {
        connection_destroy(&c.users[i].connection);
    }
    free(c.users);
    free(c.polls);
    free(c.bodies);
    return done;
}
