/* SPDX-License-Identifier: MIT
 *
 * quorum.c - majorities (sections 5.2 and 6, Figure 11).
 *
 * One question serves votes, commitment, reads and CheckQuorum. Under
 * C_old,new both sets must agree, each with its own majority.
 */
#include "raft/internal.h"

/* A set without members agrees to nothing. */
static bool has_majority(const struct raft_config *config, bool of_new,
                         const bool yes[])
{
    size_t voter_count = 0;
    size_t yes_count = 0;

    for (size_t slot = 0; slot < config->member_count; slot++) {
        const struct raft_member *member = &config->members[slot];

        if (of_new ? member->in_new : member->in_old) {
            voter_count++;
            yes_count += yes[slot] ? 1u : 0u;
        }
    }
    return yes_count > voter_count / 2;
}

bool raft_has_quorum(const struct raft_config *config, const bool yes[])
{
    return has_majority(config, false, yes) &&
           (!config->is_joint || has_majority(config, true, yes));
}

/* At most 18 members: trying each value as the answer is plain and cheap. */
uint64_t raft_quorum_value(const struct raft_config *config,
                           const uint64_t values[])
{
    uint64_t best = 0;

    for (size_t slot = 0; slot < config->member_count; slot++) {
        bool reached[RAFT_MAX_SLOTS] = {false};

        for (size_t i = 0; i < config->member_count; i++) {
            reached[i] = values[i] >= values[slot];
        }
        if (values[slot] > best && raft_has_quorum(config, reached)) {
            best = values[slot];
        }
    }
    return best;
}
