#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# upgrade.sh - a cluster of the last version is upgraded server by server, and
# one of them is taken back: it serves all the time, and nothing is lost.
#
# The last version is built from its commit, once; PREVIOUS_RAFTD names a
# program instead.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

# A new version that has landed stands here from then on.
LAST=dc19fd73e2

previous=${PREVIOUS_RAFTD:-$B/previous/$LAST/build/raftd}
if [[ ! -x $previous ]]; then
    if ! git cat-file -e "$LAST^{commit}" 2>/dev/null; then
        echo "upgrade: the last version ($LAST) is not in this repository;" \
            "name its program with PREVIOUS_RAFTD" >&2
        exit 1
    fi
    mkdir -p "$B/previous/$LAST"
    git archive "$LAST" | tar -x -C "$B/previous/$LAST"
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$B/previous/$LAST" B=build \
        build/raftd >"$work/build" 2>&1 ||
        { cat "$work/build"; fail "the last version does not build"; }
fi

this=$RAFTD
count=0

# Through every node that runs; each must be acknowledged.
write_some() {
    local i
    for i in "${!pid[@]}"; do
        [[ -n ${pid[i]} ]] || continue
        count=$((count + 1))
        request -L "http://${http[i]}/key" -d "{\"k$count\":\"v$count\"}"
        same "write $count through node $i" "$status" 200
    done
}

all_is_there() {
    local i n
    for i in "${!pid[@]}"; do
        for ((n = 1; n <= count; n++)); do
            request -L "http://${http[i]}/key?key=k$n&level=consistent"
            same "k$n through node $i" "$body" "v$n"
        done
    done
}

# A stopped leader hands over, but a write may come before the next one leads.
replace() { # number, program
    stop_node "$1"
    same "node $1 stops" "$code" 0
    find_leader || fail "no leader without node $1"
    wait_ready 10 || fail "the others are not ready"
    write_some
    RAFTD=$2
    start_node "$1"
    wait_ready 20 || fail "node $1 is not ready with $2"
    write_some
}

RAFTD=$previous
start_cluster 3
write_some
for i in 1 2 3; do
    replace "$i" "$this"
done
all_is_there
replace 2 "$previous"
all_is_there
replace 2 "$this"
all_is_there
if grep -h 'protocol version\|unexpected frame\|unknown type' "${log[@]:1}"; then
    fail "they do not understand each other"
fi
finish
