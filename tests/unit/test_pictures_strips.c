/* SPDX-License-Identifier: MIT
 *
 * test_pictures_strips.c - a long story is broken into strips, so that it fits
 * on a slide; what goes over a break is seen on both sides.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/picture_drawn.h"
#include "tests/unit/xml_check.h"

enum { MOST_WIDTH = 2000 };

static char *draw(const char *text)
{
    struct scenario *scenario = drawn_parse(text);
    struct drawn drawn = drawn_picture(scenario, PICTURE_SVG);

    assert_int_equal(drawn.result, PLAYER_OK);
    xml_is_well_formed(drawn.text);
    scenario_free(scenario);
    return drawn.text;
}

static unsigned long width_of(const char *svg)
{
    const char *width = strstr(svg, " width=\"");

    assert_non_null(width);
    return strtoul(width + strlen(" width=\""), NULL, 10);
}

/* Every strip names every server. */
static size_t strips_of(const char *svg, size_t server_count)
{
    const size_t names = drawn_count_of(svg, "<text class=\"name\"");

    t_u64_eq(names % server_count, 0);
    return names / server_count;
}

static void fits(const struct scenario *scenario)
{
    struct drawn drawn = drawn_picture(scenario, PICTURE_SVG);

    assert_true(width_of(drawn.text) <= MOST_WIDTH);
    free(drawn.text);
}

static void svg_is_never_wider_than_a_slide(void **state)
{
    (void)state;
    drawn_each(fits);
}

static void svg_of_a_short_story_is_one_strip(void **state)
{
    char *svg = draw("servers 3\n"
                     "elect S1\n");

    (void)state;
    t_u64_eq(strips_of(svg, 3), 1);
    assert_null(strstr(svg, ">after "));
    free(svg);
}

/* One event that is far too long: it is said once, and goes on. */
static void svg_breaks_within_a_long_event(void **state)
{
    char *svg = draw("servers 3\n"
                     "elect S1\n"
                     "run 200\n");

    (void)state;
    assert_true(width_of(svg) <= MOST_WIDTH);
    assert_true(strips_of(svg, 3) > 2);
    assert_non_null(strstr(svg, ">during 2<"));
    t_u64_eq(drawn_count_of(svg, ">run 200<"), 1);
    free(svg);
}

#define WRITE      \
    "put S1 x=1\n" \
    "run\n"
#define WRITES WRITE WRITE WRITE

/* 1: elect; 2 to 7: three writes; then the mark. */
static void svg_breaks_where_a_mark_is(void **state)
{
    char *svg = draw("servers 3\n"
                     "elect S1\n" WRITES "mark the second half\n" WRITES);

    (void)state;
    t_u64_eq(strips_of(svg, 3), 2);
    assert_non_null(strstr(svg, ">after 7<"));
    free(svg);
}

/* From <g class="message"> to </g>: one line, or two and one head. */
static size_t count_broken(const char *svg)
{
    static const char begin[] = "<g class=\"message\"";
    size_t broken = 0;

    while ((svg = strstr(svg, begin)) != NULL) {
        const char *end = strstr(svg, "</g>");
        const size_t lines = drawn_count_until(svg, end, "<line ");

        assert_true(lines == 1 || lines == 2);
        if (lines == 2) {
            t_u64_eq(drawn_count_until(svg, end, "marker-end="), 1);
            t_u64_eq(drawn_count_until(svg, end, " late\""), 2);
            broken++;
        }
        svg = end;
    }
    return broken;
}

static void svg_breaks_the_arrow_of_a_late_message(void **state)
{
    char *svg = draw("servers 3\n"
                     "elect S1\n"
                     "run\n"
                     "hold S1>S2\n"
                     "put S1 x=1\n" WRITES "mark what was late arrives\n" WRITES
                     "deliver S1>S2 append nth=1\n");

    (void)state;
    assert_true(strips_of(svg, 3) >= 2);
    t_u64_eq(count_broken(svg), 1);
    assert_non_null(strstr(svg, ">to S2 (17)<"));
    assert_non_null(strstr(svg, ">from S1 (4)<"));
    free(svg);
}

/* A strip begins with who is what, and who is down. */
static void svg_says_the_roles_where_a_strip_begins(void **state)
{
    char *svg = draw("servers 3\n"
                     "elect S1\n"
                     "crash S3\n" WRITES "mark the second half\n" WRITES);

    (void)state;
    t_u64_eq(strips_of(svg, 3), 2);
    assert_non_null(strstr(svg, ">leader 1<"));
    assert_non_null(strstr(svg, ">follower 1<"));
    t_u64_eq(drawn_count_of(svg, ">crash<"), 1);
    t_u64_eq(drawn_count_of(svg, "\"down\""), 2);
    t_u64_eq(drawn_count_of(svg, ">down<"), 2); /* and in the legend */
    free(svg);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(svg_is_never_wider_than_a_slide),
    cmocka_unit_test(svg_of_a_short_story_is_one_strip),
    cmocka_unit_test(svg_breaks_within_a_long_event),
    cmocka_unit_test(svg_breaks_where_a_mark_is),
    cmocka_unit_test(svg_breaks_the_arrow_of_a_late_message),
    cmocka_unit_test(svg_says_the_roles_where_a_strip_begins),
};

T_MAIN(tests)
