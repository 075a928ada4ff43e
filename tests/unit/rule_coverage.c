/* SPDX-License-Identifier: MIT
 *
 * rule_coverage.c - which rules of the paper the tests have exercised.
 */
#define _GNU_SOURCE /* program_invocation_short_name */
#include "tests/unit/rule_coverage.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "raft/check.h"

enum { MAX_PATH_BYTES = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool registered;
static struct {
    uint64_t taken;
    uint64_t declined;
} counts[RAFT_RULE_COUNT];

/* A file that cannot be written must fail the run: the sum would lie. */
static void write_or_die(FILE *file, const char *path)
{
    bool ok = file != NULL;

    for (int rule = 0; ok && rule < RAFT_RULE_COUNT; rule++) {
        ok = fprintf(file, "%s %" PRIu64 " %" PRIu64 "\n",
                     raft_rule_text((enum raft_rule)rule)->tag,
                     counts[rule].taken, counts[rule].declined) > 0;
    }
    if (file == NULL || fclose(file) != 0 || !ok) {
        perror(path);
        _Exit(EXIT_FAILURE);
    }
}

static void write_counts(void)
{
    const char *directory = getenv("RAFT_COVERAGE_DIR");
    char path[MAX_PATH_BYTES];

    if (directory == NULL || directory[0] == '\0') {
        return;
    }
    snprintf(path, sizeof(path), "%s/%s.rules", directory,
             program_invocation_short_name);
    write_or_die(fopen(path, "w"), path);
}

void coverage_add(enum raft_rule rule, bool taken, uint64_t times)
{
    raft_assert((int)rule >= 0 && (int)rule < RAFT_RULE_COUNT);
    pthread_mutex_lock(&lock);
    if (!registered) {
        registered = true;
        atexit(write_counts);
    }
    if (taken) {
        counts[rule].taken += times;
    } else {
        counts[rule].declined += times;
    }
    pthread_mutex_unlock(&lock);
}

void coverage_add_effects(const struct raft_effects *out)
{
    for (size_t i = 0; i < out->rule_event_count; i++) {
        const struct raft_rule_event *event = &out->rule_events[i];

        coverage_add(event->rule, event->taken, event->count);
    }
}
