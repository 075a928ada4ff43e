/* SPDX-License-Identifier: MIT
 *
 * log.c - builds a line of logfmt and writes it at once.
 */
#include "cmd/common/log.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CUT_BYTES = 8 }; /* kept free for the mark of a cut line */

static enum log_level chosen_level = LOG_INFO;
static const char *node_name = "";
static _Atomic uint64_t current_term;

static const char *const level_names[] = {
    [LOG_ERROR] = "error",
    [LOG_WARN] = "warn",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
};

void log_open(enum log_level level, const char *node)
{
    chosen_level = level;
    node_name = node;
}

void log_set_term(uint64_t term)
{
    atomic_store_explicit(&current_term, term, memory_order_relaxed);
}

bool log_wants(enum log_level level)
{
    return level <= chosen_level;
}

static void put_bytes(struct log_line *line, const char *bytes, size_t count)
{
    if (line->cut || line->used + count > sizeof line->text - CUT_BYTES) {
        line->cut = true; /* the whole piece goes: no half escapes */
        return;
    }
    memcpy(line->text + line->used, bytes, count);
    line->used += count;
}

static void put_string(struct log_line *line, const char *string)
{
    put_bytes(line, string, strlen(string));
}

static bool is_plain(const char *value)
{
    for (const char *c = value; *c != '\0'; c++) {
        if (*c <= ' ' || *c == '"' || *c == '=' || *c == '\\' || *c > '~') {
            return false;
        }
    }
    return *value != '\0';
}

/* Quoted when it must be: a value can't end the line or forge a field. */
static void put_value(struct log_line *line, const char *value)
{
    if (is_plain(value)) {
        put_string(line, value);
        return;
    }
    put_string(line, "\"");
    for (const char *c = value; *c != '\0'; c++) {
        char escaped[8];

        if (*c == '"' || *c == '\\') {
            snprintf(escaped, sizeof escaped, "\\%c", *c);
        } else if (*c < ' ' || *c > '~') { /* beyond ASCII too: C1 codes */
            snprintf(escaped, sizeof escaped, "\\x%02x", (unsigned char)*c);
        } else {
            snprintf(escaped, sizeof escaped, "%c", *c);
        }
        put_string(line, escaped);
    }
    put_string(line, "\"");
}

static void put_time(struct log_line *line)
{
    struct timespec now;
    struct tm parts;
    char text[40];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    strftime(text, sizeof text, "ts=%Y-%m-%dT%H:%M:%S", &parts);
    put_string(line, text);
    snprintf(text, sizeof text, ".%03uZ", (unsigned)(now.tv_nsec / 1000000));
    put_string(line, text);
}

void log_begin(struct log_line *line, enum log_level level, const char *message)
{
    const uint64_t term =
        atomic_load_explicit(&current_term, memory_order_relaxed);

    line->level = level;
    line->used = 0;
    line->cut = false;
    put_time(line);
    log_text(line, "level", level_names[level]);
    log_text(line, "node", node_name);
    if (term != 0) {
        log_u64(line, "term", term);
    }
    put_string(line, " msg=\"");
    put_string(line, message);
    put_string(line, "\"");
}

void log_text(struct log_line *line, const char *key, const char *value)
{
    put_string(line, " ");
    put_string(line, key);
    put_string(line, "=");
    put_value(line, value);
}

void log_u64(struct log_line *line, const char *key, uint64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRIu64, value);
    log_text(line, key, digits);
}

void log_id(struct log_line *line, const char *key, uint64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%016" PRIx64, value);
    log_text(line, key, digits);
}

void log_end(struct log_line *line)
{
    if (!log_wants(line->level)) {
        return;
    }
    if (line->cut) {
        memcpy(line->text + line->used, " ...", 4);
        line->used += 4;
    }
    line->text[line->used++] = '\n';
    /* Nobody reads our stderr any more: nothing could be said about it. */
    if (write(STDERR_FILENO, line->text, line->used) < 0) {
        return;
    }
}

void log_event(enum log_level level, const char *message)
{
    struct log_line line;

    log_begin(&line, level, message);
    log_end(&line);
}

/* Where the first field begins: at the space before its name. */
static size_t message_length(const char *words)
{
    size_t length = strcspn(words, "=");

    if (words[length] == '\0') {
        return length;
    }
    while (length > 0 && words[length] != ' ') {
        length--;
    }
    return length;
}

void log_worded(enum log_level level, const char *words)
{
    const size_t length = message_length(words);
    struct log_line line;
    char message[128];

    snprintf(message, sizeof message, "%.*s", (int)length, words);
    log_begin(&line, level, message);
    for (const char *c = words + length; *c != '\0'; c++) {
        put_bytes(&line, *c < ' ' || *c > '~' ? "?" : c, 1);
    }
    log_end(&line);
}
