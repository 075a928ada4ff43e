/* SPDX-License-Identifier: MIT
 *
 * loner.h - a core in a cluster of its own, watched by a checker.
 */
#ifndef TESTS_LONER_H
#define TESTS_LONER_H

#include "tests/t.h"

#include "cmd/raftsim/cluster/checker.h"

/* A core in a cluster of its own: it elects itself and commits alone. */
struct loner {
    struct raft *core;
    struct raft_effects out;
    size_t place;
    struct checker *checker;
    raft_write_seq asked;
};

/* A command; text is borrowed. */
struct raft_entry loner_entry(raft_term term, const char *text);

/* At a place, with the next number for its id; it leads the term after
 * current_term. disk: what the checker takes for its disk, or NULL. */
void loner_live(struct loner *loner, struct checker *checker, size_t place,
                raft_term current_term, const struct sim_disk *disk);
void loner_step(struct loner *loner, const struct raft_input *in);
void loner_commit(struct loner *loner, const char *text);

/* The first violation begins so; NULL: there is none. Ends the checker. */
void checker_must_say(struct checker *checker, const char *expected);

#endif
