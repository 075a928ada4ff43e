/* SPDX-License-Identifier: MIT
 *
 * test_random_shrink.c - long scenarios become short ones that fail alike.
 *
 * The core does not fail, so a condition does it that cannot hold for ever:
 * "nobody ever applies entry 2".
 */
#include "tests/t.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/raftsim/program.h"
#include "cmd/raftsim/random/failure.h"
#include "cmd/raftsim/random/shrink_internal.h"
#include "cmd/raftsim/scenario/player.h"

enum { MANY = 4000000, ENOUGH = 1000000 };

static struct scenario *parse(const char *text)
{
    struct scenario_error error;
    struct scenario *scenario = scenario_parse("story", text, &error);

    if (scenario == NULL) {
        fail_msg("%s", error.text);
    }
    return scenario;
}

/* What is left of a story, and of what it breaks; free it. */
static char *shrink_text(const char *story, uint64_t most_events,
                         char property[SHRINK_PROPERTY_BYTES])
{
    struct scenario *scenario = parse(story);
    struct shrink *shrink = shrink_create(scenario, most_events);
    char *text = NULL;
    size_t byte_count = 0;
    FILE *out = open_memstream(&text, &byte_count);

    assert_non_null(shrink);
    assert_non_null(out);
    shrink_run(shrink);
    snprintf(property, SHRINK_PROPERTY_BYTES, "%s", shrink_property(shrink));
    shrink_write(shrink, out);
    assert_int_equal(fclose(out), 0);
    shrink_destroy(shrink);
    scenario_free(scenario);
    return text;
}

static void shrinks_to(const char *story, const char *expected)
{
    char property[SHRINK_PROPERTY_BYTES];
    char *text = shrink_text(story, MANY, property);

    assert_string_equal(text, expected);
    free(text);
}

static size_t count_lines(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += *text == '\n' ? 1 : 0;
    }
    return count;
}

/* ---- Stories written by hand --------------------------------------------- */

static void what_does_not_matter_goes(void **state)
{
    (void)state;
    shrinks_to("servers 3\n"
               "put S1 x=1\n"
               "cut S3\n"
               "timeout S1\n"
               "heal\n"
               "tick S2 4\n"
               "crash S2\n"
               "expect S2.role=follower\n"
               "restart S2\n",
               "servers 2\n"
               "crash S2\n"
               "expect S2.role=follower\n");
}

static void elections_are_said_and_words_made_simple(void **state)
{
    (void)state;
    shrinks_to("servers 1\n"
               "options default seed=3 heartbeat=2\n"
               "tick S1 9\n"
               "tick S1 30 at-once\n"
               "put S1 a=1 b=2 c=3\n"
               "expect S1.applied<3\n",
               "servers 1\n"
               "timeout S1\n"
               "put S1 a=1 b=2 c=3\n"
               "expect S1.applied<3\n");
}

/* One that must stay as it is does not keep the others from being said. */
static void as_many_elections_are_said_as_bear_it(void **state)
{
    struct scenario *scenario = parse("servers 3\n"
                                      "options paper election=10..10\n"
                                      "tick S1 10\n"
                                      "tick S2 20\n" /* two elections */
                                      "expect S2.term<2\n");
    struct shrink *shrink = shrink_create(scenario, MANY);
    char *text = NULL;
    size_t byte_count = 0;
    FILE *out = open_memstream(&text, &byte_count);

    (void)state;
    assert_non_null(shrink);
    assert_non_null(out);
    shrink_prepare(shrink);
    shrink_write(shrink, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "servers 3\n"
                              "options paper election=10..10\n"
                              "timeout S1\n"
                              "tick S2 20\n"
                              "expect S2.term<2\n");
    free(text);
    shrink_destroy(shrink);
    scenario_free(scenario);
}

static void ticks_that_are_needed_are_counted(void **state)
{
    (void)state;
    shrinks_to("servers 1\n"
               "timeout S1\n"
               "tick S1\n"
               "get S1 a\n"
               "tick S1\n"
               "tick S1 5\n"
               "put S1 a=1\n"
               "expect S1.applied=0\n",
               "servers 1\n"
               "timeout S1\n"
               "put S1 a=1\n"
               "expect S1.applied=0\n");
    shrinks_to("servers 2\n"
               "elect S1\n"
               "tick S1\n"
               "tick S2\n"
               "tick S1\n"
               "tick S2\n"
               "tick S1\n"
               "tick S2\n"
               "expect S1.in_flight=0\n",
               "servers 2\n"
               "elect S1\n"
               "tick S1 3\n"
               "expect S1.in_flight=0\n");
}

