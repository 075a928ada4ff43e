/* SPDX-License-Identifier: MIT */
#include "cmd/raftsim/pictures/pictures.h"

enum player_result picture_draw(const struct scenario *scenario,
                                enum picture_format format, FILE *out,
                                struct scenario_error *error)
{
    (void)format;
    return player_play(scenario, out, error);
}
