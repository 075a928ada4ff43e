/* SPDX-License-Identifier: MIT
 *
 * options.c - from the command line to the options.
 */
#include "cmd/raftd/options.h"

#include <stdio.h>
#include <string.h>

#include "cmd/raftd/options_table.h"
#include "cmd/raftd/settings.h"

/* By hraftd, or raft-kv-demo: links to this program. */
static const char *name_called_by(int argc, char **argv)
{
    const char *path = argc > 0 ? argv[0] : "";
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;

    return *name != '\0' ? name : options_program.name;
}

int raftd_options_read(int argc, char **argv, struct raftd_options *options)
{
    struct option_program program = options_program;
    size_t positional_count = 0;

    program.name = name_called_by(argc, argv);
    settings_called_by(program.name);
    options_read = (struct options_read){0};
    switch (options_parse(&program, argc, argv, &positional_count, stdout,
                          stderr)) {
    case OPTIONS_RUN:
        break;
    case OPTIONS_DONE:
        return 0;
    case OPTIONS_BAD:
        return EXIT_USAGE;
    }
    options_read.flags.directory = positional_count == 1 ? argv[1] : NULL;
    const int code =
        raftd_options_check(&options_read.flags, &options_read.options);

    *options = options_read.options;
    return code;
}
