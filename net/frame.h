/* SPDX-License-Identifier: MIT
 *
 * frame.h - what passes on a connection, as bytes (docs/protocol.md).
 *
 * Pure: no sockets, no clock. The simulator and the fuzzer use it as it is.
 */
#ifndef NET_FRAME_H
#define NET_FRAME_H

#include "net/net.h"

/*
 * Version N speaks N-1, too, and 3 speaks 1: no format has changed yet. A frame
 * carries the version that its type came with. What a server speaks at most
 * stands in the top byte of its sequence numbers, HELLO's among them, where
 * version 1 has 0 and does not look: so servers of all can be in one cluster.
 */
enum {
    FRAME_VERSION = 3,
    FRAME_OLDEST_VERSION = 1,
    FRAME_SPEAKS_SHIFT = 56,
    FRAME_HEADER_BYTES = 52,
    FRAME_APPLIED_BYTES = FRAME_HEADER_BYTES + 8,
    FRAME_MAX_HELLO_BYTES = FRAME_HEADER_BYTES + 3 + NET_MAX_NAME +
                            RAFT_MAX_ADDRESS_BYTES + NET_MAX_HTTP_ADDRESS
};

/* Numbers below these are those of enum raft_message_type. Types 6, 7 and 36
 * came with version 2, types 37 and 38 with version 3. */
enum frame_type {
    FRAME_HELLO = 32,   /* who I am; both ways, first, and when it changes */
    FRAME_INVITE = 33,  /* become a member of my cluster */
    FRAME_PING = 34,    /* are you there? */
    FRAME_PONG = 35,    /* yes */
    FRAME_APPLIED = 36, /* so far my state machine has come */
    FRAME_ABSORB = 37,  /* leave your cluster for mine */
    FRAME_DECLINED = 38 /* I will not */
};

struct frame_route {
    uint64_t cluster_id;
    raft_server_id from;
    raft_server_id to; /* 0 in a HELLO: whoever you are */
    uint64_t sequence; /* rises with every frame of the sender */
};

struct frame {
    uint8_t type; /* enum frame_type or enum raft_message_type */
    struct frame_route route;
    union {
        struct net_hello hello;      /* FRAME_HELLO */
        struct raft_message message; /* raft messages */
        raft_index applied;          /* FRAME_APPLIED */
    };
};

enum frame_error {
    FRAME_OK = 0,
    FRAME_MORE,    /* not all here yet */
    FRAME_FOREIGN, /* the first bytes are not ours */
    FRAME_BAD_VERSION,
    FRAME_DAMAGED, /* a checksum differs */
    FRAME_TOO_LONG,
    FRAME_BAD_TYPE,
    FRAME_MALFORMED, /* the sums are right, the contents make no sense */
    FRAME_NO_MEMORY
};
const char *frame_error_text(enum frame_error error);

/* The version that this type of frame came with. */
uint16_t frame_version_of(uint8_t type);

/* The newest version spoken by whoever sent this sequence number. */
static inline uint16_t frame_speaks(uint64_t sequence)
{
    const uint16_t speaks = (uint16_t)(sequence >> FRAME_SPEAKS_SHIFT);

    return speaks == 0 ? FRAME_OLDEST_VERSION : speaks;
}

/* Room for the entries of a decoded message. Starts as {0}; reused. */
struct frame_scratch {
    struct raft_entry *entries;
    size_t capacity;
};
void frame_scratch_free(struct frame_scratch *scratch);

/*
 * Decode the frame at the start of bytes; *used is its length.
 * Borrowing: a message's entries stand in scratch, their contents and a
 *         snapshot's piece in bytes.
 * max_body_bytes: a longer body is refused before it is waited for.
 * Errors: FRAME_MORE: call again with more. Others: *frame and *used are
 *         undefined, and so is where the next frame starts.
 */
enum frame_error frame_decode(const uint8_t *bytes, size_t byte_count,
                              uint32_t max_body_bytes,
                              struct frame_scratch *scratch,
                              struct frame *frame, size_t *used);

/* Would others take this HELLO? No control bytes; addresses without blanks,
 * quotes and backslashes; an id. */
bool frame_hello_is_sane(const struct net_hello *hello);

/* Length of a message's frame; 0: longer than a frame can be. */
size_t frame_message_bytes(const struct raft_message *message);

/* Each writes one frame and returns its length. The caller makes room:
 * frame_message_bytes(), FRAME_MAX_HELLO_BYTES, FRAME_HEADER_BYTES,
 * FRAME_APPLIED_BYTES. */
size_t frame_put_message(uint8_t *bytes, uint64_t cluster_id, uint64_t sequence,
                         const struct raft_message *message);
size_t frame_put_hello(uint8_t *bytes, const struct net_hello *hello,
                       raft_server_id to, uint64_t sequence);
size_t frame_put_plain(uint8_t *bytes, enum frame_type type,
                       const struct frame_route *route);
size_t frame_put_applied(uint8_t *bytes, const struct frame_route *route,
                         raft_index applied);

#endif
