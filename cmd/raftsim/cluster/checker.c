/* SPDX-License-Identifier: MIT
 *
 * checker.c - Figure 3 seen from above: steps and applications.
 */
#include "cmd/raftsim/cluster/checker.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/checker_internal.h"
#include "cmd/raftsim/cluster/sim_memory.h"
#include "raft/check.h"

typedef unsigned long long ull;

struct checker *checker_create(void)
{
    return sim_calloc(1, sizeof(struct checker));
}

void checker_destroy(struct checker *checker)
{
    if (checker == NULL) {
        return;
    }
    for (size_t i = 0; i < checker->seen_count; i++) {
        free(checker->seen[i].entries);
    }
    for (size_t id = 0; id <= CHECKER_MAX_ID; id++) {
        free(checker->votes[id].votes);
    }
    free(checker->seen);
    free(checker->committed);
    free(checker->leaders);
    free(checker->states);
    free(checker);
}

void checker_broken(struct checker *checker, const char *property,
                    const char *format, ...)
{
    va_list values;
    const size_t size = sizeof(checker->violation);

    if (checker->violation[0] != '\0') {
        return;
    }
    const int used = snprintf(checker->violation, size, "%s: ", property);

    va_start(values, format);
    vsnprintf(checker->violation + used, size - (size_t)used, format, values);
    va_end(values);
}

/* ---- Starts and steps ---------------------------------------------------- */

void checker_start(struct checker *checker, size_t place, raft_server_id id,
                   const struct sim_disk *disk, const struct raft_start *start)
{
    const raft_index base = start->log.first_index - 1;
    const raft_index snapshot_index =
        start->snapshot == NULL ? 0 : start->snapshot->last_index;

    raft_assert(place < CHECKER_MAX_SERVERS && id <= CHECKER_MAX_ID);
    raft_assert(start->log.count == 0 || base <= checker->committed_count);
    checker->servers[place] =
        (struct checked_server){.running = true,
                                .id = id,
                                .disk = disk,
                                .current_term = start->current_term,
                                .voted_for = start->voted_for,
                                .commit_index = snapshot_index,
                                .last_applied = snapshot_index,
                                .snapshot_index = snapshot_index};
    if (start->initial_config != NULL && checker->committed_count == 0) {
        checker->committed_config = *start->initial_config;
    }
    checker_see_entries(checker, id,
                        start->log.count == 0 || base == 0
                            ? 0
                            : checker->committed[base - 1].term,
                        &start->log);
}

void checker_stop(struct checker *checker, size_t place)
{
    checker->servers[place].running = false;
    checker->servers[place].core = NULL;
}

static void check_term_and_vote(struct checker *checker,
                                const struct checked_server *was,
                                const struct raft_status *is)
{
    if (is->current_term < was->current_term) {
        checker_broken(checker, "Fig2:ALL.2", "S%llu went back to term %llu",
                       (ull)was->id, (ull)is->current_term);
    }
    if (is->current_term == was->current_term &&
        was->voted_for != RAFT_NO_SERVER && is->voted_for != was->voted_for) {
        checker_broken(checker, "Fig3:ES",
                       "S%llu changed its vote in term %llu", (ull)was->id,
                       (ull)is->current_term);
    }
}

static void check_append_only(struct checker *checker,
                              const struct checked_server *was,
                              const struct raft_status *is,
                              const struct raft_effects *out)
{
    if (was->role != RAFT_LEADER || is->role != RAFT_LEADER) {
        return;
    }
    checker->held[LAO]++;
    if (out->truncate_from != 0 || is->last_index < was->last_index) {
        checker_broken(checker, "Fig3:LAO", "leader S%llu deleted entries",
                       (ull)was->id);
    }
}

/* match_index is a proof: it is true, and is not taken back while its server is
 * a member. */
static void check_progress(struct checker *checker,
                           struct checked_server *server,
                           const struct checked_server *was,
                           const struct raft *core,
                           const struct raft_status *is)
{
    const struct raft_config *config = raft_config_of(core);
    const bool led =
        was->role == RAFT_LEADER && was->current_term == is->current_term;

    memset(server->match_index, 0, sizeof(server->match_index));
    if (is->role != RAFT_LEADER) {
        return;
    }
    for (size_t slot = 0; slot < config->member_count; slot++) {
        const raft_server_id id = config->members[slot].id;
        const raft_index before = led ? was->match_index[id] : 0;
        const raft_index match = is->match_index[slot];

        if (match < before) {
            checker_broken(checker, "Fig2:LDR.3a",
                           "S%llu lowered a match_index to %llu", (ull)was->id,
                           (ull)match);
        }
        if (match > before) {
            checker_see_match(checker, server, is->current_term, slot, match);
        }
        server->match_index[id] = match;
    }
}

