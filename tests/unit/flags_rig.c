/* SPDX-License-Identifier: MIT
 *
 * flags_rig.c - a command line of raftd in an environment of its own.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/flags_rig.h"

enum { MAX_WORDS = 24, WORDS_BYTES = 512 };

extern char **environ;

struct flags_rig flags_rig;

/* The words before the program's name; returns how many there are. */
static size_t set_variables(char **words, size_t count)
{
    size_t used = 0;

    while (used < count && strchr(words[used], '=') != NULL) {
        char *value = strchr(words[used], '=');

        *value++ = '\0';
        assert_int_equal(setenv(words[used++], value, 1), 0);
    }
    return used;
}

int flags_read(const char *line, struct raftd_options *options)
{
    static char text[WORDS_BYTES];
    static char *none[] = {NULL};
    char **const kept = environ;
    char *words[MAX_WORDS + 1] = {NULL};
    FILE *file = tmpfile();
    const int keep = dup(STDERR_FILENO);
    size_t count = 0;

    snprintf(text, sizeof text, "%s", line);
    for (char *w = strtok(text, " "); w != NULL; w = strtok(NULL, " ")) {
        assert_true(count < MAX_WORDS);
        words[count++] = w;
    }
    environ = none;
    const size_t used = set_variables(words, count);
    assert_non_null(file);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    const int code =
        raftd_options_read((int)(count - used), words + used, options);
    fflush(stderr);
    dup2(keep, STDERR_FILENO);
    close(keep);
    for (size_t i = 0; i < used; i++) {
        unsetenv(words[i]);
    }
    environ = kept;
    rewind(file);
    flags_rig.said[fread(flags_rig.said, 1, sizeof flags_rig.said - 1, file)] =
        '\0';
    fclose(file);
    return code;
}
