#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# bench_million.sh - three nodes that hold a million small keys: what a snapshot
# costs those who write meanwhile, and in memory; how long a node takes to
# restart; how a fourth one joins.
# Environment: BENCH_KEYS (1000000), BENCH_TAIL (100000) entries behind the
# snapshot at the restart.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/bench/lib.sh
. tests/bench/lib.sh

keys=${BENCH_KEYS:-1000000}
tail=${BENCH_TAIL:-100000}
batch=5000
writers=16
overwritten=$((keys / 10))
# Snapshots are taken when this script says so, and at no other time.
options=(--snapshot-log-bytes 4GiB)

now_ms() { echo $(($(date +%s%N) / 1000000)); }
http_of() { echo "127.0.0.1:${ports[$1 == 3 ? 6 : $1]}"; }
raft_of() { echo "127.0.0.1:${ports[$1 == 3 ? 7 : $1 + 3]}"; }
stat_of() { # node, member of /raft/stats
    curl -fs -m 5 "http://$(http_of "$1")/raft/stats" | tr -d '\n' |
        sed -n "s/.*\"$2\" *: *\"\([^\"]*\)\".*/\1/p"
}
wait_for() { # seconds, command
    local until=$(($(now_ms) + $1 * 1000))
    shift
    until "$@"; do
        (($(now_ms) < until)) || fail "in vain: $*"
        sleep 0.05
    done
}

# ---- A million keys ------------------------------------------------------------
# Those that are overwritten later come last in the order of the keys: a
# snapshot comes to them last, so it must keep nearly all of what they replace.
preload() {
    local head=$WORK/preload first codes
    say "$keys keys"
    mkdir -p "$head"
    awk -v keys="$keys" -v batch="$batch" -v last="$overwritten" \
        -v directory="$head" -v url="http://$(http_of "$(leader)")/key" '
        BEGIN {
            value = "................................................."
            for (i = 0; i < keys; i++) {
                if (i % batch == 0) {
                    if (file != "") { print "}" >file; close(file) }
                    file = directory "/" i
                    printf "%surl = \"%s\"\ndata = \"@%s\"\n",
                        i == 0 ? "" : "next\n", url, file
                    print "location\nretry = 10" # whoever leads
                    print "output = \"/dev/null\"\nwrite-out = \"%{http_code}\\n\""
                }
                printf "%s\"%s%08d\":\"%016d%s\"", i % batch == 0 ? "{" : ",",
                    i < keys - last ? "aaaaa-" : "bench-",
                    i < keys - last ? i : i - keys + last, i, value >file
            }
            print "}" >file
        }' >"$WORK/preload.curl"
    first=$(now_ms)
    codes=$(curl -s -m 60 -K "$WORK/preload.curl" | sort | uniq -c)
    [[ $codes =~ ^\ *[0-9]+\ 200$ ]] || fail "preload: $codes"
    figure "$keys keys, $batch a request" $(($(now_ms) - first)) ms
    rm -rf "$head"
}

# Memory is then what the keys take, and nothing that loading left.
restart_all() {
    local i
    for i in 0 1 2; do kill_node "$i"; done
    for i in 0 1 2; do start_node "$i"; done
    await_ready "$targets" >/dev/null
}

# ---- Snapshots while others write ------------------------------------------------
memory_of() { # node, VmRSS or VmHWM
    awk -v what="$2:" '$1 == what { print $2 / 1024 }' \
        "/proc/${pids[$1]}/status"
}

load_window() { # label: 16 connections from here on
    load_in_background "$1" --connections "$writers" --keys "$overwritten" \
        --warmup 1
    sleep 1.2
}

# On all three at once, as it happens when they have the same log.
snapshot_on_all() {
    local i asked=()
    for i in 0 1 2; do
        curl -fs -m 120 -o /dev/null -XPOST \
            "http://$(http_of "$i")/cluster/snapshot" &
        asked+=($!)
    done
    for i in "${asked[@]}"; do wait "$i" || fail "no snapshot"; done
}

