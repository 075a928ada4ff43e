/* SPDX-License-Identifier: MIT
 *
 * guard.c - what every request must satisfy before a route sees it.
 *
 * Two dangers. A web page in somebody's browser drives the node: then Origin
 * or Host is not ours, or Sec-Fetch-Site says so where no Origin is sent (a GET
 * can remove a member). And a proxy before us reads a request's end elsewhere
 * than we do: then lengths are doubled or contradict each other, or the head's
 * lines are not as RFC 9112 has them.
 *
 * Not seen here: targets that civetweb drops by itself, without an answer: "*",
 * and an absolute one of another port.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "http/guard.h"

/* The headers that matter, and how often each came. */
struct seen {
    const char *host, *origin, *length, *encoding, *connection, *expect;
    unsigned hosts, origins, lengths, encodings;
    bool from_elsewhere; /* Sec-Fetch-Site */
};

static void look(struct seen *seen, const struct mg_header *header)
{
    const char *name = header->name;

    switch (tolower((unsigned char)name[0])) { /* most end here */
    case 'h':
        if (strcasecmp(name, "Host") == 0) {
            seen->host = header->value;
            seen->hosts++;
        }
        break;
    case 'o':
        if (strcasecmp(name, "Origin") == 0) {
            seen->origin = header->value;
            seen->origins++;
        }
        break;
    case 's': /* none: typed by hand */
        if (strcasecmp(name, "Sec-Fetch-Site") == 0 &&
            strcmp(header->value, "same-origin") != 0 &&
            strcmp(header->value, "none") != 0) {
            seen->from_elsewhere = true;
        }
        break;
    case 't':
        if (strcasecmp(name, "Transfer-Encoding") == 0) {
            seen->encoding = header->value;
            seen->encodings++;
        }
        break;
    case 'c':
        if (strcasecmp(name, "Content-Length") == 0) {
            seen->length = header->value;
            seen->lengths++;
        } else if (strcasecmp(name, "Connection") == 0) {
            seen->connection = header->value;
        }
        break;
    case 'e':
        if (strcasecmp(name, "Expect") == 0) {
            seen->expect = header->value;
        }
        break;
    default:
        break;
    }
}

