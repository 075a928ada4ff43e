/* SPDX-License-Identifier: MIT
 *
 * wanted.h - the whole new member list that an order comes to.
 */
#ifndef RAFTD_WANTED_H
#define RAFTD_WANTED_H

#include "http/bridge.h"

struct raft_member;
struct server;

/*
 * From the members of now: orders.wanted and orders.asked. An id of 0 is still
 * to be asked for. The list may be that of now: then it is to be confirmed.
 * false: there can be no such list; why says it.
 */
bool wanted_read(struct server *server, const struct bridge_request *request,
                 char *why, size_t bytes);

/* Another server than this member, and not ourselves, answers at its address:
 * it was wiped. */
bool wanted_is_another(const struct server *server,
                       const struct raft_member *member);
/* So that one is wanted there, as the order names it. */
void wanted_replace(struct server *server, size_t i);

#endif
