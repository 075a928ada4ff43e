/* SPDX-License-Identifier: MIT
 *
 * test_screen_ends.c - raftsim gives the terminal back however it ends.
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

static void killed_by(struct pty *pty, int number)
{
    const int status = pty_wait_exit(pty);

    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), number);
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

static void a_failure_that_was_seen_is_the_result(void **state)
{
    char path[] = "/tmp/screen-XXXXXX";
    const int file = mkstemp(path);
    struct pty pty;

    (void)state;
    assert_true(file >= 0);
    assert_true(dprintf(file, "servers 1\ntick\nexpect S1.term=7\n") > 0);
    close(file);
    pty_open(&pty, path, NULL);
    pty_type(&pty, "nn");
    pty_wait_for(&pty, "expectation FAILED");
    pty_type(&pty, "b");
    pty_wait_event(&pty, 1);
    pty_type(&pty, "q");
    pty_wait_left(&pty);
    assert_int_equal(WEXITSTATUS(pty_wait_exit(&pty)), 1);
    assert_non_null(strstr(pty.tail, ":3: 'S1.term=7'"));
    pty_end(&pty);

    pty_open(&pty, path, NULL); /* not seen: no failure */
    pty_type(&pty, "n");
    pty_wait_event(&pty, 1);
    pty_quit(&pty, 0);
    unlink(path);
}

static void ctrl_c_and_sigterm_give_the_terminal_back(void **state)
{
    struct pty pty;

    (void)state;
    pty_open(&pty, fig8, NULL);
    pty_type(&pty, "\003");
    killed_by(&pty, SIGINT);
    pty_check_given_back(&pty);
    pty_end(&pty);

    pty_open(&pty, fig8, NULL);
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
    pty_wait_event(&pty, 0);
    pty_type(&pty, "n");
    pty_wait_event(&pty, 1);
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
    pty_wait_event(&pty, 2);
    pty_quit(&pty, 0);
}

static void it_ends_when_the_terminal_is_gone(void **state)
{
    struct pty pty;
    int status;

    (void)state;
    pty_open(&pty, fig8, NULL);
    close(pty.slave);
    close(pty.master);
    assert_int_equal(waitpid(pty.child, &status, 0), pty.child);
    assert_true(WIFEXITED(status) || WTERMSIG(status) == SIGHUP);
    close(pty.shell_says);
    close(pty.shell_hears);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_dumb_terminal_gets_the_transcript),
    cmocka_unit_test(a_failure_that_was_seen_is_the_result),
    cmocka_unit_test(ctrl_c_and_sigterm_give_the_terminal_back),
    cmocka_unit_test(ctrl_z_gives_the_terminal_back_until_fg),
    cmocka_unit_test(it_ends_when_the_terminal_is_gone),
};

T_MAIN(tests)
