/* SPDX-License-Identifier: MIT
 *
 * options_rig.c - a program with one option of each kind.
 */
#include "tests/t.h"

#include <string.h>

#include "tests/unit/options_rig.h"

struct options_rig rig;

static const struct option_choice colours[] = {
    {"red", RED}, {"green", GREEN}, {NULL, 0}};

static const struct option_spec specs[] = {
    {.name = "haddr",
     .argument = "ADDR",
     .group = "Addresses",
     .help = "Where HTTP is served, in a sentence too long for a line.",
     .type = OPTION_STRING,
     .environment = "T_HADDR",
     .destination = &rig.listen_address,
     .default_text = "127.0.0.1:1"},
    {.name = "heartbeat-ms",
     .argument = "N",
     .group = "Timing",
     .help = "Between heartbeats.",
     .type = OPTION_U32,
     .environment = "T_HEARTBEAT",
     .destination = &rig.heartbeat_ms,
     .default_text = "50",
     .min = 1,
     .max = 1000},
    {.name = "max-value-bytes",
     .argument = "SIZE",
     .group = "Limits",
     .help = "Of one value.",
     .type = OPTION_BYTES,
     .destination = &rig.value_bytes,
     .default_text = "1M",
     .max = UINT64_C(1) << 40},
    {.name = "colour",
     .argument = "WHICH",
     .group = "Addresses",
     .help = "Of the line.",
     .type = OPTION_ENUM,
     .destination = &rig.colour,
     .default_text = "red",
     .choices = colours},
    {.name = "bootstrap",
     .group = "Members",
     .help = "Form a cluster.",
     .type = OPTION_FLAG,
     .environment = "T_BOOTSTRAP",
     .destination = &rig.bootstrap,
     .default_text = "false",
     .source = &rig.bootstrap_by},
    {.name = "listen", /* a second name for haddr */
     .argument = "ADDR",
     .group = "Addresses",
     .help = "The same as --haddr.",
     .type = OPTION_STRING,
     .destination = &rig.listen_address,
     .default_text = "127.0.0.1:1"},
};

static const struct option_spec variables[] = {
    {.argument = "NUMBER",
     .group = "Variables of others",
     .help = "Where HTTP is served.",
     .type = OPTION_U32,
     .environment = "T_PORT",
     .destination = &rig.port,
     .default_text = "7",
     .min = 1,
     .max = 65535},
};

static const struct option_program program = {
    .name = "prog",
    .synopsis = "[OPTIONS] [DIRECTORY]",
    .about = "Does things.",
    .specs = specs,
    .spec_count = sizeof(specs) / sizeof(specs[0]),
    .variables = variables,
    .variable_count = sizeof(variables) / sizeof(variables[0]),
    .positional_max = 2};

enum options_result parse(const char *line)
{
    static char words[512];
    FILE *out = fmemopen(rig.out_text, sizeof(rig.out_text), "w");
    FILE *err = fmemopen(rig.err_text, sizeof(rig.err_text), "w");
    int argc = 0;

    memset(rig.out_text, 0, sizeof(rig.out_text));
    memset(rig.err_text, 0, sizeof(rig.err_text));
    snprintf(words, sizeof(words), "prog %s", line);
    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " ")) {
        rig.arguments[argc++] = w;
    }
    rig.arguments[argc] = NULL;
    const enum options_result result = options_parse(
        &program, argc, rig.arguments, &rig.positional_count, out, err);
    fclose(out);
    fclose(err);
    return result;
}

void refuses(const char *line, const char *why)
{
    assert_int_equal(parse(line), OPTIONS_BAD);
    if (strstr(rig.err_text, why) == NULL) {
        print_error("'%s' is not in: %s", why, rig.err_text);
        fail();
    }
    assert_non_null(strstr(rig.err_text, "usage: prog [OPTIONS] [DIRECTORY]"));
    assert_string_equal(rig.out_text, "");
}
