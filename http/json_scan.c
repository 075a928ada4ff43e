/* SPDX-License-Identifier: MIT
 *
 * json_scan.c - is this JSON? RFC 8259 to the letter, within our limits.
 *
 * Without recursion: the stack of a worker of civetweb's is small. Each
 * function below leaves scan->at behind what it has read, or returns false.
 */
#include <string.h>

#include "http/json.h"

struct scan {
    const uint8_t *at, *end;
    size_t elements, depth;
    bool keeps_text;    /* what stands in the outer object */
    bool expects_value; /* next */
    struct json_error *error;
    uint8_t ends[JSON_MAX_TEXT_DEPTH]; /* '}' or ']' of what is open */
};

static bool refuse(struct scan *scan, int status, const char *why)
{
    *scan->error = (struct json_error){.status = status, .why = why};
    return false;
}

size_t json_utf8_length(const uint8_t *bytes, size_t byte_count)
{
    /* By the first byte: the least code point each length may stand for. */
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const uint8_t first = byte_count > 0 ? bytes[0] : 0xff;
    const size_t length = first < 0x80             ? 1
                          : (first & 0xe0) == 0xc0 ? 2
                          : (first & 0xf0) == 0xe0 ? 3
                          : (first & 0xf8) == 0xf0 ? 4
                                                   : 0;
    uint32_t point = first & (0xffu >> (length + 1));

    if (length <= 1 || length > byte_count) {
        return length <= byte_count ? length : 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
        point = point << 6 | (bytes[i] & 0x3fu);
    }
    if (point < least[length] || point > 0x10ffff ||
        (point >= 0xd800 && point <= 0xdfff)) {
        return 0;
    }
    return length;
}

bool json_is_text(const uint8_t *bytes, size_t byte_count)
{
    while (byte_count > 0) {
        const size_t length = json_utf8_length(bytes, byte_count);

        if (length == 0 || bytes[0] == 0) {
            return false;
        }
        bytes += length;
        byte_count -= length;
    }
    return true;
}

static void skip_space(struct scan *scan)
{
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' ||
                                    *scan->at == '\n' || *scan->at == '\r')) {
        scan->at++;
    }
}

static bool take(struct scan *scan, uint8_t byte)
{
    if (scan->at == scan->end || *scan->at != byte) {
        return false;
    }
    scan->at++;
    return true;
}

/* Four hexadecimal digits, or -1. */
static int scan_hex(struct scan *scan)
{
    int value = 0;

    for (int i = 0; i < 4; i++, scan->at++) {
        const uint8_t c = scan->at < scan->end ? *scan->at : 0;

        if (c >= '0' && c <= '9') {
            value = value * 16 + c - '0';
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            value = value * 16 + (c | 0x20) - 'a' + 10;
        } else {
            return -1;
        }
    }
    return value;
}

/* Behind the \u: one code point, two escapes when it is beyond 16 bits. */
static bool scan_code_point(struct scan *scan)
{
    const int unit = scan_hex(scan);

    if (unit < 0) {
        return refuse(scan, 400, "a \\u escape lacks its four digits");
    }
    if (unit == 0) {
        return refuse(scan, 400, "\\u0000 is not allowed");
    }
    if (unit < 0xd800 || unit > 0xdfff) {
        return true;
    }
    if (unit <= 0xdbff && take(scan, '\\') && take(scan, 'u')) {
        const int second = scan_hex(scan);

        if (second >= 0xdc00 && second <= 0xdfff) {
            return true;
        }
    }
    return refuse(scan, 400, "half a surrogate pair in a string");
}

static bool scan_escape(struct scan *scan)
{
    if (take(scan, 'u')) {
        return scan_code_point(scan);
    }
    if (scan->at == scan->end || *scan->at == 0 ||
        strchr("\"\\/bfnrt", *scan->at) == NULL) {
        return refuse(scan, 400, "an escape JSON does not have");
    }
    scan->at++;
    return true;
}

