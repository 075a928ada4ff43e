/* SPDX-License-Identifier: MIT
 *
 * test_pictures_json.c - JSON says how the servers stand after each event,
 * and is JSON whatever a scenario is made of.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/picture_drawn.h"

/* ---- Servers ------------------------------------------------------------- */

/* One of each server; 0 of those that are no members. */
static void same_indexes(const cJSON *array, const raft_index *indexes,
                         const struct cluster_server *server)
{
    const struct raft_config *config = raft_node_config(server->node);
    const size_t count = server->cluster->settings.server_count;

    t_u64_eq(cJSON_GetArraySize(array), count);
    for (size_t place = 0; place < count; place++) {
        const int slot = raft_config_slot(config, place + 1);

        t_u64_eq(cJSON_GetArrayItem(array, (int)place)->valuedouble,
                 slot < 0 ? 0 : indexes[slot]);
    }
}

static void same_running(const cJSON *said, const struct cluster_server *server)
{
    struct raft_status status;
    const cJSON *log = drawn_member(said, "log");

    raft_node_status(server->node, &status);
    assert_string_equal(drawn_word(said, "role"), raft_role_text(status.role));
    t_u64_eq(drawn_number(said, "current_term"), status.current_term);
    t_u64_eq(drawn_number(said, "voted_for"), status.voted_for);
    t_u64_eq(drawn_number(said, "commit_index"), status.commit_index);
    t_u64_eq(drawn_number(said, "last_applied"), status.last_applied);
    t_u64_eq(drawn_number(said, "durable_index"), status.durable_index);
    t_u64_eq(drawn_number(said, "leader_id"), status.leader_id);
    t_u64_eq(cJSON_GetArraySize(log), status.last_index);
    for (raft_index i = 1; i <= status.last_index; i++) {
        const struct raft_entry *entry =
            raft_entry_at(raft_node_core(server->node), i);

        t_u64_eq(cJSON_GetArrayItem(log, (int)i - 1)->valuedouble,
                 entry == NULL ? 0 : entry->term);
    }
    if (status.role == RAFT_LEADER) {
        same_indexes(drawn_member(said, "next_index"), status.next_index,
                     server);
        same_indexes(drawn_member(said, "match_index"), status.match_index,
                     server);
    }
}

/* What was said last of each server, against the cluster. */
static void same_servers(cJSON *const *said, const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        const struct cluster_server *server = &cluster->servers[i];

        assert_non_null(said[i]);
        if (server->node != NULL) {
            same_running(said[i], server);
            continue;
        }
        assert_string_equal(drawn_word(said[i], "role"), "down");
        t_u64_eq(drawn_number(said[i], "current_term"),
                 server->disk.current_term);
        t_u64_eq(cJSON_GetArraySize(drawn_member(said[i], "log")),
                 sim_disk_last_index(&server->disk));
    }
}

static void keep_said(cJSON **said, const cJSON *servers)
{
    const cJSON *server;

    cJSON_ArrayForEach(server, servers)
    {
        const size_t place = (size_t)drawn_number(server, "server") - 1;

        cJSON_Delete(said[place]);
        said[place] = cJSON_Duplicate(server, 1);
    }
}

static bool is_no_event(const struct scenario_event *event)
{
    return event->verb == SCENARIO_TITLE || event->verb == SCENARIO_SAY ||
           event->verb == SCENARIO_MARK || event->verb == SCENARIO_SERVERS ||
           event->verb == SCENARIO_OPTIONS || event->verb == SCENARIO_GIVEN;
}

/* Line after line beside a player of our own. */
static void holds(const struct scenario *scenario)
{
    cJSON *said[CLUSTER_MAX_SERVERS] = {NULL};
    struct drawn drawn = drawn_picture(scenario, PICTURE_JSON);
    struct player *player = player_create(scenario, NULL);
    struct scenario_error error;
    cJSON *line = drawn_line(&drawn);

    keep_said(said, drawn_member(line, "start"));
    cJSON_Delete(line);
    for (size_t i = 0; i < scenario->event_count; i++) {
        assert_int_equal(player_step(player, &error), PLAYER_OK);
        if (!is_no_event(&scenario->events[i])) {
            line = drawn_line(&drawn);
            keep_said(said, drawn_member(line, "changed"));
            same_servers(said, player_cluster(player));
            cJSON_Delete(line);
        }
    }
    assert_null(drawn_line(&drawn));
    for (size_t i = 0; i < CLUSTER_MAX_SERVERS; i++) {
        cJSON_Delete(said[i]);
    }
    player_destroy(player);
    free(drawn.text);
}

static void json_has_the_servers_as_they_stand_after_each_event(void **state)
{
    (void)state;
    drawn_each(holds);
}

/* ---- The first line ------------------------------------------------------ */

