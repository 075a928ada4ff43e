/* SPDX-License-Identifier: MIT
 *
 * test_http_cluster_change.c - PUT /cluster and POST /cluster/snapshot: what
 * reaches the loop, and what becomes of its answers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

#define ONE "{\"members\":[{\"raft\":\"127.0.0.1:10001\"}]}"

static void the_loop_gets_what_was_asked_for(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"PUT", "/cluster",
         "{\"members\":[{\"raft\":\"127.0.0.1:10002\",\"name\":\"two\","
         "\"id\":\"fedcba9876543210\"},{\"raft\":\"[::1]:9\"}]}",
         200, NULL},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    assert_int_equal(f->asked.type, BRIDGE_CHANGE);
    t_u64_eq(f->asked.member_count, 2);
    assert_string_equal(f->asked_members[0].raft, "127.0.0.1:10002");
    assert_string_equal(f->asked_members[0].name, "two");
    t_u64_eq(f->asked_members[0].id, 0xfedcba9876543210);
    assert_string_equal(f->asked_members[1].raft, "[::1]:9");
    assert_string_equal(f->asked_members[1].name, "");
    t_u64_eq(f->asked_members[1].id, 0);
}

/* 200: the members as they are now, as GET shows them. */
static void the_answer_is_that_of_get(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"PUT", "/cluster", ONE, 200,
         "{\"cluster\":\"00000000000000c1\",\"term\":\"3\","
         "\"leader\":\"000000000000000b\",\"members\":[{\"id\":"
         "\"000000000000000b\",\"name\":\"node1\",\"raft\":\"127.0.0.1:10001\","
         "\"http\":\"127.0.0.1:8001\",\"role\":\"leader\",\"match\":\"11\","
         "\"applied\":\"7\",\"lag\":\"0\"}],\"commit\":\"11\"}"},
    };
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    view.config.member_count = 1;
    view.raft.last_index = 11;
    view.raft.durable_index = 11;
    view.raft.commit_index = 11;
    http_fixture_script(
        f, &(struct bridge_answer){.outcome = BRIDGE_DONE, .index = 11}, &view);
    HTTP_RUN(f, exchanges);
}

static void what_get_shows_is_taken_back(void **state)
{
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    view.leader_http[0] = 0;
    for (unsigned leads = 0; leads <= 1; leads++) { /* nulls, and none */
        view.raft.role = leads != 0 ? RAFT_LEADER : RAFT_FOLLOWER;
        http_publish(f->http, &view);
        struct http_reply shown =
            http_client_request(f->port, "GET", "/cluster", NULL);
        struct http_reply reply = http_client_request(
            f->port, "PUT", "/cluster", (const char *)shown.body);

        assert_int_equal(reply.status, 200);
        t_u64_eq(f->asked.member_count, 2);
        t_u64_eq(f->asked_members[1].id, 12);
        assert_string_equal(f->asked_members[1].raft, "127.0.0.1:10002");
        assert_string_equal(f->asked_members[1].name, "node2");
        http_reply_free(&shown);
        http_reply_free(&reply);
    }
    t_u64_eq(f->call_count, 2);
}

static void what_is_meant_for_another_cluster_is_refused(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"PUT", "/cluster",
         "{\"cluster\":\"00000000000000c2\",\"members\":[{\"raft\":\"a:1\"}]}",
         409,
         "{\"title\":\"Conflict\",\"status\":409,"
         "\"detail\":\"this cluster is 00000000000000c1\"}"},
        {"PUT", "/cluster",
         "{\"cluster\":193,\"members\":[{\"raft\":\"a:1\"}]}", 400,
         "{\"title\":\"Bad Request\",\"status\":400,"
         "\"detail\":\"cluster must be a string\"}"},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 0);
}

/* The loop would leave it where it is; nobody is told that it was moved. */
static void a_member_does_not_move(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"PUT", "/cluster",
         "{\"members\":[{\"raft\":\"127.0.0.1:10001\"},{\"raft\":\"h:1\","
         "\"id\":\"000000000000000c\"}]}",
         409,
         "{\"title\":\"Conflict\",\"status\":409,\"detail\":\"members[1] is "
         "at 127.0.0.1:10002: take it out first, then in again at its new "
         "address\"}"},
    };
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 0);
    view.raft.role = RAFT_FOLLOWER; /* its configuration may be an old one */
    http_publish(f->http, &view);
    http_fixture_run(f,
                     &(struct http_exchange){"PUT", "/cluster",
                                             exchanges[0].body, 200, NULL},
                     1);
    t_u64_eq(f->call_count, 1);
}

/* Asks, and expects this of the answer; the loop's answer is the script. */
struct outcome {
    struct bridge_answer script;
    int status;
    const char *detail;
    bool retry_after;
};

