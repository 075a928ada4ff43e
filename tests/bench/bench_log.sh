#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# bench_log.sh - the same thousand keys are written again and again: how much
# is on disk at most, and does it grow? One node is down for a part of the time.
# Environment: BENCH_WRITES (300000) of 1 KiB; BENCH_LOG_BYTES (8MiB) from
# which on a snapshot is taken.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/bench/lib.sh
. tests/bench/lib.sh

writes=${BENCH_WRITES:-300000}
options=(--snapshot-log-bytes "${BENCH_LOG_BYTES:-8MiB}")

# Kilobytes on disk of the largest directory, while a load lasts, ten times a
# second. A file may go while it is looked at.
largest_during() { # command
    local kilobytes largest=0
    "$@" &
    loader=$!
    while is_running "$loader"; do
        kilobytes=$(du -sk "$directory"/data* 2>/dev/null | sort -n |
            awk 'END { print $1 }')
        ((kilobytes <= largest)) || largest=$kilobytes
        sleep 0.1
    done
    wait "$loader" || fail "$*"
    loader=''
    echo "$largest"
}

# A fifth of the writes.
sizes=()
part() { # label
    local largest
    largest=$(largest_during load "writes, $1" --connections 64 --warmup 0 \
        --duration 600 --count $((writes / 5)) --keys 1000 --value-bytes 1KiB)
    sizes+=("$largest")
    figure "largest directory, $1" \
        "$(echo "$largest" | awk '{ print $1 / 1024 }')" MiB
}

start_cluster raft log
part "1st fifth"
part "2nd fifth"
node=$((($(leader) + 1) % 3))
kill_node "$node"
part "3rd fifth, without node $node"
start_node "$node"
part "4th fifth, it catches up"
await_ready "$targets" >/dev/null
part "5th fifth"
errors=$(numbers errors "\"writes" | awk '{ n += $1 > 0 } END { print n + 0 }')
figure "values written in all" $((writes / 1024)) MiB
((sizes[4] * 2 < 3 * (sizes[0] > sizes[1] ? sizes[0] : sizes[1]))) ||
    fail "it grows with what is written"
finish log
