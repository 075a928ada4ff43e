/* SPDX-License-Identifier: MIT
 *
 * checker_members.c - section 6 seen from above: a server goes by the latest
 * configuration in its log, and by that of its snapshot if there is none.
 */
#include "cmd/raftsim/cluster/checker_internal.h"

typedef unsigned long long ull;

/* A server goes by configurations only that are there. */
static bool is_there(const struct raft *core, raft_index index)
{
    const struct raft_entry *entry = raft_entry_at(core, index);

    return entry == NULL ? index == raft_snapshot_of(core)->config.index
                         : entry->type == RAFT_ENTRY_CONFIG;
}

static raft_index latest_of(const struct raft_slice *appended)
{
    for (size_t i = appended->count; i-- > 0;) {
        if (appended->entries[i].type == RAFT_ENTRY_CONFIG) {
            return appended->first_index + i;
        }
    }
    return 0;
}

void checker_see_members(struct checker *checker, size_t place,
                         const struct raft *core,
                         const struct raft_effects *out)
{
    const raft_index index = raft_config_of(core)->index;

    if (!is_there(core, index) || index < latest_of(&out->append)) {
        checker_broken(checker, "Sec6:MB.1",
                       "S%llu goes by configuration %llu, which is not the "
                       "latest in its log",
                       (ull)checker->servers[place].id, (ull)index);
    }
}
