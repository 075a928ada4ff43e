/* SPDX-License-Identifier: MIT
 *
 * test_raftd_force_crash.c - `raftd --force-new-cluster` that stops or fails at
 * any step: the directory is the old cluster's, the new one's, or nobody's; and
 * the command brings it to its end when it runs again.
 */
#include "tests/t.h"

#include <errno.h>
#include <string.h>

#include "tests/unit/force_rig.h"

/* However often it was stopped before. */
static void must_end(struct force_rig *rig, enum force_state before)
{
    const int code = force_run(rig, true);

    assert_int_equal(code, before == FORCE_NEW ? EXIT_CONFIG : 0);
    assert_int_equal(force_state(rig), FORCE_NEW);
}

/* nth past the end: no crash. Returns what it left. */
static enum force_state stop_at(struct force_rig *rig, uint64_t nth,
                                uint64_t how, bool *was_told)
{
    fault_files_cut_power(rig->disk, nth);
    *was_told = force_run(rig, true) == 0;
    fault_files_crash_way(rig->disk, how);
    return force_state(rig);
}

static void force_stopped_anywhere_can_be_finished(void **state)
{
    uint64_t counts[FORCE_NEW + 1] = {0};

    (void)state;
    for (uint64_t how = 0; how < FAULT_WAYS; how++) {
        bool was_told = false;

        for (uint64_t nth = 1; !was_told; nth++) {
            struct force_rig rig;

            force_create(&rig, nth);
            const enum force_state left = stop_at(&rig, nth, how, &was_told);

            assert_true(left == FORCE_NEW || !was_told);
            counts[left]++;
            must_end(&rig, left);
            force_destroy(&rig);
        }
    }
    assert_true(counts[FORCE_OLD] > 100);
    assert_true(counts[FORCE_UNFINISHED] > 100);
    assert_true(counts[FORCE_NEW] > FAULT_WAYS);
}

/* Also what was begun is never the old cluster's again. */
static void force_stopped_again_and_again(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 60; seed++) {
        enum force_state left = FORCE_OLD;
        struct force_rig rig;
        bool was_told = false;

        force_create(&rig, seed);
        for (uint64_t nth = 40 + seed % 11; nth < 140; nth += 9) {
            const enum force_state before = left;

            left = stop_at(&rig, nth, (seed + nth) % FAULT_WAYS, &was_told);
            assert_true(left >= before);
        }
        must_end(&rig, left);
        force_destroy(&rig);
    }
}

/* True: the failure came before the end. */
static bool fail_at(struct force_rig *rig, uint64_t nth, int *code)
{
    const uint64_t before = fault_files_operations(rig->disk);

    fault_files_fail(rig->disk, nth, ENOSPC, 0);
    *code = force_run(rig, true);
    return fault_files_operations(rig->disk) - before >= nth;
}

/* Then kill -9: what was not said to be done may be done. */
static void force_that_fails_says_so_and_can_be_repeated(void **state)
{
    uint64_t failures = 0;
    bool failed = true;

    (void)state;
    for (uint64_t nth = 1; failed; nth++) {
        struct force_rig rig;
        int code = 0;

        force_create(&rig, nth);
        failed = fail_at(&rig, nth, &code);
        fault_files_kill(rig.disk);
        const enum force_state left = force_state(&rig);

        if (code == 0) { /* it was not needed: a handle that was closed */
            assert_int_equal(left, FORCE_NEW);
        } else {
            assert_int_equal(code, EXIT_IO);
            assert_non_null(strstr(rig.said, "No space left"));
            failures++;
        }
        must_end(&rig, left);
        force_destroy(&rig);
    }
    assert_true(failures > 50);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(force_stopped_anywhere_can_be_finished),
    cmocka_unit_test(force_stopped_again_and_again),
    cmocka_unit_test(force_that_fails_says_so_and_can_be_repeated),
};

T_MAIN(tests)
