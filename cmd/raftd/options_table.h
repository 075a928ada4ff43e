/* SPDX-License-Identifier: MIT
 *
 * options_table.h - all options of raftd, and where reading them leaves them.
 */
#ifndef RAFTD_OPTIONS_TABLE_H
#define RAFTD_OPTIONS_TABLE_H

#include "cmd/raftd/options.h"

struct options_read {
    struct raftd_flags flags;
    struct raftd_options options; /* those that need no further look */
};

extern struct options_read options_read;
extern const struct option_program options_program;

#endif
