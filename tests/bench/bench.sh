#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# bench.sh - three nodes of raftd under load, beside what bounds them.
# Environment: BENCH_SECONDS (5) for each load, BENCH_ENTRIES (200000) in the
# log of the node that restarts, BENCH_FAILOVERS (10).
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/bench/lib.sh
. tests/bench/lib.sh

seconds=${BENCH_SECONDS:-5}
entries=${BENCH_ENTRIES:-200000}
failovers=${BENCH_FAILOVERS:-10}

# Clock ticks of a process so far, and its resident kilobytes.
ticks_of() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }
kilobytes_of() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }

idle() {
    local i before=() used per_second
    [[ -r /proc/self/stat ]] || fail "idle nodes: needs /proc"
    per_second=$(getconf CLK_TCK)
    say "idle for 10 s"
    sleep 1 # what starting costs is over
    for i in 0 1 2; do before[i]=$(ticks_of "${pids[i]}"); done
    sleep 10
    for i in 0 1 2; do
        used=$(($(ticks_of "${pids[i]}") - before[i]))
        figure "idle node $i: processor" \
            "$(echo "$used $per_second" | awk '{ print 10 * $1 / $2 }')" \
            "% of one"
        figure "idle node $i: memory" \
            "$(kilobytes_of "${pids[i]}" | awk '{ print $1 / 1024 }')" MiB
    done
}

throughput() {
    local n level
    for n in 1 16 64 256; do
        load "writes" --connections "$n" --duration "$seconds"
    done
    for level in stale default consistent; do
        load "reads, $level" --mix 0 --level "$level" --connections 64 \
            --duration "$seconds"
    done
}

# One client's write is at best its parts, one after the other.
one_client() {
    local disk round_trip http write
    disk=$(numbers p50_us 'one of three logs' | mean)
    round_trip=$(numbers p50_us 'loopback round trip' | mean)
    http=$(numbers p50_us 'empty handler","connections":1,' | mean)
    write=$(numbers p50_us '"writes","connections":1,' | mean)
    figure "one client: p50 of its parts" \
        "$(echo "$disk $round_trip $http" | awk '{ print $1 + $2 + $3 }')" us
    figure "one client: a write over its parts" "$(echo \
        "$write $disk $round_trip $http" |
        awk '{ print $1 / ($2 + $3 + $4) }')" times
}

# kill -9 of the leader to the first write that any node acknowledges.
fail_over() {
    local i node since times=()
    say "$failovers times kill -9 of the leader"
    for ((i = 0; i < failovers; i++)); do
        node=$(leader)
        since=$(date +%s%N)
        kill_node "$node"
        times+=("$("$RAFTBENCH" --first-write --since "$since" \
            --protocol "$kind" --targets "$targets")")
        start_node "$node"
        await_ready "127.0.0.1:${ports[node]}" >/dev/null
    done
    figure "fail-over: median of $failovers" \
        "$(printf '%s\n' "${times[@]}" | median)" ms
    figure "fail-over: longest" \
        "$(printf '%s\n' "${times[@]}" | sort -n | tail -n 1)" ms
}

restart() {
    local i node times=()
    start_cluster raft restart
    load "writes, to fill a log" --connections 64 --warmup 0 --duration 600 \
        --count "$entries"
    node=$(((($(leader)) + 1) % 3))
    say "3 times kill -9 of a node with $entries entries"
    for ((i = 0; i < 3; i++)); do
        kill_node "$node"
        start_node "$node"
        times+=("$(await_ready "127.0.0.1:${ports[node]}")")
    done
    figure "restart with $entries entries: median of 3" \
        "$(printf '%s\n' "${times[@]}" | median)" ms
    stop_nodes
}

ceilings before
start_cluster raft load
idle
throughput
fail_over
stop_nodes
restart
ceilings after
one_client
finish bench
