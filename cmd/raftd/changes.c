/* SPDX-License-Identifier: MIT
 *
 * changes.c - a whole new member list (section 6).
 *
 * First the new servers are looked for (newcomers.c); one that can't be had
 * changes nothing. Then the core has the change, and blank ones are invited.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/raftd/names.h"
#include "cmd/raftd/newcomers.h"
#include "cmd/raftd/server.h"
#include "cmd/raftd/wanted.h"

/* For a leader that is new, or another change, as long as a client waits. */
enum { WAIT_S = 10 };

/* ---- The end of it ------------------------------------------------------- */

/* Nothing was changed. */
__attribute__((format(printf, 3, 4))) static void
give_up(struct server *server, enum bridge_outcome outcome, const char *format,
        ...)
{
    struct orders *o = &server->orders;
    char why[sizeof((struct bridge_answer *)0)->why];
    va_list values;

    va_start(values, format);
    vsnprintf(why, sizeof why, format, values);
    va_end(values);
    orders_answer(server, o->change, outcome, "%s", why);
    o->change = NULL;
    newcomers_forget(server);
}

void changes_ended(void *self, uint64_t change_id,
                   enum raft_change_outcome outcome)
{
    struct server *server = self;
    struct orders *o = &server->orders;
    char why[sizeof((struct bridge_answer *)0)->why];
    struct log_line line;

    log_begin(&line, LOG_INFO, "change of members ended");
    log_text(&line, "outcome",
             outcome == RAFT_CHANGE_DONE     ? "done"
             : outcome == RAFT_CHANGE_FAILED ? "failed: no catching up"
                                             : "left to the next leader");
    log_end(&line);
    if (o->change == NULL || !o->handed_over ||
        change_id != o->wanted.change_id) {
        return;
    }
    if (outcome == RAFT_CHANGE_DONE) {
        orders_answer(server, o->change, BRIDGE_DONE, "%s", "");
    } else if (outcome == RAFT_CHANGE_FAILED) {
        const bool refused = newcomers_refused(server, why, sizeof why);

        orders_answer(server, o->change,
                      refused ? BRIDGE_UNREACHABLE : BRIDGE_FAILED, "%s", why);
    } else {
        orders_answer(server, o->change, BRIDGE_UNKNOWN,
                      "leadership was lost; the next leader finishes the "
                      "change, or it never happened");
    }
    o->change = NULL;
}

/* A SET is refused where the others wait. */
static bool waits(const struct bridge_call *call)
{
    return bridge_request_of(call)->change != BRIDGE_SET;
}

static void hand_over(struct server *server)
{
    struct orders *o = &server->orders;
    struct raft_change change;
    struct raft_status status;
    enum raft_error error;

    raft_node_status(server->node, &status);
    if (status.role == RAFT_LEADER &&
        raft_node_config(server->node)->index != o->config_index) {
        give_up(server, BRIDGE_CONFLICT,
                "another leader changed the members meanwhile; try again");
        return;
    }
    names_fill(server, raft_node_config(server->node), o->wanted.members,
               o->wanted.member_count);
    change = o->wanted;
    leave_nevermore(server);
    o->handed_over = true; /* it may end within the call */
    error = raft_node_change(server->node, &change);
    (void)server_took(server, error);
    if (error == RAFT_OK) {
        newcomers_invite(server);
        return;
    }
    o->handed_over = false;
    if (error == RAFT_ENOTLEADER) {
        give_up(server, BRIDGE_NOT_LEADER, "%s", "");
    } else if (error == RAFT_EBUSY &&
               (!waits(o->change) || server_clock_ns() > o->until_ns)) {
        give_up(server, BRIDGE_CONFLICT,
                "another change of members or a transfer is under way, or the "
                "leader is new and has committed nothing yet; try again");
    } else if (error != RAFT_EBUSY) {
        give_up(server, BRIDGE_FAILED, "%s: nothing was changed",
                raft_error_text(error));
    }
}

/* ---- Its course ---------------------------------------------------------- */

static void begin(struct server *server, const struct order_change *order)
{
    struct orders *o = &server->orders;
    struct bridge_call *call = order->call;
    char why[sizeof((struct bridge_answer *)0)->why] = "";

    if (!wanted_read(server, bridge_request_of(call), why, sizeof why)) {
        orders_answer(server, call, BRIDGE_CONFLICT, "%s", why);
        return;
    }
    o->change = call;
    o->handed_over = false;
    o->config_index = raft_node_config(server->node)->index;
    o->until_ns = server_clock_ns() + WAIT_S * 1000000000ull;
    o->wanted.change_id = ++o->last_change_id;
    newcomers_look_for(server, order->since_ns);
}

static void go_on(struct server *server)
{
    char why[sizeof((struct bridge_answer *)0)->why];

    switch (newcomers_turn(server, why, sizeof why)) {
    case NEWCOMERS_HERE:
        hand_over(server);
        break;
    case NEWCOMERS_LATER:
        break;
    case NEWCOMERS_NEVER:
        give_up(server, BRIDGE_UNREACHABLE, "%s", why);
        break;
    }
}

static struct order_change take_oldest(struct orders *o)
{
    const struct order_change oldest = o->changes[0];

    o->change_count--;
    memmove(o->changes, o->changes + 1, o->change_count * sizeof oldest);
    return oldest;
}

void changes_turn(struct server *server)
{
    struct orders *o = &server->orders;
    struct raft_status status;

    for (;;) {
        if (o->change != NULL && !o->handed_over) {
            go_on(server);
        }
        raft_node_status(server->node, &status);
        if (o->change != NULL || o->change_count == 0) {
            return;
        }
        if (status.role != RAFT_LEADER) {
            orders_answer(server, take_oldest(o).call, BRIDGE_NOT_LEADER, "%s",
                          "");
        } else if (status.changing) {
            return; /* one that another leader began */
        } else {
            const struct order_change oldest = take_oldest(o);

            begin(server, &oldest);
        }
    }
}

void changes_take(struct server *server, struct bridge_call *call)
{
    struct orders *o = &server->orders;
    struct raft_status status;

    raft_node_status(server->node, &status);
    if (status.role != RAFT_LEADER) {
        orders_answer(server, call, BRIDGE_NOT_LEADER, "%s", "");
    } else if (!waits(call) &&
               (o->change != NULL || o->change_count > 0 || status.changing)) {
        orders_answer(server, call, BRIDGE_CONFLICT,
                      "another change of members is under way");
    } else if (o->change_count == ORDERS_MAX_CHANGES) {
        orders_answer(server, call, BRIDGE_BUSY, "%s", "");
    } else {
        o->changes[o->change_count++] =
            (struct order_change){call, server_clock_ns()};
        changes_turn(server);
    }
}
