#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# founding.sh - a cluster is founded by servers that are there, not by ids that
# were heard once: a server that was wiped before the founding has another id.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

use_nodes 3
says() { grep -q -- "$2" "${log[$1]}"; }

start_node 1
start_node 2
waits_for_the_third() { says 1 "waiting_for=\"${raft[3]} to be up\""; }
wait_until 10 waits_for_the_third || fail "node1 does not hear node2"

# Node 2 is lost, disk and all, before the third one comes.
kill_node 2
rm -rf "${directory[2]}"
lost_the_second() { says 1 "\"peer lost\" addr=${raft[2]}"; }
wait_until 10 lost_the_second || fail "node1 does not notice"
start_node 3
hears_the_third() { says 1 "\"peer connected\" addr=${raft[3]}"; }
wait_until 10 hears_the_third || fail "node1 does not hear node3"
waits_for_the_second() { says 1 "waiting_for=\"${raft[2]} to be up\""; }
wait_until 10 waits_for_the_second || fail "node1 waits for nobody"
! says 1 'msg="founded' || fail "founded with an id that is gone"
passed=$((passed + 1))

start_node 2
wait_ready 20 || fail "three servers found no cluster"
find_leader || fail "nobody leads"
request -L "http://${http[2]}/key" -d '{"all":"three"}'
same "the cluster takes a write" "$status" 200
same "the one that was wiped is a member" \
    "$(curl -sL "http://${http[2]}/key?key=all&level=consistent")" three

# Who is dead is called as he was, also by those who never heard him.
for i in 1 2 3; do kill_node "$i"; done
start_node 2
start_node 3
wait_ready 10 || fail "two of three find no leader"
find_leader || fail "two of three find no leader"
request -XPOST "http://${http[leader]}/raft/remove" -d '{"node_id":"node1"}'
same "node1 is taken out: $body" "$status" 200

finish
