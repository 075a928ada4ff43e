#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# join_refused.sh - a blank server that was started with --peers of others does
# not come when it is invited. Who asked is told, and nothing has changed.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

# A new server that says nothing is given up after ten election time-outs.
timing=(--election-timeout 100-200 --heartbeat 20)
start_cluster 1
before=$(cluster_of 1)

start_stranger() { # number: its --peers are itself and nobody we know
    local i=$1
    http[i]=$host:$(free_port)
    raft[i]=$host:$(free_port)
    log[i]=$work/node$i.log
    directory[i]=$work/node$i
    peers=127.0.0.1:1,${raft[i]} start_node "$i"
    wait_until 10 is_up "$i" || fail "node $i is not up"
}
members() {
    curl -fs -m 5 "http://${http[1]}/cluster" | grep -o '"raft":"[^"]*"'
}
only_node_1() { [[ $(members) == "\"raft\":\"${raft[1]}\"" ]]; }

start_stranger 2
request -XPUT "http://${http[1]}/cluster" -d "$(members_of 1 2)"
same "who refuses is not joined" "$status" 502
like "and it is said why" "$body" \
    "*\"${raft[2]} was invited and stays blank: *--peers*as they were\"*"
wait_until 10 only_node_1 || fail "it stays a learner: $(members)"
like "its own log says so" \
    "$(grep -c 'refused an invitation: not from --peers' "${log[2]}")" "[1-9]*"
request "http://${http[2]}/readyz"
like "it is blank" "$status:$body" "503:blank: *"

# It dies while it is waited for: nobody can say then whether it wanted to.
asked=$work/asked
curl -s -m 20 -o "$asked" -w '%{http_code}' -XPUT \
    "http://${http[1]}/cluster" -d "$(members_of 1 2)" >"$asked.status" &
waiting=$!
is_learner() { ! only_node_1; }
wait_until 10 is_learner || fail "the change does not begin"
kill_node 2
wait "$waiting"
same "who dies is not joined" "$(<"$asked.status")" 503
like "and it is named" "$(<"$asked")" "*\"${raft[2]} does not answer any more;*"
wait_until 10 only_node_1 || fail "it stays a learner: $(members)"

request -L "http://${http[1]}/key" -d '{"after":"1"}'
same "a write" "$status" 200
same "the cluster" "$(cluster_of 1)" "$before"
finish
