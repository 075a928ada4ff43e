/* SPDX-License-Identifier: MIT
 *
 * joint.c - the configurations that a change goes through (section 6, Figure
 * 11): C_old with learners, C_old,new, C_new.
 *
 * When each of them is due is membership_change.c.
 */
#include <string.h>

#include "raft/internal.h"

/* They vote nowhere yet. */
struct raft_config raft_config_with_learners(const struct raft_config *now,
                                             const struct raft_config *wanted)
{
    struct raft_config config = *now;

    for (size_t i = 0; i < wanted->member_count; i++) {
        if (raft_config_slot(now, wanted->members[i].id) < 0) {
            raft_assert(config.member_count < RAFT_MAX_SLOTS);
            config.members[config.member_count] = wanted->members[i];
            config.members[config.member_count++].in_old = false;
        }
    }
    return config;
}

struct raft_config raft_config_without_learners(const struct raft_config *now)
{
    struct raft_config config = {0};

    for (size_t slot = 0; slot < now->member_count; slot++) {
        if (!raft_config_is_learner(now, slot)) {
            config.members[config.member_count++] = now->members[slot];
        }
    }
    return config;
}

/* Where an address or a name differs, the one in C_new is the later one. */
struct raft_config raft_config_joint(const struct raft_config *now,
                                     const struct raft_config *wanted)
{
    const struct raft_config c_old = raft_config_without_learners(now);
    struct raft_config joint = raft_config_with_learners(&c_old, wanted);

    joint.is_joint = true;
    for (size_t i = 0; i < wanted->member_count; i++) {
        const int slot = raft_config_slot(&joint, wanted->members[i].id);
        struct raft_member *member = &joint.members[slot];

        member->in_new = true;
        memcpy(member->address, wanted->members[i].address,
               sizeof(member->address));
        memcpy(member->name, wanted->members[i].name, sizeof(member->name));
    }
    return joint;
}

struct raft_config raft_config_new(const struct raft_config *joint)
{
    struct raft_config config = {0};

    for (size_t slot = 0; slot < joint->member_count; slot++) {
        if (joint->members[slot].in_new) {
            struct raft_member *member = &config.members[config.member_count++];

            *member = joint->members[slot];
            member->in_old = true;
            member->in_new = false;
        }
    }
    return config;
}

static bool same_address(const char *a, const char *b)
{
    const size_t byte_count = raft_text_bytes(a, RAFT_MAX_ADDRESS_BYTES);

    return byte_count == raft_text_bytes(b, RAFT_MAX_ADDRESS_BYTES) &&
           memcmp(a, b, byte_count) == 0;
}

/* A name alone is no change. */
bool raft_config_same_members(const struct raft_config *a,
                              const struct raft_config *b)
{
    for (size_t i = 0; i < a->member_count; i++) {
        const int slot = raft_config_slot(b, a->members[i].id);

        if (slot < 0 ||
            !same_address(a->members[i].address, b->members[slot].address)) {
            return false;
        }
    }
    return a->member_count == b->member_count;
}
