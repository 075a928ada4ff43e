/* SPDX-License-Identifier: MIT
 *
 * storage_bodies.c - snapshots to write, to receive and to compare.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/fault_files.h"
#include "tests/unit/storage_bodies.h"

enum { PIECE_BYTES = 700 };

size_t body_fill(raft_index index, uint8_t bytes[BODY_MAX_BYTES])
{
    const size_t byte_count = (size_t)(index * 97 % 3000);

    for (size_t i = 0; i < byte_count; i++) {
        bytes[i] = (uint8_t)(index * 7 + i * 13 + i / 256);
    }
    return byte_count;
}

struct raft_snapshot body_of(raft_index index, raft_term term)
{
    struct raft_snapshot of = {
        .last_index = index,
        .last_term = term,
        .config = {.index = (index + 1) / 2, .member_count = 2}};

    for (size_t slot = 0; slot < 2; slot++) {
        struct raft_member *const member = &of.config.members[slot];

        member->id = index * 10 + slot;
        member->in_old = true;
        (void)snprintf(member->address, sizeof member->address, "server-%zu:%u",
                       slot, (unsigned)(index % 60000));
    }
    return of;
}

static bool write_pieces(struct snapshot_file_writer *w, const uint8_t *bytes,
                         size_t byte_count, struct storage_error *error)
{
    const uint64_t before = snapshot_file_written(w);

    for (size_t at = 0; at < byte_count; at += PIECE_BYTES) {
        const size_t left = byte_count - at;
        const size_t count = left < PIECE_BYTES ? left : PIECE_BYTES;

        if (snapshot_file_write(w, bytes + at, count, error) != 0) {
            return false;
        }
        t_u64_eq(snapshot_file_written(w), before + at + count);
    }
    return true;
}

bool body_take(struct storage *s, raft_index index, raft_term term,
               struct raft_snapshot *done, struct storage_error *error)
{
    const struct raft_snapshot of = body_of(index, term);
    struct snapshot_file_writer *const w = snapshot_file_create(s, &of, error);
    uint8_t bytes[BODY_MAX_BYTES];

    if (w == NULL) {
        return false;
    }
    if (!write_pieces(w, bytes, body_fill(index, bytes), error)) {
        snapshot_file_abandon(w);
        return false;
    }
    return snapshot_file_finish(w, done, error) == 0;
}

static struct storage *open_other(struct fault_files *disk)
{
    const struct storage_settings settings = {.segment_bytes = 512};
    struct storage_error error;
    struct raft_start start;
    struct storage *const s =
        storage_open("other", fault_files_ops(disk), &settings, &error);

    assert_non_null(s);
    assert_int_equal(storage_load(s, &start, &error), 0);
    return s;
}

uint8_t *body_file(raft_index index, raft_term term, struct raft_snapshot *of)
{
    struct fault_files *const disk = fault_files_create(1);
    struct storage *const s = open_other(disk);
    struct storage_error error;

    assert_true(body_take(s, index, term, of, &error));
    uint8_t *const bytes = malloc((size_t)of->byte_count);
    struct snapshot_file_reader *const reader = snapshot_file_open(s, &error);

    assert_non_null(bytes);
    assert_non_null(reader);
    assert_int_equal(
        snapshot_file_read(reader, 0, bytes, (size_t)of->byte_count, &error),
        0);
    snapshot_file_close(reader);
    storage_close(s);
    fault_files_destroy(disk);
    return bytes;
}

bool body_receive_bytes(struct storage *s, const struct raft_snapshot *of,
                        const uint8_t *bytes, size_t byte_count,
                        struct raft_snapshot *done, struct storage_error *error)
{
    struct snapshot_file_writer *const w = snapshot_file_receive(s, of, error);

    if (w == NULL) {
        return false;
    }
    if (!write_pieces(w, bytes, byte_count, error)) {
        snapshot_file_abandon(w);
        return false;
    }
    return snapshot_file_finish(w, done, error) == 0;
}

bool body_receive(struct storage *s, raft_index index, raft_term term,
                  struct raft_snapshot *done, struct storage_error *error)
{
    struct raft_snapshot of;
    uint8_t *const bytes = body_file(index, term, &of);
    const bool result =
        body_receive_bytes(s, &of, bytes, (size_t)of.byte_count, done, error);

    free(bytes);
    return result;
}

void body_must_be(struct storage *s, raft_index index, raft_term term)
{
    const struct raft_snapshot expected = body_of(index, term);
    struct storage_error error;
    struct snapshot_file_reader *const reader = snapshot_file_open(s, &error);
    uint8_t bytes[BODY_MAX_BYTES];
    uint8_t found[BODY_MAX_BYTES];

    assert_non_null(reader);
    const struct raft_snapshot *const of = snapshot_file_of(reader);
    const uint64_t body_at = snapshot_file_body_at(reader);
    const size_t byte_count = body_fill(index, bytes);

    t_u64_eq(of->last_index, index);
    t_u64_eq(of->last_term, term);
    t_u64_eq(of->byte_count - body_at, byte_count);
    assert_memory_equal(&of->config, &expected.config, sizeof of->config);
    assert_int_equal(
        snapshot_file_read(reader, body_at, found, byte_count, &error), 0);
    assert_memory_equal(bytes, found, byte_count);
    snapshot_file_close(reader);
}

void body_must_not_be(struct storage *s)
{
    struct storage_error error;

    assert_null(snapshot_file_open(s, &error));
    assert_int_equal(error.errno_value, ENOENT);
}
