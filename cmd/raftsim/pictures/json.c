/* SPDX-License-Identifier: MIT
 *
 * json.c - a story as data: one line says what is played, then one an event.
 *
 * The members are explained in docs/raftsim.md. A change that readers would
 * notice raises JSON_VERSION.
 */
#include "cmd/raftsim/pictures/json.h"
#include "cmd/raftsim/pictures/draw.h"
#include "cmd/raftsim/pictures/text.h"

enum { JSON_VERSION = 1 };

/* ---- Events -------------------------------------------------------------- */

static const char *fate_text(enum player_fate fate)
{
    switch (fate) {
    case PLAYER_ARRIVED:
        return "arrived";
    case PLAYER_NOBODY:
        return "nobody";
    case PLAYER_LOST:
        break;
    }
    return "lost";
}

static const char *entry_type_text(enum raft_entry_type type)
{
    switch (type) {
    case RAFT_ENTRY_NO_OP:
        return "no-op";
    case RAFT_ENTRY_CONFIG:
        return "configuration";
    case RAFT_ENTRY_COMMAND:
        break;
    }
    return "command";
}

static void print_rules(FILE *out, const struct story_happening *h)
{
    fputs(",\"rules\":[", out);
    for (size_t i = 0; i < h->rule_count; i++) {
        const struct raft_rule_event *event = &h->rules[i];

        fprintf(out, "%s{\"rule\":", i == 0 ? "" : ",");
        text_json(out, raft_rule_text(event->rule)->place);
        json_truth(out, "taken", event->taken);
        json_number(out, "count", event->count);
        fputc('}', out);
    }
    fputc(']', out);
}

static void print_answer(FILE *out, const struct player_answer *answer)
{
    static const char *const outcomes[] = {[PLAYER_DONE] = "done",
                                           [PLAYER_REFUSED] = "refused",
                                           [PLAYER_UNKNOWN] = "unknown"};

    json_word(out, "verb", scenario_verb_text(answer->verb));
    json_word(out, "asked", answer->asked);
    json_word(out, "outcome", outcomes[answer->outcome]);
    if (answer->value != NULL) {
        json_word(out, "value", answer->value);
    } else if (answer->verb == SCENARIO_GET && answer->outcome == PLAYER_DONE) {
        fputs(",\"value\":null", out);
    }
}

static void print_happening(FILE *out, const struct story_happening *h)
{
    static const char *const names[] = {
        [STORY_SENT] = "sent",         [STORY_RECEIVED] = "received",
        [STORY_STEPPED] = "stepped",   [STORY_APPLIED] = "applied",
        [STORY_ANSWERED] = "answered", [STORY_STARTED] = "started",
        [STORY_STOPPED] = "stopped"};

    fprintf(out, "{\"what\":\"%s\",\"server\":%zu", names[h->what],
            h->place + 1);
    switch (h->what) {
    case STORY_SENT:
        json_message(out, h);
        break;
    case STORY_RECEIVED:
        json_message(out, h);
        json_word(out, "fate", fate_text(h->fate));
        break;
    case STORY_STEPPED:
        print_rules(out, h);
        break;
    case STORY_APPLIED:
        json_number(out, "index", h->index);
        json_number(out, "term", h->term);
        json_word(out, "type", entry_type_text(h->type));
        json_word(out, "entry", h->text);
        break;
    case STORY_ANSWERED:
        print_answer(out, &h->answer);
        break;
    case STORY_STOPPED:
        json_truth(out, "disk_failed", h->disk_failed);
        break;
    case STORY_STARTED:
        break;
    }
    fputc('}', out);
}

static void print_told(FILE *out, const char *name,
                       const struct scenario_event **told, size_t count)
{
    fprintf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s{\"%s\":", i == 0 ? "" : ",",
                scenario_verb_text(told[i]->verb));
        text_json(out, told[i]->words[0]);
        fputc('}', out);
    }
    fputc(']', out);
}

static void print_words(FILE *out, const struct scenario_event *event)
{
    fputs(",\"words\":[", out);
    text_json(out, scenario_verb_text(event->verb));
    for (size_t i = 0; i < event->word_count; i++) {
        fputc(',', out);
        text_json(out, event->words[i]);
    }
    fputc(']', out);
}

static void print_event(FILE *out, const struct story *story,
                        const struct story_event *event, bool is_last)
{
    const struct story_state *changed[CLUSTER_MAX_SERVERS] = {NULL};

    fprintf(out, "{\"event\":%d", event->number);
    json_number(out, "line", (uint64_t)event->event->line);
    print_words(out, event->event);
    print_told(out, "before", event->told, event->told_count);
    fputs(",\"happened\":[", out);
    for (size_t i = 0; i < event->count; i++) {
        const struct story_happening *h = &story->happenings[event->first + i];

        fputs(i == 0 ? "" : ",", out);
        print_happening(out, h);
        if (h->state != NULL) {
            changed[h->place] = h->state;
        }
    }
    fputc(']', out);
    json_servers(out, story, "changed", changed);
    if (is_last) {
        print_told(out, "after", story->told, story->told_count);
        if (story->result != PLAYER_OK) {
            json_word(out, "failed", story->error.text);
        }
    }
    fputs("}\n", out);
}

/* ---- The first line ------------------------------------------------------ */

static void print_options(FILE *out, const struct cluster_settings *settings)
{
    const struct raft_options *o = &settings->options;

    fprintf(out, ",\"options\":{\"seed\":");
    text_json_number(out, settings->seed);
    json_number(out, "election_ticks_min", settings->election_ticks_min);
    json_number(out, "election_ticks_max", settings->election_ticks_max);
    json_number(out, "heartbeat_ticks", settings->heartbeat_ticks);
    json_truth(out, "config_in_log", settings->config_in_log);
    json_truth(out, "pre_vote", o->pre_vote);
    json_truth(out, "stickiness", o->stickiness);
    json_truth(out, "check_quorum", o->check_quorum);
    json_truth(out, "no_op", o->no_op);
    json_truth(out, "fast_backtracking", o->fast_backtracking);
    json_truth(out, "lease", o->lease);
    json_number(out, "max_in_flight_entries", o->max_in_flight_entries);
    json_number(out, "max_in_flight_bytes", o->max_in_flight_bytes);
    json_number(out, "max_batch_entries", o->max_batch_entries);
    json_number(out, "max_batch_bytes", o->max_batch_bytes);
    json_number(out, "max_uncommitted_bytes", o->max_uncommitted_bytes);
    json_number(out, "max_apply_entries", o->max_apply_entries);
    fputc('}', out);
}

void draw_json(FILE *out, struct story *story)
{
    fputs("{\"format\":\"raftsim\"", out);
    json_number(out, "version", JSON_VERSION);
    json_word(out, "scenario", story->scenario->name);
    json_word(out, "title", story->title);
    json_number(out, "servers", story->settings.server_count);
    print_options(out, &story->settings);
    json_servers(out, story, "start", story->first);
    json_number(out, "events", story->event_count);
    fputs("}\n", out);
    for (size_t i = 0; i < story->event_count; i++) {
        print_event(out, story, &story->events[i], i + 1 == story->event_count);
    }
}
