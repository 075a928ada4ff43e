/* SPDX-License-Identifier: MIT
 *
 * test_scenarios_listener.c - who listens to a scenario hears all of it, in
 * order; and what is printed can be turned on and off.
 */
#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/scenario/player.h"
#include "cmd/raftsim/scenario/sim_text.h"

/* ---- A listener that writes it all down ---------------------------------- */

static void on_told(void *self, const struct scenario_event *event)
{
    fprintf(self, "told %s\n", scenario_verb_text(event->verb));
}

static void on_begun(void *self, int number, const struct scenario_event *event)
{
    fprintf(self, "%d %s\n", number, scenario_verb_text(event->verb));
}

static void on_ended(void *self, const struct cluster *cluster)
{
    fprintf(self, "in flight %zu\n", cluster->network.count);
}

static void on_sent(void *self, const struct raft_message *message,
                    uint64_t number)
{
    fprintf(self, "sent %d S%d>S%d %s\n", (int)number, (int)message->from,
            (int)message->to, sim_message_kind(message));
}

static void on_received(void *self, const struct raft_message *message,
                        uint64_t number, enum player_fate fate)
{
    static const char *const fates[] = {[PLAYER_ARRIVED] = "arrived",
                                        [PLAYER_NOBODY] = "nobody",
                                        [PLAYER_LOST] = "lost"};

    fprintf(self, "%s %d %s\n", fates[fate], (int)number,
            sim_message_kind(message));
}

static void on_stepped(void *self, size_t place, const struct raft_effects *out)
{
    fprintf(self, "step S%zu%s\n", place + 1,
            out->rule_event_count > 0 ? "" : " without a rule");
}

static void on_applied(void *self, size_t place, raft_index index,
                       const struct raft_entry *entry)
{
    fprintf(self, "applied S%zu %d of term %d\n", place + 1, (int)index,
            (int)entry->term);
}

static void on_answered(void *self, size_t place,
                        const struct player_answer *answer)
{
    static const char *const outcomes[] = {[PLAYER_DONE] = "done",
                                           [PLAYER_REFUSED] = "refused",
                                           [PLAYER_UNKNOWN] = "unknown"};

    fprintf(self, "S%zu %s %s %s", place + 1, scenario_verb_text(answer->verb),
            answer->asked, outcomes[answer->outcome]);
    fprintf(self, answer->value == NULL ? "\n" : " %s\n", answer->value);
}

static void on_started(void *self, size_t place)
{
    fprintf(self, "started S%zu\n", place + 1);
}

static void on_stopped(void *self, size_t place, bool disk_failed)
{
    fprintf(self, "stopped S%zu%s\n", place + 1, disk_failed ? ", disk" : "");
}

/* What is heard of a text; free it. */
static char *heard(const char *text)
{
    struct scenario_error error = {""};
    struct scenario *scenario = scenario_parse("x.raft", text, &error);
    struct player *player = player_create(scenario, NULL);
    char *bytes;
    size_t size;
    FILE *out = open_memstream(&bytes, &size);
    const struct player_listener listener = {.self = out,
                                             .told = on_told,
                                             .begun = on_begun,
                                             .ended = on_ended,
                                             .sent = on_sent,
                                             .received = on_received,
                                             .stepped = on_stepped,
                                             .applied = on_applied,
                                             .answered = on_answered,
                                             .started = on_started,
                                             .stopped = on_stopped};

    player_listen(player, &listener);
    while (!player_is_done(player)) {
        if (player_step(player, &error) != PLAYER_OK) {
            fail_msg("%s", error.text);
        }
    }
    player_destroy(player);
    scenario_free(scenario);
    fclose(out);
    return bytes;
}

static void must_hear(const char *text, const char *expected)
{
    char *is = heard(text);

    assert_string_equal(is, expected);
    free(is);
}

/* Only the end of it. */
static void must_hear_last(const char *text, const char *expected)
{
    char *is = heard(text);
    const size_t length = strlen(is);

    assert_true(length >= strlen(expected));
    assert_string_equal(is + length - strlen(expected), expected);
    free(is);
}

/* ---- Tests --------------------------------------------------------------- */

static void one_server_is_heard_from_its_start(void **state)
{
    (void)state;
    must_hear(
        "title one\nservers 1\n"
        "options paper election=2..2 heartbeat=1\ngiven S1 log=1\nmark a\n"
        "timeout S1\nsay done\nput S1 x=1\ncrash S1\nrestart S1\n",
        "told title\ntold servers\ntold options\ntold given\ntold mark\n"
        "started S1\nstep S1\n1 timeout\n"
        /* the first tick, the second, and its vote is on the disk */
        "step S1 without a rule\n"
        "step S1\nstep S1\nin flight 0\ntold say\n2 put\nstep S1\n"
        "step S1\napplied S1 1 of term 1\napplied S1 2 of term 2\n"
        "step S1 without a rule\nS1 put x=1 done\nin flight 0\n3 "
        "crash\nstopped S1\nin flight "
        "0\n"
        "4 restart\nstarted S1\nstep S1\nin flight 0\n");
}

#define THREE "servers 3\nelect S1\n"

