/* SPDX-License-Identifier: MIT
 *
 * program.c - raftsim: who does what is asked for.
 */
#include "cmd/raftsim/program.h"

#include <unistd.h>

#include "cmd/raftsim/asked.h"
#include "cmd/raftsim/explore/explore.h"
#include "cmd/raftsim/pictures/pictures.h"
#include "cmd/raftsim/random/random.h"
#include "cmd/raftsim/scenario/player.h"
#include "cmd/raftsim/scenario/words.h"
#include "cmd/raftsim/screen/screen.h"

/* ---- Scenarios ----------------------------------------------------------- */

static enum player_result play(const struct scenario *scenario,
                               const struct asked *asked, FILE *out,
                               struct scenario_error *error)
{
    switch ((enum asked_format)asked->format) {
    case ASKED_JSON:
        return picture_draw(scenario, PICTURE_JSON, out, error);
    case ASKED_MERMAID:
        return picture_draw(scenario, PICTURE_MERMAID, out, error);
    case ASKED_SVG:
        return picture_draw(scenario, PICTURE_SVG, out, error);
    case ASKED_SCREEN:
    case ASKED_TEXT:
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
static int play_files(char **paths, const struct asked *asked, FILE *out,
                      FILE *err)
{
    int code = RAFTSIM_OK;

    for (size_t i = 0; i < asked->file_count; i++) {
        const int one = play_file(paths[i], asked, out, err);

        code = one > code ? one : code;
    }
    return code;
}

/* One scenario, nothing asked for, a person before it. */
static bool wants_screen(const struct asked *asked, FILE *out)
{
    return asked->file_count == 1 && !asked->check &&
           asked->format == ASKED_SCREEN && out == stdout &&
           isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
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

/* ---- What is asked for --------------------------------------------------- */

static int run(const struct asked *asked, char **paths, FILE *out, FILE *err)
{
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
    if (wants_screen(asked, out)) {
        return screen_run(paths[0], err);
    }
    return play_files(paths, asked, out, err);
}

int raftsim_main(int argc, char **argv, FILE *out, FILE *err)
{
    struct asked asked;

    switch (asked_parse(argc, argv, &asked, out, err)) {
    case OPTIONS_DONE:
        return RAFTSIM_OK;
    case OPTIONS_BAD:
        return RAFTSIM_USAGE;
    case OPTIONS_RUN:
        break;
    }
    const int code = run(&asked, argv + 1, out, err);

    if (fflush(out) != 0 || ferror(out) != 0) {
        fputs("raftsim: the output cannot be written\n", err);
        return RAFTSIM_NO_OUTPUT;
    }
    return code;
}
