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

old=$(id_at "$leader" "${raft[follower]}")
kill_node "$follower"
rm -rf "${directory[follower]}"
start_node "$follower"
wait_until 10 is_up "$follower" || fail "the wiped node is not up"
heard_of() { join "$leader" "node$follower" "${raft[follower]}" &&
    [[ $status == 200 && $(id_at "$leader" "${raft[follower]}") != "$old" ]]; }
wait_until 20 heard_of || fail "the wiped node is not taken again: $status $body"
request "http://${http[leader]}/cluster"
same "three members" "$(grep -o '"raft":' <<<"$body" | wc -l)" 3
wait_until 10 reads "$follower" || fail "the wiped node does not read"
join "$leader" "node$follower" "${raft[follower]}"
same "joined once more" "$status" 200

# ---- Moved ------------------------------------------------------------------------

moved=$(id_at "$leader" "${raft[follower]}")
kill_node "$follower"
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

# ---- The last one -----------------------------------------------------------------

for i in 1 2 3; do
    [[ $i == "$leader" ]] || {
        request "http://${http[leader]}/remove?id=node$i"
        same "node $i is taken out" "$status" 200
    }
done
request "http://${http[leader]}/remove?id=node$leader"
same "the last member stays" "$status" 409
wait_until 10 reads "$leader" || fail "the last member does not read"
finish
