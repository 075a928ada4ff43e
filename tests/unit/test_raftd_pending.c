/* SPDX-License-Identifier: MIT
 *
 * test_raftd_pending.c - undecided writes come out by index, each once.
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

static void take(struct pending *p, raft_index up_to, raft_index index,
                 raft_term term, size_t number)
{
    struct pending_write write = {0};

    assert_true(pending_take(p, up_to, &write));
    t_u64_eq(write.index, index);
    t_u64_eq(write.term, term);
    assert_ptr_equal(write.call, call(number));
}

static void pending_nothing_comes_out_before_its_index(void **state)
{
    struct pending p = {0};
    struct pending_write write;

    (void)state;
    assert_false(pending_take(&p, 100, &write));
    add(&p, 5, 1, 0);
    assert_false(pending_take(&p, 4, &write));
    take(&p, 5, 5, 1, 0);
    assert_false(pending_take(&p, 5, &write));
    pending_free(&p);
}

static void pending_comes_out_in_order_while_the_ring_turns(void **state)
{
    struct pending p = {0};
    raft_index taken = 0;

    (void)state;
    for (size_t i = 1; i <= 3000; i++) {
        add(&p, i, 1, i);
        if (i < 10 || i % 3 != 0) { /* it grows while it is turned */
            taken++;
            take(&p, i, taken, 1, taken);
        }
    }
    while (taken < 3000) {
        taken++;
        take(&p, 3000, taken, 1, taken);
    }
    t_u64_eq(p.count, 0);
    pending_free(&p);
}

/* A leader that lost its term and won another proposes at indexes it still
 * has pending: both wait for what is applied there. */
static void pending_two_terms_at_one_index_are_both_kept(void **state)
{
    struct pending p = {0};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        add(&p, 10 + i, 1, i);
    }
    add(&p, 11, 3, 4);
    add(&p, 12, 3, 5);
    take(&p, 11, 10, 1, 0);
    take(&p, 11, 11, 1, 1);
    take(&p, 11, 11, 3, 4);
    take(&p, 13, 12, 1, 2);
    take(&p, 13, 12, 3, 5);
    take(&p, 13, 13, 1, 3);
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
    cmocka_unit_test(pending_two_terms_at_one_index_are_both_kept),
    cmocka_unit_test(pending_room_is_kept_when_it_is_reserved_twice),
};

T_MAIN(tests)
