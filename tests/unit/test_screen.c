/* SPDX-License-Identifier: MIT
 *
 * test_screen.c - what raftsim's screen shows of a moment of a scenario.
 */
#include "tests/t.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/screen/keys.h"
#include "tests/unit/screen_rig.h"

/* ---- The same, forward and back ------------------------------------------ */

static void compare_both_ways(const char *path)
{
    struct screen_rig rig;
    char **forward;
    size_t count;

    rig_watch(&rig, path);
    count = rig.control.stage.event_count;
    forward = calloc(count + 1, sizeof(*forward));
    assert_non_null(forward);
    for (size_t i = 0; i <= count; i++) {
        t_u64_eq(rig.control.stage.position, i);
        forward[i] = rig_cells(&rig);
        rig_press(&rig, i < count ? "n" : "");
    }
    for (size_t i = count;; i--) {
        char *back = rig_cells(&rig);

        t_u64_eq(rig.control.stage.position, i);
        if (strcmp(back, forward[i]) != 0) {
            fail_msg("%s: event %zu looks another way back", path, i);
        }
        free(back);
        free(forward[i]);
        if (i == 0) {
            break;
        }
        rig_press(&rig, "b");
    }
    free(forward);
    rig_leave(&rig);
}

static void an_event_looks_the_same_forward_and_back(void **state)
{
    glob_t files;

    (void)state;
    assert_int_equal(glob("tests/scenarios/*.raft", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        compare_both_ways(files.gl_pathv[i]);
    }
    globfree(&files);
}

/* ---- What one sees ------------------------------------------------------- */

/* Figure 8 (c): on a majority, not committed. */
static void figure_8_shows_why_the_old_entry_is_not_committed(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch(&rig, "tests/scenarios/fig8-safe.raft");
    rig_press(&rig, "rS1.match[S3]=2\r");
    rig_sees(&rig, " event 17/34");
    rig_sees(&rig, "invariants: ok  (c) S5 crashes");
    rig_sees(&rig, "*S1 L        4   S1 hb  3      0       0     [1] [2] [4]");
    rig_sees(&rig, " S2 F        4   S1 el 19      0       0     [1] [2]\n");
    rig_sees(&rig, " S5 down     3   S5                          [1] [3]\n");
    rig_sees(&rig, " S1 match_index S2:2 S3:2 S4:0 S5:0   next_index");
    rig_sees(&rig, " event 17     deliver S3>S1 append-reply\n");
    rig_sees(&rig, "arrives   S3>S1 append-reply term=4 success match=2");
    rig_sees(&rig, " why S1 Sec542:CM.1 NOT taken: Counting replicas");
    rig_sees(&rig, "raft_advance_leader_commit() raft/commit.c");
    rig_press(&rig, "n");
    rig_sees(&rig, " mark         (e) entry 3, of S1's own term, reaches");
    rig_leave(&rig);
}

/* Of all that an election does: the votes, and what they make. */
static void what_is_decided_is_told_first(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch(&rig, "tests/scenarios/fig8.raft");
    rig_press(&rig, "n");
    rig_sees(&rig, " why S1,S2,S4,S5 Fig2:RV.2 The vote is granted");
    rig_sees(&rig, "\n     S3 Fig2:CND.2 Votes from a majority: become");
    rig_leave(&rig);
}

static void messages_alike_but_for_one_end_are_one_line(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, "servers 5\nelect S1\nput S1 x=1\ndeliver S1>S2\n");
    rig_press(&rig, "n");
    rig_sees(&rig, "arrives   S1>S2..S5 request-vote term=1 last=0:0\n");
    rig_sees(&rig, "arrives   S2..S5>S1 vote term=1 granted\n");
    rig_sees(&rig, " in flight    nothing\n");
    rig_press(&rig, "n");
    rig_sees(&rig, " in flight 4 *S1>S2..S5 append term=1 prev=0:0 entries=1");
    rig_press(&rig, "n");
    rig_sees(&rig, " in flight 4  S1>S3..S5 append term=1 prev=0:0 entries=1");
    rig_sees(&rig, "             *S2>S1 append-reply term=1 success match=1\n");
    rig_press(&rig, "m");
    rig_sees(&rig, "  S1>S4 append term=1 prev=0:0 entries=1 commit=0\n");
    rig_leave(&rig);
}

static void what_the_disk_does_not_hold_yet_is_in_round_brackets(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, "servers 2\ndisk S2 by-hand\ntimeout S1\n"
                         "deliver S1>S2 request-vote\npersist S2\n"
                         "deliver S2>S1\nput S1 x=1\ndeliver S1>S2 append\n"
                         "persist S2\n");
    rig_press(&rig, "nnn");
    rig_sees(&rig, "*S2 F      (1) (S1)");
    rig_sees(&rig, " writing      S2: 1 to do");
    rig_press(&rig, "n");
    rig_sees(&rig, "*S2 F        1   S1");
    rig_sees_no(&rig, "writing");
    rig_press(&rig, "nnn");
    rig_sees(&rig, "(1)*\n"); /* new */
    rig_press(&rig, "n");
    rig_sees(&rig, "*S2 F        1   S1 el 14      0       0     [1]\n");
    rig_leave(&rig);
}

