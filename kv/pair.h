/* SPDX-License-Identifier: MIT
 *
 * pair.h - one key and its value, in one block of memory.
 *
 * 32 bytes beside the key and the value: a 75-byte pair takes 128 with
 * malloc's own. A pair is never changed once it is in the tree: a new value
 * is a new pair in its place, so whoever holds the old one may keep it.
 */
#ifndef KV_PAIR_H
#define KV_PAIR_H

#include "kv/command.h"
#include "raft/types.h"

struct kv_pair {
    struct kv_pair *left, *right; /* tree.c */
    raft_index changed_index;
    uint32_t value_bytes;
    uint16_t key_bytes;
    uint8_t level; /* tree.c */
    uint8_t tag;
    uint8_t bytes[]; /* the key, the value, and a NUL that is not counted */
};

/* A pair outside any tree, with copies of both; NULL: out of memory. */
struct kv_pair *kv_pair_create(const struct kv_operation *put,
                               raft_index changed_index);

/* The same with the bytes of key and value still to be filled in. */
struct kv_pair *kv_pair_blank(size_t key_bytes, size_t value_bytes,
                              enum kv_tag tag, raft_index changed_index);

/* Frees pairs outside any tree that hang together by left. */
void kv_pair_free_list(struct kv_pair *pair);

const uint8_t *kv_pair_value(const struct kv_pair *pair);

/* < 0, 0, > 0: bytes compared as unsigned, a prefix before what it begins. */
int kv_pair_compare(const struct kv_pair *pair, const uint8_t *key,
                    size_t key_bytes);

/*
 * Of key, tag and value; not of changed_index: the same pairs reached on two
 * ways hash alike.
 */
uint64_t kv_pair_hash(const struct kv_pair *pair);

#endif
