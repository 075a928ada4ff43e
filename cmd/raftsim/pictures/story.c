/* SPDX-License-Identifier: MIT
 *
 * story.c - plays a scenario and keeps all that happened.
 */
#include "cmd/raftsim/pictures/story.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"

/* ---- What the player tells ----------------------------------------------- */

static void on_told(void *self, const struct scenario_event *event)
{
    struct story *story = self;

    if (event->verb == SCENARIO_TITLE) {
        story->title = event->words[0];
    }
    if (event->verb != SCENARIO_MARK && event->verb != SCENARIO_SAY) {
        return;
    }
    story->told = sim_grow(story->told, story->told_count,
                           &story->told_capacity, sizeof(const void *));
    story->told[story->told_count++] = event;
}

static void on_begun(void *self, int number, const struct scenario_event *event)
{
    struct story *story = self;

    story->events = sim_grow(story->events, story->event_count,
                             &story->event_capacity, sizeof(*story->events));
    if (story->event_count == 0) {
        memcpy(story->first, story->last, sizeof(story->first));
    }

    struct story_event *new = &story->events[story->event_count++];

    *new = (struct story_event){.number = number,
                                .event = event,
                                .told_count = story->told_count,
                                .first = story->happening_count};
    new->told = story_memory(story, story->told_count, sizeof(const void *));
    if (story->told_count > 0) {
        memcpy(new->told, story->told,
               story->told_count * sizeof(const void *));
    }
    story->told_count = 0;
    memset(story->handled, 0, sizeof(story->handled));
}

static struct story_happening *happens(struct story *story,
                                       enum story_what what, size_t place)
{
    story->happenings =
        sim_grow(story->happenings, story->happening_count,
                 &story->happening_capacity, sizeof(*story->happenings));

    struct story_happening *new = &story->happenings[story->happening_count++];

    *new = (struct story_happening){.what = what, .place = place};
    if (story->event_count > 0) {
        story->events[story->event_count - 1].count++;
    }
    return new;
}

static bool is_heartbeat(const struct raft_message *m)
{
    return m != NULL && m->type == RAFT_APPEND_ENTRIES &&
           m->append_entries.entry_count == 0;
}

static void on_sent(void *self, const struct raft_message *m, uint64_t number)
{
    struct story *story = self;
    const size_t place = (size_t)m->from - 1;
    struct story_happening *new = happens(story, STORY_SENT, place);

    new->message = story_keep_message(story, m);
    new->number = number;
    new->is_quiet = is_heartbeat(m) || (m->type == RAFT_APPEND_ENTRIES_RESULT &&
                                        m->append_entries_result.success &&
                                        is_heartbeat(story->handled[place]));
    if (number > story->message_count) {
        story->message_count = number;
    }
}

static void on_received(void *self, const struct raft_message *m,
                        uint64_t number, enum player_fate fate)
{
    struct story *story = self;
    const size_t place = (size_t)m->to - 1;
    struct story_happening *new = happens(story, STORY_RECEIVED, place);

    new->message = story_keep_message(story, m);
    new->number = number;
    new->fate = fate;
    if (fate == PLAYER_ARRIVED) {
        story->handled[place] = new->message;
    }
}

/* What no message leads to: a timer that ran out, a client's request. */
static bool is_anew(const struct raft_effects *out)
{
    for (size_t i = 0; i < out->rule_event_count; i++) {
        const enum raft_rule rule = out->rule_events[i].rule;

        if (rule == ALL_2) {
            return false; /* asked of every message */
        }
        if (out->rule_events[i].taken &&
            (rule == FLW_2 || rule == CND_4 || rule == LDR_1 || rule == LDR_2 ||
             rule == CL_1 || rule == TR_1)) {
            return true;
        }
    }
    return false;
}

/* The server as it is now, if that is not as it was. */
static const struct story_state *what_changed(struct story *story, size_t place)
{
    const struct cluster *cluster = player_cluster(story->player);
    const struct story_state *now = story_look(story, cluster, place);

    if (story->last[place] != NULL && story_is_same(story->last[place], now)) {
        return NULL;
    }
    story->last[place] = now;
    return now;
}

/* A tick in which nothing falls due is not told. */
static void on_stepped(void *self, size_t place, const struct raft_effects *out)
{
    struct story *story = self;
    const struct story_state *state = what_changed(story, place);
    const size_t count = out->rule_event_count;

    if (state == NULL && count == 0) {
        return;
    }

    struct story_happening *new = happens(story, STORY_STEPPED, place);
    struct raft_rule_event *rules = story_memory(story, count, sizeof(*rules));

    memcpy(rules, out->rule_events, count * sizeof(*rules));
    new->rules = rules;
    new->rule_count = count;
    new->is_anew = is_anew(out);
    if (new->is_anew) {
        story->handled[place] = NULL;
    }
    new->state = state;
}

static void on_applied(void *self, size_t place, raft_index index,
                       const struct raft_entry *entry)
{
    struct story *story = self;
    struct story_happening *new = happens(story, STORY_APPLIED, place);

    new->index = index;
    new->term = entry->term;
    new->type = entry->type;
    new->text = story_entry_text(story, entry);
}

static void on_answered(void *self, size_t place,
                        const struct player_answer *answer)
{
    struct story *story = self;
    struct story_happening *new = happens(story, STORY_ANSWERED, place);

    new->answer = *answer;
    if (answer->value != NULL) {
        const size_t bytes = strlen(answer->value) + 1;
        char *value = story_memory(story, bytes, 1);

        memcpy(value, answer->value, bytes);
        new->answer.value = value;
    }
}

static void on_started(void *self, size_t place)
{
    struct story *story = self;

    happens(story, STORY_STARTED, place);
    story->last[place] = NULL;
}

static void on_stopped(void *self, size_t place, bool disk_failed)
{
    struct story *story = self;
    struct story_happening *new = happens(story, STORY_STOPPED, place);

    new->disk_failed = disk_failed;
    story->handled[place] = NULL;
    new->state = what_changed(story, place);
}

/* ---- A story's life ------------------------------------------------------ */

struct story *story_record(const struct scenario *scenario)
{
    struct story *story = sim_calloc(1, sizeof(*story));
    const struct player_listener listener = {.self = story,
                                             .told = on_told,
                                             .begun = on_begun,
                                             .sent = on_sent,
                                             .received = on_received,
                                             .stepped = on_stepped,
                                             .applied = on_applied,
                                             .answered = on_answered,
                                             .started = on_started,
                                             .stopped = on_stopped};

    story->scenario = scenario;
    story->title = scenario->name;
    story->player = player_create(scenario, NULL);
    player_listen(story->player, &listener);
    while (story->result == PLAYER_OK && !player_is_done(story->player)) {
        story->result = player_step(story->player, &story->error);
    }
    if (player_cluster(story->player) != NULL) {
        story->settings = player_cluster(story->player)->settings;
    }
    player_destroy(story->player);
    story->player = NULL;
    return story;
}

void story_free(struct story *story)
{
    for (size_t i = 0; i < story->block_count; i++) {
        free(story->blocks[i]);
    }
    free(story->blocks);
    free(story->happenings);
    free(story->events);
    free(story->told);
    free(story);
}
