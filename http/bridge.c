/* SPDX-License-Identifier: MIT
 *
 * bridge.c - how a request gets from a civetweb worker to the loop thread.
 *
 * A call is one block of memory with two owners in turn. Its state says who
 * frees it, whatever the order of answer and deadline:
 *
 *   QUEUED --take--> TAKEN --answer--> ANSWERED   the worker frees it
 *      |               +-----deadline--> ABANDONED  the loop frees it
 *      +--deadline--> (out of the queue)            the worker frees it
 */
#define _GNU_SOURCE /* sem_clockwait(): a deadline no clock change can move */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/bridge.h"
#include "raft/check.h"

enum call_state { QUEUED, TAKEN, ANSWERED, ABANDONED };

struct bridge_call {
    struct bridge *bridge;
    struct bridge_call *next;
    _Atomic int state;
    sem_t answered;
    struct bridge_request request; /* its command or members follow */
    struct bridge_answer answer;   /* written before state says ANSWERED */
    _Alignas(struct bridge_member) uint8_t rest[];
};

struct bridge {
    void (*wake)(void *self);
    void *self;
    size_t max_waiting;
    atomic_size_t waiting; /* calls without an answer, taken ones included */
    pthread_mutex_t lock;  /* guards all that follows */
    struct bridge_call *first, *last;
    bool stopping;
};

struct bridge *bridge_create(void (*wake)(void *self), void *self,
                             size_t max_waiting)
{
    struct bridge *bridge = calloc(1, sizeof(*bridge));

    if (bridge == NULL) {
        return NULL;
    }
    bridge->wake = wake;
    bridge->self = self;
    bridge->max_waiting = max_waiting;
    atomic_init(&bridge->waiting, 0);
    if (pthread_mutex_init(&bridge->lock, NULL) != 0) {
        free(bridge);
        return NULL;
    }
    return bridge;
}

void bridge_destroy(struct bridge *bridge)
{
    if (bridge == NULL) {
        return;
    }
    raft_assert(bridge->first == NULL);
    (void)pthread_mutex_destroy(&bridge->lock);
    free(bridge);
}

static void lock(struct bridge *bridge)
{
    const int error = pthread_mutex_lock(&bridge->lock);

    raft_assert(error == 0);
}

static void unlock(struct bridge *bridge)
{
    const int error = pthread_mutex_unlock(&bridge->lock);

    raft_assert(error == 0);
}

/* ---- On a worker ------------------------------------------------------ */

static struct bridge_call *create_call(struct bridge *bridge,
                                       const struct bridge_request *request)
{
    const bool is_change = request->type == BRIDGE_CHANGE;
    const void *rest = is_change ? (const void *)request->members
                                 : (const void *)request->command;
    const size_t bytes =
        is_change ? request->member_count * sizeof(request->members[0])
                  : request->command_bytes;
    struct bridge_call *call = malloc(sizeof(*call) + bytes);

    if (call == NULL || sem_init(&call->answered, 0, 0) != 0) {
        free(call);
        return NULL;
    }
    call->bridge = bridge;
    call->next = NULL;
    atomic_init(&call->state, QUEUED);
    call->request = *request;
    call->request.command = call->rest; /* the one of the two that is there */
    call->request.members = (const struct bridge_member *)call->rest;
    if (bytes > 0) {
        memcpy(call->rest, rest, bytes);
    }
    return call;
}

static void free_call(struct bridge_call *call)
{
    (void)sem_destroy(&call->answered);
    free(call);
}

/* BRIDGE_DONE: it is in the queue. Otherwise why not. */
static enum bridge_outcome enqueue(struct bridge *bridge,
                                   struct bridge_call *call)
{
    bool was_empty;

    lock(bridge);
    if (bridge->stopping) {
        unlock(bridge);
        return BRIDGE_STOPPING;
    }
    if (atomic_load(&bridge->waiting) >= bridge->max_waiting) {
        unlock(bridge);
        return BRIDGE_BUSY;
    }
    atomic_fetch_add(&bridge->waiting, 1);
    was_empty = bridge->first == NULL;
    if (was_empty) {
        bridge->first = call;
    } else {
        bridge->last->next = call;
    }
    bridge->last = call;
    unlock(bridge);
    if (was_empty) {
        bridge->wake(bridge->self);
    }
    return BRIDGE_DONE;
}

