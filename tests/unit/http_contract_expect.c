/* SPDX-License-Identifier: MIT
 *
 * http_contract_expect.c - what a row of the contract owes in a state of the
 * node, and the part the loop plays for it.
 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/http_contract.h"

static bool is_change(const struct contract_row *row)
{
    return row->call == BRIDGE_CHANGE || row->call == BRIDGE_TRANSFER;
}

/* Is the answer the one that a leader gives? */
static bool is_as_a_leader(const struct contract_state *state,
                           const struct contract_row *row)
{
    if (row->way == HERE && (row->call == 0 || !state->leads)) {
        return true;
    }
    if (state->leads && row->call == 0) {
        return true;
    }
    if (state->part == PLAY_STOPPING && row->call == BRIDGE_STOP) {
        return true; /* it does end */
    }
    if (state->only_changes && !is_change(row)) {
        return true;
    }
    return state->part == PLAY_LEADER ||
           (row->way == ASKED_THERE && state->asks);
}

static const char *no_leader(enum error_form form)
{
    static const char *const words[] = {
        [ERROR_TEXT] = "node is not the leader\n",
        [ERROR_MESSAGE] = "{\"error\":\"not the leader\"}",
        [ERROR_OBJECT] =
            "{\"code\":\"some_code\",\"error\":\"only leader can write to the "
            "storage\"}",
        [ERROR_JOIN] = "{}"};

    return words[form];
}

/* A name is looked up by who is sure to lead: that changes nothing. */
static bool asks_first(const struct contract_row *row)
{
    return strcmp(row->path, "/remove") == 0 ||
           strncmp(row->path, "/raft/remove", strlen("/raft/remove")) == 0;
}

/* A write may happen still; what changes nothing has not happened. */
static void expect_no_answer(const struct contract_row *row,
                             struct contract_cell *cell)
{
    if (asks_first(row)) {
        cell->status = 503; /* and did not come to the change itself */
        cell->says = "nothing was done";
    } else if (row->call == BRIDGE_WRITE) {
        cell->says = "it may or may not happen";
    } else if (row->call == BRIDGE_READ_LEASE ||
               row->call == BRIDGE_READ_CONSISTENT) {
        cell->expect = "no answer in time\n";
    }
}

static void expect_error(const struct contract_state *state,
                         const struct contract_row *row,
                         struct contract_cell *cell)
{
    cell->status = state->status[cell->form];
    if (state->says_no_leader &&
        (row->way == SENT_ON || cell->form != ERROR_TEXT)) {
        cell->expect = no_leader(cell->form);
    }
    if (row->way == SENT_ON && state->redirects) {
        cell->status = 307;
        cell->expect = "";
        cell->location = row->target;
    }
    if (cell->status == 504) {
        expect_no_answer(row, cell);
    }
}

static void count_calls(const struct contract_state *state,
                        const struct contract_row *row,
                        struct contract_cell *cell)
{
    const bool twice = asks_first(row) && row->call == BRIDGE_CHANGE;
    const unsigned all = row->call == 0 ? 0 : twice ? 2 : 1;
    const bool comes_to_the_end =
        row->way == HERE || state->part == PLAY_LEADER || state->only_changes;

    if (comes_to_the_end) {
        cell->node_calls = all;
    } else if (state->leads || row->call != BRIDGE_TRANSFER) {
        cell->node_calls = all > 0 ? 1 : 0; /* the view says who leads */
    }
    cell->peer_calls = row->way == ASKED_THERE && state->asks ? all : 0;
}

/* The part the loop plays: its own, or a leader's where that is no matter. */
static void play(struct contract *c, const struct contract_row *row)
{
    const struct contract_state *state = c->state;
    const bool leads = (row->way == HERE && !state->leads) ||
                       (state->only_changes && !is_change(row));
    struct http_fixture *f = c->node;

    (void)pthread_mutex_lock(&f->lock);
    f->part = leads ? PLAY_LEADER : state->part;
    f->script = (struct bridge_answer){.outcome = state->outcome};
    f->script_type = state->only_changes ? row->call : 0;
    (void)snprintf(f->script.leader_http, sizeof(f->script.leader_http), "%s",
                   c->view.leader_http);
    (void)pthread_mutex_unlock(&f->lock);
}

struct contract_cell contract_expect(struct contract *c,
                                     const struct contract_row *row)
{
    const struct contract_state *state = c->state;
    struct contract_cell cell = {
        .what = "good",
        .method = row->method,
        .target = row->target,
        .body = row->body,
        .status = row->status,
        .form = contract_find_route(row->path)->form,
        .type = row->type,
    };

    if (is_as_a_leader(state, row)) {
        cell.expect = row->expect;
        cell.call = row->call;
    } else {
        expect_error(state, row, &cell);
    }
    count_calls(state, row, &cell);
    play(c, row);
    return cell;
}
