#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # e2e.bash sets them
#
# writers.bash - eight writers beside what a test does, and what became of what
# they wrote. After e2e.bash. Each key is written once.
RAFTBENCH=${RAFTBENCH:-build/raftbench}
writers=''

start_writers() { # arguments of raftbench: targets, who is read back from
    "$RAFTBENCH" --connections 8 --pause-ms 30 --warmup 0 --duration 60 \
        --keys 1000000 --json --verify "$@" \
        >"$work/rows" 2>"$work/writers" </dev/null &
    writers=$!
    others+=("$writers")
}

# They end, and everything that was acknowledged is read back.
end_writers() {
    code=0
    is_running "$writers" && kill -TERM "$writers"
    wait "$writers" || code=$?
    others=()
    cat "$work/rows"
    [[ $code == 0 ]] || fail "writers: exit code $code: $(cat "$work/writers")"
    passed=$((passed + 1))
}

# Of the writes, a number such as gap_ms.
of_writes() { # name
    sed -n "1s/.*\"$1\":\([0-9]*\).*/\1/p" "$work/rows"
}

# More writes than now, as this node has applied them.
wait_for_writes() { # number, how many
    local from
    from=$(stat_of "$1" applied_index)
    # shellcheck disable=SC2317 # wait_until calls it
    come_to() { (($(stat_of "$1" applied_index) >= $2)); }
    wait_until 10 come_to "$1" $((from + $2)) || fail "nobody writes"
}
