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

/*
 * Does a browser ask that does not say whose page makes it ask? Over plain
 * HTTP it says so to loopback addresses alone, and sends no Origin with a
 * picture. After guard_headers().
 */
bool guard_is_unsaid(const struct request *request);

#endif
