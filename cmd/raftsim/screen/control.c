/* SPDX-License-Identifier: MIT
 *
 * control.c - what the keys do.
 */
#include <string.h>

#include "cmd/raftsim/screen/control_internal.h"
#include "cmd/raftsim/screen/keys.h"

/* ---- Questions ----------------------------------------------------------- */

static void ask(struct control *control, enum control_question question)
{
    control->question = question;
    control->typed[0] = '\0';
}

static void answer(struct control *control)
{
    const enum control_question question = control->question;

    control->question = ASK_NOTHING;
    switch (question) {
    case ASK_NOTHING:
        break;
    case ASK_EVENT:
        control_go_to_typed(control);
        break;
    case ASK_CONDITION:
        control_run_to_typed(control);
        break;
    case ASK_WORD:
        if (control->typed[0] != '\0') {
            strcpy(control->word, control->typed);
        }
        control_find(control, true);
        break;
    }
}

static void type(struct control *control, int key)
{
    const size_t length = strlen(control->typed);

    if (key == KEY_ENTER) {
        answer(control);
    } else if (key == KEY_ESCAPE) {
        control->question = ASK_NOTHING;
    } else if (key == KEY_KILL) {
        control->typed[0] = '\0';
    } else if (key == KEY_BACKSPACE) {
        if (length == 0) {
            control->question = ASK_NOTHING;
        } else {
            control->typed[length - 1] = '\0';
        }
    } else if (key >= ' ' && key < KEY_UP && length + 1 < CONTROL_MAX_TYPED) {
        control->typed[length] = (char)key;
        control->typed[length + 1] = '\0';
    }
}

/* ---- Keys ---------------------------------------------------------------- */

static void show(struct control *control, enum layout_mode mode)
{
    const bool is_shown = control->view.mode == mode;

    control->view.mode = is_shown ? LAYOUT_ALL : mode;
    control->view.scroll = 0;
}

static void move(size_t *value, int by, size_t most)
{
    if (*value > most) {
        *value = most;
    }
    if (by < 0 && *value > 0) {
        (*value)--;
    } else if (by > 0 && *value < most) {
        (*value)++;
    }
}

static void press_special(struct control *control, int key)
{
    switch (key) {
    case KEY_HOME:
        control_go(control, 0);
        break;
    case KEY_END:
        control_go(control, control->stage.event_count);
        break;
    case KEY_UP:
        move(&control->view.scroll, -1, control->bounds.scroll_max);
        break;
    case KEY_DOWN:
        move(&control->view.scroll, 1, control->bounds.scroll_max);
        break;
    case '<':
        move(&control->view.log_shift, 1, control->bounds.log_shift_max);
        break;
    case '>':
        move(&control->view.log_shift, -1, control->bounds.log_shift_max);
        break;
    case KEY_ESCAPE:
        show(control, LAYOUT_ALL);
        break;
    default:
        break;
    }
}

static void press(struct control *control, int key)
{
    switch (key) {
    case 'n':
    case ' ':
    case KEY_ENTER:
    case KEY_RIGHT:
        control_go_on(control);
        break;
    case 'b':
    case KEY_LEFT:
        control_go_back(control);
        break;
    case 'N':
    case 'B':
    case KEY_PAGE_DOWN:
    case KEY_PAGE_UP:
        control_go_to_mark(control, key == 'N' || key == KEY_PAGE_DOWN);
        break;
    case 'g':
        ask(control, ASK_EVENT);
        break;
    case 'r':
        ask(control, ASK_CONDITION);
        break;
    case '/':
        ask(control, ASK_WORD);
        break;
    case 'f':
    case 'F':
        control_find(control, key == 'f');
        break;
    case 'w':
        show(control, LAYOUT_WHY);
        break;
    case 'm':
        show(control, LAYOUT_MESSAGES);
        break;
    case 'h':
    case '?':
        show(control, LAYOUT_HELP);
        break;
    case 'q':
        control->done = true;
        break;
    default:
        press_special(control, key);
    }
}

void control_key(struct control *control, int key)
{
    if (key == KEY_NONE) {
        return;
    }
    control->note[0] = '\0';
    if (control->question != ASK_NOTHING) {
        type(control, key);
    } else {
        press(control, key);
    }
}

/* ---- All of it ----------------------------------------------------------- */

void control_open(struct control *control, const struct scenario *scenario)
{
    *control = (struct control){0};
    stage_open(&control->stage, scenario);
    control_remember_trouble(control);
}

void control_close(struct control *control)
{
    stage_close(&control->stage);
}

void control_draw(struct control *control, size_t rows, size_t columns,
                  struct page *page)
{
    static const char *const prompts[] = {[ASK_NOTHING] = NULL,
                                          [ASK_EVENT] = "go to event: ",
                                          [ASK_CONDITION] =
                                              "run until (S1.commit=2): ",
                                          [ASK_WORD] = "find: "};
    struct layout_view *view = &control->view;

    view->rows = rows > 0 ? rows : 1;
    view->columns = columns > 0 ? columns : 1;
    view->prompt = prompts[control->question];
    view->typed = control->typed;
    view->note = control->note[0] != '\0' ? control->note : NULL;
    control->bounds = layout_draw(&control->stage, view, page);
}
