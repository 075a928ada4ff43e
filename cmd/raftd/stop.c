/* SPDX-License-Identifier: MIT
 *
 * stop.c - an orderly end: leadership handed over, clients answered, the log
 * closed.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/raftd/server.h"

/* What it takes at most. Who asks for it over HTTP is promised 3 s, in which
 * the others are asked, too; an operator has 5. */
enum { HAND_OVER_MS = 700, DECIDE_MS = 400, CLOSE_S = 1 };
_Static_assert(HTTP_SHUTDOWN_ASK_MS + HAND_OVER_MS + DECIDE_MS +
                       CLOSE_S * 1000 + 200 <=
                   3000,
               "an end over HTTP has 3 s, with 0.2 s for all that has no clock "
               "of its own");

static bool is_handing_over(const struct server *server)
{
    struct raft_status status;

    raft_node_status(server->node, &status);
    return status.role == RAFT_LEADER && status.transferring;
}

/* Give leadership to the most advanced follower, so nobody waits for a
 * time-out. Without a follower that answers it just ends. */
static int hand_over(struct server *server)
{
    const uint64_t until = server_clock_ns() + HAND_OVER_MS * 1000000ull;

    if (raft_node_transfer(server->node, RAFT_NO_SERVER) == RAFT_OK) {
        log_event(LOG_INFO, "hands leadership over");
    }
    while (is_handing_over(server) && server_clock_ns() < until) {
        const int code = server_turn(server);

        if (code != -1) {
            return code;
        }
    }
    return -1;
}

/* Writes under way: wait a little for the log to decide them. */
static int let_decide(struct server *server)
{
    const uint64_t until = server_clock_ns() + DECIDE_MS * 1000000ull;

    while (server->pending.count > 0 && server_clock_ns() < until) {
        const int code = server_turn(server);

        if (code != -1) {
            return code;
        }
    }
    return -1;
}

static void answer_the_rest(struct server *server)
{
    struct bridge_call *call = bridge_take_all(server->bridge);
    struct pending_write write;

    while (call != NULL) {
        struct bridge_call *next = bridge_next(call);

        server_answer(server, call, BRIDGE_STOPPING, 0);
        call = next;
    }
    reads_end(server, BRIDGE_STOPPING);
    while (pending_take(&server->pending, &write)) {
        server_answer(server, write.call, BRIDGE_UNKNOWN, 0);
    }
    server_give_answers(server);
    if (server->node != NULL) {
        orders_end(server);
    }
}

static volatile sig_atomic_t exit_code = EXIT_SUCCESS;

/* Nothing is lost by ending now: what was acknowledged is on disk, and what is
 * unfinished there the next start finishes or removes. */
static void on_alarm(int number)
{
    (void)number;
    _exit(exit_code);
}

/* What matters first. A disk may hang, or a worker: the alarm is for both. */
static void close_all(struct server *server)
{
    signal(SIGALRM, on_alarm);
    alarm(CLOSE_S);
    storage_end_log(server->storage);
    if (atomic_load(&server->disk_news.failed)) {
        server_disk_failed(&server->disk_news.error);
    }
    http_stop(server->http);
    snapshots_close(server); /* waits for a sync of much more than the log's */
    storage_close(server->storage);
    raft_node_destroy(server->node);
    net_destroy(server->net);
    bridge_destroy(server->bridge);
    kv_destroy(server->kv);
    ask_to_join_end(&server->ask);
    pending_free(&server->pending);
}

int server_stop(struct server *server)
{
    int code = -1;

    ask_to_join_tell_end(&server->ask);
    if (server->node != NULL) {
        code = hand_over(server);
    }
    bridge_stop(server->bridge);
    if (code == -1) {
        code = let_decide(server);
    }
    exit_code = code == -1 ? EXIT_SUCCESS : code;
    answer_the_rest(server);
    close_all(server);
    log_event(LOG_INFO, "stopped");
    return exit_code;
}
