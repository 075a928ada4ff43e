#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# join_dead.sh - nothing listens at the address of a server to be joined; nor
# at those of three that are to be joined at once.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/writers.bash
. "$(dirname "$0")/lib/writers.bash"
# shellcheck source-path=SCRIPTDIR source=lib/join.bash
. "$(dirname "$0")/lib/join.bash"

# They wait for one another, but nobody longer than ten seconds.
cannot_be_joined_at_once() { # raft addresses
    local before i took asked=()
    before=$(members_now)
    for i in "$@"; do
        curl -s -m 20 -o "$work/dead.$i" -w '%{http_code} %{time_total}' \
            -L "http://${http[1]}/join?id=dead&addr=$i" >"$work/took.$i" &
        asked+=($!)
    done
    wait "${asked[@]}"
    for i in "$@"; do
        read -r status took <"$work/took.$i" || true
        same "joining $i beside others" "$status" 502
        like "joining $i beside others" "$(<"$work/dead.$i")" \
            "$i does not answer*"
        ((${took%.*} < 10)) || fail "$i: an error after $took s"
    done
    same "members after joining three" "$(members_now)" "$before"
}

start_cluster 3
cannot_be_joined 127.0.0.1:1 "a dead address"
cannot_be_joined_at_once 127.0.0.1:1 127.0.0.1:2 127.0.0.1:3
finish
