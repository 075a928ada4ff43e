/* SPDX-License-Identifier: MIT
 *
 * test_http_cluster.c - GET /cluster: who the members are, and how far each
 * has come.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tests/t.h"
#include "tests/unit/http_texts.h"

/* 11 leads, 12 lags behind, 13 is on its way in. */
static struct http_view whole_view(void)
{
    struct http_view view = http_fixture_view();
    struct raft_member *learner = &view.config.members[2];

    view.config.member_count = 3;
    *learner = (struct raft_member){.id = UINT64_MAX};
    strcpy(learner->address, "[::1]:10003");
    strcpy(view.member_names[2], "third \xc3\xa9");
    view.raft.last_index = UINT64_MAX;
    view.raft.durable_index = UINT64_MAX - 2; /* its disk is behind */
    view.raft.commit_index = UINT64_MAX - 1;
    view.raft.match_index[0] = 1; /* of itself it knows better */
    view.raft.match_index[1] = UINT64_MAX - 9;
    view.raft.match_index[2] = 0;
    view.member_applied[1] = UINT64_MAX - 10;
    return view;
}

#define FIRST                                          \
    "{\"id\":\"000000000000000b\",\"name\":\"node1\"," \
    "\"raft\":\"127.0.0.1:10001\",\"http\":\"127.0.0.1:8001\","

static void a_leader_shows_all_of_it(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/cluster", NULL, 200,
         "{\"cluster\":\"00000000000000c1\",\"term\":\"3\","
         "\"leader\":\"000000000000000b\",\"members\":[" FIRST
         "\"role\":\"leader\",\"match\":\"18446744073709551613\","
         "\"applied\":\"7\",\"lag\":\"2\"},"
         "{\"id\":\"000000000000000c\",\"name\":\"node2\","
         "\"raft\":\"127.0.0.1:10002\",\"http\":\"127.0.0.1:8002\","
         "\"role\":\"follower\",\"match\":\"18446744073709551606\","
         "\"applied\":\"18446744073709551605\",\"lag\":\"9\"},"
         "{\"id\":\"ffffffffffffffff\",\"name\":\"third \xc3\xa9\","
         "\"raft\":\"[::1]:10003\",\"http\":\"\",\"role\":\"learner\","
         "\"match\":\"0\",\"applied\":null,"
         "\"lag\":\"18446744073709551615\"}],"
         "\"commit\":\"18446744073709551614\"}"},
    };
    struct http_fixture *f = *state;
    const struct http_view view = whole_view();

    http_publish(f->http, &view);
    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 0); /* the loop is not asked */
}

/* Without a leader to ask: what it knows, and null for what only he knows. */
static void another_server_shows_what_it_knows(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/cluster", NULL, 200,
         "{\"cluster\":\"00000000000000c1\",\"term\":\"3\",\"leader\":\"\","
         "\"members\":[" FIRST "\"role\":\"candidate\",\"match\":\"9\","
         "\"applied\":\"7\",\"lag\":null},"
         "{\"id\":\"000000000000000c\",\"name\":\"node2\","
         "\"raft\":\"127.0.0.1:10002\",\"http\":\"127.0.0.1:8002\","
         "\"role\":\"follower\",\"match\":null,\"applied\":null,"
         "\"lag\":null}],\"commit\":\"8\"}"},
    };
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    view.raft.role = RAFT_CANDIDATE;
    view.raft.leader_id = RAFT_NO_SERVER;
    view.raft.match_index[1] = 5; /* of an earlier leadership */
    view.leader_http[0] = 0;
    http_publish(f->http, &view);
    HTTP_RUN(f, exchanges);
}

static void a_blank_server_has_no_members(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/cluster", NULL, 200,
         "{\"cluster\":\"\",\"term\":\"0\",\"leader\":\"\",\"members\":[],"
         "\"commit\":\"0\"}"},
    };
    struct http_fixture *f = *state;
    const struct http_view view = {.raft = {.id = 11}};

    http_publish(f->http, &view);
    HTTP_RUN(f, exchanges);
}

static const cJSON *member_of(const cJSON *json, int place)
{
    return cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "members"),
                              place);
}

static const char *text_of(const cJSON *json, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));

    assert_non_null(text);
    return text;
}

static cJSON *get(struct http_fixture *f)
{
    char type[64];
    struct http_reply reply =
        http_client_request(f->port, "GET", "/cluster", NULL);
    cJSON *json = cJSON_Parse((const char *)reply.body);

    assert_int_equal(reply.status, 200);
    assert_non_null(http_reply_field(&reply, "Content-Type", type, 64));
    assert_string_equal(type, "application/json");
    assert_non_null(json);
    http_reply_free(&reply);
    return json;
}

