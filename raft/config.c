/* SPDX-License-Identifier: MIT
 *
 * config.c - the bytes of a configuration entry (section 6).
 *
 * version 1, flags (1 = joint), member count, then each member: id (8), flags
 * (1 = in C_old, 2 = in C_new), address length, address.
 */
#include "raft/config.h"

#include <string.h>

#include "raft/bytes.h"

enum { CONFIG_VERSION = 1, FLAG_JOINT = 1, FLAG_OLD = 1, FLAG_NEW = 2 };
enum { HEADER_BYTES = 3, MEMBER_BYTES = 10 };

int raft_config_slot(const struct raft_config *config, raft_server_id id)
{
    for (size_t slot = 0; slot < config->member_count; slot++) {
        if (config->members[slot].id == id) {
            return (int)slot;
        }
    }
    return -1;
}

size_t raft_address_bytes(const char address[RAFT_MAX_ADDRESS_BYTES])
{
    const char *end = memchr(address, 0, RAFT_MAX_ADDRESS_BYTES - 1);

    return end == NULL ? RAFT_MAX_ADDRESS_BYTES - 1 : (size_t)(end - address);
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

static size_t encode_member(const struct raft_member *member, uint8_t *bytes)
{
    const size_t length = raft_address_bytes(member->address);

    put_u64(bytes, member->id);
    bytes[8] = (uint8_t)((member->in_old ? FLAG_OLD : 0) |
                         (member->in_new ? FLAG_NEW : 0));
    bytes[9] = (uint8_t)length;
    memcpy(bytes + MEMBER_BYTES, member->address, length);
    return MEMBER_BYTES + length;
}

size_t raft_config_encode(const struct raft_config *config, uint8_t *bytes)
{
    size_t used = HEADER_BYTES;

    bytes[0] = CONFIG_VERSION;
    bytes[1] = config->is_joint ? FLAG_JOINT : 0;
    bytes[2] = (uint8_t)config->member_count;
    for (size_t slot = 0; slot < config->member_count; slot++) {
        used += encode_member(&config->members[slot], bytes + used);
    }
    return used;
}

/* Returns the bytes used, or 0 when they are no member. */
static size_t decode_member(const uint8_t *bytes, size_t byte_count,
                            struct raft_member *member)
{
    if (byte_count < MEMBER_BYTES) {
        return 0;
    }
    const uint8_t flags = bytes[8];
    const size_t length = bytes[9];

    if (length >= RAFT_MAX_ADDRESS_BYTES ||
        byte_count - MEMBER_BYTES < length ||
        (flags & ~(FLAG_OLD | FLAG_NEW)) != 0 ||
        memchr(bytes + MEMBER_BYTES, 0, length) != NULL) {
        return 0;
    }
    *member = (struct raft_member){.id = get_u64(bytes),
                                   .in_old = (flags & FLAG_OLD) != 0,
                                   .in_new = (flags & FLAG_NEW) != 0};
    memcpy(member->address, bytes + MEMBER_BYTES, length);
    return MEMBER_BYTES + length;
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

    if (byte_count < HEADER_BYTES || bytes[0] != CONFIG_VERSION ||
        bytes[1] > FLAG_JOINT || bytes[2] > RAFT_MAX_SLOTS) {
        return false;
    }
    decoded.is_joint = bytes[1] == FLAG_JOINT;
    for (size_t i = 0; i < bytes[2]; i++) {
        struct raft_member member;
        const size_t length =
            decode_member(bytes + used, byte_count - used, &member);

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
