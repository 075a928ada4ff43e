#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# cluster.sh - /cluster as an operator uses it: looked at, handed over, all
# three servers replaced by three others in one request, and back again.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

# Of a member, as node 1, 2, ... shows it.
shown() { # number who is asked, address of the member, field
    curl -fs -m 5 "http://${http[$1]}/cluster" | tr '{' '\n' |
        grep -F "\"raft\":\"$2\"" | sed -n "s/.*\"$3\":\"\([^\"]*\)\".*/\1/p"
}
leads() { [[ $(shown "$1" "${raft[$2]}" role) == leader ]]; }
one_leads() { # numbers: and all of them are ready
    local i found=1
    for i in "$@"; do
        is_ready "$i" || return 1
        [[ $(stat_of "$i" state) != Leader ]] || found=0
    done
    return $found
}

start_cluster 3
request -XPOST "http://${http[leader]}/key" -d '{"before":"1"}'
same "a write" "$status" 200

# ---- Looking ------------------------------------------------------------------
request "http://${http[leader]}/cluster"
same "GET on the leader" "$status" 200
like "GET on the leader" "$body" \
    '{"cluster":"????????????????","term":"*","leader":"????????????????",*}'
for i in 1 2 3; do
    same "who leads, asked of node $i" \
        "$(shown "$i" "${raft[leader]}" role)" leader
    same "name of node $i" "$(shown "$follower" "${raft[i]}" name)" "node$i"
    same "http of node $i" "$(shown "$follower" "${raft[i]}" http)" "${http[i]}"
    same "lag of node $i" "$(shown "$follower" "${raft[i]}" lag)" 0
done
all_applied() {
    local i
    for i in 1 2 3; do
        [[ $(shown 1 "${raft[i]}" applied) == $(shown 1 "${raft[i]}" match) ]] ||
            return 1
    done
}
wait_until 10 all_applied || fail "not all say that they have applied"

# ---- Handing over ---------------------------------------------------------------
request -XPOST "http://${http[leader]}/cluster/transfer" \
    -d "{\"to\":\"node$follower\"}"
same "transfer" "$status" 200
wait_until 5 leads "$follower" "$follower" || fail "node $follower does not lead"
request -XPOST "http://${http[leader]}/cluster/transfer" \
    -d "{\"to\":\"node$leader\"}"
same "transfer, asked of a follower" "$status" 200
request -XPOST "http://${http[leader]}/cluster/transfer" -d '{"to":"node9"}'
same "transfer to nobody" "$status" 422

# ---- A snapshot -----------------------------------------------------------------
request -XPOST "http://${http[follower]}/cluster/snapshot"
same "snapshot" "$status" 200
like "snapshot" "$body" '{"index":"*","term":"*"}'

# ---- Changing -------------------------------------------------------------------
request -XPUT "http://${http[1]}/cluster" -d '{"members":[]}'
same "no members" "$status" 400

for i in 4 5 6; do start_blank "$i"; done
for i in 4 5 6; do wait_until 10 is_up "$i" || fail "node $i is not up"; done

request -XPUT "http://${http[follower]}/cluster" -d "$(members_of 4 5 6)"
same "three others, asked of a follower" "$status" 200
wait_until 20 one_leads 4 5 6 || fail "none of the new ones leads"
for i in 4 5 6; do
    request -L "http://${http[i]}/key?key=before&level=consistent"
    same "the old write through node $i" "$body" 1
done
request -L -XPOST "http://${http[4]}/key" -d '{"after":"2"}'
same "a write to the new ones" "$status" 200

# The first ones, with their directories, as they left.
request -XPUT "http://${http[5]}/cluster" -d "$(members_of 1 2 3)"
same "the first three again" "$status" 200
wait_until 20 one_leads 1 2 3 || fail "none of the first ones leads"
for i in 1 2 3; do
    request -L "http://${http[i]}/key?key=after&level=consistent"
    same "the later write through node $i" "$body" 2
    same "node $i knows the other members" "$(shown "$i" "${raft[2]}" name)" node2
    same "node 4 is none" "$(shown "$i" "${raft[4]}" name)" ""
done

# ---- Another leader's change comes before one that waits ----------------------------
request -XPUT "http://${http[1]}/cluster" -d "$(members_of 1 2 3 4)"
same "node 4 is in again" "$status" 200
kill_node 4
for i in 5 6; do kill_node "$i"; done
lead() { # number
    request -XPOST "http://${http[1]}/cluster/transfer" -d "{\"to\":\"node$1\"}"
    same "node $1 is to lead: $body" "$status" 200
    wait_until 5 leads "$1" "$1" || fail "node $1 does not lead"
}
lead 1
curl -s -m 20 -o "$work/joined" -w '%{http_code}' \
    "http://${http[1]}/join?id=node4&addr=${raft[4]}" >"$work/code" &
asked=$!
is_waited_for() { # another change is refused meanwhile
    request "http://${http[1]}/cluster"
    request -XPUT "http://${http[1]}/cluster" -d "$body"
    [[ $status == 409 ]]
}
wait_until 5 is_waited_for || fail "node 4 is not waited for: $status $body"
lead 2
request "http://${http[2]}/remove?id=node3"
same "node 3 goes" "$status" 200
lead 1
env -C "$work/blank4" "$(realpath "$RAFTD")" -id node4 \
    -haddr "${http[4]}" -raddr "${raft[4]}" "${timing[@]}" \
    </dev/null 2>>"${log[4]}" &
pid[4]=$!
wait "$asked" || fail "no answer"
same "the change is not made: $(<"$work/joined")" "$(<"$work/code")" 409
same "node 3 is out" "$(shown 1 "${raft[3]}" name)" ""
finish
