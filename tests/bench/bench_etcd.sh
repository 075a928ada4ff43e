#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# bench_etcd.sh - durable writes, ours and etcd's, in turn: three nodes each,
# fresh stores, the same client. Environment: BENCH_SECONDS (5) for each load,
# BENCH_CONNECTIONS (64), BENCH_ROUNDS (3).
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v etcd >/dev/null; then
    echo "bench-etcd: there is no etcd to compare with; to install it:" \
        "apt-get install etcd-server" >&2
    exit 1
fi
# shellcheck source=tests/bench/lib.sh
. tests/bench/lib.sh

seconds=${BENCH_SECONDS:-5}
connections=${BENCH_CONNECTIONS:-64}
rounds=${BENCH_ROUNDS:-3}

measure() {
    start_cluster "$1" "$1$2"
    load "$1: writes" --connections "$connections" --warmup 2 \
        --duration "$seconds"
    stop_nodes
}

say "$(etcd --version | head -n 1)"
ceilings before
for ((round = 0; round < rounds; round++)); do
    measure raft "$round"
    measure etcd "$round"
done
ceilings after

ours=$(numbers per_second '"raft: writes"' | median)
theirs=$(numbers per_second '"etcd: writes"' | median)
figure "raft: median of $rounds" "$ours" "writes/s"
figure "etcd: median of $rounds" "$theirs" "writes/s"
figure "raft over etcd" "$(echo "$ours $theirs" | awk '{ print $1 / $2 }')" \
    times
finish bench-etcd
