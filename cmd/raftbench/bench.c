/* SPDX-License-Identifier: MIT
 *
 * bench.c - raftbench: from options to what is to be done.
 */
#include "cmd/raftbench/bench.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftbench/ceilings.h"
#include "cmd/raftbench/clock.h"
#include "cmd/raftbench/ports.h"
#include "cmd/raftbench/probe.h"
#include "cmd/raftbench/report.h"
#include "cmd/raftbench/settings.h"
#include "cmd/raftbench/verify.h"

enum { LEADER_WITHIN_MS = 10000, READY_WITHIN_MS = 60000 };

struct bench {
    const struct settings *settings;
    struct targets targets;
    struct report report;
    FILE *err;
};

__attribute__((format(printf, 3, 4))) static int
fail(struct bench *b, int exit_status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(b->err, "raftbench: ");
    vfprintf(b->err, format, arguments);
    fputc('\n', b->err);
    va_end(arguments);
    return exit_status;
}

static const char *label_or(const struct bench *b, const char *otherwise)
{
    return b->settings->label != NULL ? b->settings->label : otherwise;
}

static int verify(struct bench *b, const struct load_settings *load,
                  size_t target_count, const struct load_result *result)
{
    struct verify_result v;

    if (!verify_run(load, &b->targets, target_count, &result->promises, &v,
                    b->err)) {
        return fail(b, BENCH_EXIT_IO, "reading back: %s", strerror(errno));
    }
    report_figure(&b->report, "acknowledged keys asked for",
                  (double)v.checked_count, "reads");
    report_figure(&b->report, "of these lost", (double)v.lost_count, "keys");
    report_figure(&b->report, "of these unreadable", (double)v.unreadable_count,
                  "keys");
    return v.lost_count + v.unreadable_count > 0 ? BENCH_EXIT_LOST : 0;
}

/* The row or rows of a load, and the exit status they ask for. */
static int report_load(struct bench *b, const struct load_settings *load,
                       const struct load_result *r)
{
    static const char *const reads[] = {[LEVEL_STALE] = "reads, stale",
                                        [LEVEL_DEFAULT] = "reads, default",
                                        [LEVEL_CONSISTENT] =
                                            "reads, consistent"};

    if (load->write_percent > 0) {
        report_run(&b->report, label_or(b, "writes"), load->connection_count,
                   &r->writes, r->measured_ns);
    }
    if (load->write_percent < 100) {
        report_run(&b->report, label_or(b, reads[load->level]),
                   load->connection_count, &r->reads, r->measured_ns);
    }
    return r->writes.error_count + r->reads.error_count > 0 ? BENCH_EXIT_ERRORS
                                                            : 0;
}

static int run_load(struct bench *b)
{
    struct load_settings load = b->settings->load;
    const size_t target_count = b->targets.count;
    int status = 0;

    load.start_target = CLIENT_SPREAD;
    if (b->settings->leader_auto) {
        const int leader =
            probe_leader(load.protocol, &b->targets, LEADER_WITHIN_MS);

        if (leader < 0) {
            return fail(b, BENCH_EXIT_UNAVAILABLE,
                        "none of %s leads after 10 s", b->settings->targets);
        }
        load.start_target = (size_t)leader;
    }
    struct load_result *result = calloc(1, sizeof(*result));
    if (result == NULL || !load_run(&load, &b->targets, result)) {
        status = fail(b, BENCH_EXIT_IO, "%s", strerror(errno));
    } else {
        status = report_load(b, &load, result);
        if (b->settings->verify) {
            status = verify(b, &load, target_count, result);
        }
    }
    if (result != NULL) {
        load_free(result);
    }
    free(result);
    return status;
}

/* One ceiling into one row. */
static bool disk_row(struct bench *b, struct ceiling *c, unsigned log_count)
{
    *c->tally = (struct tally){0};
    if (!ceiling_disk(c, b->settings->directory, log_count)) {
        return false;
    }
    /* Of one log: three times as long for three times as many. */
    report_run(&b->report,
               log_count == 1 ? "ceiling: append 128 B + fdatasync"
                              : "ceiling: the same, one of three logs",
               log_count, c->tally, c->measured_ns * log_count);
    return true;
}

static bool loopback_row(struct bench *b, struct ceiling *c)
{
    *c->tally = (struct tally){0};
    if (!ceiling_loopback(c)) {
        return false;
    }
    report_run(&b->report, "ceiling: loopback round trip", 1, c->tally,
               c->measured_ns);
    return true;
}

