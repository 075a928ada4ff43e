/* SPDX-License-Identifier: MIT
 *
 * test_http_contract_silent.c - a node that lost its quorum, or stops: every
 * good request has an end, and none of them is 200.
 */
#include <string.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/http_contract.h"

enum { TIMEOUT_MS = 100, MAX_ROWS = 100, TRIES = 20 };

#define ALL(status)                            \
    {                                          \
        status, status, status, status, status \
    }

/* 503: it is certain that nothing happened. 504: it may, or may not. */
static const struct contract_state silent = {.name = "silent",
                                             .part = PLAY_SILENT,
                                             .leads = true,
                                             .leader = "127.0.0.1:8001",
                                             .status = ALL(504)};
static const struct contract_state deaf = {.name = "deaf",
                                           .part = PLAY_DEAF,
                                           .leads = true,
                                           .leader = "127.0.0.1:8001",
                                           .status = ALL(503)};

/* Where the machine is busy the time may be over before the request was read,
 * or the call taken: nothing was asked yet, and it is asked again. */
static bool was_too_late(const struct contract_cell *cell, int status)
{
    return status == 0 || status == 408 ||
           (status == 503 && cell->status == 504);
}

static void check_answer(struct contract *c, const struct contract_cell *cell,
                         int fd)
{
    struct http_reply reply = contract_receive(cell, fd);

    (void)close(fd);
    for (int i = 0; i < TRIES && was_too_late(cell, reply.status); i++) {
        http_reply_free(&reply);
        fd = contract_send(c, cell);
        reply = contract_receive(cell, fd);
        (void)close(fd);
    }
    contract_check(c, cell, &reply);
    http_reply_free(&reply);
}

/* All at once, because each of them waits. */
static void ask_all(struct contract *c, const struct contract_rows *rows)
{
    const uint64_t hash = http_fixture_hash(c->node);
    int fds[MAX_ROWS];

    assert_true(rows->count <= MAX_ROWS);
    for (size_t i = 0; i < rows->count; i++) {
        const struct contract_cell cell = contract_expect(c, &rows->at[i]);

        fds[i] = contract_send(c, &cell);
    }
    for (size_t i = 0; i < rows->count; i++) {
        const struct contract_cell cell = contract_expect(c, &rows->at[i]);

        check_answer(c, &cell, fds[i]);
    }
    assert_true(http_fixture_hash(c->node) == hash);
}

static void ask_in(const struct contract_state *state,
                   const struct contract_rows *rows)
{
    struct contract c = contract_start(TIMEOUT_MS);

    contract_enter(&c, state);
    ask_all(&c, rows);
    contract_stop(&c);
}

static void keys_and_values_without_a_quorum(void **state)
{
    (void)state;
    ask_in(&silent, &contract_keys);
    ask_in(&deaf, &contract_keys);
}

static void members_and_servers_without_a_quorum(void **state)
{
    (void)state;
    ask_in(&silent, &contract_members);
}

/* It waits for a leader first, as long as a request may wait. */
static void setup_without_a_leader(void **state)
{
    struct contract c = contract_start(TIMEOUT_MS);

    (void)state;
    for (size_t i = 0; i < contract_states.count; i++) {
        const struct contract_state *at = &contract_states.at[i];

        contract_enter(&c, at);
        for (size_t j = 0; j < contract_members.count; j++) {
            const struct contract_row *row = &contract_members.at[j];

            if (strcmp(row->path, "/setup") == 0 && !at->leads && !at->asks) {
                const struct contract_cell cell = contract_expect(&c, row);

                check_answer(&c, &cell, contract_send(&c, &cell));
            }
        }
    }
    assert_true(c.cells > 0);
    contract_stop(&c);
}

/* ---- The server stops ---------------------------------------------------- */

/* Those who come still are told so, in the words they know. */
static void turn_away_all(struct contract *c, const struct contract_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct contract_row *row = &rows->at[i];

        contract_ask(c, &(struct contract_cell){
                            .what = "good",
                            .method = row->method,
                            .target = row->target,
                            .body = row->body,
                            .status = 503,
                            .form = contract_find_route(row->path)->form});
    }
}

static void a_server_that_stops_says_so(void **state)
{
    struct contract c = contract_start(0);

    (void)state;
    contract_enter(&c, &contract_states.at[0]);
    atomic_store(&c.node->http->serving, false);
    turn_away_all(&c, &contract_keys);
    turn_away_all(&c, &contract_members);
    contract_stop(&c);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(keys_and_values_without_a_quorum),
    cmocka_unit_test(members_and_servers_without_a_quorum),
    cmocka_unit_test(setup_without_a_leader),
    cmocka_unit_test(a_server_that_stops_says_so),
};

T_MAIN(tests)
