/* SPDX-License-Identifier: MIT
 *
 * frame.c - the header of every frame, and the frames that are not Raft's.
 *
 * The header has a checksum of its own, so that a damaged length is noticed
 * at once instead of being waited for.
 */
#include "net/frame.h"

#include <stdlib.h>
#include <string.h>

#include "net/frame_body.h"
#include "raft/bytes.h"
#include "raft/storage/crc32c.h"

/* Where each field of the header stands. They stay where they are in every
 * version, so that any two can tell each other which they speak. */
enum {
    AT_MAGIC = 0,
    AT_VERSION = 4,
    AT_TYPE = 6,
    AT_FLAGS = 7, /* always 0 */
    AT_CLUSTER = 8,
    AT_FROM = 16,
    AT_TO = 24,
    AT_SEQUENCE = 32,
    AT_BODY_BYTES = 40,
    AT_BODY_CRC = 44,
    AT_HEADER_CRC = 48 /* of all bytes before it */
};

static const uint8_t magic[4] = {'R', 'a', 'f', 't'};

const char *frame_error_text(enum frame_error error)
{
    static const char *const texts[] = {
        [FRAME_OK] = "fine",
        [FRAME_MORE] = "incomplete frame",
        [FRAME_FOREIGN] = "not our protocol",
        [FRAME_BAD_VERSION] = "another version of the protocol",
        [FRAME_DAMAGED] = "damaged frame",
        [FRAME_TOO_LONG] = "frame too long",
        [FRAME_BAD_TYPE] = "frame of unknown type",
        [FRAME_MALFORMED] = "malformed frame",
        [FRAME_NO_MEMORY] = "no memory for the entries",
    };
    return texts[error];
}

void frame_scratch_free(struct frame_scratch *scratch)
{
    free(scratch->entries);
    *scratch = (struct frame_scratch){0};
}

uint16_t frame_version_of(uint8_t type)
{
    switch (type) {
    case RAFT_INSTALL_SNAPSHOT:
    case RAFT_INSTALL_SNAPSHOT_RESULT:
    case FRAME_APPLIED:
        return 2;
    case FRAME_ABSORB:
    case FRAME_DECLINED:
        return 3;
    default:
        return FRAME_OLDEST_VERSION;
    }
}

/* The body stands behind the header already. Returns the frame's length. */
static size_t put_header(uint8_t *bytes, uint8_t type,
                         const struct frame_route *route, size_t body_bytes)
{
    memcpy(bytes + AT_MAGIC, magic, sizeof magic);
    put_u16(bytes + AT_VERSION, frame_version_of(type));
    bytes[AT_TYPE] = type;
    bytes[AT_FLAGS] = 0;
    put_u64(bytes + AT_CLUSTER, route->cluster_id);
    put_u64(bytes + AT_FROM, route->from);
    put_u64(bytes + AT_TO, route->to);
    put_u64(bytes + AT_SEQUENCE, route->sequence);
    put_u32(bytes + AT_BODY_BYTES, (uint32_t)body_bytes);
    put_u32(bytes + AT_BODY_CRC,
            crc32c(0, bytes + FRAME_HEADER_BYTES, body_bytes));
    put_u32(bytes + AT_HEADER_CRC, crc32c(0, bytes, AT_HEADER_CRC));
    return FRAME_HEADER_BYTES + body_bytes;
}

size_t frame_message_bytes(const struct raft_message *message)
{
    const size_t body_bytes = frame_body_bytes(message);

    return body_bytes == SIZE_MAX ? 0 : FRAME_HEADER_BYTES + body_bytes;
}

size_t frame_put_message(uint8_t *bytes, uint64_t cluster_id, uint64_t sequence,
                         const struct raft_message *message)
{
    const struct frame_route route = {cluster_id, message->from, message->to,
                                      sequence};

    frame_body_put(bytes + FRAME_HEADER_BYTES, message);
    return put_header(bytes, (uint8_t)message->type, &route,
                      frame_body_bytes(message));
}

size_t frame_put_plain(uint8_t *bytes, enum frame_type type,
                       const struct frame_route *route)
{
    return put_header(bytes, (uint8_t)type, route, 0);
}

size_t frame_put_applied(uint8_t *bytes, const struct frame_route *route,
                         raft_index applied)
{
    put_u64(bytes + FRAME_HEADER_BYTES, applied);
    return put_header(bytes, FRAME_APPLIED, route, 8);
}

/* A length byte, then the text. Returns the place after it. */
static uint8_t *put_text(uint8_t *to, const char *text)
{
    const size_t length = strlen(text);

    to[0] = (uint8_t)length;
    memcpy(to + 1, text, length);
    return to + 1 + length;
}

size_t frame_put_hello(uint8_t *bytes, const struct net_hello *hello,
                       raft_server_id to, uint64_t sequence)
{
    const struct frame_route route = {hello->cluster_id, hello->server_id, to,
                                      sequence};
    uint8_t *const body = bytes + FRAME_HEADER_BYTES;
    uint8_t *at = put_text(body, hello->name);

    at = put_text(at, hello->raft_address);
    at = put_text(at, hello->http_address);
    return put_header(bytes, FRAME_HELLO, &route, (size_t)(at - body));
}

/* These texts end up in logs and answers: no control bytes, ever. */
static bool is_printable(const char *text, size_t length, bool is_address)
{
    for (size_t i = 0; i < length; i++) {
        const uint8_t byte = (uint8_t)text[i];

        if (byte < 0x20 || byte == 0x7f ||
            (is_address && (byte == ' ' || byte == '"' || byte == '\\'))) {
            return false;
        }
    }
    return true;
}

