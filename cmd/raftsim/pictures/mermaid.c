/* SPDX-License-Identifier: MIT
 *
 * mermaid.c - a story as a sequence diagram, as GitHub shows it.
 *
 * A message is drawn when it is received, so one that overtakes another is
 * seen to do so; what is lost ends in a cross. GitHub takes no more than
 * 50,000 characters: then quiet heartbeats are left out, and it says so.
 */
#include <stdlib.h>

#include "cmd/raftsim/pictures/draw.h"
#include "cmd/raftsim/pictures/text.h"
#include "cmd/raftsim/scenario/sim_text.h"

typedef unsigned long long ull;

enum { MERMAID_MOST_BYTES = 49000 };

struct mermaid {
    FILE *out;
    struct story *story;
    bool whole; /* quiet heartbeats, too */
    /* As last told. */
    const struct story_state *shown[CLUSTER_MAX_SERVERS];
};

static void note_over_all(const struct mermaid *m)
{
    const size_t count = m->story->settings.server_count;

    fputs("    Note over S1", m->out);
    if (count > 1) {
        fprintf(m->out, ",S%zu", count);
    }
    fputs(": ", m->out);
}

static void print_told(const struct mermaid *m,
                       const struct scenario_event **told, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        note_over_all(m);
        if (told[i]->verb == SCENARIO_MARK) {
            fputs("== ", m->out);
        }
        text_mermaid(m->out, told[i]->words[0]);
        fputs(told[i]->verb == SCENARIO_MARK ? " ==\n" : "\n", m->out);
    }
}

/* ---- Messages ------------------------------------------------------------ */

static bool is_answer(const struct raft_message *message)
{
    return message->type == RAFT_REQUEST_VOTE_RESULT ||
           message->type == RAFT_APPEND_ENTRIES_RESULT;
}

static void print_message(const struct mermaid *m,
                          const struct story_happening *h, bool arrives)
{
    const bool answer = is_answer(h->message);

    fprintf(m->out, "    S%llu%s%sS%llu: ", (ull)h->message->from,
            answer ? "--" : "-", arrives ? ">>" : "x", (ull)h->message->to);
    text_mermaid(m->out, story_message_text(m->story, h->message));
    fputc('\n', m->out);
}

/* Was it sent as one that brings no news? Both ends are asked alike. */
static bool is_left_out(const struct mermaid *m, const bool *quiet,
                        const struct story_happening *h)
{
    return !m->whole && (h->number == 0 ? h->is_quiet : quiet[h->number]);
}

/* ---- Servers ------------------------------------------------------------- */

static void print_role(const struct mermaid *m, size_t place,
                       const struct story_state *now)
{
    const struct story_state *before = m->shown[place];

    if (!now->running ||
        (before != NULL && before->running && before->role == now->role &&
         before->pre_voting == now->pre_voting &&
         before->current_term == now->current_term)) {
        return;
    }
    fprintf(m->out, "    Note over S%zu: %s, term %llu\n", place + 1,
            now->pre_voting ? "asks for pre-votes" : raft_role_text(now->role),
            (ull)now->current_term);
}

static void print_log(const struct mermaid *m, size_t place,
                      const struct story_state *now)
{
    fprintf(m->out, "    Note over S%zu: log", place + 1);
    for (raft_index i = 0; i < now->last_index; i++) {
        fprintf(m->out, "%s%llu", i == 0 ? " " : ",", (ull)now->log_terms[i]);
    }
    fprintf(m->out, "%s<br/>commit %llu\n", now->last_index == 0 ? " -" : "",
            (ull)now->commit_index);
}

/* Logs are told once an event, at its end. */
static void print_logs(const struct mermaid *m,
                       const struct story_state *const *before)
{
    for (size_t i = 0; i < m->story->settings.server_count; i++) {
        const struct story_state *now = m->shown[i];

        if (now != NULL && now->running && before[i] != NULL &&
            story_log_differs(before[i], now)) {
            print_log(m, i, now);
        }
    }
}

