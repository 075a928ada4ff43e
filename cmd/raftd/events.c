/* SPDX-License-Identifier: MIT
 *
 * events.c - what the log says: changes of state at info, messages at debug.
 */
#include <stdio.h>

#include "cmd/raftd/server.h"

static const char *message_name(enum raft_message_type type)
{
    switch (type) {
    case RAFT_REQUEST_VOTE:
        return "RequestVote";
    case RAFT_REQUEST_VOTE_RESULT:
        return "RequestVoteResult";
    case RAFT_APPEND_ENTRIES:
        return "AppendEntries";
    case RAFT_APPEND_ENTRIES_RESULT:
        return "AppendEntriesResult";
    case RAFT_TIMEOUT_NOW:
        return "TimeoutNow";
    case RAFT_INSTALL_SNAPSHOT:
        return "InstallSnapshot";
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        return "InstallSnapshotResult";
    }
    return "unknown";
}

/* ---- Messages, at debug ------------------------------------------------- */

static void note_message(const char *what, const struct raft_message *message)
{
    struct log_line line;

    log_begin(&line, LOG_DEBUG, what);
    log_text(&line, "type", message_name(message->type));
    log_id(&line, "from", message->from);
    log_id(&line, "to", message->to);
    log_u64(&line, "message_term", message->term);
    if (message->type == RAFT_APPEND_ENTRIES) {
        log_u64(&line, "prev", message->append_entries.prev_log_index);
        log_u64(&line, "entries", message->append_entries.entry_count);
        log_u64(&line, "commit", message->append_entries.leader_commit);
    } else if (message->type == RAFT_APPEND_ENTRIES_RESULT) {
        log_u64(&line, "success", message->append_entries_result.success);
        log_u64(&line, "match", message->append_entries_result.match_index);
    } else if (message->type == RAFT_REQUEST_VOTE_RESULT) {
        log_u64(&line, "granted", message->request_vote_result.vote_granted);
    }
    log_end(&line);
}

static void note_messages(const struct raft_input *in,
                          const struct raft_effects *out)
{
    if (in->type == RAFT_IN_MESSAGE) {
        note_message("received", &in->message);
    }
    for (size_t i = 0; i < out->message_count; i++) {
        note_message("to send", &out->messages[i]);
    }
}

/* ---- Why it became a follower ------------------------------------------- */

/* NULL: by this rule nobody becomes one. */
static const char *reason_of(const struct raft_rule_event *event)
{
    static const char *const reasons[RAFT_RULE_COUNT] = {
        [ALL_2] = "a higher term",
        [CND_3] = "another server leads this term",
        [MB_7] = "not a member of C_new, which is committed",
        [CQ_1] = "heard no majority for an election time-out",
        [PV_1] = "not elected in time: asks first whether it could win",
    };

    return event->taken ? reasons[event->rule] : NULL;
}

/* Whose message did it. RAFT_NO_SERVER: nobody's. */
static raft_server_id told_by(const struct raft_input *in, enum raft_rule rule)
{
    return rule == ALL_2 || rule == CND_3 ? in->message.from : RAFT_NO_SERVER;
}

/*
 * The first reason since the last look: whoever did not follow then has become
 * a follower by it, whatever came next.
 */
static void note_reason(struct seen *seen, const struct raft_input *in,
                        const struct raft_effects *out)
{
    for (size_t i = 0; seen->follows_by == NULL && i < out->rule_event_count;
         i++) {
        seen->follows_by = reason_of(&out->rule_events[i]);
        seen->told_by = told_by(in, out->rule_events[i].rule);
    }
}

static void stepped(void *self, const struct raft_input *in,
                    enum raft_error error, const struct raft_effects *out)
{
    struct server *server = self;

    (void)error;
    note_reason(&server->seen, in, out);
    if (log_wants(LOG_DEBUG)) {
        note_messages(in, out);
    }
}

struct raft_observer events_observer(struct server *server)
{
    return (struct raft_observer){server, stepped};
}

/* ---- State, at info ----------------------------------------------------- */

