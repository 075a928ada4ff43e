/* SPDX-License-Identifier: MIT
 *
 * story_state.c - one server as it stands, for the record.
 */
#include <string.h>

#include "cmd/raftsim/pictures/story.h"

static void take_log(struct story *story, struct story_state *state)
{
    state->log_terms =
        story_memory(story, state->last_index, sizeof(*state->log_terms));
    state->log_types =
        story_memory(story, state->last_index, sizeof(*state->log_types));
}

/* NULL: gone into a snapshot; its term stays 0. */
static void keep_entry(struct story_state *state, raft_index index,
                       const struct raft_entry *entry)
{
    if (entry == NULL) {
        return;
    }
    state->log_terms[index - 1] = entry->term;
    state->log_types[index - 1] = entry->type;
}

/* By place, whatever the order of the members. */
static void look_at_progress(struct story_state *state,
                             const struct raft_config *config,
                             const struct raft_status *status)
{
    for (size_t slot = 0; slot < config->member_count; slot++) {
        const size_t place = (size_t)config->members[slot].id - 1;

        if (place < CLUSTER_MAX_SERVERS) {
            state->next_index[place] = status->next_index[slot];
            state->match_index[place] = status->match_index[slot];
        }
    }
}

static void look_at_running(struct story *story,
                            const struct cluster_server *server,
                            struct story_state *state)
{
    const struct raft *core = raft_node_core(server->node);
    struct raft_status status;

    raft_node_status(server->node, &status);
    *state = (struct story_state){.running = true,
                                  .role = status.role,
                                  .pre_voting = status.pre_voting,
                                  .current_term = status.current_term,
                                  .voted_for = status.voted_for,
                                  .leader_id = status.leader_id,
                                  .last_index = status.last_index,
                                  .commit_index = status.commit_index,
                                  .last_applied = status.last_applied,
                                  .durable_index = status.durable_index};
    take_log(story, state);
    for (raft_index index = 1; index <= state->last_index; index++) {
        keep_entry(state, index, raft_entry_at(core, index));
    }
    if (status.role == RAFT_LEADER) {
        look_at_progress(state, raft_node_config(server->node), &status);
    }
}

static void look_at_disk(struct story *story, const struct sim_disk *disk,
                         struct story_state *state)
{
    *state = (struct story_state){.current_term = disk->current_term,
                                  .voted_for = disk->voted_for,
                                  .last_index = sim_disk_last_index(disk),
                                  .durable_index = sim_disk_last_index(disk)};
    take_log(story, state);
    for (raft_index index = 1; index <= state->last_index; index++) {
        keep_entry(state, index, sim_disk_entry(disk, index));
    }
}

const struct story_state *
story_look(struct story *story, const struct cluster *cluster, size_t place)
{
    const struct cluster_server *server = &cluster->servers[place];
    struct story_state *state = story_memory(story, 1, sizeof(*state));

    if (server->node != NULL) {
        look_at_running(story, server, state);
    } else {
        look_at_disk(story, &server->disk, state);
    }
    return state;
}

static bool is_same_log(const struct story_state *a,
                        const struct story_state *b)
{
    const size_t count = (size_t)a->last_index;

    return a->last_index == b->last_index &&
           (count == 0 || (memcmp(a->log_terms, b->log_terms,
                                  count * sizeof(*a->log_terms)) == 0 &&
                           memcmp(a->log_types, b->log_types,
                                  count * sizeof(*a->log_types)) == 0));
}

bool story_log_differs(const struct story_state *a, const struct story_state *b)
{
    return !is_same_log(a, b) || a->commit_index != b->commit_index;
}

bool story_is_same(const struct story_state *a, const struct story_state *b)
{
    return a->running == b->running && a->role == b->role &&
           a->pre_voting == b->pre_voting &&
           a->current_term == b->current_term && a->voted_for == b->voted_for &&
           a->leader_id == b->leader_id && a->last_applied == b->last_applied &&
           a->durable_index == b->durable_index && !story_log_differs(a, b) &&
           memcmp(a->next_index, b->next_index, sizeof(a->next_index)) == 0 &&
           memcmp(a->match_index, b->match_index, sizeof(a->match_index)) == 0;
}
