/* SPDX-License-Identifier: MIT
 *
 * pair.c - one key and its value, in one block of memory.
 */
#include <string.h>

#include "kv/pair.h"
#include "raft/bytes.h"
#include "raft/memory.h"

struct kv_pair *kv_pair_blank(size_t key_bytes, size_t value_bytes,
                              enum kv_tag tag, raft_index changed_index)
{
    struct kv_pair *pair = NULL;

    if (value_bytes < SIZE_MAX - sizeof(*pair) - key_bytes) {
        pair = raft_realloc(NULL, sizeof(*pair) + key_bytes + value_bytes + 1);
    }
    if (pair == NULL) {
        return NULL;
    }
    *pair = (struct kv_pair){.changed_index = changed_index,
                             .value_bytes = (uint32_t)value_bytes,
                             .key_bytes = (uint16_t)key_bytes,
                             .tag = (uint8_t)tag};
    pair->bytes[key_bytes + value_bytes] = 0;
    return pair;
}

struct kv_pair *kv_pair_create(const struct kv_operation *put,
                               raft_index changed_index)
{
    struct kv_pair *pair = kv_pair_blank(put->key_bytes, put->value_bytes,
                                         put->tag, changed_index);

    if (pair == NULL) {
        return NULL;
    }
    memcpy(pair->bytes, put->key, put->key_bytes);
    if (put->value_bytes > 0) {
        memcpy(pair->bytes + put->key_bytes, put->value, put->value_bytes);
    }
    return pair;
}

void kv_pair_free_list(struct kv_pair *pair)
{
    while (pair != NULL) {
        struct kv_pair *next = pair->left;

        raft_free(pair);
        pair = next;
    }
}

const uint8_t *kv_pair_value(const struct kv_pair *pair)
{
    return pair->bytes + pair->key_bytes;
}

int kv_pair_compare(const struct kv_pair *pair, const uint8_t *key,
                    size_t key_bytes)
{
    const size_t shorter =
        pair->key_bytes < key_bytes ? pair->key_bytes : key_bytes;
    const int order = memcmp(pair->bytes, key, shorter);

    if (order != 0) {
        return order;
    }
    return (pair->key_bytes > key_bytes) - (pair->key_bytes < key_bytes);
}

/* One round: multiply, fold the high bits down. Odd constants, 64 bits. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= hash >> 32;
    hash *= UINT64_C(0xd6e8feb86659fd93);
    return hash ^ hash >> 29;
}

uint64_t kv_pair_hash(const struct kv_pair *pair)
{
    const size_t count = (size_t)pair->key_bytes + pair->value_bytes;
    uint64_t hash = mix(pair->tag, pair->key_bytes);
    uint8_t tail[8] = {0};
    size_t at = 0;

    hash = mix(hash, pair->value_bytes);
    for (; at + 8 <= count; at += 8) {
        hash = mix(hash, get_u64(pair->bytes + at));
    }
    memcpy(tail, pair->bytes + at, count - at);
    return mix(hash, get_u64(tail));
}
