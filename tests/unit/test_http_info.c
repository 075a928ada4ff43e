/* SPDX-License-Identifier: MIT
 *
 * test_http_info.c - /info, /raft/stats, /livez, /readyz, and what is not
 * there.
 */
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

static void info_names_the_leaders_raft_address(void **state)
{
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();
    static const struct http_exchange known[] = {
        {"POST", "/info", NULL, 200, "{\"leaderAddr\":\"127.0.0.1:10001\"}"},
        {"POST", "/info", "{}", 200, "{\"leaderAddr\":\"127.0.0.1:10001\"}"},
    };
    static const struct http_exchange unknown[] = {
        {"POST", "/info", NULL, 200, "{\"leaderAddr\":\"\"}"},
    };

    HTTP_RUN(f, known);
    view.leader_raft[0] = 0;
    http_publish(f->http, &view);
    HTTP_RUN(f, unknown);
}

static void livez_and_readyz_are_plain(void **state)
{
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();
    static const struct http_exchange ready[] = {
        {"GET", "/livez", NULL, 200, "ok\n"},
        {"GET", "/readyz", NULL, 200, "ready\n"},
    };
    static const struct http_exchange not_ready[] = {
        {"GET", "/livez", NULL, 200, "ok\n"},
        {"GET", "/readyz", NULL, 503, "no leader known\n"},
    };

    HTTP_RUN(f, ready);
    view.ready = false;
    strcpy(view.not_ready_why, "no leader known");
    http_publish(f->http, &view);
    HTTP_RUN(f, not_ready);
}

static void what_is_not_there_is_said_in_the_clients_words(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/", NULL, 404, NULL},
        {"GET", "/livez/", NULL, 404, NULL},
        {"GET", "/livezz", NULL, 404, NULL},
        {"GET", "/raft/nothing", NULL, 404, "{\"message\":\"Not Found\"}"},
        {"POST", "/raft/stats", "{}", 405,
         "{\"message\":\"Method Not Allowed\"}"},
        {"GET", "/nix", NULL, 404,
         "{\"title\":\"Not Found\",\"status\":404,"
         "\"detail\":\"there is nothing at this path\"}"},
    };

    HTTP_RUN(*state, exchanges);
}

static void other_methods_get_405_and_allow(void **state)
{
    static const struct {
        const char *target, *allow, *methods[7];
    } routes[] = {
        {"/key", "GET, POST, DELETE", {"PUT", "HEAD", "OPTIONS", "PATCH"}},
        {"/key/", "GET, POST, DELETE", {"PUT", "HEAD", "OPTIONS", "PATCH"}},
        {"/key/a", "GET, DELETE", {"POST", "PUT", "HEAD", "OPTIONS"}},
        {"/info", "POST", {"GET", "PUT", "DELETE", "HEAD"}},
        {"/livez", "GET", {"POST", "PUT", "DELETE", "HEAD"}},
        {"/readyz", "GET", {"POST", "PUT", "DELETE", "HEAD"}},
        {"/raft/stats", "GET", {"POST", "PUT", "DELETE", "HEAD"}},
        {"/raft/stats/", "GET", {"POST", "PUT", "DELETE", "HEAD"}},
    };
    struct http_fixture *f = *state;

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
    t_u64_eq(f->index, 0);
}

static void problems_are_problem_json(void **state)
{
    struct http_fixture *f = *state;
    char type[64];
    struct http_reply reply = http_client_request(f->port, "GET", "/nix", NULL);

    assert_non_null(http_reply_field(&reply, "Content-Type", type, 64));
    assert_string_equal(type, "application/problem+json");
    http_reply_free(&reply);
}

/* Asks for the figures; the JSON must be freed. */
static cJSON *stats(struct http_fixture *f, const char *target)
{
    char type[64];
    struct http_reply reply = http_client_request(f->port, "GET", target, NULL);
    cJSON *json = cJSON_Parse((const char *)reply.body);

    assert_int_equal(reply.status, 200);
    assert_non_null(http_reply_field(&reply, "Content-Type", type, 64));
    assert_string_equal(type, "application/json; charset=UTF-8");
    assert_non_null(json);
    assert_string_equal(
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "message")),
        "Here is the raft status");
    http_reply_free(&reply);
    return json;
}

static void expect(const cJSON *json, const char *name, const char *value)
{
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");
    const char *got =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, name));

    if (got == NULL || strcmp(got, value) != 0) {
        fail_msg("%s is %s, expected %s", name, got == NULL ? "absent" : got,
                 value);
    }
}

