/* SPDX-License-Identifier: MIT
 *
 * test_pictures_events.c - JSON tells what happens, all of it and in order.
 *
 * What a player's listener hears, and what the JSON says, become the same
 * words, one line each.
 */
#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/scenario/sim_text.h"
#include "tests/unit/picture_drawn.h"

/* ---- What is heard ------------------------------------------------------- */

static void on_sent(void *self, const struct raft_message *m, uint64_t number)
{
    fprintf(self, "sent %u %s %u>%u %u\n", (unsigned)number,
            sim_message_kind(m), (unsigned)m->from, (unsigned)m->to,
            (unsigned)m->term);
}

static void on_received(void *self, const struct raft_message *m,
                        uint64_t number, enum player_fate fate)
{
    fprintf(self, "received %u %u>%u %s\n", (unsigned)number, (unsigned)m->from,
            (unsigned)m->to,
            fate == PLAYER_ARRIVED  ? "arrived"
            : fate == PLAYER_NOBODY ? "nobody"
                                    : "lost");
}

static void on_stepped(void *self, size_t place, const struct raft_effects *out)
{
    for (size_t i = 0; i < out->rule_event_count; i++) {
        fprintf(self, "rule S%zu %s %d\n", place + 1,
                raft_rule_text(out->rule_events[i].rule)->place,
                out->rule_events[i].taken);
    }
}

static void on_applied(void *self, size_t place, raft_index index,
                       const struct raft_entry *entry)
{
    fprintf(self, "applied S%zu %u %u\n", place + 1, (unsigned)index,
            (unsigned)entry->term);
}

static void on_answered(void *self, size_t place,
                        const struct player_answer *answer)
{
    fprintf(self, "answered S%zu %s %s %s %s\n", place + 1,
            scenario_verb_text(answer->verb), answer->asked,
            answer->outcome == PLAYER_DONE      ? "done"
            : answer->outcome == PLAYER_REFUSED ? "refused"
                                                : "unknown",
            answer->value != NULL ? answer->value : "-");
}

static void on_started(void *self, size_t place)
{
    fprintf(self, "started S%zu\n", place + 1);
}

static void on_stopped(void *self, size_t place, bool disk_failed)
{
    fprintf(self, "stopped S%zu %d\n", place + 1, disk_failed);
}

static void on_begun(void *self, int number, const struct scenario_event *event)
{
    fprintf(self, "%d line %d %s", number, event->line,
            scenario_verb_text(event->verb));
    for (size_t i = 0; i < event->word_count; i++) {
        fprintf(self, " %s", event->words[i]);
    }
    fputc('\n', self);
}

static void on_told(void *self, const struct scenario_event *event)
{
    if (event->verb == SCENARIO_MARK || event->verb == SCENARIO_SAY) {
        fprintf(self, "%s %s\n", scenario_verb_text(event->verb),
                event->words[0]);
    }
}

/* What everybody does at the start, before the first event, is not told. */
static void hear(const struct scenario *scenario, FILE *out)
{
    const struct player_listener listener = {.self = out,
                                             .told = on_told,
                                             .begun = on_begun,
                                             .sent = on_sent,
                                             .received = on_received,
                                             .stepped = on_stepped,
                                             .applied = on_applied,
                                             .answered = on_answered,
                                             .started = on_started,
                                             .stopped = on_stopped};
    struct player *player = player_create(scenario, NULL);
    struct scenario_error error;

    player_listen(player, &listener);
    while (!player_is_done(player)) {
        assert_int_equal(player_step(player, &error), PLAYER_OK);
    }
    player_destroy(player);
}

/* ---- What is read -------------------------------------------------------- */

/* A read that is done has a value, if only null. */
static void say_answer(FILE *out, const cJSON *h)
{
    const char *verb = drawn_word(h, "verb");
    const char *outcome = drawn_word(h, "outcome");
    const cJSON *value = cJSON_GetObjectItem(h, "value");

    assert_int_equal(value != NULL,
                     strcmp(verb, "get") == 0 && strcmp(outcome, "done") == 0);
    fprintf(out, "answered S%u %s %s %s %s\n",
            (unsigned)drawn_number(h, "server"), verb, drawn_word(h, "asked"),
            outcome, cJSON_IsString(value) ? value->valuestring : "-");
}

