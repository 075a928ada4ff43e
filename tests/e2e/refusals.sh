#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# refusals.sh - what raftd must refuse: each with its exit code, and one clear
# line that names what and where.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

# ---- The command line: 64 ------------------------------------------------------
refuses() { # pattern of what it says, arguments
    local pattern=$1
    shift
    run_raftd "$@"
    same "raftd $*: exit code" "$code" 64
    like "raftd $*: what it says" "$said" "*$pattern*"
    [[ ! -e $work/none ]] || fail "raftd $*: made a directory"
}
refuses "--flavour" --flavour sweet "$work/none"
refuses "-haddr" -haddr 8080 "$work/none"
refuses "-raddr" -raddr localhost:99999 "$work/none"
refuses "--http-advertise" -haddr 0.0.0.0:0 "$work/none"
refuses "--raft-advertise" -raddr 0.0.0.0:0 "$work/none"
refuses "-bootstrap" -bootstrap --peers localhost:8080 "$work/none"
refuses "there twice" --peers localhost:8080,127.0.0.1:8080 "$work/none"
refuses "not among them" --peers localhost:1,localhost:2 "$work/none"
refuses "election-timeout" --election-timeout 300-150 "$work/none"
refuses "heartbeat" --heartbeat 100 --election-timeout 150 "$work/none"
refuses "level" --default-level fresh "$work/none"
refuses "usage" "$work/none" "$work/more"
run_raftd --help
same "--help" "$code" 0
like "--help lists the options" "$said" "*-peers*-election-timeout*"
like "--help says what goes together" "$said" "*20 to 600000*at most*half of*"
same "--help: lines too long" "$(awk 'length > 79' <<<"$said")" ""
run_raftd --version
same "--version" "$code" 0

# ---- Descriptors that clients could use up: 78 -----------------------------------
few=0
said=$(ulimit -n 200 && "$RAFTD" -haddr "$host:0" "$work/none" 2>&1) || few=$?
same "too few descriptors: exit code" "$few" 78
like "too few descriptors: what it says" "$said" "*200*--http-workers*"

# ---- A cluster of one, to get in the way -----------------------------------------
use_nodes 1
start_alone() { # directory, further arguments
    "$RAFTD" -id alone -haddr "$host:0" -raddr "$host:0" "${timing[@]}" \
        "${@:2}" "$1" </dev/null 2>>"${log[1]}" &
    pid[1]=$!
}
served() {
    http[1]=$(sed -n 's/.*msg="serves" http=\([^ ]*\).*/\1/p' "${log[1]}" |
        tail -n 1)
    raft[1]=$(sed -n 's/.*msg="serves".* raft=\([^ ]*\).*/\1/p' "${log[1]}" |
        tail -n 1)
    [[ -n ${http[1]} ]] && is_ready 1
}
start_alone "$work/one" --election-timeout 150-300 --heartbeat 50
wait_until 10 served || fail "a cluster of one does not come up"
request "http://${http[1]}/key" -d '{"a":"1"}'
same "a cluster of one takes a write" "$status" 200

# ---- Taken: 69 ----------------------------------------------------------------------
run_raftd -haddr "${http[1]}" -raddr "$host:0" "$work/two"
same "HTTP port in use: exit code" "$code" 69
like "HTTP port in use: names it" "$said" "*${http[1]##*:}*"
run_raftd -haddr "$host:0" -raddr "${raft[1]}" "$work/two"
same "raft port in use: exit code" "$code" 69
like "raft port in use: names it" "$said" "*${raft[1]##*:}*"
run_raftd -haddr "$host:0" -raddr "$host:0" "$work/one"
same "directory in use: exit code" "$code" 69
like "directory in use: names it" "$said" "*$work/one*"

run_raftd --force-new-cluster "$work/one"
same "directory in use, forced: exit code" "$code" 69
same "directory in use, forced" "$said" \
    "raftd: $work/one: in use by another process"