static void messages_are_told_by_number(void **state)
{
    (void)state;
    must_hear_last(THREE "put S1 x=1\ndup S1>S2\ndeliver S1>S2\ncrash S3\n"
                         "deliver S1>S3\ndrop S1>S2\n",
                   "2 put\nstep S1\nsent 9 S1>S2 append\n"
                   "sent 10 S1>S3 append\nstep S1\nin flight 2\n"
                   "3 dup\nsent 11 S1>S2 append\nin flight 3\n"
                   "4 deliver\narrived 9 append\nstep S2\n"
                   "sent 12 S2>S1 append-reply\nstep S2 without a rule\n"
                   "in flight 3\n"
                   "5 crash\nstopped S3\nin flight 3\n"
                   "6 deliver\nnobody 10 append\nin flight 2\n"
                   "7 drop\nlost 11 append\nin flight 1\n");
}

static void a_cut_loses_what_is_in_flight_and_what_is_sent(void **state)
{
    (void)state;
    must_hear_last(THREE "put S1 x=1\ncut S1\ntick S1 3\n",
                   "3 cut\nlost 9 append\nlost 10 append\nin flight 0\n"
                   "4 tick\nstep S1 without a rule\nstep S1 without a rule\n"
                   "step S1\nsent 0 S1>S2 append\nsent 0 S1>S3 append\n"
                   "in flight 0\n");
}

static void a_failing_disk_stops_its_server(void **state)
{
    (void)state;
    must_hear_last(THREE "disk S1 fails\nput S1 x=1\n",
                   "3 put\nstep S1\nstopped S1, disk\n"
                   "S1 put x=1 unknown\nin flight 0\n");
}

static void clients_hear_what_came_of_it(void **state)
{
    (void)state;
    must_hear_last("servers 1\nelect S1\nput S1 x=1\nget S1 x\nget S1 y\n",
                   "S1 put x=1 done\nin flight 0\n"
                   "3 get\nstep S1\nS1 get x done 1\nin flight 0\n"
                   "4 get\nstep S1\nS1 get y done\nin flight 0\n");
    must_hear_last(THREE "put S2 x=1 y=1\nget S2 x lease\ntransfer S2\n",
                   "2 put\nstep S2\nS2 put x=1 refused\n"
                   "S2 put y=1 refused\nin flight 0\n"
                   "3 get\nstep S2\nS2 get x refused\nin flight 0\n"
                   "4 transfer\nstep S2\nS2 transfer  refused\n"
                   "in flight 0\n");
    must_hear_last(THREE "put S1 x=1\ncrash S1\n",
                   "3 crash\nstopped S1\nS1 put x=1 unknown\nin flight 2\n");
}

/* ---- Printing ------------------------------------------------------------ */

/* Play a story, printing events from the first-th on only. */
static char *print_from(const struct scenario *scenario, size_t first)
{
    struct scenario_error error;
    char *bytes;
    size_t size;
    FILE *out = open_memstream(&bytes, &size);
    struct player *player = player_create(scenario, NULL);

    for (size_t i = 0; !player_is_done(player); i++) {
        if (i == first) {
            player_print_to(player, out);
        }
        assert_int_equal(player_step(player, &error), PLAYER_OK);
    }
    player_destroy(player);
    fclose(out);
    return bytes;
}

/* What went by unprinted is taken as read: not told again, nor as changed. */
static void printing_may_begin_anywhere(void **state)
{
    struct scenario_error error;
    struct scenario *scenario =
        scenario_read("tests/scenarios/fig8-safe.raft", &error);
    char *all;

    (void)state;
    assert_non_null(scenario);
    all = print_from(scenario, 0);
    for (size_t i = 1; i < scenario->event_count; i++) {
        char *part = print_from(scenario, i);
        const size_t length = strlen(part);

        assert_true(length > 0 && length <= strlen(all));
        assert_string_equal(part, all + strlen(all) - length);
        free(part);
    }
    free(all);
    scenario_free(scenario);
}

static void printing_may_end_anywhere(void **state)
{
    struct scenario_error error;
    struct scenario *scenario = scenario_parse("x.raft", THREE "run", &error);
    char *bytes;
    size_t size;
    FILE *out = open_memstream(&bytes, &size);
    struct player *player = player_create(scenario, out);

    (void)state;
    player_step(player, &error);
    player_print_to(player, NULL);
    while (!player_is_done(player)) {
        assert_int_equal(player_step(player, &error), PLAYER_OK);
    }
    fclose(out);
    assert_string_equal(bytes, "     servers 3\n");
    free(bytes);
    player_destroy(player);
    scenario_free(scenario);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(one_server_is_heard_from_its_start),
    cmocka_unit_test(messages_are_told_by_number),
    cmocka_unit_test(a_cut_loses_what_is_in_flight_and_what_is_sent),
    cmocka_unit_test(a_failing_disk_stops_its_server),
    cmocka_unit_test(clients_hear_what_came_of_it),
    cmocka_unit_test(printing_may_begin_anywhere),
    cmocka_unit_test(printing_may_end_anywhere),
};

T_MAIN(tests)
