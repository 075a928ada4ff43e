/* SPDX-License-Identifier: MIT
 *
 * test_explore_messages.c - messages and configurations as bytes: what differs
 * has other bytes, and all of it comes back.
 */
#include <string.h>

#include "cmd/raftsim/explore/record.h"
#include "tests/t.h"

struct bytes {
    size_t count;
    uint8_t bytes[RECORD_MAX_BYTES];
};

static void assert_same(const struct bytes *a, const struct bytes *b, bool same)
{
    const bool are =
        a->count == b->count && memcmp(a->bytes, b->bytes, a->count) == 0;

    assert_true(are == same);
}

/* ---- Messages ------------------------------------------------------------ */

static const uint8_t piece[RECORD_PIECE_BYTES] = {1, 2, 3};
static const uint8_t other_piece[RECORD_PIECE_BYTES] = {1, 2, 4};

static struct raft_message install(void)
{
    return (struct raft_message){
        .type = RAFT_INSTALL_SNAPSHOT,
        .from = 1,
        .to = 2,
        .term = 2,
        .install_snapshot = {.leader_id = 1,
                             .last_included_index = 2,
                             .last_included_term = 2,
                             .offset = RECORD_PIECE_BYTES,
                             .bytes = piece,
                             .byte_count = RECORD_PIECE_BYTES,
                             .file_bytes = RECORD_SNAPSHOT_BYTES,
                             .checksum = 9,
                             .read_round = 3,
                             .sent_tick = 4}};
}

static struct raft_message result(void)
{
    return (struct raft_message){
        .type = RAFT_INSTALL_SNAPSHOT_RESULT,
        .from = 2,
        .to = 1,
        .term = 2,
        .needs_write = 1,
        .install_snapshot_result = {.last_included_index = 2,
                                    .bytes_stored = RECORD_PIECE_BYTES,
                                    .read_round = 3,
                                    .sent_tick = 4}};
}

enum { INSTALLS = 13, RESULTS = 7, MESSAGES = INSTALLS + RESULTS };

/* The first of a kind is as it is, each other differs from it in one field. */
static void make_messages(struct raft_message m[MESSAGES])
{
    for (size_t i = 0; i < MESSAGES; i++) {
        m[i] = i < INSTALLS ? install() : result();
    }
    m[1].install_snapshot.leader_id++;
    m[2].install_snapshot.last_included_index++;
    m[3].install_snapshot.last_included_term++;
    m[4].install_snapshot.offset++;
    m[5].install_snapshot.bytes = other_piece;
    m[6].install_snapshot.byte_count--;
    m[7].install_snapshot.done = true;
    m[8].install_snapshot.is_heartbeat = true;
    m[9].install_snapshot.file_bytes++;
    m[10].install_snapshot.checksum++;
    m[11].install_snapshot.read_round++;
    m[12].install_snapshot.sent_tick++;
    m[INSTALLS + 1].install_snapshot_result.last_included_index++;
    m[INSTALLS + 2].install_snapshot_result.installed = true;
    m[INSTALLS + 3].install_snapshot_result.bytes_stored++;
    m[INSTALLS + 4].install_snapshot_result.read_round++;
    m[INSTALLS + 5].install_snapshot_result.sent_tick++;
    m[INSTALLS + 6].needs_write++;
}

static void write_message(const struct raft_message *message,
                          struct bytes *bytes)
{
    bytes->count = record_write_message(message, NULL, bytes->bytes);
}

static void messages_that_differ_have_other_bytes(void **state)
{
    static struct raft_message messages[MESSAGES];
    static struct bytes of[MESSAGES];

    (void)state;
    make_messages(messages);
    for (size_t i = 0; i < MESSAGES; i++) {
        static struct record_message again;
        static struct bytes same;

        write_message(&messages[i], &of[i]);
        record_read_message(of[i].bytes, of[i].count, &again);
        write_message(&again.message, &same);
        assert_same(&of[i], &same, true);
        for (size_t j = 0; j < i; j++) {
            assert_same(&of[i], &of[j], false);
        }
    }
}

/* ---- Configurations ------------------------------------------------------ */

/* In a log: all that three servers can be in, and back. */
static void configurations_come_back(void **state)
{
    const unsigned last = RECORD_FIRST_CONFIG + 5 * 5 * 5 - 1;

    (void)state;
    for (unsigned code = RECORD_FIRST_CONFIG; code <= last; code++) {
        const struct raft_config config = record_code_config((uint8_t)code);

        t_u64_eq(record_config_code(&config, NULL), code);
        if (config.member_count > 0 && config.members[0].in_old) {
            const struct raft_entry entry = record_entry((uint8_t)code);

            t_u64_eq(entry.type, RAFT_ENTRY_CONFIG);
            t_u64_eq(record_payload(&entry), code);
        }
    }
}

static void renamed_servers_stand_as_they_stood(void **state)
{
    static const raft_server_id names[] = {0, 3, 1, 2};
    struct raft_config config = {
        .is_joint = true,
        .member_count = 2,
        .members = {{.id = 1, .in_old = true}, {.id = 2, .in_new = true}}};

    (void)state;
    config = record_code_config(record_config_code(&config, names));
    assert_true(config.is_joint);
    t_u64_eq(config.member_count, 2);
    t_u64_eq(config.members[0].id, 1);
    assert_true(config.members[0].in_new && !config.members[0].in_old);
    t_u64_eq(config.members[1].id, 3);
    assert_true(config.members[1].in_old && !config.members[1].in_new);
}

/* S3 only receives the log. */
static void learners_are_no_voters(void **state)
{
    struct raft_config config = (struct raft_config){
        .member_count = 1, .members = {{.id = 2, .in_old = true}}};
    const uint8_t voters = record_config_code(&config, NULL);

    (void)state;
    config.members[config.member_count++].id = 3;
    const uint8_t code = record_config_code(&config, NULL);

    assert_true(code != voters);
    t_u64_eq(record_voters_code(code), voters);
    t_u64_eq(record_voters_code(voters), voters);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(messages_that_differ_have_other_bytes),
    cmocka_unit_test(configurations_come_back),
    cmocka_unit_test(renamed_servers_stand_as_they_stood),
    cmocka_unit_test(learners_are_no_voters),
};

T_MAIN(tests)
