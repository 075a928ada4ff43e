/* SPDX-License-Identifier: MIT
 *
 * test_explore_records.c - servers as bytes: what differs has other bytes, what
 * does not has the same, and all of it comes back.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/explore/glue.h"
#include "cmd/raftsim/explore/intern.h"
#include "tests/t.h"

static const struct explore_world world = {.name = "records",
                                           .terms = 3,
                                           .entries = 2,
                                           .in_flight = 4,
                                           .members = S1 | S2,
                                           .changes = {S1 | S2 | S3},
                                           .snapshots = 2,
                                           .in_pieces = true,
                                           .options = {.no_op = true}};

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

/* ---- Servers ------------------------------------------------------------- */

static void write_server(const struct record_server *server,
                         struct bytes *bytes)
{
    bytes->count = record_write_server(server, NULL, bytes->bytes);
}

/* S1, with all that its disk can have. */
static void begin_server(struct record_server *server)
{
    static struct glue glue;
    struct sim_disk *disk = &glue.server.disk;
    struct explore_log state = {
        .count = 2, .terms = {1, 2}, .payloads = {16, 0}};
    struct raft_snapshot meta = {
        .last_index = 2, .last_term = 2, .config = explore_members(&world)};

    glue.world = &world;
    glue_first_start(&glue, 1);
    assert_string_equal(glue.broken, "");
    meta.config.index = 1;
    disk->snapshot.bytes = record_take_snapshot(&state, &meta);
    disk->snapshot.meta = meta;
    state.terms[1] = 1;
    disk->taken.bytes = record_take_snapshot(&state, &meta);
    disk->taken.meta = meta;
    state.payloads[0] = 17;
    disk->received.bytes = record_take_snapshot(&state, &meta);
    disk->received.meta = meta;
    disk->received.stored = RECORD_PIECE_BYTES;
    disk->compact_through = 1;
    disk->compact_after = 2;
    *server = glue.server;
}

static void other_log_base(struct sim_disk *disk)
{
    disk->log_base++;
}

static void other_last_index(struct sim_disk *disk)
{
    disk->snapshot.meta.last_index++;
}

static void other_last_term(struct sim_disk *disk)
{
    disk->snapshot.meta.last_term++;
}

static void other_config(struct sim_disk *disk)
{
    disk->snapshot.meta.config.members[1].in_old = false;
}

static void other_config_index(struct sim_disk *disk)
{
    disk->snapshot.meta.config.index++;
}

static void other_first_byte(struct sim_disk *disk)
{
    disk->snapshot.bytes[0]++;
}

static void other_last_byte(struct sim_disk *disk)
{
    disk->snapshot.bytes[RECORD_SNAPSHOT_BYTES - 1]++;
}

static void other_checksum(struct sim_disk *disk)
{
    disk->snapshot.meta.checksum++;
}

static void other_taken(struct sim_disk *disk)
{
    disk->taken.bytes[3]++;
}

static void nothing_taken(struct sim_disk *disk)
{
    sim_snapshot_free(&disk->taken);
}

static void other_received(struct sim_disk *disk)
{
    disk->received.bytes[3]++;
}

static void less_received(struct sim_disk *disk)
{
    disk->received.stored--;
}

static void other_compact_through(struct sim_disk *disk)
{
    disk->compact_through++;
}

static void other_compact_after(struct sim_disk *disk)
{
    disk->compact_after++;
}

static void reset_under_way(struct sim_disk *disk)
{
    const struct raft_storage storage = sim_disk_interface(disk);

    assert_int_equal(storage.reset(storage.self, disk->done + 1, 3, 2), 0);
}

static void other_reset_under_way(struct sim_disk *disk)
{
    const struct raft_storage storage = sim_disk_interface(disk);

    assert_int_equal(storage.reset(storage.self, disk->done + 1, 4, 2), 0);
}

typedef void difference(struct sim_disk *disk);

static difference *const differences[] = {
    other_log_base,        other_last_index,    other_last_term,
    other_config,          other_config_index,  other_first_byte,
    other_last_byte,       other_checksum,      other_taken,
    nothing_taken,         other_received,      less_received,
    other_compact_through, other_compact_after, reset_under_way,
    other_reset_under_way};

enum { DIFFERENCES = sizeof(differences) / sizeof(differences[0]) };

/* Read from its bytes, a server has these bytes again. */
static void assert_comes_back(const struct bytes *bytes)
{
    static struct record_server again;
    static struct bytes same;

    assert_true(record_read_server(bytes->bytes, bytes->count, &again));
    write_server(&again, &same);
    assert_same(bytes, &same, true);
    record_free_server(&again);
}

static void disks_that_differ_have_other_bytes(void **state)
{
    static struct bytes of[DIFFERENCES + 1];

    (void)state;
    for (size_t i = 0; i <= DIFFERENCES; i++) {
        static struct record_server server;

        begin_server(&server);
        if (i < DIFFERENCES) {
            differences[i](&server.disk);
        }
        write_server(&server, &of[i]);
        assert_comes_back(&of[i]);
        for (size_t j = 0; j < i; j++) {
            assert_same(&of[i], &of[j], false);
        }
        record_free_server(&server);
    }
}

/* How a snapshot came to be durable is the past. */
static void what_is_over_makes_no_difference(void **state)
{
    static struct record_server server;
    static struct bytes before;
    static struct bytes after;

    (void)state;
    begin_server(&server);
    server.disk.compact_through = 0;
    server.disk.compact_after = 0;
    write_server(&server, &before);
    server.disk.snapshot.stored = RECORD_SNAPSHOT_BYTES; /* it was received */
    write_server(&server, &after);
    assert_same(&before, &after, true);
    server.disk.done = 7; /* so many writes ago */
    server.disk.compact_after = 5;
    write_server(&server, &after);
    assert_same(&before, &after, true);
    record_free_server(&server);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(disks_that_differ_have_other_bytes),
    cmocka_unit_test(what_is_over_makes_no_difference),
};

T_MAIN(tests)
