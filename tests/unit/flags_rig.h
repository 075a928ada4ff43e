/* SPDX-License-Identifier: MIT
 *
 * flags_rig.h - a command line of raftd, as people type it, and what it comes
 * to.
 */
#ifndef TESTS_FLAGS_RIG_H
#define TESTS_FLAGS_RIG_H

#include "cmd/raftd/options.h"

struct flags_rig {
    char said[2048]; /* on stderr, by the last line read */
};

extern struct flags_rig flags_rig;

/*
 * "NAME=value ... raftd -flag ...", split at blanks. No other variables are
 * set. -1 or the exit code.
 */
int flags_read(const char *line, struct raftd_options *options);

#endif
