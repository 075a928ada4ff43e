/* SPDX-License-Identifier: MIT
 *
 * test_http_join_raft.c - /raft/join and /raft/remove, as raft-example has
 * them, on the leader and on a follower.
 */
#include <stdio.h>
#include <string.h>

#include "http/json.h"
#include "tests/t.h"
#include "tests/unit/http_pair.h"

#define JOIN   "{\"node_id\":\"node3\",\"raft_address\":\":10003\"}"
#define REMOVE "{\"node_id\":\"node2\"}"

/* {"data":{STATS},"message":...}, the stats being those of GET /raft/stats. */
static void expect_stats(uint16_t port, uint16_t leader_port,
                         const struct http_exchange *e)
{
    struct http_reply stats =
        http_client_request(leader_port, "GET", "/raft/stats", NULL);
    struct http_reply reply =
        http_client_request(port, e->method, e->target, e->body);
    struct json_error error;
    char field[64];

    assert_int_equal(reply.status, 200);
    assert_non_null(http_reply_field(&reply, "Content-Type", field, 64));
    assert_string_equal(field, "application/json; charset=UTF-8");
    cJSON *expected = json_parse(stats.body, stats.body_bytes, &error);
    cJSON *json = json_parse(reply.body, reply.body_bytes, &error);

    assert_string_equal(json_string(json, "message"), e->expect);
    assert_int_equal(cJSON_GetArraySize(json), 2);
    assert_true(cJSON_Compare(cJSON_GetObjectItem(json, "data"),
                              cJSON_GetObjectItem(expected, "data"), true));
    cJSON_Delete(json);
    cJSON_Delete(expected);
    http_reply_free(&reply);
    http_reply_free(&stats);
}

static void stats_and_a_message_tell_that_it_is_done(void **state)
{
    static const struct http_exchange joins[] = {
        {"POST", "/raft/join", JOIN, 200,
         "node node3 at :10003 joined successfully"},
        {"POST", "/raft/join/", JOIN, 200,
         "node node3 at :10003 joined successfully"},
    };
    static const struct http_exchange removes[] = {
        {"POST", "/raft/remove", REMOVE, 200,
         "node node2 removed successfully"},
        {"POST", "/raft/remove/", REMOVE, 200,
         "node node2 removed successfully"},
    };
    struct http_pair *pair = *state;
    struct http_fixture *leader = pair->leader;

    for (size_t i = 0; i < 4; i++) {
        const uint16_t port =
            i < 2 ? leader->port : pair->follower->port; /* sent on */

        expect_stats(port, leader->port, &joins[i % 2]);
        assert_int_equal(leader->asked.change, BRIDGE_ADD);
        assert_string_equal(leader->asked_members[0].name, "node3");
        assert_string_equal(leader->asked_members[0].raft, "127.0.0.1:10003");
        expect_stats(port, leader->port, &removes[i % 2]);
        assert_int_equal(leader->asked.change, BRIDGE_REMOVE);
        t_u64_eq(leader->asked_members[0].id, 12);
    }
}

#define POST(path) "POST", "/raft/" path
#define ERROR(why) 422, "{\"error\":\"" why "\"}"

#define NO_ID ERROR("error binding: node_id must be a string that is not empty")
#define NO_ADDRESS \
    ERROR("error binding: raft_address must be a string that is not empty")

/* 60 bytes of it are shown, none of them half a character. */
#define EURO "\xe2\x82\xac"
#define FIVE EURO EURO EURO EURO EURO
#define LONG FIVE FIVE FIVE FIVE
#define CUT  FIVE FIVE FIVE EURO EURO EURO EURO "??"

