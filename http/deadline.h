/* SPDX-License-Identifier: MIT
 *
 * deadline.h - no request holds a worker longer than it may.
 *
 * civetweb's own time-out starts anew with every byte, so a body that drips
 * holds a worker for ever, and it shows us no socket. One thread watches the
 * workers' deadlines; it finds the socket of a late one by its client's
 * address and shuts it, and the worker's read or write returns.
 */
#ifndef HTTP_DEADLINE_H
#define HTTP_DEADLINE_H

#include <stdint.h>

#include <civetweb.h>

struct watch;
struct watch_slot; /* one per worker */

/* NULL: out of memory or of threads. */
struct watch *watch_start(unsigned slot_count);
void watch_stop(struct watch *watch); /* once no worker runs; NULL is fine */

/* The port of our sockets, known only once they listen. */
void watch_set_port(struct watch *watch, uint16_t port);

struct watch_slot *watch_slot_of(struct watch *watch, unsigned number);

/* On a worker, from here to watch_end(): reading ends at, writing ends at. */
void watch_begin(struct watch_slot *slot, const struct mg_request_info *client,
                 uint64_t read_until_ns, uint64_t write_until_ns);
void watch_end(struct watch_slot *slot);

/* While one is watched: another deadline to read by, to write by. 0: none. */
void watch_read_until(struct watch_slot *slot, uint64_t read_until_ns);
void watch_write_until(struct watch_slot *slot, uint64_t write_until_ns);

#endif
