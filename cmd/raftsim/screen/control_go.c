/* SPDX-License-Identifier: MIT
 *
 * control_go.c - what the keys do: going somewhere in the scenario.
 */
#include <stdarg.h>
#include <string.h>

#include "cmd/raftsim/screen/control_internal.h"

void control_note(struct control *control, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(control->note, sizeof(control->note), format, values);
    va_end(values);
}

/* ---- Going somewhere ----------------------------------------------------- */

/* A failure that was reached decides how the program ends. */
void control_remember_trouble(struct control *control)
{
    if (control->stage.result != PLAYER_OK) {
        control->worst = control->stage.result;
        control->trouble = control->stage.trouble;
    }
}

void control_go(struct control *control, size_t position)
{
    stage_go(&control->stage, position);
    control_remember_trouble(control);
    control->view.scroll = 0;
}

void control_go_on(struct control *control)
{
    const struct stage *stage = &control->stage;

    if (stage->result != PLAYER_OK) {
        control_note(control, "it ends here: %s", stage->trouble.text);
    } else if (stage->position == stage->event_count) {
        control_note(control, "this is the last event");
    } else {
        control_go(control, stage->position + 1);
    }
}

void control_go_back(struct control *control)
{
    if (control->stage.position == 0) {
        control_note(control, "this is the beginning");
    } else {
        control_go(control, control->stage.position - 1);
    }
}

void control_go_to_mark(struct control *control, bool forward)
{
    const struct stage *stage = &control->stage;
    size_t position = stage->position;

    while (forward ? position < stage->event_count : position > 0) {
        position += forward ? 1 : (size_t)-1;
        if (stage_has_mark(stage, position)) {
            control_go(control, position);
            return;
        }
    }
    control_note(control, "no mark %s",
                 forward ? "after this event" : "before it");
}

/* ---- Looking for a word -------------------------------------------------- */

/* From the event after this one (or before it) around to this one. */
void control_find(struct control *control, bool forward)
{
    const struct stage *stage = &control->stage;
    const size_t count = stage->event_count + 1;

    if (control->word[0] == '\0') {
        control_note(control, "press / and type a word to look for");
        return;
    }
    for (size_t i = 1; i <= count; i++) {
        const size_t step = forward ? i : count - i;
        const size_t position = (stage->position + step) % count;

        if (stage_mentions(stage, position, control->word)) {
            const bool around = forward ? position <= stage->position
                                        : position >= stage->position;

            control_go(control, position);
            if (around) {
                control_note(control, "'%s': round the end of the scenario",
                             control->word);
            }
            return;
        }
    }
    control_note(control, "'%s' is nowhere in the scenario", control->word);
}

/* ---- Where was typed ----------------------------------------------------- */

void control_go_to_typed(struct control *control)
{
    const struct stage *stage = &control->stage;
    uint64_t position;

    if (control->typed[0] == '\0') {
        return;
    }
    if (!word_number(control->typed, &position) ||
        position > stage->event_count) {
        control_note(control, "'%s': events are 0 to %zu", control->typed,
                     stage->event_count);
        return;
    }
    control_go(control, position);
}

void control_run_to_typed(struct control *control)
{
    const char *problem;

    if (control->typed[0] == '\0') {
        return;
    }
    control->view.scroll = 0;
    if (!stage_run_to(&control->stage, control->typed, &problem)) {
        control_note(control, "'%s': %s", control->typed, problem);
    }
    control_remember_trouble(control);
}
