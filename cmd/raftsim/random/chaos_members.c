/* SPDX-License-Identifier: MIT
 *
 * chaos_members.c - membership changes and snapshots; who counts in the end.
 */
#include "cmd/raftsim/random/chaos_internal.h"

/* ---- What is done -------------------------------------------------------- */

/* The next stop of the tour; the leader is put out, if others are enough. */
static act_servers draw_stop(struct chaos *chaos, size_t leader)
{
    static const size_t sizes[] = {1, 3, 5, 2};
    const size_t count = chaos->settings.server_count;
    const size_t size = sizes[chaos->tour_stops % 4];
    act_servers members = size < count ? 0 : 1u << leader;
    size_t left = size < count ? size : count - 1;

    while (left > 0) {
        const size_t place = chaos_pick(chaos);

        if (place != leader && (members >> place & 1u) == 0) {
            members |= 1u << place;
            left--;
        }
    }
    return members;
}

/* Any set but the empty one. */
static act_servers draw_set(struct chaos *chaos)
{
    const act_servers all = (1u << chaos->settings.server_count) - 1;

    return 1 + (act_servers)sim_random_below(&chaos->random, all);
}

bool chaos_change_at(struct chaos *chaos, size_t place)
{
    const bool tour = chaos->profile.tour;
    const act_servers members =
        tour ? draw_stop(chaos, place) : draw_set(chaos);
    const bool begun = act_change(&chaos->act, place, members) == RAFT_OK;

    if (begun) {
        chaos_count(chaos, CHAOS_CHANGES);
        chaos->tour_stops += tour ? 1 : 0;
    }
    return begun;
}

void chaos_change(struct chaos *chaos)
{
    const size_t place = chaos_pick_leader(chaos);

    if (chaos_is_up(chaos, place)) {
        (void)chaos_change_at(chaos, place);
    }
}

void chaos_snapshot(struct chaos *chaos)
{
    const size_t place = chaos_pick(chaos);

    if (!chaos_is_up(chaos, place)) {
        return;
    }
    if (sim_random_chance(&chaos->random, 500)) {
        (void)act_publish(&chaos->act, place);
    } else if (act_snapshot(&chaos->act, place) == RAFT_OK) {
        chaos_count(chaos, CHAOS_SNAPSHOTS);
    }
}

/* ---- What became of it --------------------------------------------------- */

void chaos_on_change_ended(void *self, size_t place, uint64_t change_id,
                           enum raft_change_outcome outcome)
{
    struct chaos *chaos = self;

    (void)place;
    (void)change_id;
    chaos_count(chaos, outcome == RAFT_CHANGE_DONE     ? CHAOS_CHANGES_DONE
                       : outcome == RAFT_CHANGE_FAILED ? CHAOS_CHANGES_FAILED
                                                       : CHAOS_CHANGES_UNKNOWN);
}

/* ---- Who counts ---------------------------------------------------------- */

/* The latest configuration that a disk holds. false: none. */
static bool config_on_disk(const struct cluster_server *server,
                           struct raft_config *config)
{
    const struct sim_disk *disk = &server->disk;

    for (size_t i = disk->log_count; i-- > 0;) {
        const struct raft_entry *entry = &disk->log[i];

        if (entry->type == RAFT_ENTRY_CONFIG) {
            return raft_config_decode(entry->bytes, entry->byte_count, config);
        }
    }
    if (disk->snapshot.meta.config.member_count > 0) {
        *config = disk->snapshot.meta.config;
        return true;
    }
    *config = server->cluster->first_config;
    return !server->cluster->settings.config_in_log;
}

static bool config_of(const struct chaos *chaos, size_t place,
                      struct raft_config *config)
{
    const struct cluster_server *server = &chaos->act.cluster->servers[place];

    if (server->node == NULL) {
        return config_on_disk(server, config);
    }
    *config = *raft_node_config(server->node);
    return config->member_count > 0;
}

static bool has_majority(const struct raft_config *config, act_servers servers,
                         bool of_new)
{
    size_t voters = 0;
    size_t there = 0;

    for (size_t i = 0; i < config->member_count; i++) {
        const struct raft_member *member = &config->members[i];

        if (of_new ? member->in_new : member->in_old) {
            voters++;
            there += servers >> (member->id - 1) & 1u;
        }
    }
    return voters == 0 || there > voters / 2;
}

/* A leader that hears that its learners have caught up goes on to C_new, which
 * no configuration names yet: then nobody may be missing. */
static bool has_learners_to_come(const struct raft_config *config,
                                 act_servers servers)
{
    bool has_learner = false;
    bool has_all = true;

    for (size_t i = 0; i < config->member_count; i++) {
        const struct raft_member *member = &config->members[i];

        has_learner = has_learner || !(member->in_old || member->in_new);
        has_all = has_all && (servers >> (member->id - 1) & 1u) != 0;
    }
    return has_learner && !has_all;
}

/* Of whatever configuration will turn out to be in force. */
bool chaos_is_quorum(const struct chaos *chaos, act_servers servers)
{
    for (size_t i = 0; i < chaos->settings.server_count; i++) {
        struct raft_config config;

        if (config_of(chaos, i, &config) &&
            !(has_majority(&config, servers, false) &&
              has_majority(&config, servers, true) &&
              !has_learners_to_come(&config, servers))) {
            return false;
        }
    }
    return true;
}

bool chaos_is_changing(const struct chaos *chaos, size_t leader)
{
    struct raft_status status;

    cluster_status(chaos->act.cluster, leader, &status);
    return status.changing;
}

bool chaos_is_member_of(const struct chaos *chaos, size_t leader, size_t place)
{
    return raft_config_slot(
               raft_node_config(chaos->act.cluster->servers[leader].node),
               place + 1) >= 0;
}

/*
 * Servers that were taken out and do not know it ask for votes for ever. That
 * disturbs (section 6) whoever neither asks beforehand nor sticks to a leader;
 * a leader sticks to itself only if it checks that it has a quorum.
 */
bool chaos_may_be_disturbed(const struct chaos *chaos)
{
    const struct raft_options *options = &chaos->settings.options;

    return chaos->profile.change > 0 && !options->pre_vote &&
           !(options->stickiness && options->check_quorum);
}
