/* SPDX-License-Identifier: MIT
 *
 * options_rig.h - a program with one option of each kind, and what parsing a
 * line gave it.
 */
#ifndef TESTS_OPTIONS_RIG_H
#define TESTS_OPTIONS_RIG_H

#include "cmd/common/options.h"

enum colour { RED = 1, GREEN };

struct options_rig {
    const char *listen_address; /* -haddr, T_HADDR, --listen */
    uint32_t heartbeat_ms;      /* T_HEARTBEAT */
    uint64_t value_bytes;
    enum colour colour;
    bool bootstrap; /* T_BOOTSTRAP */
    enum option_source bootstrap_by;
    uint32_t port; /* T_PORT alone */

    char out_text[8192];
    char err_text[2048];
    char *arguments[16];
    size_t positional_count;
};

extern struct options_rig rig;

/* Parses one line, split at blanks. */
enum options_result parse(const char *line);

/* Refused, with this on stderr and the usage line. */
void refuses(const char *line, const char *why);

#endif
