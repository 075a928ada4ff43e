/* SPDX-License-Identifier: MIT
 *
 * test_http_join.c - /join in all its forms, and /remove: what is asked of the
 * leader, and what is refused before.
 */
#include <stdio.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

#define IN_QUERY "/join?id=node3&addr=127.0.0.1:10003"
#define RAFTDB(id, http, raft) \
    "{\"id\":" id ",\"httpAddr\":" http ",\"raftAddr\":" raft "}"
#define GOOD_RAFTDB RAFTDB("\"node3\"", "\"a:1\"", "\"127.0.0.1:10003\"")

static void expect_added(struct http_fixture *f, const char *name,
                         const char *raft)
{
    assert_int_equal(f->asked.type, BRIDGE_CHANGE);
    assert_int_equal(f->asked.change, BRIDGE_ADD);
    t_u64_eq(f->asked.member_count, 1);
    t_u64_eq(f->asked_members[0].id, 0);
    assert_string_equal(f->asked_members[0].name, name);
    assert_string_equal(f->asked_members[0].raft, raft);
}

static void every_form_adds_one_member(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", IN_QUERY, NULL, 200, ""},
        {"POST", IN_QUERY, "", 200, ""},
        {"PUT", IN_QUERY, NULL, 200, ""},
        {"DELETE", IN_QUERY, NULL, 200, ""},
        {"GET", "/join?x=1&addr=127.0.0.1:10003&id=node%33", NULL, 200, ""},
        {"GET", "/join?id=node3&addr=:10003", NULL, 200, ""},
        /* The query goes before whatever the body says. */
        {"POST", IN_QUERY, "{", 200, ""},
        {"POST", IN_QUERY, "{\"leaderAddr\":\"x:1\"}", 200, ""},
        {"POST", "/join", GOOD_RAFTDB, 200, ""},
        {"PUT", "/join", GOOD_RAFTDB, 200, ""},
        {"POST", "/join?id=other", GOOD_RAFTDB, 200, ""},
        {"POST", "/join", "{\"id\":\"node3\",\"addr\":\"127.0.0.1:10003\"}",
         200, ""},
    };
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++) {
        f->asked = (struct bridge_request){.type = BRIDGE_WRITE};
        http_fixture_run(f, &exchanges[i], 1);
        t_u64_eq(f->call_count, i + 1);
        expect_added(f, "node3", "127.0.0.1:10003");
    }
}

static void a_plus_is_a_space_and_a_name_is_utf_8(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/join?id=%C3%BC+%2B&addr=kv.example:1", NULL, 200, ""},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    expect_added(f, "\xc3\xbc +", "kv.example:1");
}

#define NEITHER "id and addr are missing, or id, httpAddr and raftAddr\n"
#define OF_E    "id, httpAddr and raftAddr must be strings that are not empty\n"
#define OF_A    "id and addr must be strings that are not empty\n"
#define BAD(addr, why)                         \
    "GET", "/join?id=x&addr=" addr, NULL, 400, \
        "the raft address \"" addr "\" " why "\n"

static void what_is_missing_or_wrong_is_400(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/join", NULL, 400, "id or addr is missing\n"},
        {"POST", "/join", "", 400, "id or addr is missing\n"},
        {"GET", "/join?id=node3", NULL, 400, "id or addr is missing\n"},
        {"GET", "/join?addr=a:1", NULL, 400, "id or addr is missing\n"},
        {"GET", "/join?id=&addr=a:1", NULL, 400, "id or addr is missing\n"},
        {"GET", "/join?id=x&addr=", NULL, 400, "id or addr is missing\n"},
        {"GET", "/join?id=x&id=y&addr=a:1", NULL, 400, "id is given twice\n"},
        {"GET", "/join?id=x&addr=a:1&addr=a:1", NULL, 400,
         "addr is given twice\n"},
        {"GET", "/join?id=x%00&addr=a:1", NULL, 400,
         "id is too long, or no text in percent-encoding\n"},
        {"GET", "/join?id=%&addr=a:1", NULL, 400, NULL},
        {"GET", "/join?id=%FF&addr=a:1", NULL, 400, NULL},
        {"GET", "/join?id=a%0Ab&addr=a:1", NULL, 400,
         "the id of the new member holds a control character\n"},
        {BAD("nowhere", "is not host:port")},
        {BAD("a:0", "has no port from 1 to 65535")},
        {BAD("a:65536", "has no port from 1 to 65535")},
        {BAD("0.0.0.0:1", "is nobody's address: say the one that others dial")},
        {"POST", "/join", "{", 400, NULL},
        {"POST", "/join", "null", 400, NEITHER},
        {"POST", "/join", "[]", 400, NEITHER},
        {"POST", "/join", "{}", 400, NEITHER},
        {"POST", "/join", "{\"id\":\"x\",\"raftAddr\":\"a:1\"}", 400, NEITHER},
        {"POST", "/join", "{\"id\":\"x\",\"httpAddr\":\"a:1\"}", 400, NEITHER},
        {"POST", "/join", "{\"httpAddr\":\"a:1\",\"raftAddr\":\"a:2\"}", 400,
         NEITHER},
        {"POST", "/join", "{\"addr\":\"a:1\"}", 400, NEITHER},
        {"POST", "/join", RAFTDB("3", "\"a:1\"", "\"a:2\""), 400, OF_E},
        {"POST", "/join", RAFTDB("\"x\"", "null", "\"a:2\""), 400, OF_E},
        {"POST", "/join", RAFTDB("\"x\"", "\"a:1\"", "[]"), 400, OF_E},
        {"POST", "/join", RAFTDB("\"\"", "\"a:1\"", "\"a:2\""), 400, OF_E},
        {"POST", "/join", "{\"id\":\"x\",\"addr\":\"\"}", 400, OF_A},
        {"POST", "/join", "{\"id\":{},\"addr\":\"a:1\"}", 400, OF_A},
        {"GET", "/join/", NULL, 404, NULL},
        {"GET", "/joinx?id=x&addr=a:1", NULL, 404, NULL},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 0);
}

