/* SPDX-License-Identifier: MIT
 *
 * test_kv_map.c - the map against a model simple enough to be right: an array.
 */
#include <string.h>

#include "tests/t.h"
#include "tests/unit/kv_rig.h"

enum { COMMANDS = 40000 }; /* of three operations on average */

struct order {
    uint8_t last[3];
    size_t last_bytes;
    size_t count;
    size_t stop_after; /* 0: never */
};

static int compare(const uint8_t *a, size_t a_bytes, const uint8_t *b,
                   size_t b_bytes)
{
    for (size_t i = 0; i < a_bytes && i < b_bytes; i++) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

static bool check_order(void *context, const uint8_t *key, size_t key_bytes,
                        const struct kv_value *value)
{
    struct order *order = context;

    assert_int_equal(value->bytes[value->byte_count], 0);
    assert_true(compare(order->last, order->last_bytes, key, key_bytes) < 0);
    memcpy(order->last, key, key_bytes);
    order->last_bytes = key_bytes;
    order->count++;
    return order->count != order->stop_after;
}

/* Keys of the model beyond one. */
static size_t model_count_after(const struct kv_rig *rig, const uint8_t *after,
                                size_t after_bytes)
{
    size_t count = 0;

    for (size_t i = 0; i < KV_RIG_KEYS; i++) {
        uint8_t key[3];
        const size_t key_bytes = kv_rig_key(i, key);

        count += rig->model[i].present &&
                 compare(key, key_bytes, after, after_bytes) > 0;
    }
    return count;
}

static void check_whole_map(const struct kv_rig *rig)
{
    struct order order = {.last_bytes = 0};
    struct kv_stats stats;

    kv_rig_check(rig);
    kv_walk(rig->kv, NULL, 0, check_order, &order);
    t_u64_eq(order.count, model_count_after(rig, NULL, 0));
    kv_stats(rig->kv, &stats);
    t_u64_eq(stats.bad_commands, 0);
}

static void random_steps_agree_with_the_model(void **state)
{
    struct kv_rig *rig = *state;

    for (size_t step = 1; step <= COMMANDS; step++) {
        kv_rig_change(rig, 1);
        kv_rig_check_key(rig, kv_rig_draw(rig) % KV_RIG_KEYS);
        if (step % (COMMANDS / 40) == 0) {
            check_whole_map(rig);
        }
    }
}

static void walk_begins_after_any_key_and_stops_when_told(void **state)
{
    struct kv_rig *rig = *state;

    kv_rig_change(rig, 100);
    for (size_t i = 0; i < KV_RIG_KEYS; i++) { /* keys that are not there too */
        struct order order = {0};
        uint8_t after[3];
        const size_t after_bytes = kv_rig_key(i, after);

        order.last_bytes = kv_rig_key(i, order.last);
        kv_walk(rig->kv, after, after_bytes, check_order, &order);
        t_u64_eq(order.count, model_count_after(rig, after, after_bytes));
    }
    struct order seven = {.stop_after = 7};
    kv_walk(rig->kv, NULL, 0, check_order, &seven);
    t_u64_eq(seven.count, 7);
}

/* Keys in order make a list of a tree that does not balance. */
static void keys_in_order_and_out_again(void **state)
{
    struct kv_rig *rig = *state;
    struct kv_stats stats;
    uint8_t key[4] = {1, 1, 1, 1};

    for (int round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 50000; i++) {
            const struct kv_operation op = {.type =
                                                round == 0 ? KV_PUT : KV_DELETE,
                                            .key = key,
                                            .key_bytes = 4};

            key[0] = (uint8_t)(1 + i / 40000);
            key[1] = (uint8_t)(1 + i / 200 % 200);
            key[2] = (uint8_t)(1 + i % 200);
            kv_rig_apply(rig->kv, ++rig->index, &op, 1);
        }
        kv_stats(rig->kv, &stats);
        t_u64_eq(stats.key_count, round == 0 ? 50000 : 0);
    }
    t_u64_eq(stats.state_hash, 0);
    t_u64_eq(stats.key_and_value_bytes, 0);
}

static const struct CMUnitTest tests[] = {
    T_KV_RIG(random_steps_agree_with_the_model),
    T_KV_RIG(walk_begins_after_any_key_and_stops_when_told),
    T_KV_RIG(keys_in_order_and_out_again),
};

T_MAIN(tests)
