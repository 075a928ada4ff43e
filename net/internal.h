/* SPDX-License-Identifier: MIT
 *
 * internal.h - struct net and its connections, for the files of net/ alone.
 */
#ifndef NET_INTERNAL_H
#define NET_INTERNAL_H

#include <stdatomic.h>

#include "net/buffer.h"
#include "net/frame.h"
#include "net/resolve.h"
#include "net/socket.h"

enum {
    NET_READ_BYTES = 256 * 1024,
    NET_DEFAULT_BYTES = 16 * 1024 * 1024, /* queues and frames */
    NET_MAX_PEERS = 64,
    NET_MAX_ACCEPTED = 64,
    NET_MAX_STRANGERS = 16,      /* accepted, and no member of our cluster */
    NET_REFUSALS_KEPT = 16,      /* so as not to log them again */
    NET_REASON_BYTES = 384,      /* two addresses fit */
    NET_MAX_ANSWERS = 64 * 1024, /* bytes that wait on an accepted one */
    NET_ANSWERS_VERSION = 2, /* who speaks it, takes answers where he dialled */
    /* All in heartbeats. */
    NET_PING_AFTER = 5,
    NET_PONG_WITHIN = 15, /* or a sign of life; 20 together: he is gone */
    NET_STRANGER_FOR = 100,
    NET_SILENT_FOR = 200,
    NET_NOT_A_PEER = 100 /* ourselves, or a second way: ask again after this */
};

struct net_peer;

/* One TCP connection, dialled or accepted. */
struct net_connection {
    int fd;                /* -1: closed */
    struct net_peer *peer; /* dialled by it; NULL: accepted */
    struct net_buffer rx;  /* the start of a frame that is not all here */
    struct net_buffer tx;  /* not sent yet */
    bool blocked;          /* the last send() could not take all */
    bool introduced;       /* hello is valid */
    bool refused;          /* ... and of no use to us */
    bool foreign;          /* ... only for being of another cluster */
    bool absorb_asked;     /* one of us asked the other; once for each */
    bool absorb_answered;
    uint64_t last_sequence; /* received */
    uint64_t sent_bytes;    /* handed to our system */
    uint64_t opened_ms;
    uint64_t heard_ms; /* bytes, if not a whole frame */
    /* The last queued heartbeat that no byte is sent of: where in tx. */
    bool has_heartbeat;
    size_t heartbeat_offset;
    size_t heartbeat_bytes;
    struct net_hello hello;
    uint16_t speaks;    /* he does: of the protocol's versions, the newest */
    raft_index applied; /* accepted: as he said last */
    char from[NET_ADDRESS_TEXT]; /* accepted: where it comes from */
};

/* What was logged about somebody who was not let in, and when it last held. */
struct net_refusal {
    uint64_t last_ms;
    char host[NET_ADDRESS_TEXT];
    char reason[NET_REASON_BYTES];
};

enum net_peer_state {
    NET_PEER_WAITING,    /* until retry_ms, then dial */
    NET_PEER_RESOLVING,  /* a look-up is under way */
    NET_PEER_CONNECTING, /* TCP's handshake */
    NET_PEER_GREETING,   /* ours: HELLO is sent */
    NET_PEER_OPEN
};

/* Somebody we dial. */
struct net_peer {
    struct net_target target;
    enum net_peer_state state;
    struct net_connection connection;
    struct net_lookup *lookup;
    uint32_t attempts; /* since a connection last held */
    uint32_t backoff_ms;
    uint64_t retry_ms;
    uint64_t deadline_ms; /* of connecting and greeting */
    uint64_t ping_ms;     /* when to ask next, or to look for signs of life */
    bool ping_sent;
    /* Since then, of the bytes sent on this connection: */
    uint64_t ping_end;    /* where the PING ends */
    uint64_t taken_bytes; /* by his system, at our last look */
    uint64_t taken_ms;    /* when that was last seen to grow; or asked */
    bool full_logged;
    bool declined;    /* asked to leave his cluster for ours */
    bool unheard;     /* since net_ask_again() */
    bool is_self;     /* who answered last */
    bool hello_known; /* hello outlives the connection */
    struct net_hello hello;
    char reason[96]; /* logged last, since it was open */
    struct net_peer *next_dropped;
};

