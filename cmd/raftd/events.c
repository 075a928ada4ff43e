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

static void stepped(void *self, const struct raft_input *in,
                    enum raft_error error, const struct raft_effects *out)
{
    (void)self;
    (void)error;
    if (in->type == RAFT_IN_MESSAGE) {
        note_message("received", &in->message);
    }
    for (size_t i = 0; i < out->message_count; i++) {
        note_message("to send", &out->messages[i]);
    }
}

struct raft_observer events_observer(struct server *server)
{
    return (struct raft_observer){server,
                                  log_wants(LOG_DEBUG) ? stepped : NULL};
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

static void note_config(const struct server *server,
                        const struct raft_config *config)
{
    struct log_line line;

    log_begin(&line, LOG_INFO, "members");
    log_u64(&line, "index", config->index);
    for (size_t slot = 0; slot < config->member_count; slot++) {
        char id[24];

        snprintf(id, sizeof id, "%016llx",
                 (unsigned long long)config->members[slot].id);
        log_text(&line, id, config->members[slot].address);
    }
    log_end(&line);
    note_own_address(server, config);
}

static void note_role(const struct raft_status *status)
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
        note_role(&status);
    }
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

/* ---- SIGUSR1 ------------------------------------------------------------ */

static void dump_node(const struct server *server)
{
    struct raft_status status;
    struct log_line line;

    raft_node_status(server->node, &status);
    log_begin(&line, LOG_INFO, "state of raft");
    log_text(&line, "role", raft_role_text(status.role));
    log_id(&line, "leader", status.leader_id);
    log_id(&line, "voted_for", status.voted_for);
    log_u64(&line, "last_index", status.last_index);
    log_u64(&line, "durable", status.durable_index);
    log_u64(&line, "commit", status.commit_index);
    log_u64(&line, "applied", status.last_applied);
    log_u64(&line, "snapshot", status.snapshot_index);
    log_u64(&line, "pending_writes", server->pending.count);
    log_end(&line);
}

static void dump_peers(const struct server *server)
{
    struct net_peer_stats peers[RAFT_MAX_SLOTS];
    const size_t count = net_peers(server->net, peers, RAFT_MAX_SLOTS);

    for (size_t i = 0; i < count && i < RAFT_MAX_SLOTS; i++) {
        struct log_line line;

        log_begin(&line, LOG_INFO, "state of a peer");
        log_id(&line, "peer", peers[i].server_id);
        log_text(&line, "address", peers[i].address);
        log_text(&line, "connected", peers[i].connected ? "yes" : "no");
        log_end(&line);
    }
}

void events_dump(struct server *server)
{
    struct storage_stats disk;
    struct net_stats net;
    struct kv_stats kv;
    struct log_line line;

    if (server->node != NULL) {
        dump_node(server);
    }
    dump_peers(server);
    storage_stats(server->storage, &disk);
    net_stats(server->net, &net);
    kv_stats(server->kv, &kv);
    log_begin(&line, LOG_INFO, "state of disk, network and map");
    log_u64(&line, "syncs", disk.syncs);
    log_u64(&line, "records", disk.records);
    log_u64(&line, "log_bytes", disk.log_bytes);
    log_u64(&line, "frames_sent", net.frames_sent);
    log_u64(&line, "frames_received", net.frames_received);
    log_u64(&line, "frames_dropped", net.frames_dropped);
    log_u64(&line, "frames_rejected", net.frames_rejected);
    log_u64(&line, "keys", kv.key_count);
    log_id(&line, "state_hash", kv.state_hash);
    log_end(&line);
}