static bool scan_string(struct scan *scan)
{
    if (!take(scan, '"')) {
        return refuse(scan, 400, "a string is missing");
    }
    while (scan->at < scan->end) {
        if (take(scan, '"')) {
            return true;
        }
        if (take(scan, '\\')) {
            if (!scan_escape(scan)) {
                return false;
            }
            continue;
        }
        const size_t length =
            json_utf8_length(scan->at, (size_t)(scan->end - scan->at));

        if (length == 0) {
            return refuse(scan, 400, "a string is not UTF-8");
        }
        if (*scan->at < 0x20) {
            return refuse(scan, 400, "a control character in a string");
        }
        scan->at += length;
    }
    return refuse(scan, 400, "a string does not end");
}

static bool scan_digits(struct scan *scan)
{
    const uint8_t *first = scan->at;

    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
        scan->at++;
    }
    return scan->at > first;
}

static bool scan_number(struct scan *scan)
{
    const uint8_t *first = scan->at;

    (void)take(scan, '-');
    bool good = take(scan, '0') || scan_digits(scan);

    if (good && take(scan, '.')) {
        good = scan_digits(scan);
    }
    if (good && (take(scan, 'e') || take(scan, 'E'))) {
        if (!take(scan, '+')) {
            (void)take(scan, '-');
        }
        good = scan_digits(scan);
    }
    if (!scan->keeps_text && scan->at - first > JSON_MAX_NUMBER_BYTES) {
        return refuse(scan, 400, "a number of more than 63 characters");
    }
    return good || refuse(scan, 400, "a value is missing or malformed");
}

static bool scan_literal(struct scan *scan, const char *word)
{
    for (; *word != 0; word++) {
        if (!take(scan, (uint8_t)*word)) {
            return refuse(scan, 400, "a value is missing or malformed");
        }
    }
    return true;
}

/* Of one member of an object, or element of an array: all before its value. */
static bool begin_element(struct scan *scan)
{
    if ((!scan->keeps_text || scan->depth == 1) &&
        ++scan->elements > JSON_MAX_ELEMENTS) {
        return refuse(scan, 413, "more than 10000 elements");
    }
    scan->expects_value = true;
    if (scan->ends[scan->depth - 1] == ']') {
        return true;
    }
    skip_space(scan);
    if (!scan_string(scan)) {
        return false;
    }
    skip_space(scan);
    return take(scan, ':') || refuse(scan, 400, "a ':' is missing");
}

static bool begin_container(struct scan *scan, uint8_t end)
{
    if (scan->depth ==
        (scan->keeps_text ? JSON_MAX_TEXT_DEPTH : JSON_MAX_DEPTH)) {
        return refuse(scan, 413,
                      scan->keeps_text ? "nested deeper than 1000 levels"
                                       : "nested deeper than 16 levels");
    }
    scan->ends[scan->depth++] = end;
    scan->at++;
    skip_space(scan);
    return (scan->at < scan->end && *scan->at == end) || begin_element(scan);
}

/* Behind a value inside of a container, or in one that is empty. */
static bool go_on(struct scan *scan)
{
    skip_space(scan);
    if (take(scan, ',')) {
        return begin_element(scan);
    }
    if (!take(scan, scan->ends[scan->depth - 1])) {
        return refuse(scan, 400, "an object or array does not end");
    }
    scan->depth--;
    return true;
}

/* Up to the first value in it, if it is a container. */
static bool begin_value(struct scan *scan)
{
    scan->expects_value = false;
    skip_space(scan);
    switch (scan->at < scan->end ? *scan->at : 0) {
    case '{':
        return begin_container(scan, '}');
    case '[':
        return begin_container(scan, ']');
    case '"':
        return scan_string(scan);
    case 't':
        return scan_literal(scan, "true");
    case 'f':
        return scan_literal(scan, "false");
    case 'n':
        return scan_literal(scan, "null");
    default:
        return scan_number(scan);
    }
}

bool json_scan(const uint8_t *bytes, size_t byte_count, bool keeps_text,
               struct json_error *error)
{
    struct scan scan = {.at = bytes,
                        .end = bytes + byte_count,
                        .keeps_text = keeps_text,
                        .expects_value = true,
                        .error = error};

    while (scan.expects_value || scan.depth > 0) {
        if (!(scan.expects_value ? begin_value(&scan) : go_on(&scan))) {
            return false;
        }
    }
    skip_space(&scan);
    return scan.at == scan.end ||
           refuse(&scan, 400, "something follows the JSON");
}
