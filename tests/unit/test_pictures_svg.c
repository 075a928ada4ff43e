/* SPDX-License-Identifier: MIT
 *
 * test_pictures_svg.c - the space-time diagram is XML, and draws each message
 * once.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/picture_drawn.h"
#include "tests/unit/xml_check.h"

/* ---- What is drawn ------------------------------------------------------- */

/* From <g class="message"> to </g>, one a line: no number twice; one head for
 * what arrives, however many pieces its arrow has. */
static void check_messages(const char *text,
                           const struct drawn_messages *expected)
{
    static const char begin[] = "<g class=\"message\" data-number=\"";
    struct drawn_messages drawn = {0};
    bool seen[4096] = {false};

    while ((text = strstr(text, begin)) != NULL) {
        const unsigned long number = strtoul(text + strlen(begin), NULL, 10);
        const char *end = strstr(text, "</g>");

        assert_non_null(end);
        assert_true(number < sizeof(seen));
        assert_true(number == 0 || !seen[number]);
        seen[number] = true;
        drawn.sent++;
        drawn.arrived += drawn_count_until(text, end, "marker-end=");
        drawn.lost += drawn_count_until(text, end, "class=\"cross ");
        text = end;
    }
    t_u64_eq(drawn.sent, expected->sent);
    t_u64_eq(drawn.arrived, expected->arrived);
    t_u64_eq(drawn.lost, expected->lost);
}

static void draws_all(const struct scenario *scenario)
{
    const struct drawn_messages messages = drawn_messages(scenario);
    struct drawn drawn = drawn_picture(scenario, PICTURE_SVG);
    struct drawn again = drawn_picture(scenario, PICTURE_SVG);

    assert_int_equal(drawn.result, PLAYER_OK);
    xml_is_well_formed(drawn.text);
    check_messages(drawn.text, &messages);
    assert_string_equal(drawn.text, again.text);
    assert_null(strstr(drawn.text, "<script"));
    t_u64_eq(drawn_count_of(drawn.text, "http"),
             1); /* the name of the format */
    free(drawn.text);
    free(again.text);
}

static void svg_draws_each_message_once_and_crosses_the_lost(void **state)
{
    (void)state;
    drawn_each(draws_all);
}

/* ---- One of each --------------------------------------------------------- */

static char *draw(const char *text, enum player_result result)
{
    struct scenario *scenario = drawn_parse(text);
    struct drawn drawn = drawn_picture(scenario, PICTURE_SVG);

    assert_int_equal(drawn.result, result);
    xml_is_well_formed(drawn.text);
    scenario_free(scenario);
    return drawn.text;
}

static void svg_escapes_any_byte(void **state)
{
    char *svg = draw("title a <b> & \"c\" \001\177 \xff\xef\xbf\xbf\n"
                     "servers 1\n"
                     "mark <m>\n"
                     "say </svg> & more\n"
                     "timeout S1\n",
                     PLAYER_OK);

    (void)state;
    assert_non_null(strstr(svg, "a &lt;b&gt; &amp; &quot;c&quot; "
                                "\xef\xbf\xbd\xef\xbf\xbd "));
    assert_non_null(strstr(svg, "&lt;m&gt;"));
    assert_non_null(strstr(svg, "&lt;/svg&gt; &amp; more"));
    assert_null(strchr(svg, '\xff'));
    assert_null(strstr(svg, "\xef\xbf\xbf"));
    free(svg);
}

static void svg_shows_roles_terms_logs_marks_and_gaps(void **state)
{
    char *svg = draw("servers 1\n"
                     "given S1 log=1,3 term=3\n"
                     "mark the mark\n"
                     "timeout S1\n"
                     "crash S1\n"
                     "restart S1\n",
                     PLAYER_OK);

    (void)state;
    assert_non_null(strstr(svg, "follower, term 3"));
    assert_non_null(strstr(svg, "fill=\"url(#hatch)\""));
    assert_non_null(strstr(svg, ">the mark<"));
    assert_non_null(strstr(svg, "leader"));
    assert_non_null(strstr(svg, ">crash<"));
    assert_non_null(strstr(svg, "class=\"gap\""));
    assert_true(drawn_count_of(svg, "<rect class=\"entry\"") >=
                4); /* start, end */
    free(svg);
}

/* What is written shows in the logs; what is read, or not answered, does not.
 */
static void svg_says_what_clients_hear(void **state)
{
    char *svg = draw("servers 3\n"
                     "elect S1\n"
                     "put S1 x=1\n"
                     "run\n"
                     "get S1 x\n"
                     "run\n"
                     "get S1 y\n"
                     "run\n"
                     "put S1 x=2\n"
                     "crash S1\n"
                     "get S2 x\n",
                     PLAYER_OK);

    (void)state;
    assert_non_null(strstr(svg, ">S1 get x: 1<"));
    assert_non_null(strstr(svg, ">S1 get y: none<"));
    assert_non_null(strstr(svg, ">S1 put x=2: no answer<"));
    assert_non_null(strstr(svg, ">S2 get x: refused<"));
    t_u64_eq(drawn_count_of(svg, "class=\"answer\""), 4);
    free(svg);
}

static void svg_of_what_fails_says_so(void **state)
{
    char *svg = draw("servers 1\n"
                     "timeout S1\n"
                     "expect S1.role=follower\n"
                     "crash S1\n",
                     PLAYER_FAILED);

    (void)state;
    assert_non_null(strstr(svg, ">2 FAILS<"));
    assert_non_null(strstr(svg, ">FAILS: test.raft:3: "));
    assert_null(strstr(svg, ">crash<"));
    free(svg);
}

static void svg_of_nothing_is_a_picture(void **state)
{
    (void)state;
    free(draw("title nothing\n", PLAYER_OK));
    free(draw("servers 9\nexpect S1..S9.role=follower\nsay the end\n",
              PLAYER_OK));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(svg_draws_each_message_once_and_crosses_the_lost),
    cmocka_unit_test(svg_escapes_any_byte),
    cmocka_unit_test(svg_shows_roles_terms_logs_marks_and_gaps),
    cmocka_unit_test(svg_says_what_clients_hear),
    cmocka_unit_test(svg_of_what_fails_says_so),
    cmocka_unit_test(svg_of_nothing_is_a_picture),
};

T_MAIN(tests)
