/* SPDX-License-Identifier: MIT
 *
 * test_random_search.c - raftsim --random: seeds, totals, files, exit codes.
 */
#include "tests/t.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/raftsim/program.h"
#include "cmd/raftsim/random/failure.h"
#include "cmd/raftsim/scenario/player.h"

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

/* ---- The file of a failure ----------------------------------------------- */

static char directory[] = "/tmp/raftsim-random-XXXXXX";

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) == NULL ? -1 : 0;
}

static int remove_directory(void **state)
{
    char path[FAILURE_PATH_BYTES];

    (void)state;
    snprintf(path, sizeof(path), "%s/random-4.raft", directory);
    (void)unlink(path);
    return rmdir(directory);
}

static void assert_begins(const char *path, const char *expected)
{
    char text[600] = "";
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);
    if (strncmp(text, expected, strlen(expected)) != 0) {
        fail_msg("%s begins\n%s", path, text);
    }
}

/* What shows only at the end cannot be shrunk: all of it, and it plays. */
static void a_run_that_cannot_be_shrunk_is_written_whole(void **state)
{
    const struct chaos_verdict verdict = {
        CHAOS_NOT_LIVE, "Liveness: left in peace, yet no leader"};
    struct failure_file file;
    struct scenario_error error;

    (void)state;
    failure_write(4, 300, directory, &verdict, &file);
    assert_int_equal(file.error, 0);
    assert_false(file.replays);
    t_u64_eq(file.line_count, file.tape_line_count);
    assert_begins(
        file.path,
        "# Liveness: left in peace, yet no leader\n"
        "# The run it is from: raftsim --random --seeds 4 --events 300\n"
        "# The whole run: what is wrong shows only to who looks back from its "
        "end,\n"
        "# so it cannot be made shorter, and playing it reports no failure.\n"
        "servers 5\n"
        "options paper ");

    struct scenario *scenario = scenario_read(file.path, &error);

    assert_non_null(scenario);
    assert_int_equal(player_play(scenario, NULL, &error), PLAYER_OK);
    scenario_free(scenario);
}

static void a_failure_that_does_not_come_back_is_said_to_be_so(void **state)
{
    const struct chaos_verdict verdict = {CHAOS_UNSAFE, "Fig3:ES: never so"};
    struct failure_file file;

    (void)state;
    failure_write(4, 300, directory, &verdict, &file);
    assert_int_equal(file.error, 0);
    assert_false(file.replays);
    assert_begins(
        file.path,
        "# Fig3:ES: never so\n"
        "# The run it is from: raftsim --random --seeds 4 --events 300\n"
        "# Playing these lines does not show it: please report that.\n");
}

static void a_file_that_cannot_be_written_is_an_error(void **state)
{
    const struct chaos_verdict verdict = {CHAOS_NOT_LIVE, "Liveness: none"};
    struct failure_file file;

    (void)state;
    failure_write(4, 100, "/nowhere/at/all", &verdict, &file);
    assert_int_equal(file.error, ENOENT);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_seed_is_run_and_counted),
    cmocka_unit_test(jobs_only_share_the_work),
    cmocka_unit_test(what_never_came_up_is_named),
    cmocka_unit_test(a_run_that_cannot_be_shrunk_is_written_whole),
    cmocka_unit_test(a_failure_that_does_not_come_back_is_said_to_be_so),
    cmocka_unit_test(a_file_that_cannot_be_written_is_an_error),
};

int main(void)
{
    return cmocka_run_group_tests_name(__FILE__, tests, make_directory,
                                       remove_directory);
}
