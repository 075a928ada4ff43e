/* SPDX-License-Identifier: MIT
 *
 * rule_sites.h - in which functions the rules are carried out.
 *
 * `make rules` writes the table from the code, as it does docs/paper-map.md.
 */
#ifndef RAFTSIM_RULE_SITES_H
#define RAFTSIM_RULE_SITES_H

#include "raft/rules.h"

enum { RULE_MAX_SITES = 2 }; /* the first two are enough to begin reading */

struct rule_site {
    char function[40]; /* "" = no further one */
    char file[40];
};

extern const struct rule_site rule_sites[RAFT_RULE_COUNT][RULE_MAX_SITES];

#endif
