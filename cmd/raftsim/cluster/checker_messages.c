/* SPDX-License-Identifier: MIT
 *
 * checker_messages.c - "saved before spoken", and one vote a term.
 */
#include "cmd/raftsim/cluster/checker_internal.h"
#include "cmd/raftsim/cluster/sim_memory.h"

typedef unsigned long long ull;

static void see_vote(struct checker *checker, raft_server_id voter,
                     raft_term term, raft_server_id candidate_id)
{
    struct seen_votes *seen = &checker->votes[voter];

    checker->held[ES]++;
    for (size_t i = seen->count; i-- > 0;) {
        if (seen->votes[i].term != term) {
            continue;
        }
        if (seen->votes[i].candidate_id != candidate_id) {
            checker_broken(checker, "Fig3:ES",
                           "S%llu voted for S%llu and for S%llu in term %llu",
                           (ull)voter, (ull)seen->votes[i].candidate_id,
                           (ull)candidate_id, (ull)term);
        }
        return;
    }
    seen->votes = sim_grow(seen->votes, seen->count, &seen->capacity,
                           sizeof(*seen->votes));
    seen->votes[seen->count++] = (struct seen_vote){term, candidate_id};
}

/* Whom the sender votes for by this message; RAFT_NO_SERVER: nobody. */
static raft_server_id vote_in(const struct raft_message *m)
{
    if (m->type == RAFT_REQUEST_VOTE && !m->request_vote.pre_vote) {
        return m->from;
    }
    if (m->type == RAFT_REQUEST_VOTE_RESULT &&
        m->request_vote_result.vote_granted &&
        !m->request_vote_result.pre_vote) {
        return m->to;
    }
    return RAFT_NO_SERVER;
}

static bool is_answer(const struct raft_message *m)
{
    return m->type == RAFT_REQUEST_VOTE_RESULT ||
           m->type == RAFT_APPEND_ENTRIES_RESULT ||
           m->type == RAFT_INSTALL_SNAPSHOT_RESULT;
}

/* Nothing but a newer leader replaces what was acknowledged to this one. */
static bool acknowledged_is_on_disk(const struct sim_disk *disk,
                                    const struct raft *core,
                                    const struct raft_message *m)
{
    const raft_index match = m->append_entries_result.match_index;
    const raft_index last = sim_disk_last_index(disk);
    struct raft_status is;

    if (match <= disk->snapshot.meta.last_index || match > last ||
        core == NULL) {
        return match <= last || match <= disk->snapshot.meta.last_index;
    }
    raft_status(core, &is);
    if (is.current_term != m->term) {
        return true; /* it waited: the log may be another one now */
    }
    const struct raft_entry *entry = raft_entry_at(core, match);

    return entry != NULL && sim_disk_has(disk, match, entry->term);
}

const char *checker_missing_on_disk(const struct sim_disk *disk,
                                    const struct raft *core,
                                    const struct raft_message *m)
{
    const raft_server_id vote = vote_in(m);

    if (m->needs_write > disk->done) {
        return "the write it names";
    }
    if (disk->current_term > m->term) {
        return NULL; /* it waited, and the world has moved on */
    }
    if ((is_answer(m) || vote != RAFT_NO_SERVER) &&
        disk->current_term < m->term) {
        return "its term";
    }
    if (vote != RAFT_NO_SERVER && disk->voted_for != vote) {
        return "its vote";
    }
    if (m->type == RAFT_APPEND_ENTRIES_RESULT &&
        m->append_entries_result.success &&
        !acknowledged_is_on_disk(disk, core, m)) {
        return "the entries it acknowledges";
    }
    if (m->type == RAFT_INSTALL_SNAPSHOT_RESULT &&
        m->install_snapshot_result.installed &&
        m->install_snapshot_result.last_included_index >
            disk->snapshot.meta.last_index &&
        m->install_snapshot_result.last_included_index >
            sim_disk_last_index(disk)) {
        return "the snapshot it acknowledges";
    }
    return NULL;
}

/* The leader of the message's term, while it leads and runs; or NULL. */
static const struct checked_server *leader_of(const struct checker *checker,
                                              const struct raft_message *m)
{
    for (size_t i = 0; i < CHECKER_MAX_SERVERS; i++) {
        const struct checked_server *server = &checker->servers[i];

        if (server->id == m->to && server->core != NULL &&
            server->role == RAFT_LEADER && server->current_term == m->term) {
            return server;
        }
    }
    return NULL;
}

/* "Our logs are equal up to match_index": are they? The rest is Fig3:LM. */
static void check_match(struct checker *checker,
                        const struct checked_server *follower,
                        const struct raft_message *m)
{
    const struct raft_append_entries_result *result = &m->append_entries_result;
    const struct checked_server *leader = leader_of(checker, m);

    if (!result->success || result->match_index == 0 || leader == NULL ||
        follower->current_term != m->term) {
        return;
    }
    const raft_term ours =
        checker_term_at(checker, follower->core, result->match_index);
    const raft_term theirs =
        checker_term_at(checker, leader->core, result->match_index);

    if (ours == 0 || theirs == 0 || ours != theirs) {
        checker_broken(checker, "Fig2:LDR.3a",
                       "S%llu says its log is as S%llu's up to %llu: it is not",
                       (ull)m->from, (ull)m->to, (ull)result->match_index);
    }
}

/* Whoever is in a newer term may have another log by now; others have not. */
void checker_see_match(struct checker *checker,
                       const struct checked_server *leader, raft_term term,
                       size_t slot, raft_index match)
{
    const raft_server_id id = raft_config_of(leader->core)->members[slot].id;
    const struct sim_disk *disk = checker_disk_of(checker, id);
    const raft_term of = checker_term_at(checker, leader->core, match);

    if (disk == NULL || disk->current_term > term) {
        return;
    }
    if (of == 0 || !sim_disk_has(disk, match, of)) {
        checker_broken(checker, "Fig2:LDR.3a",
                       "S%llu counts on S%llu's disk up to %llu: it is not so",
                       (ull)leader->id, (ull)id, (ull)match);
    }
}

void checker_send(struct checker *checker, size_t place,
                  const struct raft_message *message)
{
    const struct checked_server *server = &checker->servers[place];
    const raft_server_id vote = vote_in(message);

    if (server->disk != NULL) {
        const char *missing =
            checker_missing_on_disk(server->disk, server->core, message);

        if (missing != NULL) {
            checker_broken(checker, "Fig2:PS.1",
                           "S%llu sends to S%llu, but %s is not on its disk",
                           (ull)message->from, (ull)message->to, missing);
        }
    }
    if (vote != RAFT_NO_SERVER) {
        see_vote(checker, message->from, message->term, vote);
    }
    if (message->type == RAFT_APPEND_ENTRIES_RESULT) {
        check_match(checker, server, message);
    }
}
