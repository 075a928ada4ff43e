/* SPDX-License-Identifier: MIT
 *
 * server.h - one raftd: everything the loop thread owns.
 *
 * The loop is the only thread that touches the core, the node and the writing
 * side of the map. Three others hand it things: civetweb's workers through the
 * bridge, the disk's writer through struct disk_news, a signal through a flag;
 * each wakes it with net_wake().
 */
#ifndef RAFTD_SERVER_H
#define RAFTD_SERVER_H

#include <stdatomic.h>

#include "cmd/raftd/ask_to_join.h"
#include "cmd/raftd/join.h"
#include "cmd/raftd/options.h"
#include "cmd/raftd/orders.h"
#include "cmd/raftd/pending.h"
#include "cmd/raftd/reads.h"
#include "cmd/raftd/snapshots.h"
#include "http/bridge.h"
#include "http/http.h"
#include "kv/kv.h"
#include "net/net.h"
#include "raft/node/node.h"
#include "raft/storage/storage.h"

enum {
    SERVER_MAX_WAITING = 4096,    /* calls in the bridge */
    SERVER_BATCH_ENTRIES = 1024,  /* of one raft_node_propose() */
    SERVER_BATCH_BYTES = 4 << 20, /* the same; one entry always fits */
    SERVER_MAX_PENDING = 1 << 16, /* proposed and not decided */
    SERVER_ANSWERS = 1024         /* kept until the turn's end */
};

/* From the writer thread. */
struct disk_news {
    _Atomic raft_write_seq done;
    atomic_bool failed; /* then error is set */
    struct storage_error error;
};

/* An answer that is ready, but not given yet. */
struct ready_answer {
    struct bridge_call *call;
    enum bridge_outcome outcome;
    raft_index index;
};

/* What was last logged or published (events.c, view.c). */
struct seen {
    enum raft_role role;
    raft_term term;
    raft_server_id leader_id;
    raft_index config_index;
    const char *follows_by; /* why it became a follower; NULL: it did not */
    raft_server_id told_by; /* with whose message; RAFT_NO_SERVER: none */
    bool names_changed;     /* who is a member, or how he is called */
    raft_server_id shown_leader;
    bool ready_once;
    raft_index ready_index; /* leader_commit at first contact; 0: none yet */
    uint64_t contact_ns;    /* a leader last heard, as fed_ns; 0: never */
};

struct server {
    const struct raftd_options *options;
    char raft_advertise[ADDRESS_BYTES]; /* with the real port */
    char http_advertise[ADDRESS_BYTES];

    struct storage *storage;
    struct kv *kv;
    struct bridge *bridge;
    struct net *net;
    struct http *http;

    struct raft_node *node; /* NULL: blank, member of no cluster yet */
    struct raft_storage disk;
    struct raft_transport wire;
    struct disk_news disk_news;
    raft_write_seq disk_done; /* told to the node */
    bool flush_wanted;        /* something is queued for the disk */
    uint64_t fed_ns;          /* the node's clock, in CLOCK_BOOTTIME */
    bool stop_asked;          /* over HTTP; a signal has its own flag */

    struct join join;
    struct ask_to_join ask;
    struct pending pending;
    struct reads reads;
    struct snapshots snapshots;
    struct orders orders;
    struct ready_answer answers[SERVER_ANSWERS];
    size_t answer_count;
    struct seen seen;
    struct http_view view;
    uint64_t state_line_ns; /* when the next one is due (state_line.c) */
};

/* ---- open.c: everything up, in order. -1, or the exit code, told on stderr */
int server_open(struct server *server, const struct raftd_options *options);

/* Say what is wrong and what to do about it; return the exit code. */
int server_storage_failed(const struct storage_error *error);
int server_no_memory(void);
/* The exit code alone. */
int server_storage_code(const struct storage_error *error);

/* Open and lock it. As above. */
int server_open_directory(struct server *server);

/* ---- leave.c ------------------------------------------------------------ */

/* Somebody of another cluster asks us into it: only taken note of. */
void leave_asked(struct server *server, const struct net_hello *by);

/* Decline, or leave and take part in the other one. -1, or an exit code. */
int leave_turn(struct server *server);

/* A write is taken or another server let in: from now on, durably, this
 * cluster is not left any more. A failed disk ends the process. */
void leave_nevermore(struct server *server);

/* ---- part.c ------------------------------------------------------------- */

/* The directory belongs to a cluster: load it and take part. As above. */
int server_take_part(struct server *server);

/* ---- loop.c ------------------------------------------------------------- */

/* From now on a signal asks for the end; before server_open(). */
void server_catch_signals(void);

/* Serve until a signal or a request ends it; returns the exit code. */
int server_run(struct server *server);

/* ---- stop.c ------------------------------------------------------------- */

/* End in order, within 3 s; returns the exit code. */
int server_stop(struct server *server);

/* ---- turn.c ------------------------------------------------------------- */

/* One turn. -1, or an exit code: it can't go on. */
int server_turn(struct server *server);

/* A message of a member has come in; inside net_poll(). */
void server_received(struct server *server, const struct raft_message *message);

/* CLOCK_BOOTTIME: goes on while the machine is suspended. */
uint64_t server_clock_ns(void);

/*
 * Was the input taken? A failed disk ends the process here: memory is ahead
 * of it, and nobody may hear of that.
 */
bool server_took(struct server *server, enum raft_error error);

/* Stop at once, without another byte to peers or clients. */
_Noreturn void server_disk_failed(const struct storage_error *error);

/* ---- glue.c ------------------------------------------------------------- */

struct raft_node_parts server_parts(struct server *server);

/* ---- writes.c ----------------------------------------------------------- */

/* Propose these calls as batches; answers those that are refused. */
void writes_propose(struct server *server, struct bridge_call *calls);

/* An entry was applied: answer the writes it decides. */
void writes_applied(struct server *server, raft_index index, raft_term term);

/* Answer at the end of the turn. */
void server_answer(struct server *server, struct bridge_call *call,
                   enum bridge_outcome outcome, raft_index index);
void server_give_answers(struct server *server);

/* ---- view.c ------------------------------------------------------------- */

/* Where a server serves HTTP; "" when not known. */
const char *server_http_of(const struct server *server, raft_server_id id);
/* A message the node has received: the first word of a leader is kept. */
void view_received(struct server *server, const struct raft_message *message);
/* The view as it is now; and to show it. */
void server_look(struct server *server);
void server_publish(struct server *server);

/* ---- state_line.c ------------------------------------------------------- */

/* Print it when it is wanted and due. */
void state_line_turn(struct server *server);

/* ---- events.c ----------------------------------------------------------- */

/* Log what changed since the last time. */
void events_note(struct server *server);
/* Notes why roles change; debug lines for messages, if they are wanted. */
struct raft_observer events_observer(struct server *server);

/* ---- events_dump.c ------------------------------------------------------ */

void events_dump(struct server *server); /* SIGUSR1 */

#endif
