#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# lost_majority.sh - three nodes are killed, two directories are gone. The one
# that is left becomes a cluster of its own, under another id, by a command
# that says what it costs and is not done by half. Others are joined to it; an
# old member that turns up again is not.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

WRITES=60
start_cluster 3

force() { # directory, further arguments
    run_raftd --force-new-cluster "${@:2}" "$1"
}
files_of() { # directory
    find "$1" -type f -exec sha256sum {} + | sort
}
word_of() { # how its line begins, number of the word: of what was said
    awk -v begin="$1" -v nth="$2" '{
        sub(/^ +/, "")
        if (index($0, begin) == 1) {
            print $nth
            exit
        }
    }' <<<"$said"
}
addresses_of() { # number
    curl -fs -m 2 "http://${http[$1]}/cluster" | grep -o '"raft":"[^"]*"' |
        sed 's/.*":"\(.*\)"/\1/' | sort | paste -sd ' '
}

write() { # first and last number
    local i
    for ((i = $1; i <= $2; i++)); do
        request "http://${http[leader]}/key" -d "{\"k$i\":\"v$i\"}"
        [[ $status == 200 ]] || fail "write $i: $status $body"
    done
}
write 1 $((WRITES / 2))
for i in 1 2 3; do
    request -XPOST "http://${http[i]}/cluster/snapshot"
    same "a snapshot of node $i" "$status" 200
done
write $((WRITES / 2 + 1)) $WRITES
old_cluster=$(cluster_of "$leader")
like "the cluster's id" "$old_cluster" "????????????????"

# ---- It is not for servers that run, or directories without a past --------------
force "${directory[leader]}" --confirm-data-loss
same "while the node runs: exit code" "$code" 69
like "while the node runs: says so" "$said" "*in use*"
force "$work/none" --confirm-data-loss
same "a missing directory: exit code" "$code" 78
like "a missing directory: names it" "$said" "*$work/none*"
[[ ! -e $work/none ]] || fail "it made a directory"
mkdir "$work/empty"
force "$work/empty" --confirm-data-loss
same "an empty directory: exit code" "$code" 78
same "an empty directory: stays so" "$(find "$work/empty" -type f)" ''
run_raftd --confirm-data-loss "${directory[1]}"
same "confirmed, but what? exit code" "$code" 64
force "${directory[1]}" --peers "$peers"
same "with --peers: exit code" "$code" 64

# ---- The majority is lost: which one is left? ---------------------------------------
for i in 1 2 3; do kill_node "$i"; done
best='' best_term=0 best_index=0
for i in 1 2 3; do
    before=$(files_of "${directory[i]}")
    force "${directory[i]}"
    same "only looking: exit code" "$code" 64
    same "only looking: no byte is changed" "$(files_of "${directory[i]}")" \
        "$before"
    like "it knows of its snapshot" "$said" "*snapshot    of the entries up to*"
    like "it says what is lost" "$said" "*What may be lost:*acknowledged*"
    like "and what is missing" "$said" "*wants --confirm-data-loss*"
    same "the cluster it names" "$(word_of "cluster " 2)" "$old_cluster"
    for other in "${raft[@]:1}"; do
        like "the members it names" "$said" "*$other voter*"
    done
    term=$(word_of "last term" 3) index=$(word_of "last term" 6)
    if ((${term%,} > best_term ||
        (${term%,} == best_term && index > best_index))); then
        best=$i best_term=${term%,} best_index=$index
    fi
done
old=$((best % 3 + 1))
gone=$((old % 3 + 1))
cp -r "${directory[old]}" "$work/kept"
rm "$work/kept/lock"
force "$work/kept"
same "a copy without lock: exit code" "$code" 64
[[ ! -e $work/kept/lock ]] || fail "only looking: made the lock's file"
rm -r "${directory[old]}" "${directory[gone]}"

# ---- Killed in the middle, then done ----------------------------------------------------
# The system kills whoever writes behind a file's first KiB: that is the log,
# after the identity.
code=0
said=$(ulimit -c 0 && ulimit -f 1 && "$RAFTD" --force-new-cluster \
    --confirm-data-loss "${directory[best]}" 2>&1) || code=$?
same "killed in the middle: exit code" "$code" $((128 + $(kill -l XFSZ)))
run_raftd -haddr "$host:0" -raddr "$host:0" "${directory[best]}"
same "half done: it does not serve" "$code" 74
like "half done: says what to do" "$said" "*--force-new-cluster*"
before=$(files_of "${directory[best]}")
force "${directory[best]}"
same "half done, looking: exit code" "$code" 64
like "half done, looking: says so" "$said" "*interrupted*"
same "half done, looking: no byte is changed" \
    "$(files_of "${directory[best]}")" "$before"
force "${directory[best]}" --confirm-data-loss
same "again: exit code" "$code" 0
new_cluster=$(word_of "new cluster" 3)
like "the new cluster's id" "$new_cluster" "????????????????"
[[ $new_cluster != "$old_cluster" ]] || fail "the cluster kept its id"
force "${directory[best]}" --confirm-data-loss
same "once more: exit code" "$code" 78
like "once more: nothing to do" "$said" "*only voter*"

# ---- It serves -----------------------------------------------------------------------------
start_node "$best"
wait_ready 20 || fail "it does not serve"
leader=$best
same "its cluster" "$(cluster_of "$best")" "$new_cluster"
same "its members" "$(addresses_of "$best")" "${raft[best]}"
for ((i = 1; i <= WRITES; i++)); do
    request "http://${http[best]}/key/k$i?level=consistent"
    [[ $status:$body == "200:{\"k$i\":\"v$i\"}" ]] ||
        fail "key $i: $status $body"
done
passed=$((passed + 1))
request "http://${http[best]}/key" -d '{"after":"1"}'
same "it takes writes" "$status" 200

# ---- Two that are blank are joined --------------------------------------------------------------
put_members() { # raft addresses
    local address list=''
    for address in "$@"; do
        list+="${list:+,}{\"raft\":\"$address\"}"
    done
    request -XPUT "http://${http[best]}/cluster" -d "{\"members\":[$list]}"
}
for i in 4 5; do
    start_blank "$i"
    wait_until 10 is_up "$i" || fail "node $i is not up"
done
put_members "${raft[best]}" "${raft[4]}" "${raft[5]}"
same "two blank servers are joined" "$status" 200
wait_ready 20 || fail "they do not become ready"
for i in 4 5; do
    same "the cluster of node $i" "$(cluster_of "$i")" "$new_cluster"
    request "http://${http[i]}/key/after?level=stale"
    same "node $i has what was written" "$status:$body" '200:{"after":"1"}'
done
members=$(addresses_of "$best")

# ---- An old member turns up: it is of another cluster ------------------------------------------------
find_leader || fail "no leader"
term=$(stat_of "$leader" term)
directory[old]=$work/kept
start_node "$old" # its address is the old one
wait_until 10 is_up "$old" || fail "the old member is not up"
put_members "${raft[best]}" "${raft[4]}" "${raft[5]}" "${raft[old]}"
same "an old member is not joined" "$status" 502
like "and it is said why" "$body" "*a cluster of its own*"
same "the members are as before" "$(addresses_of "$best")" "$members"
same "it stays in its cluster" "$(cluster_of "$old")" "$old_cluster"
request "http://${http[old]}/readyz"
same "it is alone, and not ready" "$status" 503
request -L "http://${http[best]}/key" -d '{"after":"2"}'
same "writes go on" "$status" 200
same "nobody was disturbed" "$(stat_of "$leader" term)" "$term"

finish
