#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# walk_d.sh - whoever comes from raft-kv: node 2 started before node 1, flags or
# variables, writes on a follower, no acknowledgement without a quorum, and the
# line that each node prints.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/walk.bash
. "$(dirname "$0")/lib/walk.bash"

# Nobody waits long for what cannot be.
export RAFTD_REQUEST_TIMEOUT=1500

# One by variables, one by flags; the third is joined by hand.
start() { # number
    local port=${http[$1]#*:}
    case $1 in
    1) run_node 1 PORT="$port" BIND="${raft[1]}" BOOTSTRAP=True DATA_DIR=d1 \
        "$demo/raftd" ;;
    2) run_node 2 PORT="$port" "$demo/raftd" --bind "${raft[2]}" \
        --join "${http[1]}" --datadir d2 ;;
    3) run_node 3 PORT="$port" BOOTSTRAP=False "$demo/raftd" \
        --bind "${raft[3]}" --datadir d3 ;;
    esac
}
post() { # number, path, body
    request -XPOST -H 'Content-Type: application/json' \
        "http://${http[$1]}$2" -d "$3"
}
count_lines() { # number, what they are like
    grep -cE "^\[DEBUG\] state=$2\$" "${log[$1]}" || true
}
says_more() { # number, what, more often than
    (($(count_lines "$1" "$2") > $3))
}
says() { # number, what
    wait_until 3 says_more "$1" "$2" 0 || fail "node $1 does not say $2"
    passed=$((passed + 1))
}
# A line each 3 s, from its start until the node is killed. A look takes 0.2 s
# and more: so a machine that is slow with looking is given more time.
watch() { # number
    local process count had=0 looks=0
    # Held open, it stays this process, whoever gets its number afterwards.
    exec {process}<"/proc/${pid[$1]}"
    while [[ -e /proc/self/fd/$process/stat ]]; do
        count=$(count_lines "$1" '.*')
        if ((count > had)) || ! grep -q 'msg="serves"' "${log[$1]}"; then
            had=$count looks=0
        elif ((++looks > 15 * PATIENCE)); then
            echo "node $1 said nothing for 3 s" >>"$work/silent"
        fi
        sleep 0.2
    done
}
watches=()
no_leader='{"error":"only leader can write to the storage","code":"some_code"}'

# ---- Node 2 before node 1 ----------------------------------------------------
mkdir "$home"
use_nodes 3
start 2
wait_until 3 is_up 2 || fail "node 2 alone is not up"
request "http://${http[2]}/keys/foo/"
answers "a read from node 2 alone" 200 '{"value":""}'
type_is "a read from node 2 alone" application/json
post 2 /keys/foo/ '{"value":"1"}'
answers "a write to node 2 alone" 503 "$no_leader"
says 2 'Follower leader='
kill_node 2
start 2
start 3
start 1
for i in 1 2 3; do
    watch "$i" &
    watches+=($!)
done
wait_until 20 has_peers 1 || fail "node 2 is not let in"
same "node 1 leads" "$leader" 1
wait_until 3 is_up 3 || fail "node 3 is not up"
post 2 /cluster/join/ "{\"address\":\"${raft[3]}\"}"
answers "joining node 3, through node 2" 200 '{}'
type_is "joining node 3" application/json
post 1 /cluster/join "{\"address\":\"${raft[3]}\"}"
answers "joining node 3 again" 200 '{}'
post 1 /cluster/join/ '{"port":3}'
same "joining nobody" "$status" 400
like "joining nobody" "$body" '{"error":"*"}'
wait_members 3
same "an address is the name, too" \
    "$(names_of 1 | tr ' ' '\n' | sort)" "$(printf '%s\n' "${raft[@]}" | sort)"

# ---- Keys --------------------------------------------------------------------
for i in 3 2 1; do
    post "$i" "/keys/foo/" "{\"value\":\"bar $i\"}"
    answers "a write on node $i" 200 "{\"value\":\"bar $i\"}"
    type_is "a write on node $i" application/json
done
for i in 1 2 3; do
    comes_to "the last, on node $i" '{"value":"bar 1"}' \
        "http://${http[i]}/keys/foo/"
done
request "http://${http[1]}/keys/foo"
answers "without the slash" 200 '{"value":"bar 1"}'
for body_text in '' '{' '[]' '"bar"' '{"value":1}' '{"val":"bar"}'; do
    post 2 /keys/foo/ "$body_text"
    same "the body '$body_text'" "$status" 400
    like "the body '$body_text'" "$body" '{"error":"*"}'
done
request "http://${http[1]}/keys/foo/"
answers "then nothing is stored" 200 '{"value":"bar 1"}'
post 1 /keys/ '{"value":"1"}'
same "an empty key" "$status" 404
request "http://${http[1]}/keys/"
same "reading an empty key" "$status" 404
for try in "and there" "and absent"; do
    request -XDELETE "http://${http[3]}/keys/foo/"
    answers "removing what is stored $try" 200 '{"value":""}'
done
request "http://${http[1]}/keys/foo/"
answers "what was removed" 200 '{"value":""}'
post 1 /keys/kept/ '{"value":"till the end"}'
same "one to be kept" "$status" 200

says 1 "Leader leader=${raft[1]}"
for i in 2 3; do says "$i" "Follower leader=${raft[1]}"; done

# ---- No quorum: no acknowledgement -------------------------------------------
# Some are under way when the followers die, the others come at once after it.
write() { # number
    curl -s -m 12 -o /dev/null -w "%{http_code}\n" -XPOST \
        "http://${http[1]}/keys/lost$1/" -d "{\"value\":\"$1\"}" >>"$work/codes"
}
signal KILL "${pid[2]}"
signal KILL "${pid[3]}"
for i in 1 2 3 4 5 6; do
    write "$i" &
    others+=($!)
done
for i in 2 3; do kill_node "$i"; done
wait "${others[@]}"
others=()
same "writes without a quorum" "$(wc -l <"$work/codes")" 6
same "none is acknowledged" "$(grep -cEx '503|504' "$work/codes")" 6
post 1 /keys/lost/ '{"value":"1"}'
answers "the next one" 503 "$no_leader"
like "and when to ask again" "$(header retry-after)" '[0-9]*'
request "http://${http[1]}/keys/kept/"
answers "a local read, still" 200 '{"value":"till the end"}'

for i in 1 2 3; do kill_node "$i"; done
wait "${watches[@]}"
same "a line every 3 s on each" "$(cat "$work/silent" 2>/dev/null)" ""
for i in 1 2 3; do
    (($(count_lines "$i" '.*') >= 2)) || fail "node $i said less than two lines"
    same "lines of node $i that are like no other" \
        "$(count_lines "$i" '.*')" "$(count_lines "$i" \
            '(Leader|Follower|Candidate) leader=(127\.0\.0\.1:[0-9]+)?')"
done

# ---- The same lines again ----------------------------------------------------
start_again 1 2 3
for i in 1 2 3; do
    comes_to "what was written, on node $i" '{"value":"till the end"}' \
        "http://${http[i]}/keys/kept/"
done
post "$follower" /keys/foo/ '{"value":"again"}'
answers "a write on a follower" 200 '{"value":"again"}'
finish
