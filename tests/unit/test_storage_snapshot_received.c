/* SPDX-License-Identifier: MIT
 *
 * test_storage_snapshot_received.c - snapshots that come from a leader: taken
 * as they were announced, or not at all.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_rig.h"

static void start(struct storage_rig *rig)
{
    rig_create(rig, 1, 512);
    rig_must_open(rig);
    rig_batch(rig, 4, 30);
}

/* A receiver's file is the sender's, byte for byte. */
static void snapshot_received_is_the_one_sent(void **state)
{
    struct storage_rig rig;
    struct raft_snapshot sent;
    struct raft_snapshot done;
    uint8_t *const bytes = body_file(70, 5, &sent);
    uint8_t found[BODY_MAX_BYTES];

    (void)state;
    start(&rig);
    assert_true(body_receive_bytes(rig.storage, &sent, bytes,
                                   (size_t)sent.byte_count, &done, &rig.error));
    assert_memory_equal(&done, &sent, sizeof done);
    body_must_be(rig.storage, 70, 5);
    struct snapshot_file_reader *const reader =
        snapshot_file_open(rig.storage, &rig.error);

    assert_non_null(reader);
    assert_int_equal(snapshot_file_read(reader, 0, found,
                                        (size_t)sent.byte_count, &rig.error),
                     0);
    assert_memory_equal(found, bytes, (size_t)sent.byte_count);
    assert_int_equal(snapshot_file_read(reader, 1, found,
                                        (size_t)sent.byte_count, &rig.error),
                     -1);
    assert_int_equal(rig.error.errno_value, EINVAL);
    snapshot_file_close(reader);
    free(bytes);
    rig_destroy(&rig);
}

/* What the state machine can make nothing of never becomes the newest. */
static void snapshot_received_is_read_before_it_counts(void **state)
{
    struct storage_rig rig;
    struct raft_snapshot of;
    struct raft_snapshot done;
    uint8_t *const bytes = body_file(70, 5, &of);
    const size_t size = (size_t)of.byte_count;
    uint8_t found[BODY_MAX_BYTES];

    (void)state;
    start(&rig);
    for (int is_good = 0; is_good < 2; is_good++) {
        struct snapshot_file_writer *const w =
            snapshot_file_receive(rig.storage, &of, &rig.error);

        assert_int_equal(snapshot_file_write(w, bytes, size - 1, &rig.error),
                         0);
        assert_null(snapshot_file_reread(w, &rig.error)); /* not all of it */
        assert_int_equal(
            snapshot_file_write(w, bytes + size - 1, 1, &rig.error), 0);
        struct snapshot_file_reader *const reader =
            snapshot_file_reread(w, &rig.error);

        assert_non_null(reader);
        assert_memory_equal(snapshot_file_of(reader), &of, sizeof of);
        assert_int_equal(snapshot_file_read(reader, 0, found, size, &rig.error),
                         0);
        assert_memory_equal(found, bytes, size);
        snapshot_file_close(reader);
        body_must_not_be(rig.storage);
        if (is_good == 0) {
            snapshot_file_abandon(w);
            body_must_not_be(rig.storage);
        } else {
            assert_int_equal(snapshot_file_finish(w, &done, &rig.error), 0);
            assert_memory_equal(&done, &of, sizeof of);
            body_must_be(rig.storage, 70, 5);
        }
    }
    free(bytes);
    rig_destroy(&rig);
}

/* Nobody's disk is filled beyond what was announced. */
static void snapshot_takes_no_more_than_announced(void **state)
{
    struct raft_snapshot of = body_of(6, 1);
    struct storage_rig rig;
    static const uint8_t bytes[101];

    (void)state;
    start(&rig);
    of.byte_count = 100;
    struct snapshot_file_writer *const w =
        snapshot_file_receive(rig.storage, &of, &rig.error);

    assert_non_null(w);
    assert_int_equal(snapshot_file_write(w, bytes, 60, &rig.error), 0);
    assert_int_equal(snapshot_file_write(w, bytes, 41, &rig.error), -1);
    assert_int_equal(rig.error.problem, STORAGE_ECORRUPT);
    assert_int_equal(fault_files_size(rig.disk, "snapshot.received"), -1);
    snapshot_file_abandon(w);
    rig_destroy(&rig);
}

static void refused(struct storage_rig *rig, const struct raft_snapshot *of,
                    const uint8_t *bytes, size_t byte_count)
{
    struct raft_snapshot done;

    assert_false(body_receive_bytes(rig->storage, of, bytes, byte_count, &done,
                                    &rig->error));
    assert_int_equal(rig->error.problem, STORAGE_ECORRUPT);
    assert_non_null(strstr(rig->error.text, "snapshot.received"));
}

static void p17_only_what_was_announced_is_taken(void **state)
{
    struct storage_rig rig;
    struct raft_snapshot of;
    uint8_t *const bytes = body_file(6, 1, &of);
    const size_t size = (size_t)of.byte_count;
    const struct raft_snapshot announced = of;

    (void)state;
    start(&rig);
    for (size_t at = 0; at < size; at++) { /* each bit that may turn over */
        bytes[at] ^= 0x20;
        if (at < 8 || at >= 12) { /* the version: another test */
            refused(&rig, &of, bytes, size);
        }
        bytes[at] ^= 0x20;
        refused(&rig, &of, bytes, at); /* each length */
    }
    of.checksum++;
    refused(&rig, &of, bytes, size);
    of = announced;
    of.last_index++;
    refused(&rig, &of, bytes, size);
    of = announced;
    of.last_term++;
    refused(&rig, &of, bytes, size);
    of = announced;
    of.byte_count++;
    refused(&rig, &of, bytes, size);
    of.byte_count -= 2; /* a byte too many */
    refused(&rig, &of, bytes, size);
    body_must_not_be(rig.storage);
    assert_int_equal(fault_files_size(rig.disk, "snapshot.received"), -1);
    assert_true(body_receive_bytes(rig.storage, &announced, bytes, size, &of,
                                   &rig.error));
    body_must_be(rig.storage, 6, 1);
    rig_batch(&rig, 1, 30);
    free(bytes);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(snapshot_received_is_the_one_sent),
    cmocka_unit_test(snapshot_received_is_read_before_it_counts),
    cmocka_unit_test(snapshot_takes_no_more_than_announced),
    cmocka_unit_test(p17_only_what_was_announced_is_taken),
};

T_MAIN(tests)
