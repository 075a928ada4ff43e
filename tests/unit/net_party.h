/* SPDX-License-Identifier: MIT
 *
 * net_party.h - several struct net in one process, and strangers who speak
 * to them in bytes. Nothing waits but UNTIL(), and that has a deadline.
 */
#ifndef TESTS_NET_PARTY_H
#define TESTS_NET_PARTY_H

#include "net/frame.h"

enum { PARTY_KEPT = 64, PARTY_DEADLINE_MS = 20000 };

/* What is kept of a message: it borrowed the rest. */
struct party_message {
    enum raft_message_type type;
    raft_server_id from;
    raft_term term;
    size_t entry_count;
    uint64_t read_round;
    uint64_t content_bytes;
    uint32_t content_crc;
};

struct party {
    struct net *net;
    struct net_settings settings;
    const char *host; /* own_address(), unless somebody sets another one */
    char listen[RAFT_MAX_ADDRESS_BYTES];
    size_t received_count; /* the last ones stand at [count % PARTY_KEPT] */
    struct party_message received[PARTY_KEPT];
    size_t introduced_count;
    struct net_hello introduced; /* the last one */
    size_t invited_count;
    struct net_hello invited;
    size_t absorb_asked_count;
    struct net_hello absorb_asked;
    bool declines; /* at once, when asked */
    bool deaf;     /* nobody there to be asked */
    size_t log_count;
    char log[256];       /* the last line */
    char all_logs[8192]; /* what fits */
};

/* A blank one; party_teardown() takes it back. */
struct party *party_new(void);

/* Opens on its host, any free port the first time, later the same one. */
void party_open(struct party *party, raft_server_id id, uint64_t cluster_id);
/* The same with other settings than 20 ms heartbeats and default sizes. */
void party_open_with(struct party *party, const struct net_settings *settings);
void party_close(struct party *party);
int party_teardown(void **state); /* for cmocka: closes all */

/* Dial these and nobody else; by_id: with the id, else with 0. */
void party_dial(struct party *party, const struct party *one,
                const struct party *other, bool by_id);
/* Dial one address. */
void party_dial_address(struct party *party, raft_server_id id,
                        const char *address);

/* Both dial each other and are connected. */
void party_meet(struct party *one, struct party *other);

bool party_connected(const struct party *party, raft_server_id id);
bool party_open_to(const struct party *party, raft_server_id id);
const struct party_message *party_last(const struct party *party);
uint64_t party_rejected(const struct party *party);
uint64_t party_dropped(const struct party *party);
void party_send(struct party *party, const struct raft_message *message);

/* AppendEntries with so many entries of so many bytes each. */
void party_append(struct party *party, raft_server_id to, raft_term term,
                  size_t entry_count, uint32_t entry_bytes);
void party_heartbeat(struct party *party, raft_server_id to, raft_term term,
                     uint64_t read_round);

/* One turn of every open party. */
void party_poll_all(void);
uint64_t party_clock_ms(void);

#define UNTIL(condition)                                              \
    do {                                                              \
        const uint64_t until_ = party_clock_ms() + PARTY_DEADLINE_MS; \
        while (!(condition)) {                                        \
            if (party_clock_ms() > until_) {                          \
                print_error("never: %s\n", #condition);               \
                _fail(__FILE__, __LINE__);                            \
            }                                                         \
            party_poll_all();                                         \
        }                                                             \
    } while (0)

/* A socket of a test: says what it likes. fd -1: none. */
struct stranger {
    int fd;
    bool closed; /* by the other side */
    size_t count;
    uint8_t bytes[4096]; /* what it heard */
    uint64_t sequence;
};
void stranger_connect(struct stranger *stranger, const struct party *to);
int stranger_listen(char address[RAFT_MAX_ADDRESS_BYTES]);
bool stranger_accept(struct stranger *stranger, int listen_fd);
void stranger_say(struct stranger *stranger, const void *bytes, size_t count);
void stranger_hear(struct stranger *stranger); /* without waiting */
bool stranger_closed(struct stranger *stranger);
void stranger_leave(struct stranger *stranger);
void stranger_hello(struct stranger *stranger, raft_server_id id,
                    uint64_t cluster_id, raft_server_id to);
void stranger_vote(struct stranger *stranger, raft_server_id from,
                   raft_server_id to, uint64_t cluster_id, raft_term term);
/* Accepts, says HELLO to server 1, and then falls silent. */
void stranger_is_lazy(struct stranger *stranger, int listen_fd,
                      raft_server_id id, uint64_t cluster_id);
void stranger_plain(struct stranger *stranger, enum frame_type type,
                    raft_server_id from, raft_server_id to,
                    uint64_t cluster_id);
/* Sequence numbers of a server that speaks so much; version 1 counts only. */
uint64_t stranger_sequence(unsigned speaks);
/* Frames heard of this type; each must be of a version he speaks. */
size_t stranger_heard(struct stranger *stranger, unsigned type,
                      unsigned speaks);
/* Has it heard, as first frame, a HELLO? *hello may be NULL. */
bool stranger_greeted(struct stranger *stranger, struct net_hello *hello);

#endif
