/* SPDX-License-Identifier: MIT
 *
 * test_random_history_orders.c - the quick judgement and the obvious one.
 *
 * A history is linearizable when some order of its operations explains it. So
 * all orders are tried, on thousands of short histories drawn at random, and
 * compared with what cmd/raftsim/random/client_history.h says.
 */
#include "tests/t.h"

#include "cmd/raftsim/cluster/sim_random.h"
#include "cmd/raftsim/random/client_history.h"

enum { MAX_OPERATIONS = 7 };

/* Every order is tried: slow, and beyond doubt. */
struct plain {
    bool is_write;
    bool is_unknown; /* a write: it may be left out */
    bool is_refused; /* a write: it must be left out */
    uint64_t value;
    int begin;
    int end;
};

static bool must_wait(const struct plain *operations, size_t count,
                      unsigned left, size_t next)
{
    for (size_t i = 0; i < count; i++) {
        if (i != next && (left >> i & 1u) != 0 &&
            operations[i].end < operations[next].begin) {
            return true; /* that one was over before this began */
        }
    }
    return false;
}

static bool has_order(const struct plain *operations, size_t count,
                      unsigned left, uint64_t value)
{
    bool only_unknown = true;

    for (size_t i = 0; i < count; i++) {
        only_unknown =
            only_unknown && ((left >> i & 1u) == 0 || operations[i].is_unknown);
    }
    if (only_unknown) {
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        const struct plain *next = &operations[i];

        if ((left >> i & 1u) == 0 || must_wait(operations, count, left, i) ||
            (!next->is_write && next->value != value)) {
            continue;
        }
        if (has_order(operations, count, left & ~(1u << i),
                      next->is_write ? next->value : value)) {
            return true;
        }
    }
    return false;
}

/* Beginnings and ends at random; then values that were, or may be, written. */
static size_t draw(struct sim_random *random, struct plain *operations)
{
    const size_t count = 2 + sim_random_below(random, MAX_OPERATIONS - 1);
    uint64_t write_count = 0;
    int now = 0;

    for (size_t i = 0; i < count; i++) {
        operations[i] = (struct plain){.is_write = sim_random_below(random, 2),
                                       .begin = -1};
        if (operations[i].is_write) {
            operations[i].value = ++write_count;
            operations[i].is_unknown = sim_random_below(random, 4) == 0;
            operations[i].is_refused =
                !operations[i].is_unknown && sim_random_below(random, 6) == 0;
        }
    }
    for (size_t begun = 0; begun < count || sim_random_below(random, 9) > 0;) {
        struct plain *next = &operations[sim_random_below(random, count)];

        if (next->begin < 0) {
            next->begin = ++now;
            next->end = INT32_MAX;
            begun++;
        } else if (next->end == INT32_MAX && !next->is_unknown) {
            next->end = ++now;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (operations[i].end == INT32_MAX && operations[i].is_write) {
            operations[i].is_unknown = true;
            operations[i].is_refused = false; /* nobody said so */
        } else if (operations[i].end == INT32_MAX) {
            operations[i].end = ++now;
        }
        if (!operations[i].is_write) {
            operations[i].value = sim_random_below(random, write_count + 1);
        }
    }
    return count;
}

static unsigned all_but_refused(const struct plain *operations, size_t count)
{
    unsigned left = 0;

    for (size_t i = 0; i < count; i++) {
        left |= operations[i].is_refused ? 0 : 1u << i;
    }
    return left;
}

static bool judge(const struct plain *operations, size_t count)
{
    struct history *history = history_create();
    size_t numbers[MAX_OPERATIONS] = {0};
    char broken[300];

    for (int now = 1; now <= 4 * MAX_OPERATIONS; now++) {
        for (size_t i = 0; i < count; i++) {
            const struct plain *operation = &operations[i];

            if (operation->begin == now && operation->is_write) {
                numbers[i] = history_write(history, 1, operation->value);
            } else if (operation->begin == now) {
                numbers[i] = history_read(history, 1);
            } else if (operation->end == now && operation->is_refused) {
                history_refused(history, numbers[i]);
            } else if (operation->end == now && operation->is_write) {
                history_done(history, numbers[i]);
            } else if (operation->end == now) {
                history_answered(history, numbers[i], operation->value);
            }
        }
    }
    const bool good = history_check(history, broken, sizeof(broken));

    history_destroy(history);
    return good;
}

static void the_judgement_is_that_of_trying_every_order(void **state)
{
    struct sim_random random = {1};
    size_t good_count = 0;
    size_t bad_count = 0;

    (void)state;
    for (int i = 0; i < 30000; i++) {
        struct plain operations[MAX_OPERATIONS];
        const size_t count = draw(&random, operations);
        const bool expected =
            has_order(operations, count, all_but_refused(operations, count),
                      HISTORY_NONE);

        good_count += expected ? 1 : 0;
        bad_count += expected ? 0 : 1;
        if (judge(operations, count) != expected) {
            fail_msg("story %d: an order %s", i,
                     expected ? "was not found" : "was found");
        }
    }
    assert_true(good_count > 1000);
    assert_true(bad_count > 1000);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_judgement_is_that_of_trying_every_order),
};

T_MAIN(tests)
