/* SPDX-License-Identifier: MIT
 *
 * pty.c - raftsim on a pseudo-terminal.
 */
#define _GNU_SOURCE /* posix_openpt(), program_invocation_name */

#include "tests/unit/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/t.h"

enum { PATIENCE_MS = 60000 };

/* $RAFTSIM, or the one built beside the tests' directory. */
static void program_path(char *path, size_t size)
{
    const char *given = getenv("RAFTSIM");
    const char *slash = strrchr(program_invocation_name, '/');

    if (given != NULL) {
        snprintf(path, size, "%s", given);
    } else {
        assert_non_null(slash);
        snprintf(path, size, "%.*s/../raftsim",
                 (int)(slash - program_invocation_name),
                 program_invocation_name);
    }
}

/* ---- The child ----------------------------------------------------------- */

static void set_environment(const struct pty_setting *settings)
{
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    for (; settings != NULL && settings->name != NULL; settings++) {
        if (settings->value == NULL) {
            unsetenv(settings->name);
        } else {
            setenv(settings->name, settings->value, 1);
        }
    }
}

/* The terminal is ours, and all we have. */
static void take_terminal(const char *name)
{
    int slave;

    if (setsid() < 0 || (slave = open(name, O_RDWR)) < 0 ||
        ioctl(slave, TIOCSCTTY, 0) < 0 || dup2(slave, 0) < 0 ||
        dup2(slave, 1) < 0 || dup2(slave, 2) < 0) {
        _exit(127);
    }
    if (slave > 2) {
        close(slave);
    }
}

static void run_program(const char *program, const char *path)
{
    execl(program, program, path, (char *)NULL);
    _exit(127);
}

/* A shell with one job; it tells when the job is suspended. */
static void be_shell(const char *program, const char *path, int says, int hears)
{
    int status = 0;
    pid_t job;
    char byte;

    signal(SIGTTOU, SIG_IGN);
    job = fork();
    if (job == 0) {
        setpgid(0, 0);
        tcsetpgrp(0, getpid());
        signal(SIGTTOU, SIG_DFL);
        run_program(program, path);
    }
    while (waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status)) {
        tcsetpgrp(0, getpid());
        if (write(says, "s", 1) != 1 || read(hears, &byte, 1) != 1) {
            _exit(127);
        }
        tcsetpgrp(0, job);
        kill(-job, SIGCONT);
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 126);
}

/* ---- Starting and ending ------------------------------------------------- */

static void open_terminal(struct pty *pty)
{
    const char *name;

    pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(pty->master >= 0);
    assert_int_equal(grantpt(pty->master), 0);
    assert_int_equal(unlockpt(pty->master), 0);
    name = ptsname(pty->master);
    assert_non_null(name);
    pty->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(pty->slave >= 0);
    assert_int_equal(tcgetattr(pty->slave, &pty->before), 0);
}

void pty_start(struct pty *pty, const char *path,
               const struct pty_setting *settings, bool with_shell)
{
    char program[512];
    int says[2];
    int hears[2];

    *pty = (struct pty){.wraps = true, .cursor_visible = true};
    program_path(program, sizeof(program));
    open_terminal(pty);
    pty_resize(pty, 24, 80);
    assert_int_equal(pipe(says), 0);
    assert_int_equal(pipe(hears), 0);
    pty->child = fork();
    assert_true(pty->child >= 0);
    if (pty->child == 0) {
        take_terminal(ptsname(pty->master));
        set_environment(settings);
        close(says[0]);
        close(hears[1]);
        if (with_shell) {
            be_shell(program, path, says[1], hears[0]);
        }
        run_program(program, path);
    }
    close(says[1]);
    close(hears[0]);
    pty->shell_says = says[0];
    pty->shell_hears = hears[1];
}

void pty_end(struct pty *pty)
{
    close(pty->master);
    close(pty->slave);
    close(pty->shell_says);
    close(pty->shell_hears);
}

void pty_resize(struct pty *pty, size_t rows, size_t columns)
{
    const struct winsize size = {.ws_row = (unsigned short)rows,
                                 .ws_col = (unsigned short)columns};

    pty->rows = rows;
    pty->columns = columns;
    assert_int_equal(ioctl(pty->master, TIOCSWINSZ, &size), 0);
}

/* ---- Talking ------------------------------------------------------------- */

void pty_type(struct pty *pty, const char *bytes)
{
    const size_t count = strlen(bytes);

    assert_int_equal(write(pty->master, bytes, count), (ssize_t)count);
}

/* false: nobody is there any more. */
static bool read_some(struct pty *pty)
{
    struct pollfd poll_fd = {.fd = pty->master, .events = POLLIN};
    char bytes[4096];
    ssize_t count;

    if (poll(&poll_fd, 1, PATIENCE_MS) != 1) {
        fail_msg("raftsim is silent after %zu pages", pty->page_count);
    }
    count = read(pty->master, bytes, sizeof(bytes));
    if (count <= 0) {
        return false;
    }
    pty_feed(pty, bytes, (size_t)count);
    return true;
}

static void read_more(struct pty *pty)
{
    if (!read_some(pty)) {
        fail_msg("raftsim ended early: %s", pty->tail);
    }
}

void pty_wait_page(struct pty *pty)
{
    const size_t count = pty->page_count;

    while (pty->page_count == count || pty->sequence_bytes > 0) {
        read_more(pty);
    }
}

void pty_wait_for(struct pty *pty, const char *text)
{
    while (pty->page_count == 0 || !pty_shows(pty, text)) {
        pty_wait_page(pty);
    }
}

void pty_wait_event(struct pty *pty, size_t event)
{
    char text[32];

    snprintf(text, sizeof(text), " event %zu/", event);
    pty_wait_for(pty, text);
}

void pty_wait_left(struct pty *pty)
{
    while (pty->on_screen || pty->page_count == 0) {
        read_more(pty);
    }
}

/* The child holds the other end of shell_says until it ends. */
int pty_wait_exit(struct pty *pty)
{
    struct pollfd poll_fds[] = {{.fd = pty->master, .events = POLLIN},
                                {.fd = pty->shell_says}};
    int status;

    do {
        if (poll(poll_fds, 2, PATIENCE_MS) < 1) {
            fail_msg("raftsim does not end after %zu pages", pty->page_count);
        }
        if ((poll_fds[0].revents & POLLIN) != 0) {
            (void)read_some(pty);
        }
    } while ((poll_fds[0].revents & POLLIN) != 0 ||
             (poll_fds[1].revents & POLLHUP) == 0);
    assert_int_equal(waitpid(pty->child, &status, 0), pty->child);
    return status;
}

void pty_open(struct pty *pty, const char *path,
              const struct pty_setting *settings)
{
    pty_start(pty, path, settings, false);
    pty_wait_event(pty, 0);
}

void pty_quit(struct pty *pty, int code)
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

/* ---- The shell ----------------------------------------------------------- */

void pty_wait_suspended(struct pty *pty)
{
    struct pollfd poll_fd = {.fd = pty->shell_says, .events = POLLIN};
    char byte;

    pty_wait_left(pty);
    assert_int_equal(poll(&poll_fd, 1, PATIENCE_MS), 1);
    assert_int_equal(read(pty->shell_says, &byte, 1), 1);
}

void pty_continue(struct pty *pty)
{
    assert_int_equal(write(pty->shell_hears, "f", 1), 1);
}
