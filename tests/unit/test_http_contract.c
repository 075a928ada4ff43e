/* SPDX-License-Identifier: MIT
 *
 * test_http_contract.c - the routes there are and those that were promised are
 * the same; any other path is 404, any other method 405.
 */
#include <stdio.h>
#include <string.h>

#include "http/answer.h"
#include "tests/t.h"
#include "tests/unit/http_contract.h"

/* ---- The tables are whole ------------------------------------------------ */

static void no_route_but_those_promised(void **state)
{
    char path[64];
    const char *at, *allow;
    bool has_rest;
    size_t count = 0;

    (void)state;
    for (; (at = routes_at(count, &has_rest, &allow)) != NULL; count++) {
        (void)snprintf(path, sizeof(path), "%s%s", at, has_rest ? "*" : "");
        const struct contract_route *route = contract_find_route(path);

        if (route == NULL) {
            fail_msg("http/routes.c has %s, and no row expects it", path);
        }
        if (strcmp(route->allow, allow) != 0) {
            fail_msg("%s allows %s, expected %s", path, allow, route->allow);
        }
    }
    t_u64_eq(count, contract_routes.count);
}

/* Is it one of those in the list? Any is in "*". */
static bool is_allowed(const char *allow, const char *method)
{
    const char *at = strstr(allow, method);
    const char end = at == NULL ? 'x' : at[strlen(method)];

    return strcmp(allow, "*") == 0 || end == ',' || end == 0;
}

static bool is_in(const struct contract_rows *rows, const char *path,
                  const char *method)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (strcmp(rows->at[i].path, path) == 0 &&
            strcmp(rows->at[i].method, method) == 0) {
            return true;
        }
    }
    return false;
}

static const char *const methods[] = {"GET",    "HEAD",  "POST",   "PUT",
                                      "DELETE", "PATCH", "OPTIONS"};

static void every_method_of_every_route_has_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < contract_routes.count; i++) {
        const struct contract_route *route = &contract_routes.at[i];

        for (size_t j = 0; j < T_COUNT(methods); j++) {
            if (is_allowed(route->allow, methods[j]) &&
                !is_in(&contract_keys, route->path, methods[j]) &&
                !is_in(&contract_members, route->path, methods[j])) {
                fail_msg("no row for %s %s", methods[j], route->path);
            }
        }
    }
}

static void every_row_is_of_a_route_that_allows_it(void **state)
{
    const struct contract_rows *const tables[] = {&contract_keys,
                                                  &contract_members};

    (void)state;
    for (size_t i = 0; i < T_COUNT(tables); i++) {
        for (size_t j = 0; j < tables[i]->count; j++) {
            const struct contract_row *row = &tables[i]->at[j];
            const struct contract_route *route = contract_find_route(row->path);

            if (route == NULL || !is_allowed(route->allow, row->method)) {
                fail_msg("a row for %s %s", row->method, row->path);
            }
        }
    }
}

/* ---- Methods ------------------------------------------------------------- */

static void refuse_methods(struct contract *c,
                           const struct contract_route *route)
{
    char target[64];
    const size_t length = strcspn(route->path, "*");

    (void)snprintf(target, sizeof(target), "%.*s%s", (int)length, route->path,
                   route->path[length] == '*' ? "k" : "");
    for (size_t i = 0; i < T_COUNT(methods); i++) {
        const struct contract_cell cell = {.what = "method",
                                           .method = methods[i],
                                           .target = target,
                                           .body = "{}",
                                           .status = 405,
                                           .form = route->form,
                                           .allow = route->allow};

        if (!is_allowed(route->allow, methods[i])) {
            contract_ask(c, &cell);
        }
    }
}

static void any_other_method_is_405(void **state)
{
    struct contract c = contract_start(0);

    (void)state;
    for (size_t i = 0; i < contract_states.count; i++) {
        contract_enter(&c, &contract_states.at[i]);
        for (size_t j = 0; j < contract_routes.count; j++) {
            refuse_methods(&c, &contract_routes.at[j]);
        }
    }
    contract_stop(&c);
}

/* ---- Paths --------------------------------------------------------------- */

static void any_other_path_is_404(void **state)
{
    static const struct {
        const char *target;
        enum error_form form;
    } paths[] = {
        {"/", ERROR_PROBLEM},           {"/keyfoo", ERROR_PROBLEM},
        {"/key2/k", ERROR_PROBLEM},     {"/Key", ERROR_PROBLEM},
        {"/key%2Fk", ERROR_PROBLEM},    {"//key", ERROR_PROBLEM},
        {"/./key", ERROR_PROBLEM},      {"/keysx", ERROR_PROBLEM},
        {"/join/", ERROR_PROBLEM},      {"/joins?id=n", ERROR_PROBLEM},
        {"/remove/", ERROR_PROBLEM},    {"/setup/", ERROR_PROBLEM},
        {"/kill/", ERROR_PROBLEM},      {"/shutdown/x", ERROR_PROBLEM},
        {"/info/", ERROR_PROBLEM},      {"/cluster/", ERROR_PROBLEM},
        {"/cluster/x", ERROR_PROBLEM},  {"/livez/", ERROR_PROBLEM},
        {"/raft/", ERROR_MESSAGE},      {"/raft/x", ERROR_MESSAGE},
        {"/raft/joins", ERROR_MESSAGE}, {"/raft/stats/x", ERROR_MESSAGE},
        {"/stores", ERROR_MESSAGE},
    };
    struct contract c = contract_start(0);

    (void)state;
    for (size_t i = 0; i < T_COUNT(paths) * T_COUNT(methods); i++) {
        contract_enter(&c, &contract_states.at[i % contract_states.count]);
        contract_ask(&c, &(struct contract_cell){
                             .what = "path",
                             .method = methods[i / T_COUNT(paths)],
                             .target = paths[i % T_COUNT(paths)].target,
                             .body = "{}",
                             .status = 404,
                             .form = paths[i % T_COUNT(paths)].form});
    }
    contract_stop(&c);
}

/* ---- Pages --------------------------------------------------------------- */

/* Whatever it asks for: no page of somebody else's drives a node. */
static void ask_from_elsewhere(struct contract *c,
                               const struct contract_rows *rows)
{
    static const char *const fields[] = {"Origin: http://elsewhere.example\r\n",
                                         "Origin: null\r\n",
                                         "Sec-Fetch-Site: cross-site\r\n"};

    for (size_t i = 0; i < rows->count; i++) {
        const struct contract_row *row = &rows->at[i];

        contract_ask(c, &(struct contract_cell){
                            .what = "from elsewhere",
                            .method = row->method,
                            .target = row->target,
                            .body = row->body,
                            .field = fields[i % T_COUNT(fields)],
                            .status = 403,
                            .form = contract_find_route(row->path)->form});
    }
}

static void a_page_of_elsewhere_is_403(void **state)
{
    struct contract c = contract_start(0);

    (void)state;
    contract_enter(&c, &contract_states.at[0]);
    ask_from_elsewhere(&c, &contract_keys);
    ask_from_elsewhere(&c, &contract_members);
    contract_stop(&c);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(no_route_but_those_promised),
    cmocka_unit_test(every_method_of_every_route_has_a_row),
    cmocka_unit_test(every_row_is_of_a_route_that_allows_it),
    cmocka_unit_test(any_other_method_is_405),
    cmocka_unit_test(any_other_path_is_404),
    cmocka_unit_test(a_page_of_elsewhere_is_403),
};

T_MAIN(tests)
