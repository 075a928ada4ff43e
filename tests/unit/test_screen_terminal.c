/* SPDX-License-Identifier: MIT
 *
 * test_screen_terminal.c - raftsim on a terminal: forward and back, and the
 * terminal is given back however it ends.
 */
#include "tests/t.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/pty.h"

static const char fig8[] = "tests/scenarios/fig8.raft";
enum { FIG8_EVENTS = 29 };

typedef struct pty_cell grid[24][80];

static void take_grid(const struct pty *pty, grid to)
{
    for (size_t row = 0; row < 24; row++) {
        memcpy(to[row], pty->cells[row], sizeof(to[row]));
    }
}

static void wait_for_event(struct pty *pty, size_t event)
{
    char text[32];

    snprintf(text, sizeof(text), " event %zu/", event);
    pty_wait_for(pty, text);
}

static void start_with(struct pty *pty, const char *path,
                       const struct pty_setting *settings)
{
    pty_start(pty, path, settings, false);
    wait_for_event(pty, 0);
}

static void start(struct pty *pty)
{
    start_with(pty, fig8, NULL);
}

static void quit(struct pty *pty, int code)
{
    int status;

    pty_type(pty, "q");
    pty_wait_left(pty);
    status = pty_wait_exit(pty);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
    pty_check_given_back(pty);
    pty_end(pty);
}

static void killed_by(struct pty *pty, int number)
{
    const int status = pty_wait_exit(pty);

    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), number);
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
    start(&pty);
    for (size_t i = 0; i <= FIG8_EVENTS; i++) {
        wait_for_event(&pty, i);
        take_grid(&pty, forward[i]);
        if (i > 0) {
            assert_memory_not_equal(forward[i], forward[i - 1], sizeof(grid));
        }
        pty_type(&pty, i < FIG8_EVENTS ? "n" : "");
    }
    assert_true(pty_shows(&pty, " event 29/29 "));
    for (size_t i = FIG8_EVENTS; i > 0; i--) {
        pty_type(&pty, "b");
        wait_for_event(&pty, i - 1);
        take_grid(&pty, *back);
        assert_memory_equal(back, forward[i - 1], sizeof(grid));
    }
    quit(&pty, 0);
    free(forward);
    free(back);
}

static void keys_of_all_kinds_are_understood(void **state)
{
    struct pty pty;

    (void)state;
    start(&pty);
    pty_type(&pty, "\033[C"); /* right */
    wait_for_event(&pty, 1);
    pty_type(&pty, " \r\033OC");
    wait_for_event(&pty, 4);
    pty_type(&pty, "\033[D");
    wait_for_event(&pty, 3);
    pty_type(&pty, "\033[F"); /* end */
    wait_for_event(&pty, FIG8_EVENTS);
    pty_type(&pty, "\033[1~"); /* home */
    wait_for_event(&pty, 0);
    pty_type(&pty, "g12\177\177"
                   "17\r");
    wait_for_event(&pty, 17);
    pty_type(&pty, "rS1.term=2\r"); /* never again */
    pty_wait_for(&pty, "'S1.term=2': never holds");
    pty_type(&pty, "g1");
    pty_wait_for(&pty, "go to event: 1");
    pty_type(&pty, "\033"); /* alone: Escape */
    pty_wait_for(&pty, "[q]uit");
    pty_type(&pty, "/elect s5\r");
    pty_wait_for(&pty, "elect S5");
    quit(&pty, 0);
}

static void garbage_changes_nothing(void **state)
{
    grid *before = calloc(2, sizeof(grid));
    struct pty pty;

    (void)state;
    assert_non_null(before);
    start(&pty);
    pty_type(&pty, "n");
    wait_for_event(&pty, 1);
    take_grid(&pty, before[0]);
    pty_type(&pty, "\001\002\377\300\033[99;98;97~\033[200~\033Ox\033x$%&xyz");
    pty_wait_page(&pty);
    pty_type(&pty, "n");
    wait_for_event(&pty, 2);
    pty_type(&pty, "b");
    wait_for_event(&pty, 1);
    take_grid(&pty, before[1]);
    assert_memory_equal(before[0], before[1], sizeof(grid));
    quit(&pty, 0);
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
    start(&pty);
    pty_type(&pty, "g19\r");
    wait_for_event(&pty, 19);
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
    quit(&pty, 0);
    free(grids);
}

/* ---- Looks --------------------------------------------------------------- */

static void no_color_means_no_colours(void **state)
{
    static const struct pty_setting plain[] = {{"NO_COLOR", "1"}, {0}};
    struct pty pty;

    (void)state;
    start(&pty);
    assert_true(pty.saw_colour);
    assert_true(pty.saw_non_ascii);
    quit(&pty, 0);

    start_with(&pty, fig8, plain);
    pty_type(&pty, "g19\rwwmmhh");
    wait_for_event(&pty, 19);
    quit(&pty, 0);
    assert_false(pty.saw_colour);
}

