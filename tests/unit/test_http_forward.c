/* SPDX-License-Identifier: MIT
 *
 * test_http_forward.c - a request that only the leader can answer, asked again
 * there, and once only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_pair.h"

#define ONE  "{\"members\":[{\"raft\":\"127.0.0.1:10001\"}]}"
#define NODE "{\"to\":\"node2\"}"

/* Status and body of both are the same. */
static void is_the_same(struct http_pair *pair, const char *method,
                        const char *target, const char *body, int status)
{
    char field[64];
    struct http_reply direct =
        http_client_request(pair->leader->port, method, target, body);
    const uint64_t calls = pair->leader->call_count;
    struct http_reply reply =
        http_client_request(pair->follower->port, method, target, body);

    assert_int_equal(direct.status, status);
    assert_int_equal(reply.status, status);
    assert_string_equal((char *)reply.body, (char *)direct.body);
    t_u64_eq(reply.body_bytes, direct.body_bytes);
    assert_non_null(http_reply_field(&reply, "Content-Type", field, 64));
    assert_string_equal(field, status == 200 ? "application/json"
                                             : "application/problem+json");
    assert_int_equal(http_reply_field(&reply, "Retry-After", field, 64) != NULL,
                     status == 503);
    assert_true(pair->leader->call_count >= calls);
    http_reply_free(&direct);
    http_reply_free(&reply);
}

static void a_follower_answers_as_the_leader_does(void **state)
{
    struct http_pair *pair = *state;
    const struct bridge_answer busy = {.outcome = BRIDGE_BUSY};
    const struct bridge_answer conflict = {.outcome = BRIDGE_CONFLICT,
                                           .why = "not now"};

    is_the_same(pair, "GET", "/cluster", NULL, 200);
    is_the_same(pair, "PUT", "/cluster", ONE, 200);
    assert_string_equal(pair->leader->asked_members[0].raft, "127.0.0.1:10001");
    is_the_same(pair, "POST", "/cluster/transfer", NODE, 200);
    t_u64_eq(pair->leader->asked.to, 12);
    is_the_same(pair, "POST", "/cluster/transfer", "{\"to\":\"node9\"}", 422);
    http_fixture_script(pair->leader, &conflict, NULL);
    is_the_same(pair, "PUT", "/cluster", ONE, 409);
    http_fixture_script(pair->leader, &busy, NULL);
    is_the_same(pair, "PUT", "/cluster", ONE, 503);
}

/* Each server takes a snapshot of its own. */
static void a_snapshot_is_not_forwarded(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"POST", "/cluster/snapshot", NULL, 200,
         "{\"index\":\"5\",\"term\":\"2\"}"}};
    struct http_pair *pair = *state;

    http_fixture_script(
        pair->follower,
        &(struct bridge_answer){.outcome = BRIDGE_DONE, .index = 5, .term = 2},
        NULL);
    HTTP_RUN(pair->follower, exchanges);
    t_u64_eq(pair->leader->call_count, 0);
}

/* It took itself out. The change is not asked for again elsewhere. */
static void who_leads_no_more_answers_itself(void **state)
{
    struct http_pair *pair = *state;
    struct http_view view = http_fixture_view();

    view.raft.role = RAFT_FOLLOWER;
    view.raft.leader_id = RAFT_NO_SERVER;
    view.config.member_count = 1;
    view.config.members[0].id = 12;
    (void)snprintf(view.leader_http, sizeof(view.leader_http), "127.0.0.1:%u",
                   pair->leader->port);
    http_fixture_script(pair->follower,
                        &(struct bridge_answer){.outcome = BRIDGE_DONE}, &view);
    struct http_reply reply =
        http_client_request(pair->follower->port, "PUT", "/cluster", ONE);

    assert_int_equal(reply.status, 200);
    assert_non_null(strstr((char *)reply.body, "\"leader\":\"\""));
    assert_null(strstr((char *)reply.body, "000000000000000b"));
    t_u64_eq(pair->leader->call_count, 0);
    http_reply_free(&reply);
}

