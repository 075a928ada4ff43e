#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# walk_a.sh - whoever comes from raft-kv-demo: three nodes by -bootstrap and
# -join, keys and levels, join and remove, and the same lines once more.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/walk.bash
. "$(dirname "$0")/lib/walk.bash"
host=localhost

start() { # number
    local begin=(-join "${http[1]}")
    [[ $1 != 1 ]] || begin=(-bootstrap)
    run_node "$1" "$demo/raft-kv-demo" -id "node$1" -haddr "${http[$1]}" \
        -raddr "${raft[$1]}" "${begin[@]}"
}
start_all 3
wait_members 3
same "names" "$(names_of 1 | tr ' ' '\n' | sort | paste -sd ' ')" \
    "node1 node2 node3"
L=${http[$leader]}
F=${http[$follower]}

# ---- On the leader -----------------------------------------------------------
request -XPOST "http://$L/key" -d '{"key":"foo","value":"bar baz"}'
answers "a write" 200 ""
for level in '' '&level=stale' '&level=default' '&level=consistent'; do
    request "http://$L/key?key=foo$level"
    answers "a read$level" 200 "bar baz"
    type_is "a read$level" 'text/plain; charset=utf-8'
    same "a read$level: no newline" "$(wc -c <"$work/body")" 7
done
request "http://$L/key?key=nobody"
same "a missing key" "$status" 404
request "http://$L/key?key=foo&level=newest"
same "an unknown level" "$status" 400
request -XDELETE "http://$L/key/?key=foo"
answers "a removal" 200 ""
request -XDELETE "http://$L/key?key=foo"
answers "a removal of what is absent" 200 ""
request "http://$L/key?key=foo"
same "what was removed" "$status" 404

# ---- On a follower -----------------------------------------------------------
redirects() { # path and query, arguments of curl
    local path=$1
    shift
    request "http://$F$path" "$@"
    same "$path on a follower" "$status:$(header location)" "307:http://$L$path"
}
redirects /key -XPOST -d '{"key":"foo","value":"1"}'
redirects '/key?key=foo'
redirects '/key?key=foo&level=consistent'
redirects '/key/?key=foo' -XDELETE
redirects "/join?id=node2&addr=${raft[2]}"
redirects '/remove?id=node2'
request -L -XPOST "http://$F/key" -d '{"key":"foo","value":"bar"}'
answers "a write, followed" 200 ""
request -L "http://$F/key?key=foo"
answers "a read, followed" 200 bar
comes_to "a stale read on a follower" bar "http://$F/key?key=foo&level=stale"
same "members, still" "$(count_members "$leader")" 3

# ---- A fourth one ------------------------------------------------------------
start_blank 4
wait_until 10 is_up 4 || fail "node 4 is not up"
request -XPOST "http://$L/join"
same "joining nobody" "$status" 400
request "http://$L/join?id=node4"
same "joining nowhere" "$status" 400
request "http://$L/join?id=node4&addr=${raft[4]}"
answers "node 4 joins" 200 ""
request -XPOST "http://$L/join?id=node4&addr=${raft[4]}"
answers "node 4 joins again" 200 ""
wait_members 4
like "its name" " $(names_of "$leader") " "* node4 *"
comes_to "node 4 has what there was" bar \
    "http://${http[4]}/key?key=foo&level=stale"
request -L "http://${http[$follower]}/remove?id=node4"
answers "node 4 is removed" 200 ""
request -L "http://${http[$leader]}/remove?id=node4"
same "it is unknown now" "$status" 404
request -L -XDELETE "http://${http[$leader]}/remove"
same "removing nobody" "$status" 400
same "members" "$(count_members "$leader")" 3
kill_node 4

# ---- Without the leader, and all of it again ---------------------------------
old=$leader
kill_node "$old"
wait_new_leader 5
request -XPOST "http://${http[$leader]}/key" -d '{"key":"after","value":"1"}'
answers "a write to the new leader" 200 ""
cluster=$(cluster_of "$leader")
start "$old"
comes_to "the old leader has it" 1 \
    "http://${http[$old]}/key?key=after&level=stale"

start_again 1 2 3
for i in 1 2 3; do
    same "the cluster of node $i" "$(cluster_of "$i")" "$cluster"
    same "the members of node $i" "$(count_members "$i")" 3
    same "node $i says it, in one line" \
        "$(grep -c '^.*-bootstrap.*do not count' "${log[$i]}")" \
        $((i == old ? 2 : 1))
    request -L "http://${http[$i]}/key?key=foo&level=consistent"
    answers "what was written, through node $i" 200 bar
done

# ---- Taken out when it is dead ------------------------------------------------
# Nobody joined the first one, and those who are left never heard it.
for i in 1 2 3; do kill_node "$i"; done
start 2
start 3
wait_ready 20 || fail "no leader without node 1"
find_leader || fail "no leader without node 1"
request "http://${http[$leader]}/remove?id=node1"
answers "node 1 is removed" 200 ""
same "members" "$(count_members "$leader")" 2
finish
