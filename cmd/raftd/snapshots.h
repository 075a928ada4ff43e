/* SPDX-License-Identifier: MIT
 *
 * snapshots.h - when a snapshot is taken, and the loop's part of taking,
 * sending and installing one (section 7).
 */
#ifndef RAFTD_SNAPSHOTS_H
#define RAFTD_SNAPSHOTS_H

#include "cmd/raftd/snapshot_retry.h"
#include "cmd/raftd/snapshot_thread.h"
#include "raft/node/snapshots.h"

struct server;

enum { SNAPSHOTS_PIECE_BYTES = 1 << 17 }; /* in one message */

/* A server that has been sent one. */
struct snapshots_peer {
    raft_server_id to; /* RAFT_NO_SERVER: free */
    struct snapshot_id of;
    bool has_all;                /* as it says */
    struct snapshot_retry again; /* it began anew: when to say so again */
};

struct snapshots {
    struct snapshot_thread *thread;
    bool taking;         /* the map's bytes are being handed over ... */
    bool writing;        /* ... or all are, and not durable yet */
    bool abandon_wanted; /* there was no memory to say so */
    uint64_t slice_ns;   /* no slice of the map before; CLOCK_BOOTTIME */
    uint64_t retry_ns;   /* not before, after a failure; CLOCK_BOOTTIME */
    uint64_t file_bytes; /* of the newest one */
    /* storage_stats.bytes_written, when that one was begun; and the one that
     * is being taken. */
    uint64_t log_began;
    uint64_t log_begins;
    struct snapshot_file_reader *reader; /* what is being sent; or NULL */
    struct kv_restore *restore;          /* while it is installed */
    struct snapshot_id receiving;        /* a leader's, the latest that began */
    raft_server_id receiving_from;
    struct snapshot_retry retry; /* it failed; the core has not been told yet */
    struct snapshots_peer peers[RAFT_MAX_SLOTS];
    bool checking;               /* the newest one's file */
    struct snapshot_retry doubt; /* unreadable: when to check again */
    uint64_t rewrite_ns;         /* not before, if nothing else was applied */
    raft_index damaged_index;    /* see snapshots_damaged() */
    uint8_t piece[SNAPSHOTS_PIECE_BYTES];
};

/* Before the node starts: the map is that of the newest snapshot, if there is
 * one. -1, or the exit code, told on stderr. */
int snapshots_open(struct server *server, const struct raft_snapshot *newest);
void snapshots_close(struct server *server);

/* Is the newest one's file of no use? Then another has to take its place. */
bool snapshots_damaged(const struct server *server);

/* Begin one now. false: nothing new to take, or one is under way. */
bool snapshots_take(struct server *server);

/* Once a turn: the next slice of the map, news, and whether it is time. */
void snapshots_turn(struct server *server);
/* How long until the next slice of the map is due, at most this. */
uint32_t snapshots_wait_ms(const struct server *server, uint32_t most);

/* The one under way is no more. */
void snapshots_give_up(struct server *server);
/* storage_stats.bytes_written */
uint64_t snapshots_written(const struct server *server);

/* ---- snapshots_install.c: the node's face of it ------------------------- */

struct raft_snapshots snapshots_interface(struct server *server);
/* false: a piece that must wait; it is to be lost, and comes again. */
bool snapshots_have_room(const struct server *server,
                         const struct raft_message *message);
/*
 * Of a transfer that has failed nothing more is kept. Until the core is told,
 * it takes the rest of it, too, for stored; so the leader has nothing to send.
 * The message as the core is to have it; *rest is for that.
 */
const struct raft_message *snapshots_rest(const struct server *server,
                                          const struct raft_message *message,
                                          struct raft_message *rest);
void snapshots_install(void *self, const struct raft_snapshot *snapshot);
/* A leader's could not be stored; once a turn: is it time to tell the core? */
void snapshots_not_stored(struct server *server, const struct snapshot_id *of,
                          const char *error);
void snapshots_retry_turn(struct server *server);

/* ---- snapshots_sent.c: what others make of what they are sent ------------ */

void snapshots_sending(struct server *server,
                       const struct raft_message *message);
void snapshots_answered(struct server *server,
                        const struct raft_message *message);
/* A piece of the newest one could not be read. */
void snapshots_unreadable(struct server *server);
void snapshots_checked(struct server *server, const struct snapshot_news *news);

#endif
