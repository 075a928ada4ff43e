/* SPDX-License-Identifier: MIT
 *
 * message.h - HTTP/1.1 as a client sees it: a request out, a response in.
 */
#ifndef RAFTBENCH_MESSAGE_H
#define RAFTBENCH_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

enum {
    REQUEST_PATH_BYTES = 512,
    REQUEST_HEAD_BYTES = 1024,
    RESPONSE_MAX_BYTES = 4 << 20,
    LOCATION_BYTES = 768
};

/* The body lies where the owner of the request keeps it. */
struct request {
    const char *method;
    char path[REQUEST_PATH_BYTES];
    char *body;
    size_t body_bytes;
    size_t body_capacity;
};

/* Writes the head for this host; returns its bytes. */
size_t request_head(const struct request *request, const char *host,
                    char head[REQUEST_HEAD_BYTES]);

enum response_state { RESPONSE_MORE = 1, RESPONSE_DONE, RESPONSE_BAD };

struct response {
    int status;
    bool keep_alive;  /* the server will take another request */
    const char *body; /* borrows the text that was parsed */
    size_t body_bytes;
    size_t total_bytes; /* head and body as they came */
    char location[LOCATION_BYTES];
};

/*
 * Read one response from the start of text. ended: the server has closed, so
 * no more bytes will come. A chunked body is put together within text, and
 * only when it is complete.
 */
enum response_state response_parse(char *text, size_t bytes, bool ended,
                                   struct response *out);

/*
 * Split "http://host:port/path" as a redirect gives it. False: not of that
 * form, or too long for either buffer.
 */
bool location_split(const char *location, char *host, size_t host_bytes,
                    char *path, size_t path_bytes);

#endif
