/* SPDX-License-Identifier: MIT
 *
 * draw.h - a recorded story, drawn in three ways.
 */
#ifndef RAFTSIM_DRAW_H
#define RAFTSIM_DRAW_H

#include "cmd/raftsim/pictures/story.h"

void draw_json(FILE *out, struct story *story);
void draw_mermaid(FILE *out, struct story *story);
void draw_svg(FILE *out, struct story *story);

#endif
