/* SPDX-License-Identifier: MIT
 *
 * transcript.h - what happened, in lines a person reads and a test compares.
 *
 * For each event: what arrived, was applied or answered; the servers that
 * changed; the rules that fired (a guard that declined has a "-" behind it);
 * what a rule says when it is met first, or keeps the cluster safe by saying
 * no; what was sent and is in flight.
 */
#ifndef RAFTSIM_TRANSCRIPT_H
#define RAFTSIM_TRANSCRIPT_H

#include <stdio.h>

#include "cmd/raftsim/cluster/cluster.h"
#include "cmd/raftsim/scenario/scenario.h"

enum { TRANSCRIPT_MAX_RULES = 2 * RAFT_RULE_COUNT, TRANSCRIPT_MAX_LINE = 1024 };

struct transcript {
    FILE *out;    /* NULL: nothing is printed */
    bool is_said; /* the latest was a `say`: the next goes on with it */
    int event_number;
    uint64_t sent_before;          /* network.sent_count when the event began */
    bool told[RAFT_RULE_COUNT][2]; /* [taken] */
    /* Of this event, by server: 2 * rule + taken, in the order first met. */
    size_t rule_count[CLUSTER_MAX_SERVERS];
    unsigned char rules[CLUSTER_MAX_SERVERS][TRANSCRIPT_MAX_RULES];
    char state[CLUSTER_MAX_SERVERS][TRANSCRIPT_MAX_LINE]; /* as last printed */
};

/* From now on print to out, or not at all (NULL); cluster: may be NULL. */
void transcript_print_to(struct transcript *t, const struct cluster *cluster,
                         FILE *out);

void transcript_title(struct transcript *t, const char *title);
void transcript_say(struct transcript *t, const char *text);
void transcript_mark(struct transcript *t, const char *name);
/* servers, options, given: as written. */
void transcript_setup(struct transcript *t, const struct scenario_event *event);

void transcript_begin(struct transcript *t, const struct cluster *cluster,
                      const struct scenario_event *event);
/* One line of what happens in an event. */
__attribute__((format(printf, 2, 3))) void
transcript_line(struct transcript *t, const char *format, ...);
/* A message: what becomes of it, and its text. */
void transcript_message(struct transcript *t, const char *fate,
                        const struct raft_message *message);
void transcript_applied(struct transcript *t, raft_server_id id,
                        raft_index index, const struct raft_entry *entry);
void transcript_rules(struct transcript *t, size_t place,
                      const struct raft_effects *out);
/* Those of the event have been met, though nothing is printed. */
void transcript_note_rules(struct transcript *t, const struct cluster *cluster);
/* Those of the event, and what the new ones say. */
void transcript_print_rules(struct transcript *t,
                            const struct cluster *cluster);
void transcript_end(struct transcript *t, const struct cluster *cluster);

#endif
