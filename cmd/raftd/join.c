/* SPDX-License-Identifier: MIT
 *
 * join.c - whom a server dials, invites, and lets itself be invited by.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/raftd/server.h"

/* ---- Dialling before there is a configuration --------------------------- */

void join_dial(struct server *server)
{
    const struct raftd_options *options = server->options;
    const struct join *join = &server->join;
    struct net_target targets[RAFT_MAX_VOTERS + RAFT_MAX_SLOTS];
    size_t count = 0;

    for (size_t i = 0; i < options->peer_count; i++) {
        if (i != options->own_peer) {
            /* Whoever answers there: its id is not known yet. */
            targets[count] = (struct net_target){0};
            memcpy(targets[count++].address, options->peers[i], ADDRESS_BYTES);
        }
    }
    for (size_t i = 0; i < join->met_count; i++) {
        targets[count++] = join->met[i];
    }
    net_set_targets(server->net, targets, count);
}

static int peer_at(const struct raftd_options *options, const char *address)
{
    for (size_t i = 0; i < options->peer_count; i++) {
        if (endpoint_same(options->peers[i], address)) {
            return (int)i;
        }
    }
    return -1;
}

/* A member with an empty log, restarted without --peers: answer who calls. */
static void meet(struct server *server, const struct net_hello *hello)
{
    struct join *join = &server->join;

    if (hello->cluster_id != storage_identity(server->storage)->cluster_id ||
        join->met_count == RAFT_MAX_SLOTS) {
        return;
    }
    for (size_t i = 0; i < join->met_count; i++) {
        if (join->met[i].server_id == hello->server_id) {
            return;
        }
    }
    join->met[join->met_count].server_id = hello->server_id;
    memcpy(join->met[join->met_count++].address, hello->raft_address,
           RAFT_MAX_ADDRESS_BYTES);
    join->dial_again = true;
}

void join_introduced(struct server *server, const struct net_hello *hello)
{
    const int peer = peer_at(server->options, hello->raft_address);
    const struct raft_config *config;

    if (peer >= 0) {
        server->join.peers[peer] =
            (struct join_peer){true, hello->cluster_id, hello->server_id};
    }
    if (server->node == NULL) {
        return;
    }
    config = raft_node_config(server->node);
    if (config->member_count == 0 && peer < 0) {
        meet(server, hello);
    }
    /* A member by its id, but blank: whoever founded was interrupted. */
    if (hello->cluster_id == 0 &&
        raft_config_slot(config, hello->server_id) >= 0) {
        net_invite(server->net, hello->server_id);
    }
}

void join_invited(struct server *server, const struct net_hello *by)
{
    const struct raftd_options *options = server->options;
    const int peer = peer_at(options, by->raft_address);

    if (server->node != NULL || by->cluster_id == 0) {
        return;
    }
    if (options->peer_count > 0 &&
        (peer < 0 || (size_t)peer == options->own_peer)) {
        struct log_line line;

        log_begin(&line, LOG_WARN, "refused an invitation: not from --peers");
        log_text(&line, "by", by->raft_address);
        log_end(&line);
        return;
    }
    server->join.invited_into = by->cluster_id;
    snprintf(server->join.invited_by, sizeof server->join.invited_by, "%s",
             by->raft_address);
}

/* ---- Waiting ------------------------------------------------------------ */

static void why_not_invited(const struct server *server, char *why,
                            size_t bytes)
{
    const struct raftd_options *options = server->options;

    for (size_t i = 0; i < options->peer_count; i++) {
        if (i != options->own_peer && server->join.peers[i].cluster_id != 0) {
            snprintf(why, bytes,
                     "an invitation: %s belongs to a cluster already (a wiped "
                     "directory is a new server, to be joined)",
                     options->peers[i]);
            return;
        }
    }
    if (options->join[0] != '\0') {
        snprintf(why, bytes, "the cluster of %s to let it in", options->join);
    } else if (options->peer_count == 0) {
        snprintf(why, bytes, "an invitation into a cluster");
    } else {
        snprintf(why, bytes, "%s, the first of --peers, to found the cluster",
                 options->peers[0]);
    }
}

/* Logged once per change. */
static void wait_for(struct server *server, const char *why)
{
    char *last = server->join.waiting_for;
    struct log_line line;

    if (strcmp(last, why) == 0) {
        return;
    }
    snprintf(last, sizeof server->join.waiting_for, "%s", why);
    log_begin(&line, LOG_INFO, "blank: member of no cluster yet");
    log_text(&line, "waiting_for", why);
    log_end(&line);
}

int join_failed(const char *message, const struct storage_error *error)
{
    struct log_line line;

    log_begin(&line, LOG_ERROR, message);
    log_text(&line, "error", error->text);
    log_end(&line);
    return EXIT_IO;
}

/* ---- The turn ----------------------------------------------------------- */

static int accept_invitation(struct server *server)
{
    const struct join *join = &server->join;
    struct storage_error error;
    struct log_line line;

    if (storage_join_cluster(server->storage, join->invited_into, &error) !=
        0) {
        return join_failed("can't join a cluster", &error);
    }
    log_begin(&line, LOG_INFO, "joined a cluster");
    log_id(&line, "cluster", join->invited_into);
    log_text(&line, "invited_by", join->invited_by);
    log_end(&line);
    net_set_cluster(server->net, join->invited_into);
    return server_take_part(server);
}

int join_turn(struct server *server)
{
    char why[sizeof server->join.waiting_for] = "";

    if (server->join.dial_again) {
        server->join.dial_again = false;
        join_dial(server);
    }
    if (server->node != NULL) {
        return leave_turn(server);
    }
    if (server->join.invited_into != 0) {
        return accept_invitation(server);
    }
    if (server->options->peer_count > 0 && server->options->own_peer == 0) {
        join_why_not_found(server, why, sizeof why);
        if (*why == '\0') {
            return join_found_with_peers(server);
        }
    } else {
        why_not_invited(server, why, sizeof why);
    }
    wait_for(server, why);
    return -1;
}
