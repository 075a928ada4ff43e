/* SPDX-License-Identifier: MIT
 *
 * http_contract_members.c - what is owed for members and servers: who joins,
 * who leaves, how it stands. The members are node1, who leads, and node2.
 */
#include "http/answer.h"
#include "tests/unit/http_contract.h"

#define CHANGE BRIDGE_CHANGE
#define EMPTY  200, NULL, ""

#define JOIN(method, target, body)                            \
    {                                                         \
        "/join", method, target, body, SENT_ON, CHANGE, EMPTY \
    }
#define REMOVE(method, target)                                  \
    {                                                           \
        "/remove", method, target, NULL, SENT_ON, CHANGE, EMPTY \
    }

#define LISTED "\"leaderAddr\":\":8001\",\"leaderRaftAddr\":\":10001\""
#define SETUP                                                      \
    "{" LISTED ",\"leaderId\":\"n1\",\"clientAddrs\":[\":8002\"]," \
    "\"clientRaftAddrs\":[\":10002\"],\"clientIds\":[\"n2\"],\"other\":1}"

#define STATS(message) 200, ANSWER_JSON_UTF8, "STATS " message
#define EXAMPLE(path, body, message)                                  \
    {                                                                 \
        path, "POST", path, body, ASKED_THERE, CHANGE, STATS(message) \
    }
#define NODE3 "{\"node_id\":\"node3\",\"raft_address\":\"127.0.0.1:10003\"}"
#define NODE2 "{\"node_id\":\"node2\"}"

#define CLUSTER_JOIN(path)                                                    \
    {                                                                         \
        path, "POST", path, "{\"address\":\"127.0.0.1:10003\"}", ASKED_THERE, \
            CHANGE, 200, ANSWER_JSON, "{}"                                    \
    }

static const struct contract_row rows[] = {
    JOIN("GET", "/join?id=n3&addr=127.0.0.1:10003", NULL),
    JOIN("HEAD", "/join?id=n3&addr=127.0.0.1:10003", NULL),
    JOIN("POST", "/join?x=%20&addr=a:1&id=n%2f", "not looked at"),
    JOIN("PUT", "/join?id=node2&addr=127.0.0.1:10002", NULL),
    JOIN("DELETE", "/join?id=n3&addr=a:1", NULL),
    JOIN("PATCH", "/join?id=n3&addr=a:1", NULL),
    JOIN("OPTIONS", "/join?id=n3&addr=a:1", NULL),
    JOIN("POST", "/join",
         "{\"id\":\"n\",\"httpAddr\":\"a:2\",\"raftAddr\":\"a:1\"}"),
    JOIN("POST", "/join?", "{\"id\":\"n\",\"addr\":\"a:1\"}"),
    {"/join", "POST", "/join", "{\"leaderAddr\":\"127.0.0.1:$P\"}", HERE, 0,
     EMPTY},
    REMOVE("GET", "/remove?id=node2"),
    REMOVE("HEAD", "/remove?id=node2"),
    REMOVE("POST", "/remove?y=+&id=node%32"),
    REMOVE("PUT", "/remove?%69d=node2"),
    REMOVE("DELETE", "/remove?id=node2"),
    REMOVE("PATCH", "/remove?id=node2"),
    REMOVE("OPTIONS", "/remove?id=node2"),
    {"/remove", "GET", "/remove?id=nobody", NULL, SENT_ON, BRIDGE_READ_LEASE,
     404, NULL, NULL},

    {"/setup", "POST", "/setup", SETUP, ASKED_THERE, CHANGE, EMPTY},
    {"/init", "POST", "/init", NULL, HERE, 0, EMPTY},
    {"/init", "POST", "/init", "{", HERE, 0, EMPTY},
    {"/shutdown", "POST", "/shutdown", "{" LISTED "}", HERE, BRIDGE_STOP,
     EMPTY},
    {"/kill", "POST", "/kill", NULL, HERE, BRIDGE_STOP, EMPTY},
    {"/info", "POST", "/info", NULL, HERE, 0, 200, ANSWER_JSON,
     "{\"leaderAddr\":\"127.0.0.1:10001\"}"},

    {"/raft/stats", "GET", "/raft/stats", NULL, HERE, 0,
     STATS("Here is the raft status")},
    {"/raft/stats/", "GET", "/raft/stats/", NULL, HERE, 0,
     STATS("Here is the raft status")},
    EXAMPLE("/raft/join", NODE3,
            "node node3 at 127.0.0.1:10003 joined successfully"),
    EXAMPLE("/raft/join/", NODE3,
            "node node3 at 127.0.0.1:10003 joined successfully"),
    EXAMPLE("/raft/remove", NODE2, "node node2 removed successfully"),
    EXAMPLE("/raft/remove/", NODE2, "node node2 removed successfully"),
    {"/raft/remove", "POST", "/raft/remove", "{\"node_id\":\"nobody\"}",
     ASKED_THERE, BRIDGE_READ_LEASE, 422, NULL, NULL},

    CLUSTER_JOIN("/cluster/join"),
    CLUSTER_JOIN("/cluster/join/"),

    {"/cluster", "GET", "/cluster", NULL, HERE, 0, 200, ANSWER_JSON, "CLUSTER"},
    {"/cluster", "PUT", "/cluster",
     "{\"members\":[{\"raft\":\"127.0.0.1:10001\",\"name\":\"a\"},"
     "{\"raft\":\"127.0.0.1:10003\"}]}",
     ASKED_THERE, CHANGE, 200, ANSWER_JSON, "CLUSTER"},
    {"/cluster/transfer", "POST", "/cluster/transfer", "{\"to\":\"node2\"}",
     ASKED_THERE, BRIDGE_TRANSFER, 200, ANSWER_JSON,
     "{\"leader\":\"000000000000000c\"}"},
    {"/cluster/transfer", "POST", "/cluster/transfer", "{\"to\":\"nobody\"}",
     ASKED_THERE, 0, 422, NULL, NULL},
    {"/cluster/snapshot", "POST", "/cluster/snapshot", NULL, HERE,
     BRIDGE_SNAPSHOT, 200, ANSWER_JSON, "{\"index\":\"0\",\"term\":\"0\"}"},
    {"/livez", "GET", "/livez", NULL, HERE, 0, 200, ANSWER_TEXT, "ok\n"},
    {"/readyz", "GET", "/readyz", NULL, HERE, 0, 200, ANSWER_TEXT, "ready\n"},
};
const struct contract_rows contract_members = {rows, T_COUNT(rows)};
