#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # e2e.bash sets them
#
# join.bash - a server that cannot be joined: an error within ten seconds, the
# members as they were, and eight writers do not notice. After e2e.bash and
# writers.bash.

# Ids and addresses.
members_now() {
    curl -fs -m 5 "http://${http[1]}/cluster" | tr '{' '\n' |
        sed -n 's/.*"id":"\([^"]*\)".*"raft":"\([^"]*\)".*/\1 \2/p'
}

term_now() { stat_of 1 term; }

cannot_be_joined() { # raft address, what is there
    local before term list started took
    before=$(members_now)
    same "members" "$(wc -l <<<"$before")" 3
    term=$(term_now)
    start_writers --targets "${http[1]},${http[2]},${http[3]}"
    wait_for_writes 1 100
    list=$(members_of 1 2 3)
    started=$(now_ms)
    request -XPUT "http://${http[1]}/cluster" \
        -d "${list/%']}'/",{\"raft\":\"$1\"}]}"}"
    took=$(($(now_ms) - started))
    same "joining $2" "$status" 502
    like "joining $2" "$body" "*\"detail\":\"$1 does not answer*"
    ((took < 10000 * PATIENCE)) || fail "joining $2: an error after $took ms"
    same "members after joining $2" "$(members_now)" "$before"
    wait_for_writes 1 100
    end_writers
    echo "$2: an error after $took ms, writes:" \
        "$(of_writes operations), $(of_writes gap_ms) ms without one"
    (($(of_writes gap_ms) < took)) || fail "no writes meanwhile"
    same "the term" "$(term_now)" "$term"
}
