/* SPDX-License-Identifier: MIT
 *
 * strangers.c - those who dialled us and are not members of our cluster: how
 * many places they get, and how much is said about them.
 *
 * Anybody can connect here. Cluster ids are told to everybody, too: this keeps
 * out the mistaken and the uninformed, not somebody who means it.
 */
#include <stdio.h>
#include <string.h>

#include "net/internal.h"

enum {
    LINES_A_SECOND = 5,
    QUIET_MS = 60 * 1000 /* after this the same is worth a line again */
};

/* Introduced, for us, of our cluster: he may send Raft messages. */
bool net_is_member(const struct net *net,
                   const struct net_connection *connection)
{
    return !net_is_stranger(connection) &&
           net_same_cluster(net, &connection->hello);
}

static struct net_connection *oldest(const struct net *net, bool strangers_only,
                                     size_t *count)
{
    struct net_connection *found = NULL;

    *count = 0;
    for (size_t i = 0; i < net->accepted_count; i++) {
        struct net_connection *const connection = net->accepted[i];

        if (connection->fd < 0 ||
            (strangers_only ? !net_is_stranger(connection)
                            : net_is_member(net, connection))) {
            continue;
        }
        ++*count;
        if (found == NULL || connection->opened_ms < found->opened_ms) {
            found = connection;
        }
    }
    return found;
}

/*
 * The oldest who is no member makes room for a newcomer. A blank server knows
 * no members: whoever said HELLO is as good as the other, and goes only when
 * there is no other place left.
 */
void net_make_room(struct net *net)
{
    const bool is_full = net->accepted_count == NET_MAX_ACCEPTED;
    const bool is_blank = net->self.cluster_id == 0;
    size_t count;
    struct net_connection *victim = oldest(net, is_blank, &count);

    if (count < NET_MAX_STRANGERS && !is_full) {
        return;
    }
    if (victim == NULL && is_blank) {
        victim = oldest(net, false, &count);
    }
    if (victim != NULL) {
        net_connection_close(victim);
        net_log_refusal(net, victim->from, "too many strangers");
        net_sweep_accepted(net);
    }
}

static size_t host_bytes(const char *from)
{
    const char *const colon = strrchr(from, ':');

    return colon == NULL ? strlen(from) : (size_t)(colon - from);
}

/* The place of these two in the memory, or of what was said longest ago. */
static struct net_refusal *find_refusal(struct net *net, const char *host,
                                        const char *reason, bool *is_known)
{
    struct net_refusal *oldest_one = &net->refusals[0];

    for (size_t i = 0; i < NET_REFUSALS_KEPT; i++) {
        struct net_refusal *const refusal = &net->refusals[i];

        if (strcmp(refusal->host, host) == 0 &&
            strcmp(refusal->reason, reason) == 0) {
            *is_known = net->now_ms - refusal->last_ms < QUIET_MS;
            return refusal;
        }
        if (refusal->last_ms < oldest_one->last_ms) {
            oldest_one = refusal;
        }
    }
    *is_known = false;
    return oldest_one;
}

/* Once for each host and reason, while they keep coming. Strangers choose
 * when we log about them, and what: so it is bounded, too. */
void net_log_refusal(struct net *net, const char *from, const char *reason)
{
    const uint64_t second = net->now_ms / 1000;
    struct net_refusal this = {.last_ms = net->now_ms};
    bool is_known;

    snprintf(this.host, sizeof this.host, "%.*s", (int)host_bytes(from), from);
    snprintf(this.reason, sizeof this.reason, "%s", reason);
    struct net_refusal *const kept =
        find_refusal(net, this.host, this.reason, &is_known);
    if (is_known) {
        kept->last_ms = net->now_ms;
        return;
    }
    if (net->log_second != second) {
        net->log_second = second;
        net->log_lines = 0;
    }
    if (net->log_lines++ < LINES_A_SECOND) {
        *kept = this;
        net_log(net, "connection refused from=%s reason=\"%s\"", from, reason);
    }
}
