/* SPDX-License-Identifier: MIT
 *
 * callbacks.h - what civetweb calls us for.
 */
#ifndef HTTP_CALLBACKS_H
#define HTTP_CALLBACKS_H

#include "http/server.h"

/* For mg_start2(), with a struct http as the user data. */
extern const struct mg_callbacks http_callbacks;

#endif
