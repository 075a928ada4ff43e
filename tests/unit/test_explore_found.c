/* SPDX-License-Identifier: MIT
 *
 * test_explore_found.c - what the exhaustive search says of what it finds, and
 * of what it cannot do.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cmd/raftsim/explore/counterexample.h"
#include "cmd/raftsim/explore/explore.h"
#include "cmd/raftsim/explore/search.h"
#include "cmd/raftsim/program.h"
#include "tests/t.h"

#define MEMORY ((size_t)1 << 30)

static const struct explore_world tiny = {
    .name = "tiny", .terms = 1, .entries = 1, .duplicates = 1, .in_flight = 2};

/* A past in which S3 led the first term: who leads it now is one too many. */
static void shortest_way_to_a_second_leader_is_printed(void **state)
{
    const struct explore_history past = {.leaders = {0, 3}};
    struct explore_search *search = search_create(&tiny, MEMORY);
    char *text = NULL;
    size_t byte_count = 0;
    FILE *file = open_memstream(&text, &byte_count);

    (void)state;
    assert_non_null(file);
    search->past = &past;
    search_run(search, NULL);
    assert_string_equal(search->broken, "Fig3:ES: S3 and S1 both led term 1");
    t_u64_eq(search->depth, 3);
    counterexample_print(search, file);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(
        text, "title    Fig3:ES: S3 and S1 both led term 1\n"
              "# Found by raftsim --explore --world tiny, 3 events from the "
              "start:\n# there is no shorter way within its bounds.\n"
              "servers  3\n"
              "options  paper election=2..2 heartbeat=1\n"
              "timeout  S1\n"
              "deliver  S1>S2 request-vote\n"
              "deliver  S2>S1 vote\n");
    free(text);
    search_free(search);
}

static void search_that_lacks_memory_says_so(void **state)
{
    struct explore_search *search = search_create(&tiny, 1 << 20);

    (void)state;
    search_run(search, NULL);
    assert_true(search->stopped);
    assert_true(search->state_count > 1);
    search_free(search);
}

static void unknown_world_is_wrong_usage(void **state)
{
    FILE *out = tmpfile();

    (void)state;
    assert_non_null(out);
    assert_int_equal(explore_run("no-such", ".", out, out), RAFTSIM_USAGE);
    fclose(out);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(shortest_way_to_a_second_leader_is_printed),
    cmocka_unit_test(search_that_lacks_memory_says_so),
    cmocka_unit_test(unknown_world_is_wrong_usage),
};

T_MAIN(tests)
