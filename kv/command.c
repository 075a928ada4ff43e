/* SPDX-License-Identifier: MIT
 *
 * command.c - a client's write as bytes, and back. docs/commands.md has the
 * table. The bytes come from disks and peers: the reader checks all of them
 * before it hands out the first operation.
 */
#include <string.h>

#include "kv/command.h"
#include "raft/bytes.h"
#include "raft/check.h"

enum {
    COMMAND_VERSION = 1,
    HEADER_BYTES = 1 + 4,    /* version, number of operations */
    OPERATION_BYTES = 1 + 2, /* type, length of the key */
    PUT_BYTES = 1 + 4        /* tag, length of the value: PUT only */
};

size_t kv_command_size(const struct kv_operation *operations, size_t count)
{
    size_t size = HEADER_BYTES;

    for (size_t i = 0; i < count; i++) {
        size += OPERATION_BYTES + operations[i].key_bytes;
        if (operations[i].type == KV_PUT) {
            size += PUT_BYTES + operations[i].value_bytes;
        }
    }
    return size;
}

/* memcpy() must not see NULL, not even with nothing to copy. */
static uint8_t *put_bytes(uint8_t *to, const uint8_t *from, size_t count)
{
    if (count > 0) {
        memcpy(to, from, count);
    }
    return to + count;
}

void kv_command_encode(const struct kv_operation *operations, size_t count,
                       uint8_t *bytes)
{
    raft_assert(count > 0);
    raft_assert(count <= KV_MAX_OPERATIONS);
    bytes[0] = COMMAND_VERSION;
    put_u32(bytes + 1, (uint32_t)count);
    bytes += HEADER_BYTES;
    for (size_t i = 0; i < count; i++) {
        const struct kv_operation *op = &operations[i];

        raft_assert(op->key_bytes > 0);
        raft_assert(op->key_bytes <= KV_MAX_KEY_BYTES);
        bytes[0] = (uint8_t)op->type;
        put_u16(bytes + 1, (uint16_t)op->key_bytes);
        bytes = put_bytes(bytes + OPERATION_BYTES, op->key, op->key_bytes);
        if (op->type == KV_PUT) {
            raft_assert(op->value_bytes <= UINT32_MAX);
            bytes[0] = (uint8_t)op->tag;
            put_u32(bytes + 1, (uint32_t)op->value_bytes);
            bytes = put_bytes(bytes + PUT_BYTES, op->value, op->value_bytes);
        }
    }
}

static bool take(struct kv_command_reader *reader, size_t count,
                 const uint8_t **bytes)
{
    if (reader->byte_count - reader->offset < count) {
        return false;
    }
    *bytes = reader->bytes + reader->offset;
    reader->offset += count;
    return true;
}

static bool read_put(struct kv_command_reader *reader, struct kv_operation *op)
{
    const uint8_t *head;

    if (!take(reader, PUT_BYTES, &head)) {
        return false;
    }
    if (head[0] != KV_TEXT && head[0] != KV_JSON) {
        return false;
    }
    op->tag = (enum kv_tag)head[0];
    op->value_bytes = get_u32(head + 1);
    return take(reader, op->value_bytes, &op->value);
}

static bool read_operation(struct kv_command_reader *reader,
                           struct kv_operation *op)
{
    const uint8_t *head;

    *op = (struct kv_operation){0};
    if (!take(reader, OPERATION_BYTES, &head)) {
        return false;
    }
    if (head[0] != KV_PUT && head[0] != KV_DELETE) {
        return false;
    }
    op->type = (enum kv_operation_type)head[0];
    op->key_bytes = get_u16(head + 1);
    if (op->key_bytes == 0 || op->key_bytes > KV_MAX_KEY_BYTES) {
        return false;
    }
    if (!take(reader, op->key_bytes, &op->key) ||
        memchr(op->key, 0, op->key_bytes) != NULL) {
        return false;
    }
    return op->type == KV_DELETE || read_put(reader, op);
}

bool kv_command_open(struct kv_command_reader *reader, const uint8_t *bytes,
                     size_t byte_count)
{
    struct kv_operation op;

    if (byte_count < HEADER_BYTES || bytes[0] != COMMAND_VERSION) {
        return false;
    }
    const uint32_t count = get_u32(bytes + 1);

    if (count == 0 || count > KV_MAX_OPERATIONS) {
        return false;
    }
    *reader = (struct kv_command_reader){
        .bytes = bytes, .byte_count = byte_count, .offset = HEADER_BYTES};
    for (uint32_t i = 0; i < count; i++) {
        if (!read_operation(reader, &op)) {
            return false;
        }
    }
    if (reader->offset != byte_count) {
        return false; /* something follows the last operation */
    }
    reader->offset = HEADER_BYTES;
    reader->left = count;
    return true;
}

bool kv_command_next(struct kv_command_reader *reader,
                     struct kv_operation *operation)
{
    if (reader->left == 0) {
        return false;
    }
    reader->left--;
    return read_operation(reader, operation);
}
