# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# lib.sh - clusters to measure: started on free ports, ended by their pids.
# Sourced. Environment: B (build), the directory of the builds.

BUILD=${B:-build}
RAFTD=$BUILD/release/raftd
RAFTBENCH=$BUILD/release/raftbench
mkdir -p "$BUILD/bench"
WORK=$(mktemp -d "$BUILD/bench/run.XXXXXX")
ROWS=$WORK/rows.jsonl # what the table is made of
errors=0              # loads in which a request failed
loader=''             # raftbench in the background
kind=''      # raft or etcd: what runs
directory='' # its data and logs
ports=()     # of node 0, 1, 2: HTTP; then 3, 4, 5: between them;
             # 6, 7: the same of node 3
pids=()      # by node; '' = not running
targets=''   # HTTP addresses of all three
options=()   # further ones of each raftd

say() { echo "bench: $*" >&2; }

fail() {
    say "$*"
    exit 1
}

# ---- Processes: only those started here, by pid --------------------------------

# A child that has not ended? Its number may be somebody else's by now.
is_running() { grep -qx "${1:-none}" < <(jobs -rp); }

# Kill one node and wait: nothing of it is left when this returns.
kill_node() {
    if is_running "${pids[$1]}"; then
        kill -KILL "${pids[$1]}"
    else
        say "node $1 has ended by itself"
    fi
    wait "${pids[$1]}" 2>/dev/null || true
    pids[$1]=''
}

stop_nodes() {
    local i
    for i in "${!pids[@]}"; do
        [[ -z ${pids[i]} ]] || kill_node "$i"
    done
    rm -rf "${directory:-$WORK/none}"/data*
}

clean_up() {
    local status=$?
    trap - EXIT INT TERM
    ! is_running "$loader" || kill -KILL "$loader" 2>/dev/null || true
    stop_nodes
    if ((status == 0)); then
        rm -rf "$WORK"
    else
        say "logs and rows are in $WORK"
    fi
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start_node() {
    local http=127.0.0.1:${ports[$1]} peer=127.0.0.1:${ports[$1 + 3]}
    local command peers cluster
    peers=127.0.0.1:${ports[3]},127.0.0.1:${ports[4]},127.0.0.1:${ports[5]}
    cluster=n0=http://${peers//,127/,n@=http://127}
    cluster=${cluster/n@/n1}
    cluster=${cluster/n@/n2}
    if [[ $kind == raft ]]; then
        command=("$RAFTD" -id "n$1" -haddr "$http" -raddr "$peer"
            --peers "$peers" "${options[@]}" "$directory/data$1")
    else
        command=(etcd --name "n$1" --data-dir "$directory/data$1"
            --listen-client-urls "http://$http"
            --advertise-client-urls "http://$http"
            --listen-peer-urls "http://$peer"
            --initial-advertise-peer-urls "http://$peer"
            --initial-cluster "$cluster" --initial-cluster-state new
            --log-level error)
    fi
    "${command[@]}" >>"$directory/node$1.log" 2>&1 &
    pids[$1]=$!
}

# Node 3: raftd that waits to be joined to the others.
start_blank() {
    local program
    program=$(realpath "$RAFTD")
    mkdir -p "$directory/data3"
    env -C "$directory/data3" "$program" -id n3 \
        -haddr "127.0.0.1:${ports[6]}" -raddr "127.0.0.1:${ports[7]}" \
        "${options[@]}" >>"$directory/node3.log" 2>&1 &
    pids[3]=$!
}

# start_cluster KIND NAME: three nodes with fresh stores, and wait for them.
start_cluster() {
    local port
    kind=$1
    directory=$WORK/$2
    mkdir -p "$directory"
    ports=()
    while read -r port; do ports+=("$port"); done \
        < <("$RAFTBENCH" --free-ports 8)
    targets=127.0.0.1:${ports[0]},127.0.0.1:${ports[1]},127.0.0.1:${ports[2]}
    start_node 0
    start_node 1
    start_node 2
    await_ready "$targets" >/dev/null
}

# Prints the milliseconds it took until these were ready.
await_ready() {
    "$RAFTBENCH" --await-ready --protocol "$kind" --targets "$1" ||
        fail "not ready: $1"
}

# The number of the node that leads.
leader() {
    local address i
    address=$("$RAFTBENCH" --find-leader --protocol "$kind" \
        --targets "$targets") || fail "nobody leads"
    for i in 0 1 2; do
        [[ $address != *:${ports[i]} ]] || echo "$i"
    done
}

# ---- Rows ----------------------------------------------------------------------

count_errors() { # exit status of raftbench
    case $1 in
    0) ;;
    2) errors=$((errors + 1)) ;;
    *) fail "raftbench ended with status $1" ;;
    esac
}

# One that does not end by itself.
load_in_background() {
    local label=$1
    shift
    say "$label $*"
    "$RAFTBENCH" --json --label "$label" --protocol "$kind" \
        --targets "$targets" --leader-auto --duration 3600 "$@" >>"$ROWS" &
    loader=$!
}

end_load() {
    local status=0
    ! is_running "$loader" || kill -TERM "$loader"
    wait "$loader" || status=$?
    loader=''
    count_errors "$status"
}

# load LABEL OPTIONS...: a failed request is counted, and shown in the row.
load() {
    local label=$1 status=0
    shift
    say "$label $*"
    "$RAFTBENCH" --json --label "$label" --protocol "$kind" \
        --targets "$targets" --leader-auto "$@" >>"$ROWS" || status=$?
    count_errors "$status"
}

# figure LABEL NUMBER UNIT
figure() {
    "$RAFTBENCH" --json --label "$1" --figure "$2,$3" >>"$ROWS"
}

# ceilings WHEN
ceilings() {
    say "ceilings, $1"
    "$RAFTBENCH" --ceilings --directory "$WORK" --json |
        sed "s/\"what\":\"ceiling/\"what\":\"$1/" >>"$ROWS"
}

# numbers NAME PATTERN: that number of the rows that match, one a line.
numbers() {
    grep -e "$2" "$ROWS" | sed "s/.*\"$1\":\([0-9.]*\).*/\1/"
}

median() {
    sort -n | awk '{ v[NR] = $1 }
        END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}
mean() { awk '{ sum += $1 } END { print sum / NR }'; }

# finish NAME: the table, also kept in build/bench; fails after any error.
finish() {
    cp "$ROWS" "$BUILD/bench/$1.jsonl"
    "$RAFTBENCH" --show "$ROWS" | tee "$BUILD/bench/$1.txt"
    say "kept in $BUILD/bench/$1.txt and $1.jsonl"
    ((errors == 0)) || fail "requests failed in $errors of the loads"
}
