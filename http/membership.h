/* SPDX-License-Identifier: MIT
 *
 * membership.h - servers join and leave one by one, as the dialects ask.
 */
#ifndef HTTP_MEMBERSHIP_H
#define HTTP_MEMBERSHIP_H

#include "http/member.h"
#include "http/server.h"

/*
 * In settings.request_timeout_ms, 10 s: so long to reach a new member, 30 s
 * for it to catch up, and the change itself. The loop has its own clocks.
 */
enum { MEMBERSHIP_TIMES = 5 };

/* A member as a client names it: what it is called, and its raft address. ""
 * as an empty host is 127.0.0.1, as it is for -raddr. */
struct membership {
    const char *name;
    const char *raft;
};

/*
 * Fill in *member. NULL: it will do; otherwise one sentence that names field
 * and value, in *why.
 */
const char *membership_read(const struct membership *asked,
                            struct bridge_member *member, char why[256]);

/*
 * One change of the members, by the leader alone. Blocks until it is committed
 * or given up; a server may take a while to catch up, so the request's
 * deadline is moved.
 */
void membership_change(struct request *request, enum bridge_change change,
                       const struct bridge_member *members, size_t count,
                       struct bridge_answer *answer);

/* DONE: this server leads still, and knows the members there are. Never
 * UNKNOWN: nothing was asked for yet. */
void membership_confirm(struct request *request, struct bridge_answer *answer);

/*
 * Who is meant by a name, an address or an id, as this server knows the
 * members: FOUND and *id, else a sentence in *why. After membership_confirm().
 */
enum member_found membership_find(struct request *request, const char *name,
                                  uint64_t *id, const char **why);

#endif
