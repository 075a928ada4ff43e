/* SPDX-License-Identifier: MIT
 *
 * test_random_history.c - which stories clients can tell, and which not.
 *
 * A story is written as it happened: "w1" a write of 1 begins, "w1." it is
 * done, "w1!" it was refused; "ra" a read by client a begins, "ra1" it is
 * answered with 1, "ra0" with nothing. All about one key, unless said.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>

#include "cmd/raftsim/random/client_history.h"

enum { MAX_CLIENTS = 26, MAX_VALUES = 10 };

static void tell_word(struct history *history, const char *word,
                      size_t reads[MAX_CLIENTS], size_t writes[MAX_VALUES])
{
    const size_t who = (size_t)(word[1] - (word[0] == 'w' ? '0' : 'a'));

    if (word[0] == 'w' && word[2] == '\0') {
        writes[who] = history_write(history, 7, who);
    } else if (word[0] == 'w' && word[2] == '.') {
        history_done(history, writes[who]);
    } else if (word[0] == 'w') {
        history_refused(history, writes[who]);
    } else if (word[2] == '\0') {
        reads[who] = history_read(history, 7);
    } else {
        history_answered(history, reads[who], (uint64_t)(word[2] - '0'));
    }
}

static bool is_possible(const char *story, char *broken, size_t broken_bytes)
{
    struct history *history = history_create();
    size_t reads[MAX_CLIENTS] = {0};
    size_t writes[MAX_VALUES] = {0};
    char copy[200];

    snprintf(copy, sizeof(copy), "%s", story);
    for (char *word = strtok(copy, " "); word != NULL;
         word = strtok(NULL, " ")) {
        tell_word(history, word, reads, writes);
    }
    const bool possible = history_check(history, broken, broken_bytes);

    history_destroy(history);
    return possible;
}

static void possible(const char *story)
{
    char broken[300] = "";

    if (!is_possible(story, broken, sizeof(broken))) {
        fail_msg("'%s': %s", story, broken);
    }
}

static void impossible(const char *story, const char *why)
{
    char broken[300] = "";

    if (is_possible(story, broken, sizeof(broken))) {
        fail_msg("'%s' should not be possible", story);
    }
    if (strstr(broken, why) == NULL) {
        fail_msg("'%s': %s", story, broken);
    }
}

/* ---- One after the other ------------------------------------------------- */

static void a_read_sees_the_latest_write(void **state)
{
    (void)state;
    possible("");
    possible("ra ra0");
    possible("w1 w1. ra ra1");
    possible("w1 w1. w2 w2. ra ra2");
    impossible("w1 w1. ra ra0", "no order");
    impossible("w1 w1. w2 w2. ra ra1", "no order");
    impossible("w1 w1. w2 w2. ra ra2 rb rb1", "no order");
}

static void what_overlaps_may_happen_in_any_order(void **state)
{
    (void)state;
    possible("w1 ra ra0 w1.");
    possible("w1 ra ra1 w1.");
    possible("w1 w2 w1. w2. ra ra1");
    possible("w1 w2 w1. w2. ra ra2");
    possible("w1 w1. w2 ra rb ra2 rb1 w2.");
    impossible("w1 w1. w2 ra ra2 rb rb1 w2.", "no order");
    impossible("w1 w2 w1. w2. ra ra1 rb rb2", "no order");
    impossible("w1 ra ra1 rb rb0 w1.", "no order");
}

/* ---- Outcomes ------------------------------------------------------------ */

static void an_unknown_write_may_happen_late_or_never(void **state)
{
    (void)state;
    possible("w1 ra ra0 rb rb0");
    possible("w1 ra ra0 rb rb1");
    possible("w1 w2 w2. ra ra2 rb rb1 rc rc1");
    impossible("w1 ra ra1 rb rb0", "no order");
    impossible("w1 w2 w2. ra ra1 rb rb2 rc rc1", "no order");
    impossible("w1 ra ra1 w2 w2. rb rb1", "no order");
}

static void a_refused_write_never_happens(void **state)
{
    (void)state;
    possible("w1 w1! ra ra0");
    possible("w1 w1. w2 w2! ra ra1");
    impossible("w1 w1! ra ra1", "was refused");
    impossible("w1 ra ra1 w1!", "was refused");
}

static void values_come_from_somewhere_and_not_from_the_future(void **state)
{
    (void)state;
    impossible("ra ra5", "nobody wrote");
    impossible("ra ra1 w1 w1.", "before its write began");
    impossible("ra ra1 w1", "before its write began");
}

static void a_read_without_an_answer_says_nothing(void **state)
{
    (void)state;
    possible("w1 w1. ra w2 w2.");
    possible("ra");
}

static void keys_are_judged_apart(void **state)
{
    struct history *history = history_create();
    char broken[300];

    (void)state;
    history_done(history, history_write(history, 1, 1));
    history_done(history, history_write(history, 2, 2));
    history_answered(history, history_read(history, 1), 1);
    history_answered(history, history_read(history, 2), 2);
    t_u64_eq(history_judged_count(history), 4);
    assert_true(history_check(history, broken, sizeof(broken)));
    history_destroy(history);

    history = history_create();
    history_done(history, history_write(history, 1, 1));
    history_done(history, history_write(history, 2, 2));
    history_answered(history, history_read(history, 2), 1);
    assert_false(history_check(history, broken, sizeof(broken)));
    assert_string_equal(broken, "Linearizable: a value was read that nobody "
                                "wrote (key 2, value 1)");
    history_destroy(history);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_read_sees_the_latest_write),
    cmocka_unit_test(what_overlaps_may_happen_in_any_order),
    cmocka_unit_test(an_unknown_write_may_happen_late_or_never),
    cmocka_unit_test(a_refused_write_never_happens),
    cmocka_unit_test(values_come_from_somewhere_and_not_from_the_future),
    cmocka_unit_test(a_read_without_an_answer_says_nothing),
    cmocka_unit_test(keys_are_judged_apart),
};

T_MAIN(tests)
