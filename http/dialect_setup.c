/* SPDX-License-Identifier: MIT
 *
 * dialect_setup.c - POST /setup as hraftd's clients send it: these servers are
 * to be one cluster, and that one its leader. What is so already is left so.
 *
 * Fresh servers are each a cluster of their own, so the one that shall lead
 * takes the others in, whoever was asked. A cluster that is not left any more
 * adds those that are missing, and hands leadership over.
 */
#include <string.h>
#include <time.h>

#include "http/answer.h"
#include "http/cluster.h"
#include "http/forward.h"
#include "http/membership.h"
#include "http/outgoing.h"
#include "http/routes.h"
#include "http/setup.h"

enum { LOOK_AGAIN_MS = 50, ALIVE_MS = 500 };

/* A request, and what it says. */
struct errand {
    struct request *request;
    const struct body *body; /* to be sent on */
    const struct setup *setup;
};

static const struct setup_server *leader_of(const struct errand *errand)
{
    return &errand->setup->servers[errand->setup->leader];
}

/* false: it is later than that, or the server stops. */
static bool look_again(const struct request *request, uint64_t until_ns)
{
    const struct timespec pause = {.tv_nsec = LOOK_AGAIN_MS * 1000000L};

    if (now_ns() >= until_ns || !atomic_load(&request->http->serving)) {
        return false;
    }
    (void)nanosleep(&pause, NULL);
    return true;
}

/* For servers that have just started to elect a leader, or for one to take
 * over: 5 s, usually. */
static uint64_t a_while(const struct request *request)
{
    return now_ns() +
           request->http->settings.request_timeout_ms / 2 * UINT64_C(1000000);
}

/* ---- Whose errand it is -------------------------------------------------- */

/* Another server is to take us in, and can. It does not send it on in
 * turn: it is known by the name that it was asked by (guard.c). */
static bool is_anothers(const struct errand *errand)
{
    const struct setup_server *leader = leader_of(errand);
    struct http_view view;

    cluster_copy_view(errand->request, &view);
    return (view.cluster_id == 0 || view.may_leave) &&
           setup_slot(&view, leader) < 0 &&
           strcmp(view.node_raft, leader->member.raft) != 0 &&
           leader->http[0] != 0 &&
           !http_is_us(errand->request->http, leader->http,
                       strlen(leader->http));
}

/* ---- Who is there -------------------------------------------------------- */

static bool is_alive(const struct errand *errand, const char *http)
{
    struct outgoing to = {.deadline_ns =
                              now_ns() + ALIVE_MS * UINT64_C(1000000),
                          .go_on = &errand->request->http->serving};

    if (!http_is_address(http) || !outgoing_connect(&to, http)) {
        return false;
    }
    outgoing_close(&to);
    return true;
}

/* Nobody leads, or he has just died: soon there will be another one. */
static bool is_leaderless(const struct errand *errand,
                          const struct bridge_answer *answer)
{
    return answer->outcome == BRIDGE_NOT_LEADER &&
           !is_alive(errand, answer->leader_http);
}

/* ---- The members --------------------------------------------------------- */

static int answer_not_done(const struct errand *errand,
                           const struct bridge_answer *answer)
{
    struct request *request = errand->request;

    if (answer->outcome == BRIDGE_NOT_LEADER) {
        return forward_request(request, answer->leader_http,
                               errand->body->bytes, errand->body->byte_count);
    }
    return answer_outcome(request, answer);
}

/* 0, or the status that was answered. */
static int add_all(const struct errand *errand)
{
    const struct setup *setup = errand->setup;
    const uint64_t until_ns = a_while(errand->request);
    struct bridge_member members[BRIDGE_MAX_MEMBERS];
    struct bridge_answer answer;

    for (size_t i = 0; i < setup->count; i++) {
        members[i] = setup->servers[i].member;
    }
    do {
        membership_change(errand->request, BRIDGE_ADD, members, setup->count,
                          &answer);
    } while (is_leaderless(errand, &answer) &&
             look_again(errand->request, until_ns));
    return answer.outcome == BRIDGE_DONE ? 0 : answer_not_done(errand, &answer);
}

/* ---- The leader ---------------------------------------------------------- */

/* Members may have been added: from here on nobody says that nothing was done,
 * but looks again. 0: it did not lead in time, and may yet. */
static int transfer(const struct errand *errand, const struct http_view *view,
                    size_t slot)
{
    struct request *request = errand->request;
    const uint64_t to = view->config.members[slot].id;
    struct bridge_answer answer;

    bridge_call(request->http->bridge,
                &(struct bridge_request){.type = BRIDGE_TRANSFER, .to = to},
                request->deadline_ns, &answer);
    if (answer.outcome == BRIDGE_DONE) {
        return answer_empty(request, 200);
    }
    if (answer.outcome == BRIDGE_UNKNOWN &&
        !is_alive(errand, view->member_http[slot])) {
        /* Nobody can make it lead; the members are as they were asked for. */
        return answer_empty(request, 200);
    }
    return answer.outcome == BRIDGE_NOT_LEADER
               ? forward_try_body(request, answer.leader_http,
                                  errand->body->bytes, errand->body->byte_count,
                                  request->http->settings.request_timeout_ms /
                                      2)
               : 0;
}

/* As above. */
static int make_lead(const struct errand *errand)
{
    struct http_view view;

    cluster_copy_view(errand->request, &view);
    const int slot = setup_slot(&view, leader_of(errand));

    if (slot < 0) {
        return answer_error(errand->request, 409,
                            "all are voters, but the one that shall lead is "
                            "known by another address: see GET /cluster");
    }
    return view.raft.leader_id == view.config.members[slot].id
               ? answer_empty(errand->request, 200)
               : transfer(errand, &view, (size_t)slot);
}

static int hand_over(const struct errand *errand)
{
    const uint64_t until_ns = a_while(errand->request);
    int status;

    do {
        status = make_lead(errand);
    } while (status == 0 && look_again(errand->request, until_ns));
    return status != 0
               ? status
               : answer_error(errand->request, 504,
                              "all are voters, but the one that shall lead "
                              "does not in time; it may yet");
}

/* ---- All of it ----------------------------------------------------------- */

static int set_up(const struct errand *errand)
{
    if (is_anothers(errand)) {
        cluster_wait_longer(errand->request, MEMBERSHIP_TIMES);
        return forward_to_named(errand->request, leader_of(errand)->http,
                                errand->body->bytes, errand->body->byte_count);
    }
    const int status = add_all(errand);

    return status != 0 ? status : hand_over(errand);
}

int setup_post(struct request *request, const char *rest)
{
    struct body body;
    struct setup setup;
    int status = setup_read(request, &body, &setup);

    (void)rest;
    if (status == 0) {
        status = set_up(&(struct errand){request, &body, &setup});
    }
    body_free(request, &body);
    return status;
}

/* There is nothing to prepare: a server is ready once it has started. */
int init_post(struct request *request, const char *rest)
{
    (void)rest;
    return answer_empty(request, 200);
}
