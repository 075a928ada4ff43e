/* SPDX-License-Identifier: MIT
 *
 * program.c - raftsim: plays scenarios and prints what happens.
 */
#include "cmd/raftsim/program.h"

#include "cmd/common/options.h"
#include "cmd/raftsim/scenario/player.h"

/* The worse of two results decides the exit code. */
static int play_file(const char *path, FILE *transcript, FILE *err)
{
    struct scenario_error error;
    struct scenario *scenario = scenario_read(path, &error);
    enum player_result result = PLAYER_BAD;

    if (scenario != NULL) {
        result = player_play(scenario, transcript, &error);
    }
    scenario_free(scenario);
    if (result == PLAYER_OK) {
        return RAFTSIM_OK;
    }
    fprintf(err, "%s\n", error.text);
    return result == PLAYER_FAILED ? RAFTSIM_FAILED : RAFTSIM_BAD_SCENARIO;
}

static int play_files(char **paths, size_t count, FILE *transcript, FILE *err)
{
    int code = RAFTSIM_OK;

    for (size_t i = 0; i < count; i++) {
        const int one = play_file(paths[i], transcript, err);

        code = one > code ? one : code;
    }
    return code;
}

/* Its destination is filled in by raftsim_main(). */
static const struct option_spec check_option = {
    .name = "check",
    .group = "What to print",
    .help = "Print no transcript, only what fails.",
    .type = OPTION_FLAG};

static const struct option_program raftsim = {
    .name = "raftsim",
    .synopsis = "[--check] FILE...",
    .about = "Plays scenarios on real Raft servers over a simulated network, "
             "disk and clock, and prints each event, what it changed and "
             "which rules of the paper were at work. Figure 3 is checked "
             "after every step.",
    .notes = "Scenarios are in tests/scenarios/; their verbs are explained "
             "in\ncmd/raftsim/scenario/player.h, conditions in "
             "cmd/raftsim/scenario/expect.h."
             "\n\nExit codes: 0 all holds; 1 an expectation or an invariant "
             "fails;\n64 wrong usage; 65 a scenario makes no sense or cannot "
             "be read;\n74 the transcript cannot be written.\n",
    .positional_max = 10000};

int raftsim_main(int argc, char **argv, FILE *out, FILE *err)
{
    bool check = false;
    size_t count = 0;
    struct option_spec spec = check_option;
    struct option_program program = raftsim;

    spec.destination = &check;
    program.specs = &spec;
    program.spec_count = 1;
    switch (options_parse(&program, argc, argv, &count, out, err)) {
    case OPTIONS_DONE:
        return RAFTSIM_OK;
    case OPTIONS_BAD:
        return RAFTSIM_USAGE;
    case OPTIONS_RUN:
        break;
    }
    if (count == 0) {
        fputs("raftsim: name a scenario to play\n", err);
        options_usage(&program, err);
        return RAFTSIM_USAGE;
    }
    const int code = play_files(argv + 1, count, check ? NULL : out, err);

    if (fflush(out) != 0) {
        fputs("raftsim: the transcript cannot be written\n", err);
        return RAFTSIM_NO_OUTPUT;
    }
    return code;
}
