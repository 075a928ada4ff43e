/* SPDX-License-Identifier: MIT
 *
 * test_random_failure.c - the file that a search writes of a run that fails.
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

/* That is told before the search. */
static void a_directory_must_be_there(void **state)
{
    static char long_name[FAILURE_PATH_BYTES];
    char *argv[] = {"raftsim",     "--random",        "--seeds", "1",
                    "--directory", "/nowhere/at/all", NULL};
    char *text = NULL;
    size_t byte_count = 0;
    FILE *err = open_memstream(&text, &byte_count);

    (void)state;
    assert_non_null(err);
    memset(long_name, '/', sizeof(long_name) - 1);
    assert_int_equal(raftsim_main(6, argv, err, err), RAFTSIM_NO_OUTPUT);
    argv[5] = long_name;
    assert_int_equal(raftsim_main(6, argv, err, err), RAFTSIM_NO_OUTPUT);
    assert_int_equal(fclose(err), 0);
    assert_non_null(strstr(text, "raftsim: --directory /nowhere/at/all: No "
                                 "such file or directory\n"));
    assert_non_null(strstr(text, "/: File name too long\n"));
    assert_null(strstr(text, "schedules"));
    free(text);
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
    cmocka_unit_test(a_run_that_cannot_be_shrunk_is_written_whole),
    cmocka_unit_test(a_failure_that_does_not_come_back_is_said_to_be_so),
    cmocka_unit_test(a_directory_must_be_there),
    cmocka_unit_test(a_file_that_cannot_be_written_is_an_error),
};

int main(void)
{
    return cmocka_run_group_tests_name(__FILE__, tests, make_directory,
                                       remove_directory);
}
