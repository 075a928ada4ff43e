#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# walk_dead.sh - a server is joined, in the words of each demo, at an address
# where nobody is: an error within ten seconds, the cluster of one goes on
# writing meanwhile, and has one server still. Five clusters at once.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/walk.bash
. "$(dirname "$0")/lib/walk.bash"

start() { # number
    run_node "$1" "$demo/raftd" -id "node$1" -haddr "${http[$1]}" \
        -raddr "${raft[$1]}" "d$1"
}
dead=127.0.0.1:1
join() { # number: in the words of the demo of this number
    local base=http://${http[$1]}
    case $1 in
    1) request "$base/join?id=dead&addr=$dead" ;;
    2) request -XPOST "$base/setup" \
        -d "{\"leaderAddr\":\"${http[2]}\",\"leaderRaftAddr\":\"${raft[2]}\",
            \"leaderId\":\"node2\",\"clientAddrs\":[\"$dead\"],
            \"clientRaftAddrs\":[\"$dead\"],\"clientIds\":[\"dead\"]}" ;;
    3) request -XPOST "$base/raft/join" \
        -d "{\"node_id\":\"dead\",\"raft_address\":\"$dead\"}" ;;
    4) request -XPOST "$base/cluster/join/" -d "{\"address\":\"$dead\"}" ;;
    5) request -XPOST "$base/join" \
        -d "{\"id\":\"dead\",\"httpAddr\":\"$dead\",\"raftAddr\":\"$dead\"}" ;;
    esac
}
demos=('' raft-kv-demo hraftd raft-example raft-kv raftdb)
statuses=('' 502 502 422 503 502)
why="$dead does not answer*"
bodies=('' "$why" "$why" "{\"error\":\"$why\"}" '{}' "$why")

ask() { # number: status, milliseconds, body
    local started
    started=$(now_ms)
    join "$1"
    took_ms=$(($(now_ms) - started))
    printf '%s\n' "$status" "$took_ms" "$body" >"$work/answer"
}
cannot_join() { # number
    local what=${demos[$1]} count=0 asked before term
    work=$work/$1 passed=0
    mkdir "$work"
    before=$(stat_of "$1" latest_configuration)
    term=$(stat_of "$1" term)
    same "$what: the others" "$(stat_of "$1" num_peers)" 0
    ask "$1" &
    asked=$!
    while is_running "$asked"; do
        code=$(curl -s -m 2 -o /dev/null -w '%{http_code}' -XPOST \
            "http://${http[$1]}/key" -d "{\"n\":\"$count\"}") || true
        same "$what: a write meanwhile" "$code" 200
        count=$((count + 1))
        sleep 0.2 # other tests want to run, too
    done
    wait "$asked"
    { read -r status && read -r took_ms && read -r body; } <"$work/answer"
    same "$what" "$status" "${statuses[$1]}"
    like "$what" "$body" "${bodies[$1]}"
    ((took_ms < 10000 * PATIENCE)) || fail "$what: an error after $took_ms ms"
    ((count >= 5)) || fail "$what: only $count writes meanwhile"
    same "$what: servers" "$(stat_of "$1" latest_configuration)" "$before"
    same "$what: the term" "$(stat_of "$1" term)" "$term"
    echo "$what: an error after $took_ms ms, $count writes meanwhile"
    echo $((passed - count + 1)) >"$work/passed"
}
start_all 5
wait_ready 10 || fail "not all of them lead"
for i in 1 2 3 4 5; do
    cannot_join "$i" &
    others+=($!)
done
for p in "${others[@]}"; do
    wait "$p" || fail "not as it should be: see above"
done
for i in 1 2 3 4 5; do
    passed=$((passed + $(cat "$work/$i/passed")))
    request -XPOST "http://${http[i]}/key" -d '{"last":"1"}'
    answers "${demos[i]}: a write after it" 200 ""
done
finish