static bool contains_word(const char *text, const char *word)
{
    const size_t length = strlen(word);

    for (; *text != 0; text++) {
        if (strncasecmp(text, word, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Ours decides, and says so: civetweb just closes, in fewer cases. */
static bool wants_keep_alive(const struct request *request,
                             const struct seen *seen)
{
    const bool http_1_1 = strcmp(request->info->http_version, "1.1") == 0;
    const char *method = request->info->request_method;

    if (request->body_bytes < 0 &&
        (strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0)) {
        /* Without a length it reads up to the end; after chunks, it closes if
         * trailers came, and keeps that to itself. */
        return false;
    }
    if (seen->connection == NULL) {
        return http_1_1;
    }
    return contains_word(seen->connection, "keep-alive");
}

/* The authority of an absolute target stands before Host (RFC 9112, 3.2.2). */
static bool is_for_us(const struct request *request, const struct seen *seen)
{
    static const char scheme[] = "http://";
    const char *target = request->info->request_uri;

    if (target != request->path) {
        if (strncasecmp(target, scheme, sizeof(scheme) - 1) != 0) {
            return false;
        }
        target += sizeof(scheme) - 1;
        return request->path > target &&
               http_is_us(request->http, target,
                          (size_t)(request->path - target));
    }
    return seen->host == NULL || /* HTTP/1.0: the caller has looked */
           http_is_us(request->http, seen->host, strlen(seen->host));
}

static bool is_our_page(const struct request *request, const struct seen *seen)
{
    static const char scheme[] = "http://";
    const size_t skip = sizeof(scheme) - 1;

    if (seen->origin == NULL) {
        return true; /* no browser, or no page's doing */
    }
    return strncasecmp(seen->origin, scheme, skip) == 0 &&
           http_is_us(request->http, seen->origin + skip,
                      strlen(seen->origin + skip));
}

bool guard_is_unsaid(const struct request *request)
{
    static const char browser[] = "Mozilla/"; /* each calls itself so */
    const char *agent = mg_get_header(request->connection, "User-Agent");

    return agent != NULL &&
           strncasecmp(agent, browser, sizeof(browser) - 1) == 0 &&
           mg_get_header(request->connection, "Origin") == NULL &&
           mg_get_header(request->connection, "Sec-Fetch-Site") == NULL;
}

/* Digits, and space behind them; what does not fit is as large as can be. -1:
 * malformed. */
static long long parse_length(const char *text)
{
    const long long most = 1LL << 60;
    long long length = 0;

    if (*text < '0' || *text > '9') {
        return -1;
    }
    for (; *text >= '0' && *text <= '9'; text++) {
        length = length >= most / 10 ? most : length * 10 + (*text - '0');
    }
    return text[strspn(text, " ")] == 0 ? length : -1;
}

static const char *check_body(struct request *request, const struct seen *seen,
                              int *status)
{
    *status = 400;
    request->body_bytes = -1;
    if (seen->lengths > 1 || seen->encodings > 1) {
        return "Content-Length or Transfer-Encoding came twice";
    }
    if (seen->lengths > 0 && seen->encodings > 0) {
        return "Content-Length beside Transfer-Encoding";
    }
    if (seen->encodings > 0) {
        if (strcasecmp(seen->encoding, "chunked") != 0) {
            return "no Transfer-Encoding but chunked is understood";
        }
        request->chunked = true;
    }
    if (seen->lengths > 0) {
        request->body_bytes = parse_length(seen->length);
        if (request->body_bytes < 0) {
            return "Content-Length is not a number";
        }
        *status = 413;
        if ((unsigned long long)request->body_bytes >
            request->http->settings.max_body_bytes) {
            return "the body is too large";
        }
    }
    return NULL;
}

/* From the method to the empty line: civetweb keeps the head in one piece. */
static size_t head_bytes(const struct mg_request_info *info)
{
    if (info->num_headers == 0) {
        return 0; /* a target alone; HTTP/1.0 */
    }
    const char *last = info->http_headers[info->num_headers - 1].value;

    return (size_t)(last - info->request_method) + strlen(last) +
           strlen("\r\n\r\n");
}

/*
 * civetweb puts a NUL for each byte that ends a name or a line, and takes a
 * head that others read differently: lines that end in LF alone, space before
 * a colon; at a line that starts with no name it just stops reading. (An LF in
 * place of the empty line passes if CR begins the body: all agree on that.)
 */
static const char *check_lines(const struct mg_request_info *info)
{
    const char *line = info->http_version + strlen(info->http_version) + 2;

    for (int i = 0; i < info->num_headers; i++) {
        const char *name = info->http_headers[i].name;
        const char *value = info->http_headers[i].value;
        const char *behind_colon = name + strlen(name) + 1;

        if (name != line) {
            return "a line of the head does not end in CR LF";
        }
        if (value > behind_colon && *behind_colon == 0) {
            return "space before the colon of a header";
        }
        line = value + strlen(value) + 2;
    }
    /* The empty line; without a header it is taken for space, and gone. */
    return *line == (info->num_headers > 0 ? '\r' : 0)
               ? NULL
               : "a header is folded, or has no name";
}

const char *guard_headers(struct request *request, int *status)
{
    const struct mg_request_info *info = request->info;
    struct seen seen = {0};

    for (int i = 0; i < info->num_headers; i++) {
        look(&seen, &info->http_headers[i]);
    }
    request->wants_continue =
        seen.expect != NULL && strcasecmp(seen.expect, "100-continue") == 0;
    const char *why = check_body(request, &seen, status);

    if (why != NULL) {
        return why;
    }
    request->keep_alive = wants_keep_alive(request, &seen);
    *status = 431;
    if (head_bytes(info) > HTTP_MAX_HEAD_BYTES) {
        return "the request head is over 16 KiB long";
    }
    if (info->num_headers >= MG_MAX_HEADERS) {
        return "too many headers"; /* civetweb drops those beyond */
    }
    *status = 400;
    why = check_lines(info);
    if (why != NULL) {
        return why;
    }
    if (seen.hosts > 1 ||
        (seen.hosts == 0 && strcmp(info->http_version, "1.0") != 0)) {
        return "exactly one Host is required";
    }
    *status = 403;
    if (!is_for_us(request, &seen)) {
        return "Host is not a name of this node";
    }
    if (seen.origins > 1 || !is_our_page(request, &seen)) {
        return "Origin is not this node";
    }
    if (seen.from_elsewhere) {
        return "Sec-Fetch-Site: a page of another origin asks";
    }
    return NULL;
}
