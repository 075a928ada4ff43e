/* SPDX-License-Identifier: MIT
 *
 * hurry.h - mg_stop() without its two seconds.
 *
 * civetweb's threads look at the stop flag only when their poll() returns:
 * every two seconds, or when something comes. So a thread of ours lets
 * something come: to the listener a connection, to idle connections their end.
 */
#ifndef HTTP_HURRY_H
#define HTTP_HURRY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct hurry {
    pthread_t thread;
    bool started;
    atomic_bool done;
    const char *host; /* a numeric address we listen on */
    uint16_t port;
};

/* From here on; host must live until hurry_end(). */
void hurry_begin(struct hurry *hurry, const char *host, uint16_t port);
void hurry_end(struct hurry *hurry);

#endif
