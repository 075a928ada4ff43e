/* SPDX-License-Identifier: MIT
 *
 * mode_load.c - a load and its rows; the ceilings and theirs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftbench/ceilings.h"
#include "cmd/raftbench/modes.h"
#include "cmd/raftbench/probe.h"
#include "cmd/raftbench/verify.h"

enum { LEADER_WITHIN_MS = 10000 };

static volatile sig_atomic_t told_to_stop;

static void on_signal(int number)
{
    (void)number;
    told_to_stop = 1;
}

/* INT and TERM: the first ends the load, a second one the program. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal,
                               .sa_flags = (int)SA_RESETHAND};

    told_to_stop = 0;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static int verify(struct bench *b, const struct load_settings *load,
                  const struct load_result *result)
{
    struct verify_result v;

    if (!verify_run(load, &b->verify_targets, b->verify_targets.count,
                    &result->promises, &v, b->err)) {
        return bench_fail(b, BENCH_EXIT_IO, "reading back: %s",
                          strerror(errno));
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
        report_run(&b->report, bench_label(b, "writes"), load->connection_count,
                   &r->writes, r->measured_ns);
    }
    if (load->write_percent < 100) {
        report_run(&b->report, bench_label(b, reads[load->level]),
                   load->connection_count, &r->reads, r->measured_ns);
    }
    return r->writes.error_count + r->reads.error_count > 0 ? BENCH_EXIT_ERRORS
                                                            : 0;
}

int mode_load(struct bench *b)
{
    struct load_settings load = b->settings->load;
    int status = 0;

    load.start_target = CLIENT_SPREAD;
    load.stop = &told_to_stop;
    catch_signals();
    if (b->settings->leader_auto) {
        const int leader =
            probe_leader(load.protocol, &b->targets, LEADER_WITHIN_MS);

        if (leader < 0) {
            return bench_fail(b, BENCH_EXIT_UNAVAILABLE,
                              "none of %s leads after 10 s",
                              b->settings->targets);
        }
        load.start_target = (size_t)leader;
    }
    struct load_result *result = calloc(1, sizeof(*result));
    if (result == NULL || !load_run(&load, &b->targets, result)) {
        status = bench_fail(b, BENCH_EXIT_IO, "%s", strerror(errno));
    } else {
        status = report_load(b, &load, result);
        if (b->settings->verify) {
            status = verify(b, &load, result);
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

int mode_ceilings(struct bench *b)
{
    struct tally *tally = malloc(sizeof(*tally));
    struct ceiling c = {.duration_ms =
                            b->settings->duration_by != OPTION_DEFAULT
                                ? b->settings->load.duration_ms
                                : 1000,
                        .tally = tally};

    if (tally == NULL) {
        return bench_fail(b, BENCH_EXIT_IO, "%s", strerror(errno));
    }
    const bool measured = disk_row(b, &c, 1) && disk_row(b, &c, 3) &&
                          loopback_row(b, &c) && http_rows(b, &c);
    free(tally);
    return measured ? 0 : bench_fail(b, BENCH_EXIT_IO, "%s", c.error);
}
