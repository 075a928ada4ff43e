/* SPDX-License-Identifier: MIT
 *
 * test_screen_keys.c - what the keys of raftsim's screen do.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/screen/keys.h"
#include "tests/unit/screen_rig.h"

static const char story[] = "title A story\n"
                            "servers 3\n"
                            "say before all\n"
                            "elect S1 term=1\n"
                            "mark one\n"
                            "put S1 x=1\n"
                            "say Hello there\n"
                            "deliver S1>S2 append\n"
                            "mark two\n"
                            "run\n";

/* ---- Bytes --------------------------------------------------------------- */

static void bytes_are_keys(void **state)
{
    static const struct {
        const char *bytes;
        int key;
        size_t used;
    } rows[] = {{"n", 'n', 1},
                {"\r", KEY_ENTER, 1},
                {"\n", KEY_ENTER, 1},
                {"\177", KEY_BACKSPACE, 1},
                {"\b", KEY_BACKSPACE, 1},
                {"\025", KEY_KILL, 1},
                {"\001", KEY_NONE, 1},
                {"\351", KEY_NONE, 1},
                {"\033[An", KEY_UP, 3},
                {"\033OB", KEY_DOWN, 3},
                {"\033[C", KEY_RIGHT, 3},
                {"\033[D", KEY_LEFT, 3},
                {"\033[H", KEY_HOME, 3},
                {"\033OF", KEY_END, 3},
                {"\033[1~", KEY_HOME, 4},
                {"\033[4~", KEY_END, 4},
                {"\033[5~", KEY_PAGE_UP, 4},
                {"\033[6~", KEY_PAGE_DOWN, 4},
                {"\033[1;5C", KEY_NONE, 6}, /* with Ctrl: another key */
                {"\033[55555~", KEY_NONE, 8},
                {"\033[\003", KEY_NONE, 3},
                {"\033n", KEY_NONE, 2}, /* Alt-n */
                {"\033\033[A", KEY_ESCAPE, 1},
                {"\033", KEY_MORE, 1},
                {"\033[", KEY_MORE, 2},
                {"\033[1", KEY_MORE, 3},
                {"\033O", KEY_MORE, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t used = 0;
        const int key =
            key_take(rows[i].bytes, strlen(rows[i].bytes), false, &used);

        if (key != rows[i].key || (key != KEY_MORE && used != rows[i].used)) {
            fail_msg("row %zu: key %d, %zu bytes", i, key, used);
        }
    }
}

static void when_no_more_comes_escape_is_a_key(void **state)
{
    size_t used;

    (void)state;
    assert_int_equal(key_take("\033", 1, true, &used), KEY_ESCAPE);
    t_u64_eq(used, 1);
    assert_int_equal(key_take("\033[1", 3, true, &used), KEY_NONE);
    t_u64_eq(used, 3);
}

/* ---- Going --------------------------------------------------------------- */

static void going_stops_at_both_ends(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, story);
    rig_sees(&rig, " A story");
    rig_sees(&rig, " say          before all\n");
    rig_press(&rig, "b");
    rig_sees(&rig, "this is the beginning");
    rig_press(&rig, "n");
    rig_sees_no(&rig, "this is the beginning");
    rig_press(&rig, "g4\rn");
    rig_sees(&rig, " event 4/4");
    rig_sees(&rig, "this is the last event");
    rig_press_key(&rig, KEY_HOME);
    rig_sees(&rig, " event 0/4");
    rig_press_key(&rig, KEY_END);
    rig_sees(&rig, " event 4/4");
    rig_leave(&rig);
}

static void marks_are_reached_both_ways(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, story);
    rig_press(&rig, "N");
    rig_sees(&rig, " event 1/4  invariants: ok\n");
    rig_sees(&rig, " mark         one\n");
    rig_press(&rig, "n"); /* now we are in it */
    rig_sees(&rig, " event 2/4  invariants: ok  one\n");
    rig_press_key(&rig, KEY_PAGE_DOWN);
    rig_sees(&rig, " event 3/4");
    rig_press(&rig, "N");
    rig_sees(&rig, "no mark after this event");
    rig_press(&rig, "B");
    rig_sees(&rig, " event 1/4");
    rig_press_key(&rig, KEY_PAGE_UP);
    rig_sees(&rig, "no mark before it");
    rig_leave(&rig);
}