raft_term checker_term_at(const struct checker *checker,
                          const struct raft *core, raft_index index)
{
    const struct raft_entry *entry = raft_entry_at(core, index);

    if (entry != NULL) {
        return entry->term;
    }
    return index >= 1 && index <= checker->committed_count
               ? checker->committed[index - 1].term
               : 0;
}

void checker_step(struct checker *checker, size_t place,
                  const struct raft *core, const struct raft_effects *out)
{
    struct checked_server *server = &checker->servers[place];
    const struct checked_server was = *server;
    struct raft_status is;

    server->core = core;
    raft_status(core, &is);
    check_term_and_vote(checker, &was, &is);
    check_append_only(checker, &was, &is, out);
    check_progress(checker, server, &was, core, &is);
    checker_see_snapshot(checker, place, core, out);
    checker_see_members(checker, place, core, out);
    if (out->append.count > 0) {
        checker_see_entries(
            checker, was.id,
            checker_term_at(checker, core, out->append.first_index - 1),
            &out->append);
    }
    if (is.commit_index < was.commit_index || is.commit_index > is.last_index) {
        checker_broken(checker, "commit_index", "S%llu moved it to %llu",
                       (ull)was.id, (ull)is.commit_index);
        return;
    }
    server->role = is.role;
    server->led = is.role == RAFT_LEADER || was.role == RAFT_LEADER;
    server->current_term = is.current_term;
    server->voted_for = is.voted_for;
    server->commit_index = is.commit_index;
    server->last_index = is.last_index;
    if (is.commit_index > was.commit_index) {
        checker_see_commit(checker, place, core, was.commit_index);
    }
    if (out->config_changed) { /* what was committed was so by the old one */
        server->config = *raft_config_of(core);
    }
    if (is.role == RAFT_LEADER &&
        (was.role != RAFT_LEADER || was.current_term != is.current_term)) {
        checker_see_leader(checker, place);
    }
}

/* ---- The state machine and its readers ----------------------------------- */

void checker_apply(struct checker *checker, size_t place, raft_index index,
                   const struct raft_entry *entry)
{
    struct checked_server *server = &checker->servers[place];

    checker->held[SMS]++;
    if (index != server->last_applied + 1) {
        checker_broken(checker, "Fig3:SMS", "S%llu applied %llu after %llu",
                       (ull)server->id, (ull)index, (ull)server->last_applied);
    }
    server->last_applied = index;
    if (index > checker->committed_count) {
        checker_broken(checker, "Fig3:SMS",
                       "S%llu applied %llu, which is not committed",
                       (ull)server->id, (ull)index);
        return;
    }
    const struct committed_entry *committed = &checker->committed[index - 1];

    if (committed->term != entry->term ||
        committed->hash != checker_hash(entry)) {
        checker_broken(checker, "Fig3:SMS",
                       "S%llu applied another entry at %llu", (ull)server->id,
                       (ull)index);
    }
}

raft_index checker_read_issued(const struct checker *checker)
{
    return checker->told_index;
}

void checker_read_answered(struct checker *checker, size_t place,
                           raft_index issued)
{
    const struct checked_server *server = &checker->servers[place];

    if (server->last_applied < issued) {
        checker_broken(checker, "Sec8",
                       "S%llu answered a read from its state at %llu, but "
                       "%llu was known to clients",
                       (ull)server->id, (ull)server->last_applied, (ull)issued);
    }
    if (server->last_applied > checker->told_index) {
        checker->told_index = server->last_applied;
    }
}

void checker_acknowledged(struct checker *checker, raft_index index)
{
    if (index > checker->acknowledged_index) {
        checker->acknowledged_index = index;
    }
    if (index > checker->told_index) {
        checker->told_index = index;
    }
}

/* ---- Questions ----------------------------------------------------------- */

const char *checker_violation(const struct checker *checker)
{
    return checker->violation[0] == '\0' ? NULL : checker->violation;
}

uint64_t checker_held_count(const struct checker *checker,
                            enum raft_rule property)
{
    return checker->held[property];
}

uint64_t checker_election_count(const struct checker *checker)
{
    return checker->leader_count;
}

raft_index checker_commit_index(const struct checker *checker)
{
    return checker->committed_count;
}
