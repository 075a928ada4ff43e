#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# rejoin.sh - a member whose directory was wiped, or that was started at another
# address, is added again: it takes the place it had. All but one can be taken
# out.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

start_cluster 3
request -L "http://${http[1]}/key" -d '{"before":"1"}'
same "a write" "$status" 200

id_at() { # number who is asked, raft address
    curl -fs -m 5 "http://${http[$1]}/cluster" | tr '{' '\n' |
        grep -F "\"raft\":\"$2\"" | sed -n 's/.*"id":"\([^"]*\)".*/\1/p'
}
join() { # number who is asked, name, raft address
    request -L "http://${http[$1]}/join?id=$2&addr=$3"
}
reads() { # number
    request -L "http://${http[$1]}/key?key=before&level=consistent"
    [[ $status:$body == 200:1 ]]
}

# ---- Wiped ------------------------------------------------------------------------

# Asked before it is there: the leader has given up dialling for a while.
wiped_and_joined() { # number, how, arguments of curl
    local old asked
    old=$(id_at "$leader" "${raft[$1]}")
    kill_node "$1"
    rm -rf "${directory[$1]}"
    curl -s -m 20 -o "$work/joined" -w '%{http_code}' "${@:3}" \
        >"$work/code" &
    asked=$!
    start_node "$1"
    wait "$asked" || fail "wiped, by $2: no answer"
    same "wiped, by $2: $(<"$work/joined")" "$(<"$work/code")" 200
    [[ $(id_at "$leader" "${raft[$1]}") != "$old" ]] ||
        fail "wiped, by $2: the member is the old one"
    wait_until 10 is_ready "$1" || fail "wiped, by $2: not ready"
}
wiped_and_joined "$follower" "a join" -L \
    "http://${http[leader]}/join?id=node$follower&addr=${raft[follower]}"
wiped_and_joined "$follower" "a list" -XPUT \
    "http://${http[leader]}/cluster" -d "$(members_of 1 2 3)"
request "http://${http[leader]}/cluster"
same "three members" "$(grep -o '"raft":' <<<"$body" | wc -l)" 3
wait_until 10 reads "$follower" || fail "the wiped node does not read"
join "$leader" "node$follower" "${raft[follower]}"
same "joined once more" "$status" 200

# ---- The leader, by another spelling of its address -------------------------------

# 127.1.2.3 is 127.1.515, too.
IFS=. read -r _ b c d <<<"$host"
other=127.$b.$((c * 256 + d)):${raft[leader]##*:}
join "$leader" "node$leader" "$other"
same "the leader joins itself: $body" "$status" 200
request "http://${http[leader]}/cluster"
same "and has one address" "$(grep -o '"raft":' <<<"$body" | wc -l)" 3
like "the one it had" "$body" "*\"raft\":\"${raft[leader]}\"*"

# ---- Dead -------------------------------------------------------------------------

# Nobody is there: it is a member already, and stays who it is.
moved=$(id_at "$leader" "${raft[follower]}")
kill_node "$follower"
started=$(now_ms)
join "$leader" "node$follower" "${raft[follower]}"
same "a dead member joins: $body" "$status" 200
(($(now_ms) - started < 10000 * PATIENCE)) || fail "it took too long"
same "the same server" "$(id_at "$leader" "${raft[follower]}")" "$moved"

# ---- Moved ------------------------------------------------------------------------

raft[follower]=$host:$(free_port)
"$RAFTD" -id "node$follower" -haddr "${http[follower]}" \
    -raddr "${raft[follower]}" "${timing[@]}" "${directory[follower]}" \
    </dev/null 2>>"${log[follower]}" &
pid[follower]=$!
wait_until 10 is_up "$follower" || fail "the moved node is not up"
join "$leader" "node$follower" "${raft[follower]}"
same "joined at its new address" "$status" 200
same "the same server" "$(id_at "$leader" "${raft[follower]}")" "$moved"
request "http://${http[leader]}/cluster"
same "still three members" "$(grep -o '"raft":' <<<"$body" | wc -l)" 3
wait_until 10 reads "$follower" || fail "the moved node does not read"

# ---- Called otherwise -----------------------------------------------------------------

join "$leader" bee "${raft[follower]}"
same "a member is joined by another name" "$status" 200
request "http://${http[leader]}/remove?id=bee"
same "and taken out by that one: $body" "$status" 200

# ---- The last one -----------------------------------------------------------------

for i in 1 2 3; do
    [[ $i == "$leader" || $i == "$follower" ]] || {
        request "http://${http[leader]}/remove?id=node$i"
        same "node $i is taken out" "$status" 200
    }
done
request "http://${http[leader]}/remove?id=node$leader"
same "the last member stays" "$status" 409
wait_until 10 reads "$leader" || fail "the last member does not read"
finish
