/* SPDX-License-Identifier: MIT
 *
 * config.h - the set of members (section 6), and its bytes in the log.
 *
 * A configuration holds two sets of voters, C_old and C_new, from the first
 * day. They differ only while a change is under way (is_joint); otherwise
 * every voter is in C_old and C_new is not looked at.
 */
#ifndef RAFT_CONFIG_H
#define RAFT_CONFIG_H

#include "raft/types.h"

struct raft_member {
    raft_server_id id;
    bool in_old;                          /* votes in C_old */
    bool in_new;                          /* votes in C_new; joint only */
    char address[RAFT_MAX_ADDRESS_BYTES]; /* raft address, NUL-terminated */
    char name[RAFT_MAX_NAME_BYTES];       /* as it was added; for people only */
};

/* Members in slot order: members[s] is the server in slot s. */
struct raft_config {
    raft_index index; /* of its entry; 0 = no configuration yet */
    bool is_joint;
    size_t member_count;
    struct raft_member members[RAFT_MAX_SLOTS];
};

enum {
    RAFT_CONFIG_VERSION = 2, /* first of its bytes; 1 is read, too */
    RAFT_MAX_CONFIG_BYTES =
        8 + RAFT_MAX_SLOTS * (11 + RAFT_MAX_ADDRESS_BYTES + RAFT_MAX_NAME_BYTES)
};

/* Slot of a server, or -1. A slot is an array place, never a server's name. */
int raft_config_slot(const struct raft_config *config, raft_server_id id);

/* Length of an address or a name, in an array of size bytes, without NUL. */
size_t raft_text_bytes(const char *text, size_t size);

/* Does the server vote, in either set? */
bool raft_config_is_voter(const struct raft_config *config, raft_server_id id);

/* Will it vote when the change that is under way, if any, is done? */
bool raft_config_will_vote(const struct raft_config *config, raft_server_id id);

/* Does the member in a slot only receive the log? */
bool raft_config_is_learner(const struct raft_config *config, size_t slot);
bool raft_config_has_learners(const struct raft_config *config);

/*
 * Write the members as the bytes of a RAFT_ENTRY_CONFIG entry.
 * bytes: at least RAFT_MAX_CONFIG_BYTES. Returns the bytes used.
 */
size_t raft_config_encode(const struct raft_config *config, uint8_t *bytes);

/*
 * Read such bytes. They come from peers and disks, so everything is checked:
 * counts, ids (not 0, none twice), set sizes, flags, addresses.
 * Returns false and leaves *config alone when they are not a configuration.
 */
bool raft_config_decode(const uint8_t *bytes, size_t byte_count,
                        struct raft_config *config);

#endif
