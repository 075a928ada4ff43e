/* SPDX-License-Identifier: MIT
 *
 * snapshot.c - what a cluster looks like at one moment, as plain data.
 */
#include "cmd/raftsim/screen/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/scenario/sim_text.h"

/* ---- Servers ------------------------------------------------------------- */

/* NULL: gone into a snapshot. */
static struct snapshot_entry entry_of(const struct raft_entry *entry)
{
    if (entry == NULL) {
        return (struct snapshot_entry){.term = 0, .mark = 's'};
    }
    return (struct snapshot_entry){.term = entry->term,
                                   .mark = entry->type == RAFT_ENTRY_NO_OP ? 'n'
                                           : entry->type == RAFT_ENTRY_CONFIG
                                               ? 'c'
                                               : ' '};
}

/* Nobody is there: what its disk holds is all there is. */
static void take_disk(struct snapshot_server *to, const struct sim_disk *disk)
{
    to->current_term = disk->current_term;
    to->voted_for = disk->voted_for;
    to->term_is_durable = to->vote_is_durable = true;
    to->entry_count = (size_t)sim_disk_last_index(disk);
    to->durable_index = to->entry_count;
    to->entries = sim_calloc(to->entry_count + 1, sizeof(*to->entries));
    for (size_t i = 0; i < to->entry_count; i++) {
        to->entries[i] = entry_of(sim_disk_entry(disk, i + 1));
    }
}

static enum snapshot_role role_of(const struct raft_status *status)
{
    switch (status->role) {
    case RAFT_LEADER:
        return SNAPSHOT_LEADER;
    case RAFT_CANDIDATE:
        return SNAPSHOT_CANDIDATE;
    case RAFT_FOLLOWER:
        break;
    }
    return status->pre_voting ? SNAPSHOT_PRE_VOTING : SNAPSHOT_FOLLOWER;
}

static void take_peers(struct snapshot_server *to,
                       const struct raft_config *config,
                       const struct raft_status *status)
{
    for (size_t slot = 0; slot < config->member_count; slot++) {
        if (config->members[slot].id != to->id) {
            to->peers[to->peer_count++] = (struct snapshot_peer){
                .id = config->members[slot].id,
                .next_index = status->next_index[slot],
                .match_index = status->match_index[slot]};
        }
    }
}

static void take_core(struct snapshot_server *to,
                      const struct cluster_server *server)
{
    struct raft_status status;

    raft_node_status(server->node, &status);
    to->role = role_of(&status);
    to->current_term = status.current_term;
    to->voted_for = status.voted_for;
    to->term_is_durable = server->disk.current_term == status.current_term;
    to->vote_is_durable =
        to->term_is_durable && server->disk.voted_for == status.voted_for;
    to->commit_index = status.commit_index;
    to->last_applied = status.last_applied;
    to->durable_index = status.durable_index;
    to->ticks_left = to->role == SNAPSHOT_LEADER ? status.heartbeat_ticks_left
                                                 : status.election_ticks_left;
    to->entry_count = status.last_index;
    to->entries = sim_calloc(status.last_index + 1, sizeof(*to->entries));
    for (raft_index index = 1; index <= status.last_index; index++) {
        to->entries[index - 1] =
            entry_of(raft_entry_at(raft_node_core(server->node), index));
    }
    if (to->role == SNAPSHOT_LEADER) {
        take_peers(to, raft_node_config(server->node), &status);
    }
}

static void take_server(struct snapshot_server *to,
                        const struct cluster_server *server, bool started)
{
    to->id = server->id;
    to->writes_under_way = server->disk.write_count;
    to->disk_by_hand = server->disk_by_hand;
    to->snapshots_by_hand = server->snapshots_by_hand;
    to->disk_slow_ticks = server->disk_slow_ticks;
    to->disk_fails = server->disk.fails;
    to->machine_by_hand = server->apply_by_hand;
    to->clock_percent = server->clock_percent;
    if (server->node != NULL) {
        take_core(to, server);
        return;
    }
    to->role = started ? SNAPSHOT_DOWN : SNAPSHOT_OFF;
    take_disk(to, &server->disk);
}

/* ---- The network --------------------------------------------------------- */

static char *text_of(const struct raft_message *message)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL) {
        return sim_calloc(1, 1);
    }
    sim_print_message(out, message);
    return fclose(out) == 0 ? text : sim_calloc(1, 1);
}

static void take_messages(struct snapshot *snapshot,
                          const struct sim_network *network)
{
    snapshot->sent_count = network->sent_count;
    snapshot->message_count = network->count;
    snapshot->messages =
        sim_calloc(network->count + 1, sizeof(*snapshot->messages));
    for (size_t i = 0; i < network->count; i++) {
        const struct sim_message *from = network->in_flight[i];

        snapshot->messages[i] = (struct snapshot_message){
            .number = from->number,
            .held = sim_network_is_held(network, &from->message),
            .text = text_of(&from->message)};
    }
}

static void take_links(struct snapshot *snapshot, const struct cluster *cluster)
{
    const struct sim_network *network = &cluster->network;

    for (size_t i = 0; i < snapshot->server_count; i++) {
        for (size_t k = 0; k < snapshot->server_count; k++) {
            const raft_server_id from = cluster->servers[i].id;
            const raft_server_id to = cluster->servers[k].id;

            if (i != k && (network->cut[from][to] || network->held[from][to])) {
                snapshot->links[snapshot->link_count++] =
                    (struct snapshot_link){from, to, network->cut[from][to]};
            }
        }
    }
}

void snapshot_take(struct snapshot *snapshot, const struct cluster *cluster,
                   bool started)
{
    *snapshot = (struct snapshot){0};
    if (cluster == NULL) {
        return;
    }
    snapshot->server_count = cluster->settings.server_count;
    for (size_t i = 0; i < snapshot->server_count; i++) {
        take_server(&snapshot->servers[i], &cluster->servers[i], started);
    }
    take_messages(snapshot, &cluster->network);
    take_links(snapshot, cluster);
}

void snapshot_free(struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->server_count; i++) {
        free(snapshot->servers[i].entries);
    }
    for (size_t i = 0; i < snapshot->message_count; i++) {
        free(snapshot->messages[i].text);
    }
    free(snapshot->messages);
    *snapshot = (struct snapshot){0};
}

/* ---- Differences --------------------------------------------------------- */

bool snapshot_entry_changed(const struct snapshot_server *before,
                            const struct snapshot_server *now, raft_index index)
{
    if (index > now->entry_count || index > before->entry_count) {
        return index <= now->entry_count || index <= before->entry_count;
    }
    return now->entries[index - 1].term != before->entries[index - 1].term ||
           now->entries[index - 1].mark != before->entries[index - 1].mark;
}

static bool log_changed(const struct snapshot_server *before,
                        const struct snapshot_server *now)
{
    for (raft_index index = 1; index <= now->entry_count; index++) {
        if (snapshot_entry_changed(before, now, index)) {
            return true;
        }
    }
    return before->entry_count != now->entry_count;
}

bool snapshot_server_changed(const struct snapshot_server *before,
                             const struct snapshot_server *now)
{
    return before->role != now->role ||
           before->current_term != now->current_term ||
           before->voted_for != now->voted_for ||
           before->term_is_durable != now->term_is_durable ||
           before->vote_is_durable != now->vote_is_durable ||
           before->commit_index != now->commit_index ||
           before->last_applied != now->last_applied ||
           before->durable_index != now->durable_index ||
           before->peer_count != now->peer_count ||
           memcmp(before->peers, now->peers, sizeof(now->peers)) != 0 ||
           log_changed(before, now);
}
