/* SPDX-License-Identifier: MIT
 *
 * restore_record.c - what each record of a snapshot must be: the header, what
 * stands before a pair, the pair, the checksum.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kv/internal.h"
#include "raft/bytes.h"

__attribute__((format(printf, 2, 3))) static bool
refuse(struct kv_restore *restore, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    (void)vsnprintf(restore->error, sizeof(restore->error), format, values);
    va_end(values);
    restore->result = KV_RESTORE_BAD;
    return false;
}

/* Of the pair at hand, counted from 1. */
static uint64_t pair_number(const struct kv_restore *restore)
{
    return restore->found.key_count + 1;
}

/* Do these sums make a snapshot of so many bytes? */
static bool fits(const struct kv_stats *sums, uint64_t byte_count)
{
    const uint64_t other = SNAPSHOT_HEADER_BYTES + SNAPSHOT_CHECKSUM_BYTES;
    const uint64_t most = UINT64_MAX / 4 / SNAPSHOT_PAIR_BYTES;

    return sums->key_count <= most && sums->key_and_value_bytes <= most &&
           other + sums->key_count * SNAPSHOT_PAIR_BYTES +
                   sums->key_and_value_bytes ==
               byte_count;
}

/* After the header or a pair. */
static void expect_next(struct kv_restore *restore)
{
    const bool more = restore->found.key_count < restore->expected.key_count;

    restore->part = more ? RESTORE_PAIR_HEAD : RESTORE_CHECKSUM;
}

static bool take_header(struct kv_restore *restore)
{
    const uint8_t *bytes = restore->head;
    struct kv_stats *expected = &restore->expected;

    if (bytes[0] != SNAPSHOT_VERSION) {
        return refuse(restore,
                      "key-value snapshot of version %u: "
                      "this program reads version %d",
                      bytes[0], SNAPSHOT_VERSION);
    }
    expected->applied_index = get_u64(bytes + 1);
    expected->key_count = get_u64(bytes + 9);
    expected->key_and_value_bytes = get_u64(bytes + 17);
    expected->bad_commands = get_u64(bytes + 25);
    expected->state_hash = get_u64(bytes + 33);
    if (expected->applied_index != restore->last_index) {
        return refuse(restore, "snapshot of index %" PRIu64 ", not %" PRIu64,
                      expected->applied_index, restore->last_index);
    }
    if (!fits(expected, restore->byte_count)) {
        return refuse(restore,
                      "snapshot of %" PRIu64 " keys with %" PRIu64
                      " bytes cannot be %" PRIu64 " bytes long",
                      expected->key_count, expected->key_and_value_bytes,
                      restore->byte_count);
    }
    restore->found.applied_index = expected->applied_index;
    restore->found.bad_commands = expected->bad_commands;
    expect_next(restore);
    return true;
}

/* Lengths are checked before memory is taken for them. */
static bool take_pair_head(struct kv_restore *restore)
{
    const uint8_t *head = restore->head;
    const uint16_t key_bytes = get_u16(head);
    const uint32_t value_bytes = get_u32(head + 3);
    const raft_index changed_index = get_u64(head + 7);
    const uint64_t left = restore->expected.key_and_value_bytes -
                          restore->found.key_and_value_bytes;

    if (key_bytes == 0 || key_bytes > KV_MAX_KEY_BYTES) {
        return refuse(restore, "pair %" PRIu64 ": key of %u bytes, not 1 to %d",
                      pair_number(restore), key_bytes, KV_MAX_KEY_BYTES);
    }
    if (head[2] != KV_TEXT && head[2] != KV_JSON) {
        return refuse(restore, "pair %" PRIu64 ": unknown tag %u",
                      pair_number(restore), head[2]);
    }
    if ((uint64_t)key_bytes + value_bytes > left) {
        return refuse(restore,
                      "pair %" PRIu64 ": %u + %" PRIu32
                      " bytes, but only %" PRIu64 " are left",
                      pair_number(restore), key_bytes, value_bytes, left);
    }
    if (changed_index == 0 || changed_index > restore->last_index) {
        return refuse(restore,
                      "pair %" PRIu64 ": changed by entry %" PRIu64
                      ", not 1 to %" PRIu64,
                      pair_number(restore), changed_index, restore->last_index);
    }
    restore->pair = kv_pair_blank(key_bytes, value_bytes, (enum kv_tag)head[2],
                                  changed_index);
    if (restore->pair == NULL) {
        (void)refuse(restore,
                     "out of memory for pair %" PRIu64 " of %" PRIu64
                     " (%u + %" PRIu32 " bytes)",
                     pair_number(restore), restore->expected.key_count,
                     key_bytes, value_bytes);
        restore->result = KV_RESTORE_NO_MEMORY;
        return false;
    }
    restore->part = RESTORE_PAIR;
    return true;
}

static bool take_pair(struct kv_restore *restore)
{
    struct kv_pair *pair = restore->pair;
    struct kv_pair *last = restore->last;

    if (memchr(pair->bytes, 0, pair->key_bytes) != NULL) {
        return refuse(restore, "pair %" PRIu64 ": a zero byte in its key",
                      pair_number(restore));
    }
    if (last != NULL &&
        kv_pair_compare(last, pair->bytes, pair->key_bytes) >= 0) {
        return refuse(restore,
                      "pair %" PRIu64 ": its key does not come after the last",
                      pair_number(restore));
    }
    *(last == NULL ? &restore->first : &last->left) = pair;
    restore->last = pair;
    restore->pair = NULL;
    kv_count_in(&restore->found, pair);
    expect_next(restore);
    return true;
}

static bool take_checksum(struct kv_restore *restore)
{
    const struct kv_stats *found = &restore->found;
    const uint32_t checksum = get_u32(restore->head);

    if (found->key_and_value_bytes != restore->expected.key_and_value_bytes) {
        return refuse(restore,
                      "snapshot of keys and values of %" PRIu64
                      " bytes, but they have %" PRIu64,
                      restore->expected.key_and_value_bytes,
                      found->key_and_value_bytes);
    }
    if (checksum != restore->checksum) {
        return refuse(restore,
                      "snapshot with checksum %08" PRIx32
                      ", but its bytes have %08" PRIx32,
                      checksum, restore->checksum);
    }
    if (found->state_hash != restore->expected.state_hash) {
        return refuse(restore,
                      "snapshot with state hash %016" PRIx64
                      ", but its pairs have %016" PRIx64,
                      restore->expected.state_hash, found->state_hash);
    }
    restore->first = kv_tree_build(restore->first, found->key_count);
    restore->part = RESTORE_END;
    restore->result = KV_RESTORE_DONE;
    return true;
}

bool kv_restore_take_record(struct kv_restore *restore)
{
    restore->have = 0;
    switch (restore->part) {
    case RESTORE_HEADER:
        return take_header(restore);
    case RESTORE_PAIR_HEAD:
        return take_pair_head(restore);
    case RESTORE_PAIR:
        return take_pair(restore);
    case RESTORE_CHECKSUM:
        return take_checksum(restore);
    case RESTORE_END:
        break;
    }
    return refuse(restore, "snapshot with bytes behind its checksum");
}
