#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034 # its variables are for the tests
#
# e2e.bash - starts real servers for the tests in tests/e2e/, on an address of
# the loopback interface that is this test's own, and ends exactly those.
#
# Nodes are numbered 1, 2, 3. After `use_nodes 3`: ${http[i]}, ${raft[i]},
# ${directory[i]}; after `start_node i`: ${pid[i]}, and its log in ${log[i]}.
# Environment: RAFTD (the program), B (build directory), PATIENCE (1).
set -euo pipefail

# Who runs the tests may have such variables for something else.
unset BIND BOOTSTRAP DATA_DIR JOIN PORT SERVER_IP SERVER_PORT \
    RAFT_IP RAFT_NODE_ID RAFT_PORT RAFT_VOL_DIR

RAFTD=${RAFTD:-build/raftd}
B=${B:-build}
mkdir -p "$B/e2e"
work=$(mktemp -d "$B/e2e/$(basename "$0" .sh).XXXXXX")
passed=0
http=() raft=() directory=() log=() pid=() others=()
peers='' leader='' follower=''
status='' head='' body='' code='' said='' took_ms=''
# Where fail-over is not the point a slow machine must not cause one.
timing=(--election-timeout 1000-2000 --heartbeat 100)

# ---- Verdicts -----------------------------------------------------------------

fail() {
    local i
    echo "FAILED: $*" >&2
    for i in "${!log[@]}"; do
        echo "--- end of ${log[i]}" >&2
        tail -n 15 "${log[i]}" >&2 || true
    done
    echo "--- kept: $work" >&2
    trap - EXIT
    end_all
    exit 1
}

same() { # what actual expected
    [[ $2 == "$3" ]] || fail "$1: got '$2', expected '$3'"
    passed=$((passed + 1))
}

like() { # what actual pattern
    # shellcheck disable=SC2053 # a pattern is wanted
    [[ $2 == $3 ]] || fail "$1: got '$2', expected it like '$3'"
    passed=$((passed + 1))
}

finish() {
    echo "$passed passed"
}

# ---- Processes ------------------------------------------------------------------

# A child that has not ended? Only the shell knows: the number of one that has
# may by now be somebody else's, and `kill -0` would say yes.
is_running() { grep -qx "${1:-none}" < <(jobs -rp); }

# A child that should be there.
signal() { # name of the signal, pid
    is_running "$2" || fail "process $2 has ended, before a SIG$1"
    kill -"$1" "$2"
}

end_child() { # pid; it may have ended
    {
        ! is_running "$1" || kill -KILL "$1" || true
        wait "$1" || true
    } 2>/dev/null # the shell tells who was killed
}

end_all() { # the last thing a test does
    local p
    exec 2>/dev/null
    for p in $(jobs -rp); do
        kill -KILL "$p" || true
    done
    wait || true
}

cleanup() {
    local status=$?
    [[ $status == 0 ]] || echo "exit status $status; kept: $work" >&2
    end_all
    [[ $status != 0 ]] || rm -rf "$work"
}
trap cleanup EXIT

# All of 127.0.0.0/8 is loopback: an address for each process that runs now. A
# port on it stays ours when its server is down, and nobody else answers there.
host=127.$((64 + $$ / 65536)).$(($$ / 256 % 256)).$(($$ % 256))

