/* SPDX-License-Identifier: MIT
 *
 * http_client.h - raw HTTP over a loopback socket, for tests: what is sent is
 * exactly what the test wrote. Blocking, with a deadline.
 */
#ifndef TESTS_HTTP_CLIENT_H
#define TESTS_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_reply {
    int status;        /* 0: none came */
    char *head;        /* status line and fields, NUL-terminated */
    uint8_t *body;     /* a NUL follows that is not counted */
    size_t body_bytes; /* as Content-Length says, all of them read */
    bool closed;       /* the server closed behind it */
};

/* A connected socket, or -1. */
int http_client_connect(uint16_t port);

/* false: the other side closed, or 10 s have passed. */
bool http_client_send(int fd, const void *bytes, size_t byte_count);

/* We send nothing more; the other direction stays open. */
void http_client_finish(int fd);

/*
 * The next answer. body_expected: false after a HEAD. Waits timeout_ms at
 * most; status 0 when nothing came. Free with http_reply_free().
 */
struct http_reply http_client_receive(int fd, bool body_expected,
                                      unsigned timeout_ms);
void http_reply_free(struct http_reply *reply);

/* true: the server closes within timeout_ms, with nothing more sent. */
bool http_client_closed(int fd, unsigned timeout_ms);

/* Value of the first field of that name, into value; NULL when absent. */
const char *http_reply_field(const struct http_reply *reply, const char *name,
                             char *value, size_t value_bytes);

/*
 * One request on a connection of its own. target: path and query; host_port
 * is 127.0.0.1 and the port; body: NULL for none.
 */
struct http_reply http_client_request(uint16_t port, const char *method,
                                      const char *target, const char *body);

/* The same, when only its status counts. */
int http_client_status(uint16_t port, const char *method, const char *target,
                       const char *body);

#endif
