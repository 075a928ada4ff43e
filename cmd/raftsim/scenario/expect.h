/* SPDX-License-Identifier: MIT
 *
 * expect.h - conditions on servers: S1.commit=2, S1..S3.role=follower.
 *
 *   role      follower, candidate, leader or down
 *   term vote leader   (a server or none)
 *   commit applied last last_term durable   (numbers)
 *   first snapshot     first index in the log; last index of the snapshot
 *   log       terms: 1,1,4; (2)4: two entries are gone into a snapshot
 *   members   S1,S2,S3; joint: S1,S2/S1,S3; +S4 does not vote
 *   match[Sx] next[Sx]   on a leader
 *   key[NAME] the value in the state machine, or none
 *   read      the latest `get`: its value, none, refused or pending
 *   in_flight number of messages from this server under way
 *
 * Operators: = != < <= > >=; the last four compare numbers.
 */
#ifndef RAFTSIM_EXPECT_H
#define RAFTSIM_EXPECT_H

#include "cmd/raftsim/cluster/cluster.h"
#include "cmd/raftsim/scenario/words.h"

enum { EXPECT_MAX_BYTES = 512 };

enum expect_operator {
    EXPECT_EQUAL = 1,
    EXPECT_NOT_EQUAL,
    EXPECT_LESS,
    EXPECT_AT_MOST,
    EXPECT_MORE,
    EXPECT_AT_LEAST
};

struct expect_condition {
    word_servers servers;
    char field[32];
    char argument[32]; /* in brackets; "" = none */
    enum expect_operator op;
    char value[EXPECT_MAX_BYTES];
};

/* false: *problem says, in a few words, what is wrong with the word. */
bool expect_parse(const char *word, size_t server_count,
                  struct expect_condition *condition, const char **problem);

/*
 * The value of a field on one server, as text. false: there is none such.
 * last_read: what field `read` says.
 */
bool expect_actual(const struct cluster *cluster, size_t place,
                   const struct expect_condition *condition,
                   const char *last_read, char *actual, size_t actual_bytes);

/* Does the actual value meet the condition? */
bool expect_holds(const struct expect_condition *condition, const char *actual);

#endif
