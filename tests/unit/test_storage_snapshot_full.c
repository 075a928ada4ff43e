/* SPDX-License-Identifier: MIT
 *
 * test_storage_snapshot_full.c - a snapshot that cannot be written: reported,
 * its file removed, the log untouched, tried again.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_rig.h"

static bool take(struct storage_rig *rig)
{
    struct raft_snapshot done;

    return body_take(rig->storage, 6, 1, &done, &rig->error);
}

static uint8_t *sent_bytes;
static struct raft_snapshot sent_of;

static bool receive(struct storage_rig *rig)
{
    struct raft_snapshot done;

    if (sent_bytes == NULL) { /* made once */
        sent_bytes = body_file(6, 1, &sent_of);
    }
    return body_receive_bytes(rig->storage, &sent_of, sent_bytes,
                              (size_t)sent_of.byte_count, &done, &rig->error);
}

static void start(struct storage_rig *rig)
{
    struct raft_snapshot done;

    rig_create(rig, 1, 512);
    rig_must_open(rig);
    for (int i = 0; i < 4; i++) {
        rig_batch(rig, 2, 100);
    }
    assert_true(body_take(rig->storage, 2, 1, &done, &rig->error));
}

static void nothing_is_left_of_it(struct storage_rig *rig)
{
    assert_int_equal(fault_files_size(rig->disk, "snapshot.new"), -1);
    assert_int_equal(fault_files_size(rig->disk, "snapshot.received"), -1);
    body_must_be(rig->storage, 2, 1);
    rig_batch(rig, 2, 100);
}

static void succeeds_now(struct storage_rig *rig,
                         bool (*work)(struct storage_rig *))
{
    if (!work(rig)) {
        print_error("%s\n", rig->error.text);
        fail();
    }
    body_must_be(rig->storage, 6, 1);
    assert_true(rig_compact(rig, 6));
    rig_batch(rig, 2, 100);
    fault_files_crash(rig->disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(rig);
    rig_must_open(rig);
    body_must_be(rig->storage, 6, 1);
}

/* One failure at the nth operation of it. Returns whether it was noticed. */
static bool fail_at(bool (*work)(struct storage_rig *), uint64_t nth,
                    int errno_value, size_t short_bytes)
{
    struct storage_rig rig;
    bool failed;

    start(&rig);
    fault_files_fail(rig.disk, nth, errno_value, short_bytes);
    failed = !work(&rig);
    fault_files_fail(rig.disk, 0, 0, 0);
    if (failed) {
        assert_int_equal(rig.error.problem, STORAGE_EIO);
        assert_int_equal(rig.error.errno_value, errno_value);
        nothing_is_left_of_it(&rig);
        succeeds_now(&rig, work);
    }
    rig_destroy(&rig);
    return failed;
}

static void fail_everywhere(bool (*work)(struct storage_rig *))
{
    static const int reasons[] = {EIO, ENOSPC, EDQUOT};
    uint64_t failed = 0;

    for (uint64_t nth = 1; nth < 40; nth++) {
        for (size_t i = 0; i < 3; i++) {
            failed += fail_at(work, nth, reasons[i], 0) ? 1 : 0;
            failed += fail_at(work, nth, reasons[i], 7) ? 1 : 0;
        }
    }
    assert_true(failed > 20);
}

static void p8_failure_at_every_step_of_taking_one(void **state)
{
    (void)state;
    fail_everywhere(take);
}

static void p8_failure_at_every_step_of_receiving_one(void **state)
{
    (void)state;
    fail_everywhere(receive);
}

/* After a failed sync the same file is never trusted again. */
static void p9_writer_that_failed_stays_so(void **state)
{
    const struct raft_snapshot of = body_of(6, 1);
    struct storage_rig rig;
    struct raft_snapshot done;

    (void)state;
    start(&rig);
    fault_files_fill(rig.disk, true);
    struct snapshot_file_writer *const w =
        snapshot_file_create(rig.storage, &of, &rig.error);

    assert_non_null(w);
    assert_int_equal(snapshot_file_write(w, "state", 5, &rig.error), -1);
    assert_int_equal(rig.error.errno_value, ENOSPC);
    /* The room is the log's again, before anybody gives it up. */
    assert_int_equal(fault_files_size(rig.disk, "snapshot.new"), -1);
    fault_files_fill(rig.disk, false);
    assert_int_equal(snapshot_file_write(w, "state", 5, &rig.error), -1);
    assert_int_equal(rig.error.errno_value, ENOSPC);
    assert_int_equal(snapshot_file_finish(w, &done, &rig.error), -1);
    assert_int_equal(rig.error.errno_value, ENOSPC);
    nothing_is_left_of_it(&rig);
    succeeds_now(&rig, take);
    rig_destroy(&rig);
}

/* All of it and 1 MiB: a full disk stops a server. One byte less, and nothing
 * is written. */
static void received_one_leaves_room_for_the_log(void **state)
{
    struct storage_rig rig;
    char needed[64];

    (void)state;
    start(&rig);
    assert_true(receive(&rig)); /* to know how long it is */
    rig_destroy(&rig);
    start(&rig);
    const int64_t room = (int64_t)sent_of.byte_count + (1 << 20);

    fault_files_say_room(rig.disk, room - 1);
    assert_false(receive(&rig));
    assert_int_equal(rig.error.errno_value, ENOSPC);
    (void)snprintf(needed, sizeof needed, "needs %lld bytes of room",
                   (long long)room);
    assert_non_null(strstr(rig.error.text, needed));
    (void)snprintf(needed, sizeof needed, "there are %lld",
                   (long long)room - 1);
    assert_non_null(strstr(rig.error.text, needed));
    nothing_is_left_of_it(&rig);
    fault_files_say_room(rig.disk, room);
    succeeds_now(&rig, receive);
    rig_destroy(&rig);
}

static void disk_that_does_not_say_its_room_is_tried(void **state)
{
    struct storage_rig rig;

    (void)state;
    start(&rig);
    fault_files_say_room(rig.disk, -1);
    succeeds_now(&rig, receive);
    rig_destroy(&rig);
}

/* A leader may say anything. */
static void no_room_is_enough_for_a_boundless_one(void **state)
{
    const struct raft_snapshot of = {
        .last_index = 6, .last_term = 1, .byte_count = UINT64_MAX};
    struct storage_rig rig;

    (void)state;
    start(&rig);
    assert_null(snapshot_file_receive(rig.storage, &of, &rig.error));
    assert_int_equal(rig.error.errno_value, ENOSPC);
    nothing_is_left_of_it(&rig);
    rig_destroy(&rig);
}

static void snapshot_waits_for_a_descriptor(void **state)
{
    struct storage_rig rig;

    (void)state;
    start(&rig);
    fault_files_refuse_handles(rig.disk, 2);
    assert_true(take(&rig));
    body_must_be(rig.storage, 6, 1);
    fault_files_refuse_handles(rig.disk, 1);
    assert_null(snapshot_file_open(rig.storage, &rig.error));
    assert_int_equal(rig.error.errno_value, EMFILE);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(p8_failure_at_every_step_of_taking_one),
    cmocka_unit_test(p8_failure_at_every_step_of_receiving_one),
    cmocka_unit_test(p9_writer_that_failed_stays_so),
    cmocka_unit_test(received_one_leaves_room_for_the_log),
    cmocka_unit_test(disk_that_does_not_say_its_room_is_tried),
    cmocka_unit_test(no_room_is_enough_for_a_boundless_one),
    cmocka_unit_test(snapshot_waits_for_a_descriptor),
};

T_MAIN(tests)
