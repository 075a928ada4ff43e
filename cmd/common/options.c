/* SPDX-License-Identifier: MIT
 *
 * options.c - from defaults, environment and argv to the destinations.
 */
#include "cmd/common/options.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/common/version.h"

enum { LINE_BYTES = 256, NAME_BYTES = 64 };

const struct option_spec *options_at(const struct option_program *program,
                                     size_t at)
{
    if (at < program->spec_count) {
        return &program->specs[at];
    }
    at -= program->spec_count;
    return at < program->variable_count ? &program->variables[at] : NULL;
}

const struct option_spec *options_find(const struct option_program *program,
                                       const char *name)
{
    for (size_t i = 0; i < program->spec_count; i++) {
        if (strcmp(program->specs[i].name, name) == 0) {
            return &program->specs[i];
        }
    }
    return NULL;
}

static size_t min_of_three(size_t a, size_t b, size_t c)
{
    const size_t ab = a < b ? a : b;

    return ab < c ? ab : c;
}

/* Levenshtein's distance; names are cut at NAME_BYTES. */
static size_t distance(const char *a, const char *b)
{
    const size_t a_count = strnlen(a, NAME_BYTES);
    const size_t b_count = strnlen(b, NAME_BYTES);
    size_t row[NAME_BYTES + 1];

    for (size_t j = 0; j <= b_count; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_count; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b_count; j++) {
            const size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);

            diagonal = row[j];
            row[j] = min_of_three(row[j] + 1, row[j - 1] + 1, replace);
        }
    }
    return row[b_count];
}

const char *options_nearest(const struct option_program *program,
                            const char *name)
{
    /* Further than a third of the name is no typing mistake. */
    size_t best = strnlen(name, NAME_BYTES) / 3 + 1;
    const char *nearest = NULL;

    for (size_t i = 0; i < program->spec_count; i++) {
        const size_t d = distance(name, program->specs[i].name);

        if (d <= best && (nearest == NULL || d < best)) {
            best = d;
            nearest = program->specs[i].name;
        }
    }
    return nearest;
}

static void set_source(const struct option_spec *spec,
                       enum option_source source)
{
    if (spec->source != NULL) {
        *spec->source = source;
    }
}

static bool set_default(const struct option_program *program,
                        const struct option_spec *spec, FILE *err)
{
    char error[LINE_BYTES];

    set_source(spec, OPTION_DEFAULT);
    if (spec->default_text == NULL ||
        options_assign(spec, spec->default_text, error, sizeof(error))) {
        return true;
    }
    fprintf(err, "%s: default of --%s: %s\n", program->name, spec->name, error);
    return false;
}

static bool set_from_environment(const struct option_program *program,
                                 const struct option_spec *spec, FILE *err)
{
    const char *text =
        spec->environment != NULL ? getenv(spec->environment) : NULL;
    char error[LINE_BYTES];

    if (text == NULL || text[0] == '\0') {
        return true;
    }
    if (!options_assign(spec, text, error, sizeof(error))) {
        fprintf(err, "%s: environment %s: %s\n", program->name,
                spec->environment, error);
        return false;
    }
    set_source(spec, OPTION_ENVIRONMENT);
    return true;
}

/* All defaults first: several options may share a destination. */
static bool set_all(const struct option_program *program, FILE *err)
{
    const struct option_spec *spec;
    bool good = true;

    for (size_t i = 0; good && (spec = options_at(program, i)) != NULL; i++) {
        good = set_default(program, spec, err);
    }
    for (size_t i = 0; good && (spec = options_at(program, i)) != NULL; i++) {
        good = set_from_environment(program, spec, err);
    }
    return good;
}

/* typed: with its dashes, and the value if that is part of it. */
static void say_unknown(const struct option_program *program, const char *name,
                        const char *typed, FILE *err)
{
    const char *nearest = options_nearest(program, name);

    fprintf(err, "%s: unknown option %.*s", program->name,
            (int)strcspn(typed, "="), typed);
    if (nearest != NULL) {
        fprintf(err, "; did you mean --%s?", nearest);
    }
    fputc('\n', err);
}

/* typed is "--name" or "-name=value". NULL, and told: no such option. */
static const struct option_spec *named(const struct option_program *program,
                                       const char *typed, FILE *err)
{
    const char *text = typed + (typed[1] == '-' ? 2 : 1);
    char name[NAME_BYTES];

    snprintf(name, sizeof(name), "%s", text);
    name[strcspn(name, "=")] = '\0';
    const struct option_spec *spec = options_find(program, name);
    if (spec == NULL) {
        say_unknown(program, name, typed, err);
    }
    return spec;
}

/* One flag at argv[*at]; *at moves past a value that stands by itself. */
static bool take_flag(const struct option_program *program, int argc,
                      char **argv, int *at, FILE *err)
{
    const char *value = strchr(argv[*at], '=');
    const struct option_spec *spec = named(program, argv[*at], err);
    char error[LINE_BYTES];

    if (spec == NULL) {
        return false;
    }
    if (value != NULL) {
        value++;
    } else if (spec->type == OPTION_FLAG) {
        value = "true";
    } else if (*at + 1 < argc) {
        value = argv[++*at];
    } else {
        fprintf(err, "%s: --%s needs a value: --%s %s\n", program->name,
                spec->name, spec->name, spec->argument);
        return false;
    }
    if (!options_assign(spec, value, error, sizeof(error))) {
        fprintf(err, "%s: --%s: %s\n", program->name, spec->name, error);
        return false;
    }
    set_source(spec, OPTION_ARGUMENT);
    return true;
}

static bool is_one_of(const char *text, const char *a, const char *b,
                      const char *c)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0 || strcmp(text, c) == 0;
}

/* --help and --version win over whatever else is wrong with the line. */
static bool answer_question(const struct option_program *program, int argc,
                            char **argv, FILE *out)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (is_one_of(argv[i], "--help", "-help", "-h")) {
            options_help(program, out);
            return true;
        }
        if (is_one_of(argv[i], "--version", "-version", "-V")) {
            fprintf(out, "%s %s\n", program->name, VERSION);
            return true;
        }
    }
    return false;
}

static bool take_arguments(const struct option_program *program, int argc,
                           char **argv, size_t *positional_count, FILE *err)
{
    bool flags_ended = false;

    for (int i = 1; i < argc; i++) {
        if (!flags_ended && strcmp(argv[i], "--") == 0) {
            flags_ended = true;
        } else if (!flags_ended && argv[i][0] == '-' && argv[i][1] != '\0') {
            if (!take_flag(program, argc, argv, &i, err)) {
                return false;
            }
        } else if (*positional_count == program->positional_max) {
            fprintf(err, "%s: unexpected argument '%s'\n", program->name,
                    argv[i]);
            return false;
        } else {
            argv[++*positional_count] = argv[i]; /* never ahead of i */
        }
    }
    return true;
}

enum options_result options_parse(const struct option_program *program,
                                  int argc, char **argv,
                                  size_t *positional_count, FILE *out,
                                  FILE *err)
{
    *positional_count = 0;
    if (answer_question(program, argc, argv, out)) {
        return OPTIONS_DONE;
    }
    if (set_all(program, err) &&
        take_arguments(program, argc, argv, positional_count, err)) {
        return OPTIONS_RUN;
    }
    options_usage(program, err);
    return OPTIONS_BAD;
}
