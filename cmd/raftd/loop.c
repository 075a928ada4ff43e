/* SPDX-License-Identifier: MIT
 *
 * loop.c - turns until a signal comes, or a request to end.
 */
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "cmd/raftd/server.h"

static volatile sig_atomic_t stop_asked;
static volatile sig_atomic_t dump_asked;
static struct net *_Atomic net_to_wake;

static void on_signal(int number)
{
    struct net *net = net_to_wake; /* once: another thread may clear it */

    if (number == SIGUSR1) {
        dump_asked = 1;
    } else if (stop_asked) {
        _exit(128 + number); /* asked twice: at once */
    } else {
        stop_asked = 1;
    }
    if (net != NULL) {
        net_wake(net);
    }
}

void server_catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct sigaction given;

    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGINT, NULL, &given) == 0 && given.sa_handler != SIG_IGN) {
        sigaction(SIGINT, &action, NULL); /* a script's & ignores Ctrl-C */
    }
    sigaction(SIGUSR1, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a write says EPIPE instead */
}

int server_run(struct server *server)
{
    net_to_wake = server->net;
    while (!stop_asked && !server->stop_asked) {
        const int code = server_turn(server);

        if (code != -1) {
            return code;
        }
        if (dump_asked) {
            dump_asked = 0;
            events_dump(server);
        }
    }
    net_to_wake = NULL; /* it ends before the process does */
    log_event(LOG_INFO, "stopping");
    return server_stop(server);
}
