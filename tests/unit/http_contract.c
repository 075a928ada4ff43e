/* SPDX-License-Identifier: MIT
 *
 * http_contract.c - a node in a state, one request to it, and what came of it.
 */
#include "tests/unit/http_contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/t.h"

/* ---- The two nodes ------------------------------------------------------- */

static void put_samples(struct http_fixture *f)
{
    http_fixture_put(f, "k", "v", 1, KV_TEXT);
    http_fixture_put(f, "a/..b", "v", 1, KV_TEXT);
    http_fixture_put(f, "object", "{\"n\":[1,null]}", 14, KV_JSON);
    http_fixture_put(f, "bytes", "\xff", 1, KV_TEXT);
}

struct contract contract_start(uint32_t timeout_ms)
{
    const struct http_settings settings = {.request_timeout_ms = timeout_ms,
                                           .worker_count = 100,
                                           .max_value_bytes = 16384,
                                           .max_body_bytes = 65536};
    struct contract c = {.fd = -1};

    c.node = http_fixture_start(&settings);
    c.peer = http_fixture_start(&settings);
    put_samples(c.node);
    put_samples(c.peer);
    return c;
}

void contract_stop(struct contract *c)
{
    const unsigned failures = c->failures;

    if (c->fd >= 0) {
        (void)close(c->fd);
    }
    http_fixture_stop(c->node);
    http_fixture_stop(c->peer);
    if (failures > 0) {
        fail_msg("%u of %u cells", failures, c->cells);
    }
}

void contract_enter(struct contract *c, const struct contract_state *state)
{
    size_t ignored;
    char *leader = contract_fill(c, state->leader, &ignored);

    c->state = state;
    c->view = http_fixture_view();
    (void)snprintf(c->view.leader_http, sizeof(c->view.leader_http), "%s",
                   leader);
    if (!state->leads) {
        c->view.raft.role = RAFT_FOLLOWER;
        c->view.raft.leader_id = leader[0] == 0 ? 0 : 12;
    }
    free(leader);
    http_publish(c->node->http, &c->view);
}

/* ---- One request --------------------------------------------------------- */

static char *make_request(const struct contract *c,
                          const struct contract_cell *cell, size_t *byte_count)
{
    size_t target_bytes, body_bytes = 0;
    char *target = contract_fill(c, cell->target, &target_bytes);
    char *body =
        contract_fill(c, cell->body == NULL ? "" : cell->body, &body_bytes);
    char *text = malloc(target_bytes + body_bytes + 256);
    char length[64] = "";

    assert_non_null(text);
    if (cell->body != NULL) {
        (void)snprintf(length, sizeof(length), "Content-Length: %zu\r\n",
                       body_bytes);
    }
    const int head =
        snprintf(text, target_bytes + 256,
                 "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s%s\r\n",
                 cell->method, target, (unsigned)c->node->port, length,
                 cell->field == NULL ? "" : cell->field);

    memcpy(text + head, body, body_bytes);
    *byte_count = (size_t)head + body_bytes;
    free(target);
    free(body);
    return text;
}

static bool send_on(const struct contract *c, const struct contract_cell *cell,
                    int fd)
{
    size_t byte_count;
    char *text = make_request(c, cell, &byte_count);
    const bool sent = fd >= 0 && http_client_send(fd, text, byte_count);

    free(text);
    return sent;
}

int contract_send(const struct contract *c, const struct contract_cell *cell)
{
    const int fd = http_client_connect(c->node->port);

    (void)send_on(c, cell, fd);
    return fd;
}

struct http_reply contract_receive(const struct contract_cell *cell, int fd)
{
    return http_client_receive(fd, strcmp(cell->method, "HEAD") != 0, 10000);
}

/* What is stored, and what was asked for over the bridge. */
struct seen {
    uint64_t hash, index, calls;
    enum bridge_call_type last;
};

static struct seen look(struct http_fixture *f)
{
    (void)pthread_mutex_lock(&f->lock);
    const struct seen seen = {http_fixture_hash(f), f->index, f->call_count,
                              f->asked.type};

    (void)pthread_mutex_unlock(&f->lock);
    return seen;
}

static void complain_of_calls(struct contract *c,
                              const struct contract_cell *cell, size_t whose,
                              unsigned came, unsigned expected)
{
    char texts[2][16];

    (void)snprintf(texts[0], sizeof(texts[0]), "%u", came);
    (void)snprintf(texts[1], sizeof(texts[1]), "%u", expected);
    contract_complain(c, cell,
                      whose == 0 ? "calls here" : "calls of the leader",
                      texts[0], texts[1]);
}

static void compare(struct contract *c, const struct contract_cell *cell,
                    const struct seen before[2], const struct seen after[2])
{
    const unsigned calls[] = {cell->node_calls, cell->peer_calls};

    for (size_t i = 0; i < 2; i++) {
        const unsigned came = (unsigned)(after[i].calls - before[i].calls);

        if (came != calls[i]) {
            complain_of_calls(c, cell, i, came, calls[i]);
        }
        if (cell->status != 200 && (after[i].hash != before[i].hash ||
                                    after[i].index != before[i].index)) {
            contract_complain(c, cell, "what is stored", "other than before",
                              "as before");
        }
    }
    const size_t doer = cell->peer_calls > 0 ? 1 : 0;

    if (cell->call == BRIDGE_WRITE && cell->status == 200 &&
        after[doer].index != before[doer].index + 1) {
        contract_complain(c, cell, "writes", "none or many", "one");
    }
    const enum bridge_call_type last = after[doer].last;

    if (cell->call != 0 && cell->call != last) {
        contract_complain(c, cell, "the call", "another one", "the row's");
    }
}

void contract_ask(struct contract *c, const struct contract_cell *cell)
{
    const struct seen before[] = {look(c->node), look(c->peer)};

    if (c->fd < 0) {
        c->fd = http_client_connect(c->node->port);
    }
    if (!send_on(c, cell, c->fd)) {
        contract_complain(c, cell, "request", "not taken", "taken");
    }
    struct http_reply reply = contract_receive(cell, c->fd);
    const struct seen after[] = {look(c->node), look(c->peer)};

    contract_check(c, cell, &reply);
    compare(c, cell, before, after);
    if (reply.status == 0 || reply.closed) {
        (void)close(c->fd);
        c->fd = -1;
    }
    http_reply_free(&reply);
}