static void numbers_are_checked(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, story);
    rig_press(&rig, "g3");
    rig_sees(&rig, " go to event: 3");
    rig_press_key(&rig, KEY_BACKSPACE);
    rig_press(&rig, "2\r");
    rig_sees(&rig, " event 2/4");
    rig_press(&rig, "g5\r");
    rig_sees(&rig, "'5': events are 0 to 4");
    rig_press(&rig, "g-1\r");
    rig_sees(&rig, "'-1': events are 0 to 4");
    rig_press(&rig, "g4");
    rig_press_key(&rig, KEY_ESCAPE);
    rig_sees(&rig, " event 2/4");
    rig_press(&rig, "g44");
    rig_press_key(&rig, KEY_KILL);
    rig_press(&rig, "\r");
    rig_sees(&rig, " event 2/4");
    rig_press(&rig, "g");
    rig_press_key(&rig, KEY_BACKSPACE); /* nothing left to take away */
    rig_sees(&rig, "[n]ext");
    rig_leave(&rig);
}

static void conditions_are_run_to(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, story);
    rig_press(&rig, "rS1.role=leader S2.term=1\r");
    rig_sees(&rig, " event 1/4");
    rig_press(&rig, "rS1..S3.commit=1\r");
    rig_sees(&rig, "'S1..S3.commit=1': never holds");
    rig_sees(&rig, " event 1/4");
    rig_press(&rig, "rS2.last=1\r");
    rig_sees(&rig, " event 3/4");
    rig_sees(&rig, "*S2 F"); /* as if one had stepped there */
    rig_press(&rig, "rS9.term=1\r");
    rig_sees(&rig, "'S9.term=1': no such server");
    rig_press(&rig, "rS1.read=x\r");
    rig_sees(&rig, "reads can only be expected in a scenario");
    rig_press(&rig, "r\r");
    rig_sees(&rig, " event 3/4");
    rig_leave(&rig);
}

static void words_are_found(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, story);
    rig_press(&rig, "f");
    rig_sees(&rig, "press / and type a word");
    rig_press(&rig, "/s1\r");
    rig_sees(&rig, " event 1/4");
    rig_press(&rig, "f");
    rig_sees(&rig, " event 2/4");
    rig_press(&rig, "F");
    rig_sees(&rig, " event 1/4");
    rig_press(&rig, "F");
    rig_sees(&rig, " event 3/4");
    rig_sees(&rig, "'s1': round the end");
    rig_press(&rig, "/hello\r"); /* what is said counts */
    rig_sees(&rig, " event 2/4");
    rig_press(&rig, "/nowhere\r");
    rig_sees(&rig, "'nowhere' is nowhere");
    rig_sees(&rig, " event 2/4");
    rig_leave(&rig);
}

static void views_are_toggled(void **state)
{
    struct screen_rig rig;
    char *before;

    (void)state;
    rig_watch_text(&rig, story);
    rig_press(&rig, "nnn");
    before = strdup(rig.shown);
    rig_press(&rig, "h");
    rig_sees(&rig, " Keys\n");
    rig_press(&rig, "h");
    assert_string_equal(rig.shown, before);
    rig_press(&rig, "?w");
    rig_sees(&rig, "raft_");
    rig_press_key(&rig, KEY_ESCAPE);
    assert_string_equal(rig.shown, before);
    rig_press(&rig, "mm");
    assert_string_equal(rig.shown, before);
    assert_false(rig.control.done);
    rig_press(&rig, "q");
    assert_true(rig.control.done);
    free(before);
    rig_leave(&rig);
}

static void too_much_typed_is_not_taken(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, story);
    rig_press(&rig, "/");
    for (int i = 0; i < 2 * CONTROL_MAX_TYPED; i++) {
        rig_press(&rig, "x");
    }
    rig_press(&rig, "\r");
    rig_sees(&rig, "xxx");
    rig_leave(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(bytes_are_keys),
    cmocka_unit_test(when_no_more_comes_escape_is_a_key),
    cmocka_unit_test(going_stops_at_both_ends),
    cmocka_unit_test(marks_are_reached_both_ways),
    cmocka_unit_test(numbers_are_checked),
    cmocka_unit_test(conditions_are_run_to),
    cmocka_unit_test(words_are_found),
    cmocka_unit_test(views_are_toggled),
    cmocka_unit_test(too_much_typed_is_not_taken),
};

T_MAIN(tests)
