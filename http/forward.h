/* SPDX-License-Identifier: MIT
 *
 * forward.h - a request that only the leader can answer, asked again there.
 *
 * For routes whose clients need not know of leaders (the /key routes redirect
 * instead). Once and no further: a server that is asked so by another one, and
 * does not lead, says no.
 */
#ifndef HTTP_FORWARD_H
#define HTTP_FORWARD_H

#include "http/server.h"

/* Has another server sent this on to us? */
bool forward_is_one(const struct request *request);

/* Is there a leader to ask: known, not us, and not asked by one himself? */
bool forward_is_possible(const struct request *request,
                         const char *leader_http);

/*
 * Ask the leader the same and answer as he does; returns the status. When he
 * can't be asked: 503, nothing happened. When he does not answer: 504, after
 * settings.request_timeout_ms and a quarter, though the deadline be later.
 */
int forward_request(struct request *request, const char *leader_http,
                    const void *body, size_t body_bytes);

/*
 * The same for a server that the client names, who need not lead: he may send
 * it on to his leader, but to nobody whom the client names.
 */
int forward_to_named(struct request *request, const char *named_http,
                     const void *body, size_t body_bytes);

/*
 * The same for what can be answered here as well: 0 when nothing was answered
 * because he could not be asked, or did not answer 200 within timeout_ms.
 */
int forward_try(struct request *request, const char *leader_http,
                uint32_t timeout_ms);
int forward_try_body(struct request *request, const char *leader_http,
                     const void *body, size_t body_bytes, uint32_t timeout_ms);

#endif
