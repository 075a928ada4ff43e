/* SPDX-License-Identifier: MIT
 *
 * test_http_shutdown.c - POST /kill and /shutdown: who is asked to end, and
 * who is not.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

enum { SERVERS = 4 };

/* The first is asked; all are members but the last. */
struct cluster {
    struct http_fixture *servers[SERVERS];
};

static void show(struct cluster *cluster)
{
    struct http_view view = http_fixture_view();

    view.config.member_count = SERVERS - 1;
    for (size_t i = 0; i + 1 < SERVERS; i++) {
        struct raft_member *member = &view.config.members[i];

        *member = (struct raft_member){.id = 11 + i, .in_old = true};
        (void)snprintf(member->address, sizeof(member->address),
                       "127.0.0.1:1000%zu", i + 1);
        (void)snprintf(view.member_http[i], sizeof(view.member_http[i]),
                       "127.0.0.1:%u", (unsigned)cluster->servers[i]->port);
    }
    http_publish(cluster->servers[0]->http, &view);
}

static int set_up(void **state)
{
    static struct cluster cluster;

    for (size_t i = 0; i < SERVERS; i++) {
        assert_int_equal(http_fixture_set_up(state), 0);
        cluster.servers[i] = *state;
    }
    show(&cluster);
    *state = &cluster;
    return 0;
}

static int tear_down(void **state)
{
    struct cluster *cluster = *state;

    for (size_t i = 0; i < SERVERS; i++) {
        if (cluster->servers[i] != NULL) {
            http_fixture_stop(cluster->servers[i]);
        }
    }
    return 0;
}

/* x: it was told to end, and nothing else was asked of it. */
static void expect_ended(struct cluster *cluster, const char *who)
{
    for (size_t i = 0; i < SERVERS; i++) {
        struct http_fixture *f = cluster->servers[i];

        if (f != NULL) {
            t_u64_eq(f->call_count, who[i] == 'x');
            assert_true(f->call_count == 0 || f->asked.type == BRIDGE_STOP);
            f->call_count = 0;
        }
    }
}

static int shut_down(const struct cluster *cluster, const char *body)
{
    return http_client_status(cluster->servers[0]->port, "POST", "/shutdown",
                              body);
}

#define ONE "\"leaderRaftAddr\":\":10001\""
#define CLIENTS(http, raft, id)                                              \
    ",\"clientAddrs\":[" http "],\"clientRaftAddrs\":[" raft "],\"clientIds" \
    "\":[" id "]"
#define TWO_AND_THREE \
    CLIENTS("\"\",\"\"", "\":10002\",\"localhost:10003\"", "\"\",\"\"")

static void members_that_are_listed_end_and_who_is_asked(void **state)
{
    struct cluster *cluster = *state;

    assert_int_equal(shut_down(cluster, "{" ONE TWO_AND_THREE "}"), 200);
    expect_ended(cluster, "xxx-");
    assert_int_equal(
        shut_down(cluster, "{" ONE CLIENTS("\"\"", "\":10003\"", "\"x\"") "}"),
        200);
    expect_ended(cluster, "x-x-");
    assert_int_equal(shut_down(cluster, "{\"leaderRaftAddr\":\":10002\"}"),
                     200);
    expect_ended(cluster, "xx--");
}

/* By HTTP address alone, too, but nobody who is no member. */
static void an_address_of_a_stranger_is_not_contacted(void **state)
{
    struct cluster *cluster = *state;
    char body[256];

    for (size_t i = 2; i < SERVERS; i++) {
        (void)snprintf(
            body, sizeof(body),
            "{" ONE CLIENTS("\"127.0.0.1:%u\"", "\":10009\"", "\"node4\"") "}",
            (unsigned)cluster->servers[i]->port);
        assert_int_equal(shut_down(cluster, body), 200);
        expect_ended(cluster, i == 2 ? "x-x-" : "x---");
    }
}

/* Nor does the HTTP address in the body count of one who is. */
static void a_member_is_called_where_it_announced(void **state)
{
    struct cluster *cluster = *state;
    char body[256];

    (void)snprintf(
        body, sizeof(body),
        "{" ONE CLIENTS("\"127.0.0.1:%u\"", "\":10002\"", "\"\"") "}",
        (unsigned)cluster->servers[3]->port);
    assert_int_equal(shut_down(cluster, body), 200);
    expect_ended(cluster, "xx--");
}

static void who_is_dead_or_stands_still_holds_nobody_up(void **state)
{
    struct cluster *cluster = *state;

    http_fixture_stop(cluster->servers[1]);
    cluster->servers[1] = NULL;
    assert_int_equal(shut_down(cluster, "{" ONE TWO_AND_THREE "}"), 200);
    expect_ended(cluster, "x-x-");
    http_fixture_play(cluster->servers[2], PLAY_DEAF);
    assert_int_equal(shut_down(cluster, "{" ONE TWO_AND_THREE "}"), 200);
    expect_ended(cluster, "x---");
}

static void what_others_announce_is_no_head_of_ours(void **state)
{
    struct cluster *cluster = *state;
    struct http_view view = http_fixture_view();

    (void)snprintf(view.member_http[1], sizeof(view.member_http[1]), "%s",
                   "127.0.0.1:1\r\nx: y");
    http_publish(cluster->servers[0]->http, &view);
    assert_int_equal(shut_down(cluster, "{" ONE TWO_AND_THREE "}"), 200);
    expect_ended(cluster, "x---");
}

/* ---- Kill ---------------------------------------------------------------- */

static void kill_ends_this_process_alone(void **state)
{
    struct cluster *cluster = *state;
    struct http_fixture *f = cluster->servers[0];
    char text[128];
    const int length = snprintf(text, sizeof(text),
                                "POST /kill HTTP/1.1\r\nHost: localhost:%u\r\n"
                                "Content-Length: 0\r\n\r\n",
                                (unsigned)f->port);
    const int fd = http_client_connect(f->port);

    assert_true(http_client_send(fd, text, (size_t)length));
    struct http_reply reply = http_client_receive(fd, true, 10000);
    char field[64];

    assert_int_equal(reply.status, 200);
    t_u64_eq(reply.body_bytes, 0);
    /* Nobody need wait for more of it, although the client would. */
    assert_non_null(http_reply_field(&reply, "Connection", field, 64));
    assert_string_equal(field, "close");
    http_reply_free(&reply);
    assert_true(http_client_closed(fd, 10000));
    (void)close(fd);
    expect_ended(cluster, "x---");
}

static void yes_is_said_only_when_it_ends(void **state)
{
    static const struct {
        enum bridge_outcome outcome;
        int status;
    } cases[] = {
        {BRIDGE_STOPPING, 200}, {BRIDGE_BUSY, 503}, {BRIDGE_UNKNOWN, 504}};
    struct cluster *cluster = *state;
    struct http_fixture *f = cluster->servers[0];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        http_fixture_script(
            f, &(struct bridge_answer){.outcome = cases[i].outcome}, NULL);
        assert_int_equal(http_client_status(f->port, "POST", "/kill", NULL),
                         cases[i].status);
        assert_int_equal(shut_down(cluster, "{" ONE "}"), cases[i].status);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    TEST(members_that_are_listed_end_and_who_is_asked),
    TEST(an_address_of_a_stranger_is_not_contacted),
    TEST(a_member_is_called_where_it_announced),
    TEST(who_is_dead_or_stands_still_holds_nobody_up),
    TEST(what_others_announce_is_no_head_of_ours),
    TEST(kill_ends_this_process_alone),
    TEST(yes_is_said_only_when_it_ends),
};

T_MAIN(tests)
