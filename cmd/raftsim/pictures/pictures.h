/* SPDX-License-Identifier: MIT
 *
 * pictures.h - a scenario as data for other programs, and as a drawing.
 */
#ifndef RAFTSIM_PICTURES_H
#define RAFTSIM_PICTURES_H

#include "cmd/raftsim/scenario/player.h"

enum picture_format {
    PICTURE_JSON = 1, /* one line an event */
    PICTURE_MERMAID,  /* a sequence diagram, as GitHub shows it */
    PICTURE_SVG       /* a space-time diagram */
};

/* Play all of it, and draw it to out. Results and *error as player_play(). */
enum player_result picture_draw(const struct scenario *scenario,
                                enum picture_format format, FILE *out,
                                struct scenario_error *error);

#endif