static void roles_in_a_joint_configuration(void **state)
{
    struct http_fixture *f = *state;
    struct http_view view = whole_view();

    view.raft.leader_id = 12; /* it has told us, and we follow */
    view.raft.role = RAFT_FOLLOWER;
    view.leader_http[0] = 0;
    view.config.is_joint = true;
    view.config.members[2].in_new = true;
    http_publish(f->http, &view);
    cJSON *json = get(f);

    assert_string_equal(text_of(member_of(json, 0), "role"), "follower");
    assert_string_equal(text_of(member_of(json, 1), "role"), "leader");
    assert_string_equal(text_of(member_of(json, 2), "role"), "follower");
    cJSON_Delete(json);
    view.config.is_joint = false; /* in_new means nothing now */
    http_publish(f->http, &view);
    json = get(f);
    assert_string_equal(text_of(member_of(json, 2), "role"), "learner");
    cJSON_Delete(json);
}

/* Other servers say how they are called. */
static void the_largest_and_strangest_configuration_is_json(void **state)
{
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    view.config.member_count = RAFT_MAX_SLOTS;
    for (size_t i = 0; i < RAFT_MAX_SLOTS; i++) {
        struct raft_member *member = &view.config.members[i];

        *member = (struct raft_member){.id = UINT64_MAX - i};
        memset(member->address, '"', sizeof(member->address));
        memset(view.member_names[i], 0xfe, sizeof(view.member_names[i]));
        memset(view.member_http[i], 'h', sizeof(view.member_http[i]));
        view.raft.match_index[i] = UINT64_MAX;
        view.member_applied[i] = UINT64_MAX;
    }
    http_publish(f->http, &view);
    cJSON *json = get(f);
    const cJSON *last = member_of(json, RAFT_MAX_SLOTS - 1);

    t_u64_eq(strlen(text_of(last, "name")), 63);
    t_u64_eq(strlen(text_of(last, "raft")), RAFT_MAX_ADDRESS_BYTES - 1);
    t_u64_eq(strlen(text_of(last, "http")), 159);
    assert_int_equal(text_of(last, "name")[0], '?');
    assert_string_equal(text_of(last, "lag"), "0"); /* and never below */
    cJSON_Delete(json);
}

#define JSON "{\"members\":[{\"raft\":\"a:1\"}]}" /* 28 bytes */

static void somebodys_page_changes_nothing(void **state)
{
    static const struct http_text texts[] = {
        {403, "GET /cluster HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://evil.example\r\n\r\n"},
        {403, "PUT /cluster HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://evil.example\r\nContent-Length: 28\r\n\r\n" JSON},
        {403, "PUT /cluster HTTP/1.1\r\nHost: evil.example:$P\r\n"
              "Content-Length: 28\r\n\r\n" JSON},
        {403, "POST /cluster/transfer HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: null\r\nContent-Length: 14\r\n\r\n{\"to\":\"node2\"}"},
        {403, "POST /cluster/snapshot HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://localhost\r\nContent-Length: 0\r\n\r\n"},
        {200, "PUT /cluster HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://localhost:$P\r\nContent-Length: 28\r\n\r\n" JSON},
    };
    struct http_fixture *f = *state;

    HTTP_TEXTS(f, texts);
    t_u64_eq(f->call_count, 1);
}

static void paths_and_methods_are_exact(void **state)
{
    static const struct {
        const char *target, *allow, *methods[6];
    } routes[] = {
        {"/cluster", "GET, PUT", {"POST", "DELETE", "HEAD", "PATCH"}},
        {"/cluster/transfer", "POST", {"GET", "PUT", "DELETE", "HEAD"}},
        {"/cluster/snapshot", "POST", {"GET", "PUT", "DELETE", "HEAD"}},
    };
    static const struct http_exchange exchanges[] = {
        {"GET", "/cluster/", NULL, 404, NULL},
        {"GET", "/clusters", NULL, 404, NULL},
        {"POST", "/cluster/transfer/", "{\"to\":\"node2\"}", 404, NULL},
        {"POST", "/cluster/nothing", "", 404,
         "{\"title\":\"Not Found\",\"status\":404,"
         "\"detail\":\"there is nothing at this path\"}"},
        {"POST", "/cluster", JSON, 405,
         "{\"title\":\"Method Not Allowed\",\"status\":405,"
         "\"detail\":\"allowed here: GET, PUT\"}"},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        for (size_t m = 0; routes[i].methods[m] != NULL; m++) {
            char allow[64];
            struct http_reply reply = http_client_request(
                f->port, routes[i].methods[m], routes[i].target, NULL);

            assert_int_equal(reply.status, 405);
            assert_non_null(http_reply_field(&reply, "Allow", allow, 64));
            assert_string_equal(allow, routes[i].allow);
            http_reply_free(&reply);
        }
    }
    t_u64_eq(f->call_count, 0);
}

static const struct CMUnitTest tests[] = {
    T_HTTP(a_leader_shows_all_of_it),
    T_HTTP(another_server_shows_what_it_knows),
    T_HTTP(a_blank_server_has_no_members),
    T_HTTP(roles_in_a_joint_configuration),
    T_HTTP(the_largest_and_strangest_configuration_is_json),
    T_HTTP(somebodys_page_changes_nothing),
    T_HTTP(paths_and_methods_are_exact),
};

T_MAIN(tests)