static void what_is_wrong_is_422(void **state)
{
    static const struct http_exchange exchanges[] = {
        {POST("join"), "{", ERROR("error binding: a string is missing")},
        {POST("join"), "", 422, NULL},
        {POST("join"), "[]", NO_ID},
        {POST("join"), "{\"raft_address\":\":1\"}", NO_ID},
        {POST("join"), "{\"node_id\":3,\"raft_address\":\":1\"}", NO_ID},
        {POST("join"), "{\"node_id\":\"\",\"raft_address\":\":1\"}", NO_ID},
        {POST("join"), "{\"node_id\":\"x\"}", NO_ADDRESS},
        {POST("join"), "{\"node_id\":\"x\",\"raft_address\":\"\"}", NO_ADDRESS},
        {POST("join"), "{\"node_id\":\"x\",\"raft_address\":\"a\"}",
         ERROR("the raft address \\\"a\\\" is not host:port")},
        {POST("join"), "{\"node_id\":\"x\",\"raft_address\":\"a" LONG "\"}",
         ERROR("the raft address \\\"a" CUT "\\\" holds a blank, quote, "
               "backslash or other strange character")},
        {POST("remove"), "{\"node_id\":null}", NO_ID},
        {POST("remove/"), "{}", NO_ID},
        {"GET", "/raft/join", NULL, 405,
         "{\"message\":\"Method Not Allowed\"}"},
        {"DELETE", "/raft/remove/", NULL, 405,
         "{\"message\":\"Method Not Allowed\"}"},
        {"POST", "/raft/joined", JOIN, 404, "{\"message\":\"Not Found\"}"},
    };
    static const struct http_exchange unknown[] = {
        {POST("remove"), "{\"node_id\":\"node9\"}",
         ERROR("no member has this name")},
    };
    struct http_pair *pair = *state;

    HTTP_RUN(pair->leader, exchanges);
    t_u64_eq(pair->leader->call_count, 0);
    HTTP_RUN(pair->leader, unknown);
    HTTP_RUN(pair->follower, unknown);
    assert_int_equal(pair->leader->asked.type, BRIDGE_READ_LEASE);
}

static void every_end_of_a_change_has_its_status(void **state)
{
    static const struct {
        struct bridge_answer answer;
        struct http_exchange exchange;
    } cases[] = {
        {{.outcome = BRIDGE_UNREACHABLE, .why = "a:1 does not answer"},
         {POST("join"), JOIN, ERROR("a:1 does not answer")}},
        {{.outcome = BRIDGE_CONFLICT, .why = "not now"},
         {POST("join"), JOIN, ERROR("not now")}},
        {{.outcome = BRIDGE_FAILED, .why = "the last member"},
         {POST("remove"), REMOVE, ERROR("the last member")}},
        {{.outcome = BRIDGE_FAILED},
         {POST("remove"), REMOVE, ERROR("nothing was changed")}},
        {{.outcome = BRIDGE_BUSY},
         {POST("remove"), REMOVE, 503,
          "{\"error\":\"too busy: nothing was done\"}"}},
        {{.outcome = BRIDGE_UNKNOWN},
         {POST("join"), JOIN, 504,
          "{\"error\":\"no answer in time: it may or may not happen\"}"}},
    };
    struct http_pair *pair = *state;

    pair->leader->script_type = BRIDGE_CHANGE;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        http_fixture_script(pair->leader, &cases[i].answer, NULL);
        http_fixture_run(pair->leader, &cases[i].exchange, 1);
        http_fixture_run(pair->follower, &cases[i].exchange, 1);
    }
}

static void without_a_leader_nobody_is_asked(void **state)
{
    static const struct http_exchange exchanges[] = {
        {POST("join"), JOIN, ERROR("not the leader")},
        {POST("remove"), REMOVE, ERROR("not the leader")},
        {POST("remove"), "{\"node_id\":\"node9\"}", ERROR("not the leader")},
    };
    static const struct http_exchange bad[] = {
        {POST("join"), "{}", NO_ID}, /* wrong anywhere */
    };
    struct http_pair *pair = *state;

    http_pair_follow(pair->follower, "");
    HTTP_RUN(pair->follower, exchanges);
    HTTP_RUN(pair->follower, bad);
    /* Two that take each other for the leader. */
    char address[64];

    (void)snprintf(address, sizeof(address), "127.0.0.1:%u",
                   pair->leader->port);
    http_pair_follow(pair->follower, address);
    (void)snprintf(address, sizeof(address), "127.0.0.1:%u",
                   pair->follower->port);
    http_pair_follow(pair->leader, address);
    HTTP_RUN(pair->follower, exchanges);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, http_pair_setup, http_pair_teardown)

static const struct CMUnitTest tests[] = {
    TEST(stats_and_a_message_tell_that_it_is_done),
    TEST(what_is_wrong_is_422),
    TEST(every_end_of_a_change_has_its_status),
    TEST(without_a_leader_nobody_is_asked),
};

T_MAIN(tests)
