/* SPDX-License-Identifier: MIT
 *
 * test_sec7_forgetting.c - section 7: a snapshot stands for thousands of
 * entries. No step frees all of them, and in the end all are freed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "raft/memory.h"
#include "tests/unit/core_snapshot.h"

enum {
    ENTRIES = 9000,
    MOST_A_STEP = 1024 + 8 /* FREED_AT_ONCE, and what the step itself frees */
};

/* In place of cmd/common/core_hooks.c. */
static size_t block_count; /* held by the core now */
static size_t freed_count;
static bool is_scarce; /* nothing new is to be had */

void *raft_realloc(void *block, size_t byte_count)
{
    if (block == NULL && is_scarce) {
        return NULL;
    }
    block_count += block == NULL ? 1 : 0;
    return realloc(block, byte_count);
}

void raft_free(void *block)
{
    block_count -= block == NULL ? 0 : 1;
    freed_count += block == NULL ? 0 : 1;
    free(block);
}

void raft_panic(const char *what, const char *file, int line)
{
    fprintf(stderr, "panic: %s (%s:%d)\n", what, file, line);
    abort();
}

/* A leader that has applied ENTRIES entries of some bytes each. */
static void given_long_log(struct test_server *s)
{
    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    for (size_t i = 0; i < ENTRIES / 1000; i++) {
        when_proposed(s, 1000, 10);
    }
    when_all_persisted(s);
    when_append_succeeds(s, 2, ENTRIES);
    when_applied(s);
    t_u64_eq(s->raft->last_applied, ENTRIES);
}

static void then_all_is_freed_bit_by_bit(struct test_server *s)
{
    size_t steps = 0;

    assert_true(s->raft->log.forgotten_count > 0);
    while (s->raft->log.forgotten_count > 0) {
        freed_count = 0;
        when_heartbeat_is_due(s);
        assert_true(freed_count <= 3 * MOST_A_STEP); /* of three ticks */
        assert_true(++steps <= ENTRIES / 1024 + 1);
    }
    assert_null(s->raft->log.forgotten);
}

static void sec7_sn1_many_entries_are_freed_bit_by_bit(void **state)
{
    struct test_server *s = *state;

    given_long_log(s);
    freed_count = 0;
    when_taken(s);
    assert_true(freed_count <= MOST_A_STEP);
    then_log_begins_after(s, ENTRIES, 5, "");
    when_proposed(s, 1, 10); /* the log goes on meanwhile */
    then_log_begins_after(s, ENTRIES, 5, "5");
    then_all_is_freed_bit_by_bit(s);
    assert_true(block_count <= 4); /* the server, its log's arrays, an entry */
}

static void sec7_sn1_next_snapshot_frees_what_is_left(void **state)
{
    struct test_server *s = *state;

    given_long_log(s);
    when_taken(s);
    for (size_t i = 0; i < 2; i++) {
        when_proposed(s, 1000, 10);
    }
    when_all_persisted(s);
    when_append_succeeds(s, 2, ENTRIES + 2000);
    when_applied(s);
    assert_true(s->raft->log.forgotten_count > 0);
    when_taken(s);
    then_log_begins_after(s, ENTRIES + 2000, 5, "");
    then_all_is_freed_bit_by_bit(s);
    assert_true(block_count <= 3);
}

static void fig13_is7_discarded_log_is_freed_bit_by_bit(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot theirs = snapshot_of(ENTRIES + 7, 6);

    given_long_log(s);
    when_append_entries(s, 2, 6, 0, 0, "", 0); /* a newer leader */
    freed_count = 0;
    when_installed(s, 6, &theirs);
    t_u64_eq(fired(s, IS_7), 1);
    assert_true(freed_count <= MOST_A_STEP);
    then_log_begins_after(s, ENTRIES + 7, 6, "");
    then_all_is_freed_bit_by_bit(s);
}

/* Without memory to move what stays they go at once, as few ones do. */
static void sec7_sn1_without_memory_all_are_freed_at_once(void **state)
{
    struct test_server *s = *state;

    given_long_log(s);
    is_scarce = true;
    when_taken(s);
    is_scarce = false;
    assert_null(s->raft->log.forgotten);
    then_log_begins_after(s, ENTRIES, 5, "");
    assert_true(block_count <= 3);
}

/* A server that ends in the middle of it. */
static void nothing_is_left_of_a_server_that_is_gone(void **state)
{
    struct test_server *s = *state;

    given_long_log(s);
    when_taken(s);
    assert_true(s->raft->log.forgotten_count > 0);
    raft_destroy(s->raft);
    s->raft = NULL;
    t_u64_eq(block_count, 0);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec7_sn1_many_entries_are_freed_bit_by_bit),
    T_SERVER(sec7_sn1_next_snapshot_frees_what_is_left),
    T_SERVER(fig13_is7_discarded_log_is_freed_bit_by_bit),
    T_SERVER(sec7_sn1_without_memory_all_are_freed_at_once),
    T_SERVER(nothing_is_left_of_a_server_that_is_gone),
};

T_MAIN(tests)