/* Two that take each other for the leader. */
static void nothing_goes_round_in_a_circle(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"PUT", "/cluster", ONE, 503,
         "{\"title\":\"Service Unavailable\",\"status\":503,"
         "\"detail\":\"node is not the leader: nothing was done\"}"},
        {"POST", "/cluster/transfer", NODE, 503, NULL},
        {"GET", "/cluster", NULL, 200, NULL},
    };
    struct http_pair *pair = *state;
    char address[64];

    (void)snprintf(address, sizeof(address), "127.0.0.1:%u",
                   pair->follower->port);
    http_pair_follow(pair->leader, address);
    HTTP_RUN(pair->follower, exchanges);
    t_u64_eq(pair->follower->call_count, 1);
    t_u64_eq(pair->leader->call_count, 1);
}

static void without_a_leader_nothing_is_done(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"PUT", "/cluster", ONE, 503, NULL},
        {"POST", "/cluster/transfer", NODE, 503, NULL},
        {"GET", "/cluster", NULL, 200, NULL}, /* what it knows itself */
    };
    static const char *const nowhere[] = {"", "nonsense", "127.0.0.1:1",
                                          "x:1\r\nSet-Cookie: a=b",
                                          "LOCALHOST:$P"};
    struct http_pair *pair = *state;
    char own[64];

    (void)snprintf(own, sizeof(own), "LocalHost:%u", pair->follower->port);
    for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
        http_pair_follow(pair->follower, i == 4 ? own : nowhere[i]);
        const uint64_t calls = pair->follower->call_count;

        HTTP_RUN(pair->follower, exchanges);
        /* PUT asks the loop, once: nothing is sent to ourselves. */
        t_u64_eq(pair->follower->call_count, calls + 1);
    }
}

/* "Not the leader" would send its reader to the next server in vain. */
static void who_has_nobody_to_ask_says_why(void **state)
{
    static const struct http_exchange no_leader[] = {
        {"PUT", "/cluster", ONE, 503,
         "{\"title\":\"Service Unavailable\",\"status\":503,"
         "\"detail\":\"no leader is known: nothing was done\"}"},
        {"POST", "/cluster/transfer", NODE, 503,
         "{\"title\":\"Service Unavailable\",\"status\":503,"
         "\"detail\":\"no leader is known: nothing was done\"}"},
        {"POST", "/key", "{\"a\":\"1\"}", 503, "node is not the leader\n"},
    };
    static const struct http_exchange blank[] = {
        {"PUT", "/cluster", ONE, 503,
         "{\"title\":\"Service Unavailable\",\"status\":503,"
         "\"detail\":\"this server is a member of no cluster yet: nothing was "
         "done\"}"},
        {"POST", "/key", "{\"a\":\"1\"}", 503, "node is not the leader\n"},
    };
    struct http_pair *pair = *state;
    struct http_view view = http_fixture_view();

    http_pair_follow(pair->follower, "");
    view.raft.role = RAFT_FOLLOWER;
    view.raft.leader_id = RAFT_NO_SERVER;
    view.leader_http[0] = 0;
    http_publish(pair->follower->http, &view);
    HTTP_RUN(pair->follower, no_leader);
    view.cluster_id = 0;
    view.config.member_count = 0;
    http_publish(pair->follower->http, &view);
    HTTP_RUN(pair->follower, blank);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, http_pair_setup, http_pair_teardown)

static const struct CMUnitTest tests[] = {
    TEST(a_follower_answers_as_the_leader_does),
    TEST(a_snapshot_is_not_forwarded),
    TEST(who_leads_no_more_answers_itself),
    TEST(nothing_goes_round_in_a_circle),
    TEST(without_a_leader_nothing_is_done),
    TEST(who_has_nobody_to_ask_says_why),
};

T_MAIN(tests)
