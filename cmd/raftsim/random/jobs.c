/* SPDX-License-Identifier: MIT
 *
 * jobs.c - processes that run seeds and report each one through a pipe.
 */
#include "cmd/raftsim/random/jobs.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- In the process of a job --------------------------------------------- */

static void tell(int pipe, const struct job_report *report)
{
    const char *bytes = (const char *)report;
    size_t left = sizeof(*report);

    while (left > 0) {
        const ssize_t written = write(pipe, bytes, left);

        if (written < 0 && errno != EINTR) {
            _exit(EXIT_FAILURE); /* nobody listens any more */
        }
        if (written > 0) {
            bytes += written;
            left -= (size_t)written;
        }
    }
}

/* The seeds of a job: every so-many-th; up to the first that fails. */
static _Noreturn void work(const struct random_search *search, uint64_t seed,
                           size_t stride, int pipe)
{
    static struct job_report report; /* static: no padding unset */

    for (;; seed += stride) {
        const struct chaos_plan plan = {.seed = seed,
                                        .input_count = search->inputs};

        memset(&report, 0, sizeof(report));
        report.seed = seed;
        report.verdict = chaos_run(&plan, &report.totals);
        report.news = JOB_RAN;
        if (report.verdict.problem != CHAOS_NOTHING) {
            report.news = JOB_FAILED;
            tell(pipe, &report);
            failure_write(seed, search->inputs, search->directory,
                          &report.verdict, &report.file);
            report.news = JOB_WROTE;
            tell(pipe, &report);
            _exit(EXIT_SUCCESS);
        }
        tell(pipe, &report);
        if (search->last_seed - seed < stride) {
            _exit(EXIT_SUCCESS);
        }
    }
}

/* ---- In the process that asked for them ---------------------------------- */

static int start_job(struct jobs *jobs, size_t place, size_t stride)
{
    struct job *job = &jobs->jobs[place];
    int ends[2];

    job->seed = jobs->search->first_seed + place;
    if (pipe(ends) != 0) {
        return -1;
    }
    job->process = fork();
    if (job->process == 0) {
        close(ends[0]);
        signal(SIGINT, SIG_DFL);
        signal(SIGPIPE, SIG_DFL);
        work(jobs->search, job->seed, stride, ends[1]);
    }
    close(ends[1]);
    if (job->process < 0) {
        close(ends[0]);
        return -1;
    }
    job->pipe = ends[0];
    return 0;
}

int jobs_start(struct jobs *jobs, const struct random_search *search)
{
    const uint64_t seed_count = search->last_seed - search->first_seed + 1;
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = search->jobs;

    if (count == 0) {
        count = processors > 0 ? (size_t)processors : 1;
    }
    count = count > JOBS_MAX ? JOBS_MAX : count;
    count = count > seed_count && seed_count > 0 ? (size_t)seed_count : count;
    *jobs = (struct jobs){.search = search};
    for (; jobs->count < count; jobs->count++) {
        if (start_job(jobs, jobs->count, count) != 0) {
            const int cause = errno;

            jobs_stop(jobs, true);
            errno = cause;
            return -1;
        }
    }
    return 0;
}

/* 1: a whole report; 0: the job has ended. */
static int read_report(int pipe, struct job_report *report)
{
    char *bytes = (char *)report;
    size_t left = sizeof(*report);

    while (left > 0) {
        const ssize_t got = read(pipe, bytes, left);

        if (got == 0 || (got < 0 && errno != EINTR)) {
            return 0;
        }
        if (got > 0) {
            bytes += got;
            left -= (size_t)got;
        }
    }
    return 1;
}

/* Its pipe is closed: was it done? */
static bool has_crashed(struct job *job, struct job_report *report)
{
    int status = 0;

    close(job->pipe);
    job->pipe = -1;
    while (waitpid(job->process, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
        return false;
    }
    *report = (struct job_report){.news = JOB_WROTE, .seed = job->seed};
    report->verdict.problem = CHAOS_UNSAFE;
    report->file.error = ECHILD;
    snprintf(report->verdict.failure, sizeof(report->verdict.failure),
             "Crash: the process that ran this seed ended by %s %d",
             WIFSIGNALED(status) ? "signal" : "exit code",
             WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return true;
}

static size_t listen_to(struct jobs *jobs, struct pollfd *polls,
                        struct job **owners)
{
    size_t count = 0;

    for (size_t i = 0; i < jobs->count; i++) {
        if (jobs->jobs[i].pipe >= 0) {
            polls[count] =
                (struct pollfd){.fd = jobs->jobs[i].pipe, .events = POLLIN};
            owners[count++] = &jobs->jobs[i];
        }
    }
    return count;
}

int jobs_wait(struct jobs *jobs, int timeout_ms, struct job **job,
              struct job_report *report)
{
    struct pollfd polls[JOBS_MAX];
    struct job *owners[JOBS_MAX];
    size_t count;

    while ((count = listen_to(jobs, polls, owners)) > 0) {
        if (poll(polls, (nfds_t)count, timeout_ms) <= 0) {
            return 0;
        }
        for (size_t i = 0; i < count; i++) {
            if (polls[i].revents == 0) {
                continue;
            }
            *job = owners[i];
            if (read_report((*job)->pipe, report)) {
                (*job)->is_failing = report->news == JOB_FAILED;
                (*job)->seed =
                    report->seed + (report->news == JOB_RAN ? jobs->count : 0);
                return 1;
            }
            if (has_crashed(*job, report)) {
                return 1;
            }
        }
    }
    return -1;
}

void jobs_stop(struct jobs *jobs, bool all)
{
    for (size_t i = 0; i < jobs->count; i++) {
        struct job *job = &jobs->jobs[i];

        if (job->pipe < 0 || (job->is_failing && !all)) {
            continue;
        }
        kill(job->process, SIGKILL);
        while (waitpid(job->process, NULL, 0) < 0 && errno == EINTR) {
        }
        close(job->pipe);
        job->pipe = -1;
    }
}
