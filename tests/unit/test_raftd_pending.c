/* SPDX-License-Identifier: MIT
 *
 * test_raftd_pending.c - what an applied entry decides, each write once.
 */
#include "tests/t.h"

#include "cmd/raftd/pending.h"

/* The calls are never looked into: any distinct addresses do. */
static char places[4096];

static struct bridge_call *call(size_t number)
{
    return (struct bridge_call *)(void *)&places[number];
}

static void add(struct pending *p, raft_index index, raft_term term,
                size_t number)
{
    assert_true(pending_reserve(p, 1));
    pending_add(p, &(struct pending_write){index, term, call(number)});
}

/* The entry (index, term) was applied: the oldest write it decides. */
static void decided(struct pending *p, raft_index index, raft_term term,
                    size_t number, enum bridge_outcome outcome)
{
    struct pending_write write = {0};

    assert_true(pending_take_decided(p, index, term, &write));
    assert_ptr_equal(write.call, call(number));
    assert_int_equal(pending_outcome(&write, index, term), outcome);
}

static void nothing_decided(struct pending *p, raft_index index, raft_term term)
{
    struct pending_write write;

    assert_false(pending_take_decided(p, index, term, &write));
}

static void pending_nothing_comes_out_before_its_index(void **state)
{
    struct pending p = {0};

    (void)state;
    nothing_decided(&p, 100, 1);
    add(&p, 5, 1, 0);
    nothing_decided(&p, 4, 1);
    decided(&p, 5, 1, 0, BRIDGE_DONE);
    nothing_decided(&p, 5, 1);
    pending_free(&p);
}

static void pending_comes_out_in_order_while_the_ring_turns(void **state)
{
    struct pending p = {0};
    struct pending_write write;
    size_t taken = 0;

    (void)state;
    for (size_t i = 1; i <= 3000; i++) {
        add(&p, i, 1, i);
        if (i < 10 || i % 3 != 0) { /* it grows while it is turned */
            taken++;
            decided(&p, taken, 1, taken, BRIDGE_DONE);
        }
    }
    while (taken < 3000) {
        taken++;
        assert_true(pending_take(&p, &write));
        assert_ptr_equal(write.call, call(taken));
    }
    assert_false(pending_take(&p, &write));
    pending_free(&p);
}

/* Terms never fall along a log: behind the new leader's no-op no entry of an
 * older term can be, so none of these waits for its own index. */
static void pending_a_later_term_ends_all_older_writes(void **state)
{
    struct pending p = {0};

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        add(&p, 10 + i, 1, i);
    }
    decided(&p, 10, 1, 0, BRIDGE_DONE);
    nothing_decided(&p, 10, 1);
    for (size_t i = 1; i < 6; i++) {
        decided(&p, 11, 2, i, BRIDGE_REFUSED);
    }
    t_u64_eq(p.count, 0);
    pending_free(&p);
}

/* A leader that lost its term and won another one proposes at indexes it
 * still has pending. */
static void pending_two_terms_at_one_index_are_told_apart(void **state)
{
    struct pending p = {0};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        add(&p, 10 + i, 1, i);
    }
    add(&p, 11, 3, 3);
    add(&p, 12, 3, 4);
    decided(&p, 10, 1, 0, BRIDGE_DONE);
    nothing_decided(&p, 10, 1);
    decided(&p, 11, 3, 1, BRIDGE_REFUSED);
    decided(&p, 11, 3, 2, BRIDGE_REFUSED);
    decided(&p, 11, 3, 3, BRIDGE_DONE);
    nothing_decided(&p, 11, 3);
    decided(&p, 12, 3, 4, BRIDGE_DONE);
    t_u64_eq(p.count, 0);
    pending_free(&p);
}

/* Whatever was applied at its index: not seen here, so not known. */
static void pending_an_index_that_was_jumped_over_is_unknown(void **state)
{
    struct pending p = {0};

    (void)state;
    add(&p, 10, 1, 0);
    add(&p, 11, 1, 1);
    add(&p, 12, 1, 2);
    decided(&p, 11, 1, 0, BRIDGE_UNKNOWN);
    decided(&p, 11, 1, 1, BRIDGE_DONE);
    decided(&p, 13, 2, 2, BRIDGE_UNKNOWN);
    t_u64_eq(p.count, 0);
    pending_free(&p);
}

static void pending_room_is_kept_when_it_is_reserved_twice(void **state)
{
    struct pending p = {0};

    (void)state;
    assert_true(pending_reserve(&p, 200));
    const size_t capacity = p.capacity;

    assert_true(capacity >= 200);
    assert_true(pending_reserve(&p, 200));
    t_u64_eq(p.capacity, capacity);
    pending_free(&p);
    t_u64_eq(p.capacity, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(pending_nothing_comes_out_before_its_index),
    cmocka_unit_test(pending_comes_out_in_order_while_the_ring_turns),
    cmocka_unit_test(pending_a_later_term_ends_all_older_writes),
    cmocka_unit_test(pending_two_terms_at_one_index_are_told_apart),
    cmocka_unit_test(pending_an_index_that_was_jumped_over_is_unknown),
    cmocka_unit_test(pending_room_is_kept_when_it_is_reserved_twice),
};

T_MAIN(tests)
