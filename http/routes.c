/* SPDX-License-Identifier: MIT
 *
 * routes.c - method and path to handler. The path is compared as it was sent:
 * what is decoded or folded on the way could name another route.
 */
#include <string.h>

#include "http/answer.h"
#include "http/guard.h"
#include "http/routes.h"

enum { MAX_METHODS = 3 };

#define ANY "*" /* no method has such a name */

struct method {
    const char *name; /* ANY: whichever */
    int (*handle)(struct request *request, const char *rest);
};

struct route {
    const char *path;
    bool has_rest; /* something must follow the path */
    enum error_form error_form;
    const char *allow;
    struct method methods[MAX_METHODS];
};

static const struct route routes[] = {
    {"/key/",
     true,
     ERROR_TEXT,
     "GET, DELETE",
     {{"GET", key_get_by_path}, {"DELETE", key_delete_by_path}}},
    {"/key",
     false,
     ERROR_TEXT,
     "GET, POST, DELETE",
     {{"GET", key_get_by_query},
      {"POST", key_post},
      {"DELETE", key_delete_by_query}}},
    {"/key/",
     false,
     ERROR_TEXT,
     "GET, POST, DELETE",
     {{"GET", key_get_by_query},
      {"POST", key_post},
      {"DELETE", key_delete_by_query}}},
    {"/store", false, ERROR_MESSAGE, "POST", {{"POST", store_post}}},
    {"/store/",
     false,
     ERROR_MESSAGE,
     "GET, POST, DELETE",
     {{"GET", store_get}, {"POST", store_post}, {"DELETE", store_delete}}},
    {"/store/",
     true,
     ERROR_MESSAGE,
     "GET, DELETE",
     {{"GET", store_get}, {"DELETE", store_delete}}},
    {"/keys",
     false,
     ERROR_OBJECT,
     "GET, POST, DELETE",
     {{"GET", keys_get}, {"POST", keys_post}, {"DELETE", keys_delete}}},
    {"/keys/",
     false,
     ERROR_OBJECT,
     "GET, POST, DELETE",
     {{"GET", keys_get}, {"POST", keys_post}, {"DELETE", keys_delete}}},
    {"/keys/",
     true,
     ERROR_OBJECT,
     "GET, POST, DELETE",
     {{"GET", keys_get}, {"POST", keys_post}, {"DELETE", keys_delete}}},
    {"/join", false, ERROR_TEXT, ANY, {{ANY, join_any}}},
    {"/remove", false, ERROR_TEXT, ANY, {{ANY, remove_any}}},
    {"/setup", false, ERROR_TEXT, "POST", {{"POST", setup_post}}},
    {"/init", false, ERROR_TEXT, "POST", {{"POST", init_post}}},
    {"/shutdown", false, ERROR_TEXT, "POST", {{"POST", shutdown_post}}},
    {"/kill", false, ERROR_TEXT, "POST", {{"POST", kill_post}}},
    {"/info", false, ERROR_PROBLEM, "POST", {{"POST", info_post}}},
    {"/livez", false, ERROR_PROBLEM, "GET", {{"GET", livez_get}}},
    {"/readyz", false, ERROR_PROBLEM, "GET", {{"GET", readyz_get}}},
    {"/raft/stats", false, ERROR_MESSAGE, "GET", {{"GET", stats_get}}},
    {"/raft/stats/", false, ERROR_MESSAGE, "GET", {{"GET", stats_get}}},
    {"/raft/join", false, ERROR_MESSAGE, "POST", {{"POST", raft_join_post}}},
    {"/raft/join/", false, ERROR_MESSAGE, "POST", {{"POST", raft_join_post}}},
    {"/raft/remove",
     false,
     ERROR_MESSAGE,
     "POST",
     {{"POST", raft_remove_post}}},
    {"/raft/remove/",
     false,
     ERROR_MESSAGE,
     "POST",
     {{"POST", raft_remove_post}}},
    {"/cluster/join", false, ERROR_JOIN, "POST", {{"POST", keys_join_post}}},
    {"/cluster/join/", false, ERROR_JOIN, "POST", {{"POST", keys_join_post}}},
    {"/cluster",
     false,
     ERROR_PROBLEM,
     "GET, PUT",
     {{"GET", cluster_get}, {"PUT", cluster_put}}},
    {"/cluster/transfer",
     false,
     ERROR_PROBLEM,
     "POST",
     {{"POST", transfer_post}}},
    {"/cluster/snapshot",
     false,
     ERROR_PROBLEM,
     "POST",
     {{"POST", snapshot_post}}},
};

const char *routes_at(size_t place, bool *has_rest, const char **allow)
{
    if (place >= sizeof(routes) / sizeof(routes[0])) {
        return NULL;
    }
    *has_rest = routes[place].has_rest;
    *allow = routes[place].allow;
    return routes[place].path;
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* NULL: no such route. */
static const struct route *find_route(const char *path)
{
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        const struct route *route = &routes[i];
        const bool found = route->has_rest ? starts_with(path, route->path) &&
                                                 path[strlen(route->path)] != 0
                                           : strcmp(path, route->path) == 0;

        if (found) {
            return route;
        }
    }
    return NULL;
}

/* A path nobody serves still belongs to somebody's clients. */
static enum error_form form_of_unknown(const char *path)
{
    return starts_with(path, "/raft/") || starts_with(path, "/store")
               ? ERROR_MESSAGE
               : ERROR_PROBLEM;
}

int routes_dispatch(struct request *request)
{
    const struct route *route = find_route(request->path);
    const char *method = request->info->request_method;
    int status = 0;

    request->error_form =
        route == NULL ? form_of_unknown(request->path) : route->error_form;
    request->is_head = strcmp(method, "HEAD") == 0;
    if (!atomic_load(&request->http->serving)) {
        return answer_error(request, 503, "starting or shutting down");
    }
    const char *why = guard_headers(request, &status);

    if (why != NULL) {
        request->keep_alive = false;
        return answer_error(request, status, why);
    }
    if (route == NULL) {
        return answer_error(request, 404, "there is nothing at this path");
    }
    /* Where a GET changes something a link or a picture could. */
    if (strcmp(route->allow, ANY) == 0 && guard_is_unsaid(request)) {
        return answer_error(request, 403,
                            "a browser that does not say whose page asks");
    }
    for (size_t i = 0; i < MAX_METHODS && route->methods[i].name != NULL; i++) {
        const char *name = route->methods[i].name;

        if (strcmp(name, ANY) == 0 || strcmp(method, name) == 0) {
            return route->methods[i].handle(request, request->path +
                                                         strlen(route->path));
        }
    }
    return answer_bad_method(request, route->allow);
}
