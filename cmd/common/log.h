/* SPDX-License-Identifier: MIT
 *
 * log.h - events on stderr, one a line, in logfmt:
 *
 *   ts=2026-01-31T12:00:00.000Z level=info node=node1 term=3 msg="..."
 * key=value
 *
 * A line leaves in one write(), so lines of several threads never mix. Text
 * from outside is quoted and its control bytes escaped. Values that clients
 * stored never go into a log, keys only as lengths.
 */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_ERROR = 0, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Before the first line. node: borrowed; the node= of each line. */
void log_open(enum log_level level, const char *node);

/* The term= of the lines that follow; 0: none yet. Any thread. */
void log_set_term(uint64_t term);

/* Is such a line written at all? Ask before costly fields are worked out. */
bool log_wants(enum log_level level);

/* One line under construction; what does not fit is cut, marked by "...". */
struct log_line {
    enum log_level level;
    size_t used;
    bool cut;
    char text[1024];
};

void log_begin(struct log_line *line, enum log_level level,
               const char *message);
void log_text(struct log_line *line, const char *key, const char *value);
void log_u64(struct log_line *line, const char *key, uint64_t value);
/* Ids are random 64-bit numbers: shown in hexadecimal, all digits. */
void log_id(struct log_line *line, const char *key, uint64_t value);
void log_end(struct log_line *line);

/* A line without fields. */
void log_event(enum log_level level, const char *message);

/* A line that others have worded: "peer lost addr=... reason=...". */
void log_worded(enum log_level level, const char *words);

#endif
