/* SPDX-License-Identifier: MIT
 *
 * snapshots.c - when a snapshot is taken, and the loop's part of taking,
 * sending and installing one (section 7).
 *
 * Nothing here takes longer than a slice of the map: files are written and
 * checked, and received maps built, on the snapshot thread. Only the piece that
 * is sent next is read here. Between two slices the loop rests: one that
 * never sleeps comes last when processors are short, and all writes with it.
 */
#include "cmd/raftd/snapshots.h"

#include "cmd/raftd/server.h"
#include "raft/check.h"

enum {
    SLICE_BYTES = 1 << 16,
    SLICE_PAIRS = 512,
    MOST_WAITING = 8 << 20, /* handed over and not written */
    REST_NS = 1000000,      /* from one slice to the next */
    RETRY_S = 10,
    REWRITE_S = 60, /* what failed once is not likely to succeed now */
    PATIENCE = 4    /* times the log may grow while one is being sent */
};

/* ---- Starting ------------------------------------------------------------ */

static void on_news(void *self)
{
    const struct server *server = self;

    net_wake(server->net);
}

static int restore_map(struct server *server)
{
    struct storage_error error = {.problem = STORAGE_EIO};
    struct kv_restore *restore = snapshot_read_map(server->storage, &error);
    struct kv_remains remains;

    if (restore == NULL) {
        return server_storage_failed(&error);
    }
    remains = kv_install(server->kv, restore);
    kv_remains_free(&remains);
    kv_restore_destroy(restore);
    return -1;
}

uint64_t snapshots_written(const struct server *server)
{
    struct storage_stats disk;

    storage_stats(server->storage, &disk);
    return disk.bytes_written;
}

static uint64_t loaded_bytes(const struct server *server)
{
    struct storage_stats disk;

    storage_stats(server->storage, &disk);
    return disk.loaded_bytes;
}

int snapshots_open(struct server *server, const struct raft_snapshot *newest)
{
    struct snapshots *s = &server->snapshots;

    if (newest != NULL) {
        const int code = restore_map(server);

        if (code != -1) {
            return code;
        }
        s->file_bytes = newest->byte_count;
    }
    /* What the log holds now has been written, too; not the zeros ahead. */
    s->log_began = snapshots_written(server) - loaded_bytes(server);
    s->thread = snapshot_thread_start(server->storage, on_news, server);
    return s->thread == NULL ? server_no_memory() : -1;
}

void snapshots_close(struct server *server)
{
    struct snapshots *s = &server->snapshots;

    snapshot_thread_stop(s->thread);
    snapshot_file_close(s->reader);
}

/* ---- Taking -------------------------------------------------------------- */

void snapshots_give_up(struct server *server)
{
    struct snapshots *s = &server->snapshots;

    snapshot_thread_free(s->thread, kv_snapshot_abandon(server->kv));
    s->taking = s->writing = false;
    s->abandon_wanted = !snapshot_thread_abandon(s->thread);
    s->retry_ns = server_clock_ns() + RETRY_S * 1000000000ull;
}

bool snapshots_take(struct server *server)
{
    struct snapshots *s = &server->snapshots;
    struct kv_snapshot_info info;
    struct raft_snapshot of;
    struct log_line line;

    if (s->taking || s->writing || s->abandon_wanted) {
        return false;
    }
    const bool again = !raft_snapshot_now(raft_node_core(server->node), &of);

    if (again) {
        of = *raft_snapshot_of(raft_node_core(server->node));
    }
    if ((again && !snapshots_damaged(server)) ||
        !kv_snapshot_begin(server->kv, &info)) {
        return false;
    }
    /* Or no restore would take it, when the log is gone. */
    raft_assert(info.applied_index == of.last_index);
    s->taking = s->writing = true;
    s->log_begins = snapshots_written(server);
    if (!(again ? snapshot_thread_begin_again(s->thread, &of)
                : snapshot_thread_begin(s->thread, &of))) {
        snapshots_give_up(server);
        return false;
    }
    log_begin(&line, LOG_INFO, "takes a snapshot");
    log_u64(&line, "index", of.last_index);
    log_u64(&line, "bytes", info.byte_count);
    log_end(&line);
    return true;
}

static void write_slice(struct server *server)
{
    struct snapshots *s = &server->snapshots;
    uint8_t bytes[SLICE_BYTES];
    struct kv_slice slice = {
        .bytes = bytes, .capacity = sizeof bytes, .max_pairs = SLICE_PAIRS};
    const enum kv_slice_result result = kv_snapshot_slice(server->kv, &slice);

    s->taking = result == KV_SLICE_MORE;
    s->slice_ns = server_clock_ns() + REST_NS;
    if ((slice.byte_count > 0 &&
         !snapshot_thread_write(s->thread, bytes, slice.byte_count)) ||
        (result == KV_SLICE_LAST && !snapshot_thread_end(s->thread))) {
        snapshots_give_up(server);
    }
}

