/* SPDX-License-Identifier: MIT
 *
 * stage.h - a scenario on stage: how far it has been played, and by what the
 * last event changed the cluster.
 *
 * Positions count the events that do something, as the transcript does;
 * position 0 is the set-up, nobody has started. A `mark` or `say` is told with
 * the event before it. Back is a new player that plays all events but the last.
 */
#ifndef RAFTSIM_STAGE_H
#define RAFTSIM_STAGE_H

#include "cmd/raftsim/screen/happened.h"
#include "cmd/raftsim/screen/snapshot.h"

struct stage {
    const struct scenario *scenario;
    size_t event_count; /* the last position */
    size_t *begins;     /* of a position's lines in scenario->events */

    size_t position;
    struct player *player;
    enum player_result result; /* not PLAYER_OK: the story ends here */
    bool violated;             /* by Figure 3 or a core, not an expectation */
    bool broken; /* a core stopped in mid-event: shown is what was before */
    struct scenario_error trouble;
    bool watched; /* what the last event did has been looked at */
    struct snapshot before;
    struct snapshot now;
    struct happened happened;
};

/* At position 0. The scenario must outlive the stage. */
void stage_open(struct stage *stage, const struct scenario *scenario);
void stage_close(struct stage *stage);

/* Play to a position; stops early where the scenario fails. */
void stage_go(struct stage *stage, size_t position);

/*
 * Play on until the conditions (expect.h; blanks between them) hold after an
 * event. false: *problem says why we have stayed where we were.
 */
bool stage_run_to(struct stage *stage, const char *conditions,
                  const char **problem);

/* "deliver S1>S2 append"; the set-up is "(set-up)". Returns text. */
char *stage_event_text(const struct stage *stage, size_t position, char *text,
                       size_t text_bytes);

/* The latest `title` and `mark` before the event, or NULL. */
const char *stage_title(const struct stage *stage);
const char *stage_mark(const struct stage *stage);

/* A `mark` behind the event at a position? */
bool stage_has_mark(const struct stage *stage, size_t position);

/* Is a word in the event's text, its marks or what is said? Case is not
 * looked at. */
bool stage_mentions(const struct stage *stage, size_t position,
                    const char *word);

#endif
