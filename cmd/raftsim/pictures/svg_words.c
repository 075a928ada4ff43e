/* SPDX-License-Identifier: MIT
 *
 * svg_words.c - the words of an event, in lines over its band.
 */
#include <string.h>

#include "cmd/raftsim/pictures/svg.h"
#include "cmd/raftsim/pictures/text.h"

enum { WORDS_FONT = 12 };

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
                       const struct svg_band *band, int line, const char *text,
                       size_t length)
{
    if (out == NULL) {
        return;
    }
    fprintf(out, "<text x=\"%d\" y=\"%d\">", band->x + 6,
            svg_head_y(svg, band->strip) + (line + 2) * SVG_LINE);
    text_xml_part(out, text, length);
    fputs("</text>\n", out);
}

static size_t words_text(const struct svg_band *band, char *text, size_t size)
{
    const struct scenario_event *event = band->event->event;
    size_t length =
        (size_t)snprintf(text, size, "%s", scenario_verb_text(event->verb));

    for (size_t i = 0; i < event->word_count && length < size; i++) {
        length += (size_t)snprintf(text + length, size - length, " %s",
                                   event->words[i]);
    }
    return length < size ? length : size - 1;
}

int svg_words(const struct svg *svg, FILE *out, const struct svg_band *band)
{
    const size_t most = (size_t)(band->width - 8) * 100 / (WORDS_FONT * 62);
    char text[400];
    int lines = 0;

    if (band->event == NULL || band->goes_on) {
        return 0;
    }
    words_text(band, text, sizeof(text));
    for (const char *at = text; *at != '\0'; lines++) {
        const char *end = svg_break_line(at, most);

        print_line(svg, out, band, lines, at, (size_t)(end - at));
        at = end + (*end == ' ' ? 1 : 0);
    }
    return lines;
}

int svg_word_width(const struct svg_band *band)
{
    size_t longest = 0;
    char text[400];

    if (band->event == NULL || band->goes_on) {
        return 0;
    }
    words_text(band, text, sizeof(text));
    for (const char *at = text; *at != '\0';) {
        const size_t bytes = strcspn(at, " ");
        const size_t length = text_length(at, bytes);

        longest = length > longest ? length : longest;
        at += bytes + (at[bytes] == ' ' ? 1 : 0);
    }
    return svg_text_width(longest, WORDS_FONT) + 12;
}
