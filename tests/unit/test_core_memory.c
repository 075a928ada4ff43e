/* SPDX-License-Identifier: MIT
 *
 * test_core_memory.c - the core without memory: each allocation fails once,
 * and each time there is a clean error, nothing lost, nothing leaked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "raft/memory.h"
#include "tests/unit/core_snapshot.h"

/* In place of cmd/common/core_hooks.c. */
static size_t block_count; /* held by the core now */
static size_t allocation_count;
static size_t failing; /* this one fails; 0 = none */

void *raft_realloc(void *block, size_t byte_count)
{
    if (++allocation_count == failing) {
        return NULL;
    }
    block_count += block == NULL ? 1 : 0;
    return realloc(block, byte_count);
}

void raft_free(void *block)
{
    block_count -= block == NULL ? 0 : 1;
    free(block);
}

void raft_panic(const char *what, const char *file, int line)
{
    fprintf(stderr, "panic: %s (%s:%d)\n", what, file, line);
    abort();
}

static void fail_allocation(size_t which)
{
    allocation_count = 0;
    failing = which;
}

/* True when the armed failure has happened; disarms it. */
static bool has_failed(void)
{
    const bool failed = failing > 0 && allocation_count >= failing;

    failing = 0;
    return failed;
}

static void then_image_is(const struct raft *r, const uint8_t *image,
                          size_t byte_count)
{
    size_t now_bytes = 0;
    uint8_t *now = image_of(r, &now_bytes);

    t_u64_eq(now_bytes, byte_count);
    assert_memory_equal(now, image, byte_count);
    free(now);
}

static void creating_a_server(void **state)
{
    const struct raft_settings settings = {.id = 1,
                                           .election_ticks_min = 10,
                                           .election_ticks_max = 20,
                                           .heartbeat_ticks = 3};
    (void)state;
    fail_allocation(1);
    assert_null(raft_create(&settings));
    assert_true(has_failed());
    t_u64_eq(block_count, 0);
    raft_destroy(NULL);
}

/* A server that was not started stays so, and can be started later. */
static void starting_from(struct test_server *s, const struct raft_start *start)
{
    const struct raft_input in = {.type = RAFT_IN_START, .start = *start};
    size_t k = 1;

    for (;; k++) {
        raft_destroy(s->raft);
        s->raft = raft_create(&s->settings);
        fail_allocation(k);
        when(s, &in);
        if (!has_failed()) {
            break;
        }
        assert_int_equal(s->error, RAFT_ENOMEM);
        t_u64_eq(s->effects.save_hard_state_seq, 0);
        t_u64_eq(raft_log_last_index(&s->raft->log), 0);
        when(s, &in);
        assert_int_equal(s->error, RAFT_OK);
    }
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(k, 1 + 2 + start->log.count); /* entries, marks, their bytes */
}

static void starting_from_a_log(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(2, 1);
    struct raft_entry entries[TEST_MAX_ENTRIES];
    struct raft_start start = {
        .current_term = 5,
        .log = {.first_index = 1,
                .count = entries_of("1 1 4 5", 1, entries),
                .entries = entries}};

    given(s, &(struct given){.current_term = 5}); /* fills in settings */
    start.initial_config = &s->config;
    starting_from(s, &start);
    then_log_is(s, "1 1 4 5");
    start.snapshot = &snapshot;
    start.log.first_index = 3;
    starting_from(s, &start);
    then_log_begins_after(s, 2, 1, "1 1 4 5");
}

/* Enough that the log must grow: it begins with room for 16. */
static void given_full_leader(struct test_server *s)
{
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"});
}

static void proposing(void **state)
{
    struct test_server *s = *state;
    size_t k = 1;

    for (;; k++) {
        size_t byte_count = 0;

        given_full_leader(s);
        uint8_t *before = image_of(s->raft, &byte_count);
        fail_allocation(k);
        when_proposed(s, 3, 8);
        if (!has_failed()) {
            free(before);
            break;
        }
        assert_int_equal(s->error, RAFT_ENOMEM);
        t_u64_eq(s->effects.message_count, 0);
        t_u64_eq(s->effects.append_seq, 0);
        then_image_is(s->raft, before, byte_count); /* nothing has changed */
        free(before);
        when_proposed(s, 3, 8);
        assert_int_equal(s->error, RAFT_OK);
        t_u64_eq(raft_log_last_index(&s->raft->log), 19);
    }
    t_u64_eq(k, 1 + 2 + 3);
}

