/* SPDX-License-Identifier: MIT
 *
 * body.h - a request's body, within its limits and its deadline.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "http/server.h"

struct body {
    uint8_t *bytes; /* a NUL follows them that is not counted */
    size_t byte_count;
    size_t capacity; /* of *bytes */
    size_t reserved; /* our part of max_parsing_bytes */
    uint8_t small[2048];
};

/*
 * Read all of it. 0, or the status that was answered already. Call
 * body_free() in both cases.
 */
int body_read(struct request *request, struct body *body);
void body_free(struct request *request, struct body *body);

/*
 * After an answer: take what is still coming, a second long at most. Closing
 * with bytes unread resets the connection, and the client loses our answer.
 */
void body_discard(struct request *request);

#endif