struct net {
    struct net_events events;
    struct net_hello self;
    raft_term term;
    raft_index applied;
    uint32_t heartbeat_ms;
    uint32_t max_queue_bytes;
    uint32_t max_frame_bytes;
    int listen_fd;
    uint16_t port;
    uint64_t accept_again_ms; /* out of descriptors: not before this */
    struct net_peer *peers[NET_MAX_PEERS];
    size_t peer_count;
    struct net_peer *dropped; /* closed; their frames may be in use */
    struct net_connection *accepted[NET_MAX_ACCEPTED];
    size_t accepted_count;
    uint8_t *read_buffer;
    struct frame_scratch scratch;
    uint64_t now_ms;
    uint64_t sequence;
    uint64_t random;
    struct net_stats stats;
    struct net_refusal refusals[NET_REFUSALS_KEPT];
    uint64_t log_second; /* strangers' lines are counted per second */
    uint32_t log_lines;
    char error_text[96];
    struct net_wake_fds wake_fds;
    atomic_bool wake_wanted;
    atomic_bool sleeping;
};

/* net.c */
uint64_t net_clock_ms(void);
void net_log(struct net *net, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *net_error_text(struct net *net, int error);
bool net_same_cluster(const struct net *net, const struct net_hello *hello);
bool net_foreign_cluster(const struct net *net, const struct net_hello *hello);

/* connection.c, receive.c. A reason is NULL (all well) or why to close it. */
extern const char net_no_memory[];
void net_connection_open(struct net *net, struct net_connection *connection,
                         int fd);
void net_connection_close(struct net_connection *connection);
void net_connection_free(struct net_connection *connection);
const char *net_connection_read(struct net *net,
                                struct net_connection *connection);
const char *net_connection_write(struct net *net,
                                 struct net_connection *connection);
const char *net_connection_hello(struct net *net,
                                 struct net_connection *connection,
                                 raft_server_id to);
const char *net_connection_plain(struct net *net,
                                 struct net_connection *connection,
                                 enum frame_type type);
const char *net_connection_applied(struct net *net,
                                   struct net_connection *connection);
bool net_connection_message(struct net *net, struct net_connection *connection,
                            const struct raft_message *message);
static inline bool net_connection_waits(const struct net_connection *connection)
{
    return connection->fd >= 0 && net_buffer_count(&connection->tx) > 0;
}

/* No proper HELLO yet, or a HELLO that is none of our business. */
static inline bool net_is_stranger(const struct net_connection *connection)
{
    return !connection->introduced || connection->refused;
}

/* peer.c: the state of one we dial. */
struct net_peer *net_peer_create(struct net *net,
                                 const struct net_target *target);
void net_peer_destroy(struct net_peer *peer);
void net_peer_writable(struct net *net, struct net_peer *peer);
void net_peer_readable(struct net *net, struct net_peer *peer);
void net_peer_flush(struct net *net, struct net_peer *peer);
void net_peer_timers(struct net *net, struct net_peer *peer);
uint64_t net_peer_next_ms(const struct net *net, const struct net_peer *peer);
const char *net_peer_frame(struct net *net, struct net_peer *peer,
                           const struct frame *frame);
struct net_peer *net_peer_for(const struct net *net, raft_server_id server_id);

/* ping.c: is he still there? Called when ping_ms has come. */
void net_ping(struct net *net, struct net_peer *peer);

/* dial.c: to a connection, or to a wait. */
extern const char net_is_self[]; /* reasons to hang up */
extern const char net_is_second_way[];
extern const char net_is_foreign[];
void net_dial(struct net *net, struct net_peer *peer);
void net_dial_resolved(struct net *net, struct net_peer *peer);
void net_peer_fail(struct net *net, struct net_peer *peer, const char *reason);

/* targets.c: whom to dial. */
void net_sweep_dropped(struct net *net);

/* strangers.c: those who dialled us and are no members. */
bool net_is_member(const struct net *net,
                   const struct net_connection *connection);
void net_make_room(struct net *net);
void net_log_refusal(struct net *net, const char *from, const char *reason);

/* absorb.c: out of one cluster into another. */
void net_absorb_retarget(struct net *net, struct net_peer *peer,
                         const struct net_target *target);
const char *net_absorb_ask(struct net *net, struct net_peer *peer);
bool net_absorb_waits(const struct net_peer *peer);
const char *net_absorb_declined(struct net_peer *peer);
const char *net_absorb_asked(struct net *net, struct net_connection *connection,
                             const struct frame_route *route);

/* hello.c: they say who they are. */
const char *net_accepted_hello(struct net *net,
                               struct net_connection *connection,
                               const struct frame *frame);

/* accepted.c: those who dialled us. */
void net_accept(struct net *net);
void net_accepted_fail(struct net *net, struct net_connection *connection,
                       const char *reason);
void net_accepted_timers(struct net *net);
void net_sweep_accepted(struct net *net);
bool net_is_answer(uint8_t frame_type);
void net_take_message(struct net *net, struct net_connection *connection,
                      const struct frame *frame);
const char *net_accepted_frame(struct net *net,
                               struct net_connection *connection,
                               const struct frame *frame);

#endif
