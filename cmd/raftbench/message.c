/* SPDX-License-Identifier: MIT
 *
 * message.c - HTTP/1.1 as a client sees it: a request out, a response in.
 *
 * Whatever a server sends is checked before it is used: a load generator that
 * misreads an answer measures nothing.
 */
#include "cmd/raftbench/message.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { HEAD_MAX_BYTES = 16384 };

/* What the head says of the body. */
struct framing {
    bool has_length;
    bool is_chunked;
    size_t length;
};

size_t request_head(const struct request *request, const char *host,
                    char head[REQUEST_HEAD_BYTES])
{
    int written = 0;

    if (request->body_bytes > 0) {
        written =
            snprintf(head, REQUEST_HEAD_BYTES,
                     "%s %s HTTP/1.1\r\nHost: %s\r\n"
                     "Content-Type: application/json\r\n"
                     "Content-Length: %zu\r\n\r\n",
                     request->method, request->path, host, request->body_bytes);
    } else {
        written = snprintf(head, REQUEST_HEAD_BYTES,
                           "%s %s HTTP/1.1\r\nHost: %s\r\n\r\n",
                           request->method, request->path, host);
    }
    return (size_t)written;
}

/* The value of a header line if the line has that name, else NULL. */
static const char *value_of(const char *line, size_t line_bytes,
                            const char *name, size_t *value_bytes)
{
    const size_t name_bytes = strlen(name);

    if (line_bytes <= name_bytes || line[name_bytes] != ':' ||
        strncasecmp(line, name, name_bytes) != 0) {
        return NULL;
    }
    const char *value = line + name_bytes + 1;
    const char *end = line + line_bytes;
    while (value < end && (*value == ' ' || *value == '\t')) {
        value++;
    }
    while (end > value && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    *value_bytes = (size_t)(end - value);
    return value;
}

static bool is_word(const char *text, size_t bytes, const char *word)
{
    return bytes == strlen(word) && strncasecmp(text, word, bytes) == 0;
}

/* Digits of a base up to 16, and nothing else; bounded. */
static bool read_size(const char *text, size_t bytes, size_t base,
                      size_t *value)
{
    static const char digits[] = "0123456789abcdef";

    *value = 0;
    for (size_t i = 0; i < bytes; i++) {
        const char c = text[i] >= 'A' && text[i] <= 'F'
                           ? (char)(text[i] - 'A' + 'a')
                           : text[i];
        const char *digit = memchr(digits, c, base);

        if (digit == NULL) {
            return false;
        }
        *value = *value * base + (size_t)(digit - digits);
        if (*value > RESPONSE_MAX_BYTES) {
            return false;
        }
    }
    return bytes > 0;
}

/* One header line. False: it contradicts what can be read. */
static bool take_header(const char *line, size_t line_bytes,
                        struct framing *framing, struct response *out)
{
    size_t n = 0;
    const char *v = value_of(line, line_bytes, "Content-Length", &n);

    if (v != NULL) {
        const bool twice = framing->has_length;

        framing->has_length = true;
        return !twice && read_size(v, n, 10, &framing->length);
    }
    v = value_of(line, line_bytes, "Transfer-Encoding", &n);
    if (v != NULL) {
        framing->is_chunked = is_word(v, n, "chunked");
        return framing->is_chunked;
    }
    v = value_of(line, line_bytes, "Connection", &n);
    if (v != NULL) {
        out->keep_alive = is_word(v, n, "keep-alive") ||
                          (out->keep_alive && !is_word(v, n, "close"));
        return true;
    }
    v = value_of(line, line_bytes, "Location", &n);
    if (v != NULL) {
        snprintf(out->location, sizeof(out->location), "%.*s", (int)n, v);
        return n < sizeof(out->location);
    }
    return true;
}

/* "HTTP/1.1 200 OK" */
static bool take_status(const char *line, size_t line_bytes,
                        struct response *out)
{
    size_t status = 0;

    if (line_bytes < 12 || strncmp(line, "HTTP/1.", 7) != 0 || line[8] != ' ' ||
        !read_size(line + 9, 3, 10, &status)) {
        return false;
    }
    out->status = (int)status;
    out->keep_alive = line[7] == '1';
    return status >= 200 && status <= 599; /* we never ask for a 1xx */
}

static bool parse_head(const char *text, size_t head_bytes,
                       struct framing *framing, struct response *out)
{
    const char *line = text;
    const char *end = text + head_bytes;

    while (line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));

        if (next == NULL || next == line || next[-1] != '\r') {
            return false;
        }
        const size_t line_bytes = (size_t)(next - line) - 1;
        const bool taken = line == text
                               ? take_status(line, line_bytes, out)
                               : take_header(line, line_bytes, framing, out);

        if (!taken) {
            return false;
        }
        line = next + 1;
    }
    return !(framing->has_length && framing->is_chunked);
}