# Below the range the system takes ports from for outgoing connections. Ports
# can't be reserved: use_nodes tries others when raftd finds one taken.
free_port() {
    local port
    while :; do
        port=$((10000 + (RANDOM * 32768 + RANDOM) % 20000))
        (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null || break
    done
    echo "$port"
}

use_nodes() { # count
    local i
    peers=''
    for ((i = 1; i <= $1; i++)); do
        http[i]=$host:$(free_port)
        raft[i]=$host:$(free_port)
        directory[i]=$work/node$i
        log[i]=$work/node$i.log
        pid[i]=''
        peers+="${peers:+,}${raft[i]}"
    done
}

start_node() { # number, further arguments
    local i=$1
    shift
    "$RAFTD" -id "node$i" -haddr "${http[i]}" -raddr "${raft[i]}" \
        --peers "$peers" "${timing[@]}" "$@" "${directory[i]}" \
        </dev/null 2>>"${log[i]}" &
    pid[i]=$!
}

# A server that waits to be joined: no --peers, no directory named.
start_blank() { # number, further arguments
    local i=$1 program place=$work/blank$1
    shift
    program=$(realpath "$RAFTD")
    http[i]=$host:$(free_port)
    raft[i]=$host:$(free_port)
    log[i]=$work/node$i.log
    mkdir -p "$place"
    env -C "$place" "$program" -id "node$i" -haddr "${http[i]}" \
        -raddr "${raft[i]}" "${timing[@]}" "$@" </dev/null 2>>"${log[i]}" &
    pid[i]=$!
}

# All nodes, on other ports if one of those picked is taken meanwhile.
start_cluster() { # count, further arguments
    local count=$1 i try
    shift
    for try in 1 2 3; do
        use_nodes "$count"
        for ((i = 1; i <= count; i++)); do
            start_node "$i" "$@"
        done
        if wait_ready 20 && find_leader; then
            return 0
        fi
        grep -q 'a port is in use' "${log[@]:1}" || break
        for ((i = 1; i <= count; i++)); do
            kill_node "$i"
        done
        rm -rf "${directory[@]:1}" "${log[@]:1}"
    done
    fail "no cluster after $try tries"
}

kill_node() { # number: as if the machine lost power, but for the page cache
    [[ -n ${pid[$1]} ]] || return 0
    end_child "${pid[$1]}"
    pid[$1]=''
}

# End a node by signal; its exit code is in $code, its time in $took_ms.
stop_node() { # number
    local started
    started=$(now_ms)
    signal TERM "${pid[$1]}"
    code=0
    wait "${pid[$1]}" || code=$?
    took_ms=$(($(now_ms) - started))
    pid[$1]=''
}

# Run raftd until it ends by itself (10 s at most): exit code in $code, what it
# said in $said.
run_raftd() {
    code=0
    said=$(timeout -k 1 10 "$RAFTD" "$@" 2>&1 </dev/null) || code=$?
}

# ---- Waiting, with a bound ---------------------------------------------------------

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# Sanitizers make servers slow: they have so many times the seconds.
PATIENCE=${PATIENCE:-1}

wait_until() { # seconds, command: true in time?
    local until=$(($(now_ms) + $1 * 1000 * PATIENCE))
    shift
    until "$@"; do
        (($(now_ms) < until)) || return 1
        sleep 0.05
    done
}

is_up() { curl -fs -m 2 -o /dev/null "http://${http[$1]}/livez"; }
is_ready() { curl -fs -m 2 -o /dev/null "http://${http[$1]}/readyz"; }

# Every running node knows a leader and has caught up.
all_ready() {
    local i
    for i in "${!pid[@]}"; do
        [[ -z ${pid[i]} ]] || is_ready "$i" || return 1
    done
}

wait_ready() { wait_until "$1" all_ready; }

stat_of() { # number, member of /raft/stats
    curl -fs -m 2 "http://${http[$1]}/raft/stats" | tr -d '\n' |
        sed -n "s/.*\"$2\" *: *\"\([^\"]*\)\".*/\1/p"
}

# Number of the leader in $leader, of another running node in $follower.
look_for_leader() {
    local i
    leader='' follower=''
    for i in "${!pid[@]}"; do
        [[ -n ${pid[i]} ]] || continue
        if [[ $(stat_of "$i" state) == Leader ]]; then
            leader=$i
        else
            follower=$i
        fi
    done
    [[ -n $leader ]]
}

find_leader() { wait_until 10 look_for_leader; }

# Has it applied all that the leader has?
caught_up() { # number
    (($(stat_of "$1" applied_index) >= $(stat_of "$leader" applied_index)))
}

cluster_of() { # number: the id of its cluster
    curl -fs -m 5 "http://${http[$1]}/cluster" |
        sed -n 's/^{"cluster":"\([^"]*\)".*/\1/p'
}

members_of() { # numbers: the list of members that /cluster takes
    local i list=''
    for i in "$@"; do
        list+="${list:+,}{\"raft\":\"${raft[i]}\"}"
    done
    echo "{\"members\":[$list]}"
}

# ---- HTTP ------------------------------------------------------------------------------

# Status in $status, head in $head, body in $body.
request() { # arguments of curl
    status=$(curl -s -m 12 -D "$work/head" -o "$work/body" \
        -w '%{http_code}' "$@") || true
    head=$(tr -d '\r' <"$work/head") body=$(cat "$work/body")
}

header() { # name
    sed -n "s/^$1: *//Ip" <<<"$head"
}
