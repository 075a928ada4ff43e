/* SPDX-License-Identifier: MIT
 *
 * explore_met.h - a world is searched to its end, and asked what was met there.
 */
#ifndef TESTS_EXPLORE_MET_H
#define TESTS_EXPLORE_MET_H

#include <stdbool.h>

/* Of all servers that were ever met in a world. */
struct explore_met {
    bool learner;       /* a configuration with one, in a log */
    bool joint;         /* C_old,new */
    bool last_change;   /* the last one there is, committed */
    bool outside;       /* a leader that is not in the configuration in force */
    bool compacted;     /* a log without its first entries */
    bool in_part;       /* the first piece of two has come */
    bool unpublished;   /* taken, and not durable yet */
    bool reset;         /* a log that is to be forgotten for a snapshot */
    bool restarted;     /* down, with a snapshot */
    bool installed;     /* a snapshot that another server took */
    bool kept;          /* an entry before the snapshot's last one */
    bool changed_after; /* compacted, and the members are others than before */
};

/* There is such a world, and nothing is broken in it. */
struct explore_met explore_met_in(const char *name);

#endif