static void what_makes_no_sense_any_more_goes(void **state)
{
    (void)state;
    shrinks_to("servers 3\n"
               "timeout S1\n"
               "dup S1>S2 request-vote\n"
               "timeout S2\n"
               "deliver S1>S2 request-vote nth=2\n"
               "drop S1>S3 request-vote nth=1\n"
               "deliver S2>S1 vote\n"
               "expect S2.term=0\n",
               "servers 2\n"
               "timeout S2\n"
               "expect S2.term=0\n");
}

static void another_failure_is_not_the_same(void **state)
{
    char property[SHRINK_PROPERTY_BYTES];
    char *text = shrink_text("servers 1\n"
                             "timeout S1\n"
                             "expect S1.term=1\n"
                             "timeout S1\n" /* makes no sense */
                             "put S1 x=1\n"
                             "expect S1.commit=0\n",
                             MANY, property);

    (void)state;
    assert_string_equal(property, "'S1.commit=0'");
    assert_string_equal(text, "servers 1\n"
                              "timeout S1\n"
                              "put S1 x=1\n"
                              "expect S1.commit=0\n");
    free(text);
}

static void what_does_not_fail_is_not_shrunk(void **state)
{
    struct scenario *scenario = parse("servers 1\ntick\n");

    (void)state;
    assert_null(shrink_create(scenario, MANY));
    scenario_free(scenario);
}

/* ---- Recorded runs ------------------------------------------------------- */

/* A run as it was written down, and a last line; free it. */
static char *record(uint64_t seed, uint64_t inputs, const char *last)
{
    static struct chaos_totals totals;
    char *text = NULL;
    size_t byte_count = 0;
    FILE *tape = open_memstream(&text, &byte_count);
    const struct chaos_plan plan = {
        .seed = seed, .input_count = inputs, .tape = tape};

    assert_non_null(tape);
    (void)chaos_run(&plan, &totals);
    fputs(last, tape);
    assert_int_equal(fclose(tape), 0);
    return text;
}

static void a_recorded_run_becomes_a_short_story(void **state)
{
    (void)state;
    for (uint64_t seed = 2; seed <= 9; seed++) {
        char property[SHRINK_PROPERTY_BYTES];
        char *tape = record(seed, 1500, "expect S1.role!=down S1.applied<2\n");
        char *text = shrink_text(tape, ENOUGH, property);
        struct scenario_error error;
        struct scenario *scenario = parse(text);

        assert_string_equal(property, "'S1.applied<2'");
        assert_true(count_lines(tape) > 700);
        assert_in_range(count_lines(text), 4, 39);
        assert_int_equal(player_play(scenario, NULL, &error), PLAYER_FAILED);
        assert_non_null(strstr(error.text, "'S1.applied<2'"));
        scenario_free(scenario);
        free(text);
        free(tape);
    }
}

/* Out of patience: it is longer, and still fails alike. */
static void an_end_is_set_to_shrinking(void **state)
{
    char property[SHRINK_PROPERTY_BYTES];
    char *tape = record(2, 1500, "expect S1.role!=down S1.applied<2\n");
    char *hasty = shrink_text(tape, 3000, property);
    char *patient = shrink_text(tape, MANY, property);
    struct scenario *scenario = parse(hasty);
    struct scenario_error error;

    (void)state;
    assert_true(count_lines(hasty) > count_lines(patient));
    assert_int_equal(player_play(scenario, NULL, &error), PLAYER_FAILED);
    scenario_free(scenario);
    free(tape);
    free(hasty);
    free(patient);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_does_not_matter_goes),
    cmocka_unit_test(elections_are_said_and_words_made_simple),
    cmocka_unit_test(as_many_elections_are_said_as_bear_it),
    cmocka_unit_test(ticks_that_are_needed_are_counted),
    cmocka_unit_test(what_makes_no_sense_any_more_goes),
    cmocka_unit_test(another_failure_is_not_the_same),
    cmocka_unit_test(what_does_not_fail_is_not_shrunk),
    cmocka_unit_test(a_recorded_run_becomes_a_short_story),
    cmocka_unit_test(an_end_is_set_to_shrinking),
};

T_MAIN(tests)
