/* SPDX-License-Identifier: MIT
 *
 * options.h - one table of options a program: parsing, environment and help
 * are read off it, and so cannot drift apart.
 *
 * A flag is given with one dash or two, `--name value` or `--name=value`,
 * before or after positional arguments; `--` ends the flags. A flag beats its
 * environment variable, which beats the default. Names are taken in full: an
 * abbreviation would change its meaning with the next option added.
 */
#ifndef COMMON_OPTIONS_H
#define COMMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { OPTIONS_EXIT_USAGE = 64 }; /* EX_USAGE of <sysexits.h> */

/* What a value is, and what its destination points to. */
enum option_type {
    OPTION_FLAG = 1, /* bool: --name, or --name=true|false */
    OPTION_STRING,   /* const char *: borrows argv or the environment */
    OPTION_U32,      /* uint32_t */
    OPTION_BYTES,    /* uint64_t: 4096, 64K, 1MiB, 2G (powers of 1024) */
    OPTION_ENUM      /* uint32_t, or an enum: one of choices */
};

/* Who gave a value: each beats those before it. */
enum option_source { OPTION_DEFAULT = 0, OPTION_ENVIRONMENT, OPTION_ARGUMENT };

/* A list of these ends with name == NULL. */
struct option_choice {
    const char *name;
    uint32_t value;
};

struct option_spec {
    const char *name;     /* without dashes; NULL in a list of variables */
    const char *argument; /* its name in --help; NULL on a flag */
    const char *group;    /* heading in --help */
    const char *help;     /* a sentence; wrapped by options_help() */
    enum option_type type;
    const char *environment;  /* NULL: none; an empty variable is unset */
    void *destination;        /* by type; several options may share one */
    const char *default_text; /* set first; NULL: destination stays */
    uint64_t min, max;        /* OPTION_U32, OPTION_BYTES: both allowed */
    const struct option_choice *choices; /* OPTION_ENUM */
    enum option_source *source;          /* NULL, or set: who gave it */
};

struct option_program {
    const char *name;     /* as users type it */
    const char *synopsis; /* after the name: "[OPTIONS] [DIRECTORY]" */
    const char *about;    /* one paragraph in --help */
    const char *notes;    /* NULL, or printed as it stands below the options */
    const struct option_spec *specs;
    size_t spec_count;
    const struct option_spec *variables; /* read from the environment alone */
    size_t variable_count;
    size_t positional_max;
};

enum options_result {
    OPTIONS_RUN = 1, /* go on */
    OPTIONS_DONE,    /* --help or --version was answered: exit 0 */
    OPTIONS_BAD      /* told on err, with the usage line: exit 64 */
};

/*
 * Set every destination from defaults, environment and argv. Positional
 * arguments are moved to argv[1..*positional_count], in order. Answers go to
 * out, errors to err. On OPTIONS_BAD destinations may be partly set.
 */
enum options_result options_parse(const struct option_program *program,
                                  int argc, char **argv,
                                  size_t *positional_count, FILE *out,
                                  FILE *err);

/*
 * Set one destination from text. False: it is unchanged, and error says in
 * one line which value was refused, and the limit.
 */
bool options_assign(const struct option_spec *spec, const char *text,
                    char *error, size_t error_bytes);

/* The options, and then the variables; NULL: there are no more. */
const struct option_spec *options_at(const struct option_program *program,
                                     size_t at);

/* The option of that name, or NULL. */
const struct option_spec *options_find(const struct option_program *program,
                                       const char *name);

/* The existing name nearest to a mistyped one, or NULL: none is near. */
const char *options_nearest(const struct option_program *program,
                            const char *name);

void options_usage(const struct option_program *program, FILE *out);
void options_help(const struct option_program *program, FILE *out);

#endif
