/* SPDX-License-Identifier: MIT
 *
 * kv.h - the state machine: an ordered map from keys to tagged values.
 *
 * Deterministic: the same entries in the same order give the same map and the
 * same hash on every server. One thread writes (kv_apply); any thread reads
 * under the reader lock inside.
 */
#ifndef KV_KV_H
#define KV_KV_H

#include "kv/command.h"
#include "raft/node/machine.h"

struct kv;

/* NULL: out of memory. */
struct kv *kv_create(void);
void kv_destroy(struct kv *kv); /* NULL is fine */

/*
 * Apply the entry at index; in order, each once. All operations or, when the
 * bytes are not a command, none (and kv_stats().bad_commands counts it).
 */
void kv_apply(struct kv *kv, raft_index index, const struct raft_entry *entry);

/* A copy of one value; free with kv_value_free(). */
struct kv_value {
    enum kv_tag tag;
    uint8_t *bytes; /* a NUL follows them that is not counted */
    size_t byte_count;
    raft_index changed_index; /* log index of the last change: the ETag */
};

enum kv_found { KV_FOUND = 0, KV_MISSING = 1, KV_NO_MEMORY = 2 };

enum kv_found kv_get(struct kv *kv, const uint8_t *key, size_t key_bytes,
                     struct kv_value *value);
void kv_value_free(struct kv_value *value);

/*
 * In key order (bytes compared as unsigned): call each() from the first key
 * greater than after (NULL: from the start) until it returns false. The
 * reader lock is held meanwhile; each() must not call kv_apply().
 */
void kv_walk(struct kv *kv, const uint8_t *after, size_t after_bytes,
             bool (*each)(void *context, const uint8_t *key, size_t key_bytes,
                          const struct kv_value *value),
             void *context);

struct kv_stats {
    uint64_t key_count;
    uint64_t key_and_value_bytes;
    raft_index applied_index;
    uint64_t bad_commands; /* entries that were no command; stays 0 */
    uint64_t state_hash;   /* of all pairs, not of how they came about */
};

void kv_stats(struct kv *kv, struct kv_stats *stats);

#endif
