/* SPDX-License-Identifier: MIT
 *
 * test_screen_links.c - raftsim's screen names what is cut, held, slow or told
 * to wait.
 */
#include "tests/t.h"

#include "tests/unit/screen_rig.h"

static void cut_links_and_held_ones_are_named(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, "servers 3\ncut S3\nhold S1>S2\ntimeout S1\nheal\n");
    rig_press(&rig, "nnn");
    rig_sees(&rig, " cut          S1,S2>S3  S3>S1,S2\n");
    rig_sees(&rig, " held         S1>S2\n");
    rig_sees(&rig, "*S1>S2 request-vote term=1 last=0:0 (held)\n");
    rig_press(&rig, "n");
    rig_sees_no(&rig, " cut  ");
    rig_leave(&rig);
}

/* Odd ones and even ones: no link can be named with its neighbour. */
static void links_between_two_sets_are_two_groups(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, "servers 9\ncut S1,S3,S5,S7,S9 S2,S4,S6,S8\n"
                         "hold S1>S3 ; hold S3>S5 ; hold S5>S7 ; hold S7>S9\n"
                         "hold S2>S4 ; hold S4>S6 ; hold S6>S8\n");
    rig_press(&rig, "n");
    rig_sees(&rig, " cut          S1,S3,S5,S7,S9>S2,S4,S6,S8"
                   "  S2,S4,S6,S8>S1,S3,S5,S7,S9\n");
    rig_press(&rig, "nnnnnnn");
    rig_sees(&rig, " held         S1>S3  S2>S4  S3>S5  S4>S6  S5>S7  S6>S8  "
                   "S7>S9\n");
    rig.columns = 60;
    rig_show(&rig);
    rig_sees(&rig, " held         S1>S3  S2>S4  S3>S5  S4>S6  S5>S7  S6>S8\n"
                   "              S7>S9\n");
    rig_leave(&rig);
}

static void what_a_server_was_told_is_named_until_it_is_over(void **state)
{
    struct screen_rig rig;

    (void)state;
    rig_watch_text(&rig, "servers 4\ntick\ndisk S2..S4 by-hand\n"
                         "disk S3 slow=5\nmachine S1 by-hand\nclock S4 90\n"
                         "disk S1 fails\ncrash S2\n"
                         "disk * at-once\nmachine * at-once\nclock * 100\n"
                         "crash S1\n");
    rig_press(&rig, "n");
    rig_sees_no(&rig, "unusual");
    rig_press(&rig, "n");
    rig_sees(&rig, " unusual      disk S2..S4 by-hand\n");
    rig_press(&rig, "nnnnn");
    rig_sees(&rig, " unusual      disk S2,S4 by-hand  disk S3 slow=5  "
                   "disk S1 fails\n"
                   "              machine S1 by-hand  clock S4 90%\n");
    rig_press(&rig, "nnn");
    rig_sees(&rig, " unusual      disk S1 fails\n");
    rig_press(&rig, "n");
    rig_sees_no(&rig, "unusual");
    rig_leave(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(cut_links_and_held_ones_are_named),
    cmocka_unit_test(links_between_two_sets_are_two_groups),
    cmocka_unit_test(what_a_server_was_told_is_named_until_it_is_over),
};

T_MAIN(tests)