/* Walk the chunks; the last time, when all are here, move them together. */
static enum response_state parse_chunks(char *body, size_t bytes, bool move,
                                        struct response *out)
{
    size_t at = 0;
    size_t moved = 0;

    for (;;) {
        const char *line_end = memchr(body + at, '\n', bytes - at);
        size_t size = 0;

        if (line_end == NULL) {
            return bytes - at > 64 ? RESPONSE_BAD : RESPONSE_MORE;
        }
        const size_t line_bytes = (size_t)(line_end - (body + at));
        if (line_bytes < 2 || line_end[-1] != '\r' ||
            !read_size(body + at, line_bytes - 1, 16, &size)) {
            return RESPONSE_BAD;
        }
        at += line_bytes + 1;
        if (bytes - at < size + 2) {
            return RESPONSE_MORE;
        }
        if (memcmp(body + at + size, "\r\n", 2) != 0) {
            return RESPONSE_BAD;
        }
        if (move) {
            memmove(body + moved, body + at, size);
        }
        moved += size;
        at += size + 2;
        if (size == 0) {
            out->body_bytes = moved;
            out->total_bytes += at;
            return RESPONSE_DONE;
        }
    }
}

/* The end of the head, behind the empty line; NULL: not here yet. */
static char *find_body(char *text, size_t bytes)
{
    for (char *p = text; bytes - (size_t)(p - text) >= 4; p++) {
        p = memchr(p, '\r', bytes - (size_t)(p - text) - 3);
        if (p == NULL) {
            return NULL;
        }
        if (memcmp(p, "\r\n\r\n", 4) == 0) {
            return p + 4;
        }
    }
    return NULL;
}

static enum response_state parse_body(char *body, size_t here, bool ended,
                                      const struct framing *framing,
                                      struct response *out)
{
    out->body = body;
    if (out->status == 204 || out->status == 304) {
        return RESPONSE_DONE;
    }
    if (framing->is_chunked) {
        struct response trial = *out;
        const enum response_state state =
            parse_chunks(body, here, false, &trial);

        if (state == RESPONSE_DONE) {
            return parse_chunks(body, here, true, out);
        }
        return ended ? RESPONSE_BAD : state;
    }
    if (!framing->has_length && !ended) {
        return RESPONSE_MORE; /* the end of the connection ends it */
    }
    out->body_bytes = framing->has_length ? framing->length : here;
    out->total_bytes += out->body_bytes;
    out->keep_alive = out->keep_alive && framing->has_length;
    if (here >= out->body_bytes) {
        return RESPONSE_DONE;
    }
    return ended ? RESPONSE_BAD : RESPONSE_MORE;
}

enum response_state response_parse(char *text, size_t bytes, bool ended,
                                   struct response *out)
{
    struct framing framing = {0};
    char *body = find_body(text, bytes);

    *out = (struct response){0};
    if (body == NULL) {
        return ended || bytes > HEAD_MAX_BYTES ? RESPONSE_BAD : RESPONSE_MORE;
    }
    const size_t head_bytes = (size_t)(body - text);
    if (!parse_head(text, head_bytes - 2, &framing, out)) {
        return RESPONSE_BAD;
    }
    out->total_bytes = head_bytes;
    return parse_body(body, bytes - head_bytes, ended, &framing, out);
}

bool location_split(const char *location, char *host, size_t host_bytes,
                    char *path, size_t path_bytes)
{
    static const char scheme[] = "http://";
    const size_t scheme_bytes = sizeof(scheme) - 1;

    if (strncmp(location, scheme, scheme_bytes) != 0) {
        return false;
    }
    const char *start = location + scheme_bytes;
    const size_t n = strcspn(start, "/");
    if (n == 0 || n >= host_bytes || strlen(start + n) >= path_bytes) {
        return false;
    }
    snprintf(host, host_bytes, "%.*s", (int)n, start);
    snprintf(path, path_bytes, "%s", start[n] == '/' ? start + n : "/");
    return true;
}
