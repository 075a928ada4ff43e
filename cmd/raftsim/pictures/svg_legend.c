/* SPDX-License-Identifier: MIT
 *
 * svg_legend.c - below the servers: what is said, and what the signs mean.
 */
#include <string.h>

#include "cmd/raftsim/pictures/svg.h"
#include "cmd/raftsim/pictures/text.h"

enum { NOTE_FONT = 14, NOTE_LINE = 20, ROW = 30, SIGN = 44, GAP = 18 };

/* ---- Notes --------------------------------------------------------------- */

static void draw_number(FILE *out, size_t number, int x, int y)
{
    fprintf(out,
            "<circle class=\"note\" cx=\"%d\" cy=\"%d\" r=\"9\"/>\n"
            "<text class=\"note\" x=\"%d\" y=\"%d\">%zu</text>\n",
            x, y, x, y + 4, number);
}

void svg_draw_note_number(const struct svg *svg, size_t number, int x, int y)
{
    draw_number(svg->out, number, x, y);
}

/* One after the other, as one text. */
static char *said(const struct svg *svg, const struct svg_band *band)
{
    size_t size = 1;
    char *text;

    for (size_t i = 0; i < band->told_count; i++) {
        size += strlen(band->told[i]->words[0]) + 1;
    }
    text = story_memory(svg->story, size, 1);
    for (size_t i = 0; i < band->told_count; i++) {
        if (band->told[i]->verb == SCENARIO_SAY) {
            strcat(text, text[0] == '\0' ? "" : " ");
            strcat(text, band->told[i]->words[0]);
        }
    }
    return text;
}

static int draw_note(const struct svg *svg, const struct svg_band *band, int y)
{
    const size_t most =
        (size_t)(svg->width - SVG_LEFT - SVG_RIGHT) * 100 / (NOTE_FONT * 62);

    draw_number(svg->out, band->note, SVG_LEFT - 22, y - 5);
    for (const char *at = said(svg, band); *at != '\0'; y += NOTE_LINE) {
        const char *end = svg_break_line(at, most);

        fprintf(svg->out, "<text class=\"said\" x=\"%d\" y=\"%d\">", SVG_LEFT,
                y);
        text_xml_part(svg->out, at, (size_t)(end - at));
        fputs("</text>\n", svg->out);
        at = end + (*end == ' ' ? 1 : 0);
    }
    return y + 6;
}

int svg_draw_notes(const struct svg *svg, int y)
{
    for (size_t i = 0; i < svg->band_count; i++) {
        if (svg->bands[i].note != 0) {
            y = draw_note(svg, &svg->bands[i], y);
        }
    }
    return y;
}

/* ---- Legend -------------------------------------------------------------- */

enum sign {
    SIGN_FOLLOWER,
    SIGN_CANDIDATE,
    SIGN_LEADER,
    SIGN_DOWN,
    SIGN_COMMITTED,
    SIGN_ENTRY,
    SIGN_VOTE,
    SIGN_APPEND,
    SIGN_ANSWER,
    SIGN_REFUSAL,
    SIGN_QUIET,
    SIGN_LOST,
    SIGN_UNDER_WAY,
    SIGN_COUNT
};

static const char *const sign_texts[SIGN_COUNT] = {
    [SIGN_FOLLOWER] = "follower",
    [SIGN_CANDIDATE] = "candidate",
    [SIGN_LEADER] = "leader",
    [SIGN_DOWN] = "down",
    [SIGN_COMMITTED] = "entry of term 2, known to be committed",
    [SIGN_ENTRY] = "not known to be",
    [SIGN_VOTE] = "RequestVote",
    [SIGN_APPEND] = "AppendEntries",
    [SIGN_ANSWER] = "answer",
    [SIGN_REFUSAL] = "refusal",
    [SIGN_QUIET] = "heartbeat",
    [SIGN_LOST] = "lost",
    [SIGN_UNDER_WAY] = "under way"};