static void note_leader(const struct server *server,
                        const struct raft_status *status)
{
    const struct net_hello *hello;
    struct log_line line;

    if (status->leader_id == RAFT_NO_SERVER) {
        log_event(LOG_INFO, "no leader is known");
        return;
    }
    if (status->leader_id == status->id) {
        return; /* said by the change of role */
    }
    hello = net_hello_of(server->net, status->leader_id);
    log_begin(&line, LOG_INFO, "follows a leader");
    log_text(&line, "name", hello != NULL ? hello->name : "");
    log_id(&line, "id", status->leader_id);
    log_text(&line, "http", server_http_of(server, status->leader_id));
    log_end(&line);
}

/* Started with another address than the members know: they can't dial us. */
static void note_own_address(const struct server *server,
                             const struct raft_config *config)
{
    const int slot =
        raft_config_slot(config, storage_identity(server->storage)->server_id);
    struct log_line line;

    if (slot < 0 ||
        endpoint_same(config->members[slot].address, server->raft_advertise)) {
        return;
    }
    log_begin(&line, LOG_WARN,
              "the members know this server by another address: they can't "
              "reach it; start it with the one they know");
    log_text(&line, "known", config->members[slot].address);
    log_text(&line, "announced", server->raft_advertise);
    log_end(&line);
}

/* Section 6: where a change has come to. */
static const char *phase_of(const struct raft_config *config)
{
    return config->is_joint                   ? "C_old,new"
           : raft_config_has_learners(config) ? "learners"
                                              : "voters";
}

/* Who is not simply a voter: in C_old,new, of both majorities. */
static const char *part_of(const struct raft_config *config, size_t slot)
{
    const struct raft_member *member = &config->members[slot];

    if (raft_config_is_learner(config, slot)) {
        return " (learner)";
    }
    if (!config->is_joint || (member->in_old && member->in_new)) {
        return "";
    }
    return member->in_old ? " (old)" : " (new)";
}

static void note_config(const struct server *server,
                        const struct raft_config *config)
{
    struct log_line line;

    log_begin(&line, LOG_INFO, "members");
    log_u64(&line, "index", config->index);
    log_text(&line, "phase", phase_of(config));
    for (size_t slot = 0; slot < config->member_count; slot++) {
        const struct raft_member *member = &config->members[slot];
        char id[24], text[RAFT_MAX_ADDRESS_BYTES + 16];

        snprintf(id, sizeof id, "%016llx", (unsigned long long)member->id);
        snprintf(text, sizeof text, "%s%s", member->address,
                 part_of(config, slot));
        log_text(&line, id, text);
    }
    log_end(&line);
    note_own_address(server, config);
}

static void note_role(const struct seen *seen, const struct raft_status *status)
{
    static const char *const became[] = {
        [RAFT_FOLLOWER] = "became follower",
        [RAFT_CANDIDATE] = "became candidate: stands for election",
        [RAFT_LEADER] = "became leader",
    };
    struct log_line line;

    log_begin(&line, LOG_INFO, became[status->role]);
    log_u64(&line, "last_index", status->last_index);
    log_u64(&line, "commit", status->commit_index);
    if (status->role == RAFT_FOLLOWER && seen->follows_by != NULL) {
        log_text(&line, "reason", seen->follows_by);
        if (seen->told_by != RAFT_NO_SERVER) {
            log_id(&line, "from", seen->told_by);
        }
    }
    log_end(&line);
}

void events_note(struct server *server)
{
    struct seen *seen = &server->seen;
    const struct raft_config *config;
    struct raft_status status;

    if (server->node == NULL) {
        return;
    }
    raft_node_status(server->node, &status);
    if (status.current_term != seen->term) {
        seen->term = status.current_term;
        log_set_term(status.current_term);
    }
    if (status.role != seen->role) {
        seen->role = status.role;
        note_role(seen, &status);
    }
    seen->follows_by = NULL;
    if (status.leader_id != seen->leader_id) {
        seen->leader_id = status.leader_id;
        note_leader(server, &status);
    }
    config = raft_node_config(server->node);
    if (config->index != seen->config_index) {
        seen->config_index = config->index;
        note_config(server, config);
    }
}
