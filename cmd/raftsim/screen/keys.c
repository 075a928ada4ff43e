/* SPDX-License-Identifier: MIT
 *
 * keys.c - the keys in the bytes a terminal sends.
 */
#include "cmd/raftsim/screen/keys.h"

enum { ESC = 27, DELETE = 127, LONGEST_SEQUENCE = 32 };

/* ESC [ 5 ~ */
static int numbered_key(int number)
{
    switch (number) {
    case 1:
    case 7:
        return KEY_HOME;
    case 4:
    case 8:
        return KEY_END;
    case 5:
        return KEY_PAGE_UP;
    case 6:
        return KEY_PAGE_DOWN;
    default:
        return KEY_NONE;
    }
}

/* ESC [ A, ESC O A */
static int lettered_key(char letter)
{
    switch (letter) {
    case 'A':
        return KEY_UP;
    case 'B':
        return KEY_DOWN;
    case 'C':
        return KEY_RIGHT;
    case 'D':
        return KEY_LEFT;
    case 'H':
        return KEY_HOME;
    case 'F':
        return KEY_END;
    default:
        return KEY_NONE;
    }
}

/* ESC [ parameters letter; the parameters of a plain key are none. */
static int take_sequence(const char *bytes, size_t count, size_t *used)
{
    int number = 0;

    for (size_t i = 2; i < count; i++) {
        const char c = bytes[i];

        *used = i + 1;
        if (c >= 0x40 && c <= 0x7e) {
            return c == '~' ? numbered_key(number)
                   : i == 2 ? lettered_key(c)
                            : KEY_NONE;
        }
        if (c < 0x20 || i == LONGEST_SEQUENCE) {
            return KEY_NONE; /* not a sequence after all */
        }
        number = c >= '0' && c <= '9' && number < 100 ? number * 10 + (c - '0')
                                                      : 100;
    }
    *used = count;
    return KEY_MORE;
}

static int take_escape(const char *bytes, size_t count, size_t *used)
{
    if (count == 1) {
        return KEY_MORE;
    }
    if (bytes[1] == '[') {
        return take_sequence(bytes, count, used);
    }
    *used = 2;
    if (bytes[1] != 'O') {
        *used = bytes[1] == ESC ? 1 : 2; /* Alt and a key */
        return bytes[1] == ESC ? KEY_ESCAPE : KEY_NONE;
    }
    if (count == 2) {
        return KEY_MORE;
    }
    *used = 3;
    return lettered_key(bytes[2]);
}

int key_take(const char *bytes, size_t count, bool complete, size_t *used)
{
    *used = 1;
    switch (bytes[0]) {
    case ESC: {
        const int key = take_escape(bytes, count, used);

        if (key != KEY_MORE || !complete) {
            return key;
        }
        *used = count; /* what has begun will not end */
        return count == 1 ? KEY_ESCAPE : KEY_NONE;
    }
    case '\n':
        return KEY_ENTER;
    case DELETE:
        return KEY_BACKSPACE;
    case KEY_BACKSPACE:
    case KEY_ENTER:
    case KEY_KILL:
        return bytes[0];
    default:
        return bytes[0] >= ' ' && bytes[0] < DELETE ? bytes[0] : KEY_NONE;
    }
}
