/* SPDX-License-Identifier: MIT
 *
 * terminal.c - the terminal, by termios and signals.
 *
 * Signals are blocked but while we wait, so none is missed between a look and
 * the wait.
 */
#define _GNU_SOURCE /* ppoll, SIGWINCH, struct winsize */

#include "cmd/raftsim/screen/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* The other screen, without line wrapping; and back again. */
static const char enter_screen[] = "\033[?1049h\033[?7l\033[2J";
static const char leave_screen[] = "\033[0m\033[?7h\033[?25h\033[?1049l";

static const int caught[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
                             SIGTSTP, SIGCONT, SIGWINCH};
enum { CAUGHT_COUNT = sizeof(caught) / sizeof(caught[0]) };

static struct {
    bool open;
    struct termios before;
    sigset_t mask_before;
    struct sigaction actions_before[CAUGHT_COUNT];
} terminal;

/* Set by signals. */
static volatile sig_atomic_t ended_by;
static volatile sig_atomic_t stop_asked;
static volatile sig_atomic_t changed;

static void on_signal(int number)
{
    if (number == SIGTSTP) {
        stop_asked = 1;
    } else if (number == SIGCONT || number == SIGWINCH) {
        changed = 1;
    } else {
        ended_by = number;
    }
}

/* ---- Taking over, giving back -------------------------------------------- */

void terminal_write(const char *bytes, size_t count)
{
    while (count > 0) {
        const ssize_t written = write(STDOUT_FILENO, bytes, count);

        if (written < 0 && errno != EINTR) {
            return;
        }
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        }
    }
}

/* Keys one by one, no echo; Ctrl-C and Ctrl-Z stay signals. */
static int enter(void)
{
    struct termios keys = terminal.before;

    keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    keys.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
    keys.c_cc[VMIN] = 1;
    keys.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &keys) != 0) {
        return -1;
    }
    terminal_write(enter_screen, strlen(enter_screen));
    return 0;
}

static void leave(void)
{
    terminal_write(leave_screen, strlen(leave_screen));
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.before);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t mask;

    sigemptyset(&action.sa_mask);
    sigemptyset(&mask);
    for (int i = 0; i < CAUGHT_COUNT; i++) {
        sigaddset(&mask, caught[i]);
        sigaction(caught[i], &action, &terminal.actions_before[i]);
    }
    sigprocmask(SIG_BLOCK, &mask, &terminal.mask_before);
}

static void release_signals(void)
{
    for (int i = 0; i < CAUGHT_COUNT; i++) {
        sigaction(caught[i], &terminal.actions_before[i], NULL);
    }
    sigprocmask(SIG_SETMASK, &terminal.mask_before, NULL);
}

static void give_back(void)
{
    if (terminal.open) {
        terminal.open = false;
        leave();
        release_signals();
    }
}

int terminal_open(void)
{
    static bool registered;

    if (tcgetattr(STDIN_FILENO, &terminal.before) != 0) {
        return -1;
    }
    if (!registered) {
        registered = atexit(give_back) == 0; /* no memory ends a program, too */
    }
    ended_by = stop_asked = changed = 0;
    catch_signals();
    if (enter() != 0) {
        release_signals();
        return -1;
    }
    terminal.open = true;
    return 0;
}

void terminal_close(void)
{
    give_back();
    if (ended_by != 0) {
        raise(ended_by);
    }
}

/* ---- Waiting ------------------------------------------------------------- */

/* As if we had not caught Ctrl-Z: the shell has the terminal meanwhile. */
static void suspend(void)
{
    stop_asked = 0;
    give_back();
    raise(SIGTSTP);
    if (terminal_open() != 0) {
        ended_by = SIGHUP;
    }
}

void terminal_size(size_t *rows, size_t *columns)
{
    struct winsize size;

    *rows = 24;
    *columns = 80;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 &&
        size.ws_col > 0) {
        *rows = size.ws_row;
        *columns = size.ws_col;
    }
}

/* Signals come in here only. */
static int wait_for_input(int wait_ms)
{
    const struct timespec time = {.tv_sec = wait_ms / 1000,
                                  .tv_nsec = wait_ms % 1000 * 1000000L};
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    return ppoll(&input, 1, wait_ms < 0 ? NULL : &time, &terminal.mask_before);
}

enum terminal_event terminal_wait(int wait_ms, char *bytes, size_t *count)
{
    for (;;) {
        if (ended_by != 0) {
            return TERMINAL_ENDED;
        }
        if (stop_asked != 0) {
            suspend();
            return TERMINAL_REDRAW;
        }
        if (changed != 0) {
            changed = 0;
            return TERMINAL_REDRAW;
        }
        const int ready = wait_for_input(wait_ms);

        if (ready == 0) {
            return TERMINAL_QUIET;
        }
        if (ready > 0) {
            const ssize_t got = read(STDIN_FILENO, bytes, *count);

            if (got > 0) {
                *count = (size_t)got;
                return TERMINAL_BYTES;
            }
            if (got == 0 || errno != EINTR) {
                return TERMINAL_ENDED;
            }
        } else if (errno != EINTR) {
            return TERMINAL_ENDED;
        }
    }
}
