#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# walk_e.sh - whoever comes from raftdb: a first node, two that -join, maps,
# three levels with and without -L, and one node of three that stands alone.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/walk.bash
. "$(dirname "$0")/lib/walk.bash"
host=localhost

start() { # number
    local begin=()
    case $1 in
    2) begin=(-join "${http[1]}") ;;
    3) begin=(-join "${http[2]}") ;; # whom it asks need not lead
    esac # the others: a cluster of their own
    run_node "$1" "$demo/raftd" -id "node$1" -haddr "${http[$1]}" \
        -raddr "${raft[$1]}" "${begin[@]}" "node$1"
}
start_all 3
wait_members 3
same "names" "$(names_of 1 | tr ' ' '\n' | sort | paste -sd ' ')" \
    "node1 node2 node3"
L=${http[$leader]}
F=${http[$follower]}

# ---- Maps --------------------------------------------------------------------
before=$(stat_of "$leader" last_log_index)
request -XPOST "http://$L/key" -d '{"foo":"bar","zoo":"cat","tea":"milk"}'
answers "a map" 200 ""
same "one entry" "$(stat_of "$leader" last_log_index)" $((before + 1))
request -L -XPOST "http://$F/key" -d '{"foo":"other","zoo":["cat"]}'
same "one value is no string" "$status" 400
request -XPOST "http://$L/key" -d '{"foo":"other","zoo":"cat"'
same "half a map" "$status" 400
request -XPOST "http://$L/key" -d '["foo"]'
same "no map" "$status" 400
request "http://$L/key/foo?level=consistent"
answers "then nothing is stored" 200 '{"foo":"bar"}'
request -XDELETE "http://$L/key/tea"
answers "a removal" 200 ""
request -XDELETE "http://$L/key/tea"
answers "a removal of what is absent" 200 ""
request "http://$L/key/tea"
answers "what was removed" 200 '{"tea":""}'

# ---- Levels ------------------------------------------------------------------
for level in '' '?level=stale' '?level=default' '?level=consistent'; do
    request "http://$L/key/foo$level"
    answers "a read of the leader$level" 200 '{"foo":"bar"}'
    type_is "a read of the leader$level" application/json
    request -L "http://$F/key/foo$level"
    answers "a read of a follower$level, with -L" 200 '{"foo":"bar"}'
    [[ $level != '?level=stale' ]] || continue
    request "http://$F/key/foo$level"
    same "a read of a follower$level, without" "$status:$(header location)" \
        "307:http://$L/key/foo$level"
done
comes_to "a stale read of a follower" '{"foo":"bar"}' \
    "http://$F/key/foo?level=stale"
request "http://$F/key/foo?level=newest"
same "an unknown level" "$status" 400
request -XPOST "http://$F/key" -d '{"foo":"2"}'
same "a write to a follower" "$status:$(header location)" "307:http://$L/key"
request -XDELETE "http://$F/key/foo"
same "a removal on a follower" "$status:$(header location)" \
    "307:http://$L/key/foo"
request -L -XDELETE "http://$F/key/zoo"
answers "a removal, followed" 200 ""
for i in 1 2 3; do
    for name in "node$i" "${raft[i]}" "${http[i]}"; do
        request "http://$L/key/$name"
        answers "no server is among the keys: $name" 200 "{\"$name\":\"\"}"
    done
done

# ---- Join --------------------------------------------------------------------
http[4]=$host:$(free_port) raft[4]=$host:$(free_port)
log[4]=$work/node4.log
start 4
wait_until 10 is_ready 4 || fail "node 4 does not begin by itself"
same "node 4 on its own" "$(stat_of 4 state):$(count_members 4)" "Leader:1"
member="{\"id\":\"node4\",\"httpAddr\":\"${http[4]}\",\
\"raftAddr\":\"${raft[4]}\"}"
for bad in '{"id":"node4"}' "${member/httpAddr/addr_http}" '{}' '{' ''; do
    request -XPOST "http://$L/join" -d "$bad"
    same "joining '$bad'" "$status" 400
done
request -XPOST "http://$F/join" -d "$member"
same "joining through a follower" "$status:$(header location)" \
    "307:http://$L/join"
request -XPOST "http://$L/join" -d "$member"
answers "node 4 joins" 200 ""
wait_members 4
comes_to "node 4 has what there was" '{"foo":"bar"}' \
    "http://${http[4]}/key/foo?level=stale"
request -L "http://${http[4]}/remove?id=node4"
answers "node 4 leaves" 200 ""
kill_node 4
unset 'pid[4]'

# ---- One of three, alone -----------------------------------------------------
wait_members 3
alone=$follower
A=${http[$alone]}
refuses() { # what, arguments of curl
    request "${@:2}"
    answers "$1, without a leader" 503 "node is not the leader"
    same "$1: its line" "$(wc -c <"$work/body")" 23
    like "$1: when to ask again" "$(header retry-after)" '[0-9]*'
    same "$1: leads nowhere" "$(header location)" ""
}
has_no_leader() { [[ $(curl -s -m 2 -XPOST "http://$A/info") == *'""}' ]]; }
refuses_all() {
    refuses "a read" "http://$A/key/foo"
    refuses "a default read" "http://$A/key/foo?level=default"
    refuses "a consistent read" "http://$A/key/foo?level=consistent"
    refuses "a removal" -XDELETE "http://$A/key/foo"
    refuses "a write" -XPOST "http://$A/key" -d '{"foo":"3"}'
    refuses "a join" -XPOST "http://$A/join" -d "$member"
}
for i in 1 2 3; do [[ $i == "$alone" ]] || kill_node "$i"; done
wait_until 10 has_no_leader || fail "it thinks that somebody leads"
request "http://$A/key/foo?level=stale"
answers "a stale read" 200 '{"foo":"bar"}'
refuses_all

# Started alone it can't know what of its log is committed: it has what its
# last snapshot had.
kill_node "$alone"
started=$(now_ms)
start "$alone"
wait_until 3 is_up "$alone" || fail "HTTP is not up within 3 s"
echo "up after $(($(now_ms) - started)) ms, without a leader"
request "http://$A/key/foo?level=stale"
answers "a stale read, started alone" 200 '{"foo":""}'
refuses_all

# ---- The same lines again ----------------------------------------------------
start_again 1 2 3
for i in 1 2 3; do
    same "the members of node $i" "$(count_members "$i")" 3
    request -L "http://${http[i]}/key/foo?level=consistent"
    answers "what was written, through node $i" 200 '{"foo":"bar"}'
done
old=$leader
kill_node "$old"
wait_new_leader 5
request -L -XPOST "http://${http[$leader]}/key" -d '{"after":"1"}'
answers "a write to the new leader" 200 ""
finish