windows() {
    local round node before first took ratios=() longest=()
    for round in 1 2 3; do
        node=$(leader)
        before=$(memory_of "$node" VmRSS)
        echo 5 >"/proc/${pids[node]}/clear_refs" # VmHWM begins anew
        load_window "writes, while snapshots are taken"
        first=$(now_ms)
        snapshot_on_all
        took=$(($(now_ms) - first))
        end_load
        longest+=("$took")
        ratios+=("$(memory_of "$node" VmHWM | awk -v before="$before" \
            '{ print $1 / before }')")
        figure "memory of the leader before snapshot $round" "$before" MiB
        figure "at most while it was taken" \
            "$(memory_of "$node" VmHWM)" MiB
        load_window "writes, no snapshot under way"
        sleep "$(echo "$took" | awk '{ print $1 / 1000 }')"
        end_load
    done
    figure "snapshots on three nodes: median of 3" \
        "$(printf '%s\n' "${longest[@]}" | median)" ms
    figure "p99.9 with a snapshot: median of 3" \
        "$(numbers p999_us 'while snapshots' | median |
            awk '{ print $1 / 1000 }')" ms
    figure "p99.9 without: median of 3" \
        "$(numbers p999_us 'no snapshot under' | median |
            awk '{ print $1 / 1000 }')" ms
    figure "memory, as a part of that before: largest of 3" \
        "$(printf '%s\n' "${ratios[@]}" | sort -n |
            awk 'END { print 100 * $1 }')" "%"
}

# ---- Restart -----------------------------------------------------------------------
serves() { # node: ready, and answers a read from its own map
    await_ready "$(http_of "$1")" >/dev/null
    curl -fs -m 5 -o /dev/null \
        "http://$(http_of "$1")/key?key=aaaaa-00000000&level=stale" ||
        fail "node $1 is ready and does not have the first key"
}

restart() {
    local node since i times=()
    load "writes, behind the snapshot" --connections 64 --warmup 0 \
        --duration 600 --count "$tail" --keys "$overwritten"
    node=$((($(leader) + 1) % 3))
    for i in 1 2 3; do
        kill_node "$node"
        since=$(now_ms)
        start_node "$node"
        serves "$node"
        times+=($(($(now_ms) - since)))
    done
    figure "entries behind the snapshot at restart" \
        $(($(stat_of "$node" last_log_index) - \
        $(stat_of "$node" last_snapshot_index))) entries
    figure "restart until it serves: median of 3" \
        "$(printf '%s\n' "${times[@]}" | median)" ms
    since=$(date +%s%N)
    restart_all
    figure "restart of all three: ready, and a write" \
        "$("$RAFTBENCH" --first-write --since "$since" --targets "$targets")" \
        ms
}

# ---- A fourth one --------------------------------------------------------------------
role_of_fourth() {
    curl -fs -m 5 "http://$(http_of "$1")/cluster" | tr '{' '\n' |
        grep -F "\"raft\":\"$(raft_of 3)\"" |
        sed -n 's/.*"role":"\([^"]*\)".*/\1/p'
}
votes() { [[ $(role_of_fourth "$1") == follower ]]; }
is_up() { curl -fs -m 2 -o /dev/null "http://$(http_of "$1")/livez"; }
has_caught_up() {
    (($(stat_of 3 applied_index) >= $(stat_of "$1" applied_index)))
}

# A thousand of the keys, from its own map.
has_keys() {
    awk -v base="http://$(http_of 3)/key?level=stale&key=aaaaa-" \
        -v keys=$((keys - overwritten)) 'BEGIN {
        for (i = 0; i < 1000; i++) {
            printf "url = \"%s%08d\"\n", base, int(i * keys / 1000)
            print "output = \"/dev/null\"\nwrite-out = \"%{http_code}\\n\""
        }
    }' >"$WORK/sample"
    [[ $(curl -s -m 60 -K "$WORK/sample" | grep -c '^200$') == 1000 ]] ||
        fail "node 3 lacks keys"
}

fourth() {
    local node term first list status i
    start_blank
    wait_for 10 is_up 3
    node=$(leader)
    term=$(stat_of "$node" term)
    for i in 0 1 2 3; do
        list="${list:+$list,}{\"raft\":\"$(raft_of "$i")\"}"
    done
    load_window "writes, while a fourth node joins"
    first=$(now_ms)
    status=$(curl -s -m 60 -o "$WORK/answer" -w '%{http_code}' -XPUT \
        "http://$(http_of "$node")/cluster" -d "{\"members\":[$list]}")
    [[ $status == 200 || $status == 504 ]] ||
        fail "joining: $status $(cat "$WORK/answer")"
    wait_for 120 votes "$node"
    figure "a fourth node, from PUT /cluster to voter" \
        $(($(now_ms) - first)) ms
    end_load
    [[ $(stat_of "$node" term) == "$term" ]] || fail "another term than $term"
    [[ $(stat_of "$node" state) == Leader ]] || fail "another leader"
    wait_for 60 has_caught_up "$node"
    has_keys
    grep -q 'installed a snapshot' "$directory/node3.log" ||
        fail "it came without a snapshot"
}

start_cluster raft million
preload
snapshot_on_all
restart_all
windows
restart
fourth
finish million