run_raftd -haddr 192.0.2.1:80 --http-advertise "$host:80" -raddr "$host:0" \
    "$work/two"
same "no address of this machine: exit code" "$code" 78
like "no address of this machine: why" "$said" "*192.0.2.1:80: Cannot assign*"

# ---- No directory: 74 ------------------------------------------------------------------
echo text >"$work/file"
run_raftd -haddr "$host:0" -raddr "$host:0" "$work/file"
same "a directory that is a file: exit code" "$code" 74
like "a directory that is a file: names it" "$said" "*$work/file*"
ln -s one "$work/link"
run_raftd -haddr "$host:0" -raddr "$host:0" "$work/link"
same "a link to a directory: exit code" "$code" 74
like "a link to a directory: says so" "$said" "*is a symbolic link: name the*"

# ---- Garbage on both ports ----------------------------------------------------------------
throw() { # address, file: its bytes; the other side may hang up
    (exec 5<>"/dev/tcp/${1/:/\/}" && cat "$2" >&5) 2>/dev/null || true
}
head -c 100000 /dev/urandom >"$work/garbage"
head -c 100000 /dev/zero >"$work/zeros"
printf 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' >"$work/text"
for bytes in garbage zeros text; do
    throw "${raft[1]}" "$work/$bytes"
    throw "${http[1]}" "$work/$bytes"
done
request "http://${http[1]}/key/a?level=consistent"
same "it serves on after garbage" "$status:$body" '200:{"a":"1"}'
request "http://${http[1]}/key" -d "@$work/garbage"
same "garbage as a body" "$status" 400

# ---- Another cluster's member answers at a peer's address -------------------------------------
stop_node 1
same "a cluster of one ends" "$code" 0
mine=${raft[1]}
start_alone "$work/one"
served_again() { (($(grep -c 'msg="serves"' "${log[1]}") == 2)) && served; }
wait_until 10 served_again || fail "the cluster of one does not come back"
request "http://${http[1]}/key/a?level=consistent"
same "it kept its data" "$status:$body" '200:{"a":"1"}'
same "lines on flags that nobody gave" \
    "$(grep -c 'do not count' "${log[1]}" || true)" 0
mine=$host:$(free_port)
"$RAFTD" -id stranger -haddr "$host:$(free_port)" -raddr "$mine" \
    --peers "$mine,${raft[1]}" "${timing[@]}" "$work/stranger" \
    </dev/null 2>"$work/stranger.log" &
others+=($!)
noticed() { grep -qs 'belongs to a cluster' "$work/stranger.log"; }
wait_until 10 noticed || fail "a stranger founds beside another cluster:" \
    "$(cat "$work/stranger.log")"
! grep -q 'msg="founded' "$work/stranger.log" || fail "a stranger founded"
passed=$((passed + 1))
kill_node 1

# ---- Damaged: 76 -------------------------------------------------------------------------------
file=$(find "$work/one" -type f -size +4k | sort | head -n 1)
[[ -n $file ]] || fail "no log file in $work/one: $(ls -l "$work/one")"
cp "$file" "$work/copy"
printf 'XXXX' | dd of="$file" bs=1 seek=20 conv=notrunc status=none
run_raftd -haddr "$host:0" -raddr "$host:0" "$work/one"
same "a damaged log: exit code" "$code" 76
like "a damaged log: names the file" "$said" "*$(basename "$file")*"
like "a damaged log: names the offset" "$said" "*offset*"
like "a damaged log: an older copy is no way out" "$said" \
    "*next=*empty directory*docs/members.md*never on an older copy*only voter*"
cp "$work/copy" "$file"
start_alone "$work/one" --election-timeout 150-300 --heartbeat 50
served_thrice() { (($(grep -c 'msg="serves"' "${log[1]}") == 3)) && served; }
wait_until 10 served_thrice || fail "the repaired directory does not serve"
request "http://${http[1]}/key/a?level=consistent"
same "repaired, everything is there" "$status:$body" '200:{"a":"1"}'

finish
