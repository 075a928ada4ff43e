/* SPDX-License-Identifier: MIT
 *
 * test_http_bridge.c - calls between workers and the loop: answered once,
 * whatever the order of answer, deadline and stop.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/bridge.h"
#include "tests/t.h"

static atomic_uint wakes;

static void count_wake(void *self)
{
    (void)self;
    atomic_fetch_add(&wakes, 1);
}

static uint64_t clock_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* One call on a thread of its own. */
struct caller {
    struct bridge *bridge;
    uint64_t deadline_ns;
    uint32_t number; /* goes along as the command */
    struct bridge_request request;
    struct bridge_answer answer;
    pthread_t thread;
};

static void *call(void *self)
{
    struct caller *caller = self;

    bridge_call(caller->bridge, &caller->request, caller->deadline_ns,
                &caller->answer);
    return NULL;
}

static void start(struct caller *caller, struct bridge *bridge, uint32_t number,
                  uint64_t timeout_ms)
{
    *caller = (struct caller){.bridge = bridge, .number = number};
    caller->deadline_ns = clock_ns() + timeout_ms * UINT64_C(1000000);
    caller->request =
        (struct bridge_request){.type = BRIDGE_WRITE,
                                .command = (const uint8_t *)&caller->number,
                                .command_bytes = sizeof(caller->number)};
    assert_int_equal(pthread_create(&caller->thread, NULL, call, caller), 0);
}

static void finish(struct caller *caller)
{
    assert_int_equal(pthread_join(caller->thread, NULL), 0);
}

/* Until it is there: the workers decide when. */
static struct bridge_call *take_one(struct bridge *bridge)
{
    struct bridge_call *taken = NULL;

    while (taken == NULL) {
        taken = bridge_take_all(bridge);
    }
    assert_null(bridge_next(taken));
    return taken;
}

static uint32_t number_of(const struct bridge_call *taken)
{
    uint32_t number;

    t_u64_eq(bridge_request_of(taken)->command_bytes, sizeof(number));
    memcpy(&number, bridge_request_of(taken)->command, sizeof(number));
    return number;
}

static void an_answer_reaches_its_caller(void **state)
{
    (void)state;
    struct bridge *bridge = bridge_create(count_wake, NULL, 10);
    struct bridge_answer answer = {.outcome = BRIDGE_NOT_LEADER,
                                   .index = 42,
                                   .leader_http = "somewhere:1"};
    struct caller caller;

    start(&caller, bridge, 7, 60000);
    struct bridge_call *taken = take_one(bridge);

    assert_int_equal(bridge_request_of(taken)->type, BRIDGE_WRITE);
    t_u64_eq(number_of(taken), 7);
    bridge_answer(taken, &answer);
    finish(&caller);
    assert_int_equal(caller.answer.outcome, BRIDGE_NOT_LEADER);
    t_u64_eq(caller.answer.index, 42);
    assert_string_equal(caller.answer.leader_http, "somewhere:1");
    assert_null(bridge_take_all(bridge));
    bridge_destroy(bridge);
}

/* The members are copied: the worker's own may go when it gives up. */
static void a_change_carries_its_members(void **state)
{
    (void)state;
    struct bridge *bridge = bridge_create(count_wake, NULL, 10);
    struct bridge_member members[BRIDGE_MAX_MEMBERS] = {
        {.id = 7, .raft = "a:1", .name = "node1"}};
    struct caller caller = {.bridge = bridge,
                            .deadline_ns = clock_ns() + UINT64_C(60000000000),
                            .request = {.type = BRIDGE_CHANGE,
                                        .members = members,
                                        .member_count = BRIDGE_MAX_MEMBERS}};

    strcpy(members[BRIDGE_MAX_MEMBERS - 1].raft, "z:9");
    assert_int_equal(pthread_create(&caller.thread, NULL, call, &caller), 0);
    struct bridge_call *taken = take_one(bridge);
    const struct bridge_request *request = bridge_request_of(taken);

    memset(members, 0xff, sizeof(members));
    assert_int_equal(request->type, BRIDGE_CHANGE);
    t_u64_eq(request->member_count, BRIDGE_MAX_MEMBERS);
    t_u64_eq(request->members[0].id, 7);
    assert_string_equal(request->members[0].raft, "a:1");
    assert_string_equal(request->members[0].name, "node1");
    assert_string_equal(request->members[BRIDGE_MAX_MEMBERS - 1].raft, "z:9");
    bridge_answer(taken, &(struct bridge_answer){.outcome = BRIDGE_CONFLICT,
                                                 .why = "not now"});
    finish(&caller);
    assert_int_equal(caller.answer.outcome, BRIDGE_CONFLICT);
    assert_string_equal(caller.answer.why, "not now");
    bridge_destroy(bridge);
}

