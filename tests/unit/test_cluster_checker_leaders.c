/* SPDX-License-Identifier: MIT
 *
 * test_cluster_checker_leaders.c - the checker sees leaders and commitments
 * that must not be: made by servers that know nothing of each other.
 */
#include "tests/t.h"

#include "tests/unit/loner.h"

static void two_loners(raft_term term_of_first, raft_term term_of_second,
                       bool first_commits, bool second_commits,
                       const char *expected)
{
    struct checker *checker = checker_create();
    struct loner first;
    struct loner second;

    loner_live(&first, checker, 0, term_of_first - 1, NULL);
    if (first_commits) {
        loner_commit(&first, "a");
    }
    loner_live(&second, checker, 1, term_of_second - 1, NULL);
    if (second_commits) {
        loner_commit(&second, "b");
    }
    raft_destroy(first.core);
    raft_destroy(second.core);
    checker_must_say(checker, expected);
}

static void fig3_es_two_leaders_of_a_term_are_seen(void **state)
{
    (void)state;
    two_loners(3, 3, false, false, "Fig3:ES: S1 and S2 both led term 3");
    two_loners(3, 4, false, false, NULL);
}

static void fig3_lc_a_leader_without_a_committed_entry_is_seen(void **state)
{
    (void)state;
    two_loners(3, 4, true, false,
               "Fig3:LC: S2 leads term 4 without committed entry 1");
    two_loners(4, 3, true, false, NULL); /* elected for an earlier term */
}

static void fig3_lc_an_entry_that_a_later_leader_lacks_is_seen(void **state)
{
    struct checker *checker = checker_create();
    struct loner first;
    struct loner second;

    (void)state;
    loner_live(&first, checker, 0, 2, NULL);
    loner_live(&second, checker, 1, 3, NULL);
    loner_commit(&first, "a"); /* in term 3; the leader of term 4 lacks it */
    raft_destroy(first.core);
    raft_destroy(second.core);
    checker_must_say(checker,
                     "Fig3:LC: S2 leads term 4 without committed entry 1");
}

static void fig3_sms_two_commitments_at_an_index_are_seen(void **state)
{
    (void)state;
    two_loners(4, 3, true, true, "Fig3:SMS: S2 committed another entry at 1");
}

static void fig3_sms_wrong_applications_are_seen(void **state)
{
    static const struct {
        raft_index indexes[2];
        const char *text;
        const char *expected;
    } cases[] = {
        {{1, 2}, "a", NULL},
        {{1, 1}, "a", "Fig3:SMS: S1 applied 1 after 1"},
        {{2, 1}, "a", "Fig3:SMS: S1 applied 2 after 0"},
        {{1, 2}, "b", "Fig3:SMS: S1 applied another entry at 1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct checker *checker = checker_create();
        const struct raft_entry entry = loner_entry(1, cases[i].text);
        struct loner loner;

        loner_live(&loner, checker, 0, 0, NULL);
        loner_commit(&loner, "a");
        loner_commit(&loner, "a");
        checker_apply(checker, 0, cases[i].indexes[0], &entry);
        checker_apply(checker, 0, cases[i].indexes[1], &entry);
        raft_destroy(loner.core);
        checker_must_say(checker, cases[i].expected);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fig3_es_two_leaders_of_a_term_are_seen),
    cmocka_unit_test(fig3_lc_a_leader_without_a_committed_entry_is_seen),
    cmocka_unit_test(fig3_lc_an_entry_that_a_later_leader_lacks_is_seen),
    cmocka_unit_test(fig3_sms_two_commitments_at_an_index_are_seen),
    cmocka_unit_test(fig3_sms_wrong_applications_are_seen),
};

T_MAIN(tests)
