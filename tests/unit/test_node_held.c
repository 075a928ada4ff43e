/* SPDX-License-Identifier: MIT
 *
 * test_node_held.c - messages that wait for the disk.
 */
#include "tests/t.h"

#include "raft/node/held.h"

struct seen {
    size_t count;
    raft_server_id from[8];
};

static void note_sender(void *self, const struct raft_message *message)
{
    struct seen *seen = self;

    seen->from[seen->count++] = message->from;
}

static void held_messages_leave_in_order_when_their_write_is_done(void **state)
{
    static const raft_write_seq needs[] = {3, 1, 2, 3, 1};
    static const raft_server_id order[] = {2, 3, 5, 1, 4};
    struct seen seen = {.count = 0};
    struct raft_held held;

    (void)state;
    assert_true(raft_held_init(&held));
    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
        const struct raft_message message = {
            .type = RAFT_REQUEST_VOTE, .from = i + 1, .needs_write = needs[i]};

        raft_held_add(&held, &message);
    }
    raft_held_release(&held, 0, note_sender, &seen);
    t_u64_eq(seen.count, 0);
    raft_held_release(&held, 2, note_sender, &seen);
    t_u64_eq(seen.count, 3);
    raft_held_release(&held, 3, note_sender, &seen);
    t_u64_eq(seen.count, 5);
    assert_memory_equal(seen.from, order, sizeof(order));
    raft_held_free(&held);
}

static void count_message(void *self, const struct raft_message *message)
{
    uint64_t *next = self;

    t_u64_eq(message->from, *next);
    (*next)++;
}

static void a_full_queue_forgets_its_oldest(void **state)
{
    struct raft_held held;
    uint64_t next = 11; /* the first ten are gone */

    (void)state;
    assert_true(raft_held_init(&held));
    for (uint64_t i = 1; i <= RAFT_MAX_HELD_MESSAGES + 10; i++) {
        const struct raft_message message = {
            .type = RAFT_REQUEST_VOTE, .from = i, .needs_write = 1};

        raft_held_add(&held, &message);
    }
    t_u64_eq(held.count, RAFT_MAX_HELD_MESSAGES);
    raft_held_release(&held, 1, count_message, &next);
    t_u64_eq(next, RAFT_MAX_HELD_MESSAGES + 11);
    t_u64_eq(held.count, 0);
    raft_held_free(&held);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(held_messages_leave_in_order_when_their_write_is_done),
    cmocka_unit_test(a_full_queue_forgets_its_oldest),
};

T_MAIN(tests)
