/* SPDX-License-Identifier: MIT
 *
 * kv_rig.h - a map, a plain copy of it, and what a snapshot of it must be,
 * written down a second time and as simply as can be.
 */
#ifndef TESTS_KV_RIG_H
#define TESTS_KV_RIG_H

#include "kv/snapshot.h"

/* 8 + 64 + 512: all keys of up to three of eight letters. */
enum { KV_RIG_KEYS = 584, KV_RIG_VALUE_BYTES = 24 };

struct kv_rig_value {
    bool present;
    enum kv_tag tag;
    uint8_t bytes[KV_RIG_VALUE_BYTES];
    size_t byte_count;
    raft_index changed_index;
};

struct kv_rig {
    struct kv *kv;
    raft_index index;
    uint64_t random;
    struct kv_rig_value model[KV_RIG_KEYS]; /* by number, in key order */
};

struct kv_rig_bytes {
    uint8_t *bytes;
    size_t count;
    raft_index applied_index;
};

void kv_rig_open(struct kv_rig *rig, uint64_t seed);
void kv_rig_close(struct kv_rig *rig);

/* For cmocka: *state is a struct kv_rig, always the same one. */
int kv_rig_set_up(void **state);
int kv_rig_tear_down(void **state);
#define T_KV_RIG(test) \
    cmocka_unit_test_setup_teardown(test, kv_rig_set_up, kv_rig_tear_down)

uint64_t kv_rig_draw(struct kv_rig *rig);

/* Keys of 1 to 3 bytes, prefixes of one another, high bytes among them. */
size_t kv_rig_key(size_t number, uint8_t key[3]);

/* To the map and to the plain copy of it. */
void kv_rig_put(struct kv_rig *rig, size_t number, const char *value);
void kv_rig_delete(struct kv_rig *rig, size_t number);
/* Commands of up to five operations each. */
void kv_rig_change(struct kv_rig *rig, size_t count);

/* One command; the plain copy does not know of it. */
void kv_rig_apply(struct kv *kv, raft_index index,
                  const struct kv_operation *operations, size_t count);
/* One put of any key and value; the same. */
void kv_rig_put_bytes(struct kv *kv, raft_index index, const void *key,
                      size_t key_bytes, const void *value, size_t value_bytes);

/* The map holds what the plain copy holds: of one key, and all in all. */
void kv_rig_check_key(const struct kv_rig *rig, size_t number);
void kv_rig_check(const struct kv_rig *rig);

/* What a snapshot of the plain copy must be; free with kv_rig_free(). */
struct kv_rig_bytes kv_rig_expected(struct kv_rig *rig);
void kv_rig_free(struct kv_rig_bytes *bytes);

/* The checksum at the end is made right again. */
void kv_rig_seal(struct kv_rig_bytes *bytes);

/* A whole snapshot in slices of these bounds. */
struct kv_rig_bytes kv_rig_snapshot(struct kv *kv, size_t capacity,
                                    size_t max_pairs);

/* All of the bytes in pieces of that size. */
enum kv_restore_result kv_rig_restore(struct kv_restore *restore,
                                      const struct kv_rig_bytes *bytes,
                                      size_t piece);

/* An empty map that has installed them; they must be right. */
struct kv *kv_rig_restored(const struct kv_rig_bytes *bytes);

void kv_rig_same(const struct kv_rig_bytes *a, const struct kv_rig_bytes *b);

#endif
