/* SPDX-License-Identifier: MIT
 *
 * random.c - many random runs; one that fails becomes a short scenario.
 */
#include "cmd/raftsim/random/random.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/raftsim/program.h"
#include "cmd/raftsim/random/jobs.h"

typedef unsigned long long ull;

struct progress {
    FILE *out;
    FILE *err;
    bool is_terminal;
    double begun;
    double next; /* when to say how far we are */
    unsigned failure_count;
    bool interrupted;
    struct chaos_totals totals;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- What is told -------------------------------------------------------- */

/* 52,345,678 */
static const char *grouped(uint64_t number, char text[32])
{
    char digits[24];
    const int length = snprintf(digits, sizeof(digits), "%llu", (ull)number);
    char *at = text;

    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            *at++ = ',';
        }
        *at++ = digits[i];
    }
    *at = '\0';
    return text;
}

static void print_rates(const struct progress *p, FILE *file)
{
    const double passed = seconds() - p->begun;
    const double time = passed > 0.001 ? passed : 0.001;
    char inputs[32];

    fprintf(
        file, "%.0f schedules/s, %s inputs/s", (double)p->totals.seeds / time,
        grouped((uint64_t)((double)p->totals.cluster.steps / time), inputs));
}

/* On a terminal the line is written over by the next one. */
static void tell_progress(struct progress *p)
{
    char schedules[32];

    if (seconds() < p->next) {
        return;
    }
    p->next += p->is_terminal ? 1 : 10;
    fprintf(p->err, "%s%s schedules, ", p->is_terminal ? "\r\033[K" : "",
            grouped(p->totals.seeds, schedules));
    print_rates(p, p->err);
    fprintf(p->err, ", %u failures%s", p->failure_count,
            p->is_terminal ? "" : "\n");
    fflush(p->err);
}

static void clear_line(const struct progress *p)
{
    if (p->is_terminal) {
        fputs("\r\033[K", p->err);
    }
}

static void tell_file(const struct progress *p, const struct job_report *report)
{
    const struct failure_file *file = &report->file;

    if (file->path[0] == '\0') {
        return; /* the process is gone, there is none */
    }
    if (file->error != 0) {
        fprintf(p->err, "raftsim: %s: %s\n", file->path, strerror(file->error));
    } else if (file->replays) {
        fprintf(p->err, "%s: %zu lines of %zu, replay with raftsim --check\n",
                file->path, file->line_count, file->tape_line_count);
    } else {
        fprintf(p->err, "%s: the whole run, %zu lines; it cannot be shrunk\n",
                file->path, file->line_count);
    }
}

static void take_report(struct progress *p, const struct job_report *report)
{
    const bool is_crash =
        report->news == JOB_WROTE && report->file.path[0] == '\0';

    if (report->news == JOB_RAN || report->news == JOB_FAILED) {
        chaos_add_totals(&p->totals, &report->totals);
    }
    if (report->news == JOB_FAILED || is_crash) {
        p->failure_count++;
        clear_line(p);
        fprintf(p->err, "seed %llu: %s\n", (ull)report->seed,
                report->verdict.failure);
    }
    if (report->news == JOB_WROTE) {
        clear_line(p);
        tell_file(p, report);
    }
    fflush(p->err);
}

/* ---- The search ---------------------------------------------------------- */

/* A seed that never ends is among these. */
static void tell_interrupted(const struct progress *p, const struct jobs *jobs)
{
    clear_line(p);
    fputs("raftsim: interrupted in seed", p->err);
    for (size_t i = 0; i < jobs->count; i++) {
        if (jobs->jobs[i].pipe >= 0) {
            fprintf(p->err, " %llu", (ull)jobs->jobs[i].seed);
        }
    }
    fputc('\n', p->err);
}

static void follow(struct progress *p, struct jobs *jobs)
{
    struct job_report report;
    struct job *job;
    int news;

    while ((news = jobs_wait(jobs, 200, &job, &report)) >= 0) {
        if (interrupted) {
            p->interrupted = true;
            tell_interrupted(p, jobs);
            jobs_stop(jobs, true);
            return;
        }
        if (news > 0) {
            take_report(p, &report);
        }
        if (p->failure_count > 0) {
            jobs_stop(jobs, false);
        }
        tell_progress(p);
    }
}

static void print_summary(const struct progress *p)
{
    char schedules[32];
    char inputs[32];

    chaos_print_totals(&p->totals, p->out);
    fprintf(p->out, "%s schedules, %s inputs, ",
            grouped(p->totals.seeds, schedules),
            grouped(p->totals.cluster.steps, inputs));
    if (p->failure_count == 0) {
        fputs("no violation, ", p->out);
    } else {
        fprintf(p->out, "%u failed, ", p->failure_count);
    }
    print_rates(p, p->out);
    fputs(p->interrupted ? "; interrupted\n" : "\n", p->out);
    fflush(p->out); /* before what goes to err, which may be the same file */
}

static int sum_up(const struct progress *p, const struct random_search *search)
{
    print_summary(p);
    if (p->failure_count > 0) {
        return RAFTSIM_FAILED;
    }
    if (p->interrupted) {
        return RAFTSIM_INTERRUPTED;
    }
    if (p->totals.seeds >= RANDOM_RUNS_FOR_ALL &&
        search->inputs >= RANDOM_INPUTS_FOR_ALL &&
        chaos_count_missing(&p->totals, p->err) > 0) {
        return RAFTSIM_FAILED;
    }
    return RAFTSIM_OK;
}

/* Before hours of search, not after them. */
static bool is_writable(const char *directory)
{
    struct failure_file file;

    if (strlen(directory) + sizeof("/random-.raft") + 20 >= sizeof(file.path)) {
        errno = ENAMETOOLONG;
        return false;
    }
    return access(directory, W_OK | X_OK) == 0;
}

int random_run(const struct random_search *search, FILE *out, FILE *err)
{
    const struct sigaction action = {.sa_handler = on_interrupt};
    struct sigaction before;
    struct jobs jobs;
    struct progress progress = {.out = out,
                                .err = err,
                                .is_terminal = isatty(fileno(err)) == 1,
                                .begun = seconds()};

    if (!is_writable(search->directory)) {
        fprintf(err, "raftsim: --directory %s: %s\n", search->directory,
                strerror(errno));
        return RAFTSIM_NO_OUTPUT;
    }
    interrupted = 0;
    fflush(NULL); /* or each process writes what waits there once more */
    sigaction(SIGINT, &action, &before);
    progress.next = progress.begun + (progress.is_terminal ? 1 : 10);

    const bool started = jobs_start(&jobs, search) == 0;
    const int cause = errno;

    if (started) {
        follow(&progress, &jobs);
    }
    clear_line(&progress);
    sigaction(SIGINT, &before, NULL);
    if (!started) {
        fprintf(err, "raftsim: no process can be started: %s\n",
                strerror(cause));
        return RAFTSIM_NO_PROCESS;
    }
    return sum_up(&progress, search);
}
