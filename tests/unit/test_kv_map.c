/* SPDX-License-Identifier: MIT
 *
 * test_kv_map.c - the map against a model simple enough to be right: an array.
 */
#include <stdlib.h>
#include <string.h>

#include "kv/kv.h"
#include "tests/t.h"

/* 8 + 64 + 512: all keys of up to three of eight letters. */
enum { MODEL_KEYS = 584, STEPS = 100000 };

struct model_value {
    bool present;
    enum kv_tag tag;
    uint8_t bytes[24];
    size_t byte_count;
    raft_index changed_index;
};

struct fixture {
    struct kv *kv;
    raft_index index;
    uint64_t random;
    struct model_value model[MODEL_KEYS]; /* by number of the key */
};

static uint64_t draw(struct fixture *f)
{
    f->random ^= f->random << 13;
    f->random ^= f->random >> 7;
    f->random ^= f->random << 17;
    return f->random;
}

/* Keys of 1 to 3 bytes, prefixes of one another, high bytes among them. */
static size_t key_of(size_t number, uint8_t key[3])
{
    static const uint8_t letters[] = {1, 'a', 'b', 0x7f, 0x80, 0xfe, 0xff, '/'};
    size_t length = 0;

    for (number++; number > 0; number = (number - 1) / 8) {
        key[length++] = letters[(number - 1) % 8];
    }
    return length;
}

static void apply(struct fixture *f, const struct kv_operation *operations,
                  size_t count)
{
    const size_t size = kv_command_size(operations, count);
    uint8_t *bytes = malloc(size);

    assert_non_null(bytes);
    kv_command_encode(operations, count, bytes);
    const struct raft_entry entry = {.term = 1,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = (uint32_t)size,
                                     .bytes = bytes};
    kv_apply(f->kv, ++f->index, &entry);
    free(bytes);
}

struct drawn {
    size_t number;
    uint8_t key[3];
    uint8_t value[24];
};

static struct kv_operation draw_operation(struct fixture *f, struct drawn *d)
{
    struct kv_operation op = {.type = draw(f) % 3 == 0 ? KV_DELETE : KV_PUT};

    d->number = draw(f) % MODEL_KEYS;
    op.key = d->key;
    op.key_bytes = key_of(d->number, d->key);
    if (op.type == KV_PUT) {
        op.tag = draw(f) % 2 == 0 ? KV_TEXT : KV_JSON;
        op.value = d->value;
        op.value_bytes = draw(f) % 25;
        for (size_t i = 0; i < op.value_bytes; i++) {
            d->value[i] = (uint8_t)draw(f);
        }
    }
    return op;
}

static void apply_to_model(struct fixture *f, const struct kv_operation *op,
                           size_t number)
{
    struct model_value *value = &f->model[number];

    *value = (struct model_value){0};
    if (op->type == KV_PUT) {
        value->present = true;
        value->tag = op->tag;
        value->byte_count = op->value_bytes;
        value->changed_index = f->index;
        if (op->value_bytes > 0) {
            memcpy(value->bytes, op->value, op->value_bytes);
        }
    }
}

static void check_key(struct fixture *f, size_t number)
{
    const struct model_value *model = &f->model[number];
    struct kv_value value;
    uint8_t key[3];
    const size_t key_bytes = key_of(number, key);
    const enum kv_found found = kv_get(f->kv, key, key_bytes, &value);

    assert_int_equal(found, model->present ? KV_FOUND : KV_MISSING);
    if (found == KV_FOUND) {
        assert_int_equal(value.tag, model->tag);
        t_u64_eq(value.byte_count, model->byte_count);
        t_u64_eq(value.changed_index, model->changed_index);
        assert_memory_equal(value.bytes, model->bytes, model->byte_count);
        assert_int_equal(value.bytes[value.byte_count], 0);
        kv_value_free(&value);
    }
}

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
static size_t model_count_after(const struct fixture *f, const uint8_t *after,
                                size_t after_bytes)
{
    size_t count = 0;

    for (size_t i = 0; i < MODEL_KEYS; i++) {
        uint8_t key[3];
        const size_t key_bytes = key_of(i, key);

        count += f->model[i].present &&
                 compare(key, key_bytes, after, after_bytes) > 0;
    }
    return count;
}

static void check_whole_map(struct fixture *f)
{
    struct order order = {.last_bytes = 0};
    struct kv_stats stats;
    uint64_t bytes = 0;
    uint8_t key[3];

    for (size_t i = 0; i < MODEL_KEYS; i++) {
        check_key(f, i);
        if (f->model[i].present) {
            bytes += key_of(i, key) + f->model[i].byte_count;
        }
    }
    kv_walk(f->kv, NULL, 0, check_order, &order);
    kv_stats(f->kv, &stats);
    t_u64_eq(stats.key_count, model_count_after(f, NULL, 0));
    t_u64_eq(stats.key_count, order.count);
    t_u64_eq(stats.key_and_value_bytes, bytes);
    t_u64_eq(stats.applied_index, f->index);
    t_u64_eq(stats.bad_commands, 0);
}

static void random_steps_agree_with_the_model(void **state)
{
    struct fixture *f = *state;

    for (size_t step = 0; step < STEPS;) {
        struct drawn drawn[5];
        struct kv_operation operations[5];
        const size_t count = 1 + draw(f) % 5;

        for (size_t i = 0; i < count; i++) {
            operations[i] = draw_operation(f, &drawn[i]);
        }
        apply(f, operations, count);
        for (size_t i = 0; i < count; i++) {
            apply_to_model(f, &operations[i], drawn[i].number);
        }
        check_key(f, drawn[0].number);
        if (step / 2500 != (step + count) / 2500) {
            check_whole_map(f);
        }
        step += count;
    }
    check_whole_map(f);
}

static void walk_begins_after_any_key_and_stops_when_told(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < 300; i++) {
        struct drawn drawn;
        const struct kv_operation op = draw_operation(f, &drawn);

        apply(f, &op, 1);
        apply_to_model(f, &op, drawn.number);
    }
    for (size_t i = 0; i < MODEL_KEYS; i++) { /* keys that are not there too */
        struct order order = {0};
        uint8_t after[3];
        const size_t after_bytes = key_of(i, after);

        order.last_bytes = key_of(i, order.last);
        kv_walk(f->kv, after, after_bytes, check_order, &order);
        t_u64_eq(order.count, model_count_after(f, after, after_bytes));
    }
    struct order seven = {.stop_after = 7};
    kv_walk(f->kv, NULL, 0, check_order, &seven);
    t_u64_eq(seven.count, 7);
}

/* Keys in order make a list of a tree that does not balance. */
static void keys_in_order_and_out_again(void **state)
{
    struct fixture *f = *state;
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
            apply(f, &op, 1);
        }
        kv_stats(f->kv, &stats);
        t_u64_eq(stats.key_count, round == 0 ? 50000 : 0);
    }
    t_u64_eq(stats.state_hash, 0);
    t_u64_eq(stats.key_and_value_bytes, 0);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    f->kv = kv_create();
    assert_non_null(f->kv);
    f->random = UINT64_C(88172645463325252);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    kv_destroy(f->kv);
    free(f);
    return 0;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(random_steps_agree_with_the_model, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(
        walk_begins_after_any_key_and_stops_when_told, setup, teardown),
    cmocka_unit_test_setup_teardown(keys_in_order_and_out_again, setup,
                                    teardown),
};

T_MAIN(tests)