static void what_an_event_deletes_leaves_a_cross(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, "servers 2\ngiven S1..S2 log=1,1\nelect S1 term=2\n"
                         "disk S2 by-hand\nput S1 x=1\ndeliver S1>S2 append\n"
                         "crash S2\nrestart S2\n");
    rig_press(&rig, "nnnn");
    rig_sees(&rig, "[1] [1] (2)*\n");
    rig_press(&rig, "n");
    rig_sees(&rig, "*S2 down     2   S1                          [1] [1]  x\n");
    rig_press(&rig, "n");
    rig_sees(&rig, "     [1] [1]\n");
    rig_leave(&rig);
}

static void committed_and_applied_are_told_apart(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, "servers 1\noptions paper max_apply_entries=1\n"
                         "elect S1\nmachine S1 by-hand\ndisk S1 by-hand\n"
                         "put S1 a=1\nput S1 b=2\npersist S1\napply S1\n");
    rig_press(&rig, "nnnnnn");
    rig_sees(&rig, "  2       1     [1]\u2713[1]c\n");
    rig_press(&rig, "n");
    rig_sees(&rig, "  2       2     [1]\u2713[1]\u2713\n");
    rig_leave(&rig);
}

static void long_logs_show_their_tails_and_can_be_moved(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, "servers 1\ngiven S1 log=1,1,1,2,2,2,3,3,3,3,3,4,5,6\n"
                         "tick\n");
    rig_sees(&rig, "log… 7   8   9  10  11  12  13  14\n");
    rig_sees(&rig, "[3] [3] [3] [3] [3] [4] [5] [6]\n");
    rig_press(&rig, "<<<<<<<<<<<<");
    rig_sees(&rig, "log  1   2   3   4   5   6   7   8\n");
    rig_press(&rig, ">");
    rig_sees(&rig, "log… 2   3   4   5   6   7   8   9\n");
    rig.columns = 120;
    rig_show(&rig);
    rig_sees(&rig,
             "log  1   2   3   4   5   6   7   8   9  10  11  12  13  14");
    rig_leave(&rig);
}

static void w_shows_every_rule_with_its_functions(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch(&rig, "tests/scenarios/fig8-safe.raft");
    rig.rows = 200;
    rig_press(&rig, "nw");
    rig_sees(&rig, "S2..S5 Fig2:FLW.1 A server answers the requests");
    rig_sees(&rig, "reply() raft/append_receive.c raft_reply_vote()");
    rig_sees(&rig, "Fig2:AE.1 NOT taken: AppendEntries of an older term");
    rig.rows = 24;
    rig_press(&rig, "");
    rig_show(&rig);
    rig_sees(&rig, "more (down)");
    rig_press_key(&rig, KEY_DOWN);
    rig_sees_no(&rig, " event 1      elect");
    rig_press(&rig, "n"); /* the next event begins at its top */
    rig_sees(&rig, " event 2      put S1 x=2");
    rig_leave(&rig);
}

/* ---- What does not hold -------------------------------------------------- */

static void an_expectation_that_fails_is_shown_and_back_works(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig,
                   "servers 1\ntick\nexpect S1.role=leader\nsay not told\n"
                   "tick\n");
    rig_press_key(&rig, 'n');
    assert_int_equal(rig.control.worst, PLAYER_OK);
    rig_press(&rig, "nn"); /* and no further */
    rig_sees(&rig, " event 2/3  invariants: ok  expectation FAILED");
    rig_sees(&rig, " FAILED       test.raft:3: ");
    rig_sees(&rig, "it ends here: test.raft:3: ");
    rig_sees_no(&rig, "holds");
    rig_sees_no(&rig, "not told");
    rig_press(&rig, "b");
    rig_sees(&rig, " event 1/3  invariants: ok\n");
    rig_sees_no(&rig, "FAILED");
    assert_int_equal(rig.control.worst, PLAYER_FAILED); /* it was seen */
    rig_press(&rig, "g3\r");
    rig_sees(&rig, " FAILED       test.raft:3: ");
    rig_leave(&rig);
}

static void what_makes_no_sense_is_shown_where_it_stands(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, "servers 1\ntick\nput S1 x=1\nrestart S1\n");
    rig_press(&rig, "g9\rg3\r");
    rig_sees(&rig, "scenario WRONG");
    rig_sees(&rig, " WRONG        test.raft:4: ");
    assert_int_equal(rig.control.worst, PLAYER_BAD);
    rig_leave(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(an_event_looks_the_same_forward_and_back),
    cmocka_unit_test(figure_8_shows_why_the_old_entry_is_not_committed),
    cmocka_unit_test(what_is_decided_is_told_first),
    cmocka_unit_test(messages_alike_but_for_one_end_are_one_line),
    cmocka_unit_test(what_the_disk_does_not_hold_yet_is_in_round_brackets),
    cmocka_unit_test(what_an_event_deletes_leaves_a_cross),
    cmocka_unit_test(committed_and_applied_are_told_apart),
    cmocka_unit_test(long_logs_show_their_tails_and_can_be_moved),
    cmocka_unit_test(w_shows_every_rule_with_its_functions),
    cmocka_unit_test(an_expectation_that_fails_is_shown_and_back_works),
    cmocka_unit_test(what_makes_no_sense_is_shown_where_it_stands),
};

T_MAIN(tests)
