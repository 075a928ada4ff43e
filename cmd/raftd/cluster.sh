#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# cluster.sh - a cluster on this machine, to try things with.
#   cluster.sh run      in the foreground; Ctrl-C stops it
#   cluster.sh up       in the background; then: status, down
# Environment: NODES (3), RAFTD (the program), CLUSTER_DIR (build/cluster; kept
# between runs), HTTP_BASE and RAFT_BASE (8081 and 9081; one port a node).
set -euo pipefail

NODES=${NODES:-3}
RAFTD=${RAFTD:-build/release/raftd}
CLUSTER_DIR=${CLUSTER_DIR:-build/cluster}
HTTP_BASE=${HTTP_BASE:-8081}
RAFT_BASE=${RAFT_BASE:-9081}
STOP_SECONDS=6 # raftd ends within 5
pids=()        # of those we started, by node; '' once it has ended

fail() {
    echo "cluster: $*" >&2
    exit 1
}

count() { echo "$1 $2$([[ $1 == 1 ]] || echo s)"; }
http_of() { echo "127.0.0.1:$((HTTP_BASE + $1 - 1))"; }
raft_of() { echo "127.0.0.1:$((RAFT_BASE + $1 - 1))"; }
pid_file_of() { echo "$CLUSTER_DIR/node$1.pid"; }
log_of() { echo "$CLUSTER_DIR/node$1.log"; }

# The arguments of one node, in the array `command`.
command_of() {
    local peers='' i
    for ((i = 1; i <= NODES; i++)); do
        peers+="${peers:+,}$(raft_of "$i")"
    done
    command=("$RAFTD" -id "node$1" -haddr "$(http_of "$1")"
        -raddr "$(raft_of "$1")" --peers "$peers" "$CLUSTER_DIR/node$1")
}

# ---- What is there -----------------------------------------------------------

# What a process was started with, in one line; nothing if there is none.
arguments_of() { # pid
    { tr '\0' ' ' <"/proc/$1/cmdline" || ps -o args= -p "$1"; } 2>/dev/null ||
        true
}

# The pid in a node's file, if that process is this node and nothing else.
pid_of() {
    local pid arguments
    pid=$(cat "$(pid_file_of "$1")" 2>/dev/null) || return 1
    arguments=$(arguments_of "$pid")
    [[ ${arguments% } == *"-id node$1 "*" $CLUSTER_DIR/node$1" ]] || return 1
    echo "$pid"
}

# Of a node that has ended. One that runs with another word for its directory
# keeps its file, as nothing else says which process it is: 1.
forget() { # number
    local arguments=''
    arguments=$(arguments_of "$(cat "$(pid_file_of "$1")" 2>/dev/null)")
    if [[ $arguments == *"-id node$1 "* ]]; then
        echo "cluster: left alone, as it may be another's: $arguments" >&2
        return 1
    fi
    rm -f "$(pid_file_of "$1")"
}

# What a node answers to GET, if it is a 200; curl need not be there.
get() ( # number path; a subshell: what it opens is closed
    exec 3<>"/dev/tcp/127.0.0.1/$((HTTP_BASE + $1 - 1))" || exit 1
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' \
        "$2" "$(http_of "$1")" >&3
    answer=$(timeout 2 cat <&3)
    [[ $answer == "HTTP/1.1 200 "* ]] && echo "$answer"
) 2>/dev/null

# A child of ours that has not ended? Its number may be somebody else's by now.
is_running() { grep -qx "$1" < <(jobs -rp); }

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

