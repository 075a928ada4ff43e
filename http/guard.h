/* SPDX-License-Identifier: MIT
 *
 * guard.h - what every request must satisfy before a route sees it.
 */
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include "http/server.h"

/*
 * Reads the headers into *request (body, keep-alive) and checks them.
 * NULL: fine. Otherwise why not, and *status; the connection must close.
 */
const char *guard_headers(struct request *request, int *status);

#endif
