/* SPDX-License-Identifier: MIT
 *
 * failure.c - a seed that fails becomes a scenario that replays the failure.
 */
#include "cmd/raftsim/random/failure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/random/shrink.h"

typedef unsigned long long ull;

/* A few seconds, on any machine of these years. */
enum { MOST_EVENTS_PLAYED = 4000000 };

/* What happened, as a scenario; free it. NULL: no memory. */
static char *record(uint64_t seed, uint64_t input_count)
{
    struct chaos_totals ignored = {0};
    char *text = NULL;
    size_t byte_count = 0;
    FILE *tape = open_memstream(&text, &byte_count);

    if (tape == NULL) {
        return NULL;
    }
    const struct chaos_plan plan = {
        .seed = seed, .input_count = input_count, .tape = tape};

    (void)chaos_run(&plan, &ignored);
    if (fclose(tape) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static size_t count_lines(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += *text == '\n' ? 1 : 0;
    }
    return count;
}

/* ---- The file ------------------------------------------------------------ */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static void write_how(FILE *out, uint64_t seed, uint64_t input_count,
                      const struct failure_file *file)
{
    if (file->replays) {
        fprintf(out, "# Replay it:         raftsim --check %s\n",
                base_name(file->path));
    }
    fprintf(out,
            "# The run it is from: raftsim --random --seeds %llu --events "
            "%llu\n",
            (ull)seed, (ull)input_count);
}

static void write_shrunk(FILE *out, const struct shrink *shrink)
{
    fprintf(out, "title A random run that breaks %s\n",
            shrink_property(shrink));
    shrink_write(shrink, out);
}

static void write_whole(FILE *out, const struct chaos_verdict *verdict,
                        const char *tape)
{
    fputs(verdict->problem == CHAOS_UNSAFE
              ? "# Playing these lines does not show it: please report that.\n"
              : "# The whole run: what is wrong shows only to who looks back "
                "from its end,\n# so it cannot be made shorter, and playing "
                "it reports no failure.\n",
          out);
    fputs(tape, out);
}

static void write_file(uint64_t seed, uint64_t input_count,
                       const struct chaos_verdict *verdict, const char *tape,
                       const struct shrink *shrink, struct failure_file *file)
{
    FILE *out = fopen(file->path, "w");

    if (out == NULL) {
        file->error = errno;
        return;
    }
    fprintf(out, "# %s\n",
            shrink != NULL ? shrink_failure(shrink) : verdict->failure);
    write_how(out, seed, input_count, file);
    if (shrink != NULL) {
        write_shrunk(out, shrink);
    } else {
        write_whole(out, verdict, tape);
    }
    const bool failed = ferror(out) != 0;

    if (fclose(out) != 0 || failed) {
        file->error = errno != 0 ? errno : EIO;
    }
}

/* ---- Shrinking ----------------------------------------------------------- */

/* NULL: it does not fail when it is played. */
static struct shrink *shrink_tape(const struct scenario *scenario,
                                  const struct chaos_verdict *verdict)
{
    struct shrink *shrink = verdict->problem == CHAOS_UNSAFE && scenario != NULL
                                ? shrink_create(scenario, MOST_EVENTS_PLAYED)
                                : NULL;

    if (shrink != NULL) {
        shrink_run(shrink);
    }
    return shrink;
}

void failure_write(uint64_t seed, uint64_t input_count, const char *directory,
                   const struct chaos_verdict *verdict,
                   struct failure_file *file)
{
    struct scenario_error error;

    *file = (struct failure_file){0};
    snprintf(file->path, sizeof(file->path), "%s/random-%llu.raft", directory,
             (ull)seed);

    char *tape = record(seed, input_count);

    if (tape == NULL) {
        file->error = ENOMEM;
        return;
    }
    struct scenario *scenario = scenario_parse(file->path, tape, &error);
    struct shrink *shrink = shrink_tape(scenario, verdict);

    file->tape_line_count = count_lines(tape);
    file->line_count =
        shrink != NULL ? shrink_line_count(shrink) : file->tape_line_count;
    file->replays = shrink != NULL;
    write_file(seed, input_count, verdict, tape, shrink, file);
    shrink_destroy(shrink);
    scenario_free(scenario);
    free(tape);
}