static bool http_rows(struct bench *b, struct ceiling *c)
{
    static const uint32_t connections[] = {1, 16, 64};
    struct empty_server *server = empty_server_start();
    bool measured = server != NULL;

    if (server == NULL) {
        snprintf(c->error, sizeof(c->error), "civetweb did not start");
    }
    for (size_t i = 0; i < 3 && measured; i++) {
        *c->tally = (struct tally){0};
        measured = ceiling_http(c, server, connections[i]);
        if (measured) {
            report_run(&b->report, "ceiling: civetweb, empty handler",
                       connections[i], c->tally, c->measured_ns);
        }
    }
    empty_server_stop(server);
    return measured;
}

static int run_ceilings(struct bench *b)
{
    struct tally *tally = malloc(sizeof(*tally));
    struct ceiling c = {.duration_ms = b->settings->duration_given
                                           ? b->settings->load.duration_ms
                                           : 1000,
                        .tally = tally};

    if (tally == NULL) {
        return fail(b, BENCH_EXIT_IO, "%s", strerror(errno));
    }
    const bool measured = disk_row(b, &c, 1) && disk_row(b, &c, 3) &&
                          loopback_row(b, &c) && http_rows(b, &c);
    free(tally);
    return measured ? 0 : fail(b, BENCH_EXIT_IO, "%s", c.error);
}

static int await_ready(struct bench *b)
{
    const uint64_t start_ns = clock_ns();
    size_t missing = 0;

    if (!probe_all_ready(b->settings->load.protocol, &b->targets,
                         READY_WITHIN_MS, &missing)) {
        return fail(b, BENCH_EXIT_UNAVAILABLE, "%s is not ready after 60 s",
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

static int first_write(struct bench *b)
{
    const uint64_t start_ns = clock_ns();
    uint64_t at_ns = 0;

    if (!probe_first_write(b->settings->load.protocol, &b->targets,
                           READY_WITHIN_MS, &at_ns)) {
        return fail(b, BENCH_EXIT_UNAVAILABLE, "no write within 60 s");
    }
    fprintf(b->report.out, "%" PRIu64 "\n", ms_since(b, start_ns, at_ns));
    return 0;
}

static int print_free_ports(struct bench *b)
{
    uint16_t ports[PORTS_MAX];
    const uint32_t count = b->settings->free_port_count;

    if (!ports_find_free(ports, count)) {
        return fail(b, BENCH_EXIT_IO, "not %" PRIu32 " free ports", count);
    }
    for (uint32_t i = 0; i < count; i++) {
        fprintf(b->report.out, "%u\n", (unsigned)ports[i]);
    }
    return 0;
}

static int show(struct bench *b)
{
    const char *path = b->settings->show_file;
    FILE *rows = fopen(path, "r");
    char error[128];

    if (rows == NULL) {
        return fail(b, BENCH_EXIT_IO, "%s: %s", path, strerror(errno));
    }
    const bool shown = report_show(&b->report, rows, error, sizeof(error));
    fclose(rows);
    return shown ? 0 : fail(b, BENCH_EXIT_IO, "%s: %s", path, error);
}

static int print_figure(struct bench *b)
{
    char *unit = NULL;
    const double value = strtod(b->settings->figure, &unit);

    if (unit == b->settings->figure || *unit != ',') {
        return fail(b, OPTIONS_EXIT_USAGE, "--figure: '%s' is not NUMBER,UNIT",
                    b->settings->figure);
    }
    report_figure(&b->report, label_or(b, ""), value, unit + 1);
    return 0;
}

int bench_main(int argc, char **argv, FILE *out, FILE *err)
{
    struct bench b = {.report.out = out, .err = err};
    char error[TARGET_ERROR_BYTES] = "none is given";

    switch (settings_parse(argc, argv, out, err, &b.settings)) {
    case OPTIONS_DONE:
        return 0;
    case OPTIONS_BAD:
        return OPTIONS_EXIT_USAGE;
    case OPTIONS_RUN:
        break;
    }
    b.report.json = b.settings->json;
    b.targets.allow_remote = b.settings->allow_remote;
    if (!targets_add_list(&b.targets, b.settings->targets, error) ||
        b.targets.count == 0) {
        return fail(&b, OPTIONS_EXIT_USAGE, "--targets: %s", error);
    }
    return b.settings->ceilings              ? run_ceilings(&b)
           : b.settings->await_ready         ? await_ready(&b)
           : b.settings->first_write         ? first_write(&b)
           : b.settings->free_port_count > 0 ? print_free_ports(&b)
           : b.settings->show_file != NULL   ? show(&b)
           : b.settings->figure != NULL      ? print_figure(&b)
                                             : run_load(&b);
}
