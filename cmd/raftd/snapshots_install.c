/* SPDX-License-Identifier: MIT
 *
 * snapshots_install.c - snapshots of others' and for others (Figure 13).
 */
#include "cmd/raftd/server.h"

enum { MOST_RECEIVED = 16 << 20 }; /* and not written, with what we take */

static bool fetch(void *self, struct raft_install_snapshot *piece)
{
    struct server *server = self;
    struct snapshots *s = &server->snapshots;
    struct storage_error error;

    if (s->damaged_index == piece->last_included_index) {
        return false; /* until there is another file */
    }
    if (s->reader == NULL ||
        snapshot_file_of(s->reader)->last_index != piece->last_included_index) {
        snapshot_file_close(s->reader);
        s->reader = snapshot_file_open(server->storage, &error);
    }
    if (s->reader == NULL) {
        snapshots_unreadable(server);
        return false;
    }
    if (snapshot_file_of(s->reader)->last_index != piece->last_included_index) {
        return false; /* a newer one has just taken its place */
    }
    const uint64_t end = snapshot_file_of(s->reader)->byte_count;
    const uint64_t left = piece->offset < end ? end - piece->offset : 0;

    piece->byte_count =
        (uint32_t)(left < sizeof s->piece ? left : sizeof s->piece);
    piece->bytes = s->piece;
    piece->done = piece->byte_count == left;
    if (snapshot_file_read(s->reader, piece->offset, s->piece,
                           piece->byte_count, &error) != 0) {
        snapshots_unreadable(server);
        return false;
    }
    return true;
}

static void store(void *self, const struct raft_install_snapshot *piece)
{
    struct server *server = self;
    struct snapshots *s = &server->snapshots;
    const struct snapshot_id of = snapshot_id_of_piece(piece);

    if (snapshot_retry_waits_for(&s->retry, &of)) {
        return; /* nor are there as many bytes: see snapshots_rest() */
    }
    if (piece->offset == 0) {
        s->receiving = of;
        s->retry.waits = false; /* the core has forgotten the other one */
    }
    s->receiving_from = piece->leader_id;
    if (!snapshot_thread_store(s->thread, piece)) {
        snapshots_not_stored(server, &of, "out of memory");
    }
}

/* ---- One that fails ------------------------------------------------------ */

const struct raft_message *snapshots_rest(const struct server *server,
                                          const struct raft_message *message,
                                          struct raft_message *rest)
{
    const struct raft_install_snapshot *piece = &message->install_snapshot;

    if (message->type != RAFT_INSTALL_SNAPSHOT || piece->is_heartbeat ||
        piece->offset >= piece->file_bytes) {
        return message;
    }
    const struct snapshot_id of = snapshot_id_of_piece(piece);
    const uint64_t left = piece->file_bytes - piece->offset;

    if (!snapshot_retry_waits_for(&server->snapshots.retry, &of)) {
        return message;
    }
    *rest = *message;
    rest->install_snapshot.byte_count =
        left < UINT32_MAX ? (uint32_t)left : UINT32_MAX;
    rest->install_snapshot.done = left <= UINT32_MAX;
    return rest;
}

/* Of one whose place another has taken nobody needs to know. */
void snapshots_not_stored(struct server *server, const struct snapshot_id *of,
                          const char *error)
{
    struct snapshots *s = &server->snapshots;
    struct log_line line;
    uint32_t pause_s;

    if (s->retry.waits || !snapshot_id_same(of, &s->receiving)) {
        return;
    }
    pause_s = snapshot_retry_failed(&s->retry, of, server_clock_ns());
    log_begin(&line, LOG_WARN,
              "a leader's snapshot could not be stored; it is asked for again");
    log_u64(&line, "index", of->last_index);
    log_u64(&line, "in_s", pause_s);
    log_text(&line, "error", error);
    log_end(&line);
}

/* Another leader has another file: it may be sound, and the cluster may wait
 * for nobody but us. */
static bool leader_has_changed(const struct server *server)
{
    struct raft_status status;

    raft_node_status(server->node, &status);
    return status.leader_id != RAFT_NO_SERVER &&
           status.leader_id != server->snapshots.receiving_from;
}

void snapshots_retry_turn(struct server *server)
{
    struct snapshot_retry *retry = &server->snapshots.retry;

    if (retry->waits && leader_has_changed(server)) {
        retry->until_ns = 0;
    }
    if (snapshot_retry_is_due(retry, server_clock_ns())) {
        server_took(server, raft_node_snapshot_failed(server->node));
    }
}

/* ---- The node's face ----------------------------------------------------- */

/* The core answers a piece before it is written. A network faster than the disk
 * would bring all of the snapshot into memory. */
bool snapshots_have_room(const struct server *server,
                         const struct raft_message *message)
{
    return message->type != RAFT_INSTALL_SNAPSHOT ||
           message->install_snapshot.is_heartbeat ||
           snapshot_thread_waiting(server->snapshots.thread) < MOST_RECEIVED;
}

struct raft_snapshots snapshots_interface(struct server *server)
{
    return (struct raft_snapshots){
        .self = server, .fetch = fetch, .store = store};
}

void snapshots_install(void *self, const struct raft_snapshot *snapshot)
{
    struct server *server = self;
    struct snapshots *s = &server->snapshots;
    struct log_line line;

    if (s->taking) {
        snapshots_give_up(server); /* of a state that is no more */
    }
    snapshot_thread_free(s->thread, kv_install(server->kv, s->restore));
    s->file_bytes = snapshot->byte_count;
    s->log_began = snapshots_written(server);
    writes_applied(server, snapshot->last_index, snapshot->last_term);
    log_begin(&line, LOG_INFO, "installed a snapshot");
    log_u64(&line, "index", snapshot->last_index);
    log_u64(&line, "bytes", snapshot->byte_count);
    log_end(&line);
}