static void say_happening(FILE *out, const cJSON *h)
{
    const char *what = drawn_word(h, "what");
    const unsigned server = (unsigned)drawn_number(h, "server");
    const cJSON *rule;

    if (strcmp(what, "sent") == 0) {
        fprintf(
            out, "sent %u %s %u>%u %u\n", (unsigned)drawn_number(h, "number"),
            drawn_word(h, "kind"), (unsigned)drawn_number(h, "from"),
            (unsigned)drawn_number(h, "to"), (unsigned)drawn_number(h, "term"));
    } else if (strcmp(what, "received") == 0) {
        fprintf(out, "received %u %u>%u %s\n",
                (unsigned)drawn_number(h, "number"),
                (unsigned)drawn_number(h, "from"),
                (unsigned)drawn_number(h, "to"), drawn_word(h, "fate"));
    } else if (strcmp(what, "stepped") == 0) {
        cJSON_ArrayForEach(rule, drawn_member(h, "rules"))
        {
            fprintf(out, "rule S%u %s %d\n", server, drawn_word(rule, "rule"),
                    cJSON_IsTrue(drawn_member(rule, "taken")));
        }
    } else if (strcmp(what, "applied") == 0) {
        fprintf(out, "applied S%u %u %u\n", server,
                (unsigned)drawn_number(h, "index"),
                (unsigned)drawn_number(h, "term"));
    } else if (strcmp(what, "answered") == 0) {
        say_answer(out, h);
    } else if (strcmp(what, "stopped") == 0) {
        fprintf(out, "stopped S%u %d\n", server,
                cJSON_IsTrue(drawn_member(h, "disk_failed")));
    } else {
        assert_string_equal(what, "started");
        fprintf(out, "started S%u\n", server);
    }
}

static void say_told(FILE *out, const cJSON *told)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, told)
    {
        fprintf(out, "%s %s\n", one->child->string, one->child->valuestring);
    }
}

static void say_event(FILE *out, const cJSON *line)
{
    const cJSON *one;

    say_told(out, drawn_member(line, "before"));
    fprintf(out, "%u line %u", (unsigned)drawn_number(line, "event"),
            (unsigned)drawn_number(line, "line"));
    cJSON_ArrayForEach(one, drawn_member(line, "words"))
    {
        fprintf(out, " %s", one->valuestring);
    }
    fputc('\n', out);
    cJSON_ArrayForEach(one, drawn_member(line, "happened"))
    {
        say_happening(out, one);
    }
    if (cJSON_HasObjectItem(line, "after")) {
        say_told(out, drawn_member(line, "after"));
    }
}

static void read_aloud(const struct scenario *scenario, FILE *out)
{
    struct drawn drawn = drawn_picture(scenario, PICTURE_JSON);
    cJSON *first = drawn_line(&drawn);
    unsigned events = 0;

    assert_int_equal(drawn.result, PLAYER_OK);
    for (cJSON *line; (line = drawn_line(&drawn)) != NULL; events++) {
        say_event(out, line);
        cJSON_Delete(line);
    }
    t_u64_eq(drawn_number(first, "events"), events);
    cJSON_Delete(first);
    free(drawn.text);
}

/* ---- Both ---------------------------------------------------------------- */

struct words {
    char *text;
    size_t size;
};

static void write_words(struct words *words, const struct scenario *scenario,
                        void (*say)(const struct scenario *, FILE *))
{
    FILE *out = open_memstream(&words->text, &words->size);

    assert_non_null(out);
    say(scenario, out);
    assert_int_equal(fclose(out), 0);
}

/* Past the words of the start: what is said before it, then "started". */
static void drop_start(char *text)
{
    char *from = strstr(text, "started S1\n");
    char *to = strstr(text, "\n1 line ");

    assert_true(from != NULL && to != NULL && from < to);
    memmove(from, to + 1, strlen(to + 1) + 1);
}

static void tells_all(const struct scenario *scenario)
{
    struct words heard = {.text = NULL};
    struct words said = {.text = NULL};

    write_words(&heard, scenario, hear);
    write_words(&said, scenario, read_aloud);
    drop_start(heard.text);
    if (strcmp(heard.text, said.text) != 0) {
        fail_msg("%s: not what was heard", scenario->name);
    }
    free(heard.text);
    free(said.text);
}

static void json_tells_what_a_listener_hears_in_order(void **state)
{
    (void)state;
    drawn_each(tells_all);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(json_tells_what_a_listener_hears_in_order),
};

T_MAIN(tests)
