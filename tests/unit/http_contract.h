/* SPDX-License-Identifier: MIT
 *
 * http_contract.h - what each route owes its clients, as tables, and the
 * engine that asks for all of it: routes by methods by states of the node by
 * inputs, one cell at a time, through real HTTP.
 *
 * The tables say what was promised, not what the code does. In targets,
 * bodies and addresses a $ and a letter stand for: $P the node's port, $L the
 * leader's address, $k a key of 4096 bytes and $K of one more, $v a value as
 * large as may be and $V of one more, $B a body over the limit, $E an array of
 * 10001 elements, $d one of 15 levels and $D of 17, $N a NUL, $U a byte that is
 * no UTF-8.
 */
#ifndef TESTS_HTTP_CONTRACT_H
#define TESTS_HTTP_CONTRACT_H

#include "http/routes.h"
#include "tests/unit/http_fixture.h"

#define T_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A route, what it allows, and how it words errors. */
struct contract_route {
    const char *path;  /* ends in a star: something follows */
    const char *allow; /* "*": any method */
    enum error_form form;
};

/* What a node that does not lead does with a request. */
enum contract_way {
    HERE,       /* answers itself */
    SENT_ON,    /* 307: the client goes to the leader */
    ASKED_THERE /* asks the leader, and passes its answer on */
};

/* A request that is good in itself, and what a leader answers. */
struct contract_row {
    const char *path; /* of its route */
    const char *method, *target, *body;
    enum contract_way way;
    enum bridge_call_type call; /* the last one; 0: none */
    int status;                 /* from 400 on: worded in the route's form */
    const char *type;           /* NULL: no body */
    /* In a type that is JSON compared parsed; STATS and CLUSTER stand for
     * what those two look like. */
    const char *expect;
};

/* One that is not: nothing is done, whatever the state of the node. */
struct contract_input {
    const char *what;
    const char *path, *method, *target, *body;
    int status;
    const char *says; /* must stand in the answer; NULL: anything */
};

struct contract_state {
    const char *name;
    enum fixture_part part;
    enum bridge_outcome outcome; /* PLAY_SCRIPT */
    bool leads;
    const char *leader;         /* as the node knows it */
    bool redirects;             /* SENT_ON: 307, to that leader */
    bool asks;                  /* ASKED_THERE: that leader answers */
    bool says_no_leader;        /* in the words that were promised */
    bool only_changes;          /* all else as a leader */
    int status[ERROR_JOIN + 1]; /* what is left, by the route's form */
};

/* ---- The tables ---------------------------------------------------------- */

struct contract_routes {
    const struct contract_route *at;
    size_t count;
};
struct contract_rows {
    const struct contract_row *at;
    size_t count;
};
struct contract_inputs {
    const struct contract_input *at;
    size_t count;
};
struct contract_states {
    const struct contract_state *at;
    size_t count;
};

extern const struct contract_routes contract_routes;
extern const struct contract_rows contract_keys;
extern const struct contract_rows contract_members;
extern const struct contract_inputs contract_bad_keys;
extern const struct contract_inputs contract_bad_members;
extern const struct contract_states contract_states;

/* NULL: none of that path. */
const struct contract_route *contract_find_route(const char *path);

/* ---- The engine ---------------------------------------------------------- */

struct contract {
    struct http_fixture *node; /* of which we ask */
    struct http_fixture *peer; /* who leads, where the node does not */
    const struct contract_state *state;
    struct http_view view; /* of the node in that state */
    int fd;                /* kept open from one request to the next; -1 */
    unsigned cells, failures;
};

/* timeout_ms: of the node's requests; 0: long. */
struct contract contract_start(uint32_t timeout_ms);
/* Fails the test when a cell did. */
void contract_stop(struct contract *c);

/* What the node is from now on. */
void contract_enter(struct contract *c, const struct contract_state *state);

/* What was sent, and what must come back. */
struct contract_cell {
    const char *what, *method, *target, *body;
    const char *field; /* of the head, with its line's end; NULL: none */
    int status;
    enum error_form form;
    const char *type;   /* below 400 */
    const char *expect; /* NULL: a sentence in that form */
    const char *says;
    const char *allow, *location;
    /* How often the loop is asked: the node's, its leader's. */
    unsigned node_calls, peer_calls;
    enum bridge_call_type call; /* the last one, when it is 200 */
};

/* One after the other. */
void contract_ask(struct contract *c, const struct contract_cell *cell);
/* Many at a time: each on a connection of its own, which is to be closed; a
 * reply whose status is 0 when it was not taken. */
int contract_send(const struct contract *c, const struct contract_cell *cell);
struct http_reply contract_receive(const struct contract_cell *cell, int fd);

/* What a row owes in the state the node is in, which it is put into. */
struct contract_cell contract_expect(struct contract *c,
                                     const struct contract_row *row);

/* ---- Inside the engine --------------------------------------------------- */

/* http_contract_text.c: all $ filled in; a NUL follows. free() it. */
char *contract_fill(const struct contract *c, const char *text,
                    size_t *byte_count);

/* http_contract_check.c: counts and prints what is not as promised. */
void contract_check(struct contract *c, const struct contract_cell *cell,
                    const struct http_reply *reply);
void contract_complain(struct contract *c, const struct contract_cell *cell,
                       const char *what, const char *came,
                       const char *expected);

#endif
