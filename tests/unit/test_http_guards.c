/* SPDX-License-Identifier: MIT
 *
 * test_http_guards.c - requests of somebody's browser must not get through.
 */
#include "tests/t.h"
#include "tests/unit/http_texts.h"

#define BODY "{\"key\":\"a\",\"value\":\"1\"}" /* 23 bytes */

static void only_our_names_are_a_host(void **state)
{
    static const struct http_text texts[] = {
        {200, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nhost: LOCALHOST:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: kv.example:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.0\r\nHost: 127.0.0.1:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.0\r\n\r\n"},
        {200, "GET http://kv.example:$P/livez HTTP/1.1\r\n"
              "Host: localhost:$P\r\n\r\n"},
        {403, "GET http://evil.example:$P/livez HTTP/1.1\r\n"
              "Host: localhost:$P\r\n\r\n"},
        {400, "GET /livez HTTP/1.1\r\n\r\n"},
        {400, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Host: localhost:$P\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost:\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:1\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: evil.example:$P\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P.evil\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: a@localhost:$P\r\n\r\n"},
        {403, "GET /nothing HTTP/1.1\r\nHost: evil.example\r\n\r\n"},
        {403, "PUT /livez HTTP/1.0\r\nHost: evil.example\r\n"
              "Content-Length: 0\r\n\r\n"},
    };

    HTTP_TEXTS(*state, texts);
}

/* Clients leave out the port that http has anyway. */
static void port_80_need_not_be_said(void **state)
{
    static const struct http_text texts[] = {
        {200, "GET /livez HTTP/1.1\r\nHost: kv.example:80\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: kv.example\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: kv.example\r\n"
              "Origin: http://KV.example\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: kv.exampl\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: kv.example0\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: vk.example\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"},
    };

    HTTP_TEXTS(*state, texts);
}

static void other_ports_must_be_said_whole(void **state)
{
    static const struct http_text texts[] = {
        {200, "GET /livez HTTP/1.1\r\nHost: raft.kv:8080\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: raft.kv:8\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: raft.kv\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: raft.kv:80800\r\n\r\n"},
    };

    HTTP_TEXTS(*state, texts);
}

static int setup_port_80(void **state)
{
    *state = http_fixture_start(
        &(struct http_settings){.advertise = "kv.example:80"});
    return 0;
}

static void only_our_pages_are_an_origin(void **state)
{
    static const struct http_text texts[] = {
        {200, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://localhost:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://kv.example:$P\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://evil.example\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: https://localhost:$P\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: null\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin:\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://localhost:$P\r\n"
              "Origin: http://evil.example\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://evil.example\r\n"
              "Origin: http://localhost:$P\r\n\r\n"},
        {403, "POST /key HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://evil.example\r\n"
              "Content-Length: 23\r\n\r\n" BODY},
    };

    HTTP_TEXTS(*state, texts);
    t_u64_eq(((struct http_fixture *)*state)->index, 0);
}

/* A picture or a link of theirs carries no Origin; it could remove a member. */
static void where_a_browser_comes_from_counts(void **state)
{
    static const struct http_text texts[] = {
        {200, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Sec-Fetch-Site: none\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Sec-Fetch-Site: same-origin\r\n\r\n"},
        {403, "GET /remove?id=node2 HTTP/1.1\r\nHost: localhost:$P\r\n"
              "sec-fetch-site: cross-site\r\n\r\n"},
        {403, "GET /remove?id=node2 HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Sec-Fetch-Site: same-site\r\n\r\n"},
        {403, "GET /remove?id=node2 HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Sec-Fetch-Site: cross-site\r\n"
              "Sec-Fetch-Site: none\r\n\r\n"},
    };

    HTTP_TEXTS(*state, texts);
    t_u64_eq(((struct http_fixture *)*state)->call_count, 0);
}

/* To a server that is not on the browser's machine. */
static void a_browser_that_says_nothing_changes_no_members(void **state)
{
    static const struct http_text texts[] = {
        {403, "GET /remove?id=node9 HTTP/1.1\r\nHost: kv.example:$P\r\n"
              "User-Agent: Mozilla/5.0 (X11)\r\n\r\n"},
        {403, "GET /join?id=a&addr=b HTTP/1.1\r\nHost: kv.example:$P\r\n"
              "User-Agent: mozilla/5.0\r\n\r\n"},
        {404, "GET /remove?id=node9 HTTP/1.1\r\nHost: kv.example:$P\r\n"
              "User-Agent: curl/7.88.1\r\n\r\n"},
        {404, "GET /remove?id=node9 HTTP/1.1\r\nHost: localhost:$P\r\n"
              "User-Agent: Mozilla/5.0\r\nSec-Fetch-Site: none\r\n\r\n"},
        {404, "POST /remove?id=node9 HTTP/1.1\r\nHost: kv.example:$P\r\n"
              "User-Agent: Mozilla/5.0\r\nOrigin: http://kv.example:$P\r\n"
              "Content-Length: 0\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: kv.example:$P\r\n"
              "User-Agent: Mozilla/5.0\r\n\r\n"},
    };

    HTTP_TEXTS(*state, texts);
}

static int setup(void **state)
{
    *state = http_fixture_start(
        &(struct http_settings){.advertise = "kv.example:0"});
    return 0;
}

static int setup_raft_kv(void **state)
{
    *state = http_fixture_start(
        &(struct http_settings){.advertise = "raft.kv:8080"});
    return 0;
}

static const struct CMUnitTest tests[] = {
    T_HTTP_AS(only_our_names_are_a_host, setup),
    T_HTTP_AS(port_80_need_not_be_said, setup_port_80),
    T_HTTP_AS(other_ports_must_be_said_whole, setup_raft_kv),
    T_HTTP_AS(only_our_pages_are_an_origin, setup),
    T_HTTP_AS(where_a_browser_comes_from_counts, setup),
    T_HTTP_AS(a_browser_that_says_nothing_changes_no_members, setup),
};

T_MAIN(tests)
