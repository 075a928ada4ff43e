/* SPDX-License-Identifier: MIT
 *
 * membership.h - servers join and leave one by one, as the dialects ask.
 */
#ifndef HTTP_MEMBERSHIP_H
#define HTTP_MEMBERSHIP_H

#include "http/server.h"

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

/*
 * Who is meant by a name, an address or an id, as this server knows the
 * members. 0 and a sentence in *why: nobody, or several. Ask on the leader.
 */
uint64_t membership_find(struct request *request, const char *name,
                         const char **why);

#endif
