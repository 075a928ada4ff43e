/* SPDX-License-Identifier: MIT
 *
 * raftbench_run.c - raftbench, run within a test.
 */
#include "tests/unit/raftbench_run.h"

#include <stdio.h>
#include <string.h>

#include "cmd/raftbench/bench.h"
#include "tests/t.h"

char out_text[8192];
char err_text[8192];

int raftbench(const char *line)
{
    static char words[1024];
    char *argv[32] = {"raftbench"};
    int argc = 1;
    FILE *out = fmemopen(out_text, sizeof(out_text), "w");
    FILE *err = fmemopen(err_text, sizeof(err_text), "w");

    snprintf(words, sizeof(words), "%s", line);
    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " ")) {
        argv[argc++] = w;
    }
    const int status = bench_main(argc, argv, out, err);
    fclose(out);
    fclose(err);
    return status;
}

void says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, text);
    }
}
