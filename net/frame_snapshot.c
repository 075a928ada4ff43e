/* SPDX-License-Identifier: MIT
 *
 * frame_snapshot.c - the bodies of InstallSnapshot and its answer (Figure 13).
 */
#include <string.h>

#include "net/frame_body.h"
#include "raft/bytes.h"

/* Where each field stands; 8 numbers before them. */
enum { AT_CHECKSUM = 64, AT_PIECE_BYTES = 68, AT_FLAGS = 72 };

size_t frame_snapshot_bytes(const struct raft_install_snapshot *is)
{
    return is->byte_count > NET_MAX_PIECE_BYTES
               ? SIZE_MAX
               : (size_t)INSTALL_SNAPSHOT_BYTES + is->byte_count;
}

void frame_snapshot_put(uint8_t *body, const struct raft_message *m)
{
    const struct raft_install_snapshot *is = &m->install_snapshot;
    const uint64_t numbers[] = {m->term,
                                is->leader_id,
                                is->last_included_index,
                                is->last_included_term,
                                is->offset,
                                is->file_bytes,
                                is->read_round,
                                is->sent_tick};

    frame_put_numbers(body, numbers, 8);
    put_u32(body + AT_CHECKSUM, is->checksum);
    put_u32(body + AT_PIECE_BYTES, is->byte_count);
    body[AT_FLAGS] = frame_flags(is->done, is->is_heartbeat);
    if (is->byte_count > 0) {
        memcpy(body + INSTALL_SNAPSHOT_BYTES, is->bytes, is->byte_count);
    }
}

/*
 * The piece lies inside the file, done says whether it ends there, and an
 * empty one is a heartbeat or stands at the end: it would get nobody further.
 */
static bool is_piece(const struct raft_install_snapshot *is)
{
    if (is->offset > is->file_bytes ||
        is->byte_count > is->file_bytes - is->offset) {
        return false;
    }
    if (is->is_heartbeat) {
        return is->byte_count == 0 && !is->done;
    }
    return is->done == (is->byte_count == is->file_bytes - is->offset) &&
           (is->byte_count > 0 || is->done);
}

enum frame_error frame_snapshot_get(const uint8_t *body, size_t byte_count,
                                    struct raft_message *m)
{
    const uint8_t flags = body[AT_FLAGS];
    const uint32_t piece_bytes = get_u32(body + AT_PIECE_BYTES);
    struct raft_install_snapshot *is = &m->install_snapshot;

    *is = (struct raft_install_snapshot){
        .leader_id = get_u64(body + 8),
        .last_included_index = get_u64(body + 16),
        .last_included_term = get_u64(body + 24),
        .offset = get_u64(body + 32),
        .file_bytes = get_u64(body + 40),
        .read_round = get_u64(body + 48),
        .sent_tick = get_u64(body + 56),
        .checksum = get_u32(body + AT_CHECKSUM),
        .byte_count = piece_bytes,
        .bytes = piece_bytes > 0 ? body + INSTALL_SNAPSHOT_BYTES : NULL,
        .done = (flags & 1) != 0,
        .is_heartbeat = (flags & 2) != 0,
    };
    return flags <= 3 && is->leader_id == m->from &&
                   piece_bytes <= NET_MAX_PIECE_BYTES &&
                   piece_bytes == byte_count - INSTALL_SNAPSHOT_BYTES &&
                   is->last_included_index > 0 && is->last_included_term > 0 &&
                   is->last_included_term <= m->term && is_piece(is)
               ? FRAME_OK
               : FRAME_MALFORMED;
}

void frame_snapshot_put_result(uint8_t *body, const struct raft_message *m)
{
    const struct raft_install_snapshot_result *result =
        &m->install_snapshot_result;
    const uint64_t numbers[] = {m->term, result->last_included_index,
                                result->bytes_stored, result->read_round,
                                result->sent_tick};

    *frame_put_numbers(body, numbers, 5) =
        frame_flags(result->installed, false);
}

enum frame_error frame_snapshot_get_result(const uint8_t *body,
                                           struct raft_message *m)
{
    const uint8_t flags = body[40];

    m->install_snapshot_result = (struct raft_install_snapshot_result){
        .last_included_index = get_u64(body + 8),
        .bytes_stored = get_u64(body + 16),
        .read_round = get_u64(body + 24),
        .sent_tick = get_u64(body + 32),
        .installed = (flags & 1) != 0,
    };
    return flags <= 1 ? FRAME_OK : FRAME_MALFORMED;
}
