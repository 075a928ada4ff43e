/* SPDX-License-Identifier: MIT
 *
 * kv_rig.c - a map beside a plain copy of it: changes, and what must be there.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/kv_rig.h"

void kv_rig_open(struct kv_rig *rig, uint64_t seed)
{
    *rig = (struct kv_rig){.kv = kv_create(), .random = seed};
    assert_non_null(rig->kv);
}

void kv_rig_close(struct kv_rig *rig)
{
    kv_destroy(rig->kv);
    rig->kv = NULL;
}

int kv_rig_set_up(void **state)
{
    struct kv_rig *rig = malloc(sizeof(*rig));

    assert_non_null(rig);
    kv_rig_open(rig, UINT64_C(88172645463325252));
    *state = rig;
    return 0;
}

int kv_rig_tear_down(void **state)
{
    kv_rig_close(*state);
    free(*state);
    return 0;
}

uint64_t kv_rig_draw(struct kv_rig *rig)
{
    rig->random ^= rig->random << 13;
    rig->random ^= rig->random >> 7;
    rig->random ^= rig->random << 17;
    return rig->random;
}

/* In key order: below each letter stand 1 + 8 + 64 keys. */
size_t kv_rig_key(size_t number, uint8_t key[3])
{
    static const uint8_t letters[] = {1, '/', 'a', 'b', 0x7f, 0x80, 0xfe, 0xff};
    size_t below = 73;
    size_t length = 0;

    for (;;) {
        key[length++] = letters[number / below];
        number %= below;
        if (number == 0) {
            return length;
        }
        number--;
        below = (below - 1) / 8;
    }
}

void kv_rig_apply(struct kv *kv, raft_index index,
                  const struct kv_operation *operations, size_t count)
{
    const size_t size = kv_command_size(operations, count);
    uint8_t *bytes = malloc(size);

    assert_non_null(bytes);
    kv_command_encode(operations, count, bytes);
    const struct raft_entry entry = {.term = 1,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = (uint32_t)size,
                                     .bytes = bytes};
    kv_apply(kv, index, &entry);
    free(bytes);
}

void kv_rig_put_bytes(struct kv *kv, raft_index index, const void *key,
                      size_t key_bytes, const void *value, size_t value_bytes)
{
    const struct kv_operation op = {.type = KV_PUT,
                                    .key = key,
                                    .key_bytes = key_bytes,
                                    .value = value,
                                    .value_bytes = value_bytes};

    kv_rig_apply(kv, index, &op, 1);
}

struct drawn {
    size_t number;
    uint8_t key[3];
    uint8_t value[KV_RIG_VALUE_BYTES];
};

static void change_model(struct kv_rig *rig, const struct kv_operation *op,
                         size_t number)
{
    struct kv_rig_value *value = &rig->model[number];

    *value = (struct kv_rig_value){0};
    if (op->type == KV_PUT) {
        value->present = true;
        value->tag = op->tag;
        value->byte_count = op->value_bytes;
        value->changed_index = rig->index;
        if (op->value_bytes > 0) {
            memcpy(value->bytes, op->value, op->value_bytes);
        }
    }
}

void kv_rig_put(struct kv_rig *rig, size_t number, const char *value)
{
    uint8_t key[3];
    const struct kv_operation op = {.type = KV_PUT,
                                    .key = key,
                                    .key_bytes = kv_rig_key(number, key),
                                    .value = (const uint8_t *)value,
                                    .value_bytes = strlen(value)};

    kv_rig_apply(rig->kv, ++rig->index, &op, 1);
    change_model(rig, &op, number);
}

void kv_rig_delete(struct kv_rig *rig, size_t number)
{
    uint8_t key[3];
    const struct kv_operation op = {
        .type = KV_DELETE, .key = key, .key_bytes = kv_rig_key(number, key)};

    kv_rig_apply(rig->kv, ++rig->index, &op, 1);
    change_model(rig, &op, number);
}

static struct kv_operation draw_operation(struct kv_rig *rig, struct drawn *d)
{
    struct kv_operation op = {.type = kv_rig_draw(rig) % 3 == 0 ? KV_DELETE
                                                                : KV_PUT};

    d->number = kv_rig_draw(rig) % KV_RIG_KEYS;
    op.key = d->key;
    op.key_bytes = kv_rig_key(d->number, d->key);
    if (op.type == KV_PUT) {
        op.tag = kv_rig_draw(rig) % 2 == 0 ? KV_TEXT : KV_JSON;
        op.value = d->value;
        op.value_bytes = kv_rig_draw(rig) % (KV_RIG_VALUE_BYTES + 1);
        for (size_t i = 0; i < op.value_bytes; i++) {
            d->value[i] = (uint8_t)kv_rig_draw(rig);
        }
    }
    return op;
}

void kv_rig_change(struct kv_rig *rig, size_t count)
{
    while (count-- > 0) {
        struct drawn drawn[5];
        struct kv_operation operations[5];
        const size_t operation_count = 1 + kv_rig_draw(rig) % 5;

        for (size_t i = 0; i < operation_count; i++) {
            operations[i] = draw_operation(rig, &drawn[i]);
        }
        kv_rig_apply(rig->kv, ++rig->index, operations, operation_count);
        for (size_t i = 0; i < operation_count; i++) {
            change_model(rig, &operations[i], drawn[i].number);
        }
    }
}

void kv_rig_check_key(const struct kv_rig *rig, size_t number)
{
    const struct kv_rig_value *model = &rig->model[number];
    struct kv_value value;
    uint8_t key[3];
    const size_t key_bytes = kv_rig_key(number, key);
    const enum kv_found found = kv_get(rig->kv, key, key_bytes, &value);

    assert_int_equal(found, model->present ? KV_FOUND : KV_MISSING);
    if (found == KV_FOUND) {
        assert_int_equal(value.tag, model->tag);
        t_u64_eq(value.changed_index, model->changed_index);
        t_u64_eq(value.byte_count, model->byte_count);
        assert_memory_equal(value.bytes, model->bytes, model->byte_count);
        assert_int_equal(value.bytes[value.byte_count], 0);
        kv_value_free(&value);
    }
}

void kv_rig_check(const struct kv_rig *rig)
{
    struct kv_stats stats;
    size_t present = 0;
    uint64_t bytes = 0;

    for (size_t i = 0; i < KV_RIG_KEYS; i++) {
        uint8_t key[3];

        kv_rig_check_key(rig, i);
        if (rig->model[i].present) {
            present++;
            bytes += kv_rig_key(i, key) + rig->model[i].byte_count;
        }
    }
    kv_stats(rig->kv, &stats);
    t_u64_eq(stats.key_count, present);
    t_u64_eq(stats.key_and_value_bytes, bytes);
    t_u64_eq(stats.applied_index, rig->index);
}
