/* SPDX-License-Identifier: MIT
 *
 * message.c - what a message must look like before the core heeds it.
 *
 * Messages come from outside. A server of ours never sends one that fails
 * here, so it is dropped before even its term is looked at.
 */
#include "raft/internal.h"

/* One message must not use up the terms there are. */
#define MOST_TERMS_AHEAD ((raft_term)1 << 32)

static bool vote_request_makes_sense(const struct raft_message *m)
{
    const struct raft_request_vote *rv = &m->request_vote;
    const raft_term asked = m->term + (rv->pre_vote ? 1 : 0);

    return rv->candidate_id == m->from && rv->asked_term == asked &&
           rv->asked_term > 0;
}

/* A vote is given in the term that it is for; a refusal tells our own. */
static bool vote_result_makes_sense(const struct raft_message *m)
{
    const struct raft_request_vote_result *result = &m->request_vote_result;

    return result->pre_vote || (m->term > 0 && (!result->vote_granted ||
                                                result->asked_term == m->term));
}

/* Figure 13. A piece lies within the snapshot, and the last one ends it. */
static bool install_makes_sense(const struct raft_message *m)
{
    const struct raft_install_snapshot *is = &m->install_snapshot;

    if (m->term == 0 || is->leader_id != m->from ||
        is->last_included_index == 0 ||
        is->last_included_index >= RAFT_MOST_INDEX ||
        is->last_included_term == 0 || is->last_included_term > m->term ||
        is->file_bytes == 0) {
        return false;
    }
    if (is->is_heartbeat) {
        return is->byte_count == 0 && !is->done;
    }
    return is->bytes != NULL && is->byte_count > 0 &&
           is->offset <= is->file_bytes &&
           is->byte_count <= is->file_bytes - is->offset &&
           is->done == (is->byte_count == is->file_bytes - is->offset);
}

static bool body_makes_sense(const struct raft_message *m)
{
    switch (m->type) {
    case RAFT_REQUEST_VOTE:
        return vote_request_makes_sense(m);
    case RAFT_REQUEST_VOTE_RESULT:
        return vote_result_makes_sense(m);
    case RAFT_APPEND_ENTRIES:
        return m->term > 0 && m->append_entries.leader_id == m->from;
    case RAFT_INSTALL_SNAPSHOT:
        return install_makes_sense(m);
    case RAFT_APPEND_ENTRIES_RESULT:
    case RAFT_INSTALL_SNAPSHOT_RESULT:
    case RAFT_TIMEOUT_NOW:
        return m->term > 0;
    }
    return false; /* no such type */
}

bool raft_message_makes_sense(const struct raft *r,
                              const struct raft_message *m)
{
    if (m->to != r->settings.id || m->from == r->settings.id ||
        m->from == RAFT_NO_SERVER) {
        return false;
    }
    if (m->term > r->current_term &&
        m->term - r->current_term > MOST_TERMS_AHEAD) {
        return false;
    }
    return body_makes_sense(m);
}
