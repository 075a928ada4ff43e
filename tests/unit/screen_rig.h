/* SPDX-License-Identifier: MIT
 *
 * screen_rig.h - raftsim's screen without a terminal: keys in, text out.
 */
#ifndef TESTS_UNIT_SCREEN_RIG_H
#define TESTS_UNIT_SCREEN_RIG_H

#include "cmd/raftsim/screen/control.h"

struct screen_rig {
    struct scenario *scenario;
    struct control control;
    size_t rows;
    size_t columns;
    bool ascii;
    char *shown; /* what press() and show() drew last */
};

/* A file, or the lines of a scenario; 24 x 80. Fails when it cannot be read. */
void rig_watch(struct screen_rig *rig, const char *path);
void rig_watch_text(struct screen_rig *rig, const char *text);
void rig_leave(struct screen_rig *rig);

/* Draw, and check what is true of every page. Returns rig->shown. */
const char *rig_show(struct screen_rig *rig);

/* Each character is a key; "\r" is Enter. Returns rig->shown. */
const char *rig_press(struct screen_rig *rig, const char *keys);
const char *rig_press_key(struct screen_rig *rig, int key);

/* A page with every cell's style, to compare; free it. */
char *rig_cells(struct screen_rig *rig);

/* Is the text shown? If not, the page is printed and the test fails. */
#define rig_sees(rig, text) rig_sees_at((rig), (text), true, __FILE__, __LINE__)
#define rig_sees_no(rig, text) \
    rig_sees_at((rig), (text), false, __FILE__, __LINE__)
void rig_sees_at(const struct screen_rig *rig, const char *text, bool expected,
                 const char *file, int line);

#endif
