/* SPDX-License-Identifier: MIT
 *
 * http_contract_routes.c - the routes there are to be, and the states a node
 * can be in.
 */
#include <string.h>

#include "tests/unit/http_contract.h"

static const struct contract_route routes[] = {
    /* raft-kv-demo, hraftd, raftdb */
    {"/key", "GET, POST, DELETE", ERROR_TEXT},
    {"/key/", "GET, POST, DELETE", ERROR_TEXT},
    {"/key/*", "GET, DELETE", ERROR_TEXT},
    {"/join", "*", ERROR_TEXT},
    {"/remove", "*", ERROR_TEXT},
    /* hraftd */
    {"/setup", "POST", ERROR_TEXT},
    {"/init", "POST", ERROR_TEXT},
    {"/shutdown", "POST", ERROR_TEXT},
    {"/kill", "POST", ERROR_TEXT},
    {"/info", "POST", ERROR_PROBLEM},
    /* raft-example: a slash at the end is accepted */
    {"/store", "POST", ERROR_MESSAGE},
    {"/store/", "GET, POST, DELETE", ERROR_MESSAGE},
    {"/store/*", "GET, DELETE", ERROR_MESSAGE},
    {"/raft/join", "POST", ERROR_MESSAGE},
    {"/raft/join/", "POST", ERROR_MESSAGE},
    {"/raft/remove", "POST", ERROR_MESSAGE},
    {"/raft/remove/", "POST", ERROR_MESSAGE},
    {"/raft/stats", "GET", ERROR_MESSAGE},
    {"/raft/stats/", "GET", ERROR_MESSAGE},
    /* raft-kv: an empty key is 404 */
    {"/keys", "GET, POST, DELETE", ERROR_OBJECT},
    {"/keys/", "GET, POST, DELETE", ERROR_OBJECT},
    {"/keys/*", "GET, POST, DELETE", ERROR_OBJECT},
    {"/cluster/join", "POST", ERROR_JOIN},
    {"/cluster/join/", "POST", ERROR_JOIN},
    /* ours */
    {"/cluster", "GET, PUT", ERROR_PROBLEM},
    {"/cluster/transfer", "POST", ERROR_PROBLEM},
    {"/cluster/snapshot", "POST", ERROR_PROBLEM},
    {"/livez", "GET", ERROR_PROBLEM},
    {"/readyz", "GET", ERROR_PROBLEM},
};
const struct contract_routes contract_routes = {routes, T_COUNT(routes)};

const struct contract_route *contract_find_route(const char *path)
{
    for (size_t i = 0; i < T_COUNT(routes); i++) {
        if (strcmp(routes[i].path, path) == 0) {
            return &routes[i];
        }
    }
    return NULL;
}

/* By form: problem, text, message, object, join. */
#define ALL(status)                             \
    {                                           \
        status, status, status, status, status, \
    }
#define AS_ITSELF .leads = true, .leader = "127.0.0.1:8001"

static const struct contract_state states[] = {
    {"leader", PLAY_LEADER, AS_ITSELF},
    {"follower", PLAY_SCRIPT, BRIDGE_NOT_LEADER, .leader = "$L",
     .redirects = true, .asks = true},
    /* It is named, but nobody is there. */
    {"follower of a dead one", PLAY_SCRIPT, BRIDGE_NOT_LEADER,
     .leader = OTHER_LEADER, .redirects = true, .status = ALL(503)},
    {"no leader", PLAY_SCRIPT, BRIDGE_NOT_LEADER, .leader = "",
     .says_no_leader = true, .status = {503, 503, 422, 503, 503}},
    {"itself named as leader", PLAY_SCRIPT, BRIDGE_NOT_LEADER,
     .leader = "LocalHost:$P", .says_no_leader = true,
     .status = {503, 503, 422, 503, 503}},
    {"what is no address named", PLAY_SCRIPT, BRIDGE_NOT_LEADER,
     .leader = "x:1\r\nSet-Cookie: a=b", .says_no_leader = true,
     .status = {503, 503, 422, 503, 503}},
    {"busy", PLAY_BUSY, AS_ITSELF, .status = ALL(503)},
    {"refused", PLAY_REFUSED, AS_ITSELF, .status = ALL(503)},
    {"stopping", PLAY_STOPPING, AS_ITSELF, .status = ALL(503)},
    {"unknown", PLAY_SCRIPT, BRIDGE_UNKNOWN, AS_ITSELF, .status = ALL(504)},
    {"new member unreachable", PLAY_SCRIPT, BRIDGE_UNREACHABLE, AS_ITSELF,
     .only_changes = true, .status = {502, 502, 422, 503, 503}},
    {"another change", PLAY_SCRIPT, BRIDGE_CONFLICT, AS_ITSELF,
     .only_changes = true, .status = {409, 409, 422, 503, 503}},
    {"change failed", PLAY_SCRIPT, BRIDGE_FAILED, AS_ITSELF,
     .only_changes = true, .status = {503, 503, 422, 503, 503}},
};
const struct contract_states contract_states = {states, T_COUNT(states)};
