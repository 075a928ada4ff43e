/* SPDX-License-Identifier: MIT
 *
 * test_raftd_events.c - what the log says when a role or the members change.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/raftd/server.h"
#include "tests/unit/node_world.h"
#include "tests/unit/storage_place.h"

enum { TIME_OUT = 20 }; /* at most, in ticks: see node_world.c */

static struct server server;
static struct world world;
static FILE *said;
static int kept; /* our own stderr */

/* ---- A server of three, and its log ---------------------------------------
 */

static int given_a_server(void **state)
{
    const struct net_settings settings = {.listen = "127.0.0.1:0",
                                          .self = {.server_id = 1}};
    const struct net_events events = {0};
    struct raft_options options = raft_options_default;
    struct raft_observer observer;
    char error[128];
    bool in_use;

    assert_int_equal(place_create(state), 0);
    server = (struct server){0};
    server.storage = place_open(((const struct place *)*state)->path);
    server.net = net_create(&settings, &events, error, sizeof error, &in_use);
    assert_non_null(server.net);
    options.pre_vote = false;
    observer = events_observer(&server);
    world_create_seen(&world, &options, &observer);
    world_start(&world, 3);
    server.node = world.node;
    log_open(LOG_INFO, "events");
    said = tmpfile();
    assert_non_null(said);
    kept = dup(STDERR_FILENO);
    assert_true(dup2(fileno(said), STDERR_FILENO) >= 0);
    return 0;
}

static int end_server(void **state)
{
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    (void)fclose(said);
    world_destroy(&world);
    net_destroy(server.net);
    storage_close(server.storage);
    return place_remove(state);
}

/* The end of the last line that the log has now, from some word on. */
static void says(const char *from, const char *expected)
{
    char line[1024] = "", text[1024];
    const char *found;

    events_note(&server);
    rewind(said);
    while (fgets(text, sizeof text, said) != NULL) {
        if (strstr(text, from) != NULL) {
            memcpy(line, text, sizeof line);
        }
    }
    found = strstr(line, from);
    assert_non_null(found);
    assert_string_equal(found, expected);
}

static void receive(const struct raft_message *message)
{
    assert_int_equal(raft_node_receive(world.node, message), RAFT_OK);
}

static void stand_for_election(void)
{
    assert_int_equal(raft_node_tick(world.node, TIME_OUT), RAFT_OK);
    assert_int_equal(world_persist(&world), RAFT_OK);
    says("became", "became candidate: stands for election\" last_index=0 "
                   "commit=0\n");
}

static void lead_term_1(void)
{
    stand_for_election();
    receive(&(struct raft_message){
        .type = RAFT_REQUEST_VOTE_RESULT,
        .from = 2,
        .to = 1,
        .term = 1,
        .request_vote_result = {.vote_granted = true, .asked_term = 1}});
    says("became", "became leader\" last_index=1 commit=0\n");
}

/* ---- Why it steps down ----------------------------------------------------
 */

static void d62_cq1_a_leader_that_nobody_answers_says_so(void **state)
{
    (void)state;
    lead_term_1();
    assert_int_equal(raft_node_tick(world.node, TIME_OUT), RAFT_OK);
    says("became", "became follower\" last_index=1 commit=0 "
                   "reason=\"heard no majority for an election time-out\"\n");
}

/* What comes after it, in the same turn, is no reason any more. */
static void d62_cq1_the_first_reason_counts(void **state)
{
    (void)state;
    lead_term_1();
    assert_int_equal(raft_node_tick(world.node, TIME_OUT), RAFT_OK);
    receive(&(struct raft_message){
        .type = RAFT_APPEND_ENTRIES_RESULT, .from = 3, .to = 1, .term = 9});
    says("reason", "reason=\"heard no majority for an election time-out\"\n");
}

/* With an answer, from a server that has moved on. */
static void fig2_all2_who_told_of_a_higher_term_is_named(void **state)
{
    (void)state;
    lead_term_1();
    receive(&(struct raft_message){
        .type = RAFT_APPEND_ENTRIES_RESULT, .from = 3, .to = 1, .term = 9});
    says("became", "became follower\" last_index=1 commit=0 reason=\"a higher "
                   "term\" from=0000000000000003\n");
}

static void fig2_cnd3_who_leads_the_term_is_named(void **state)
{
    (void)state;
    stand_for_election();
    assert_int_equal(world_receive_append(&world, 1, 0, 0, 0), RAFT_OK);
    says("became", "became follower\" last_index=0 commit=0 reason=\"another "
                   "server leads this term\" from=0000000000000002\n");
}

/* A reason of a turn in which it followed all the time is none for the next. */
static void an_old_reason_is_forgotten(void **state)
{
    (void)state;
    receive(&(struct raft_message){
        .type = RAFT_APPEND_ENTRIES_RESULT, .from = 3, .to = 1, .term = 9});
    events_note(&server);
    assert_null(server.seen.follows_by);
}

/* ---- Who the members are --------------------------------------------------
 */

/* Of server 2, which leads term 1. */
static void receive_config(const struct raft_config *config, raft_index index)
{
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const struct raft_entry entry = {
        .term = 1,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(config, bytes),
        .bytes = bytes};

    receive(&(struct raft_message){
        .type = RAFT_APPEND_ENTRIES,
        .from = 2,
        .to = 1,
        .term = 1,
        .append_entries = {.leader_id = 2,
                           .prev_log_index = index - 1,
                           .prev_log_term = index == 1 ? 0 : 1,
                           .entries = &entry,
                           .entry_count = 1}});
}

/* Server 3 leaves, and 4 comes. */
static void sec6_each_phase_of_a_change_is_told_apart(void **state)
{
    struct raft_config config = {.member_count = 4,
                                 .members = {{1, true, false, "S1", ""},
                                             {2, true, false, "S2", ""},
                                             {3, true, false, "S3", ""},
                                             {4, false, false, "S4", ""}}};

    (void)state;
    receive_config(&config, 1);
    says("\"members\"",
         "\"members\" index=1 phase=learners 0000000000000001=S1 "
         "0000000000000002=S2 0000000000000003=S3 "
         "0000000000000004=\"S4 (learner)\"\n");
    config.is_joint = true;
    config.members[0].in_new = config.members[1].in_new = true;
    config.members[3].in_new = true;
    receive_config(&config, 2);
    says("\"members\"",
         "\"members\" index=2 phase=C_old,new 0000000000000001=S1 "
         "0000000000000002=S2 0000000000000003=\"S3 (old)\" "
         "0000000000000004=\"S4 (new)\"\n");
    config = (struct raft_config){.member_count = 3,
                                  .members = {{1, true, false, "S1", ""},
                                              {2, true, false, "S2", ""},
                                              {4, true, false, "S4", ""}}};
    receive_config(&config, 3);
    says("\"members\"", "\"members\" index=3 phase=voters 0000000000000001=S1 "
                        "0000000000000002=S2 0000000000000004=S4\n");
}

#define WITH_A_SERVER(f) \
    cmocka_unit_test_setup_teardown(f, given_a_server, end_server)

static const struct CMUnitTest tests[] = {
    WITH_A_SERVER(d62_cq1_a_leader_that_nobody_answers_says_so),
    WITH_A_SERVER(d62_cq1_the_first_reason_counts),
    WITH_A_SERVER(fig2_all2_who_told_of_a_higher_term_is_named),
    WITH_A_SERVER(fig2_cnd3_who_leads_the_term_is_named),
    WITH_A_SERVER(an_old_reason_is_forgotten),
    WITH_A_SERVER(sec6_each_phase_of_a_change_is_told_apart),
};

T_MAIN(tests)
