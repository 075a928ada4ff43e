/* SPDX-License-Identifier: MIT
 *
 * stage_text.c - a scenario on stage: what its lines say.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cmd/raftsim/screen/stage.h"

static void event_text(const struct scenario_event *event, char *text,
                       size_t text_bytes)
{
    size_t length = 0;

    snprintf(text, text_bytes, "%s", scenario_verb_text(event->verb));
    for (size_t i = 0; i < event->word_count; i++) {
        length = strlen(text);
        snprintf(text + length, text_bytes - length, " %s", event->words[i]);
    }
}

char *stage_event_text(const struct stage *stage, size_t position, char *text,
                       size_t text_bytes)
{
    if (position == 0) {
        snprintf(text, text_bytes, "(set-up: nobody has started)");
    } else {
        event_text(&stage->scenario->events[stage->begins[position]], text,
                   text_bytes);
    }
    return text;
}

static const char *latest(const struct stage *stage, enum scenario_verb verb,
                          size_t end)
{
    for (size_t i = end; i > 0; i--) {
        const struct scenario_event *event = &stage->scenario->events[i - 1];

        if (event->verb == verb) {
            return event->words[0];
        }
    }
    return NULL;
}

const char *stage_title(const struct stage *stage)
{
    return latest(stage, SCENARIO_TITLE, stage->begins[stage->position + 1]);
}

const char *stage_mark(const struct stage *stage)
{
    return latest(stage, SCENARIO_MARK, stage->begins[stage->position]);
}

bool stage_has_mark(const struct stage *stage, size_t position)
{
    for (size_t i = stage->begins[position]; i < stage->begins[position + 1];
         i++) {
        if (stage->scenario->events[i].verb == SCENARIO_MARK) {
            return true;
        }
    }
    return false;
}

static bool contains(const char *text, const char *word)
{
    const size_t length = strlen(word);

    for (; *text != '\0'; text++) {
        if (strncasecmp(text, word, length) == 0) {
            return true;
        }
    }
    return false;
}

bool stage_mentions(const struct stage *stage, size_t position,
                    const char *word)
{
    for (size_t i = stage->begins[position]; i < stage->begins[position + 1];
         i++) {
        char text[1024];

        event_text(&stage->scenario->events[i], text, sizeof(text));
        if (contains(text, word)) {
            return true;
        }
    }
    return false;
}
