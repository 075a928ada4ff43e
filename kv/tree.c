/* SPDX-License-Identifier: MIT
 *
 * tree.c - the ordered map itself: an AA tree of pairs.
 *
 * A leaf has level 1. A left child is one level below its parent, a right
 * child one below or level with it, a right grandchild below. skew() and
 * split() are the two turns that restore this.
 */
#include "kv/tree.h"
#include "raft/memory.h"

static unsigned level_of(const struct kv_pair *pair)
{
    return pair == NULL ? 0u : pair->level;
}

/* A left child level with its parent: turn right. */
static struct kv_pair *skew(struct kv_pair *pair)
{
    struct kv_pair *left = pair->left;

    if (left == NULL || left->level != pair->level) {
        return pair;
    }
    pair->left = left->right;
    left->right = pair;
    return left;
}

/* A right grandchild level with its grandparent: turn left, and up. */
static struct kv_pair *split(struct kv_pair *pair)
{
    struct kv_pair *right = pair->right;

    if (right == NULL || level_of(right->right) != pair->level) {
        return pair;
    }
    pair->right = right->left;
    right->left = pair;
    right->level++;
    return right;
}

struct kv_pair *kv_tree_find(struct kv_pair *root, const uint8_t *key,
                             size_t key_bytes)
{
    struct kv_pair *pair = root;

    while (pair != NULL) {
        const int order = kv_pair_compare(pair, key, key_bytes);

        if (order == 0) {
            return pair;
        }
        pair = order > 0 ? pair->left : pair->right;
    }
    return NULL;
}

/* Recursion is bounded by the height: at most 2 log2(pairs + 1). */
static struct kv_pair *put(struct kv_pair *at, struct kv_pair *pair,
                           struct kv_pair **replaced)
{
    if (at == NULL) {
        pair->left = pair->right = NULL;
        pair->level = 1;
        return pair;
    }
    const int order = kv_pair_compare(at, pair->bytes, pair->key_bytes);

    if (order == 0) {
        pair->left = at->left;
        pair->right = at->right;
        pair->level = at->level;
        *replaced = at;
        return pair;
    }
    if (order > 0) {
        at->left = put(at->left, pair, replaced);
    } else {
        at->right = put(at->right, pair, replaced);
    }
    return split(skew(at));
}

struct kv_pair *kv_tree_put(struct kv_pair **root, struct kv_pair *pair)
{
    struct kv_pair *replaced = NULL;

    *root = put(*root, pair, &replaced);
    return replaced;
}

/* A child may have lost a level: lower ours, then straighten what leans. */
static struct kv_pair *rebalance(struct kv_pair *pair)
{
    const unsigned left = level_of(pair->left);
    const unsigned right = level_of(pair->right);
    const unsigned level = (left < right ? left : right) + 1;

    if (level >= pair->level) {
        return pair;
    }
    pair->level = (uint8_t)level;
    if (right > level) {
        pair->right->level = (uint8_t)level;
    }
    pair = skew(pair);
    if (pair->right != NULL) {
        pair->right = skew(pair->right);
        if (pair->right->right != NULL) {
            pair->right->right = skew(pair->right->right);
        }
    }
    pair = split(pair);
    if (pair->right != NULL) {
        pair->right = split(pair->right);
    }
    return pair;
}

static struct kv_pair *remove_first(struct kv_pair *at, struct kv_pair **first)
{
    if (at->left == NULL) {
        *first = at;
        return at->right;
    }
    at->left = remove_first(at->left, first);
    return rebalance(at);
}

/* The next greater pair takes the place of one that goes. */
static struct kv_pair *replace_by_heir(struct kv_pair *pair)
{
    struct kv_pair *heir = NULL;

    if (pair->left == NULL) {
        return pair->right; /* level 1: at most one pair hangs there */
    }
    struct kv_pair *right = remove_first(pair->right, &heir);

    heir->left = pair->left;
    heir->right = right;
    heir->level = pair->level;
    return rebalance(heir);
}

static struct kv_pair *take_out(struct kv_pair *at, const uint8_t *key,
                                size_t key_bytes, struct kv_pair **removed)
{
    if (at == NULL) {
        return NULL;
    }
    const int order = kv_pair_compare(at, key, key_bytes);

    if (order == 0) {
        *removed = at;
        return replace_by_heir(at);
    }
    if (order > 0) {
        at->left = take_out(at->left, key, key_bytes, removed);
    } else {
        at->right = take_out(at->right, key, key_bytes, removed);
    }
    return rebalance(at);
}

struct kv_pair *kv_tree_remove(struct kv_pair **root, const uint8_t *key,
                               size_t key_bytes)
{
    struct kv_pair *removed = NULL;

    *root = take_out(*root, key, key_bytes, &removed);
    return removed;
}

struct kv_pair *kv_tree_first(struct kv_pair *root)
{
    struct kv_pair *pair = root;

    while (pair != NULL && pair->left != NULL) {
        pair = pair->left;
    }
    return pair;
}

struct kv_pair *kv_tree_remove_first(struct kv_pair **root)
{
    struct kv_pair *first = NULL;

    if (*root != NULL) {
        *root = remove_first(*root, &first);
    }
    return first;
}

/*
 * Halves, the larger one on the right. With n pairs the level comes to the
 * whole part of log2(n + 1), which is what the rules above want: the left half
 * is one level below, the right one at most one level higher than that.
 */
static struct kv_pair *build(struct kv_pair **list, uint64_t count)
{
    if (count == 0) {
        return NULL;
    }
    const uint64_t smaller = (count - 1) / 2;
    struct kv_pair *left = build(list, smaller);
    struct kv_pair *pair = *list;

    *list = pair->left;
    pair->left = left;
    pair->right = build(list, count - 1 - smaller);
    pair->level = (uint8_t)(level_of(left) + 1);
    return pair;
}

struct kv_pair *kv_tree_build(struct kv_pair *list, uint64_t count)
{
    return build(&list, count);
}

struct walk {
    const uint8_t *after;
    size_t after_bytes;
    bool (*each)(void *context, const struct kv_pair *pair);
    void *context;
};

/* bounded: keys up to walk->after may lie below. false: each() said stop. */
static bool walk_below(const struct kv_pair *at, const struct walk *walk,
                       bool bounded)
{
    if (at == NULL) {
        return true;
    }
    if (bounded && kv_pair_compare(at, walk->after, walk->after_bytes) <= 0) {
        return walk_below(at->right, walk, true);
    }
    return walk_below(at->left, walk, bounded) &&
           walk->each(walk->context, at) && walk_below(at->right, walk, false);
}

void kv_tree_walk(const struct kv_pair *root, const uint8_t *after,
                  size_t after_bytes,
                  bool (*each)(void *context, const struct kv_pair *pair),
                  void *context)
{
    const struct walk walk = {after, after_bytes, each, context};

    (void)walk_below(root, &walk, after != NULL);
}

void kv_tree_destroy(struct kv_pair *root)
{
    if (root == NULL) {
        return;
    }
    kv_tree_destroy(root->left);
    kv_tree_destroy(root->right);
    raft_free(root);
}
