/* SPDX-License-Identifier: MIT
 *
 * snapshot_retry.c - a snapshot that can't be installed: when it may come
 * again.
 */
#include "cmd/raftd/snapshot_retry.h"

enum { MOST_S = 30 };

struct snapshot_id snapshot_id_of(const struct raft_snapshot *snapshot)
{
    return (struct snapshot_id){.last_index = snapshot->last_index,
                                .last_term = snapshot->last_term,
                                .file_bytes = snapshot->byte_count,
                                .checksum = snapshot->checksum};
}

struct snapshot_id
snapshot_id_of_piece(const struct raft_install_snapshot *piece)
{
    return (struct snapshot_id){.last_index = piece->last_included_index,
                                .last_term = piece->last_included_term,
                                .file_bytes = piece->file_bytes,
                                .checksum = piece->checksum};
}

bool snapshot_id_same(const struct snapshot_id *a, const struct snapshot_id *b)
{
    return a->last_index == b->last_index && a->last_term == b->last_term &&
           a->file_bytes == b->file_bytes && a->checksum == b->checksum;
}

static uint32_t pause_s(uint32_t failures)
{
    uint32_t pause = failures > 1 ? 1 : 0;

    for (uint32_t i = 2; i < failures && pause < MOST_S; i++) {
        pause *= 2;
    }
    return pause < MOST_S ? pause : MOST_S;
}

uint32_t snapshot_retry_failed(struct snapshot_retry *retry,
                               const struct snapshot_id *of, uint64_t now_ns)
{
    uint32_t pause;

    if (!snapshot_id_same(&retry->of, of)) {
        *retry = (struct snapshot_retry){.of = *of};
    }
    retry->failures += retry->failures < UINT32_MAX ? 1u : 0u;
    pause = pause_s(retry->failures);
    retry->until_ns = now_ns + pause * 1000000000ull;
    retry->waits = true;
    return pause;
}

bool snapshot_retry_is_due(struct snapshot_retry *retry, uint64_t now_ns)
{
    if (!retry->waits || now_ns < retry->until_ns) {
        return false;
    }
    retry->waits = false;
    return true;
}

bool snapshot_retry_waits_for(const struct snapshot_retry *retry,
                              const struct snapshot_id *of)
{
    return retry->waits && snapshot_id_same(&retry->of, of);
}
