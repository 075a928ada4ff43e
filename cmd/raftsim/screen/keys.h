/* SPDX-License-Identifier: MIT
 *
 * keys.h - the keys in the bytes a terminal sends.
 */
#ifndef RAFTSIM_KEYS_H
#define RAFTSIM_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/* A key is its ASCII character, or one of these. */
enum {
    KEY_NONE = 0, /* nothing we know: leave it */
    KEY_BACKSPACE = 8,
    KEY_ENTER = 13,
    KEY_KILL = 21, /* Ctrl-U */
    KEY_ESCAPE = 27,
    KEY_UP = 256,
    KEY_DOWN,
    KEY_RIGHT,
    KEY_LEFT,
    KEY_HOME,
    KEY_END,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_MORE /* the bytes so far are the beginning of a key */
};

/*
 * The first key in bytes; *used says how many of them it is. complete: no
 * more bytes will come by themselves, so ESC is the Escape key.
 */
int key_take(const char *bytes, size_t count, bool complete, size_t *used);

#endif
