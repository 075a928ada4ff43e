/* SPDX-License-Identifier: MIT
 *
 * mode_probe.c - single questions, and what a script around them needs.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftbench/clock.h"
#include "cmd/raftbench/modes.h"
#include "cmd/raftbench/ports.h"
#include "cmd/raftbench/probe.h"

enum { LEADER_WITHIN_MS = 10000, READY_WITHIN_MS = 60000 };

int mode_find_leader(struct bench *b)
{
    const int found =
        probe_leader(b->settings->load.protocol, &b->targets, LEADER_WITHIN_MS);

    if (found < 0) {
        return bench_fail(b, BENCH_EXIT_UNAVAILABLE, "nobody leads after 10 s");
    }
    fprintf(b->report.out, "%s\n", b->targets.items[found].host);
    return 0;
}

int mode_await_ready(struct bench *b)
{
    const uint64_t start_ns = clock_ns();
    size_t missing = 0;

    if (!probe_all_ready(b->settings->load.protocol, &b->targets,
                         READY_WITHIN_MS, &missing)) {
        return bench_fail(b, BENCH_EXIT_UNAVAILABLE,
                          "%s is not ready after 60 s",
                          b->targets.items[missing].host);
    }
    fprintf(b->report.out, "%" PRIu64 "\n",
            (clock_ns() - start_ns) / NS_PER_MS);
    return 0;
}

/* Milliseconds from --since, a moment of the day, to a monotonic one. */
static uint64_t ms_since(const struct bench *b, uint64_t start_ns,
                         uint64_t at_ns)
{
    struct timespec day;
    uint64_t since_ns = start_ns;

    if (b->settings->since != NULL) {
        clock_gettime(CLOCK_REALTIME, &day);
        const uint64_t day_ns =
            (uint64_t)day.tv_sec * NS_PER_S + (uint64_t)day.tv_nsec;

        since_ns =
            clock_ns() - (day_ns - strtoull(b->settings->since, NULL, 10));
    }
    return (at_ns - since_ns) / NS_PER_MS;
}

int mode_first_write(struct bench *b)
{
    const uint64_t start_ns = clock_ns();
    uint64_t at_ns = 0;

    if (!probe_first_write(b->settings->load.protocol, &b->targets,
                           READY_WITHIN_MS, &at_ns)) {
        return bench_fail(b, BENCH_EXIT_UNAVAILABLE, "no write within 60 s");
    }
    fprintf(b->report.out, "%" PRIu64 "\n", ms_since(b, start_ns, at_ns));
    return 0;
}

int mode_free_ports(struct bench *b)
{
    uint16_t ports[PORTS_MAX];
    const uint32_t count = b->settings->free_port_count;

    if (!ports_find_free(ports, count)) {
        return bench_fail(b, BENCH_EXIT_IO, "not %" PRIu32 " free ports",
                          count);
    }
    for (uint32_t i = 0; i < count; i++) {
        fprintf(b->report.out, "%u\n", (unsigned)ports[i]);
    }
    return 0;
}

int mode_show(struct bench *b)
{
    const char *path = b->settings->show_file;
    FILE *rows = fopen(path, "r");
    char error[128];

    if (rows == NULL) {
        return bench_fail(b, BENCH_EXIT_IO, "%s: %s", path, strerror(errno));
    }
    const bool shown = report_show(&b->report, rows, error, sizeof(error));
    fclose(rows);
    return shown ? 0 : bench_fail(b, BENCH_EXIT_IO, "%s: %s", path, error);
}

int mode_figure(struct bench *b)
{
    char *unit = NULL;
    const double value = strtod(b->settings->figure, &unit);

    if (unit == b->settings->figure || *unit != ',') {
        return bench_fail(b, OPTIONS_EXIT_USAGE,
                          "--figure: '%s' is not NUMBER,UNIT",
                          b->settings->figure);
    }
    report_figure(&b->report, bench_label(b, ""), value, unit + 1);
    return 0;
}
