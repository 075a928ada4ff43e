/* SPDX-License-Identifier: MIT
 *
 * program.c - raftsim: what is asked for, and who does it.
 */
#include "cmd/raftsim/program.h"

#include <string.h>
#include <unistd.h>

#include "cmd/common/options.h"
#include "cmd/raftsim/explore/explore.h"
#include "cmd/raftsim/pictures/pictures.h"
#include "cmd/raftsim/random/random.h"
#include "cmd/raftsim/scenario/player.h"
#include "cmd/raftsim/scenario/words.h"
#include "cmd/raftsim/screen/screen.h"

enum output_format {
    FORMAT_SCREEN = 0, /* not asked for: text where there is no terminal */
    FORMAT_TEXT,
    FORMAT_JSON,
    FORMAT_MERMAID,
    FORMAT_SVG
};

static const struct option_choice formats[] = {{"text", FORMAT_TEXT},
                                               {"json", FORMAT_JSON},
                                               {"mermaid", FORMAT_MERMAID},
                                               {"svg", FORMAT_SVG},
                                               {NULL, 0}};

struct asked {
    bool check;
    uint32_t format;
    bool random;
    const char *seeds;
    uint32_t inputs;
    uint32_t jobs;
    bool explore;
    const char *world;
    bool worlds;
    const char *directory;
};

/* ---- Scenarios ----------------------------------------------------------- */

static enum player_result play(const struct scenario *scenario,
                               const struct asked *asked, FILE *out,
                               struct scenario_error *error)
{
    switch ((enum output_format)asked->format) {
    case FORMAT_JSON:
        return picture_draw(scenario, PICTURE_JSON, out, error);
    case FORMAT_MERMAID:
        return picture_draw(scenario, PICTURE_MERMAID, out, error);
    case FORMAT_SVG:
        return picture_draw(scenario, PICTURE_SVG, out, error);
    case FORMAT_SCREEN:
    case FORMAT_TEXT:
        break;
    }
    return player_play(scenario, asked->check ? NULL : out, error);
}

static int play_file(const char *path, const struct asked *asked, FILE *out,
                     FILE *err)
{
    struct scenario_error error;
    struct scenario *scenario = scenario_read(path, &error);
    enum player_result result = PLAYER_BAD;

    if (scenario != NULL) {
        result = play(scenario, asked, out, &error);
    }
    scenario_free(scenario);
    if (result == PLAYER_OK) {
        return RAFTSIM_OK;
    }
    fprintf(err, "%s\n", error.text);
    return result == PLAYER_FAILED ? RAFTSIM_FAILED : RAFTSIM_BAD_SCENARIO;
}

/* The worst of the results decides the exit code. */
static int play_files(char **paths, size_t count, const struct asked *asked,
                      FILE *out, FILE *err)
{
    int code = RAFTSIM_OK;

    for (size_t i = 0; i < count; i++) {
        const int one = play_file(paths[i], asked, out, err);

        code = one > code ? one : code;
    }
    return code;
}