static void draw_bar(FILE *out, int x, int y, enum sign sign)
{
    const char *fill = sign == SIGN_LEADER ? svg_dark(1) : svg_light(1);

    fprintf(out,
            "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"16\" "
            "fill=\"%s\" stroke=\"%s\"/>\n",
            x, y - 8, SIGN - 8, fill, svg_dark(1));
    if (sign == SIGN_CANDIDATE) {
        fprintf(out,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"16\" "
                "fill=\"url(#hatch)\"/>\n",
                x, y - 8, SIGN - 8);
    }
}

static void draw_line(FILE *out, int x, int y, const char *kind,
                      const char *manner, const char *head)
{
    fprintf(out, "<line class=\"%s%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"",
            kind, manner, x, y, x + SIGN - 12, y);
    if (head != NULL) {
        fprintf(out, " marker-end=\"url(#head-%s)\"", head);
    }
    fputs("/>\n", out);
}

static void draw_sign(FILE *out, enum sign sign, int x, int y)
{
    switch (sign) {
    case SIGN_FOLLOWER:
    case SIGN_CANDIDATE:
    case SIGN_LEADER:
        draw_bar(out, x, y, sign);
        break;
    case SIGN_DOWN:
        fprintf(out,
                "<line class=\"gap\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
                "\n<path class=\"crash\" d=\"M%d %dl14 14m0 -14l-14 14\"/>\n",
                x + 7, y, x + SIGN - 8, y, x, y - 7);
        break;
    case SIGN_COMMITTED:
    case SIGN_ENTRY:
        svg_draw_entry(out, x + 14, y, 2, sign == SIGN_COMMITTED);
        break;
    case SIGN_VOTE:
        draw_line(out, x, y, "vote", "", "vote");
        break;
    case SIGN_APPEND:
        draw_line(out, x, y, "append", "", "append");
        break;
    case SIGN_ANSWER:
        draw_line(out, x, y, "append", " answer", "append");
        break;
    case SIGN_REFUSAL:
        draw_line(out, x, y, "refusal", " answer", "refusal");
        break;
    case SIGN_QUIET:
        draw_line(out, x, y, "quiet", "", "quiet");
        break;
    case SIGN_LOST:
        draw_line(out, x, y, "append", "", NULL);
        fprintf(out,
                "<path class=\"cross append\" d=\"M%d %dl10 10m0 -10l-10 "
                "10\"/>\n",
                x + SIGN - 17, y - 5);
        break;
    case SIGN_UNDER_WAY:
        draw_line(out, x, y, "append", " under-way", NULL);
        break;
    case SIGN_COUNT:
        break;
    }
}

int svg_draw_legend(const struct svg *svg, int y)
{
    int x = SVG_LEFT;

    fputs("<g class=\"legend\">\n", svg->out);
    for (int i = 0; i < SIGN_COUNT; i++) {
        const int width =
            SIGN + svg_text_width(strlen(sign_texts[i]), 12) + GAP;

        if (x + width > svg->width && x > SVG_LEFT) {
            x = SVG_LEFT;
            y += ROW;
        }
        draw_sign(svg->out, (enum sign)i, x, y);
        fprintf(svg->out, "<text x=\"%d\" y=\"%d\">%s</text>\n", x + SIGN,
                y + 4, sign_texts[i]);
        x += width;
    }
    fputs("</g>\n", svg->out);
    return y + ROW;
}

/* ---- Definitions --------------------------------------------------------- */

void svg_draw_definitions(FILE *out)
{
    static const char *const heads[][2] = {{"vote", "#6a3d9a"},
                                           {"append", "#0b4f9c"},
                                           {"refusal", "#b3262a"},
                                           {"order", "#111"},
                                           {"quiet", "#9a9a9a"}};

    fputs("<pattern id=\"hatch\" width=\"6\" height=\"6\" "
          "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
          "<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#444\" "
          "stroke-width=\"2\" stroke-opacity=\"0.55\"/></pattern>\n",
          out);
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        fprintf(out,
                "<marker id=\"head-%s\" viewBox=\"0 0 10 10\" refX=\"9\" "
                "refY=\"5\" markerUnits=\"userSpaceOnUse\" "
                "markerWidth=\"11\" markerHeight=\"11\" orient=\"auto\">"
                "<path d=\"M0 1L10 5L0 9z\" fill=\"%s\"/></marker>\n",
                heads[i][0], heads[i][1]);
    }
}
