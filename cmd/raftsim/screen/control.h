/* SPDX-License-Identifier: MIT
 *
 * control.h - what the keys do. Knows no terminal.
 */
#ifndef RAFTSIM_CONTROL_H
#define RAFTSIM_CONTROL_H

#include "cmd/raftsim/screen/layout.h"

enum control_question {
    ASK_NOTHING = 0,
    ASK_EVENT,     /* g */
    ASK_CONDITION, /* r */
    ASK_WORD       /* / */
};

enum { CONTROL_MAX_TYPED = 200 };

struct control {
    struct stage stage;
    struct layout_view view;
    struct layout_bounds bounds; /* of what was drawn last */
    enum control_question question;
    char typed[CONTROL_MAX_TYPED];
    char word[CONTROL_MAX_TYPED]; /* looked for last */
    char note[160];
    bool done;                /* the user has had enough */
    enum player_result worst; /* seen on the way, and what it said */
    struct scenario_error trouble;
};

/* At the set-up. The scenario must outlive it. */
void control_open(struct control *control, const struct scenario *scenario);
void control_close(struct control *control);

/* A key was pressed (keys.h). */
void control_key(struct control *control, int key);

/* What is to be seen now; page: not initialised. */
void control_draw(struct control *control, size_t rows, size_t columns,
                  struct page *page);

#endif
