/* SPDX-License-Identifier: MIT
 *
 * test_http_contract_inputs.c - what is wrong is wrong in every state of the
 * node: nothing is stored, and nobody is asked.
 */
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_contract.h"

/* ---- What is wrong with one route's request ------------------------------ */

static void refuse_all(const struct contract_inputs *inputs)
{
    struct contract c = contract_start(0);

    for (size_t i = 0; i < contract_states.count; i++) {
        contract_enter(&c, &contract_states.at[i]);
        for (size_t j = 0; j < inputs->count; j++) {
            const struct contract_input *input = &inputs->at[j];

            contract_ask(&c, &(struct contract_cell){
                                 .what = input->what,
                                 .method = input->method,
                                 .target = input->target,
                                 .body = input->body,
                                 .status = input->status,
                                 .form = contract_find_route(input->path)->form,
                                 .says = input->says});
        }
    }
    contract_stop(&c);
}

static void keys_and_values_that_are_wrong(void **state)
{
    (void)state;
    refuse_all(&contract_bad_keys);
}

static void members_and_servers_that_are_wrong(void **state)
{
    (void)state;
    refuse_all(&contract_bad_members);
}

/* ---- What is wrong with any JSON ----------------------------------------- */

static const struct {
    const char *path, *method, *target;
    int bad; /* status of a body that is wrong */
    const char *says;
} takers[] = {
    {"/key", "POST", "/key", 400, NULL},
    {"/key", "POST", "/key?as=pair", 400, NULL},
    {"/key/", "POST", "/key/?as=map", 400, NULL},
    {"/join", "POST", "/join", 400, NULL},
    {"/join", "PUT", "/join?id=n", 400, NULL},
    {"/setup", "POST", "/setup", 400, NULL},
    {"/shutdown", "POST", "/shutdown", 400, NULL},
    {"/store", "POST", "/store", 422, "error binding: "},
    {"/store/", "POST", "/store/", 422, "error binding: "},
    {"/raft/join", "POST", "/raft/join", 422, "error binding: "},
    {"/raft/join/", "POST", "/raft/join/", 422, "error binding: "},
    {"/raft/remove", "POST", "/raft/remove", 422, "error binding: "},
    {"/raft/remove/", "POST", "/raft/remove/", 422, "error binding: "},
    {"/keys/*", "POST", "/keys/k/", 400, NULL},
    {"/keys/*", "POST", "/keys/k", 400, NULL},
    {"/cluster/join", "POST", "/cluster/join", 400, NULL},
    {"/cluster/join/", "POST", "/cluster/join/", 400, NULL},
    {"/cluster", "PUT", "/cluster", 400, NULL},
    {"/cluster/transfer", "POST", "/cluster/transfer", 400, NULL},
};

/* Added to a status: /store, which keeps a value as its text, takes it, or
 * has another word for it. */
enum { INSIDE = 1000 };

static const struct {
    const char *what, *body;
    int status; /* 0: what the route has for it */
} bodies[] = {
    {"no body", NULL, 0},
    {"no bytes", "", 0},
    {"blank", " \n", 0},
    {"half of it", "{\"key\":\"k\"", 0},
    {"an array", "[]", 0},
    {"a text", "\"key\"", 0},
    {"a number", "1", 0},
    {"true", "true", 0},
    {"more behind it", "{\"key\":\"k\"} x", 0},
    {"a comma too many", "{\"key\":\"k\",}", 0},
    {"no quotes", "{key:\"k\"}", 0},
    {"a name twice", "{\"a\":\"1\",\"a\":\"2\"}", 0},
    {"a name twice below", "{\"key\":\"k\",\"value\":{\"a\":1,\"\\u0061\":2}}",
     INSIDE},
    {"a NUL", "{\"key\":\"k\",\"value\":\"$N\"}", 0},
    {"\\u0000", "{\"key\":\"k\\u0000\",\"value\":\"v\"}", 0},
    {"not UTF-8", "{\"key\":\"k\",\"value\":\"$U\"}", 0},
    {"half a pair", "{\"key\":\"k\",\"value\":\"\\ud800\"}", 0},
    {"17 levels", "$D", INSIDE + 413},
    {"17 levels below", "{\"key\":\"k\",\"value\":[$d]}", INSIDE + 413},
    {"10001 elements", "$E", INSIDE + 413},
    {"a body too large", "$B", 413},
};

static void json_that_no_route_takes(void **state)
{
    struct contract c = contract_start(0);

    (void)state;
    for (size_t i = 0; i < T_COUNT(takers) * T_COUNT(bodies); i++) {
        const size_t taker = i / T_COUNT(bodies), body = i % T_COUNT(bodies);
        const int status = bodies[body].status % INSIDE;
        const struct contract_cell cell = {
            .what = bodies[body].what,
            .method = takers[taker].method,
            .target = takers[taker].target,
            .body = bodies[body].body,
            .status = status == 0 ? takers[taker].bad : status,
            .form = contract_find_route(takers[taker].path)->form,
            .says = status == 0 ? takers[taker].says : NULL};

        /* One state after the other: it makes no difference to these. */
        contract_enter(&c, &contract_states.at[i % contract_states.count]);
        if (bodies[body].status < INSIDE ||
            strncmp(takers[taker].path, "/store", 6) != 0) {
            contract_ask(&c, &cell);
        }
    }
    contract_stop(&c);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(keys_and_values_that_are_wrong),
    cmocka_unit_test(members_and_servers_that_are_wrong),
    cmocka_unit_test(json_that_no_route_takes),
};

T_MAIN(tests)
