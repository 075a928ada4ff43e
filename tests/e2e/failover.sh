#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# failover.sh - kill -9 of the leader under eight writers, five times in a row;
# then of all three nodes at once. Every acknowledged write is still there,
# read at level=consistent through every node, and in every node's own map.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

timing=() # fail-over is the point: as raftd is by default
WRITERS=8
start_cluster 3

# Writes for ever, through any node, and notes what was acknowledged.
writer() { # its number
    local n=0 i code
    while :; do
        n=$((n + 1))
        i=$((RANDOM % 3 + 1))
        code=$(curl -s -L -m 2 -o /dev/null -w '%{http_code}' \
            "http://${http[i]}/key" -d "{\"w$1-$n\":\"$1.$n\"}") || code=000
        if [[ $code == 200 ]]; then
            echo "w$1-$n $1.$n"
        elif [[ $code != 000 && $code != 503 && $code != 504 ]]; then
            echo "writer $1: status $code" >>"$work/odd"
        fi
        sleep 0.1 # other tests want to run, too
    done >"$work/acked.$1"
}

for ((w = 1; w <= WRITERS; w++)); do
    writer "$w" &
    others+=($!)
done

acked() { cat "$work"/acked.* | wc -l; }
more_than() { (($(acked) > $1)); }

for round in 1 2 3 4 5; do
    find_leader || fail "round $round: no leader"
    wait_until 10 more_than $(($(acked) + 40)) || fail "round $round: no writes"
    kill_node "$leader"
    killed_at=$(now_ms)
    wait_until 10 more_than "$(($(acked) + WRITERS))" ||
        fail "round $round: no write after the leader was killed"
    echo "round $round: writes again after $(($(now_ms) - killed_at)) ms"
    start_node "$leader"
    wait_ready 15 || fail "round $round: node$leader does not come back"
    passed=$((passed + 1))
done

for w in "${others[@]}"; do
    end_child "$w"
done
others=()
[[ ! -s $work/odd ]] || fail "odd answers: $(head -n 3 "$work/odd")"

# Values of all acknowledged keys, one a line, through one connection.
read_all() { # number, level
    awk -v base="http://${http[$1]}/key?level=$2&key=" \
        '{ print "url = \"" base $1 "\"" }' "$work/keys" >"$work/urls"
    curl -s -L -m 60 -w '\n' -K "$work/urls"
}

# The last line of a writer that was killed may be cut: it ends in no newline.
for ((w = 1; w <= WRITERS; w++)); do
    sed -n '/^w[0-9]*-[0-9]* [0-9]*\.[0-9]*$/p' "$work/acked.$w"
done >"$work/keys"
awk '{ print $2 }' "$work/keys" >"$work/expected"
count=$(wc -l <"$work/keys")
((count > 200)) || fail "only $count acknowledged writes"

compare_all() { # when
    local i applied
    for i in 1 2 3; do
        read_all "$i" consistent >"$work/found.$i"
        cmp -s "$work/expected" "$work/found.$i" ||
            fail "$1: acknowledged writes are missing through node$i:" \
                "$(diff "$work/expected" "$work/found.$i" | head -n 3)"
        passed=$((passed + 1))
    done
    find_leader || fail "$1: no leader"
    applied=$(stat_of "$leader" applied_index)
    for i in 1 2 3; do
        caught_up() { (($(stat_of "$i" applied_index) >= applied)); }
        wait_until 10 caught_up || fail "$1: node$i does not catch up"
        read_all "$i" stale >"$work/found.$i"
        cmp -s "$work/expected" "$work/found.$i" ||
            fail "$1: acknowledged writes are missing in node$i's map"
        passed=$((passed + 1))
    done
}

compare_all "after five killed leaders"
for i in 1 2 3; do
    kill_node "$i"
done
for i in 1 2 3; do
    start_node "$i"
done
wait_ready 15 || fail "the cluster does not come back"
compare_all "after all three were killed"
echo "$count acknowledged writes, none lost"
finish
