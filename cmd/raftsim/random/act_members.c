/* SPDX-License-Identifier: MIT
 *
 * act_members.c - change, snapshot, publish, and the words for them.
 */
#include "cmd/raftsim/random/act_internal.h"

/* "S1,S3" */
static void write_servers(act_servers servers, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < CLUSTER_MAX_SERVERS; i++) {
        if ((servers >> i & 1u) != 0 && used < size) {
            used += (size_t)snprintf(text + used, size - used, "%sS%zu",
                                     used == 0 ? "" : ",", i + 1);
        }
    }
}

enum raft_error act_change(struct act *act, size_t place, act_servers members)
{
    raft_server_id ids[CLUSTER_MAX_SERVERS];
    char words[8 * CLUSTER_MAX_SERVERS];
    size_t count = 0;

    for (size_t i = 0; i < CLUSTER_MAX_SERVERS; i++) {
        if ((members >> i & 1u) != 0) {
            ids[count++] = i + 1;
        }
    }
    write_servers(members, words, sizeof(words));
    act_line(act, "change S%zu %s", place + 1, words);
    return cluster_change(act->cluster, place, ++act->last_change_id, ids,
                          count);
}

enum raft_error act_snapshot(struct act *act, size_t place)
{
    struct raft_snapshot meta;

    if (!raft_snapshot_now(raft_node_core(act->cluster->servers[place].node),
                           &meta)) {
        return RAFT_EINVALID;
    }
    act_line(act, "snapshot S%zu", place + 1);
    return cluster_snapshot(act->cluster, place);
}

enum raft_error act_publish(struct act *act, size_t place)
{
    if (!cluster_can_publish(act->cluster, place)) {
        return RAFT_EINVALID;
    }
    act_line(act, "publish S%zu", place + 1);
    return cluster_publish(act->cluster, place);
}
