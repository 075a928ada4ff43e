/* SPDX-License-Identifier: MIT
 *
 * figure3.h - Figure 3, after each event, over the whole history. broken: set
 * to what is broken, or left alone.
 */
#ifndef RAFTSIM_EXPLORE_FIGURE3_H
#define RAFTSIM_EXPLORE_FIGURE3_H

#include "cmd/raftsim/explore/history.h"

/* Fig3:LM: a log that has changed, against all logs and disks. */
void figure3_matching(const struct explore_tables *tables,
                      const struct explore_change *change, uint16_t log,
                      char broken[GLUE_BROKEN_BYTES]);

/* Fig3:SMS, LC, Fig2:LDR.4: a server's commit_index has moved. */
void figure3_commits(const struct explore_tables *tables,
                     const struct explore_change *change,
                     struct explore_history *history,
                     char broken[GLUE_BROKEN_BYTES]);

/* Section 6: a log that has changed has one change of members under way at
 * most. committed: number of a log. */
void figure3_changes(const struct explore_tables *tables,
                     const struct explore_change *change, uint16_t committed,
                     char broken[GLUE_BROKEN_BYTES]);

/* Section 6: is the entry at i (from 0) on the disks of those who decide? */
bool figure3_is_decided(const struct explore_tables *tables,
                        const struct explore_change *change,
                        const struct explore_log *log, size_t i);

/* Fig3:ES, LC: a server has been elected. */
void figure3_leader(const struct explore_tables *tables,
                    const struct explore_change *change,
                    struct explore_history *history,
                    char broken[GLUE_BROKEN_BYTES]);

#endif
