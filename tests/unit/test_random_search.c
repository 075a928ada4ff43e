/* SPDX-License-Identifier: MIT
 *
 * test_random_search.c - raftsim --random: seeds, totals, jobs, exit codes.
 */
#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/raftsim/program.h"
#include "cmd/raftsim/random/jobs.h"

/* ---- The command line ---------------------------------------------------- */

struct said {
    int code;
    char *out;
    char *err;
};

static struct said run(const char *seeds, const char *events, const char *jobs)
{
    char *argv[] = {"raftsim",  "--random",
                    "--seeds",  (char *)(uintptr_t)seeds,
                    "--events", (char *)(uintptr_t)events,
                    "--jobs",   (char *)(uintptr_t)jobs,
                    NULL};
    struct said said = {0};
    size_t out_bytes = 0;
    size_t err_bytes = 0;
    FILE *out = open_memstream(&said.out, &out_bytes);
    FILE *err = open_memstream(&said.err, &err_bytes);

    assert_non_null(out);
    assert_non_null(err);
    said.code = raftsim_main(8, argv, out, err);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(fclose(err), 0);
    return said;
}

static void forget(struct said *said)
{
    free(said->out);
    free(said->err);
}

static void every_seed_is_run_and_counted(void **state)
{
    struct said said = run("11..17", "300", "3");

    (void)state;
    assert_int_equal(said.code, RAFTSIM_OK);
    assert_string_equal(said.err, "");
    assert_non_null(strstr(said.out, "  elections won\n"));
    assert_non_null(strstr(said.out, "\nFig2:AE.3 "));
    assert_non_null(strstr(said.out, "\n7 schedules, "));
    assert_non_null(strstr(said.out, " inputs, no violation, "));
    forget(&said);
}

/* Who runs a seed does not matter, but for the time it takes. */
static void jobs_only_share_the_work(void **state)
{
    struct said alone = run("1..6", "200", "1");
    struct said many = run("1..6", "200", "16");
    const char *alone_end = strstr(alone.out, " no violation");
    const char *many_end = strstr(many.out, " no violation");

    (void)state;
    assert_non_null(alone_end);
    assert_non_null(many_end);
    assert_int_equal(alone_end - alone.out, many_end - many.out);
    assert_memory_equal(alone.out, many.out, (size_t)(alone_end - alone.out));
    forget(&alone);
    forget(&many);
}

static void only_seeds_that_can_be_replayed_are_taken(void **state)
{
    static const char *const bad[] = {"0",
                                      "1..0",
                                      "5..3",
                                      " 5",
                                      "+5",
                                      "-1",
                                      "1.. -5",
                                      "5..",
                                      "..5",
                                      "5..7x",
                                      "",
                                      "1000000000000000",
                                      "1..99999999999999999999"};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct said said = run(bad[i], "1", "1");

        assert_int_equal(said.code, RAFTSIM_USAGE);
        assert_non_null(strstr(said.err, "a seed from 1 on"));
        assert_string_equal(said.out, "");
        forget(&said);
    }
    struct said said = run("999999999999999", "1", "1");

    assert_int_equal(said.code, RAFTSIM_OK);
    assert_non_null(strstr(said.out, "\n1 schedules, "));
    forget(&said);
}

/* Whoever ran a seed and died over its file: it is that seed's failure. */
static void a_job_that_dies_is_the_failure_of_its_seed(void **state)
{
    static const enum job_news last_news[] = {JOB_RAN, JOB_FAILED};
    static struct job_report report;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct jobs jobs = {.count = 3};
        struct job *job = NULL;
        int ends[2];

        memset(&report, 0, sizeof(report));
        report.news = last_news[i];
        report.seed = 7;
        assert_int_equal(pipe(ends), 0);
        jobs.jobs[0] = (struct job){.process = fork(), .pipe = ends[0]};
        jobs.jobs[1].pipe = jobs.jobs[2].pipe = -1;
        if (jobs.jobs[0].process == 0) {
            const bool told =
                write(ends[1], &report, sizeof(report)) == sizeof(report);

            _exit(told ? 3 : 4);
        }
        close(ends[1]);
        assert_int_equal(jobs_wait(&jobs, 60000, &job, &report), 1);
        assert_int_equal(report.news, last_news[i]);
        assert_int_equal(jobs_wait(&jobs, 60000, &job, &report), 1);
        t_u64_eq(report.seed, last_news[i] == JOB_RAN ? 10 : 7);
        assert_string_equal(report.verdict.failure,
                            "Crash: the process that ran this seed ended by "
                            "exit code 3");
        assert_int_equal(jobs_wait(&jobs, 60000, &job, &report), -1);
    }
}

/* Short runs cannot meet everything, however many they are. */
static void short_runs_need_not_meet_everything(void **state)
{
    struct said said = run("1..1000", "1", "0");

    (void)state;
    assert_int_equal(said.code, RAFTSIM_OK);
    assert_null(strstr(said.err, "never: "));
    forget(&said);
}

static void what_never_came_up_is_named(void **state)
{
    static struct chaos_totals totals;
    char *text = NULL;
    size_t byte_count = 0;
    FILE *out = open_memstream(&text, &byte_count);

    (void)state;
    for (int i = 0; i < CHAOS_COUNT_COUNT; i++) {
        totals.counts[i] = 1;
    }
    for (int i = 0; i < RAFT_RULE_COUNT; i++) {
        totals.cluster.rules[i] = (struct raft_rule_count){1, 1};
    }
    assert_non_null(out);
    t_u64_eq(chaos_count_missing(&totals, out), 0);
    totals.counts[CHAOS_PAUSES] = 0;
    totals.cluster.rules[CM_1].declined = 0;
    totals.cluster.rules[AE_4].taken = 0;
    totals.cluster.rules[AE_4].declined = 0; /* no guard: it never does */
    t_u64_eq(chaos_count_missing(&totals, out), 3);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text,
                        "never: pauses, caught up by a leap of the clock\n"
                        "never: Fig2:AE.4 taken\n"
                        "never: Sec542:CM.1 declined\n");
    free(text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_seed_is_run_and_counted),
    cmocka_unit_test(jobs_only_share_the_work),
    cmocka_unit_test(only_seeds_that_can_be_replayed_are_taken),
    cmocka_unit_test(a_job_that_dies_is_the_failure_of_its_seed),
    cmocka_unit_test(short_runs_need_not_meet_everything),
    cmocka_unit_test(what_never_came_up_is_named),
};

T_MAIN(tests)