/* The conflicting tail must still be there: reserve before change. */
static void receiving_entries_that_replace_others(void **state)
{
    struct test_server *s = *state;
    const char *const new_terms = "5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5 5";
    size_t k = 1;

    for (;; k++) {
        given(s, &(struct given){.current_term = 5, .log_terms = "1 1 2 2"});
        fail_allocation(k);
        when_append_entries(s, 2, 5, 2, 1, new_terms, 4);
        if (!has_failed()) {
            break;
        }
        assert_int_equal(s->error, RAFT_ENOMEM);
        t_u64_eq(s->effects.message_count, 0); /* the leader asks again */
        t_u64_eq(s->effects.truncate_seq, 0);
        t_u64_eq(s->effects.append_seq, 0);
        t_u64_eq(s->raft->commit_index, 0);
        t_u64_eq(s->raft->durable_index, 4);
        then_log_is(s, "1 1 2 2");

        when_append_entries(s, 2, 5, 2, 1, new_terms, 4);
        assert_true(append_reply(s)->success);
        t_u64_eq(raft_log_last_index(&s->raft->log), 19);
        t_u64_eq(s->raft->commit_index, 4);
    }
    t_u64_eq(k, 1 + 2 + 17);
}

/* "A newer term may be in it": the term is adopted and saved all the same. */
static void receiving_a_newer_term_with_entries(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .voted_for = 3});
    fail_allocation(1);
    when_append_entries(s, 2, 7, 0, 0, "7", 0);
    assert_true(has_failed());
    assert_int_equal(s->error, RAFT_ENOMEM);
    t_u64_eq(s->raft->current_term, 7);
    t_u64_eq(s->effects.current_term, 7);
    assert_true(s->effects.save_hard_state_seq > 0);
    t_u64_eq(s->effects.voted_for, RAFT_NO_SERVER);
}

/* Elected, and no memory for the no-op: it leads, and tries again. */
static void winning_an_election(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.no_op = true};

    given(s, &(struct given){.role = RAFT_CANDIDATE,
                             .current_term = 5,
                             .options = &options});
    when_all_persisted(s);
    fail_allocation(1);
    when_vote(s, 2, 5, true);
    assert_true(has_failed());
    assert_int_equal(s->raft->role, RAFT_LEADER);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, RAFT_NO_SERVER), 2);

    t_u64_eq(fired(s, CL_3), 0);
    then_log_is(s, "");

    when_heartbeat_is_due(s);
    t_u64_eq(fired(s, CL_3), 1);
    then_log_is(s, "5");
    when_heartbeat_is_due(s);
    then_log_is(s, "5");
}

static void decoding_an_image(void **state)
{
    struct test_server *s = *state;
    size_t byte_count = 0;
    size_t k = 1;

    given_full_leader(s);
    uint8_t *image = image_of(s->raft, &byte_count);
    const size_t blocks = block_count;

    for (;; k++) {
        fail_allocation(k);
        struct raft *clone = raft_image_decode(image, byte_count);

        if (!has_failed()) {
            then_image_is(clone, image, byte_count);
            raft_destroy(clone);
            break;
        }
        assert_null(clone);
        t_u64_eq(block_count, blocks);
    }
    assert_true(k > 16);
    free(image);
}

/* To give memory back none is needed: what cannot be made smaller stays. */
static void forgetting_what_a_snapshot_has(void **state)
{
    struct test_server *s = *state;

    for (size_t k = 1; k <= 3; k++) {
        given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
        when_proposed(s, 200, 10);
        when_all_persisted(s);
        when_append_succeeds(s, 2, 200);
        when_applied(s);
        fail_allocation(k);
        when_taken(s);
        assert_int_equal(has_failed(), k <= 2); /* entries, marks */
        then_log_begins_after(s, 200, 5, "");
        when_proposed(s, 200, 10);
        assert_int_equal(s->error, RAFT_OK);
        t_u64_eq(raft_log_bytes_between(&s->raft->log, 200, 400), 2000);
    }
}

/* Runs last in each test: what was taken has been given back. */
static int teardown_without_leaks(void **state)
{
    (void)teardown_server(state);
    return block_count == 0 ? 0 : -1;
}

#define T_LEAKLESS(test) \
    cmocka_unit_test_setup_teardown(test, setup_server, teardown_without_leaks)

static const struct CMUnitTest tests[] = {
    T_LEAKLESS(creating_a_server),
    T_LEAKLESS(starting_from_a_log),
    T_LEAKLESS(proposing),
    T_LEAKLESS(receiving_entries_that_replace_others),
    T_LEAKLESS(receiving_a_newer_term_with_entries),
    T_LEAKLESS(winning_an_election),
    T_LEAKLESS(decoding_an_image),
    T_LEAKLESS(forgetting_what_a_snapshot_has),
};

T_MAIN(tests)
