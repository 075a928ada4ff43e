/* SPDX-License-Identifier: MIT
 *
 * asked.h - raftsim's options: what is asked for.
 */
#ifndef RAFTSIM_ASKED_H
#define RAFTSIM_ASKED_H

#include "cmd/common/options.h"

enum asked_format {
    ASKED_SCREEN = 0, /* none is named: text where there is no terminal */
    ASKED_TEXT,
    ASKED_JSON,
    ASKED_MERMAID,
    ASKED_SVG
};

/* One of file_count > 0, random, explore and worlds. */
struct asked {
    size_t file_count; /* the scenarios: argv[1] and on */
    bool check;
    uint32_t format; /* enum asked_format */

    bool random;
    const char *seeds;
    uint32_t inputs;
    uint32_t jobs;

    bool explore;
    const char *world; /* NULL: all */
    bool worlds;

    const char *directory; /* of random and explore */
};

/* From argv. OPTIONS_BAD was told on err; so are options that are none of
 * what is asked for. */
enum options_result asked_parse(int argc, char **argv, struct asked *asked,
                                FILE *out, FILE *err);

#endif