bool frame_hello_is_sane(const struct net_hello *hello)
{
    return hello->server_id != RAFT_NO_SERVER &&
           is_printable(hello->name, strlen(hello->name), false) &&
           is_printable(hello->raft_address, strlen(hello->raft_address),
                        true) &&
           is_printable(hello->http_address, strlen(hello->http_address), true);
}

/* room: of text, with the NUL. Returns the bytes taken; 0: malformed. */
static size_t get_text(const uint8_t *from, size_t left, char *text,
                       size_t room)
{
    if (left == 0 || from[0] >= room || from[0] > left - 1 ||
        memchr(from + 1, 0, from[0]) != NULL) {
        return 0;
    }
    memset(text, 0, room);
    memcpy(text, from + 1, from[0]);
    return (size_t)from[0] + 1;
}

static enum frame_error get_hello(const uint8_t *body, size_t left,
                                  const struct frame_route *route,
                                  struct net_hello *hello)
{
    struct {
        char *text;
        size_t room;
    } const fields[] = {
        {hello->name, sizeof hello->name},
        {hello->raft_address, sizeof hello->raft_address},
        {hello->http_address, sizeof hello->http_address},
    };

    hello->cluster_id = route->cluster_id;
    hello->server_id = route->from;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const size_t taken =
            get_text(body, left, fields[i].text, fields[i].room);

        if (taken == 0) {
            return FRAME_MALFORMED;
        }
        body += taken;
        left -= taken;
    }
    return left == 0 && frame_hello_is_sane(hello) ? FRAME_OK : FRAME_MALFORMED;
}

/* Nothing but the bytes that say so is believed before the checksum is. */
static enum frame_error check_header(const uint8_t *bytes, size_t byte_count,
                                     uint32_t max_body_bytes)
{
    const size_t magic_bytes =
        byte_count < sizeof magic ? byte_count : sizeof magic;

    if (magic_bytes > 0 && memcmp(bytes, magic, magic_bytes) != 0) {
        return FRAME_FOREIGN;
    }
    if (byte_count >= AT_TYPE &&
        (get_u16(bytes + AT_VERSION) < FRAME_OLDEST_VERSION ||
         get_u16(bytes + AT_VERSION) > FRAME_VERSION)) {
        return FRAME_BAD_VERSION;
    }
    if (byte_count < FRAME_HEADER_BYTES) {
        return FRAME_MORE;
    }
    if (get_u32(bytes + AT_HEADER_CRC) != crc32c(0, bytes, AT_HEADER_CRC)) {
        return FRAME_DAMAGED;
    }
    if (get_u32(bytes + AT_BODY_BYTES) > max_body_bytes) {
        return FRAME_TOO_LONG;
    }
    return bytes[AT_FLAGS] == 0 && get_u64(bytes + AT_FROM) != RAFT_NO_SERVER
               ? FRAME_OK
               : FRAME_MALFORMED;
}

static enum frame_error get_body(const uint8_t *body, size_t body_bytes,
                                 struct frame_scratch *scratch,
                                 struct frame *frame)
{
    switch (frame->type) {
    case RAFT_REQUEST_VOTE:
    case RAFT_REQUEST_VOTE_RESULT:
    case RAFT_APPEND_ENTRIES:
    case RAFT_APPEND_ENTRIES_RESULT:
    case RAFT_TIMEOUT_NOW:
    case RAFT_INSTALL_SNAPSHOT:
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        frame->message =
            (struct raft_message){.type = (enum raft_message_type)frame->type,
                                  .from = frame->route.from,
                                  .to = frame->route.to};
        return frame_body_get(body, body_bytes, scratch, &frame->message);
    case FRAME_HELLO:
        return get_hello(body, body_bytes, &frame->route, &frame->hello);
    case FRAME_INVITE:
    case FRAME_PING:
    case FRAME_PONG:
    case FRAME_ABSORB:
    case FRAME_DECLINED:
        return body_bytes == 0 ? FRAME_OK : FRAME_MALFORMED;
    case FRAME_APPLIED:
        frame->applied = body_bytes == 8 ? get_u64(body) : 0;
        return body_bytes == 8 ? FRAME_OK : FRAME_MALFORMED;
    default:
        return FRAME_BAD_TYPE;
    }
}

enum frame_error frame_decode(const uint8_t *bytes, size_t byte_count,
                              uint32_t max_body_bytes,
                              struct frame_scratch *scratch,
                              struct frame *frame, size_t *used)
{
    const enum frame_error error =
        check_header(bytes, byte_count, max_body_bytes);
    if (error != FRAME_OK) {
        return error;
    }
    const uint8_t *const body = bytes + FRAME_HEADER_BYTES;
    const size_t body_bytes = get_u32(bytes + AT_BODY_BYTES);
    if (body_bytes > byte_count - FRAME_HEADER_BYTES) {
        return FRAME_MORE;
    }
    if (get_u32(bytes + AT_BODY_CRC) != crc32c(0, body, body_bytes)) {
        return FRAME_DAMAGED;
    }
    frame->type = bytes[AT_TYPE];
    frame->route = (struct frame_route){
        get_u64(bytes + AT_CLUSTER), get_u64(bytes + AT_FROM),
        get_u64(bytes + AT_TO), get_u64(bytes + AT_SEQUENCE)};
    *used = FRAME_HEADER_BYTES + body_bytes;
    return get_u16(bytes + AT_VERSION) == frame_version_of(frame->type)
               ? get_body(body, body_bytes, scratch, frame)
               : FRAME_BAD_TYPE;
}