static void a_call_not_taken_by_its_deadline_never_happens(void **state)
{
    (void)state;
    struct bridge *bridge = bridge_create(count_wake, NULL, 10);
    struct caller callers[3];
    struct bridge_answer answer = {.outcome = BRIDGE_DONE};

    /* In order, the second given up between the others. */
    atomic_store(&wakes, 0);
    start(&callers[0], bridge, 0, 60000);
    while (atomic_load(&wakes) == 0) {
    }
    start(&callers[1], bridge, 1, 1);
    finish(&callers[1]);
    assert_int_equal(callers[1].answer.outcome, BRIDGE_BUSY);
    start(&callers[2], bridge, 2, 1);
    finish(&callers[2]); /* the last of the queue goes, and */
    assert_int_equal(callers[2].answer.outcome, BRIDGE_BUSY);
    start(&callers[2], bridge, 3, 60000); /* another takes its place */
    struct bridge_call *first = NULL;

    while (first == NULL || bridge_next(first) == NULL) {
        struct bridge_call *more = bridge_take_all(bridge);

        if (first == NULL) {
            first = more;
        } else if (more != NULL) {
            bridge_set_next(first, more);
        }
    }
    struct bridge_call *second = bridge_next(first);

    t_u64_eq(number_of(first), 0);
    t_u64_eq(number_of(second), 3);
    assert_null(bridge_next(second));
    bridge_answer(first, &answer);
    bridge_answer(second, &answer);
    finish(&callers[0]);
    finish(&callers[2]);
    bridge_destroy(bridge);
}

static void a_call_taken_but_not_answered_in_time_is_unknown(void **state)
{
    (void)state;
    struct bridge *bridge = bridge_create(count_wake, NULL, 1);
    struct bridge_answer answer = {.outcome = BRIDGE_DONE};
    struct caller caller;

    start(&caller, bridge, 1, 200);
    struct bridge_call *taken = take_one(bridge);

    finish(&caller);
    assert_int_equal(caller.answer.outcome, BRIDGE_UNKNOWN);
    t_u64_eq(number_of(taken), 1); /* still ours to read */
    /* It counts until it is answered: memory is bounded by max_waiting. */
    start(&caller, bridge, 2, 60000);
    finish(&caller);
    assert_int_equal(caller.answer.outcome, BRIDGE_BUSY);
    bridge_answer(taken, &answer); /* into the void; a sanitizer sees leaks */
    start(&caller, bridge, 3, 60000);
    taken = take_one(bridge);
    bridge_answer(taken, &answer);
    finish(&caller);
    assert_int_equal(caller.answer.outcome, BRIDGE_DONE);
    bridge_destroy(bridge);
}

static void beyond_the_bound_a_call_is_refused_at_once(void **state)
{
    (void)state;
    struct bridge *bridge = bridge_create(count_wake, NULL, 2);
    struct bridge_answer answer = {.outcome = BRIDGE_DONE};
    struct caller callers[3];
    struct bridge_call *taken[2];

    for (uint32_t i = 0; i < 2; i++) {
        start(&callers[i], bridge, i, 60000);
        taken[i] = take_one(bridge);
    }
    start(&callers[2], bridge, 2, 60000);
    finish(&callers[2]);
    assert_int_equal(callers[2].answer.outcome, BRIDGE_BUSY);
    for (size_t i = 0; i < 2; i++) {
        bridge_answer(taken[i], &answer);
        finish(&callers[i]);
        assert_int_equal(callers[i].answer.outcome, BRIDGE_DONE);
    }
    bridge_destroy(bridge);
}

static void the_loop_is_woken_only_for_the_first(void **state)
{
    (void)state;
    struct bridge *bridge = bridge_create(count_wake, NULL, 10);
    struct caller callers[2];

    atomic_store(&wakes, 0);
    for (int round = 1; round <= 2; round++) {
        start(&callers[0], bridge, 0, 60000);
        while (atomic_load(&wakes) < (unsigned)round) {
        }
        start(&callers[1], bridge, 1, 50);
        finish(&callers[1]); /* it was in the queue until its deadline */
        assert_int_equal(callers[1].answer.outcome, BRIDGE_BUSY);
        t_u64_eq(atomic_load(&wakes), (unsigned)round);
        struct bridge_call *taken = take_one(bridge);

        bridge_answer(taken, &(struct bridge_answer){.outcome = BRIDGE_DONE});
        finish(&callers[0]);
    }
    bridge_destroy(bridge);
}

static void stop_answers_what_waits_and_what_comes(void **state)
{
    (void)state;
    struct bridge *bridge = bridge_create(count_wake, NULL, 10);
    struct caller before, after, taken_before;

    start(&taken_before, bridge, 0, 60000);
    struct bridge_call *taken = take_one(bridge);

    atomic_store(&wakes, 0);
    start(&before, bridge, 1, 60000);
    while (atomic_load(&wakes) == 0) {
    }
    bridge_stop(bridge);
    finish(&before);
    assert_int_equal(before.answer.outcome, BRIDGE_STOPPING);
    start(&after, bridge, 2, 60000);
    finish(&after);
    assert_int_equal(after.answer.outcome, BRIDGE_STOPPING);
    assert_null(bridge_take_all(bridge));
    /* What the loop had taken it still answers itself. */
    bridge_answer(taken, &(struct bridge_answer){.outcome = BRIDGE_DONE});
    finish(&taken_before);
    assert_int_equal(taken_before.answer.outcome, BRIDGE_DONE);
    bridge_destroy(bridge);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_answer_reaches_its_caller),
    cmocka_unit_test(a_change_carries_its_members),
    cmocka_unit_test(a_call_not_taken_by_its_deadline_never_happens),
    cmocka_unit_test(a_call_taken_but_not_answered_in_time_is_unknown),
    cmocka_unit_test(beyond_the_bound_a_call_is_refused_at_once),
    cmocka_unit_test(the_loop_is_woken_only_for_the_first),
    cmocka_unit_test(stop_answers_what_waits_and_what_comes),
};

T_MAIN(tests)