/* One scenario, nothing asked for, a person before it. */
static bool wants_screen(const struct asked *asked, size_t count, FILE *out)
{
    return count == 1 && !asked->check && asked->format == FORMAT_SCREEN &&
           out == stdout && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* ---- Searches ------------------------------------------------------------ */

/* "7" or "1..1000" */
static bool read_seeds(const char *text, struct random_search *search)
{
    uint64_t *first = &search->first_seed;
    uint64_t *last = &search->last_seed;

    if (word_number(text, first)) {
        *last = *first;
    } else if (!word_range(text, first, last)) {
        return false;
    }
    return *first >= 1 && *first <= *last;
}

static int run_random(const struct asked *asked, FILE *out, FILE *err)
{
    struct random_search search = {.inputs = asked->inputs,
                                   .jobs = asked->jobs,
                                   .directory = asked->directory};

    if (!read_seeds(asked->seeds, &search)) {
        fprintf(err,
                "raftsim: --seeds '%s': a seed from 1 on, of at most 15 "
                "digits, or A..B\n",
                asked->seeds);
        return RAFTSIM_USAGE;
    }
    return random_run(&search, out, err);
}

/* ---- The command line ---------------------------------------------------- */

static int run(const struct asked *asked, char **paths, size_t count, FILE *out,
               FILE *err)
{
    const bool searches = asked->random || asked->explore || asked->worlds;

    if (searches && (count > 0 || asked->random + asked->explore > 1)) {
        fputs("raftsim: --random, --explore and a scenario: one at a time\n",
              err);
        return RAFTSIM_USAGE;
    }
    if (asked->worlds) {
        explore_list(out);
        return RAFTSIM_OK;
    }
    if (asked->random) {
        return run_random(asked, out, err);
    }
    if (asked->explore) {
        return explore_run(asked->world, asked->directory, out, err);
    }
    if (wants_screen(asked, count, out)) {
        return screen_run(paths[0], err);
    }
    return play_files(paths, count, asked, out, err);
}

enum { SPEC_COUNT = 10 };

/* A spec's destination is in *asked. */
static void fill_specs(struct option_spec specs[SPEC_COUNT],
                       struct asked *asked)
{
    const struct option_spec filled[SPEC_COUNT] = {
        {.name = "check",
         .group = "Scenarios",
         .help = "Print no transcript, only what fails.",
         .type = OPTION_FLAG,
         .destination = &asked->check},
        {.name = "format",
         .argument = "FORMAT",
         .group = "Scenarios",
         .help = "text, json, mermaid or svg. Without it: the screen, or text "
                 "where there is no terminal.",
         .type = OPTION_ENUM,
         .destination = &asked->format,
         .choices = formats},
        {.name = "random",
         .group = "Searches",
         .help = "Run clusters under faults drawn from a seed: network, "
                 "crashes, disks, clocks.",
         .type = OPTION_FLAG,
         .destination = &asked->random},
        {.name = "seeds",
         .argument = "A..B",
         .group = "Searches",
         .help = "With --random: one run for each seed.",
         .type = OPTION_STRING,
         .destination = &asked->seeds,
         .default_text = "1..1000"},
        {.name = "events",
         .argument = "N",
         .group = "Searches",
         .help = "With --random: inputs to the servers of a run, at least.",
         .type = OPTION_U32,
         .destination = &asked->inputs,
         .default_text = "5000",
         .min = 1,
         .max = 10000000},
        {.name = "jobs",
         .argument = "N",
         .group = "Searches",
         .help = "With --random: processes; 0 means one for each processor.",
         .type = OPTION_U32,
         .destination = &asked->jobs,
         .default_text = "0",
         .max = 256},
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
         .destination = &asked->world},
        {.name = "worlds",
         .group = "Searches",
         .help = "Print the worlds there are.",
         .type = OPTION_FLAG,
         .destination = &asked->worlds},
        {.name = "directory",
         .argument = "DIR",
         .group = "Searches",
         .help = "Where a search writes the scenario of what it found.",
         .type = OPTION_STRING,
         .destination = &asked->directory,
         .default_text = "."}};

    memcpy(specs, filled, sizeof(filled));
}

static const struct option_program raftsim = {
    .name = "raftsim",
    .synopsis = "[OPTIONS] FILE... | --random | --explore",
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

int raftsim_main(int argc, char **argv, FILE *out, FILE *err)
{
    struct asked asked = {.format = FORMAT_SCREEN};
    struct option_spec specs[SPEC_COUNT];
    struct option_program program = raftsim;
    size_t count = 0;

    fill_specs(specs, &asked);
    program.specs = specs;
    switch (options_parse(&program, argc, argv, &count, out, err)) {
    case OPTIONS_DONE:
        return RAFTSIM_OK;
    case OPTIONS_BAD:
        return RAFTSIM_USAGE;
    case OPTIONS_RUN:
        break;
    }
    if (count == 0 && !asked.random && !asked.explore && !asked.worlds) {
        fputs("raftsim: name a scenario to play\n", err);
        options_usage(&program, err);
        return RAFTSIM_USAGE;
    }
    const int code = run(&asked, argv + 1, count, out, err);

    if (fflush(out) != 0 || ferror(out) != 0) {
        fputs("raftsim: the output cannot be written\n", err);
        return RAFTSIM_NO_OUTPUT;
    }
    return code;
}
