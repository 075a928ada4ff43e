/* SPDX-License-Identifier: MIT
 *
 * test_http_setup_body.c - the body of /setup and /shutdown: who is named, and
 * what is refused before anything is done.
 */
#include <stdio.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

/* What the fixture leads: node1, and node2 follows. */
#define LEADER(id)                                            \
    "\"leaderAddr\":\":8001\",\"leaderRaftAddr\":\":10001\"," \
    "\"leaderId\":\"" id "\""
#define CLIENTS(http, raft, id)                                              \
    ",\"clientAddrs\":[" http "],\"clientRaftAddrs\":[" raft "],\"clientIds" \
    "\":[" id "]"
#define SETUP "POST", "/setup"

static void all_that_are_named_are_added_at_once(void **state)
{
    static const struct http_exchange exchanges[] = {
        {SETUP,
         "{" LEADER("n1")
             CLIENTS("\":8002\",\"a:8003\"", "\":10002\",\"a:10003\"",
                     "\"n2\",\"n3\"") ",\"more\":[1]}",
         200, ""},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 1);
    assert_int_equal(f->asked.type, BRIDGE_CHANGE);
    assert_int_equal(f->asked.change, BRIDGE_ADD);
    t_u64_eq(f->asked.member_count, 3);
    assert_string_equal(f->asked_members[0].raft, "127.0.0.1:10001");
    assert_string_equal(f->asked_members[0].name, "n1");
    assert_string_equal(f->asked_members[1].raft, "127.0.0.1:10002");
    assert_string_equal(f->asked_members[1].name, "n2");
    assert_string_equal(f->asked_members[2].raft, "a:10003");
    assert_string_equal(f->asked_members[2].name, "n3");
    t_u64_eq(f->asked_members[2].id, 0);
}

/* The leader among its clients, one twice, none at all, null as Go has it. */
static void an_address_counts_once(void **state)
{
    static const struct http_exchange exchanges[] = {
        {SETUP,
         "{" LEADER("n1")
             CLIENTS("\"\",\"\",\"\"", "\":10001\",\"A:1\",\"a:1\"",
                     "\"n1\",\"n2\",\"n3\"") "}",
         200, ""},
        {SETUP, "{" LEADER("n1") "}", 200, ""},
        {SETUP, "{\"leaderRaftAddr\":\"127.0.0.1:10001\"}", 200, ""},
        {SETUP,
         "{" LEADER("n1") ",\"clientAddrs\":null,\"clientRaftAddrs\":null,"
                          "\"clientIds\":null}",
         200, ""},
    };
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++) {
        http_fixture_run(f, &exchanges[i], 1);
        t_u64_eq(f->asked.member_count, i == 0 ? 2 : 1);
    }
}

#define LENGTHS \
    "clientAddrs, clientRaftAddrs and clientIds must be of one length\n"
#define NINE "\":1\",\":2\",\":3\",\":4\",\":5\",\":6\",\":7\",\":8\",\":9\""

static void what_is_wrong_is_400(void **state)
{
    static const struct {
        const char *body, *why;
    } cases[] = {
        {"", NULL},
        {"{", "a string is missing\n"},
        {"null", "the body must be a JSON object\n"},
        {"[]", "the body must be a JSON object\n"},
        {"{}", "leaderRaftAddr is missing or empty\n"},
        {"{\"leaderAddr\":\":1\",\"leaderId\":\"x\"}",
         "leaderRaftAddr is missing or empty\n"},
        {"{\"leaderRaftAddr\":\"\"}", "leaderRaftAddr is missing or empty\n"},
        {"{\"leaderRaftAddr\":1}", "leaderRaftAddr must be a string\n"},
        {"{\"leaderRaftAddr\":\":1\",\"leaderId\":1}",
         "leaderId must be a string\n"},
        {"{\"leaderRaftAddr\":\":1\",\"leaderAddr\":[]}",
         "leaderAddr must be a string\n"},
        {"{\"leaderRaftAddr\":\":1\",\"leaderAddr\":\"a\\r\\nb\"}", NULL},
        {"{\"leaderRaftAddr\":\"a\"}",
         "the raft address \"a\" is not host:port\n"},
        {"{" LEADER("x") ",\"clientIds\":{}}",
         "clientIds must be a list of strings\n"},
        {"{" LEADER("x") ",\"clientAddrs\":\"a:1\"}",
         "clientAddrs must be a list of strings\n"},
        {"{" LEADER("x") CLIENTS("\":1\"", "1", "\"x\"") "}",
         "clientRaftAddrs must be a list of strings\n"},
        {"{" LEADER("x") CLIENTS("\":1\"", "\":1\"", "null") "}",
         "clientIds must be a list of strings\n"},
        {"{" LEADER("x") CLIENTS("", "\":1\"", "\"a\"") "}", LENGTHS},
        {"{" LEADER("x") CLIENTS("\":1\"", "\":1\"", "") "}", LENGTHS},
        {"{" LEADER("x") CLIENTS("\":1\"", "", "\"a\"") "}", LENGTHS},
        {"{" LEADER("x") ",\"clientRaftAddrs\":[\":1\"]}", LENGTHS},
        {"{" LEADER("x") CLIENTS("\":1\"", "\"\"", "\"a\"") "}",
         "the raft address \"\" is not host:port\n"},
        {"{" LEADER("x") CLIENTS(NINE, NINE, NINE) "}",
         "a cluster has at most 9 members\n"},
    };
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct http_exchange exchanges[] = {
            {SETUP, cases[i].body, 400, cases[i].why},
            {"POST", "/shutdown", cases[i].body, 400, cases[i].why},
        };

        HTTP_RUN(f, exchanges);
    }
    t_u64_eq(f->call_count, 0);
}

static void only_post_does_anything(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/setup", NULL, 405, "allowed here: POST\n"},
        {"GET", "/shutdown", NULL, 405, "allowed here: POST\n"},
        {"GET", "/kill", NULL, 405, "allowed here: POST\n"},
        {"GET", "/init", NULL, 405, "allowed here: POST\n"},
        {"POST", "/kill/", NULL, 404, NULL},
        {"POST", "/init", NULL, 200, ""},
        {"POST", "/init", "{\"any\":1}", 200, ""},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 0);
}

static const struct CMUnitTest tests[] = {
    T_HTTP(all_that_are_named_are_added_at_once),
    T_HTTP(an_address_counts_once),
    T_HTTP(what_is_wrong_is_400),
    T_HTTP(only_post_does_anything),
};

T_MAIN(tests)
