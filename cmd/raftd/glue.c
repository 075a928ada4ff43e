/* SPDX-License-Identifier: MIT
 *
 * glue.c - the three things a node needs, made of storage, net and kv.
 */
#include "cmd/raftd/server.h"

/* ---- Disk --------------------------------------------------------------- */

static int save_hard_state(void *self, raft_write_seq seq,
                           raft_term current_term, raft_server_id voted_for)
{
    const struct server *server = self;

    return server->disk.save_hard_state(server->disk.self, seq, current_term,
                                        voted_for);
}

static int truncate_log(void *self, raft_write_seq seq, raft_index from)
{
    const struct server *server = self;

    return server->disk.truncate(server->disk.self, seq, from);
}

static int reset_log(void *self, raft_write_seq seq, raft_index after_index,
                     raft_term after_term)
{
    const struct server *server = self;

    return server->disk.reset(server->disk.self, seq, after_index, after_term);
}

static int compact_log(void *self, raft_index through)
{
    const struct server *server = self;

    return server->disk.compact(server->disk.self, through);
}

static int append(void *self, raft_write_seq seq,
                  const struct raft_slice *entries)
{
    const struct server *server = self;

    return server->disk.append(server->disk.self, seq, entries);
}

/* One wake-up of the writer a turn, not one a step. */
static int flush(void *self)
{
    struct server *server = self;

    server->flush_wanted = true;
    return 0;
}

/* ---- Network ------------------------------------------------------------ */

static void send_message(void *self, const struct raft_message *message)
{
    struct server *server = self;

    snapshots_sending(server, message);
    server->wire.send(server->wire.self, message);
}

/* A new member knows no members yet: it keeps to those it has met. */
static void configure(void *self, const struct raft_config *config)
{
    struct server *server = self;

    server->seen.names_changed = true;
    if (config->member_count > 0) {
        server->wire.configure(server->wire.self, config);
    }
}

/* ---- State machine ------------------------------------------------------ */

static void apply(void *self, raft_index index, const struct raft_entry *entry)
{
    struct server *server = self;

    kv_apply(server->kv, index, entry);
    writes_applied(server, index, entry->term);
}

static void read_answered(void *self, const struct raft_read_answer *answer)
{
    reads_answered(self, answer);
}

struct raft_node_parts server_parts(struct server *server)
{
    return (struct raft_node_parts){
        .storage = {.self = server,
                    .save_hard_state = save_hard_state,
                    .truncate = truncate_log,
                    .append = append,
                    .reset = reset_log,
                    .compact = compact_log,
                    .flush = flush},
        .transport = {server, send_message, configure},
        .machine = {.self = server,
                    .apply = apply,
                    .install = snapshots_install,
                    .change_ended = changes_ended,
                    .read_answered = read_answered},
        .snapshots = snapshots_interface(server),
        .observer = events_observer(server),
    };
}
