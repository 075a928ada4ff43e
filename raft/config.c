/* SPDX-License-Identifier: MIT
 *
 * config.c - the bytes of a configuration entry (section 6).
 *
 * version, flags (1 = joint), member count, then each member: id (8), flags
 * (1 = in C_old, 2 = in C_new), address length, address; in version 2 also name
 * length, name. Version 1 is written while no member has a name, so that
 * servers of the version before this one can read it.
 */
#include "raft/config.h"

#include <string.h>

#include "raft/bytes.h"

enum { PLAIN = 1, WITH_NAMES = RAFT_CONFIG_VERSION }; /* versions */
enum { FLAG_JOINT = 1, FLAG_OLD = 1, FLAG_NEW = 2 };
enum { HEADER_BYTES = 3, MEMBER_BYTES = 9 };

int raft_config_slot(const struct raft_config *config, raft_server_id id)
{
    for (size_t slot = 0; slot < config->member_count; slot++) {
        if (config->members[slot].id == id) {
            return (int)slot;
        }
    }
    return -1;
}

size_t raft_text_bytes(const char *text, size_t size)
{
    const char *end = memchr(text, 0, size - 1);

    return end == NULL ? size - 1 : (size_t)(end - text);
}

bool raft_config_is_voter(const struct raft_config *config, raft_server_id id)
{
    const int slot = raft_config_slot(config, id);

    return slot >= 0 && (config->members[slot].in_old ||
                         (config->is_joint && config->members[slot].in_new));
}

bool raft_config_will_vote(const struct raft_config *config, raft_server_id id)
{
    const int slot = raft_config_slot(config, id);

    return slot >= 0 && (config->is_joint ? config->members[slot].in_new
                                          : config->members[slot].in_old);
}

bool raft_config_is_learner(const struct raft_config *config, size_t slot)
{
    return !config->members[slot].in_old &&
           !(config->is_joint && config->members[slot].in_new);
}

bool raft_config_has_learners(const struct raft_config *config)
{
    for (size_t slot = 0; slot < config->member_count; slot++) {
        if (raft_config_is_learner(config, slot)) {
            return true;
        }
    }
    return false;
}

static size_t encode_text(const char *text, size_t size, uint8_t *bytes)
{
    const size_t length = raft_text_bytes(text, size);

    bytes[0] = (uint8_t)length;
    memcpy(bytes + 1, text, length);
    return 1 + length;
}

static size_t encode_member(const struct raft_member *member, int version,
                            uint8_t *bytes)
{
    size_t used = MEMBER_BYTES;

    put_u64(bytes, member->id);
    bytes[8] = (uint8_t)((member->in_old ? FLAG_OLD : 0) |
                         (member->in_new ? FLAG_NEW : 0));
    used += encode_text(member->address, sizeof(member->address), bytes + used);
    if (version == WITH_NAMES) {
        used += encode_text(member->name, sizeof(member->name), bytes + used);
    }
    return used;
}

static int version_of(const struct raft_config *config)
{
    for (size_t slot = 0; slot < config->member_count; slot++) {
        if (config->members[slot].name[0] != 0) {
            return WITH_NAMES;
        }
    }
    return PLAIN;
}

size_t raft_config_encode(const struct raft_config *config, uint8_t *bytes)
{
    const int version = version_of(config);
    size_t used = HEADER_BYTES;

    bytes[0] = (uint8_t)version;
    bytes[1] = config->is_joint ? FLAG_JOINT : 0;
    bytes[2] = (uint8_t)config->member_count;
    for (size_t slot = 0; slot < config->member_count; slot++) {
        used += encode_member(&config->members[slot], version, bytes + used);
    }
    return used;
}

/* text: max bytes of zeros. Returns the bytes used, or 0: they are no text. */
static size_t decode_text(const uint8_t *bytes, size_t byte_count, char *text,
                          size_t max)
{
    if (byte_count < 1 || bytes[0] >= max || byte_count - 1 < bytes[0] ||
        memchr(bytes + 1, 0, bytes[0]) != NULL) {
        return 0;
    }
    memcpy(text, bytes + 1, bytes[0]);
    return 1 + (size_t)bytes[0];
}

/* Returns the bytes used, or 0 when they are no member. */
static size_t decode_member(const uint8_t *bytes, size_t byte_count,
                            int version, struct raft_member *member)
{
    if (byte_count < MEMBER_BYTES || (bytes[8] & ~(FLAG_OLD | FLAG_NEW)) != 0) {
        return 0;
    }
    *member = (struct raft_member){.id = get_u64(bytes),
                                   .in_old = (bytes[8] & FLAG_OLD) != 0,
                                   .in_new = (bytes[8] & FLAG_NEW) != 0};
    const size_t address =
        decode_text(bytes + MEMBER_BYTES, byte_count - MEMBER_BYTES,
                    member->address, sizeof(member->address));
    const size_t used = MEMBER_BYTES + address;

    if (address == 0 || version == PLAIN) {
        return address == 0 ? 0 : used;
    }
    const size_t name = decode_text(bytes + used, byte_count - used,
                                    member->name, sizeof(member->name));

    return name == 0 ? 0 : used + name;
}

/* Set sizes are right, and only a joint configuration has a C_new. */
static bool sets_make_sense(const struct raft_config *config)
{
    size_t old_count = 0;
    size_t new_count = 0;

    for (size_t slot = 0; slot < config->member_count; slot++) {
        old_count += config->members[slot].in_old ? 1u : 0u;
        new_count += config->members[slot].in_new ? 1u : 0u;
    }
    return old_count >= 1 && old_count <= RAFT_MAX_VOTERS &&
           new_count <= RAFT_MAX_VOTERS && (new_count > 0) == config->is_joint;
}

bool raft_config_decode(const uint8_t *bytes, size_t byte_count,
                        struct raft_config *config)
{
    struct raft_config decoded = {0};
    size_t used = HEADER_BYTES;

    if (byte_count < HEADER_BYTES || bytes[0] < PLAIN ||
        bytes[0] > WITH_NAMES || bytes[1] > FLAG_JOINT ||
        bytes[2] > RAFT_MAX_SLOTS) {
        return false;
    }
    decoded.is_joint = bytes[1] == FLAG_JOINT;
    for (size_t i = 0; i < bytes[2]; i++) {
        struct raft_member member;
        const size_t length =
            decode_member(bytes + used, byte_count - used, bytes[0], &member);

        if (length == 0 || member.id == RAFT_NO_SERVER ||
            raft_config_slot(&decoded, member.id) >= 0) {
            return false;
        }
        decoded.members[decoded.member_count++] = member;
        used += length;
    }
    if (used != byte_count || !sets_make_sense(&decoded)) {
        return false;
    }
    *config = decoded;
    return true;
}