static void another_locale_than_utf8_means_ascii(void **state)
{
    static const struct pty_setting posix[] = {
        {"LC_ALL", ""}, {"LC_CTYPE", NULL}, {"LANG", "C"}, {0}};
    struct pty pty;

    (void)state;
    start_with(&pty, fig8, posix);
    pty_type(&pty, "g19\rwwmmhh");
    wait_for_event(&pty, 19);
    assert_true(pty_shows(&pty, "[1]a"));
    quit(&pty, 0);
    assert_false(pty.saw_non_ascii);
}

static void a_dumb_terminal_gets_the_transcript(void **state)
{
    static const struct pty_setting dumb[] = {{"TERM", "dumb"}, {0}};
    struct pty pty;
    int status;

    (void)state;
    pty_start(&pty, "tests/scenarios/single-server.raft", dumb, false);
    status = pty_wait_exit(&pty);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_non_null(strstr(pty.tail, "this is the transcript\r\n"));
    t_u64_eq(pty.page_count, 0);
    pty_check_given_back(&pty);
    pty_end(&pty);
}

/* ---- Ends ---------------------------------------------------------------- */

static void a_failure_that_was_seen_is_the_result(void **state)
{
    char path[] = "/tmp/screen-XXXXXX";
    const int file = mkstemp(path);
    struct pty pty;

    (void)state;
    assert_true(file >= 0);
    assert_true(dprintf(file, "servers 1\ntick\nexpect S1.term=7\n") > 0);
    close(file);
    start_with(&pty, path, NULL);
    pty_type(&pty, "nn");
    pty_wait_for(&pty, "expectation FAILED");
    pty_type(&pty, "b");
    wait_for_event(&pty, 1);
    pty_type(&pty, "q");
    pty_wait_left(&pty);
    assert_int_equal(WEXITSTATUS(pty_wait_exit(&pty)), 1);
    assert_non_null(strstr(pty.tail, ":3: 'S1.term=7'"));
    pty_end(&pty);

    start_with(&pty, path, NULL); /* not seen: no failure */
    pty_type(&pty, "n");
    wait_for_event(&pty, 1);
    quit(&pty, 0);
    unlink(path);
}

static void ctrl_c_and_sigterm_give_the_terminal_back(void **state)
{
    struct pty pty;

    (void)state;
    start(&pty);
    pty_type(&pty, "\003");
    killed_by(&pty, SIGINT);
    pty_check_given_back(&pty);
    pty_end(&pty);

    start(&pty);
    kill(pty.child, SIGTERM);
    killed_by(&pty, SIGTERM);
    pty_check_given_back(&pty);
    pty_end(&pty);
}

static void ctrl_z_gives_the_terminal_back_until_fg(void **state)
{
    struct pty pty;

    (void)state;
    pty_start(&pty, fig8, NULL, true);
    wait_for_event(&pty, 0);
    pty_type(&pty, "n");
    wait_for_event(&pty, 1);
    for (int i = 0; i < 2; i++) {
        pty_type(&pty, "\032");
        pty_wait_suspended(&pty);
        pty_check_given_back(&pty);
        pty_continue(&pty);
        pty_wait_page(&pty);
        assert_true(pty.on_screen);
        assert_true(pty_shows(&pty, " event 1/"));
    }
    pty_type(&pty, "n");
    wait_for_event(&pty, 2);
    quit(&pty, 0);
}

static void it_ends_when_the_terminal_is_gone(void **state)
{
    struct pty pty;
    int status;

    (void)state;
    start(&pty);
    close(pty.slave);
    close(pty.master);
    assert_int_equal(waitpid(pty.child, &status, 0), pty.child);
    assert_true(WIFEXITED(status) || WTERMSIG(status) == SIGHUP);
    close(pty.shell_says);
    close(pty.shell_hears);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(figure_8_to_the_end_and_back_shows_identical_screens),
    cmocka_unit_test(keys_of_all_kinds_are_understood),
    cmocka_unit_test(garbage_changes_nothing),
    cmocka_unit_test(another_size_is_drawn_at_once),
    cmocka_unit_test(no_color_means_no_colours),
    cmocka_unit_test(another_locale_than_utf8_means_ascii),
    cmocka_unit_test(a_dumb_terminal_gets_the_transcript),
    cmocka_unit_test(a_failure_that_was_seen_is_the_result),
    cmocka_unit_test(ctrl_c_and_sigterm_give_the_terminal_back),
    cmocka_unit_test(ctrl_z_gives_the_terminal_back_until_fg),
    cmocka_unit_test(it_ends_when_the_terminal_is_gone),
};

T_MAIN(tests)
