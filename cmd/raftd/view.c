/* SPDX-License-Identifier: MIT
 *
 * view.c - what the HTTP side is shown after each turn.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/raftd/server.h"

const char *server_http_of(const struct server *server, raft_server_id id)
{
    const struct net_hello *hello;

    if (id == storage_identity(server->storage)->server_id) {
        return server->http_advertise;
    }
    hello = id == RAFT_NO_SERVER ? NULL : net_hello_of(server->net, id);
    return hello == NULL ? "" : hello->http_address;
}

/*
 * Our own commit_index won't do for this: it is bounded by the entries we hold
 * (Fig2:AE.5). 0 is a new leader's, who does not know it yet.
 */
void view_received(struct server *server, const struct raft_message *message)
{
    struct seen *seen = &server->seen;
    struct raft_status status;

    if (seen->ready_index != 0 || message->type != RAFT_APPEND_ENTRIES) {
        return;
    }
    raft_node_status(server->node, &status);
    if (message->term == status.current_term &&
        message->from == status.leader_id) {
        seen->ready_index = message->append_entries.leader_commit;
    }
}

static raft_term term_at(const struct raft *core, raft_index index)
{
    const struct raft_entry *entry = raft_entry_at(core, index);

    return entry != NULL ? entry->term : raft_snapshot_of(core)->last_term;
}

/*
 * Ready once: a leader is known, and what was committed when it was first
 * heard of is applied; as the leader, an entry of our own term (section 8).
 */
static bool is_caught_up(struct server *server)
{
    const struct raft_status *raft = &server->view.raft;
    const raft_index ready_index = server->seen.ready_index;

    if (raft->leader_id == RAFT_NO_SERVER || raft->commit_index == 0) {
        return false;
    }
    if (raft->role == RAFT_LEADER) {
        return term_at(raft_node_core(server->node), raft->commit_index) ==
                   raft->current_term &&
               raft->last_applied == raft->commit_index;
    }
    return ready_index != 0 && raft->last_applied >= ready_index;
}

static void show_readiness(struct server *server)
{
    struct http_view *view = &server->view;
    const char *why = "";

    if (server->node == NULL) {
        const char *const waits = server->join.waiting_for;

        view->ready = false;
        snprintf(view->not_ready_why, sizeof view->not_ready_why, "%s%s",
                 *waits == '\0' ? "starting" : "blank: waiting for ", waits);
        return;
    }
    if (!server->seen.ready_once) {
        server->seen.ready_once = is_caught_up(server);
    }
    if (view->raft.leader_id == RAFT_NO_SERVER) {
        why = "no leader is known";
    } else if (!server->seen.ready_once) {
        why = "catching up with the leader";
    }
    view->ready = *why == '\0';
    memcpy(view->not_ready_why, why, strlen(why) + 1);
}

/* Names and addresses change seldom: with a HELLO, a configuration, a leader.
 */
static bool are_names_shown(struct server *server)
{
    struct seen *seen = &server->seen;
    const raft_server_id leader = server->view.raft.leader_id;
    const bool shown = !seen->names_changed && seen->shown_leader == leader;

    seen->names_changed = false;
    seen->shown_leader = leader;
    return shown;
}

static void show_members(struct server *server)
{
    struct http_view *view = &server->view;

    view->config = *raft_node_config(server->node);
    for (size_t slot = 0; slot < view->config.member_count; slot++) {
        const raft_server_id id = view->config.members[slot].id;
        const struct net_hello *hello =
            id == view->raft.id ? NULL : net_hello_of(server->net, id);
        const char *name = id == view->raft.id ? server->options->name
                           : hello != NULL     ? hello->name
                                               : "";

        snprintf(view->member_names[slot], sizeof view->member_names[slot],
                 "%s", name);
        snprintf(view->member_http[slot], sizeof view->member_http[slot], "%s",
                 server_http_of(server, id));
    }
}

static void show_applied(struct server *server)
{
    struct http_view *view = &server->view;

    for (size_t slot = 0; slot < view->config.member_count; slot++) {
        view->member_applied[slot] =
            net_applied_of(server->net, view->config.members[slot].id);
    }
}

static void show_leader(struct server *server)
{
    struct http_view *view = &server->view;
    const raft_server_id leader = view->raft.leader_id;
    const int slot = raft_config_slot(&view->config, leader);
    const struct net_hello *hello =
        leader == RAFT_NO_SERVER ? NULL : net_hello_of(server->net, leader);
    const char *raft_address = slot >= 0 ? view->config.members[slot].address
                               : hello != NULL ? hello->raft_address
                                               : "";

    snprintf(view->leader_raft, sizeof view->leader_raft, "%s", raft_address);
    snprintf(view->leader_http, sizeof view->leader_http, "%s",
             server_http_of(server, leader));
}

/* The core forgets a leader it has lost; when it was heard stays true. */
static uint64_t contact_ms(struct server *server)
{
    const struct raft_status *raft = &server->view.raft;
    struct seen *seen = &server->seen;

    if (raft->leader_id != RAFT_NO_SERVER) {
        seen->contact_ns = server->fed_ns;
        if (raft->role != RAFT_LEADER) {
            seen->contact_ns -=
                raft->leader_contact_ticks * TICK_MS * 1000000ull;
        }
    }
    return seen->contact_ns == 0
               ? UINT64_MAX
               : (server->fed_ns - seen->contact_ns) / 1000000;
}

void server_look(struct server *server)
{
    struct http_view *view = &server->view;

    view->cluster_id = storage_identity(server->storage)->cluster_id;
    view->may_leave = storage_identity(server->storage)->is_provisional;
    if (server->node != NULL) {
        raft_node_status(server->node, &view->raft);
        view->snapshot_term =
            raft_snapshot_of(raft_node_core(server->node))->last_term;
        net_set_term(server->net, view->raft.current_term);
        net_set_applied(server->net, view->raft.last_applied);
        view->last_contact_ms = contact_ms(server);
        if (!are_names_shown(server)) {
            show_members(server);
            show_leader(server);
        }
        show_applied(server);
    } else {
        view->raft.id = storage_identity(server->storage)->server_id;
        view->last_contact_ms = UINT64_MAX;
    }
    show_readiness(server);
}

void server_publish(struct server *server)
{
    server_look(server);
    http_publish(server->http, &server->view);
}
