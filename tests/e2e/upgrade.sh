#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# upgrade.sh - a cluster of the last version is upgraded server by server, and
# one of them is taken back: it serves all the time, and nothing is lost. In
# between the two versions bring each other into the cluster, and send each
# other the snapshots that who is new or far behind needs.
#
# The last version is built from its commit, once; PREVIOUS_RAFTD names a
# program instead.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

# A new version that has landed stands here from then on.
LAST=73d9b58829

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

let_lead() { # number
    find_leader || fail "no leader"
    if [[ $leader != "$1" ]]; then
        request -XPOST "http://${http[leader]}/cluster/transfer" \
            -d "{\"to\":\"node$1\"}"
        same "node $1 is to lead" "$status" 200
        find_leader || fail "no leader after a transfer"
        same "the leader" "$leader" "$1"
    fi
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

# ---- Who needs a snapshot ---------------------------------------------------

# 20 MiB go through the log, and each node takes a snapshot: what the log keeps
# for slow followers (16 MiB) is not enough for who has none of it.
{
    printf '{"big":"'
    head -c 524288 /dev/zero | tr '\0' x
    printf '"}'
} >"$work/big"
outgrow() {
    local i
    find_leader || fail "no leader"
    for ((i = 0; i < 40; i++)); do
        ((i == 0)) || echo next
        printf '%s\n' "url = http://${http[leader]}/key" \
            "data = @$work/big" 'write-out = "%{http_code}\n"' \
            'output = /dev/null'
    done >"$work/overwrite"
    curl -s -m 60 -K "$work/overwrite" >"$work/codes"
    same "overwrites acknowledged" "$(grep -c '^200$' "$work/codes")" 40
    for i in "${!pid[@]}"; do
        [[ -n ${pid[i]} ]] || continue
        wait_until 20 caught_up "$i" || fail "node $i does not catch up"
        request -XPOST "http://${http[i]}/cluster/snapshot"
        same "a snapshot of node $i" "$status" 200
    done
}

installed() { # number: how many snapshots of a leader
    grep -c 'installed a snapshot' "${log[$1]}" || true
}

fall_behind() { # number, program it comes back with, who leads meanwhile
    local before
    before=$(installed "$1")
    stop_node "$1"
    same "node $1 stops" "$code" 0
    let_lead "$3"
    write_some
    outgrow
    RAFTD=$2
    start_node "$1"
    wait_ready 20 || fail "node $1 is not ready with $2"
    wait_until 10 caught_up "$1" || fail "node $1 does not catch up"
    (($(installed "$1") > before)) || fail "node $1 came without a snapshot"
    write_some
}

add() { # number, program, who leads; the members then
    local i=$1 leads=$3
    RAFTD=$2
    start_blank "$i"
    wait_until 10 is_up "$i" || fail "node $i is not up"
    directory[i]=$work/blank$i/raftd-node$i
    peers+=,${raft[i]}
    let_lead "$leads"
    shift 3
    request -XPUT "http://${http[leads]}/cluster" -d "$(members_of "$@")"
    same "node $i becomes a member: $body" "$status" 200
    wait_ready 10 || fail "node $i is not ready"
    (($(installed "$i") > 0)) || fail "node $i came without a snapshot"
    write_some
}

# ---- There, and back for one of them -------------------------------------------

RAFTD=$previous
start_cluster 3
write_some
outgrow
add 4 "$this" 1 1 2 3 4
fall_behind 3 "$this" 1
all_is_there
for i in 1 2; do
    replace "$i" "$this"
done
all_is_there

add 5 "$previous" 2 1 2 3 4 5
fall_behind 4 "$previous" 2
all_is_there
let_lead 5 # who leads without being a member then
request -XPUT "http://${http[5]}/cluster" -d "$(members_of 1 2 3 4)"
same "node 5 goes" "$status" 200
stop_node 5
same "node 5 stops" "$code" 0
unset 'pid[5]'
find_leader || fail "no leader without node 5"
replace 4 "$this"
all_is_there
if grep -h 'protocol version\|unexpected frame\|unknown type' "${log[@]:1}"; then
    fail "they do not understand each other"
fi
finish
