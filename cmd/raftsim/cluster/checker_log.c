/* SPDX-License-Identifier: MIT
 *
 * checker_log.c - Figure 3 seen from above: logs, commitment, leaders.
 */
#include "cmd/raftsim/cluster/checker_internal.h"
#include "cmd/raftsim/cluster/sim_memory.h"

typedef unsigned long long ull;

/* FNV-1a over type and bytes. */
uint64_t checker_hash(const struct raft_entry *entry)
{
    uint64_t hash = 0xcbf29ce484222325u;

    hash = (hash ^ (uint64_t)entry->type) * 0x100000001b3u;
    for (uint32_t i = 0; i < entry->byte_count; i++) {
        hash = (hash ^ entry->bytes[i]) * 0x100000001b3u;
    }
    return hash;
}

/* ---- Log Matching -------------------------------------------------------- */

static struct seen_index *seen_at(struct checker *checker, raft_index index)
{
    while (checker->seen_count < index) {
        checker->seen =
            sim_grow(checker->seen, checker->seen_count,
                     &checker->seen_capacity, sizeof(*checker->seen));
        checker->seen[checker->seen_count++] = (struct seen_index){0};
    }
    return &checker->seen[index - 1];
}

static void see_entry(struct checker *checker, raft_server_id id,
                      raft_index index, const struct seen_entry *entry)
{
    struct seen_index *seen = seen_at(checker, index);

    checker->held[LM]++;
    for (size_t i = seen->count; i-- > 0;) {
        const struct seen_entry *other = &seen->entries[i];

        if (other->term != entry->term) {
            continue;
        }
        if (other->hash != entry->hash) {
            checker_broken(checker, "Fig3:LM",
                           "S%llu has another entry %llu of term %llu", (ull)id,
                           (ull)index, (ull)entry->term);
        } else if (other->prev_term != entry->prev_term) {
            checker_broken(checker, "Fig3:LM",
                           "S%llu has another log before entry %llu of term "
                           "%llu",
                           (ull)id, (ull)index, (ull)entry->term);
        }
        return;
    }
    seen->entries = sim_grow(seen->entries, seen->count, &seen->capacity,
                             sizeof(*seen->entries));
    seen->entries[seen->count++] = *entry;
}

void checker_see_entries(struct checker *checker, raft_server_id id,
                         raft_term prev_term, const struct raft_slice *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        const struct raft_entry *entry = &entries->entries[i];

        if (entry->term < prev_term) {
            checker_broken(checker, "Fig3:LM",
                           "in the log of S%llu terms go back at %llu", (ull)id,
                           (ull)(entries->first_index + i));
        }
        see_entry(checker, id, entries->first_index + i,
                  &(struct seen_entry){.term = entry->term,
                                       .prev_term = prev_term,
                                       .hash = checker_hash(entry)});
        prev_term = entry->term;
    }
}

/* ---- Leader Completeness ------------------------------------------------- */

/* false: the leader of a later term lacks what is committed at an index. */
static bool has_committed(struct checker *checker,
                          const struct checked_server *leader, raft_index index)
{
    const struct committed_entry *committed = &checker->committed[index - 1];
    const struct raft_entry *entry = raft_entry_at(leader->core, index);

    if (committed->in_term >= leader->current_term ||
        checker_is_compacted(leader->core, index) ||
        (entry != NULL && entry->term == committed->term)) {
        return true;
    }
    checker_broken(checker, "Fig3:LC",
                   "S%llu leads term %llu without committed entry %llu",
                   (ull)leader->id, (ull)leader->current_term, (ull)index);
    return false;
}

static void check_completeness(struct checker *checker,
                               const struct checked_server *leader)
{
    checker->held[LC]++;
    for (raft_index index = 1; index <= checker->committed_count; index++) {
        if (!has_committed(checker, leader, index)) {
            return;
        }
    }
}

/* Whoever commits may have been deposed already: the next leader leads. */
static void check_later_leaders(struct checker *checker, raft_index index)
{
    for (size_t i = 0; i < CHECKER_MAX_SERVERS; i++) {
        const struct checked_server *server = &checker->servers[i];

        if (server->core != NULL && server->role == RAFT_LEADER) {
            (void)has_committed(checker, server, index);
        }
    }
}

/* ---- Commitment ---------------------------------------------------------- */

const struct sim_disk *checker_disk_of(const struct checker *checker,
                                       raft_server_id id)
{
    for (size_t i = 0; i < CHECKER_MAX_SERVERS; i++) {
        if (checker->servers[i].id == id) {
            return checker->servers[i].disk;
        }
    }
    return NULL;
}

