/* SPDX-License-Identifier: MIT
 *
 * tables.h - all that was ever met in a world, numbered: servers, messages,
 * logs, and what each server does with each event.
 *
 * The core is pure, so what one server does with one event is computed by it
 * once, and looked up from then on. A state of a world is a few numbers.
 */
#ifndef RAFTSIM_EXPLORE_TABLES_H
#define RAFTSIM_EXPLORE_TABLES_H

#include "cmd/raftsim/explore/glue.h"
#include "cmd/raftsim/explore/intern.h"

enum { EXPLORE_RENAMINGS = 6 }; /* of three servers; 0 changes nothing */

/* By id. */
extern const raft_server_id explore_renamings[EXPLORE_RENAMINGS]
                                             [EXPLORE_SERVERS + 1];

/* What a search wants to know of a server, without its core. */
struct explore_server {
    uint64_t hashes[EXPLORE_RENAMINGS]; /* of its bytes, renamed */
    /* Numbers of logs, with what is gone into snapshots. */
    uint16_t log;
    uint16_t disk_log;
    uint16_t committed; /* the log up to commit_index */
    uint8_t term;       /* a server that is down: of its disk */
    uint8_t disk_term;
    uint8_t role; /* enum raft_role; or EXPLORE_DOWN */
    uint8_t write_count;
    uint8_t torn_entries; /* of the oldest write, if it is an append */
    uint8_t torn_states;  /* savings of term and vote under way */
    bool can_snapshot;    /* there is something new to take one of */
    bool can_publish;     /* one is whole, and not durable yet */
};

enum { EXPLORE_DOWN = 3 };

struct explore_message {
    uint64_t hashes[EXPLORE_RENAMINGS];
    uint8_t to; /* id */
};

/* What one server does with one event. */
struct explore_transition {
    uint32_t to;   /* the server's number */
    uint32_t sent; /* the first in sent[] */
    uint16_t sent_count;
    uint16_t broken; /* the text's number + 1; 0: all holds */
};

/* An event as a number: of the message that arrives, or one of these. */
#define EXPLORE_EVENT(type, argument) \
    (0x80000000u | (uint32_t)(type) << 16 | (uint32_t)(argument))
#define EXPLORE_CRASH(entries, states) \
    EXPLORE_EVENT(GLUE_CRASH, (entries) << 8 | (states))

struct explore_tables {
    struct glue glue;
    struct intern server_bytes;
    struct explore_server *servers;
    size_t server_capacity;
    struct intern message_bytes;
    struct explore_message *messages;
    size_t message_capacity;
    struct intern logs;
    struct intern texts; /* of what was broken */
    struct explore_transition *transitions;
    size_t transition_count;
    size_t transition_capacity;
    uint16_t *sent; /* numbers of messages */
    size_t sent_count;
    size_t sent_capacity;
    uint64_t *keys; /* open addressing: server and event + 1; 0: empty */
    uint32_t *values;
    size_t place_count;
    bool forgets; /* compute everything anew: to test the rest */
};

/* A zeroed struct, set up for a world. */
void tables_init(struct explore_tables *tables,
                 const struct explore_world *world);
void tables_free(struct explore_tables *tables);
size_t tables_memory(const struct explore_tables *tables);

/* The number of a server that has just been started for the first time. */
uint32_t tables_first_server(struct explore_tables *tables, raft_server_id id);

/* Valid until the next call. */
const struct explore_transition *
tables_transition(struct explore_tables *tables, uint32_t server,
                  uint32_t event);

void tables_log(const struct explore_tables *tables, uint32_t number,
                struct explore_log *log);
uint16_t tables_log_number(struct explore_tables *tables,
                           const struct explore_log *log);
void tables_message(const struct explore_tables *tables, uint32_t number,
                    struct record_message *message);
/* What was broken: explore_transition.broken. */
void tables_text(const struct explore_tables *tables, uint16_t broken,
                 char text[GLUE_BROKEN_BYTES]);

#endif
