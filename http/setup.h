/* SPDX-License-Identifier: MIT
 *
 * setup.h - the servers that hraftd's clients name in /setup and /shutdown:
 * one that leads, and its "clients", each by two addresses and an id.
 */
#ifndef HTTP_SETUP_H
#define HTTP_SETUP_H

#include "http/body.h"

struct setup_server {
    char http[HTTP_ADDRESS_BYTES]; /* "" : not said */
    struct bridge_member member;   /* its name is a label, and may be "" */
};

struct setup {
    struct setup_server servers[BRIDGE_MAX_MEMBERS]; /* no address twice */
    size_t count;
    size_t leader; /* which of them shall lead */
};

/*
 * Read the body, and check all that it says. 0, or the status that was
 * answered. Call body_free() in both cases.
 */
int setup_read(struct request *request, struct body *body, struct setup *setup);

/* Which member of our cluster it is, however its address is written; or -1.
 * Names may be looked up. */
int setup_slot(const struct http_view *view, const struct setup_server *server);

#endif