/* In C_old, or C_new: is the entry on more than half of the disks? */
static bool on_majority(const struct checker *checker,
                        const struct raft_config *config, bool in_new,
                        raft_index index, raft_term term)
{
    size_t voter_count = 0;
    size_t holder_count = 0;

    for (size_t i = 0; i < config->member_count; i++) {
        const struct raft_member *member = &config->members[i];
        const struct sim_disk *disk = checker_disk_of(checker, member->id);

        if (in_new ? member->in_new : member->in_old) {
            voter_count++;
            if (disk != NULL && sim_disk_has(disk, index, term)) {
                holder_count++;
            }
        }
    }
    return holder_count > voter_count / 2;
}

/* Once C_old,new is committed its leader may have gone on to C_new, whose
 * majority is then enough, committed or not; before, C_old's is needed. */
raft_index checker_lost_index(const struct checker *checker)
{
    const struct raft_config *config = &checker->committed_config;

    for (raft_index index = 1;
         config->member_count > 0 && index <= checker->acknowledged_index;
         index++) {
        if (index > checker->committed_count ||
            !on_majority(checker, config, config->is_joint, index,
                         checker->committed[index - 1].term)) {
            return index;
        }
    }
    return 0;
}

/* Nobody has committed this index before: so it must be the leader. */
static void see_first_commit(struct checker *checker, size_t place,
                             const struct raft *core, raft_index index)
{
    const struct checked_server *server = &checker->servers[place];
    const struct raft_entry *entry = raft_entry_at(core, index);
    const struct raft_config *config = &server->config;

    checker->committed =
        sim_grow(checker->committed, checker->committed_count,
                 &checker->committed_capacity, sizeof(*checker->committed));
    checker->committed[checker->committed_count++] =
        (struct committed_entry){.term = entry->term,
                                 .hash = checker_hash(entry),
                                 .in_term = server->current_term,
                                 .is_config = entry->type == RAFT_ENTRY_CONFIG};
    if (entry->type == RAFT_ENTRY_CONFIG) {
        (void)raft_config_decode(entry->bytes, entry->byte_count,
                                 &checker->committed_config);
    }
    if (!server->led) {
        checker_broken(checker, "Fig2:AE.5",
                       "S%llu committed %llu before any leader did",
                       (ull)server->id, (ull)index);
    }
    if (server->disk != NULL &&
        (!on_majority(checker, config, false, index, entry->term) ||
         (config->is_joint &&
          !on_majority(checker, config, true, index, entry->term)))) {
        checker_broken(checker, "Fig2:LDR.4",
                       "S%llu committed %llu, which is on no majority of disks",
                       (ull)server->id, (ull)index);
    }
    check_later_leaders(checker, index);
}

static void see_commit_again(struct checker *checker, size_t place,
                             const struct raft *core, raft_index index)
{
    const struct committed_entry *committed = &checker->committed[index - 1];
    const struct raft_entry *entry = raft_entry_at(core, index);

    if (entry->term != committed->term ||
        checker_hash(entry) != committed->hash) {
        checker_broken(checker, "Fig3:SMS",
                       "S%llu committed another entry at %llu",
                       (ull)checker->servers[place].id, (ull)index);
    }
}

void checker_see_commit(struct checker *checker, size_t place,
                        const struct raft *core, raft_index old)
{
    const raft_index commit_index = checker->servers[place].commit_index;
    const raft_term term = checker_term_at(checker, core, commit_index);

    /* Sec542:CM.1: a leader that moves on ends at an entry of its own. */
    if (checker->servers[place].role == RAFT_LEADER &&
        term != checker->servers[place].current_term) {
        checker_broken(checker, "Sec542:CM.1",
                       "S%llu committed up to %llu, of an older term",
                       (ull)checker->servers[place].id, (ull)commit_index);
    }
    for (raft_index index = old + 1; index <= commit_index; index++) {
        if (checker_is_compacted(core, index)) {
            continue; /* checker_see_snapshot() has looked at it */
        }
        if (index > checker->committed_count) {
            see_first_commit(checker, place, core, index);
        } else {
            see_commit_again(checker, place, core, index);
        }
    }
}

/* ---- Leaders ------------------------------------------------------------- */

void checker_see_leader(struct checker *checker, size_t place)
{
    const raft_server_id id = checker->servers[place].id;
    const raft_term term = checker->servers[place].current_term;

    checker->held[ES]++;
    for (size_t i = checker->leader_count; i-- > 0;) {
        if (checker->leaders[i].term == term) {
            checker_broken(checker, "Fig3:ES",
                           "S%llu and S%llu both led term %llu",
                           (ull)checker->leaders[i].id, (ull)id, (ull)term);
            return;
        }
    }
    checker->leaders =
        sim_grow(checker->leaders, checker->leader_count,
                 &checker->leader_capacity, sizeof(*checker->leaders));
    checker->leaders[checker->leader_count++] = (struct seen_leader){term, id};
    check_completeness(checker, &checker->servers[place]);
}