static const struct outcome outcomes[] = {
    {{.outcome = BRIDGE_CONFLICT, .why = "a change is under way"},
     409,
     "a change is under way",
     false},
    {{.outcome = BRIDGE_CONFLICT},
     409,
     "another such request is under way: nothing was done",
     false},
    {{.outcome = BRIDGE_UNREACHABLE, .why = "h:1: no answer within 10 s"},
     502,
     "h:1: no answer within 10 s",
     false},
    {{.outcome = BRIDGE_UNREACHABLE},
     502,
     "a new member cannot be reached: nothing changed",
     false},
    {{.outcome = BRIDGE_FAILED, .why = "h:1 does not catch up"},
     503,
     "h:1 does not catch up",
     true},
    {{.outcome = BRIDGE_FAILED},
     503,
     "it was tried, and given up: nothing changed",
     true},
    {{.outcome = BRIDGE_UNKNOWN, .why = "leadership was lost"},
     504,
     "leadership was lost",
     false},
    {{.outcome = BRIDGE_BUSY}, 503, "too busy: nothing was done", true},
    {{.outcome = BRIDGE_REFUSED},
     503,
     "another leader took over: nothing was done",
     true},
    {{.outcome = BRIDGE_STOPPING},
     503,
     "shutting down: nothing was done",
     true},
};

static void is_answered(struct http_fixture *f, const char *method,
                        const char *target, const char *body,
                        const struct outcome *outcome)
{
    char field[64];
    struct http_reply reply =
        http_client_request(f->port, method, target, body);

    assert_int_equal(reply.status, outcome->status);
    assert_non_null(strstr((const char *)reply.body, outcome->detail));
    assert_non_null(http_reply_field(&reply, "Content-Type", field, 64));
    assert_string_equal(field, "application/problem+json");
    assert_int_equal(http_reply_field(&reply, "Retry-After", field, 64) != NULL,
                     outcome->retry_after);
    assert_null(http_reply_field(&reply, "Location", field, 64));
    http_reply_free(&reply);
}

static void the_loops_no_is_passed_on(void **state)
{
    static const struct outcome change = {
        {.outcome = BRIDGE_UNKNOWN}, 504, "GET /cluster shows it", false};
    static const struct outcome snapshot = {
        {.outcome = BRIDGE_UNKNOWN}, 504, "it may go on", false};
    static const struct outcome blank = {
        {.outcome = BRIDGE_NOT_LEADER, .leader_http = OTHER_LEADER},
        503,
        "a member of no cluster yet",
        true};
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        http_fixture_script(f, &outcomes[i].script, NULL);
        is_answered(f, "PUT", "/cluster", ONE, &outcomes[i]);
        is_answered(f, "POST", "/cluster/snapshot", NULL, &outcomes[i]);
    }
    http_fixture_script(f, &change.script, NULL);
    is_answered(f, "PUT", "/cluster", ONE, &change);
    is_answered(f, "POST", "/cluster/snapshot", NULL, &snapshot);
    http_fixture_script(f, &blank.script, NULL);
    is_answered(f, "POST", "/cluster/snapshot", NULL, &blank);
}

static void a_snapshot_is_named(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"POST", "/cluster/snapshot", NULL, 200,
         "{\"index\":\"18446744073709551615\",\"term\":\"12\"}"},
        {"POST", "/cluster/snapshot", "{}", 200, NULL},
    };
    struct http_fixture *f = *state;

    http_fixture_script(f,
                        &(struct bridge_answer){.outcome = BRIDGE_DONE,
                                                .index = UINT64_MAX,
                                                .term = 12},
                        NULL);
    HTTP_RUN(f, exchanges);
    assert_int_equal(f->asked.type, BRIDGE_SNAPSHOT);
}

/* Five times as long as other requests may take; then it is not known. */
static void a_change_may_take_its_time(void **state)
{
    static const struct outcome unknown = {
        {.outcome = BRIDGE_UNKNOWN}, 504, "asking again is safe", false};
    struct http_fixture *f = *state;
    const uint64_t begin = now_ns();

    http_fixture_play(f, PLAY_SILENT);
    is_answered(f, "PUT", "/cluster", ONE, &unknown);
    assert_true(now_ns() - begin >= UINT64_C(1000000000));
    (void)pthread_mutex_lock(&f->lock); /* no answer came behind the call */
    t_u64_eq(f->call_count, 1);
    (void)pthread_mutex_unlock(&f->lock);
}

static int setup_hasty(void **state)
{
    *state =
        http_fixture_start(&(struct http_settings){.request_timeout_ms = 200});
    return 0;
}

static const struct CMUnitTest tests[] = {
    T_HTTP(the_loop_gets_what_was_asked_for),
    T_HTTP(the_answer_is_that_of_get),
    T_HTTP(what_get_shows_is_taken_back),
    T_HTTP(what_is_meant_for_another_cluster_is_refused),
    T_HTTP(a_member_does_not_move),
    T_HTTP(the_loops_no_is_passed_on),
    T_HTTP(a_snapshot_is_named),
    T_HTTP_AS(a_change_may_take_its_time, setup_hasty),
};

T_MAIN(tests)
