/* SPDX-License-Identifier: MIT
 *
 * pty_screen.c - as much of a terminal as raftsim uses.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/pty.h"

static void blank(struct pty_cell *cells)
{
    for (size_t i = 0; i < PTY_MAX_COLUMNS; i++) {
        cells[i] = (struct pty_cell){.bytes = " "};
    }
}

static void unknown(const struct pty *pty)
{
    fail_msg("raftsim sends what no page has: ESC%s", pty->sequence + 1);
}

/* ---- Sequences ----------------------------------------------------------- */

static void set_mode(struct pty *pty, long mode, bool on)
{
    switch (mode) {
    case 7:
        pty->wraps = on;
        break;
    case 25:
        pty->cursor_visible = on;
        break;
    case 1049:
        pty->on_screen = on;
        pty->tail_bytes = 0;
        break;
    case 2026:
        pty->page_count += on ? 0 : 1;
        break;
    default:
        unknown(pty);
    }
}

static void move_to(struct pty *pty, const char *parameters)
{
    char *end;
    const long row = strtol(parameters, &end, 10);
    const long column = strtol(end + 1, &end, 10);

    /* A window may have shrunk while its page was under way. */
    assert_true(row >= 1 && row <= PTY_MAX_ROWS);
    assert_true(column >= 1 && column <= PTY_MAX_COLUMNS);
    pty->row = (size_t)row - 1;
    pty->column = (size_t)column - 1;
}

static void set_style(struct pty *pty, const char *parameters)
{
    const char *next = parameters;

    assert_true(strlen(parameters) < sizeof(pty->style));
    strcpy(pty->style, strcmp(parameters, "0") == 0 ? "" : parameters);
    while (*next != '\0') {
        char *end;
        const long code = strtol(next, &end, 10);

        pty->saw_colour = pty->saw_colour || code >= 30;
        next = *end == ';' ? end + 1 : end;
    }
}

static void erase(struct pty *pty)
{
    if (strcmp(pty->sequence, "\033[2J") == 0) {
        for (size_t i = 0; i < PTY_MAX_ROWS; i++) {
            blank(pty->cells[i]);
        }
    } else if (strcmp(pty->sequence, "\033[2K") == 0) {
        blank(pty->cells[pty->row]);
    } else {
        unknown(pty);
    }
}

/* A whole sequence: ESC [ parameters letter. */
static void obey(struct pty *pty)
{
    char parameters[sizeof(pty->sequence)] = "";
    const char letter = pty->sequence[pty->sequence_bytes - 1];

    memcpy(parameters, pty->sequence + 2, pty->sequence_bytes - 3);
    switch (letter) {
    case 'H':
        move_to(pty, parameters);
        break;
    case 'm':
        set_style(pty, parameters);
        break;
    case 'J':
    case 'K':
        erase(pty);
        break;
    case 'h':
    case 'l':
        assert_int_equal(parameters[0], '?');
        set_mode(pty, strtol(parameters + 1, NULL, 10), letter == 'h');
        break;
    default:
        unknown(pty);
    }
}

/* ---- Characters ---------------------------------------------------------- */

static void put_start(struct pty *pty, char byte)
{
    struct pty_cell *cell;

    /* Without wrapping the last column takes all that is too much: so that
     * nothing is lost, nothing may be. */
    assert_true(pty->column < pty->columns);
    assert_true(pty->row < pty->rows);
    cell = &pty->cells[pty->row][pty->column++];
    *cell = (struct pty_cell){.bytes = {byte, '\0'}};
    strcpy(cell->style, pty->style);
}

static void put_more(struct pty *pty, char byte)
{
    struct pty_cell *cell;

    assert_true(pty->column > 0);
    cell = &pty->cells[pty->row][pty->column - 1];
    assert_true(strlen(cell->bytes) < sizeof(cell->bytes) - 1);
    cell->bytes[strlen(cell->bytes)] = byte;
}

static void feed_text(struct pty *pty, char byte)
{
    const unsigned char c = (unsigned char)byte;

    if (!pty->on_screen) { /* before, and when all is over */
        if (pty->tail_bytes + 1 < sizeof(pty->tail)) {
            pty->tail[pty->tail_bytes++] = byte;
            pty->tail[pty->tail_bytes] = '\0';
        }
        return;
    }
    pty->saw_non_ascii = pty->saw_non_ascii || c >= 0x80;
    assert_true(c >= ' ' && c != 0x7f);
    if ((c & 0xc0) == 0x80) {
        put_more(pty, byte);
    } else {
        put_start(pty, byte);
    }
}

static void feed_sequence(struct pty *pty, char byte)
{
    assert_true(pty->sequence_bytes < sizeof(pty->sequence) - 1);
    pty->sequence[pty->sequence_bytes++] = byte;
    pty->sequence[pty->sequence_bytes] = '\0';
    if (pty->sequence_bytes == 2) {
        assert_int_equal(byte, '[');
    } else if (byte >= 0x40) {
        obey(pty);
        pty->sequence_bytes = 0;
    }
}

void pty_feed(struct pty *pty, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (pty->sequence_bytes > 0 || bytes[i] == '\033') {
            feed_sequence(pty, bytes[i]);
        } else {
            feed_text(pty, bytes[i]);
        }
    }
}

/* ---- Looking ------------------------------------------------------------- */

void pty_row(const struct pty *pty, size_t row, char *text)
{
    text[0] = '\0';
    for (size_t i = 0; i < pty->columns; i++) {
        text += strlen(strcpy(text, pty->cells[row][i].bytes));
    }
}

bool pty_shows(const struct pty *pty, const char *text)
{
    for (size_t row = 0; row < pty->rows; row++) {
        char line[PTY_MAX_COLUMNS * 4 + 1];

        pty_row(pty, row, line);
        if (strstr(line, text) != NULL) {
            return true;
        }
    }
    return false;
}

void pty_check_given_back(const struct pty *pty)
{
    struct termios now;

    assert_int_equal(tcgetattr(pty->slave, &now), 0);
    assert_int_equal(now.c_iflag, pty->before.c_iflag);
    assert_int_equal(now.c_oflag, pty->before.c_oflag);
    assert_int_equal(now.c_cflag, pty->before.c_cflag);
    assert_int_equal(now.c_lflag, pty->before.c_lflag);
    assert_memory_equal(now.c_cc, pty->before.c_cc, sizeof(now.c_cc));
    assert_false(pty->on_screen);
    assert_true(pty->wraps);
    assert_true(pty->cursor_visible);
    assert_string_equal(pty->style, "");
}
