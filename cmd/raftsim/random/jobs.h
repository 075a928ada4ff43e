/* SPDX-License-Identifier: MIT
 *
 * jobs.h - processes that run seeds and report each one through a pipe.
 */
#ifndef RAFTSIM_JOBS_H
#define RAFTSIM_JOBS_H

#include <sys/types.h>

#include "cmd/raftsim/random/failure.h"
#include "cmd/raftsim/random/random.h"

enum { JOBS_MAX = 256 };

enum job_news {
    JOB_RAN = 1, /* a seed; totals are its own */
    JOB_FAILED,  /* the same, and its verdict; the file is being made */
    JOB_WROTE    /* the file */
};

struct job_report {
    enum job_news news;
    uint64_t seed;
    struct chaos_verdict verdict;
    struct chaos_totals totals;
    struct failure_file file;
};

struct job {
    pid_t process;
    int pipe;        /* -1: it has ended */
    uint64_t seed;   /* the one it runs now */
    bool is_failing; /* its failure is told, its file is not written yet */
};

struct jobs {
    const struct random_search *search;
    size_t count;
    struct job jobs[JOBS_MAX];
};

/* Start them; 0, or -1 with errno: none runs. */
int jobs_start(struct jobs *jobs, const struct random_search *search);

/*
 * Wait for the next report. 1: it is in *report, of *job. 0: time out, or a
 * signal came. -1: all have ended. A job that ended without a reason of its
 * own is reported as the failure of its seed, news JOB_WROTE and no file.
 */
int jobs_wait(struct jobs *jobs, int timeout_ms, struct job **job,
              struct job_report *report);

/* End those that are not in the middle of writing a failure; or all. */
void jobs_stop(struct jobs *jobs, bool all);

#endif
