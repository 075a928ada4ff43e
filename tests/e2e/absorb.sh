#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# absorb.sh - a server that founded a cluster alone is wanted in another one. It
# goes if nobody has been told anything by its own, else it stays; killed at
# any moment it is in one of the two, and the request can be made again.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

# It elects itself: that should not take long.
timing=(--election-timeout 150-300 --heartbeat 30)

place() { # number: a node with a directory of its own that founds alone
    http[$1]=$host:$(free_port)
    raft[$1]=$host:$(free_port)
    directory[$1]=$work/node$1
    log[$1]=$work/node$1.log
    pid[$1]=''
}
start_alone() { # number
    "$RAFTD" -id "node$1" -haddr "${http[$1]}" -raddr "${raft[$1]}" \
        "${timing[@]}" "${directory[$1]}" </dev/null 2>>"${log[$1]}" &
    pid[$1]=$!
}
found_alone() { # number, on other ports if one of them is taken
    local try
    for try in 1 2 3; do
        place "$1"
        rm -rf "${directory[$1]}"
        start_alone "$1"
        wait_until 10 is_ready "$1" && return 0
        grep -q 'a port is in use' "${log[$1]}" || break
        kill_node "$1"
        rm "${log[$1]}"
    done
    fail "node $1 founds no cluster after $try tries"
}

member_count() { # number
    curl -fs -m 5 "http://${http[$1]}/cluster" | grep -o '"raft":' | wc -l
}
change() { # number who is asked, numbers of the members
    local asked=$1
    shift
    request -XPUT "http://${http[asked]}/cluster" -d "$(members_of "$@")"
}
holds() { # number, key, value
    request -L "http://${http[$1]}/key?key=$2&level=consistent"
    same "$2 through node $1" "$status:$body" "200:$3"
}

# ---- It goes --------------------------------------------------------------------

found_alone 1
ours=$(cluster_of 1)
request -XPOST "http://${http[1]}/key" -d '{"before":"1"}'
same "a write" "$status" 200

found_alone 2
[[ $(cluster_of 2) != "$ours" ]] || fail "two founders, one cluster"
request -XPOST "http://${http[2]}/cluster/snapshot"
same "a snapshot of nothing, where it was" "$status" 200
change 1 1 2
same "node 2 joins" "$status:$(cluster_of 2)" "200:$ours"
holds 2 before 1
kill_node 2
start_alone 2 # as before: what it has joined counts, not how it is started
wait_until 10 is_ready 2 || fail "node 2 does not come back"
same "node 2 after a restart" "$(cluster_of 2):$(member_count 2)" "$ours:2"
holds 2 before 1
change 1 1
same "node 2 leaves" "$status" 200
kill_node 2

# ---- It stays -------------------------------------------------------------------

found_alone 3
theirs=$(cluster_of 3)
request -XPOST "http://${http[3]}/key" -d '{"own":"3"}'
same "a write to node 3" "$status" 200
change 1 1 3
same "node 3 has taken a write" "$status" 502
like "and the answer says so" "$body" "*${raft[3]} has a cluster of its own*"
kill_node 3
start_alone 3
wait_until 10 is_ready 3 || fail "node 3 does not come back"
change 1 1 3
same "also after a restart" "$status" 502
same "its cluster" "$(cluster_of 3)" "$theirs"
holds 3 own 3
same "our members" "$(member_count 1)" 1

# One that has let another one in, although nobody wrote: a blank one.
found_alone 4
fours=$(cluster_of 4)
place 5
mkdir "$work/blank5"
program=$(realpath "$RAFTD")
env -C "$work/blank5" "$program" -id node5 -haddr "${http[5]}" \
    -raddr "${raft[5]}" "${timing[@]}" </dev/null 2>>"${log[5]}" &
pid[5]=$!
wait_until 10 is_up 5 || fail "node 5 is not up"
change 4 4 5
same "node 5 joins node 4" "$status:$(cluster_of 5)" "200:$fours"
change 1 1 4
same "node 4 has let one in" "$status" 502
change 1 1 5
same "node 5 is a member elsewhere" "$status" 502
same "neither was moved" "$(cluster_of 4):$(cluster_of 5)" "$fours:$fours"
for i in 4 5; do kill_node "$i"; done

# One that has asked another one in, which then did not come.
found_alone 4
change 4 4 3
same "node 3 does not come to node 4 either" "$status" 502
change 1 1 4
same "node 4 has asked one in" "$status" 502
kill_node 4
same "our members, still" "$(member_count 1)" 1