static void stats_are_strings_all_of_them(void **state)
{
    static const char *const fields[][2] = {
        {"applied_index", "7"},
        {"commit_index", "8"},
        {"fsm_pending", "1"},
        {"last_contact", "0"},
        {"last_log_index", "9"},
        {"last_log_term", "3"},
        {"last_snapshot_index", "6"},
        {"last_snapshot_term", "2"},
        {"latest_configuration",
         "[{Suffrage:Voter ID:node1 Address:127.0.0.1:10001} "
         "{Suffrage:Voter ID:node2 Address:127.0.0.1:10002}]"},
        {"latest_configuration_index", "1"},
        {"num_peers", "1"},
        {"protocol_version", "3"},
        {"protocol_version_max", "3"},
        {"protocol_version_min", "0"},
        {"snapshot_version_max", "1"},
        {"snapshot_version_min", "0"},
        {"state", "Leader"},
        {"term", "3"}};
    static const char *const targets[] = {"/raft/stats", "/raft/stats/"};
    enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

    for (size_t t = 0; t < 2; t++) {
        cJSON *json = stats(*state, targets[t]);

        for (size_t i = 0; i < FIELDS; i++) {
            expect(json, fields[i][0], fields[i][1]);
        }
        assert_int_equal(
            cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "data")),
            FIELDS);
        cJSON_Delete(json);
    }
}

static void last_contact_is_a_go_duration(void **state)
{
    static const struct {
        uint64_t ms;
        const char *text;
    } durations[] = {
        {UINT64_MAX, "never"}, {0, "0s"},           {1, "1ms"},
        {999, "999ms"},        {1000, "1s"},        {1500, "1.5s"},
        {1050, "1.05s"},       {1234, "1.234s"},    {60000, "1m0s"},
        {61001, "1m1.001s"},   {3600000, "1h0m0s"}, {90061500, "25h1m1.5s"}};
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    view.raft.role = RAFT_FOLLOWER;
    for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
        view.last_contact_ms = durations[i].ms;
        http_publish(f->http, &view);
        cJSON *json = stats(f, "/raft/stats");

        expect(json, "last_contact", durations[i].text);
        expect(json, "state", "Follower");
        cJSON_Delete(json);
    }
}

/* C_old,new, a learner, nameless members, and the longest of everything. */
static void configurations_of_every_kind_are_shown(void **state)
{
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    view.raft.role = RAFT_CANDIDATE;
    view.raft.id = 99;
    view.config.is_joint = true;
    view.config.members[1].in_old = false;
    view.config.members[1].in_new = true;
    view.config.member_count = 3;
    view.config.members[2] = (struct raft_member){
        .id = UINT64_MAX, .in_old = false, .address = "c:1"};
    strcpy(view.member_names[1], "x} {Suffrage:Voter ID:y");
    http_publish(f->http, &view);
    cJSON *json = stats(f, "/raft/stats");

    expect(json, "state", "Candidate");
    expect(json, "num_peers", "2");
    expect(json, "latest_configuration",
           "[{Suffrage:Voter ID:node1 Address:127.0.0.1:10001} "
           "{Suffrage:Voter ID:x___Suffrage:Voter_ID:y "
           "Address:127.0.0.1:10002} "
           "{Suffrage:Nonvoter ID:ffffffffffffffff Address:c:1}]");
    cJSON_Delete(json);
    view.config.member_count = RAFT_MAX_SLOTS;
    for (size_t i = 0; i < RAFT_MAX_SLOTS; i++) {
        struct raft_member *member = &view.config.members[i];

        *member = (struct raft_member){.id = i + 1};
        memset(member->address, 'a', sizeof(member->address) - 1);
        memset(view.member_names[i], 0xfe, sizeof(view.member_names[i]) - 1);
    }
    http_publish(f->http, &view);
    json = stats(f, "/raft/stats"); /* no text in a name: still JSON */
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(json, "data"),
        "latest_configuration"));

    assert_non_null(text);
    t_u64_eq(strlen(text),
             2 + (RAFT_MAX_SLOTS - 1) +
                 RAFT_MAX_SLOTS *
                     (strlen("{Suffrage:Nonvoter ID: Address:}") + 63 + 127));
    for (; *text != 0; text++) {
        assert_true((unsigned char)*text < 0x80);
    }
    cJSON_Delete(json);
}

static const struct CMUnitTest tests[] = {
    T_HTTP(info_names_the_leaders_raft_address),
    T_HTTP(livez_and_readyz_are_plain),
    T_HTTP(what_is_not_there_is_said_in_the_clients_words),
    T_HTTP(other_methods_get_405_and_allow),
    T_HTTP(problems_are_problem_json),
    T_HTTP(stats_are_strings_all_of_them),
    T_HTTP(last_contact_is_a_go_duration),
    T_HTTP(configurations_of_every_kind_are_shown),
};

T_MAIN(tests)
