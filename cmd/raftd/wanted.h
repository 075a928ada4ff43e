/* SPDX-License-Identifier: MIT
 *
 * wanted.h - the whole new member list that an order comes to.
 */
#ifndef RAFTD_WANTED_H
#define RAFTD_WANTED_H

#include "http/bridge.h"

struct server;

enum wanted {
    WANTED_CHANGE,  /* orders.wanted and orders.asked say it */
    WANTED_NOTHING, /* it is so already */
    WANTED_NEVER    /* no such list can be; why says it */
};

/* From the members of now. An id of 0 is still to be asked for. */
enum wanted wanted_read(struct server *server,
                        const struct bridge_request *request, char *why,
                        size_t bytes);

#endif
