/* SPDX-License-Identifier: MIT
 *
 * dialect_shutdown.c - POST /kill: this process ends; POST /shutdown: so do
 * the servers in the body, as hraftd has it.
 *
 * Who is asked to end is a member, at the HTTP address it announced: a body
 * must not make us call on anybody else. All are asked at once, so that one
 * that stands still takes no time from the others.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/answer.h"
#include "http/cluster.h"
#include "http/outgoing.h"
#include "http/routes.h"
#include "http/setup.h"

enum { MAX_REPLY_BYTES = 65536 };

/* ---- This process -------------------------------------------------------- */

/* Answered first, ended then: http_stop() waits for the answers under way. */
static int end_process(struct request *request)
{
    struct bridge_answer answer;

    request->keep_alive = false; /* nothing to wait for at the end */
    bridge_call(request->http->bridge,
                &(struct bridge_request){.type = BRIDGE_STOP},
                request->deadline_ns, &answer);
    if (answer.outcome == BRIDGE_DONE || answer.outcome == BRIDGE_STOPPING) {
        return answer_empty(request, 200);
    }
    return answer_outcome(request, &answer);
}

int kill_post(struct request *request, const char *rest)
{
    (void)rest;
    return end_process(request);
}

/* ---- The others ---------------------------------------------------------- */

struct other {
    char http[HTTP_ADDRESS_BYTES];
    uint64_t until_ns;
    const atomic_bool *go_on;
    pthread_t thread;
    bool has_thread;
};

/* On a thread of its own. Who is dead already does not answer. */
static void *ask_to_end(void *self)
{
    const struct other *other = self;
    struct outgoing to = {.deadline_ns = other->until_ns,
                          .go_on = other->go_on};
    char text[HTTP_ADDRESS_BYTES + 96];
    size_t reply_bytes;

    if (!outgoing_connect(&to, other->http)) {
        return NULL;
    }
    const int length = snprintf(text, sizeof(text),
                                "POST /kill HTTP/1.1\r\nHost: %s\r\n"
                                "Content-Length: 0\r\nConnection: close\r\n"
                                "\r\n",
                                other->http);

    if (outgoing_send(&to, text, (size_t)length)) {
        free(outgoing_receive(&to, MAX_REPLY_BYTES, &reply_bytes));
    }
    outgoing_close(&to);
    return NULL;
}

static void ask_all(struct other *others, size_t count)
{
    const uint64_t until_ns =
        now_ns() + HTTP_SHUTDOWN_ASK_MS * UINT64_C(1000000);

    for (size_t i = 0; i < count; i++) {
        others[i].until_ns = until_ns;
        others[i].has_thread = pthread_create(&others[i].thread, NULL,
                                              ask_to_end, &others[i]) == 0;
        if (!others[i].has_thread) {
            (void)ask_to_end(&others[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (others[i].has_thread) {
            (void)pthread_join(others[i].thread, NULL);
        }
    }
}

/* Members that the body names, but for us. */
static size_t find_others(const struct request *request,
                          const struct setup *setup,
                          struct other others[BRIDGE_MAX_MEMBERS])
{
    struct http_view view;
    size_t count = 0;

    cluster_copy_view(request, &view);
    for (size_t i = 0; i < setup->count; i++) {
        const int slot = setup_slot(&view, &setup->servers[i]);
        const char *http = slot < 0 ? "" : view.member_http[slot];

        if (http_is_address(http) &&
            view.config.members[slot].id != view.raft.id) {
            struct other *other = &others[count++];

            (void)snprintf(other->http, sizeof(other->http), "%s", http);
            other->go_on = &request->http->serving;
        }
    }
    return count;
}

int shutdown_post(struct request *request, const char *rest)
{
    struct other others[BRIDGE_MAX_MEMBERS];
    struct body body;
    struct setup setup;
    int status = setup_read(request, &body, &setup);

    (void)rest;
    if (status == 0) {
        ask_all(others, find_others(request, &setup, others));
        status = end_process(request);
    }
    body_free(request, &body);
    return status;
}