/* false: the loop has taken it meanwhile. */
static bool take_back(struct bridge *bridge, struct bridge_call *call)
{
    struct bridge_call *before = NULL;

    lock(bridge);
    struct bridge_call *at = bridge->first;

    while (at != NULL && at != call) {
        before = at;
        at = at->next;
    }
    if (at != NULL) {
        if (before == NULL) {
            bridge->first = call->next;
        } else {
            before->next = call->next;
        }
        if (bridge->last == call) {
            bridge->last = before;
        }
        atomic_fetch_sub(&bridge->waiting, 1);
    }
    unlock(bridge);
    return at != NULL;
}

/* true: answered in time. */
static bool wait_for_answer(struct bridge_call *call, uint64_t deadline_ns)
{
    const struct timespec deadline = {
        .tv_sec = (time_t)(deadline_ns / UINT64_C(1000000000)),
        .tv_nsec = (long)(deadline_ns % UINT64_C(1000000000))};
    int error;

    do {
        error = sem_clockwait(&call->answered, CLOCK_MONOTONIC, &deadline);
    } while (error != 0 && errno == EINTR);
    return error == 0;
}

/* The deadline has passed. true: we gave the call up, and the loop frees it. */
static bool abandon(struct bridge_call *call)
{
    int taken = TAKEN;

    if (atomic_compare_exchange_strong(&call->state, &taken, ABANDONED)) {
        return true;
    }
    /* Answered at the last moment: its sem_post() is done or about to be. */
    while (sem_wait(&call->answered) != 0) {
        raft_assert(errno == EINTR);
    }
    return false;
}

void bridge_call(struct bridge *bridge, const struct bridge_request *request,
                 uint64_t deadline_ns, struct bridge_answer *answer)
{
    struct bridge_call *call = create_call(bridge, request);

    *answer = (struct bridge_answer){.outcome = BRIDGE_BUSY};
    if (call == NULL) {
        return; /* out of memory: nothing happened */
    }
    const enum bridge_outcome queued = enqueue(bridge, call);

    if (queued != BRIDGE_DONE) {
        answer->outcome = queued;
        free_call(call);
        return;
    }
    if (!wait_for_answer(call, deadline_ns)) {
        if (take_back(bridge, call)) {
            free_call(call);
            return;
        }
        if (abandon(call)) {
            answer->outcome = BRIDGE_UNKNOWN;
            return;
        }
    }
    /* The same load for a sanitizer that does not know sem_clockwait(). */
    raft_assert(atomic_load(&call->state) == ANSWERED);
    *answer = call->answer;
    free_call(call);
}

/* ---- On the loop thread ------------------------------------------------ */

struct bridge_call *bridge_take_all(struct bridge *bridge)
{
    lock(bridge);
    struct bridge_call *first = bridge->first;

    for (struct bridge_call *call = first; call != NULL; call = call->next) {
        atomic_store_explicit(&call->state, TAKEN, memory_order_relaxed);
    }
    bridge->first = NULL;
    bridge->last = NULL;
    unlock(bridge);
    return first;
}

struct bridge_call *bridge_next(struct bridge_call *call)
{
    return call->next;
}

const struct bridge_request *bridge_request_of(const struct bridge_call *call)
{
    return &call->request;
}

void bridge_set_next(struct bridge_call *call, struct bridge_call *next)
{
    call->next = next;
}

void bridge_answer(struct bridge_call *call, const struct bridge_answer *answer)
{
    atomic_fetch_sub(&call->bridge->waiting, 1);
    call->answer = *answer;
    if (atomic_exchange(&call->state, ANSWERED) == ABANDONED) {
        free_call(call);
        return;
    }
    (void)sem_post(&call->answered); /* from here on it is the worker's */
}

void bridge_stop(struct bridge *bridge)
{
    static const struct bridge_answer stopping = {.outcome = BRIDGE_STOPPING};

    lock(bridge);
    bridge->stopping = true;
    unlock(bridge);
    struct bridge_call *call = bridge_take_all(bridge);

    while (call != NULL) {
        struct bridge_call *next = call->next;

        bridge_answer(call, &stopping);
        call = next;
    }
}
