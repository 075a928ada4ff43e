/* SPDX-License-Identifier: MIT
 *
 * counterexample.c - a scenario into a file, and played: real nodes must break
 * the same.
 */
#include "cmd/raftsim/explore/counterexample.h"

#include <errno.h>
#include <string.h>

#include "cmd/raftsim/scenario/player.h"

/* "Fig3:LC: ...": is it the same of what can be broken? */
static const char *verdict(enum player_result result, const char *text,
                           const char *broken)
{
    char property[GLUE_BROKEN_BYTES];

    snprintf(property, sizeof(property), "%.*s", (int)strcspn(broken, " "),
             broken);
    if (result != PLAYER_FAILED && strncmp(property, "Sec", 3) == 0) {
        return "NOT confirmed by a replay, which asks less about sections 6 "
               "to 8";
    }
    if (result != PLAYER_FAILED) {
        return "NOT confirmed by a replay";
    }
    return strstr(text, property) != NULL ? "replayed"
                                          : "replayed, and broken earlier";
}

static void play(const char *path, const char *broken, FILE *out)
{
    struct scenario_error error = {.text = ""};
    struct scenario *scenario = scenario_read(path, &error);
    enum player_result result = PLAYER_BAD;

    if (scenario != NULL) {
        result = player_play(scenario, NULL, &error);
    }
    scenario_free(scenario);
    fprintf(out, "  replay: raftsim %s\n  %s: %s\n", path,
            verdict(result, error.text, broken),
            result == PLAYER_OK ? "nothing is broken" : error.text);
}

void counterexample_write(struct explore_search *search, const char *directory,
                          FILE *out, FILE *err)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/explore-%s.raft", directory,
             search->world->name);
    file = fopen(path, "w");
    if (file == NULL) {
        fprintf(err, "raftsim: %s: %s\n", path, strerror(errno));
        return;
    }
    counterexample_print(search, file);
    fprintf(file, "# Replay: raftsim %s\n", path);
    if (fclose(file) != 0) {
        fprintf(err, "raftsim: %s: %s\n", path, strerror(errno));
        return;
    }
    play(path, search->broken, out);
}
