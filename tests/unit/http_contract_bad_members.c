/* SPDX-License-Identifier: MIT
 *
 * http_contract_bad_members.c - requests for members and servers that are not
 * to be fulfilled, in any state of the node.
 */
#include "tests/unit/http_contract.h"

#define JOIN(target)      "/join", "GET", target, NULL
#define JOIN_BODY(body)   "/join", "POST", "/join", body
#define REMOVE(target)    "/remove", "GET", target, NULL
#define SETUP(body)       "/setup", "POST", "/setup", body
#define SHUTDOWN(body)    "/shutdown", "POST", "/shutdown", body
#define RAFT_JOIN(body)   "/raft/join", "POST", "/raft/join", body
#define RAFT_REMOVE(body) "/raft/remove/", "POST", "/raft/remove/", body
#define KEYS_JOIN(body)   "/cluster/join/", "POST", "/cluster/join/", body
#define MEMBERS(body)     "/cluster", "PUT", "/cluster", body
#define TRANSFER(body)    "/cluster/transfer", "POST", "/cluster/transfer", body

#define RAFT(address) "{\"raft\":\"" address "\"}"

static const struct contract_input inputs[] = {
    {"no id", JOIN("/join?addr=a:1"), 400, NULL},
    {"no addr", JOIN("/join?id=n"), 400, NULL},
    {"neither", JOIN("/join"), 400, NULL},
    {"empty id", JOIN("/join?id=&addr=a:1"), 400, NULL},
    {"empty addr", JOIN("/join?id=n&addr="), 400, NULL},
    {"no address", JOIN("/join?id=n&addr=nowhere"), 400, NULL},
    {"port 0", JOIN("/join?id=n&addr=a:0"), 400, NULL},
    {"NUL in the id", JOIN("/join?id=%00&addr=a:1"), 400, NULL},
    {"id not UTF-8", JOIN("/join?id=%ff&addr=a:1"), 400, NULL},
    {"bad escape", JOIN("/join?id=n&addr=%:1"), 400, NULL},
    {"id twice", JOIN("/join?id=n&id=n&addr=a:1"), 400, NULL},
    {"long id", JOIN("/join?id=$K&addr=a:1"), 400, NULL},
    {"no httpAddr", JOIN_BODY("{\"id\":\"n\",\"raftAddr\":\"a:1\"}"), 400,
     NULL},
    {"no raftAddr", JOIN_BODY("{\"id\":\"n\",\"httpAddr\":\"a:1\"}"), 400,
     NULL},
    {"no id", JOIN_BODY("{\"httpAddr\":\"a:2\",\"raftAddr\":\"a:1\"}"), 400,
     NULL},
    {"no addr", JOIN_BODY("{\"id\":\"n\"}"), 400, NULL},
    {"number as id", JOIN_BODY("{\"id\":1,\"addr\":\"a:1\"}"), 400, NULL},
    {"empty id", JOIN_BODY("{\"id\":\"\",\"addr\":\"a:1\"}"), 400, NULL},
    {"no address", JOIN_BODY("{\"id\":\"n\",\"addr\":\"a\"}"), 400, NULL},
    {"long id", JOIN_BODY("{\"id\":\"$K\",\"addr\":\"a:1\"}"), 400, NULL},
    {"another leader", JOIN_BODY("{\"leaderAddr\":\"a:1\"}"), 400, NULL},
    {"nothing known", JOIN_BODY("{}"), 400, NULL},
    {"no id", REMOVE("/remove"), 400, NULL},
    {"empty id", REMOVE("/remove?id="), 400, NULL},
    {"id twice", REMOVE("/remove?id=node2&id=node2"), 400, NULL},
    {"NUL in the id", REMOVE("/remove?id=node2%00"), 400, NULL},
    {"id not UTF-8", REMOVE("/remove?id=%ff"), 400, NULL},
    {"long id", REMOVE("/remove?id=$K"), 400, NULL},

    {"nothing", SETUP("{}"), 400, NULL},
    {"no raft address", SETUP("{\"leaderAddr\":\"a:1\",\"leaderId\":\"n\"}"),
     400, NULL},
    {"no address", SETUP("{\"leaderRaftAddr\":\"a\"}"), 400, NULL},
    {"lists that differ",
     SETUP("{\"leaderRaftAddr\":\"a:1\",\"clientIds\":[\"n\"]}"), 400, NULL},
    {"no list", SETUP("{\"leaderRaftAddr\":\"a:1\",\"clientIds\":\"n\"}"), 400,
     NULL},
    {"long id", SETUP("{\"leaderRaftAddr\":\"a:1\",\"leaderId\":\"$K\"}"), 400,
     NULL},
    {"nothing", SHUTDOWN("{}"), 400, NULL},
    {"number", SHUTDOWN("{\"leaderRaftAddr\":1}"), 400, NULL},
    {"lists that differ",
     SHUTDOWN("{\"leaderRaftAddr\":\"a:1\",\"clientAddrs\":[\"n\"]}"), 400,
     NULL},

    {"nothing", RAFT_JOIN("{}"), 422, NULL},
    {"no node_id", RAFT_JOIN("{\"raft_address\":\"a:1\"}"), 422, NULL},
    {"no raft_address", RAFT_JOIN("{\"node_id\":\"n\"}"), 422, NULL},
    {"empty", RAFT_JOIN("{\"node_id\":\"\",\"raft_address\":\"a:1\"}"), 422,
     NULL},
    {"number", RAFT_JOIN("{\"node_id\":1,\"raft_address\":\"a:1\"}"), 422,
     NULL},
    {"no address", RAFT_JOIN("{\"node_id\":\"n\",\"raft_address\":\"a\"}"), 422,
     NULL},
    {"long id", RAFT_JOIN("{\"node_id\":\"$K\",\"raft_address\":\"a:1\"}"), 422,
     NULL},
    {"nothing", RAFT_REMOVE("{}"), 422, NULL},
    {"empty", RAFT_REMOVE("{\"node_id\":\"\"}"), 422, NULL},
    {"number", RAFT_REMOVE("{\"node_id\":2}"), 422, NULL},

    {"nothing", KEYS_JOIN("{}"), 400, NULL},
    {"empty", KEYS_JOIN("{\"address\":\"\"}"), 400, NULL},
    {"number", KEYS_JOIN("{\"address\":1}"), 400, NULL},
    {"no address", KEYS_JOIN("{\"address\":\"nowhere\"}"), 400, NULL},
    {"long address", KEYS_JOIN("{\"address\":\"$K:1\"}"), 400, NULL},

    {"nothing", MEMBERS("{}"), 400, NULL},
    {"nobody", MEMBERS("{\"members\":[]}"), 400, NULL},
    {"no address", MEMBERS("{\"members\":[" RAFT("a") "]}"), 400, NULL},
    {"address twice",
     MEMBERS("{\"members\":[" RAFT("a:1") "," RAFT("A:1") "]}"), 400, NULL},
    {"unknown field", MEMBERS("{\"members\":[" RAFT("a:1") "],\"x\":1}"), 400,
     NULL},
    {"nothing", TRANSFER("{}"), 400, NULL},
    {"empty", TRANSFER("{\"to\":\"\"}"), 400, NULL},
    {"number", TRANSFER("{\"to\":2}"), 400, NULL},
    {"unknown field", TRANSFER("{\"to\":\"node2\",\"x\":1}"), 400, NULL},
};
const struct contract_inputs contract_bad_members = {inputs, T_COUNT(inputs)};
