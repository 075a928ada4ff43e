/* SPDX-License-Identifier: MIT
 *
 * test_http_bridge_crowd.c - many workers, deadlines of every length, and a
 * loop that answers in the wrong order: each call gets one answer, its own.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "http/bridge.h"
#include "tests/t.h"

static void need_no_wake(void *self)
{
    (void)self; /* the loop below never sleeps */
}

static uint64_t clock_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

enum { WORKERS = 12, CALLS = 1500 };

struct crowd {
    struct bridge *bridge;
    atomic_uint unfinished;
    atomic_uint outcomes[BRIDGE_STOPPING + 1];
};

struct worker {
    struct crowd *crowd;
    uint32_t number;
};

/* Deadlines from none at all to long enough, so that both sides win often. */
static void *call_often(void *self)
{
    const struct worker *worker = self;

    for (uint32_t i = 0; i < CALLS; i++) {
        const uint32_t number = worker->number * CALLS + i;
        const struct bridge_request request = {.type = BRIDGE_WRITE,
                                               .command =
                                                   (const uint8_t *)&number,
                                               .command_bytes = sizeof(number)};
        struct bridge_answer answer;

        bridge_call(worker->crowd->bridge, &request,
                    clock_ns() + (i % 16) * UINT64_C(20000), &answer);
        if (answer.outcome == BRIDGE_DONE && answer.index != number) {
            return "an answer that was another's";
        }
        atomic_fetch_add(&worker->crowd->outcomes[answer.outcome], 1);
    }
    atomic_fetch_sub(&worker->crowd->unfinished, 1);
    return NULL;
}

/* Answer everything, oldest last; returns how many. */
static unsigned answer_all(struct bridge *bridge)
{
    struct bridge_call *at = bridge_take_all(bridge);
    struct bridge_call *reversed = NULL;
    unsigned count = 0;

    while (at != NULL) {
        struct bridge_call *next = bridge_next(at);

        bridge_set_next(at, reversed);
        reversed = at;
        at = next;
    }
    while (reversed != NULL) {
        struct bridge_call *next = bridge_next(reversed);
        struct bridge_answer answer = {.outcome = BRIDGE_DONE};
        uint32_t number;

        memcpy(&number, bridge_request_of(reversed)->command, sizeof(number));
        answer.index = number;

        bridge_answer(reversed, &answer);
        reversed = next;
        count++;
    }
    return count;
}

static void many_at_once_get_one_answer_each(void **state)
{
    (void)state;
    struct crowd crowd = {.bridge = bridge_create(need_no_wake, NULL, 8)};
    struct worker workers[WORKERS];
    pthread_t threads[WORKERS];
    unsigned taken = 0;

    atomic_store(&crowd.unfinished, WORKERS);
    for (uint32_t i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){&crowd, i};
        assert_int_equal(
            pthread_create(&threads[i], NULL, call_often, &workers[i]), 0);
    }
    while (atomic_load(&crowd.unfinished) > 0) {
        taken += answer_all(crowd.bridge);
    }
    for (size_t i = 0; i < WORKERS; i++) {
        void *wrong = NULL;

        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    /* Taken: done or unknown. Not taken: it never happened. */
    const unsigned done = atomic_load(&crowd.outcomes[BRIDGE_DONE]);
    const unsigned unknown = atomic_load(&crowd.outcomes[BRIDGE_UNKNOWN]);
    const unsigned busy = atomic_load(&crowd.outcomes[BRIDGE_BUSY]);

    t_u64_eq(done + unknown, taken);
    t_u64_eq(done + unknown + busy, WORKERS * CALLS);
    assert_true(done > 0 && busy > 0);
    bridge_destroy(crowd.bridge);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(many_at_once_get_one_answer_each),
};

T_MAIN(tests)
