/* SPDX-License-Identifier: MIT
 *
 * command.h - what a client's write looks like inside a log entry.
 *
 * A command is a list of operations that happen all together, in one entry.
 * Bytes: version, then each operation; docs/commands.md has the table.
 */
#ifndef KV_COMMAND_H
#define KV_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KV_MAX_KEY_BYTES = 4096,
    KV_MAX_VALUE_BYTES = 1 << 20, /* the default of --max-value-bytes */
    KV_MAX_OPERATIONS = 10000
};

/* The numbers stand on disk. */
enum kv_operation_type { KV_PUT = 1, KV_DELETE = 2 };

/* What a value is: text or bytes, or JSON kept as its text, verbatim. */
enum kv_tag { KV_TEXT = 0, KV_JSON = 1 };

struct kv_operation {
    enum kv_operation_type type;
    enum kv_tag tag;    /* PUT only */
    const uint8_t *key; /* 1..KV_MAX_KEY_BYTES, any bytes but NUL */
    size_t key_bytes;
    const uint8_t *value; /* PUT only; may be empty */
    size_t value_bytes;
};

/*
 * Bytes that kv_command_encode() will write. Both want 1..KV_MAX_OPERATIONS
 * operations within the bounds above.
 */
size_t kv_command_size(const struct kv_operation *operations, size_t count);
void kv_command_encode(const struct kv_operation *operations, size_t count,
                       uint8_t *bytes);

/* Walks an encoded command; borrows its bytes. */
struct kv_command_reader {
    const uint8_t *bytes;
    size_t byte_count;
    size_t offset;
    uint32_t left; /* operations not read yet */
};

/*
 * Checks the whole command first: version, lengths, tags, end. false: it is
 * not a command; nothing of it may take effect.
 */
bool kv_command_open(struct kv_command_reader *reader, const uint8_t *bytes,
                     size_t byte_count);

/* The next operation, or false at the end. */
bool kv_command_next(struct kv_command_reader *reader,
                     struct kv_operation *operation);

#endif
