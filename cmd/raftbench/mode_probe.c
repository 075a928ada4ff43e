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

/* How long a mode waits: --timeout-ms if it was given. */
static uint32_t patience_ms(const struct bench *b, uint32_t otherwise)
{
    return b->settings->timeout_by != OPTION_DEFAULT
               ? b->settings->load.timeout_ms
               : otherwise;
}

int mode_find_leader(struct bench *b)
{
    const uint32_t within_ms = patience_ms(b, LEADER_WITHIN_MS);
    const int found =
        probe_leader(b->settings->load.protocol, &b->targets, within_ms);

    if (found < 0) {
        return bench_fail(b, BENCH_EXIT_UNAVAILABLE,
                          "nobody leads after %" PRIu32 " ms", within_ms);
    }
    fprintf(b->report.out, "%s\n", b->targets.items[found].host);
    return 0;
}

int mode_await_ready(struct bench *b)
{
    const uint32_t within_ms = patience_ms(b, READY_WITHIN_MS);
    const uint64_t start_ns = clock_ns();
    size_t missing = 0;

    if (!probe_all_ready(b->settings->load.protocol, &b->targets, within_ms,
                         &missing)) {
        return bench_fail(b, BENCH_EXIT_UNAVAILABLE,
                          "%s is not ready after %" PRIu32 " ms",
                          b->targets.items[missing].host, within_ms);
    }
    fprintf(b->report.out, "%" PRIu64 "\n",
            (clock_ns() - start_ns) / NS_PER_MS);
    return 0;
}

/*
 * The monotonic moment to count from: --since, a moment of the day, or now.
 * False: that is yet to come.
 */
static bool find_start(const struct bench *b, uint64_t *start_ns)
{
    struct timespec day;

    *start_ns = clock_ns();
    if (b->settings->since == NULL) {
        return true;
    }
    clock_gettime(CLOCK_REALTIME, &day);
    const uint64_t since_ns = strtoull(b->settings->since, NULL, 10);
    const uint64_t day_ns =
        (uint64_t)day.tv_sec * NS_PER_S + (uint64_t)day.tv_nsec;

    *start_ns -= day_ns - since_ns;
    return since_ns <= day_ns;
}

int mode_first_write(struct bench *b)
{
    const uint32_t within_ms = patience_ms(b, READY_WITHIN_MS);
    uint64_t start_ns = 0;
    uint64_t at_ns = 0;

    if (!find_start(b, &start_ns)) {
        return bench_fail(b, OPTIONS_EXIT_USAGE,
                          "--since: that moment is yet to come");
    }
    if (!probe_first_write(b->settings->load.protocol, &b->targets, within_ms,
                           &at_ns)) {
        return bench_fail(b, BENCH_EXIT_UNAVAILABLE,
                          "no write within %" PRIu32 " ms", within_ms);
    }
    fprintf(b->report.out, "%" PRIu64 "\n", (at_ns - start_ns) / NS_PER_MS);
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
