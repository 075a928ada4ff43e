/* SPDX-License-Identifier: MIT
 *
 * svg_words.c - the words of an event, and what clients are told in it, in
 * lines over its band.
 */
#include <string.h>

#include "cmd/raftsim/pictures/svg.h"
#include "cmd/raftsim/pictures/text.h"

/* Fewer answers than lines over a band. */
enum { WORDS_FONT = 12, MOST_ANSWERS = 3, SHORT_ANSWER = 32, MOST_TEXT = 400 };

/* Sans-serif letters are 0.6 of their size wide, on average and generously. */
int svg_text_width(size_t characters, int font_size)
{
    return (int)characters * font_size * 62 / 100;
}

const char *svg_break_line(const char *text, size_t most)
{
    const char *end = text;

    for (const char *at = text; *at != '\0'; at++) {
        if (at[1] != ' ' && at[1] != '\0') {
            continue;
        }
        if (end != text && text_length(text, (size_t)(at + 1 - text)) > most) {
            return end;
        }
        end = at + 1;
    }
    return end;
}

static void print_line(const struct svg *svg, FILE *out,
                       const struct svg_band *band, int line, bool is_answer,
                       const char *text, size_t length)
{
    if (out == NULL) {
        return;
    }
    fprintf(out, "<text %sx=\"%d\" y=\"%d\">",
            is_answer ? "class=\"answer\" " : "", band->x + 6,
            svg_head_y(svg, band->strip) + (line + 2) * SVG_LINE);
    text_xml_part(out, text, length);
    fputs("</text>\n", out);
}

/* ---- Texts --------------------------------------------------------------- */

static void event_text(const struct scenario_event *event, char *text,
                       size_t size)
{
    size_t length =
        (size_t)snprintf(text, size, "%s", scenario_verb_text(event->verb));

    for (size_t i = 0; i < event->word_count && length < size; i++) {
        length += (size_t)snprintf(text + length, size - length, " %s",
                                   event->words[i]);
    }
}

/* The number-th answer that a client hears, or does not: 1, 2, 3, ... */
static bool answer_text(const struct svg *svg, const struct story_event *event,
                        size_t number, char *text, size_t size)
{
    for (size_t i = 0; i < event->count; i++) {
        const struct story_happening *h =
            &svg->story->happenings[event->first + i];
        const char *says = h->what == STORY_ANSWERED
                               ? story_answer_text(svg->story, &h->answer)
                               : NULL;

        if (says != NULL && --number == 0) {
            snprintf(text, size, "S%zu %s", h->place + 1, says);
            return true;
        }
    }
    return false;
}

/* What stands over a band, one after the other: 0, 1, ...; false: no more. */
static bool band_text(const struct svg *svg, const struct svg_band *band,
                      size_t number, char *text, size_t size)
{
    if (band->event == NULL || band->goes_on || number > MOST_ANSWERS) {
        return false;
    }
    if (number == 0) {
        event_text(band->event->event, text, size);
        return true;
    }
    return answer_text(svg, band->event, number, text, size);
}

/* ---- Lines --------------------------------------------------------------- */

int svg_words(const struct svg *svg, FILE *out, const struct svg_band *band)
{
    const size_t most = (size_t)(band->width - 8) * 100 / (WORDS_FONT * 62);
    char text[MOST_TEXT];
    int lines = 0;

    for (size_t i = 0; band_text(svg, band, i, text, sizeof(text)); i++) {
        for (const char *at = text; *at != '\0'; lines++) {
            const char *end = svg_break_line(at, most);

            print_line(svg, out, band, lines, i > 0, at, (size_t)(end - at));
            at = end + (*end == ' ' ? 1 : 0);
        }
    }
    return lines;
}

static size_t longest_word(const char *text)
{
    size_t longest = 0;

    while (*text != '\0') {
        const size_t bytes = strcspn(text, " ");
        const size_t length = text_length(text, bytes);

        longest = length > longest ? length : longest;
        text += bytes + (text[bytes] == ' ' ? 1 : 0);
    }
    return longest;
}

/* An answer is not broken, unless it is long. */
int svg_word_width(const struct svg *svg, const struct svg_band *band)
{
    size_t longest = 0;
    char text[MOST_TEXT];

    for (size_t i = 0; band_text(svg, band, i, text, sizeof(text)); i++) {
        const size_t whole = text_length(text, strlen(text));
        const size_t length =
            i > 0 && whole <= SHORT_ANSWER ? whole : longest_word(text);

        longest = length > longest ? length : longest;
    }
    return svg_text_width(longest, WORDS_FONT) + 12;
}
