/* SPDX-License-Identifier: MIT
 *
 * test_screen_terminal.c - raftsim on a terminal: forward and back, keys,
 * sizes, looks.
 */
#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/pty.h"

static const char fig8[] = "tests/scenarios/fig8.raft";
enum { FIG8_EVENTS = 31 };

typedef struct pty_cell grid[24][80];

static void take_grid(const struct pty *pty, grid to)
{
    for (size_t row = 0; row < 24; row++) {
        memcpy(to[row], pty->cells[row], sizeof(to[row]));
    }
}

/* ---- Forward and back ---------------------------------------------------- */

static void figure_8_to_the_end_and_back_shows_identical_screens(void **state)
{
    grid *forward = calloc(FIG8_EVENTS + 1, sizeof(grid));
    grid *back = calloc(1, sizeof(grid));
    struct pty pty;

    (void)state;
    assert_non_null(forward);
    assert_non_null(back);
    pty_open(&pty, fig8, NULL);
    for (size_t i = 0; i <= FIG8_EVENTS; i++) {
        pty_wait_event(&pty, i);
        take_grid(&pty, forward[i]);
        if (i > 0) {
            assert_memory_not_equal(forward[i], forward[i - 1], sizeof(grid));
        }
        pty_type(&pty, i < FIG8_EVENTS ? "n" : "");
    }
    assert_true(pty_shows(&pty, " event 31/31 "));
    for (size_t i = FIG8_EVENTS; i > 0; i--) {
        pty_type(&pty, "b");
        pty_wait_event(&pty, i - 1);
        take_grid(&pty, *back);
        assert_memory_equal(back, forward[i - 1], sizeof(grid));
    }
    pty_quit(&pty, 0);
    free(forward);
    free(back);
}

static void keys_of_all_kinds_are_understood(void **state)
{
    struct pty pty;

    (void)state;
    pty_open(&pty, fig8, NULL);
    pty_type(&pty, "\033[C"); /* right */
    pty_wait_event(&pty, 1);
    pty_type(&pty, " \r\033OC");
    pty_wait_event(&pty, 4);
    pty_type(&pty, "\033[D");
    pty_wait_event(&pty, 3);
    pty_type(&pty, "\033[F"); /* end */
    pty_wait_event(&pty, FIG8_EVENTS);
    pty_type(&pty, "\033[1~"); /* home */
    pty_wait_event(&pty, 0);
    pty_type(&pty, "g12\177\177"
                   "17\r");
    pty_wait_event(&pty, 17);
    pty_type(&pty, "rS1.term=2\r"); /* never again */
    pty_wait_for(&pty, "'S1.term=2': never holds");
    pty_type(&pty, "g1");
    pty_wait_for(&pty, "go to event: 1");
    pty_type(&pty, "\033"); /* alone: Escape */
    pty_wait_for(&pty, "[q]uit");
    pty_type(&pty, "/elect s5\r");
    pty_wait_for(&pty, "elect S5");
    pty_quit(&pty, 0);
}

static void garbage_changes_nothing(void **state)
{
    grid *before = calloc(2, sizeof(grid));
    struct pty pty;

    (void)state;
    assert_non_null(before);
    pty_open(&pty, fig8, NULL);
    pty_type(&pty, "n");
    pty_wait_event(&pty, 1);
    take_grid(&pty, before[0]);
    pty_type(&pty, "\001\002\377\300\033[99;98;97~\033[200~\033Ox\033x$%&xyz");
    pty_wait_page(&pty);
    pty_type(&pty, "n");
    pty_wait_event(&pty, 2);
    pty_type(&pty, "b");
    pty_wait_event(&pty, 1);
    take_grid(&pty, before[1]);
    assert_memory_equal(before[0], before[1], sizeof(grid));
    pty_quit(&pty, 0);
    free(before);
}

/* ---- Sizes --------------------------------------------------------------- */

static void another_size_is_drawn_at_once(void **state)
{
    static const size_t sizes[][2] = {{40, 120}, {5, 20}, {1, 1}, {60, 200}};
    grid *grids = calloc(2, sizeof(grid));
    struct pty pty;

    (void)state;
    assert_non_null(grids);
    pty_open(&pty, fig8, NULL);
    pty_type(&pty, "g20\r");
    pty_wait_event(&pty, 20);
    take_grid(&pty, grids[0]);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        pty_resize(&pty, sizes[i][0], sizes[i][1]);
        pty_wait_page(&pty);
    }
    assert_true(pty_shows(&pty,
                          "S1 Sec542:CM.1 NOT taken: Counting replicas "
                          "commits only entries of the leader's own term. "
                          "raft_advance_leader_commit() raft/commit.c"));
    pty_resize(&pty, 24, 80);
    pty_wait_page(&pty);
    take_grid(&pty, grids[1]);
    assert_memory_equal(grids[0], grids[1], sizeof(grid));
    pty_quit(&pty, 0);
    free(grids);
}

/* ---- Looks --------------------------------------------------------------- */

static void no_color_means_no_colours(void **state)
{
    static const struct pty_setting plain[] = {{"NO_COLOR", "1"}, {0}};
    struct pty pty;

    (void)state;
    pty_open(&pty, fig8, NULL);
    assert_true(pty.saw_colour);
    assert_true(pty.saw_non_ascii);
    pty_quit(&pty, 0);

    pty_open(&pty, fig8, plain);
    pty_type(&pty, "g20\rwwmmhh");
    pty_wait_event(&pty, 20);
    pty_quit(&pty, 0);
    assert_false(pty.saw_colour);
}

static void another_locale_than_utf8_means_ascii(void **state)
{
    static const struct pty_setting posix[] = {
        {"LC_ALL", ""}, {"LC_CTYPE", NULL}, {"LANG", "C"}, {0}};
    struct pty pty;

    (void)state;
    pty_open(&pty, fig8, posix);
    pty_type(&pty, "g20\rwwmmhh");
    pty_wait_event(&pty, 20);
    assert_true(pty_shows(&pty, "[1]a"));
    pty_quit(&pty, 0);
    assert_false(pty.saw_non_ascii);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(figure_8_to_the_end_and_back_shows_identical_screens),
    cmocka_unit_test(keys_of_all_kinds_are_understood),
    cmocka_unit_test(garbage_changes_nothing),
    cmocka_unit_test(another_size_is_drawn_at_once),
    cmocka_unit_test(no_color_means_no_colours),
    cmocka_unit_test(another_locale_than_utf8_means_ascii),
};

T_MAIN(tests)
