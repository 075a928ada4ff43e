/* SPDX-License-Identifier: MIT
 *
 * test_raftbench.c - the load generator against servers that misbehave.
 */
#include "tests/unit/raftbench_run.h"
#include "tests/unit/raftbench_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftbench/bench.h"
#include "cmd/raftbench/settings.h"
#include "cmd/raftbench/verify.h"

/* A bounded run over both servers, with more options. */
static int load(const char *more)
{
    char line[512];

    snprintf(line, sizeof(line),
             "--targets %s --keys %d --connections 8 --warmup 0 --duration 20 "
             "--count 2000 --json %s",
             store_targets, STORE_KEYS, more);
    return raftbench(line);
}

/* Each written key is read from so many servers. (On a busy machine the others
 * may be done before a connection has written all of its keys.) */
static void says_all_keys_were_asked_for(unsigned servers)
{
    char part[64];
    unsigned count = 0;

    for (size_t key = 0; key < STORE_KEYS; key++) {
        count += store.values[key][0] != '\0';
    }
    assert_in_range(count, 1, STORE_KEYS);
    snprintf(part, sizeof(part), "asked for\",\"value\":%u,", count * servers);
    says(out_text, part);
}

static void every_request_is_counted_and_verified(void **state)
{
    (void)state;
    assert_int_equal(load("--verify"), 0);
    says(out_text, "\"connections\":8,\"operations\":2000,");
    says(out_text, "\"errors\":0,");
    says_all_keys_were_asked_for(2);
    says(out_text, "of these lost\",\"value\":0,");
    t_u64_eq(store.write_count, 2000);
    assert_true(store.redirect_count > 0);
}

static void the_leader_is_found(void **state)
{
    (void)state;
    assert_int_equal(load("--leader-auto"), 0);
    t_u64_eq(store.redirect_count, 0);
    t_u64_eq(store.write_count, 2000);
}

static void connections_that_end_are_opened_again(void **state)
{
    (void)state;
    store.close_each = true;
    assert_int_equal(load("--mix 50"), 0);
    says(out_text, "reads, default");
}

static void a_lost_write_is_found(void **state)
{
    (void)state;
    store.forget_every = 1999; /* the last writes of 40 keys cover it */
    assert_int_equal(load("--verify"), BENCH_EXIT_LOST);
    says(out_text, "of these lost\",\"value\":2,"); /* on both servers */
    says(err_text, "has a value it must not have");
    store.forget_every = 1;
    memset(store.values, 0, sizeof(store.values));
    assert_int_equal(load("--verify"), BENCH_EXIT_LOST);
    says(err_text, "is missing");
    says(out_text, "of these lost\",\"value\":80,");
}

static void errors_are_told_by_kind(void **state)
{
    (void)state;
    store.fail_every = 500;
    store.fail_with = 503;
    assert_int_equal(load(""), BENCH_EXIT_ERRORS);
    says(out_text, "\"errors\":4,\"error_kinds\":\"http 503 4\"");
    store.fail_with = 0;
    assert_int_equal(load(""), BENCH_EXIT_ERRORS);
    says(out_text, "\"errors\":4,\"error_kinds\":\"closed 4\"");
}

static void an_unknown_outcome_may_have_happened_a_refusal_not(void **state)
{
    (void)state;
    /* Write 1999 is the last but one: none of its key can come after it. */
    store.fail_every = 1999;
    store.fail_after_doing = true;
    store.fail_with = 504;
    assert_int_equal(load("--verify"), 0);
    store.write_count = 0;
    store.fail_with = 0;
    assert_int_equal(load("--verify"), 0);
    store.write_count = 0;
    store.fail_with = 503; /* says that nothing happened, but it did */
    assert_int_equal(load("--verify"), BENCH_EXIT_LOST);
}

static void a_server_that_fails_is_not_flooded(void **state)
{
    (void)state;
    store.fail_every = 1;
    store.fail_with = 503;
    assert_int_equal(load("--duration 1"), BENCH_EXIT_ERRORS);
    /* Eight connections, each resting 10 ms after a failure. */
    assert_in_range(store.write_count, 8, 8 * 101);
}

static void a_pause_follows_each_answer(void **state)
{
    (void)state;
    assert_int_equal(load("--duration 1 --pause-ms 20"), 0);
    /* Eight connections, at most 50 times a second each. */
    assert_in_range(store.write_count, 8, 8 * 51);
}

static void others_are_read_back_when_named(void **state)
{
    char more[128];

    (void)state;
    snprintf(more, sizeof(more), "--verify --verify-targets %s", store_leader);
    assert_int_equal(load(more), 0);
    says_all_keys_were_asked_for(1);             /* not two */
    assert_in_range(store.redirect_count, 0, 4); /* while writing; no read is */
    assert_int_equal(load("--verify --verify-targets nonsense"), 64);
    says(err_text, "--verify-targets: 'nonsense' is not host:port");
}

static void a_signal_ends_the_load_and_not_the_program(void **state)
{
    (void)state;
    store.signal_at = 100;
    assert_int_equal(load("--verify"), 0);
    assert_in_range(store.write_count, 100, 1999);
    says(out_text, "of these lost\",\"value\":0,");
}

