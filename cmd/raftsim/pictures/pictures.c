/* SPDX-License-Identifier: MIT
 *
 * pictures.c - plays a scenario, and draws what happened.
 */
#include "cmd/raftsim/pictures/pictures.h"

#include "cmd/raftsim/pictures/draw.h"

/* A scenario that makes no sense is no picture. */
enum player_result picture_draw(const struct scenario *scenario,
                                enum picture_format format, FILE *out,
                                struct scenario_error *error)
{
    struct story *story = story_record(scenario);
    const enum player_result result = story->result;

    *error = story->error;
    if (result != PLAYER_BAD) {
        switch (format) {
        case PICTURE_JSON:
            draw_json(out, story);
            break;
        case PICTURE_MERMAID:
            draw_mermaid(out, story);
            break;
        case PICTURE_SVG:
            draw_svg(out, story);
            break;
        }
    }
    story_free(story);
    return result;
}
