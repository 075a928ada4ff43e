/* SPDX-License-Identifier: MIT
 *
 * options_help.c - --help, read off the table.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cmd/common/options.h"

enum { WIDTH = 79, NAME_COLUMN = 2, TEXT_COLUMN = 28, TEXT_BYTES = 1024 };

void options_usage(const struct option_program *program, FILE *out)
{
    fprintf(out, "usage: %s %s (--help explains)\n", program->name,
            program->synopsis);
}

/* Joins two words of a help text that must stay on one line. */
#define NO_BREAK "\t"

/* Words of text from column `at` on, wrapped, each line starting at indent. */
static void wrap(FILE *out, const char *text, size_t at, size_t indent)
{
    while (*text != '\0') {
        const size_t word = strcspn(text, " ");

        if (at > indent && at + 1 + word > WIDTH) {
            fputc('\n', out);
            at = 0;
        }
        if (at < indent) {
            fprintf(out, "%*s", (int)(indent - at), "");
            at = indent;
        } else if (at > indent) {
            fputc(' ', out);
            at++;
        }
        for (size_t i = 0; i < word; i++) {
            fputc(text[i] == NO_BREAK[0] ? ' ' : text[i], out);
        }
        at += word;
        text += word;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

__attribute__((format(printf, 2, 3))) static void
append(char *text, const char *format, ...)
{
    const size_t used = strlen(text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text + used, TEXT_BYTES - used, format, arguments);
    va_end(arguments);
}

/* The sentence, then what may be given, what holds otherwise, and from where.
 */
static void describe(const struct option_spec *spec, char *text)
{
    append(text, "%s", spec->help);
    if (spec->type == OPTION_U32 || spec->type == OPTION_BYTES) {
        append(text, " (%" PRIu64 NO_BREAK "to" NO_BREAK "%" PRIu64 ")",
               spec->min, spec->max);
    }
    if (spec->type == OPTION_ENUM) {
        for (const struct option_choice *c = spec->choices; c->name; c++) {
            append(text, "%s%s", c == spec->choices ? " (" : "|", c->name);
        }
        append(text, ")");
    }
    if (spec->default_text != NULL && spec->type != OPTION_FLAG) {
        append(text, " [default:" NO_BREAK "%s]", spec->default_text);
    }
    if (spec->environment != NULL && spec->name != NULL) {
        append(text, " [env:" NO_BREAK "%s]", spec->environment);
    }
}

/* Dashes stand before a name, and nothing before a variable's. */
static void print_line(const char *dashes, const char *name,
                       const char *argument, const char *text, FILE *out)
{
    const int at =
        fprintf(out, "%*s%s%s%s%s", NAME_COLUMN, "", dashes, name,
                argument != NULL ? " " : "", argument != NULL ? argument : "");

    if (at + 2 > TEXT_COLUMN) {
        fputc('\n', out);
        wrap(out, text, 0, TEXT_COLUMN);
    } else {
        wrap(out, text, (size_t)at, TEXT_COLUMN);
    }
}

static void print_option(const struct option_spec *spec, FILE *out)
{
    char text[TEXT_BYTES] = "";

    describe(spec, text);
    if (spec->name != NULL) {
        print_line("--", spec->name, spec->argument, text, out);
    } else {
        print_line("", spec->environment, spec->argument, text, out);
    }
}

static bool is_first_of_group(const struct option_program *program, size_t at)
{
    const char *group = options_at(program, at)->group;

    for (size_t i = 0; i < at; i++) {
        if (strcmp(options_at(program, i)->group, group) == 0) {
            return false;
        }
    }
    return true;
}

static void print_group(const struct option_program *program, const char *group,
                        FILE *out)
{
    const struct option_spec *spec;

    fprintf(out, "\n%s:\n", group);
    for (size_t i = 0; (spec = options_at(program, i)) != NULL; i++) {
        if (strcmp(spec->group, group) == 0) {
            print_option(spec, out);
        }
    }
}

void options_help(const struct option_program *program, FILE *out)
{
    fprintf(out, "usage: %s %s\n\n", program->name, program->synopsis);
    wrap(out, program->about, 0, 0);
    for (size_t i = 0; options_at(program, i) != NULL; i++) {
        if (is_first_of_group(program, i)) {
            print_group(program, options_at(program, i)->group, out);
        }
    }
    fprintf(out, "\nQuestions:\n");
    print_line("--", "help", NULL, "Print this and exit.", out);
    print_line("--", "version", NULL, "Print the version and exit.", out);
    fprintf(out, "\nOne dash does as well as two; --name=VALUE as well as "
                 "--name VALUE.\n");
    if (program->notes != NULL) {
        fprintf(out, "\n%s", program->notes);
    }
}