static void json_begins_with_what_is_played(void **state)
{
    struct scenario *scenario = drawn_parse("title A story\n"
                                            "servers 3\n"
                                            "options paper no_op=on\n"
                                            "given S1..S3 log=1,1 term=2\n"
                                            "tick\n");
    struct drawn drawn = drawn_picture(scenario, PICTURE_JSON);
    cJSON *first = drawn_line(&drawn);
    const cJSON *options = drawn_member(first, "options");
    const cJSON *start = drawn_member(first, "start");

    (void)state;
    assert_string_equal(drawn_word(first, "format"), "raftsim");
    t_u64_eq(drawn_number(first, "version"), 1);
    assert_string_equal(drawn_word(first, "title"), "A story");
    assert_string_equal(drawn_word(first, "scenario"), "test.raft");
    t_u64_eq(drawn_number(first, "servers"), 3);
    assert_true(cJSON_IsTrue(drawn_member(options, "no_op")));
    assert_true(cJSON_IsFalse(drawn_member(options, "pre_vote")));
    t_u64_eq(cJSON_GetArraySize(start), 3);
    t_u64_eq(drawn_number(cJSON_GetArrayItem(start, 2), "current_term"), 2);
    cJSON_Delete(first);
    scenario_free(scenario);
    free(drawn.text);
}

/* ---- Strange words ------------------------------------------------------- */

static const char *told_before(const cJSON *line, int i)
{
    return cJSON_GetArrayItem(drawn_member(line, "before"), i)
        ->child->valuestring;
}

static void json_says_any_byte_so_that_it_can_be_read(void **state)
{
    struct scenario *scenario =
        drawn_parse("title a \"quote\", a \\ and a \001 \177\n"
                    "servers 1\n"
                    "say bad \xff\xc0\x80 \xed\xa0\x80, good \xc3\xa9\n"
                    "say cut \xe2\x82\n"
                    "tick\n");
    struct drawn drawn = drawn_picture(scenario, PICTURE_JSON);
    cJSON *first = drawn_line(&drawn);
    cJSON *line = drawn_line(&drawn);

    (void)state;
    assert_string_equal(drawn_word(first, "title"),
                        "a \"quote\", a \\ and a \001 \177");
    assert_string_equal(told_before(line, 0),
                        "bad \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
                        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd, "
                        "good \xc3\xa9");
    assert_string_equal(told_before(line, 1), "cut \xef\xbf\xbd\xef\xbf\xbd");
    cJSON_Delete(first);
    cJSON_Delete(line);
    scenario_free(scenario);
    free(drawn.text);
}

static void json_puts_numbers_in_quotes_that_readers_would_round(void **state)
{
    struct scenario *scenario =
        drawn_parse("servers 1\n"
                    "given S1 log=999999999999999 term=999999999999999\n"
                    "timeout S1\n");
    struct drawn drawn = drawn_picture(scenario, PICTURE_JSON);
    cJSON *first = drawn_line(&drawn);
    cJSON *line = drawn_line(&drawn);
    const cJSON *then = cJSON_GetArrayItem(drawn_member(first, "start"), 0);
    const cJSON *now = cJSON_GetArrayItem(drawn_member(line, "changed"), 0);

    (void)state;
    t_u64_eq(drawn_number(then, "current_term"), UINT64_C(999999999999999));
    assert_string_equal(drawn_word(now, "current_term"), "1000000000000000");
    cJSON_Delete(first);
    cJSON_Delete(line);
    scenario_free(scenario);
    free(drawn.text);
}

/* ---- What fails ---------------------------------------------------------- */

static void json_of_what_fails_ends_with_the_failing_event(void **state)
{
    struct scenario *scenario = drawn_parse("servers 1\n"
                                            "timeout S1\n"
                                            "expect S1.role=follower\n"
                                            "timeout S1\n");
    struct drawn drawn = drawn_picture(scenario, PICTURE_JSON);
    cJSON *first = drawn_line(&drawn);
    cJSON *good = drawn_line(&drawn);
    cJSON *bad = drawn_line(&drawn);

    (void)state;
    assert_int_equal(drawn.result, PLAYER_FAILED);
    assert_false(cJSON_HasObjectItem(good, "failed"));
    t_u64_eq(drawn_number(bad, "event"), 2);
    assert_string_equal(drawn_word(bad, "failed"), drawn.error.text);
    assert_null(drawn_line(&drawn));
    cJSON_Delete(first);
    cJSON_Delete(good);
    cJSON_Delete(bad);
    scenario_free(scenario);
    free(drawn.text);
}

static void no_picture_of_what_makes_no_sense(void **state)
{
    (void)state;
    for (int format = PICTURE_JSON; format <= PICTURE_SVG; format++) {
        struct scenario *scenario = drawn_parse("servers 1\ntimeout S2\n");
        struct drawn drawn =
            drawn_picture(scenario, (enum picture_format)format);

        assert_int_equal(drawn.result, PLAYER_BAD);
        assert_string_equal(drawn.text, "");
        assert_non_null(strstr(drawn.error.text, "test.raft:2"));
        scenario_free(scenario);
        free(drawn.text);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(json_has_the_servers_as_they_stand_after_each_event),
    cmocka_unit_test(json_begins_with_what_is_played),
    cmocka_unit_test(json_says_any_byte_so_that_it_can_be_read),
    cmocka_unit_test(json_puts_numbers_in_quotes_that_readers_would_round),
    cmocka_unit_test(json_of_what_fails_ends_with_the_failing_event),
    cmocka_unit_test(no_picture_of_what_makes_no_sense),
};

T_MAIN(tests)