# Not whoever answers there: the one that is meant.
found_alone 6
sixes=$(cluster_of 6)
request -XPUT "http://${http[1]}/cluster" -d \
    "{\"members\":[{\"raft\":\"${raft[1]}\"},
        {\"raft\":\"${raft[6]}\",\"id\":\"0123456789abcdef\"}]}"
same "another one is meant" "$status:$(cluster_of 6)" "502:$sixes"
request -XPUT "http://${http[1]}/cluster" -d \
    "{\"members\":[{\"raft\":\"${raft[1]}\"},{\"raft\":\"${raft[6]}\"},
        {\"raft\":\"${raft[3]}\"}]}"
same "one of two will not" "$status" 502
same "our members, after all" "$(member_count 1)" 1
for i in 3 6; do kill_node "$i"; done

# Not the one that answered first: another one stands there when all are known.
found_alone 9
place 10
request_slowly() {
    curl -s -m 12 -o "$work/answer" -w '%{http_code}' -XPUT \
        "http://${http[1]}/cluster" -d "$(members_of 1 9 10)" >"$work/status"
}
request_slowly &
asked=$!
is_seen() { grep -q 'of another cluster' "${log[9]}"; }
wait_until 5 is_seen || fail "node 9 is not dialled"
kill_node 9
rm -r "${directory[9]}"
start_alone 9
wait_until 10 is_ready 9 || fail "node 9 does not come back"
nines=$(cluster_of 9)
start_alone 10
wait "$asked" || fail "no answer about node 9"
same "another server stands there" "$(cat "$work/status")" 502
like "and the answer says so" "$(cat "$work/answer")" "*not the server*"
same "it stays where it is" "$(cluster_of 9):$(member_count 1)" "$nines:1"
for i in 9 10; do kill_node "$i"; done

# ---- Two that want each other -------------------------------------------------

found_alone 7
found_alone 8
curl -s -m 12 -o "$work/answer" -XPUT "http://${http[7]}/cluster" \
    -d "$(members_of 7 8)" &
asked=$!
change 8 7 8
wait "$asked" || fail "node 7 does not answer"
sevens=$(cluster_of 7) eights=$(cluster_of 8)
if [[ $sevens == "$eights" ]]; then
    change 7 7 8
    same "one cluster of both" "$status:$(member_count 8)" 200:2
else
    same "each its own" "$(member_count 7):$(member_count 8)" 1:1
fi
for i in 7 8; do kill_node "$i"; done

# ---- Its directory is moved away -----------------------------------------------

# What stands under the old name is another server, and it must not be that.
found_alone 2
mv "${directory[2]}" "$work/moved"
change 1 1 2
same "node 2 has lost its directory" "$status" 502
code=0
wait "${pid[2]}" || code=$?
pid[2]=''
same "it ends" "$code" 74
rm -r "${directory[2]}"
mv "$work/moved" "${directory[2]}"
start_alone 2
wait_until 10 is_up 2 || fail "node 2 does not come back"
change 1 1 2
same "with its directory it joins" "$status:$(cluster_of 2)" "200:$ours"
change 1 1
same "and leaves" "$status" 200
kill_node 2

# ---- Killed at any moment -------------------------------------------------------

# The milliseconds are no promise of anything: whichever step it is in, the
# same must hold.
for ms in 000 005 010 020 030 045 060 100; do
    found_alone 2
    own=$(cluster_of 2)
    curl -s -m 12 -o "$work/answer" -XPUT "http://${http[1]}/cluster" \
        -d "$(members_of 1 2)" &
    asked=$!
    sleep "0.$ms"
    kill_node 2
    start_alone 2
    wait_until 10 is_up 2 || fail "killed after $ms ms it does not start"
    request "http://${http[2]}/cluster"
    [[ $body == *"\"cluster\":\"$own\""* || $body == *"\"cluster\":\"$ours\""* ]] ||
        fail "killed after $ms ms it is in neither: $status $body"
    wait "$asked" || fail "killed after $ms ms: the request has no answer"
    joins() { change 1 1 2 && [[ $status == 200 ]]; }
    wait_until 20 joins || fail "killed after $ms ms it can't join: $body"
    same "killed after $ms ms" "$(cluster_of 2):$(member_count 2)" "$ours:2"
    holds 2 before 1
    change 1 1
    same "it leaves again" "$status" 200
    kill_node 2
done

finish
