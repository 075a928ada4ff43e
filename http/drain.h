/* SPDX-License-Identifier: MIT
 *
 * drain.h - every connection ends before civetweb does.
 *
 * Once its stop flag is set civetweb sends nothing more, not even answers that
 * are ready, and it looks at that flag only when a poll() of two seconds
 * returns. So mg_stop() comes when there is no connection left.
 */
#ifndef HTTP_DRAIN_H
#define HTTP_DRAIN_H

#include "http/server.h"

/*
 * No new connections. Whoever asks on an old one within http->drain_ms gets an
 * answer and "Connection: close"; then what is still open is cut. Under a
 * second, with HTTP_DRAIN_MS.
 */
enum { HTTP_DRAIN_MS = 300 };
void drain(struct http *http);

#endif
