/* SPDX-License-Identifier: MIT
 *
 * key.h - keys and values as requests bring them, and writes that go to the
 * leader by themselves.
 */
#ifndef HTTP_KEY_H
#define HTTP_KEY_H

#include "http/body.h"

struct key {
    uint8_t bytes[KV_MAX_KEY_BYTES + 1]; /* a NUL follows */
    size_t byte_count;
};

/* Percent-decoded, once. 0, or the status that was answered. */
int key_decode(struct request *request, const char *from, size_t bytes,
               bool in_query, struct key *key);

/* The same, of what follows a route whose last slash may be left out or stand
 * there: one of the key's own is sent as %2F. */
int key_from_rest(struct request *request, const char *rest, struct key *key);

/*
 * One operation, applied; where another server leads, the whole request is
 * asked again there (body: as it came; NULL: none). 0: it is applied, and
 * *index is its entry's; else the status that was answered.
 */
int key_write_anywhere(struct request *request,
                       const struct kv_operation *operation,
                       const struct body *body, uint64_t *index);

/* NULL: the bounds are kept. Otherwise one sentence, and the status. */
const char *key_check_put(const struct http *http,
                          const struct kv_operation *put, int *status);

/* What JSON cannot carry: 422, and where it can be had. */
int key_not_text(struct request *request);

#endif