/* ---- Events -------------------------------------------------------------- */

static void print_answer(const struct mermaid *m,
                         const struct story_happening *h)
{
    const char *text = story_answer_text(m->story, &h->answer);

    if (text != NULL) {
        fprintf(m->out, "    Note over S%zu: ", h->place + 1);
        text_mermaid(m->out, text);
        fputc('\n', m->out);
    }
}

static void print_happening(struct mermaid *m, bool *quiet,
                            const struct story_happening *h)
{
    switch (h->what) {
    case STORY_SENT:
        quiet[h->number] = h->is_quiet;
        if (h->number == 0 && !is_left_out(m, quiet, h)) {
            print_message(m, h, false);
        }
        break;
    case STORY_RECEIVED:
        if (!is_left_out(m, quiet, h)) {
            print_message(m, h, h->fate == PLAYER_ARRIVED);
        }
        break;
    case STORY_ANSWERED:
        print_answer(m, h);
        break;
    case STORY_STOPPED:
        fprintf(m->out, "    Note over S%zu: %s\n", h->place + 1,
                h->disk_failed ? "stops, its disk failed" : "crash");
        break;
    case STORY_STARTED:
        fprintf(m->out, "    Note over S%zu: restart\n", h->place + 1);
        break;
    case STORY_STEPPED:
    case STORY_APPLIED:
        break;
    }
    if (h->state != NULL) {
        print_role(m, h->place, h->state);
        m->shown[h->place] = h->state;
    }
}

static void print_words(FILE *out, const struct scenario_event *event)
{
    text_mermaid(out, scenario_verb_text(event->verb));
    for (size_t i = 0; i < event->word_count; i++) {
        fputc(' ', out);
        text_mermaid(out, event->words[i]);
    }
}

static void print_event(struct mermaid *m, bool *quiet,
                        const struct story_event *event)
{
    const struct story_state *before[CLUSTER_MAX_SERVERS];

    for (size_t i = 0; i < CLUSTER_MAX_SERVERS; i++) {
        before[i] = m->shown[i];
    }
    print_told(m, event->told, event->told_count);
    if (event->event->verb != SCENARIO_EXPECT) {
        note_over_all(m);
        fprintf(m->out, "%d. ", event->number);
        print_words(m->out, event->event);
        fputc('\n', m->out);
    }
    for (size_t i = 0; i < event->count; i++) {
        print_happening(m, quiet, &m->story->happenings[event->first + i]);
    }
    print_logs(m, before);
}

static void print_all(struct mermaid *m)
{
    struct story *story = m->story;
    bool *quiet = story_memory(story, (size_t)story->message_count + 1, 1);

    fputs("sequenceDiagram\n    title ", m->out);
    text_mermaid(m->out, story->title);
    fputc('\n', m->out);
    for (size_t i = 0; i < story->settings.server_count; i++) {
        m->shown[i] = story->first[i];
        fprintf(m->out, "    participant S%zu\n", i + 1);
    }
    if (!m->whole) {
        note_over_all(m);
        fputs("heartbeats that bring no news are left out\n", m->out);
    }
    for (size_t i = 0; i < story->event_count; i++) {
        print_event(m, quiet, &story->events[i]);
    }
    print_told(m, story->told, story->told_count);
    if (story->result != PLAYER_OK) {
        note_over_all(m);
        fputs("FAILS: ", m->out);
        text_mermaid(m->out, story->error.text);
        fputc('\n', m->out);
    }
}

void draw_mermaid(FILE *out, struct story *story)
{
    struct mermaid m = {.story = story, .whole = true};
    char *text = NULL;
    size_t size = 0;

    m.out = open_memstream(&text, &size);
    if (m.out == NULL) {
        fputs("raftsim: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    print_all(&m);
    if (fclose(m.out) == 0 && size <= MERMAID_MOST_BYTES) {
        fwrite(text, 1, size, out);
    } else {
        m.out = out;
        m.whole = false;
        print_all(&m);
    }
    free(text);
}
