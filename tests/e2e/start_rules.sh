#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# start_rules.sh - how a server begins: alone, asking to be let in, or waiting;
# and that a directory which belongs to a cluster stays in it, whatever the
# flags say. Each as the users of one of the five demos start theirs.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

program=$(realpath "$RAFTD")
timing=(--election-timeout 150-300 --heartbeat 30)
host=127.0.0.1 # some of the lines have only ports

place() { # number
    http[$1]=$host:$(free_port)
    raft[$1]=$host:$(free_port)
    log[$1]=$work/node$1.log
    pid[$1]=''
    mkdir -p "$work/place$1"
}

# In a place of its own; variables first, then arguments.
start() { # number, words
    local i=$1
    shift
    env -C "$work/place$i" "$@" </dev/null >>"${log[$i]}" 2>&1 &
    pid[i]=$!
}

says() { grep -q -- "$2" "${log[$1]}"; }
member_count() { # number
    curl -fs -m 5 "http://${http[$1]}/cluster" | grep -o '"raft":' | wc -l
}
has_members() { [[ $(member_count "$1") == "$2" ]]; }
blank() { [[ $(cluster_of "$1") =~ ^0*$ ]]; }
port_of() { echo "${1##*:}"; }

# ---- raft-kv: the second one first --------------------------------------------

place 1
place 2
start_kv() { # number, further variables
    local i=$1
    shift
    start "$i" BIND="${raft[i]}" PORT="$(port_of "${http[i]}")" \
        DATA_DIR=data "$@" "$program" "${timing[@]}"
}
started=$(now_ms)
start_kv 2 JOIN="${http[1]}"
wait_until 3 is_up 2 || fail "no HTTP while it asks"
echo "HTTP is up after $(($(now_ms) - started)) ms"
passed=$((passed + 1))
says_why() {
    request "http://${http[2]}/readyz"
    [[ $status:$body == 503:*"the cluster of ${http[1]} to let it in"* ]]
}
wait_until 5 says_why || fail "why it is not ready: $status: $body"
says_debug() { says "$1" "^\\[DEBUG\\] state=$2 leader=$3\$"; }
wait_until 3 says_debug 2 Follower '' || fail "no state line while blank"
start_kv 1 BOOTSTRAP=True
wait_until 10 has_members 1 2 || fail "node 2 was not let in"
wait_until 10 is_ready 2 || fail "node 2 is not ready"
wait_until 5 says_debug 1 Leader "${raft[1]}" || fail "no state line: leader"
wait_until 5 says_debug 2 Follower "${raft[1]}" || fail "no state line"
same "its name" "$(curl -fs "http://${http[1]}/cluster" |
    grep -o "\"name\":\"${raft[2]}\"")" "\"name\":\"${raft[2]}\""
says 2 'msg="set by the environment" variables=BIND,PORT,DATA_DIR,JOIN' ||
    fail "the log does not name the variables"
passed=$((passed + 6))
cluster=$(cluster_of 1)

# A member is let in: it asks nobody, and starts as it did before.
stop_node 2
same "exit code" "$code" 0
: >"${log[2]}"
start_kv 2 JOIN="${http[1]}"
wait_until 10 is_ready 2 || fail "node 2 does not come back"
says 2 'stays in it; -bootstrap, -join and --peers do not count' ||
    fail "nothing is said of -join"
! says 2 'msg="asks to be' || fail "a member asks"
stop_node 1
stop_node 2
start_kv 1 BOOTSTRAP=True
start_kv 2 JOIN="${http[1]}"
wait_ready 10 || fail "both do not come back"
same "their cluster" "$(cluster_of 1):$(cluster_of 2)" "$cluster:$cluster"
passed=$((passed + 2))

# ---- raft-kv-demo: -join beside -bootstrap ---------------------------------------

place 3
start 3 "$program" -id node3 -raddr "${raft[3]}" -haddr "${http[3]}" \
    -bootstrap -join "${http[2]}" "${timing[@]}" # a follower will do
wait_until 10 is_ready 3 || fail "node 3 was not let in"
same "node 3 is in" "$(cluster_of 3):$(member_count 1)" "$cluster:3"
[[ -d $work/place3/raftd-node3 ]] || fail "no directory named after the id"
kill_node 3
start 3 "$program" -id node3 -raddr "${raft[3]}" -haddr "${http[3]}" \
    -bootstrap "${timing[@]}"
wait_until 10 is_ready 3 || fail "node 3 does not come back"
same "node 3 stays in" "$(cluster_of 3)" "$cluster"

# ---- raftdb: a directory, with and without -join ------------------------------------

place 4
start_4() {
    start 4 "$program" -id node4 -raddr "${raft[4]}" -haddr "${http[4]}" \
        -join "${http[1]}" "${timing[@]}" d4
}
start_4
wait_until 10 is_ready 4 || fail "node 4 was not let in"
same "node 4 is in" "$(cluster_of 4):$(member_count 1)" "$cluster:4"

