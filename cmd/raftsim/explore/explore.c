/* SPDX-License-Identifier: MIT
 *
 * explore.c - world after world, and what was found.
 */
#include "cmd/raftsim/explore/explore.h"

#include <time.h>

#include "cmd/common/core_hooks.h"
#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/explore/counterexample.h"
#include "cmd/raftsim/explore/search.h"
#include "cmd/raftsim/program.h"

#define MOST_BYTES ((size_t)7 << 29) /* 3.5 GiB */

enum { PROGRESS_SECONDS = 10, MIB = 1 << 20 };

static FILE *progress_to;
static double progress_next;

/* Of this process: others may be at work on the machine. */
static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void tell_progress(const struct explore_search *search)
{
    if (seconds_now() < progress_next) {
        return;
    }
    progress_next = seconds_now() + PROGRESS_SECONDS;
    fprintf(progress_to,
            "%s: depth %u, %zu states, %llu transitions, %zu MiB\n",
            search->world->name, search->depth, search->state_count,
            (unsigned long long)search->transition_count,
            search_memory(search) / MIB);
}

static void print_figures(const struct explore_search *search, double seconds,
                          FILE *out)
{
    fprintf(out, "%s: ", search->world->name);
    explore_print_bounds(search->world, out);
    fprintf(out,
            " | states=%zu transitions=%llu steps=%llu depth=%u "
            "seconds=%.1f MiB=%zu | ",
            search->state_count, (unsigned long long)search->transition_count,
            (unsigned long long)search->tables.glue.step_count, search->depth,
            seconds, search_memory(search) / MIB);
}

/* One line for each world. */
static int search_world(const struct explore_world *world,
                        const char *directory, FILE *out, FILE *err)
{
    struct explore_search *search = search_create(world, MOST_BYTES);
    const double begun = seconds_now();
    int code = RAFTSIM_OK;

    progress_to = err;
    progress_next = begun + PROGRESS_SECONDS;
    search_run(search, tell_progress);
    print_figures(search, seconds_now() - begun, out);
    if (search->broken[0] != '\0') {
        fprintf(out, "violation at depth %u: %s\n", search->depth,
                search->broken);
        counterexample_write(search, directory, out, err);
        code = RAFTSIM_FAILED;
    } else if (search->stopped) {
        fprintf(out, "NOT complete: stopped at %zu states (memory)\n",
                search->state_count);
        code = RAFTSIM_NOT_COMPLETE;
    } else {
        fputs("complete, no violation\n", out);
    }
    fflush(out);
    search_free(search);
    return code;
}

/* A violation is worse than a world left unfinished. */
static int worse(int a, int b)
{
    return a == RAFTSIM_FAILED || b == RAFTSIM_OK ? a : b;
}

int explore_run(const char *name, const char *directory, FILE *out, FILE *err)
{
    int code = RAFTSIM_OK;

    core_on_no_memory(sim_no_memory); /* it is no violation */
    if (name != NULL) {
        const struct explore_world *world = explore_find_world(name);

        if (world == NULL) {
            fprintf(err, "raftsim: no world '%s'; --worlds lists them\n", name);
            return RAFTSIM_USAGE;
        }
        return search_world(world, directory, out, err);
    }
    for (size_t i = 0; i < explore_world_count; i++) {
        code =
            worse(code, search_world(&explore_worlds[i], directory, out, err));
    }
    return code;
}

void explore_list(FILE *out)
{
    for (size_t i = 0; i < explore_world_count; i++) {
        fprintf(out, "%s: ", explore_worlds[i].name);
        explore_print_bounds(&explore_worlds[i], out);
        fputc('\n', out);
    }
}
