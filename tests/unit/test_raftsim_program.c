/* SPDX-License-Identifier: MIT
 *
 * test_raftsim_program.c - what raftsim says, and how it ends.
 */
#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/raftsim/program.h"

#define START "servers 3\nelect S1\n"

struct outcome {
    int code;
    char *out;
    char *err;
};

static struct outcome run_program(int argc, char **argv)
{
    struct outcome outcome;
    size_t out_size;
    size_t err_size;
    FILE *out = open_memstream(&outcome.out, &out_size);
    FILE *err = open_memstream(&outcome.err, &err_size);

    assert_non_null(out);
    assert_non_null(err);
    outcome.code = raftsim_main(argc, argv, out, err);
    fclose(out);
    fclose(err);
    return outcome;
}

static void free_outcome(struct outcome *outcome)
{
    free(outcome->out);
    free(outcome->err);
}

static void write_file(char *path, const char *text)
{
    const int file = mkstemp(path);

    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
}

static int count_words(char *const *words)
{
    int count = 0;

    while (words[count] != NULL) {
        count++;
    }
    return count;
}

static void exit_codes_tell_failed_usage_and_bad_apart(void **state)
{
    char good[] = "/tmp/raftsim-good-XXXXXX";
    char failed[] = "/tmp/raftsim-failed-XXXXXX";
    char bad[] = "/tmp/raftsim-bad-XXXXXX";
    char name[] = "raftsim";
    char missing[] = "/nowhere/x.raft";
    char flag[] = "--chek";
    struct {
        char *words[4];
        int code;
        const char *err;
    } cases[] = {
        {{name, good}, RAFTSIM_OK, ""},
        {{name, good, failed}, RAFTSIM_FAILED, "on S1 it is 1"},
        {{name, bad, failed}, RAFTSIM_BAD_SCENARIO, "no such verb"},
        {{name, missing}, RAFTSIM_BAD_SCENARIO, "No such file"},
        {{name}, RAFTSIM_USAGE, "name a scenario"},
        {{name, flag, good}, RAFTSIM_USAGE, "--chek"},
    };

    (void)state;
    write_file(good, START);
    write_file(failed, START "expect S1.term=7\n");
    write_file(bad, "sleep\n");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct outcome outcome =
            run_program(count_words(cases[i].words), cases[i].words);

        assert_int_equal(outcome.code, cases[i].code);
        assert_non_null(strstr(outcome.err, cases[i].err));
        free_outcome(&outcome);
    }
    unlink(good);
    unlink(failed);
    unlink(bad);
}

/* Fails the test unless the options, split at blanks, are refused so. */
static void is_refused(const char *options, const char *err)
{
    char words[128];
    char *argv[8] = {"raftsim"};
    int argc = 1;

    snprintf(words, sizeof(words), "%s", options);
    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " ")) {
        argv[argc++] = w;
    }

    struct outcome outcome = run_program(argc, argv);

    assert_int_equal(outcome.code, RAFTSIM_USAGE);
    assert_string_equal(outcome.out, "");
    if (strstr(outcome.err, err) != outcome.err + strlen("raftsim: ")) {
        fail_msg("%s: '%s', not '%s'", options, outcome.err, err);
    }
    free_outcome(&outcome);
}

#define FIG8      "tests/scenarios/fig8.raft"
#define FIG8_SAFE "tests/scenarios/fig8-safe.raft"

static void an_option_without_what_it_goes_with_is_refused(void **state)
{
    (void)state;
    is_refused("--seeds 1..10", "--seeds goes with --random\n");
    is_refused("--explore --seeds 1..1000", "--seeds goes with --random\n");
    is_refused("--events 5 " FIG8, "--events goes with --random\n");
    is_refused(FIG8 " --jobs 2", "--jobs goes with --random\n");
    is_refused("--world figure8", "--world goes with --explore\n");
    is_refused("--random --world tiny", "--world goes with --explore\n");
    is_refused(FIG8 " --directory .", "--directory goes with --random or");
    is_refused("--worlds --directory .", "--directory goes with --random or");
    is_refused("--random --check", "--check goes with a scenario\n");
    is_refused("--explore --format json", "--format goes with a scenario\n");
}

static void two_tasks_are_refused(void **state)
{
    static const char one_at_a_time[] =
        "a scenario, --random, --explore and --worlds: one at a time\n";

    (void)state;
    is_refused("--random --explore", one_at_a_time);
    is_refused("--explore --worlds", one_at_a_time);
    is_refused("--random " FIG8, one_at_a_time);
    is_refused("--explore " FIG8, one_at_a_time);
    is_refused("--worlds " FIG8, one_at_a_time);
}

