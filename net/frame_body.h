/* SPDX-License-Identifier: MIT
 *
 * frame_body.h - the bodies of raft messages, for frame*.c alone.
 *
 * What a body claims is checked before memory is taken for it, and what no
 * correct server could have said is refused here: the core need not see it.
 */
#ifndef NET_FRAME_BODY_H
#define NET_FRAME_BODY_H

#include "net/frame.h"

enum {
    APPEND_ENTRIES_BYTES = 7 * 8 + 4, /* then the entries */
    APPEND_ENTRIES_RESULT_BYTES = 7 * 8 + 1,
    INSTALL_SNAPSHOT_BYTES = 8 * 8 + 2 * 4 + 1, /* then the piece */
    INSTALL_SNAPSHOT_RESULT_BYTES = 5 * 8 + 1
};

/* Length of a message's body; SIZE_MAX when no frame can hold it. */
size_t frame_body_bytes(const struct raft_message *message);

void frame_body_put(uint8_t *body, const struct raft_message *message);

/* message->type, from and to are set already. The rest as frame_decode(). */
enum frame_error frame_body_get(const uint8_t *body, size_t byte_count,
                                struct frame_scratch *scratch,
                                struct raft_message *message);

/* Each of these is the part of the three above for its message; the term and
 * the least length are dealt with there. */
size_t frame_entries_bytes(const struct raft_append_entries *ae);
void frame_entries_put(uint8_t *body, const struct raft_message *m);
enum frame_error frame_entries_get(const uint8_t *body, size_t byte_count,
                                   struct frame_scratch *scratch,
                                   struct raft_message *m);
void frame_entries_put_result(uint8_t *body, const struct raft_message *m);
enum frame_error frame_entries_get_result(const uint8_t *body,
                                          struct raft_message *m);

size_t frame_snapshot_bytes(const struct raft_install_snapshot *is);
void frame_snapshot_put(uint8_t *body, const struct raft_message *m);
enum frame_error frame_snapshot_get(const uint8_t *body, size_t byte_count,
                                    struct raft_message *m);
void frame_snapshot_put_result(uint8_t *body, const struct raft_message *m);
enum frame_error frame_snapshot_get_result(const uint8_t *body,
                                           struct raft_message *m);

/* Flags are bits 0 and 1 of a byte. */
static inline uint8_t frame_flags(bool first, bool second)
{
    return (uint8_t)((first ? 1 : 0) | (second ? 2 : 0));
}

/* Writes count numbers and returns the place after them. */
uint8_t *frame_put_numbers(uint8_t *to, const uint64_t *numbers, size_t count);

#endif
