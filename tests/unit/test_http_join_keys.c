/* SPDX-License-Identifier: MIT
 *
 * test_http_join_keys.c - POST /cluster/join/ as raft-kv has it: {} whatever
 * came of it, on the leader and on a follower.
 */
#include <stdio.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_pair.h"

#define POST  "POST", "/cluster/join/"
#define GOOD  "{\"address\":\"127.0.0.1:3001\"}"
#define SHAPE "{\"error\":\"the body must be {\\\"address\\\": a string}\"}"

static void nothing_in_braces_is_yes(void **state)
{
    static const struct http_exchange exchanges[] = {
        {POST, GOOD, 200, "{}"},
        {"POST", "/cluster/join", GOOD, 200, "{}"},
        {POST, "{\"address\":\":3001\",\"x\":1}", 200, "{}"},
    };
    struct http_pair *pair = *state;

    for (size_t i = 0; i < 6; i++) {
        struct http_fixture *asked = i < 3 ? pair->leader : pair->follower;
        struct http_fixture *leader = pair->leader;

        leader->asked_members[0] = (struct bridge_member){.id = 1};
        http_fixture_run(asked, &exchanges[i % 3], 1);
        assert_int_equal(leader->asked.type, BRIDGE_CHANGE);
        assert_int_equal(leader->asked.change, BRIDGE_ADD);
        t_u64_eq(leader->asked.member_count, 1);
        t_u64_eq(leader->asked_members[0].id, 0);
        assert_string_equal(leader->asked_members[0].raft, "127.0.0.1:3001");
        assert_string_equal(leader->asked_members[0].name, "");
    }
}

static void a_bad_body_is_one_object_with_an_error(void **state)
{
    static const struct http_exchange exchanges[] = {
        {POST, "", 400, NULL},
        {POST, "{", 400, "{\"error\":\"a string is missing\"}"},
        {POST, "null", 400, SHAPE},
        {POST, "[]", 400, SHAPE},
        {POST, "{}", 400, SHAPE},
        {POST, "{\"address\":3001}", 400, SHAPE},
        {POST, "{\"Address\":\"a:1\"}", 400, SHAPE},
        {POST, "{\"address\":\"\"}", 400, NULL},
        {POST, "{\"address\":\"a\"}", 400,
         "{\"error\":\"the raft address \\\"a\\\" is not host:port\"}"},
        {"GET", "/cluster/join/", NULL, 405,
         "{\"error\":\"allowed here: POST\"}"},
    };
    struct http_pair *pair = *state;

    HTTP_RUN(pair->leader, exchanges);
    HTTP_RUN(pair->follower, exchanges);
    t_u64_eq(pair->leader->call_count, 0);
    t_u64_eq(pair->follower->call_count, 0);
}

static void whatever_fails_is_503_but_what_is_not_known(void **state)
{
    static const enum bridge_outcome outcomes[] = {
        BRIDGE_UNREACHABLE, BRIDGE_CONFLICT, BRIDGE_FAILED,     BRIDGE_BUSY,
        BRIDGE_REFUSED,     BRIDGE_STOPPING, BRIDGE_NOT_LEADER, BRIDGE_UNKNOWN};
    struct http_pair *pair = *state;

    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        const int status = outcomes[i] == BRIDGE_UNKNOWN ? 504 : 503;
        const struct http_exchange exchanges[] = {
            {POST, GOOD, status, "{}"},
        };

        http_fixture_script(pair->leader,
                            &(struct bridge_answer){.outcome = outcomes[i],
                                                    .why = "for a reason"},
                            NULL);
        HTTP_RUN(pair->leader, exchanges);
        HTTP_RUN(pair->follower, exchanges);
    }
}

static void without_a_leader_it_may_be_tried_again(void **state)
{
    static const char *const nowhere[] = {"", "nonsense", "127.0.0.1:1"};
    struct http_pair *pair = *state;

    for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
        char field[64];

        http_pair_follow(pair->follower, nowhere[i]);
        struct http_reply reply =
            http_client_request(pair->follower->port, POST, GOOD);

        assert_int_equal(reply.status, 503);
        assert_string_equal((char *)reply.body, "{}");
        assert_non_null(http_reply_field(&reply, "Content-Type", field, 64));
        assert_string_equal(field, "application/json");
        assert_non_null(http_reply_field(&reply, "Retry-After", field, 64));
        http_reply_free(&reply);
    }
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, http_pair_setup, http_pair_teardown)

static const struct CMUnitTest tests[] = {
    TEST(nothing_in_braces_is_yes),
    TEST(a_bad_body_is_one_object_with_an_error),
    TEST(whatever_fails_is_503_but_what_is_not_known),
    TEST(without_a_leader_it_may_be_tried_again),
};

T_MAIN(tests)
