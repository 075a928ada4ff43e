/* SPDX-License-Identifier: MIT
 *
 * test_screen_pages.c - pages of raftsim's screen: any size, any text, any
 * terminal.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/screen_rig.h"

/* ---- Any size ------------------------------------------------------------ */

static void every_page_has_the_size_of_its_window(void **state)
{
    static const size_t sizes[][2] = {{1, 1},   {1, 80},  {2, 3},   {5, 20},
                                      {8, 30},  {12, 45}, {24, 79}, {23, 80},
                                      {25, 81}, {60, 200}};
    static const char modes[] = "wmh";
    struct screen_rig rig;

    (void)state;
    rig_watch(&rig, "tests/scenarios/fig7-all.raft");
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        rig.rows = sizes[i][0];
        rig.columns = sizes[i][1];
        for (size_t position = 0; position < 10; position++) {
            stage_go(&rig.control.stage, position);
            rig_show(&rig);
            for (size_t mode = 0; modes[mode] != '\0'; mode++) {
                rig_press_key(&rig, modes[mode]);
                rig_press_key(&rig, modes[mode]);
            }
        }
        stage_go(&rig.control.stage, 0);
        rig_press(&rig, "gabc\r");
    }
    rig_leave(&rig);
}

static void a_small_window_says_what_is_missing(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch(&rig, "tests/scenarios/fig8-safe.raft");
    rig.columns = 60;
    rig_show(&rig);
    rig_sees(&rig, "60x24: 80x24 shows all");
    rig_sees(&rig, " S5 -        1    -");
    rig_leave(&rig);
}

static void without_utf8_every_byte_is_ascii(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch(&rig, "tests/scenarios/fig8-safe.raft");
    rig.ascii = true;
    while (rig.control.stage.position < rig.control.stage.event_count) {
        rig_press(&rig, "nwwmmhh");
    }
    rig_sees(&rig, "[1]a"); /* applied */
    rig_sees(&rig, "-----");
    rig_leave(&rig);
}

/* ---- Any text ------------------------------------------------------------ */

static void what_a_text_holds_cannot_reach_the_terminal(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, "title a\033[2Jb\x9bm \xe6\xbc\xa2 \xc3\xa9 \xff\xfe\n"
                         "servers 1\nsay \xcc\x81 \xe2\x80\xae end \xc3\n"
                         "tick\n");
    rig_sees(&rig, " a?[2Jb?m ? \xc3\xa9 ??");
    rig_sees(&rig, " say          ? ? end ?\n");
    rig.ascii = true;
    rig_show(&rig);
    rig_sees(&rig, " a?[2Jb?m ? ? ??");
    rig_leave(&rig);
}

static char *text_of(const struct page *page)
{
    const struct page_look look = {.utf8 = true};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    page_print_text(page, &look, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void check_page(struct page *page, const char *expected)
{
    char *text = text_of(page);

    assert_string_equal(text, expected);
    free(text);
    page_free(page);
}

static void texts_are_shortened_or_wrapped(void **state)
{
    struct page page;

    (void)state;
    page_init(&page, 8);
    page_text(&page, PAGE_PLAIN, "12345678");
    page_line(&page);
    page_text(&page, PAGE_PLAIN, "123456789");
    check_page(&page, "12345678\n1234567…\n");
    page_init(&page, 8);
    page_text(&page, PAGE_PLAIN, "ab ");
    page_wrap(&page, 3, PAGE_PLAIN, "cd ef gh toolong i");
    check_page(&page, "ab cd ef\n   gh\n   tool…\n   i\n");
    page_init(&page, 8);
    page_text(&page, PAGE_PLAIN, "12345678");
    page_right(&page, PAGE_PLAIN, "xy");
    check_page(&page, "123456xy\n");
}

static void the_environment_decides_how_it_looks(void **state)
{
    (void)state;
    setenv("LC_ALL", "", 1);
    setenv("LC_CTYPE", "de_DE.utf8", 1);
    setenv("LANG", "C", 1);
    setenv("NO_COLOR", "", 1);
    assert_true(page_look_of_environment().utf8);
    assert_true(page_look_of_environment().colours);
    setenv("NO_COLOR", "1", 1);
    assert_false(page_look_of_environment().colours);
    setenv("LC_ALL", "de_DE.ISO-8859-1", 1);
    assert_false(page_look_of_environment().utf8);
    setenv("LC_ALL", "en_GB.UTF-8", 1);
    assert_true(page_look_of_environment().utf8);
    unsetenv("LC_ALL");
    unsetenv("LC_CTYPE");
    unsetenv("LANG");
    assert_false(page_look_of_environment().utf8);
}

/* ---- What is written of it ----------------------------------------------- */

static void the_document_shows_what_the_screen_shows(void **state)
{
    static char document[1 << 16];
    FILE *file = fopen("docs/raftsim.md", "r");
    struct screen_rig rig;

    (void)state;
    assert_non_null(file);
    assert_true(fread(document, 1, sizeof(document) - 1, file) > 0);
    fclose(file);
    rig_watch(&rig, "tests/scenarios/fig8.raft");
    rig_press(&rig, "g20\r");
    if (strstr(document, rig.shown) == NULL) {
        fail_msg("docs/raftsim.md shows another page than this:\n%s",
                 rig.shown);
    }
    rig_leave(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_page_has_the_size_of_its_window),
    cmocka_unit_test(a_small_window_says_what_is_missing),
    cmocka_unit_test(without_utf8_every_byte_is_ascii),
    cmocka_unit_test(what_a_text_holds_cannot_reach_the_terminal),
    cmocka_unit_test(texts_are_shortened_or_wrapped),
    cmocka_unit_test(the_environment_decides_how_it_looks),
    cmocka_unit_test(the_document_shows_what_the_screen_shows),
};

T_MAIN(tests)