/* hraftd asks who is meant; nobody is added. */
static void a_leader_address_is_compared_with_ours(void **state)
{
    static const struct {
        int status;
        const char *before, *behind; /* the port */
    } cases[] = {
        {200, "{\"leaderAddr\":\"127.0.0.1:", "\"}"},
        {200, "{\"leaderAddr\":\":", "\"}"},
        {200, "{\"leaderAddr\":\"LocalHost:", "\",\"x\":1}"},
        {400, "{\"leaderAddr\":\"127.0.0.2:", "\"}"},
        {400, "{\"leaderAddr\":\"", "\"}"},
        {400, "{\"leaderAddr\":", "}"},
    };
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char body[96];

        (void)snprintf(body, sizeof(body), "%s%u%s", cases[i].before,
                       (unsigned)f->port, cases[i].behind);
        assert_int_equal(http_client_status(f->port, "POST", "/join", body),
                         cases[i].status);
    }
    t_u64_eq(f->call_count, 0);
}

/* ---- Remove -------------------------------------------------------------- */

static void a_member_is_removed_by_what_it_is_called(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/remove?id=second", NULL, 200, ""}, /* given at join */
        {"POST", "/remove?id=node2", NULL, 200, ""}, /* its own -id */
        {"DELETE", "/remove?id=127.0.0.1:10002", NULL, 200, ""},
        {"GET", "/remove?id=000000000000000c", NULL, 200, ""},
    };
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    strcpy(view.config.members[1].name, "second");
    http_publish(f->http, &view);
    for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++) {
        http_fixture_run(f, &exchanges[i], 1);
        assert_int_equal(f->asked.type, BRIDGE_CHANGE);
        assert_int_equal(f->asked.change, BRIDGE_REMOVE);
        t_u64_eq(f->asked.member_count, 1);
        t_u64_eq(f->asked_members[0].id, 12);
        f->asked_members[0].id = 0;
    }
}

static void who_is_not_known_is_not_removed(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/remove?id=node9", NULL, 404, "no member has this name\n"},
        {"GET", "/remove?id=twin", NULL, 409,
         "more than one member has this name: say its address\n"},
        {"GET", "/remove", NULL, 400, "id is missing\n"},
        {"GET", "/remove?id=", NULL, 400, "id is missing\n"},
        {"GET", "/remove?id=a&id=b", NULL, 400, "id is given twice\n"},
        {"POST", "/remove", "{\"id\":\"node2\"}", 400, "id is missing\n"},
    };
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    strcpy(view.config.members[0].name, "twin");
    strcpy(view.config.members[1].name, "twin");
    http_publish(f->http, &view);
    HTTP_RUN(f, exchanges);
    assert_int_equal(f->asked.type, BRIDGE_READ_LEASE); /* no change */
}

/* One was joined by the name that the other was started with. */
static void a_name_that_two_members_have_says_neither(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/remove?id=node1", NULL, 409,
         "more than one member has this name: say its address\n"},
        {"POST", "/raft/remove", "{\"node_id\":\"node1\"}", 422,
         "{\"error\":\"more than one member has this name: say its address\"}"},
        {"POST", "/cluster/transfer", "{\"to\":\"node1\"}", 422, NULL},
        {"GET", "/remove?id=127.0.0.1:10002", NULL, 200, ""},
    };
    static const struct http_exchange shown[] = {
        {"GET", "/remove?id=node1", NULL, 200, ""}};
    static const struct http_exchange started[] = {
        {"GET", "/remove?id=node2", NULL, 200, ""}};
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    strcpy(view.config.members[1].name, "node1");
    http_publish(f->http, &view);
    HTTP_RUN(f, exchanges);
    t_u64_eq(f->asked_members[0].id, 12);
    strcpy(view.config.members[0].name, "first"); /* the other is node1 now */
    http_publish(f->http, &view);
    HTTP_RUN(f, shown);
    t_u64_eq(f->asked_members[0].id, 12);
    HTTP_RUN(f, started);
    t_u64_eq(f->asked_members[0].id, 12);
}

static const struct CMUnitTest tests[] = {
    T_HTTP(every_form_adds_one_member),
    T_HTTP(a_plus_is_a_space_and_a_name_is_utf_8),
    T_HTTP(what_is_missing_or_wrong_is_400),
    T_HTTP(a_leader_address_is_compared_with_ours),
    T_HTTP(a_member_is_removed_by_what_it_is_called),
    T_HTTP(who_is_not_known_is_not_removed),
    T_HTTP(a_name_that_two_members_have_says_neither),
};

T_MAIN(tests)