# Once it knows that it is in, and asks no more: taken out it stays out, until
# somebody starts it with -join again.
wait_until 10 says 4 'asks no more' || fail "node 4 goes on asking"
count_of() { grep -c "$2" "${log[$1]}" || true; } # number, pattern
known=$(count_of 4 'msg="members"')
request -XPOST "http://${http[1]}/raft/remove" -d '{"node_id":"node4"}'
same "node 4 is taken out" "$status:$(member_count 1)" 200:3
hears_of_it() { (($(count_of 4 'msg="members"') > known)); }
wait_until 10 hears_of_it || fail "node 4 does not hear of it"
same "it does not ask again" "$(count_of 4 'asks no more')" 1
kill_node 4
start_4
wait_until 10 has_members 1 4 || fail "node 4 is not let in again"
wait_until 10 is_ready 4 || fail "node 4 is not ready again"
passed=$((passed + 1))
place 5
start 5 "$program" -id node5 -raddr "${raft[5]}" -haddr "${http[5]}" \
    "${timing[@]}" d5
wait_until 10 is_ready 5 || fail "node 5 does not found"
same "node 5 is alone" "$(member_count 5)" 1
[[ $(cluster_of 5) != "$cluster" ]] || fail "node 5 was let in unasked"

# ---- raft-kv again: wiped, it is a new server in its old place -----------------------

kill_node 2
rm -rf "$work/place2/data"
start_kv 2 JOIN="${http[1]}"
wait_until 20 is_ready 2 || fail "the wiped one is not let in"
same "the wiped one is in" "$(cluster_of 2):$(member_count 1)" "$cluster:4"

# ---- raft-example: as its own leader ------------------------------------------------

place 6
start 6 SERVER_PORT="$(port_of "${http[6]}")" RAFT_NODE_ID=node6 \
    RAFT_PORT="$(port_of "${raft[6]}")" RAFT_VOL_DIR=vol/6 \
    "$program" "${timing[@]}"
wait_until 10 is_ready 6 || fail "node 6 does not found"
same "node 6 is alone" "$(stat_of 6 state):$(member_count 6)" Leader:1
[[ -d $work/place6/vol/6 ]] || fail "no directory of that name"
passed=$((passed + 1))
request -XPOST "http://${http[1]}/raft/join" \
    -d "{\"node_id\":\"node6\",\"raft_address\":\"${raft[6]}\"}"
same "node 6 is absorbed" "$status:$(cluster_of 6)" "200:$cluster"

# ---- Killed at the moment it joins: whatever it has, it gets in ------------------------

for i in 9 10 11; do
    place "$i"
    start_joiner() {
        start "$i" "$program" -id "node$i" -raddr "${raft[i]}" \
            -haddr "${http[i]}" -join "${http[1]}" "${timing[@]}" data
    }
    start_joiner
    until says "$i" 'msg="joined a cluster"'; do
        is_running "${pid[i]}" || fail "node $i has ended"
    done 2>/dev/null
    kill_node "$i"
    start_joiner
    wait_until 10 is_ready "$i" || fail "node $i was killed and stays out"
    wait_until 10 has_members 1 $((i - 3)) || fail "node $i is no member"
done
passed=$((passed + 3))

# ---- Nothing said, and the end while it asks -----------------------------------------

place 7
start 7 "$program" -id node7 -raddr "${raft[7]}" -haddr "${http[7]}"
wait_until 10 is_up 7 || fail "node 7 is not up"
blank 7 || fail "node 7 is in a cluster"
wait_until 5 says 7 'waiting_for="an invitation into a cluster"' || fail "it waits for nothing"
passed=$((passed + 2))
stop_node 7
same "exit code of one that waits" "$code" 0

# Whoever is asked stands still: its system accepts, and it says nothing.
signal STOP "${pid[5]}"
place 8
start 8 "$program" -id node8 -raddr "${raft[8]}" -haddr "${http[8]}" \
    -join "${http[5]}" d8
wait_until 10 says 8 'msg="asks to be' || fail "node 8 does not ask"
wait_until 3 is_up 8 || fail "no HTTP while nobody answers"
blank 8 || fail "-join beside a directory founded"
passed=$((passed + 1))
stop_node 8
same "exit code of one that asks" "$code" 0
((took_ms < 5000 * PATIENCE)) || fail "it took $took_ms ms to end"

# ---- Refused ------------------------------------------------------------------------

run_raftd --peers "${raft[1]}" -raddr "${raft[1]}" -join "${http[1]}"
same "--peers and -join" "$code" 64
run_raftd -haddr "${http[7]}" -join "${http[7]}"
same "-join at itself" "$code" 64
like "and it says so" "$said" "*-join ${http[7]}: that is this server's own*"

finish
