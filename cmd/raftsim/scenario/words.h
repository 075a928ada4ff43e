/* SPDX-License-Identifier: MIT
 *
 * words.h - the words of a scenario: servers, links, numbers, lists of terms.
 *
 * Each returns false when the word is not what it should be.
 */
#ifndef RAFTSIM_WORDS_H
#define RAFTSIM_WORDS_H

#include "raft/types.h"

/* A set of servers: bit i stands for S(i+1). */
typedef unsigned word_servers;

enum { WORDS_MAX_TERMS = 64 };

#define WORDS_MAX_NUMBER UINT64_C(999999999999999)

struct word_terms {
    size_t count;
    raft_term terms[WORDS_MAX_TERMS];
};

/* 1, 20: digits only, at most WORDS_MAX_NUMBER. *number is left alone if not.
 */
bool word_number(const char *word, uint64_t *number);

/* 10..20 */
bool word_range(const char *word, uint64_t *first, uint64_t *last);

/* 2,0,1: exactly `count` numbers. */
bool word_numbers(const char *word, uint64_t *numbers, size_t count);

/* S1 */
bool word_server(const char *word, size_t server_count, size_t *place);

/* S1, S1..S3, S1,S4..S5, or * for all. */
bool word_server_set(const char *word, size_t server_count,
                     word_servers *servers);

/* S1>S2, S1>*, S1,S2>S3: from all of the one set to all of the other. */
bool word_link(const char *word, size_t server_count, word_servers *from,
               word_servers *to);

/* 1,1,4 or nothing at all; at most WORDS_MAX_TERMS. */
bool word_term_list(const char *word, struct word_terms *terms);

/* The part after "name=", or NULL when the word does not begin so. */
const char *word_value(const char *word, const char *name);

static inline bool word_set_has(word_servers servers, size_t place)
{
    return (servers >> place & 1u) != 0;
}

#endif
