/* SPDX-License-Identifier: MIT
 *
 * snapshots_sent.c - a follower that takes the same snapshot again and again.
 *
 * It has had all of it and begins anew: it could not install it. The cause may
 * be its own, a full disk say, or a file of ours that has gone bad since it was
 * written. So we look at ours; one that is damaged is replaced.
 */
#include "cmd/raftd/server.h"

/* NULL: no member. There are as many places as members. */
static struct snapshots_peer *peer_of(struct server *server, raft_server_id to)
{
    const struct raft_config *config = raft_node_config(server->node);
    struct snapshots_peer *peers = server->snapshots.peers;
    struct snapshots_peer *free = NULL;

    if (raft_config_slot(config, to) < 0) {
        return NULL;
    }
    for (size_t i = 0; i < RAFT_MAX_SLOTS; i++) {
        if (peers[i].to == to) {
            return &peers[i];
        }
        if (free == NULL && raft_config_slot(config, peers[i].to) < 0) {
            free = &peers[i];
        }
    }
    if (free != NULL) {
        *free = (struct snapshots_peer){.to = to};
    }
    return free;
}

bool snapshots_damaged(const struct server *server)
{
    const raft_index damaged = server->snapshots.damaged_index;

    return damaged != 0 &&
           damaged ==
               raft_snapshot_of(raft_node_core(server->node))->last_index;
}

static void check(struct server *server)
{
    struct snapshots *s = &server->snapshots;

    if (!s->checking) {
        s->checking = snapshot_thread_check(s->thread);
    }
}

void snapshots_unreadable(struct server *server)
{
    struct snapshots *s = &server->snapshots;
    const struct snapshot_id of =
        snapshot_id_of(raft_snapshot_of(raft_node_core(server->node)));
    const uint64_t now = server_clock_ns();

    if (!snapshot_id_same(&s->doubt.of, &of) || now >= s->doubt.until_ns) {
        (void)snapshot_retry_failed(&s->doubt, &of, now);
        check(server);
    }
}

/* No more often than one that waits between its attempts. Our file is read
 * each time: it may have gone bad since, or could not be read the last time. */
static void begins_anew(struct server *server, struct snapshots_peer *peer)
{
    const uint64_t now = server_clock_ns();
    const struct net_hello *hello;
    struct log_line line;

    if (snapshot_id_same(&peer->again.of, &peer->of) &&
        now < peer->again.until_ns) {
        return;
    }
    (void)snapshot_retry_failed(&peer->again, &peer->of, now);
    hello = net_hello_of(server->net, peer->to);
    log_begin(&line, LOG_WARN,
              "a follower takes the same snapshot from the beginning again: it "
              "could not install it, or was restarted; its log says why");
    log_text(&line, "name", hello != NULL ? hello->name : "");
    log_id(&line, "id", peer->to);
    log_u64(&line, "index", peer->of.last_index);
    log_end(&line);
    check(server);
}

void snapshots_sending(struct server *server,
                       const struct raft_message *message)
{
    const struct raft_install_snapshot *piece = &message->install_snapshot;
    struct snapshots_peer *peer;

    if (message->type != RAFT_INSTALL_SNAPSHOT || piece->is_heartbeat ||
        piece->offset != 0) {
        return;
    }
    const struct snapshot_id of = snapshot_id_of_piece(piece);

    peer = peer_of(server, message->to);
    if (peer == NULL) {
        return;
    }
    if (peer->has_all && snapshot_id_same(&peer->of, &of)) {
        begins_anew(server, peer);
    }
    peer->of = of;
    peer->has_all = false;
}

void snapshots_answered(struct server *server,
                        const struct raft_message *message)
{
    const struct raft_install_snapshot_result *result =
        &message->install_snapshot_result;
    struct snapshots_peer *peer;

    if (message->type != RAFT_INSTALL_SNAPSHOT_RESULT) {
        return;
    }
    peer = peer_of(server, message->from);
    if (peer == NULL || peer->of.last_index != result->last_included_index) {
        return;
    }
    if (result->installed) {
        *peer = (struct snapshots_peer){0};
    } else if (result->bytes_stored == peer->of.file_bytes) {
        peer->has_all = true;
    }
}

void snapshots_checked(struct server *server, const struct snapshot_news *news)
{
    struct snapshots *s = &server->snapshots;
    const raft_index index =
        raft_snapshot_of(raft_node_core(server->node))->last_index;
    struct log_line line;

    s->checking = false;
    if (news->type == SNAPSHOT_SOUND) {
        log_begin(&line, LOG_INFO,
                  "this server's file of that snapshot is sound");
    } else if (news->type == SNAPSHOT_NOT_CHECKED) {
        log_begin(&line, LOG_WARN,
                  "this server's file of that snapshot can't be checked");
    } else {
        s->damaged_index = index;
        log_begin(&line, LOG_ERROR,
                  "the newest snapshot's file is damaged; it is written anew "
                  "from memory: check the disk");
    }
    log_u64(&line, "index", index);
    if (news->type != SNAPSHOT_SOUND) {
        log_text(&line, "error", news->error);
    }
    log_end(&line);
}
