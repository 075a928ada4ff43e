/* SPDX-License-Identifier: MIT
 *
 * asked.c - raftsim's options: what is asked for.
 */
#include "cmd/raftsim/asked.h"

#include <string.h>

/* Which of the options that go with something were given. */
struct given {
    enum option_source check;
    enum option_source format;
    enum option_source seeds;
    enum option_source inputs;
    enum option_source jobs;
    enum option_source world;
    enum option_source directory;
};

static const struct option_choice formats[] = {{"text", ASKED_TEXT},
                                               {"json", ASKED_JSON},
                                               {"mermaid", ASKED_MERMAID},
                                               {"svg", ASKED_SVG},
                                               {NULL, 0}};

enum { SPEC_COUNT = 10 };

/* A spec's destination is in *asked, its source in *given. */
static void fill_specs(struct option_spec specs[SPEC_COUNT],
                       struct asked *asked, struct given *given)
{
    const struct option_spec filled[SPEC_COUNT] = {
        {.name = "check",
         .group = "Scenarios",
         .help = "Print no transcript, only what fails.",
         .type = OPTION_FLAG,
         .destination = &asked->check,
         .source = &given->check},
        {.name = "format",
         .argument = "FORMAT",
         .group = "Scenarios",
         .help = "What to print; json, mermaid and svg take one FILE. Without "
                 "it a terminal shows one FILE on its screen; else text.",
         .type = OPTION_ENUM,
         .destination = &asked->format,
         .choices = formats,
         .source = &given->format},
        {.name = "random",
         .group = "Searches",
         .help = "Run clusters under faults drawn from a seed: network, "
                 "crashes, disks, clocks.",
         .type = OPTION_FLAG,
         .destination = &asked->random},
        {.name = "seeds",
         .argument = "A..B",
         .group = "Searches",
         .help = "With --random: one run for each seed; or one seed.",
         .type = OPTION_STRING,
         .destination = &asked->seeds,
         .default_text = "1..1000",
         .source = &given->seeds},
        {.name = "events",
         .argument = "N",
         .group = "Searches",
         .help = "With --random: inputs to the servers of a run, at least.",
         .type = OPTION_U32,
         .destination = &asked->inputs,
         .default_text = "5000",
         .min = 1,
         .max = 10000000,
         .source = &given->inputs},
        {.name = "jobs",
         .argument = "N",
         .group = "Searches",
         .help = "With --random: processes; 0 means one for each processor.",
         .type = OPTION_U32,
         .destination = &asked->jobs,
         .default_text = "0",
         .max = 256,
         .source = &given->jobs},
        {.name = "explore",
         .group = "Searches",
         .help = "Try every order of events in small worlds.",
         .type = OPTION_FLAG,
         .destination = &asked->explore},
        {.name = "world",
         .argument = "NAME",
         .group = "Searches",
         .help = "With --explore: only this world.",
         .type = OPTION_STRING,
         .destination = &asked->world,
         .source = &given->world},
        {.name = "worlds",
         .group = "Searches",
         .help = "Print the worlds there are.",
         .type = OPTION_FLAG,
         .destination = &asked->worlds},
        {.name = "directory",
         .argument = "DIR",
         .group = "Searches",
         .help = "With --random and --explore: where the scenario of what "
                 "they find is written.",
         .type = OPTION_STRING,
         .destination = &asked->directory,
         .default_text = ".",
         .source = &given->directory}};

    memcpy(specs, filled, sizeof(filled));
}

static const struct option_program raftsim = {
    .name = "raftsim",
    .synopsis = "[OPTIONS] FILE... | --random | --explore | --worlds",
    .about = "Plays scenarios on real Raft servers over a simulated network, "
             "disk and clock: on a terminal one FILE is shown event by event, "
             "forward and back, with the rules of the paper that were at "
             "work. Searches for runs that break Figure 3, which is checked "
             "after every step.",
    .notes = "On the screen, h lists the keys.\n\n"
             "Scenarios are in tests/scenarios/; their verbs are explained "
             "in\ncmd/raftsim/scenario/verbs.h, conditions in expect.h "
             "beside it.\n\nExit codes: 0 all holds; 1 an expectation or an "
             "invariant fails;\n2 a world was not searched to its end; "
             "64 wrong usage;\n65 a scenario makes no sense or cannot be "
             "read; 71 no memory, or\nno process can be started; 74 the "
             "output cannot be written;\n130 interrupted.\n",
    .spec_count = SPEC_COUNT,
    .positional_max = 10000};

static bool is_picture(const struct asked *asked)
{
    return asked->format != ASKED_SCREEN && asked->format != ASKED_TEXT;
}

/* What the table cannot say. NULL: nothing is wrong. */
static const char *what_is_wrong(const struct asked *asked,
                                 const struct given *given)
{
    const bool plays = asked->file_count > 0;
    const int kinds = plays + asked->random + asked->explore + asked->worlds;
    const struct {
        bool holds;
        const char *text;
    } wrong[] = {
        {kinds > 1,
         "a scenario, --random, --explore and --worlds: one at a time"},
        {given->seeds && !asked->random, "--seeds goes with --random"},
        {given->inputs && !asked->random, "--events goes with --random"},
        {given->jobs && !asked->random, "--jobs goes with --random"},
        {given->world && !asked->explore, "--world goes with --explore"},
        {given->directory && !asked->random && !asked->explore,
         "--directory goes with --random or --explore"},
        {given->check && !plays, "--check goes with a scenario"},
        {given->format && !plays, "--format goes with a scenario"},
        {kinds == 0, "name a scenario to play, or a search"},
        {is_picture(asked) && asked->check,
         "--check prints nothing, so leave --format out"},
        {is_picture(asked) && asked->file_count > 1,
         "--format json, mermaid and svg: one scenario at a time"},
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (wrong[i].holds) {
            return wrong[i].text;
        }
    }
    return NULL;
}

enum options_result asked_parse(int argc, char **argv, struct asked *asked,
                                FILE *out, FILE *err)
{
    struct given given = {0};
    struct option_spec specs[SPEC_COUNT];
    struct option_program program = raftsim;

    *asked = (struct asked){.format = ASKED_SCREEN};
    fill_specs(specs, asked, &given);
    program.specs = specs;
    const enum options_result result =
        options_parse(&program, argc, argv, &asked->file_count, out, err);
    if (result != OPTIONS_RUN) {
        return result;
    }
    const char *wrong = what_is_wrong(asked, &given);
    if (wrong != NULL) {
        fprintf(err, "raftsim: %s\n", wrong);
        options_usage(&program, err);
        return OPTIONS_BAD;
    }
    return OPTIONS_RUN;
}