static bool has_slice(const struct server *server)
{
    return server->snapshots.taking &&
           snapshot_thread_waiting(server->snapshots.thread) < MOST_WAITING;
}

uint32_t snapshots_wait_ms(const struct server *server, uint32_t most)
{
    if (!has_slice(server)) {
        return most;
    }
    const bool is_due = server_clock_ns() >= server->snapshots.slice_ns;
    return is_due || most == 0 ? 0 : 1;
}

/*
 * The log is worth a snapshot when much was written since the last one, and
 * more than that one is long: so less is written for snapshots than for the
 * log. Not while one is sent, or that would never end. But one whose file is
 * damaged is of no use to anybody, our own next start included.
 */
static bool is_time(struct server *server)
{
    const struct snapshots *s = &server->snapshots;
    const uint64_t least = server->options->snapshot_log_bytes;
    const uint64_t grown = snapshots_written(server) - s->log_began;
    struct raft_status status;

    if (server_clock_ns() < s->retry_ns) {
        return false;
    }
    if (snapshots_damaged(server)) {
        raft_node_status(server->node, &status);
        return status.last_applied > s->damaged_index ||
               server_clock_ns() >= s->rewrite_ns;
    }
    if (grown < least || grown < s->file_bytes) {
        return false;
    }
    raft_node_status(server->node, &status);
    return !status.sending_snapshot ||
           grown > PATIENCE * (least + s->file_bytes);
}

/* ---- News ---------------------------------------------------------------- */

static void warn(const char *what, const char *error)
{
    struct log_line line;

    log_begin(&line, LOG_WARN, what);
    log_text(&line, "error", error);
    log_end(&line);
}

static void taken(struct server *server, const struct raft_snapshot *snapshot)
{
    struct snapshots *s = &server->snapshots;
    struct log_line line;

    s->writing = false;
    s->file_bytes = snapshot->byte_count;
    s->log_began = s->log_begins;
    snapshot_file_close(s->reader); /* it may be of the same index */
    s->reader = NULL;
    if (snapshot->last_index == s->damaged_index) {
        s->damaged_index = 0;
    }
    log_begin(&line, LOG_INFO, "took a snapshot");
    log_u64(&line, "index", snapshot->last_index);
    log_u64(&line, "bytes", snapshot->byte_count);
    log_end(&line);
    server_took(server, raft_node_snapshot_taken(server->node, snapshot));
}

static void stored(struct server *server, const struct snapshot_news *news)
{
    struct snapshots *s = &server->snapshots;

    if (!s->retry.waits) { /* another one that failed is still to be told */
        s->retry = (struct snapshot_retry){0};
    }
    s->restore = news->restore;
    server_took(server,
                raft_node_snapshot_stored(server->node, &news->snapshot));
    kv_restore_destroy(news->restore);
    s->restore = NULL;
}

static void take_news(struct server *server, const struct snapshot_news *news)
{
    const struct snapshot_id of = snapshot_id_of(&news->snapshot);

    switch (news->type) {
    case SNAPSHOT_TAKEN:
        taken(server, &news->snapshot);
        break;
    case SNAPSHOT_NOT_TAKEN:
        warn("a snapshot could not be written; it is tried again", news->error);
        server->snapshots.rewrite_ns =
            server_clock_ns() + REWRITE_S * 1000000000ull;
        snapshots_give_up(server);
        orders_snapshot_failed(server, news->error);
        break;
    case SNAPSHOT_STORED:
        stored(server, news);
        break;
    case SNAPSHOT_NOT_STORED:
        snapshots_not_stored(server, &of, news->error);
        break;
    case SNAPSHOT_SOUND:
    case SNAPSHOT_DAMAGED:
    case SNAPSHOT_NOT_CHECKED:
        snapshots_checked(server, news);
        break;
    case SNAPSHOT_NO_NEWS:
        break;
    }
}

void snapshots_turn(struct server *server)
{
    struct snapshots *s = &server->snapshots;
    struct snapshot_news news;

    while ((news = snapshot_thread_news(s->thread)).type != SNAPSHOT_NO_NEWS) {
        take_news(server, &news);
    }
    if (s->abandon_wanted) {
        s->abandon_wanted = !snapshot_thread_abandon(s->thread);
    }
    snapshots_retry_turn(server);
    if (has_slice(server) && server_clock_ns() >= s->slice_ns) {
        write_slice(server);
    } else if (!s->writing && is_time(server)) {
        (void)snapshots_take(server);
    }
}
