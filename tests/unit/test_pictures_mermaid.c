/* SPDX-License-Identifier: MIT
 *
 * test_pictures_mermaid.c - a sequence diagram that Mermaid reads: every line
 * is one of those it knows, and no sign in a text means anything to it.
 */
#include "tests/t.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/picture_drawn.h"

/* ---- Lines --------------------------------------------------------------- */

struct lines {
    size_t arrows;
    size_t crosses;
    size_t notes;
};

static bool takes(const char **at, const char *word)
{
    const size_t length = strlen(word);

    if (strncmp(*at, word, length) != 0) {
        return false;
    }
    *at += length;
    return true;
}

/* S1 .. S9 */
static bool takes_server(const char **at)
{
    if ((*at)[0] != 'S' || (*at)[1] < '1' || (*at)[1] > '9') {
        return false;
    }
    *at += 2;
    return true;
}

/* No sign that ends or opens something; #59; is an entity. */
static void is_text(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '#') {
            at++;
            assert_true(isdigit((unsigned char)*at));
            while (isdigit((unsigned char)*at)) {
                at++;
            }
            assert_true(*at == ';');
        } else if (strncmp(at, "<br/>", 5) == 0) {
            at += 4;
        } else if (strchr(";<>%{}\"\\`", *at) != NULL ||
                   iscntrl((unsigned char)*at)) {
            fail_msg("'%c' in: %s", *at, text);
        }
    }
}

static bool is_note(const char *line)
{
    if (!takes(&line, "    Note over ") || !takes_server(&line)) {
        return false;
    }
    if (*line == ',') {
        line++;
        assert_true(takes_server(&line));
    }
    assert_true(takes(&line, ": "));
    is_text(line);
    return true;
}

static bool is_message(const char *line, bool *arrives)
{
    if (!takes(&line, "    ") || !takes_server(&line)) {
        return false;
    }
    if (!takes(&line, "--")) {
        assert_true(takes(&line, "-"));
    }
    *arrives = takes(&line, ">>");
    assert_true(*arrives || takes(&line, "x"));
    assert_true(takes_server(&line) && takes(&line, ": "));
    is_text(line);
    return true;
}

static struct lines read_lines(char *text)
{
    struct lines lines = {0};
    char *line = strtok(text, "\n");

    assert_string_equal(line, "sequenceDiagram");
    line = strtok(NULL, "\n");
    assert_true(strncmp(line, "    title ", 10) == 0);
    is_text(line + 10);
    while ((line = strtok(NULL, "\n")) != NULL) {
        bool arrives = false;

        if (is_note(line)) {
            lines.notes++;
        } else if (strncmp(line, "    participant S", 17) == 0) {
            assert_true(strlen(line) == 18);
        } else if (is_message(line, &arrives)) {
            lines.arrows += arrives ? 1 : 0;
            lines.crosses += arrives ? 0 : 1;
        } else {
            fail_msg("no such line: %s", line);
        }
    }
    return lines;
}

/* ---- All scenarios ------------------------------------------------------- */

static void draws_all(const struct scenario *scenario)
{
    const struct drawn_messages expected = drawn_messages(scenario);
    struct drawn drawn = drawn_picture(scenario, PICTURE_MERMAID);
    struct drawn again = drawn_picture(scenario, PICTURE_MERMAID);

    assert_int_equal(drawn.result, PLAYER_OK);
    assert_string_equal(drawn.text, again.text);
    assert_true(strlen(drawn.text) < 50000); /* what GitHub takes */

    const bool whole = strstr(drawn.text, " are left out\n") == NULL;
    const struct lines lines = read_lines(drawn.text);

    if (whole) {
        t_u64_eq(lines.arrows, expected.arrived);
        t_u64_eq(lines.crosses, expected.lost);
    }
    free(drawn.text);
    free(again.text);
}

static void mermaid_draws_each_message_when_it_is_received(void **state)
{
    (void)state;
    drawn_each(draws_all);
}

/* ---- One of each --------------------------------------------------------- */

static char *draw(const char *text, enum player_result result)
{
    struct scenario *scenario = drawn_parse(text);
    struct drawn drawn = drawn_picture(scenario, PICTURE_MERMAID);

    assert_int_equal(drawn.result, result);
    scenario_free(scenario);
    return drawn.text;
}

static void mermaid_escapes_what_it_would_take_for_something_else(void **state)
{
    char *text = draw("title a;b %%{d} \"e\" <f> \\ \001 \xff\n"
                      "servers 2\n"
                      "say x;y#z\n"
                      "elect S1\n",
                      PLAYER_OK);

    (void)state;
    assert_non_null(strstr(text, "title a#59;b #37;#37;#123;d#125; "
                                 "#34;e#34; #60;f#62; #92;   "
                                 "\xef\xbf\xbd\n"));
    assert_non_null(strstr(text, "x#59;y#35;z\n"));
    read_lines(text);
    free(text);
}

static void mermaid_leaves_heartbeats_out_of_what_is_too_long(void **state)
{
    char *text = draw("servers 5\nelect S1\nput S1 x=1\nrun 400\n", PLAYER_OK);

    (void)state;
    assert_true(strlen(text) < 50000);
    assert_non_null(strstr(text, " are left out\n"));
    assert_non_null(strstr(text, "append term=1 prev=0:0 entries=1"));
    assert_null(strstr(text, "heartbeat term="));
    read_lines(text);
    free(text);
}

static void mermaid_says_what_clients_hear(void **state)
{
    char *text = draw("servers 1\nelect S1\nput S1 x=1\nget S1 x\n"
                      "disk S1 by-hand\nput S1 x=2\ncrash S1\n",
                      PLAYER_OK);

    (void)state;
    assert_non_null(strstr(text, "    Note over S1: get x: 1\n"));
    assert_non_null(strstr(text, "    Note over S1: put x=2: no answer\n"));
    assert_null(strstr(text, "Note over S1: put x=1"));
    read_lines(text);
    free(text);
}

static void mermaid_of_what_fails_says_so(void **state)
{
    char *text =
        draw("servers 1\ntimeout S1\nexpect S1.role=follower\n", PLAYER_FAILED);

    (void)state;
    assert_non_null(strstr(text, "Note over S1: FAILS: test.raft:3: "));
    read_lines(text);
    free(text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(mermaid_draws_each_message_when_it_is_received),
    cmocka_unit_test(mermaid_escapes_what_it_would_take_for_something_else),
    cmocka_unit_test(mermaid_leaves_heartbeats_out_of_what_is_too_long),
    cmocka_unit_test(mermaid_says_what_clients_hear),
    cmocka_unit_test(mermaid_of_what_fails_says_so),
};

T_MAIN(tests)
