/* SPDX-License-Identifier: MIT
 *
 * words.c - the words of a scenario: servers, links, numbers, lists of terms.
 */
#include "cmd/raftsim/scenario/words.h"

#include <string.h>

enum { MAX_DIGITS = 15, MAX_SET_BYTES = 128 };

/* Digits from *word on; moves *word behind them. */
static bool take_number(const char **word, uint64_t *number)
{
    size_t digits = 0;

    *number = 0;
    while (**word >= '0' && **word <= '9' && digits < MAX_DIGITS) {
        *number = *number * 10 + (uint64_t)(**word - '0');
        (*word)++;
        digits++;
    }
    return digits > 0;
}

bool word_number(const char *word, uint64_t *number)
{
    uint64_t read;

    if (!take_number(&word, &read) || *word != '\0') {
        return false;
    }
    *number = read;
    return true;
}

bool word_range(const char *word, uint64_t *first, uint64_t *last)
{
    if (!take_number(&word, first) || strncmp(word, "..", 2) != 0) {
        return false;
    }
    word += 2;
    return take_number(&word, last) && *word == '\0';
}

bool word_numbers(const char *word, uint64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!take_number(&word, &numbers[i]) ||
            *word != (i + 1 < count ? ',' : '\0')) {
            return false;
        }
        word++;
    }
    return count > 0;
}

/* S and a number; moves *word behind it. */
static bool take_server(const char **word, size_t server_count, size_t *place)
{
    uint64_t number;

    if (**word != 'S') {
        return false;
    }
    (*word)++;
    if (!take_number(word, &number) || number < 1 || number > server_count) {
        return false;
    }
    *place = (size_t)number - 1;
    return true;
}

bool word_server(const char *word, size_t server_count, size_t *place)
{
    return take_server(&word, server_count, place) && *word == '\0';
}

/* S1 or S1..S3; moves *word behind it. */
static bool take_range(const char **word, size_t server_count,
                       word_servers *servers)
{
    size_t first;
    size_t last;

    if (!take_server(word, server_count, &first)) {
        return false;
    }
    last = first;
    if (strncmp(*word, "..", 2) == 0) {
        *word += 2;
        if (!take_server(word, server_count, &last) || last < first) {
            return false;
        }
    }
    for (size_t place = first; place <= last; place++) {
        *servers |= 1u << place;
    }
    return true;
}

bool word_server_set(const char *word, size_t server_count,
                     word_servers *servers)
{
    *servers = 0;
    if (strcmp(word, "*") == 0) {
        *servers = (1u << server_count) - 1;
        return true;
    }
    while (take_range(&word, server_count, servers)) {
        if (*word == '\0') {
            return true;
        }
        if (*word != ',') {
            return false;
        }
        word++;
    }
    return false;
}

bool word_link(const char *word, size_t server_count, word_servers *from,
               word_servers *to)
{
    const char *arrow = strchr(word, '>');
    char left[MAX_SET_BYTES];

    if (arrow == NULL || (size_t)(arrow - word) >= sizeof(left)) {
        return false;
    }
    memcpy(left, word, (size_t)(arrow - word));
    left[arrow - word] = '\0';
    return word_server_set(left, server_count, from) &&
           word_server_set(arrow + 1, server_count, to);
}

bool word_term_list(const char *word, struct word_terms *terms)
{
    terms->count = 0;
    if (*word == '\0') {
        return true;
    }
    for (;;) {
        if (terms->count == WORDS_MAX_TERMS ||
            !take_number(&word, &terms->terms[terms->count])) {
            return false;
        }
        terms->count++;
        if (*word == '\0') {
            return true;
        }
        if (*word != ',') {
            return false;
        }
        word++;
    }
}

const char *word_value(const char *word, const char *name)
{
    const size_t length = strlen(name);

    return strncmp(word, name, length) == 0 && word[length] == '='
               ? word + length + 1
               : NULL;
}