is_base() { # may its ports be NODES from here on?
    [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && (($1 + NODES - 1 <= 65535))
}

# Servers that hold data have their addresses and their number.
check_shape() {
    local name before is=''
    compgen -G "$CLUSTER_DIR/node?" >/dev/null || return 0
    read -ra before <"$CLUSTER_DIR/shape" || return 0
    for name in NODES HTTP_BASE RAFT_BASE; do
        [[ ${before[0]:-} == "${!name}" ]] || is+=" $name=${before[0]:-}"
        before=("${before[@]:1}")
    done
    [[ ! $is ]] || fail "$CLUSTER_DIR holds a cluster of$is; keep to that," \
        "name another CLUSTER_DIR, or start anew with: rm -rf $CLUSTER_DIR"
}

check() {
    local i port pid
    [[ $NODES =~ ^[1-9]$ ]] || fail "NODES=$NODES: 1 to 9"
    is_base "$HTTP_BASE" || fail "HTTP_BASE=$HTTP_BASE: no port"
    is_base "$RAFT_BASE" || fail "RAFT_BASE=$RAFT_BASE: no port"
    [[ -x $RAFTD ]] || fail "no program $RAFTD; run: make release"
    mkdir -p "$CLUSTER_DIR"
    for ((i = 1; i <= 9; i++)); do
        pid=$(pid_of "$i") || continue
        fail "node$i runs already (pid $pid); stop it with: make cluster-down"
    done
    check_shape
    for ((i = 0; i < NODES; i++)); do
        for port in $((HTTP_BASE + i)) $((RAFT_BASE + i)); do
            is_free "$port" || fail "port $port of node$((i + 1)) is in use;" \
                "stop what uses it, or choose others with HTTP_BASE, RAFT_BASE"
        done
    done
    echo "$NODES $HTTP_BASE $RAFT_BASE" >"$CLUSTER_DIR/shape"
}

wait_until_ready() {
    local i until=$((SECONDS + 30))
    for ((i = 1; i <= NODES; i++)); do
        until get "$i" /readyz >/dev/null; do
            is_running "${pids[i]}" || return 1
            ((SECONDS < until)) || return 1
            sleep 0.1
        done
    done
}

print_welcome() {
    local i
    echo "$(count "$NODES" server), one replicated key-value store:"
    for ((i = 1; i <= NODES; i++)); do
        echo "  node$i  http://$(http_of "$i")  (raft $(raft_of "$i"))"
    done
    echo "Try, in another terminal (-L follows to the leader):"
    echo "  curl -L http://$(http_of 1)/key -d '{\"hello\":\"world\"}'"
    echo "  curl -L http://$(http_of 1)/key/hello"
    echo "  curl -L http://$(http_of "$NODES")/key/hello"
    command -v curl >/dev/null || echo "No curl here: its package is curl."
}

# ---- run -----------------------------------------------------------------------

# Put the node's name before each line; one colour a node, on a terminal.
prefix() {
    local colour='' plain='' line
    if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
        colour=$'\033['$((31 + $1 % 6))m
        plain=$'\033[0m'
    fi
    trap '' INT # the last lines come after Ctrl-C
    while IFS= read -r line; do
        printf '%s[node%s]%s %s\n' "$colour" "$1" "$plain" "$line"
    done
}

stop_all() {
    local i
    for ((i = 1; i <= NODES; i++)); do
        [[ -n ${pids[i]:-} ]] || continue
        ! is_running "${pids[i]}" || kill -TERM "${pids[i]}" 2>/dev/null || true
    done
    wait_for_end
}

stop_run() {
    trap '' INT TERM
    stop_all
    exit 0
}

wait_for_end() {
    local i until=$((SECONDS + STOP_SECONDS))
    for ((i = 1; i <= NODES; i++)); do
        [[ -n ${pids[i]:-} ]] || continue
        while is_running "${pids[i]}" && ((SECONDS < until)); do
            sleep 0.05
        done
        ! is_running "${pids[i]}" || kill -KILL "${pids[i]}" 2>/dev/null || true
        wait "${pids[i]}" 2>/dev/null || true
        rm -f "$(pid_file_of "$i")"
    done
}

# A node that ends by itself is news; the others go on.
watch_nodes() {
    local i code running=$NODES
    while ((running > 0)); do
        sleep 0.5 &
        wait $! || true # a signal interrupts wait at once
        for ((i = 1; i <= NODES; i++)); do
            [[ -n ${pids[i]:-} ]] || continue
            ! is_running "${pids[i]}" || continue
            code=0
            wait "${pids[i]}" 2>/dev/null || code=$?
            rm -f "$(pid_file_of "$i")"
            pids[i]=''
            running=$((running - 1))
            command_of "$i"
            echo "[cluster] node$i ended, exit code $code; start it again" \
                "with: ${command[*]}"
        done
    done
}

run() {
    local i command
    check
    print_welcome
    echo "Ctrl-C stops them; what they store stays in $CLUSTER_DIR"
    echo
    trap stop_run INT TERM
    for ((i = 1; i <= NODES; i++)); do
        command_of "$i"
        "${command[@]}" </dev/null 2> >(prefix "$i") &
        pids[i]=$!
        echo "${pids[i]}" >"$(pid_file_of "$i")"
    done
    watch_nodes
    fail "all nodes have ended"
}

# ---- up, down, status -------------------------------------------------------------

up() {
    local i command
    check
    for ((i = 1; i <= NODES; i++)); do
        command_of "$i"
        nohup "${command[@]}" </dev/null >>"$(log_of "$i")" 2>&1 &
        pids[i]=$!
        echo "${pids[i]}" >"$(pid_file_of "$i")"
    done
    if ! wait_until_ready; then
        stop_all
        tail -n 3 "$CLUSTER_DIR"/node*.log >&2
        fail "the cluster does not get ready; logs: $CLUSTER_DIR/node*.log"
    fi
    print_welcome
    echo "Logs: $CLUSTER_DIR/node*.log. Stop them with: make cluster-down"
}

down() {
    local i pid until stopped=0 code=0 left=()
    for ((i = 1; i <= 9; i++)); do
        pid=$(pid_of "$i") || { forget "$i" || code=1; continue; }
        kill -TERM "$pid"
        left[i]=$pid
    done
    until=$((SECONDS + STOP_SECONDS))
    for i in "${!left[@]}"; do
        while pid_of "$i" >/dev/null && ((SECONDS < until)); do
            sleep 0.05
        done
        if pid_of "$i" >/dev/null; then
            echo "cluster: node$i does not end: killed" >&2
            kill -KILL "${left[i]}" 2>/dev/null || true
        fi
        rm -f "$(pid_file_of "$i")"
        stopped=$((stopped + 1))
    done
    echo "$(count "$stopped" node) stopped; the data stays in $CLUSTER_DIR"
    return "$code"
}

# One member of the answer: all of them are strings.
field() { sed -n "s/.*\"$2\" *: *\"\([^\"]*\)\".*/\1/p" <<<"$1"; }

status() {
    local i stats pid before
    before=$(cat "$CLUSTER_DIR/shape" 2>/dev/null) ||
        fail "no cluster in $CLUSTER_DIR; start one with: make cluster-up"
    read -r NODES HTTP_BASE RAFT_BASE <<<"$before"
    printf '%-6s %8s %-10s %6s %10s %10s %10s  %s\n' \
        NODE PID STATE TERM LAST COMMIT APPLIED HTTP
    for ((i = 1; i <= NODES; i++)); do
        pid=$(pid_of "$i") || pid=-
        stats=$(get "$i" /raft/stats | tr -d '\n') || stats=''
        printf '%-6s %8s %-10s %6s %10s %10s %10s  %s\n' "node$i" "$pid" \
            "$([[ $stats ]] && field "$stats" state || echo down)" \
            "$(field "$stats" term)" "$(field "$stats" last_log_index)" \
            "$(field "$stats" commit_index)" \
            "$(field "$stats" applied_index)" "$(http_of "$i")"
    done
}

case ${1:-} in
run | up | down | status)
    [[ -n $(arguments_of $$) ]] || fail "no /proc and no ps: nobody can tell" \
        "here which processes are the nodes"
    "$1"
    ;;
*)
    echo "usage: cluster.sh run|up|down|status" >&2
    exit 64
    ;;
esac