/* The third write is sent in the warm-up and answered after it. */
static void a_count_is_of_requests_after_the_warm_up(void **state)
{
    const struct load_settings settings = {.protocol = PROTOCOL_RAFT,
                                           .connection_count = 1,
                                           .duration_ms = 20000,
                                           .warmup_ms = STORE_HELD_MS / 2,
                                           .count = 5,
                                           .timeout_ms = 5000,
                                           .write_percent = 100,
                                           .key_count = STORE_KEYS,
                                           .value_bytes = STORE_VALUE_BYTES,
                                           .key_prefix = "bench-"};
    struct load_result result;
    struct targets targets = {0};
    char error[TARGET_ERROR_BYTES];

    (void)state;
    store.hold_at = 3;
    assert_true(targets_add_list(&targets, store_leader, error));
    assert_true(load_run(&settings, &targets, &result));
    t_u64_eq(result.writes.latency_ns.count, 5);
    t_u64_eq(result.writes.error_count, 0);
    assert_in_range(store.write_count, 5, 5 + 3); /* or a busy machine's */
    load_free(&result);
}

/* The longest time without a success, as told; in microseconds. */
static uint64_t gap_us(void)
{
    const char *gap = strstr(out_text, "\"gap_ms\":");

    assert_non_null(gap);
    return (uint64_t)(strtod(gap + 9, NULL) * 1000);
}

static void the_longest_time_without_a_success_is_told(void **state)
{
    (void)state;
    store.hold_at = 3;
    assert_int_equal(load("--connections 1 --count 5"), 0);
    assert_true(gap_us() >= STORE_HELD_MS * 1000);
    store.write_count = 0;
    store.hold_at = 5; /* the end counts as well */
    store.fail_every = 5;
    store.fail_with = 503;
    assert_int_equal(load("--connections 1 --count 5"), BENCH_EXIT_ERRORS);
    assert_true(gap_us() >= STORE_HELD_MS * 1000);
}

/* Key 0 holds sequence 5; what does a reader say that was promised this? */
static uint64_t lost(uint64_t acknowledged, uint32_t unknown_key,
                     uint64_t unknown_sequence)
{
    const struct load_settings settings = {.protocol = PROTOCOL_RAFT,
                                           .timeout_ms = 1000,
                                           .key_count = 2,
                                           .key_prefix = "bench-"};
    struct unknown_write unknown = {unknown_key, unknown_sequence};
    uint64_t of_keys[2] = {acknowledged, 0};
    const struct load_promises promises = {
        .acknowledged = of_keys, .unknown = &unknown, .unknown_count = 1};
    struct targets targets = {0};
    struct verify_result result;
    char error[TARGET_ERROR_BYTES];
    FILE *err = fmemopen(err_text, sizeof(err_text), "w");

    memcpy(store.values[0], "0000000000000005", STORE_VALUE_BYTES);
    assert_true(targets_add_list(&targets, store_leader, error));
    assert_true(verify_run(&settings, &targets, 1, &promises, &result, err));
    fclose(err);
    t_u64_eq(result.checked_count, 1); /* key 1 was never acknowledged */
    t_u64_eq(result.unreadable_count, 0);
    return result.lost_count;
}

static void what_may_stand_under_a_key_is_exact(void **state)
{
    (void)state;
    t_u64_eq(lost(5, 1, 1), 0); /* the acknowledged value */
    t_u64_eq(lost(4, 0, 5), 0); /* one of unknown outcome */
    t_u64_eq(lost(7, 0, 5), 0); /* also when it came late */
    t_u64_eq(lost(4, 0, 6), 1); /* not another one of that key */
    t_u64_eq(lost(4, 1, 5), 1); /* nor one of another key */
    t_u64_eq(lost(7, 1, 1), 1);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(every_request_is_counted_and_verified, store_behave),
    cmocka_unit_test_setup(the_leader_is_found, store_behave),
    cmocka_unit_test_setup(connections_that_end_are_opened_again, store_behave),
    cmocka_unit_test_setup(a_lost_write_is_found, store_behave),
    cmocka_unit_test_setup(errors_are_told_by_kind, store_behave),
    cmocka_unit_test_setup(an_unknown_outcome_may_have_happened_a_refusal_not,
                           store_behave),
    cmocka_unit_test_setup(a_server_that_fails_is_not_flooded, store_behave),
    cmocka_unit_test_setup(a_pause_follows_each_answer, store_behave),
    cmocka_unit_test_setup(others_are_read_back_when_named, store_behave),
    cmocka_unit_test_setup(a_signal_ends_the_load_and_not_the_program,
                           store_behave),
    cmocka_unit_test_setup(a_count_is_of_requests_after_the_warm_up,
                           store_behave),
    cmocka_unit_test_setup(the_longest_time_without_a_success_is_told,
                           store_behave),
    cmocka_unit_test_setup(what_may_stand_under_a_key_is_exact, store_behave),
};

int main(int argc, char **argv)
{
    if (argc > 1) {
        cmocka_set_test_filter(argv[1]);
    }
    return cmocka_run_group_tests_name(__FILE__, tests, store_start,
                                       store_stop);
}
