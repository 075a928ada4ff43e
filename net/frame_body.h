/* SPDX-License-Identifier: MIT
 *
 * frame_body.h - the bodies of raft messages, for frame.c alone.
 */
#ifndef NET_FRAME_BODY_H
#define NET_FRAME_BODY_H

#include "net/frame.h"

/* Length of a message's body; SIZE_MAX when 32 bits cannot hold it. */
size_t frame_body_bytes(const struct raft_message *message);

void frame_body_put(uint8_t *body, const struct raft_message *message);

/* message->type, from and to are set already. The rest as frame_decode(). */
enum frame_error frame_body_get(const uint8_t *body, size_t byte_count,
                                struct frame_scratch *scratch,
                                struct raft_message *message);

#endif
