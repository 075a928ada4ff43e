/* SPDX-License-Identifier: MIT
 *
 * story.h - all that happened in a scenario, kept for who draws it.
 *
 * A scenario is played once and recorded; json.c, mermaid.c and svg*.c read
 * the record. It borrows the words of the scenario.
 */
#ifndef RAFTSIM_STORY_H
#define RAFTSIM_STORY_H

#include "cmd/raftsim/scenario/player.h"

/* A server after a step that changed it. Down: what its disk holds. */
struct story_state {
    bool running;
    enum raft_role role;
    bool pre_voting;
    raft_term current_term;
    raft_server_id voted_for;
    raft_server_id leader_id;
    raft_index last_index;
    raft_index commit_index;
    raft_index last_applied;
    raft_index durable_index;
    raft_term *log_terms;            /* of entry i: log_terms[i - 1] */
    enum raft_entry_type *log_types; /* likewise */
    /* A leader's, by slot: of the server with the same place in the cluster. */
    raft_index next_index[RAFT_MAX_SLOTS];
    raft_index match_index[RAFT_MAX_SLOTS];
};

enum story_what {
    STORY_SENT = 1,
    STORY_RECEIVED,
    STORY_STEPPED,
    STORY_APPLIED,
    STORY_ANSWERED,
    STORY_STARTED,
    STORY_STOPPED
};

struct story_happening {
    enum story_what what;
    size_t place; /* SENT: of the sender, RECEIVED: of the receiver */

    /* SENT, RECEIVED. The entries have no bytes. */
    const struct raft_message *message;
    uint64_t number; /* 0: lost at once, its link is cut */
    enum player_fate fate;
    bool is_quiet; /* a heartbeat, or the answer to one that brought no news */

    /* STEPPED */
    size_t rule_count;
    const struct raft_rule_event *rules;
    bool is_anew; /* not what the last message led to: time, or a client */

    /* STEPPED, STOPPED: the server after it; NULL: as before. */
    const struct story_state *state;

    /* APPLIED */
    raft_index index;
    raft_term term;
    enum raft_entry_type type;
    const char *text; /* "put x=2" */

    struct player_answer answer; /* ANSWERED */

    bool disk_failed; /* STOPPED */
};

struct story_event {
    int number; /* as in the transcript */
    const struct scenario_event *event;
    size_t told_count; /* before it, since the event before */
    const struct scenario_event **told;
    size_t count;
    size_t first; /* in story.happenings */
};

struct story {
    const struct scenario *scenario;
    const char *title; /* or the file's name */
    struct cluster_settings settings;
    /* The servers as they started; before the first event. */
    const struct story_state *first[CLUSTER_MAX_SERVERS];
    struct story_event *events;
    size_t event_count;
    struct story_happening *happenings;
    size_t happening_count;
    uint64_t message_count; /* the highest number of a message */
    /* What stands after the last event: marks and says. */
    const struct scenario_event **told;
    size_t told_count;
    enum player_result result; /* FAILED: of the last event */
    struct scenario_error error;

    /* While it is recorded. */
    struct player *player;
    size_t event_capacity;
    size_t happening_capacity;
    size_t told_capacity;
    const struct raft_message *handled[CLUSTER_MAX_SERVERS];
    const struct story_state *last[CLUSTER_MAX_SERVERS];
    void **blocks;
    size_t block_count;
    size_t block_capacity;
};

/* Plays all of it. Never NULL; story->result says how it went. */
struct story *story_record(const struct scenario *scenario);
void story_free(struct story *story);

/* story_state.c: the server at a place as it is now; into story's memory. */
const struct story_state *
story_look(struct story *story, const struct cluster *cluster, size_t place);
bool story_is_same(const struct story_state *a, const struct story_state *b);
/* Do they show different logs, or different parts of them committed? */
bool story_log_differs(const struct story_state *a,
                       const struct story_state *b);

/* story_memory.c: all of it lives as long as the story. Zeroed: */
void *story_memory(struct story *story, size_t count, size_t item_bytes);
/* Its entries without their bytes. */
const struct raft_message *story_keep_message(struct story *story,
                                              const struct raft_message *m);
/* "put x=2" */
const char *story_entry_text(struct story *story,
                             const struct raft_entry *entry);
/* "get x: 1"; NULL: a write that is done, which the logs show. */
const char *story_answer_text(struct story *story,
                              const struct player_answer *answer);
/* What a message says, without its way: "append term=2 prev=1:1 ...". */
const char *story_message_text(struct story *story,
                               const struct raft_message *message);

#endif