static void a_picture_is_of_one_scenario(void **state)
{
    (void)state;
    is_refused("--format svg " FIG8 " " FIG8_SAFE,
               "--format json, mermaid and");
    is_refused("--format mermaid " FIG8 " " FIG8_SAFE,
               "--format json, mermaid and");
    is_refused("--format json " FIG8 " " FIG8_SAFE,
               "--format json, mermaid and");
    is_refused("--check --format svg " FIG8, "--check prints nothing");
}

static void a_text_is_of_many_scenarios(void **state)
{
    char words[][32] = {"raftsim", "--format", "text", FIG8, FIG8_SAFE};
    char *argv[] = {words[0], words[1], words[2], words[3], words[4]};

    (void)state;

    struct outcome outcome = run_program(5, argv);

    assert_int_equal(outcome.code, RAFTSIM_OK);
    assert_non_null(strstr(outcome.out, "Figure 8: "));
    assert_non_null(strstr(outcome.out, "Figure 8 (e): "));
    free_outcome(&outcome);
}

/* What a terminal would obey; but lines may end as elsewhere. */
static void control_characters_are_no_text(void **state)
{
    static const struct {
        const char *text;
        const char *err; /* behind the name of the file; NULL: fine */
    } cases[] = {
        {"title \033[2J\nservers 1\ntick\n", ":1: not a text: a control"},
        {START "say a\rb\n", ":3: not a text: a control character in it\n"},
        {START "mark \x7f\n", ":3: not a text: a control"},
        {START "put S1 x=\a\n", ":3: not a text: a control"},
        {START "say \xc2\x9b[2J\n", ":3: not a text: a control"},
        {"title\ta\tb\r\nservers 1\r\nsay \xc2\xa0\r\ntick\r\n", NULL},
    };
    char name[] = "raftsim";

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char path[] = "/tmp/raftsim-control-XXXXXX";
        char *words[] = {name, path, NULL};

        write_file(path, cases[i].text);

        struct outcome outcome = run_program(2, words);

        unlink(path);
        if (cases[i].err == NULL) {
            assert_int_equal(outcome.code, RAFTSIM_OK);
        } else {
            assert_int_equal(outcome.code, RAFTSIM_BAD_SCENARIO);
            assert_non_null(strstr(outcome.err, cases[i].err));
        }
        free_outcome(&outcome);
    }
}

/* Wherever in it the writing failed. */
static void what_cannot_be_written_is_told(void **state)
{
    char name[] = "raftsim";
    char format[] = "--format";
    char formats[][8] = {"text", "json", "mermaid", "svg"};
    char path[] = "tests/scenarios/fig8.raft";

    (void)state;
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        char *words[] = {name, format, formats[i], path, NULL};
        FILE *out = fopen("/dev/full", "w");
        FILE *err = fopen("/dev/null", "w");

        assert_non_null(out);
        assert_non_null(err);
        assert_int_equal(raftsim_main(4, words, out, err), RAFTSIM_NO_OUTPUT);
        fclose(out);
        fclose(err);
    }
}

static void check_prints_only_what_fails(void **state)
{
    char path[] = "/tmp/raftsim-good-XXXXXX";
    char name[] = "raftsim";
    char check[] = "--check";
    char *words[] = {name, check, path};

    (void)state;
    write_file(path, START);

    struct outcome quiet = run_program(3, words);
    words[1] = path;
    struct outcome loud = run_program(2, words);

    assert_int_equal(quiet.code, RAFTSIM_OK);
    assert_string_equal(quiet.out, "");
    assert_non_null(strstr(loud.out, "S1 leader"));
    free_outcome(&quiet);
    free_outcome(&loud);
    unlink(path);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(exit_codes_tell_failed_usage_and_bad_apart),
    cmocka_unit_test(an_option_without_what_it_goes_with_is_refused),
    cmocka_unit_test(two_tasks_are_refused),
    cmocka_unit_test(a_picture_is_of_one_scenario),
    cmocka_unit_test(a_text_is_of_many_scenarios),
    cmocka_unit_test(control_characters_are_no_text),
    cmocka_unit_test(what_cannot_be_written_is_told),
    cmocka_unit_test(check_prints_only_what_fails),
};

T_MAIN(tests)
