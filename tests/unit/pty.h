/* SPDX-License-Identifier: MIT
 *
 * pty.h - raftsim on a pseudo-terminal, and what that terminal would show.
 *
 * The terminal knows what raftsim may send; anything else fails the test. A
 * page is complete when PAGE_END has come: nothing here waits by the clock,
 * the poll time-out only ends a test that would hang.
 */
#ifndef TESTS_UNIT_PTY_H
#define TESTS_UNIT_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

enum { PTY_MAX_ROWS = 60, PTY_MAX_COLUMNS = 200, PTY_STYLE_BYTES = 16 };

struct pty_cell {
    char bytes[5]; /* of one character */
    char style[PTY_STYLE_BYTES];
};

struct pty {
    int master;
    int slave; /* ours, to look at its settings */
    pid_t child;
    int shell_says;  /* a byte when raftsim is suspended */
    int shell_hears; /* a byte: go on with it (fg) */
    struct termios before;

    size_t rows;
    size_t columns;
    struct pty_cell cells[PTY_MAX_ROWS][PTY_MAX_COLUMNS];
    size_t row;
    size_t column;
    char style[PTY_STYLE_BYTES];
    bool on_screen; /* the alternate one */
    bool wraps;
    bool cursor_visible;
    size_t page_count; /* complete ones */
    bool saw_colour;
    bool saw_non_ascii;

    char sequence[64]; /* one that has begun */
    size_t sequence_bytes;
    char tail[512]; /* text since the other screen was left */
    size_t tail_bytes;
};

/* A setting of the environment; value NULL: not there. Ends with name NULL. */
struct pty_setting {
    const char *name;
    const char *value;
};

/*
 * Start raftsim with a scenario, 24 x 80, TERM=xterm and UTF-8 if settings do
 * not say otherwise (NULL: none). with_shell: it is the job of a shell, which
 * can suspend it.
 */
void pty_start(struct pty *pty, const char *path,
               const struct pty_setting *settings, bool with_shell);
void pty_end(struct pty *pty);

/* The same without a shell, up to the first page; and: type q, expect an exit
 * code and a terminal as it was. */
void pty_open(struct pty *pty, const char *path,
              const struct pty_setting *settings);
void pty_quit(struct pty *pty, int code);

void pty_type(struct pty *pty, const char *bytes);
/* Read until a page is complete that has the text in it. */
void pty_wait_for(struct pty *pty, const char *text);
/* The same for "event N/". */
void pty_wait_event(struct pty *pty, size_t event);
/* Read until one more page is complete. */
void pty_wait_page(struct pty *pty);
/* Read until the other screen is left. */
void pty_wait_left(struct pty *pty);
void pty_resize(struct pty *pty, size_t rows, size_t columns);

/* The characters of a row; text: at least PTY_MAX_COLUMNS * 4 + 1. */
void pty_row(const struct pty *pty, size_t row, char *text);
bool pty_shows(const struct pty *pty, const char *text);

/* raftsim has ended: its wait status. What it says after that is in tail. */
int pty_wait_exit(struct pty *pty);

/* Are the terminal's settings those it had before? */
void pty_check_given_back(const struct pty *pty);

/* The suspended job has let the terminal go; and: go on with it. */
void pty_wait_suspended(struct pty *pty);
void pty_continue(struct pty *pty);

/* What a terminal does with such bytes. */
void pty_feed(struct pty *pty, const char *bytes, size_t count);

#endif
