/* SPDX-License-Identifier: MIT
 *
 * turn.c - one turn of the loop.
 *
 * The order makes batches: everything that has arrived is taken at once, then
 * one proposal, one write to each socket, one wake-up of the disk's writer,
 * one sweep of wake-ups for the workers.
 */
#include <time.h>
#include <unistd.h>

#include "cmd/raftd/server.h"

enum {
    TICK_NS = TICK_MS * 1000000,
    IDLE_NS = 2 * TICK_NS, /* an idle loop feeds two ticks at a time */
    BLANK_WAIT_MS = 1000,  /* nothing is due; news wakes us */
    LINE_WAIT_MS = 200,    /* unless state_line.c has something to say */
    SLEPT_TIMEOUTS = 10    /* see feed_time() */
};

uint64_t server_clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

_Noreturn void server_disk_failed(const struct storage_error *error)
{
    struct log_line line;

    log_begin(&line, LOG_ERROR,
              "the disk failed: stopping, so that memory never runs ahead of "
              "it; check the disk and its free space, then start again");
    log_text(&line, "error", error->text);
    log_end(&line);
    _exit(EXIT_IO);
}

bool server_took(struct server *server, enum raft_error error)
{
    static const struct storage_error no_queue = {
        .problem = STORAGE_ENOMEM, .text = "a write could not be queued"};

    if (error == RAFT_EDISK) {
        server_disk_failed(atomic_load(&server->disk_news.failed)
                               ? &server->disk_news.error
                               : &no_queue);
    }
    if (error == RAFT_ENOMEM) {
        log_event(LOG_WARN, "out of memory: an input was dropped");
    }
    return error == RAFT_OK;
}

/*
 * Ticks that have passed, those of a suspended machine included: a lease must
 * not outlive them. Beyond ten election time-outs nothing is left to expire.
 */
static void feed_time(struct server *server)
{
    const uint64_t passed = (server_clock_ns() - server->fed_ns) / TICK_NS;
    const uint64_t most =
        (uint64_t)SLEPT_TIMEOUTS * server->options->election_ms_max / TICK_MS;

    if (passed == 0) {
        return;
    }
    server->fed_ns += passed * TICK_NS;
    if (passed > most) {
        struct log_line line;

        log_begin(&line, LOG_WARN, "this process stood still");
        log_u64(&line, "ms", passed * TICK_MS);
        log_end(&line);
    }
    server_took(server,
                raft_node_tick(server->node,
                               (uint32_t)(passed < most ? passed : most)));
}

/*
 * A request is judged by the present time: what a follower promises with its
 * answer, not to vote for a while, must count from now and not from before
 * this process last stood still. Answers come first and time after: a leader
 * that stood still must not call those silent whose answers are here already.
 */
void server_received(struct server *server, const struct raft_message *message)
{
    struct raft_message rest;

    if (server->node == NULL || !snapshots_have_room(server, message)) {
        return;
    }
    if (message->type != RAFT_APPEND_ENTRIES_RESULT &&
        message->type != RAFT_INSTALL_SNAPSHOT_RESULT) {
        feed_time(server);
    }
    server_took(server,
                raft_node_receive(server->node,
                                  snapshots_rest(server, message, &rest)));
    snapshots_answered(server, message);
    view_received(server, message);
}

static void take_persisted(struct server *server)
{
    raft_write_seq done;

    if (atomic_load(&server->disk_news.failed)) {
        server_disk_failed(&server->disk_news.error);
    }
    done = atomic_load(&server->disk_news.done);
    if (done > server->disk_done) {
        server->disk_done = done;
        server_took(server, raft_node_persisted(server->node, done));
    }
}

static bool is_stop(const struct bridge_call *call)
{
    return bridge_request_of(call)->type == BRIDGE_STOP;
}

static void take_stop(struct server *server, struct bridge_call *call)
{
    server->stop_asked = true;
    server_answer(server, call, BRIDGE_DONE, 0);
}

/* Reads wait in their lists; writes are returned, in order. */
static struct bridge_call *sort_calls(struct server *server,
                                      struct bridge_call *call)
{
    struct bridge_call *writes = NULL;
    struct bridge_call *last = NULL;

    while (call != NULL) {
        struct bridge_call *next = bridge_next(call);

        bridge_set_next(call, NULL);
        if (is_stop(call)) {
            take_stop(server, call);
        } else if (bridge_request_of(call)->type >= BRIDGE_CHANGE) {
            orders_take(server, call);
        } else if (bridge_request_of(call)->type != BRIDGE_WRITE) {
            reads_add(&server->reads, call);
        } else if (last == NULL) {
            writes = last = call;
        } else {
            bridge_set_next(last, call);
            last = call;
        }
        call = next;
    }
    return writes;
}

/* Of a blank server only one thing can be had. */
static void refuse(struct server *server, struct bridge_call *call)
{
    while (call != NULL) {
        struct bridge_call *next = bridge_next(call);

        if (is_stop(call)) {
            take_stop(server, call);
        } else {
            server_answer(server, call, BRIDGE_NOT_LEADER, 0);
        }
        call = next;
    }
}

/* The clock is read after the calls are taken: a lease read is never newer
 * than the time it is judged by. */
static void feed_node(struct server *server)
{
    struct bridge_call *writes =
        sort_calls(server, bridge_take_all(server->bridge));

    take_persisted(server);
    feed_time(server);
    writes_propose(server, writes);
    reads_start(server);
    server_took(server, raft_node_apply_more(server->node));
    snapshots_turn(server);
    orders_turn(server);
}

static uint32_t wait_ms(const struct server *server)
{
    uint64_t passed;

    if (server->node == NULL) {
        return server->options->prints_state ? LINE_WAIT_MS : BLANK_WAIT_MS;
    }
    if (raft_node_has_more(server->node)) {
        return 0;
    }
    passed = server_clock_ns() - server->fed_ns;
    return snapshots_wait_ms(
        server, passed >= IDLE_NS
                    ? 0
                    : (uint32_t)((IDLE_NS - passed + 999999) / 1000000));
}

int server_turn(struct server *server)
{
    int code;

    if (net_poll(server->net, wait_ms(server)) != 0) {
        log_event(LOG_ERROR, "select() failed: stopping");
        return EXIT_IO;
    }
    code = join_turn(server);
    if (code != -1) {
        return code;
    }
    ask_to_join_turn(server);
    if (server->node != NULL) {
        feed_node(server);
    } else {
        refuse(server, bridge_take_all(server->bridge));
    }
    net_flush(server->net);
    if (server->flush_wanted) {
        server->flush_wanted = false;
        if (server->disk.flush(server->disk.self) != 0) {
            server_took(server, RAFT_EDISK);
        }
    }
    server_give_answers(server);
    events_note(server);
    server_publish(server);
    state_line_turn(server);
    orders_give_answers(server);
    return -1;
}
