#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# walk_cross.sh - one cluster, each of its nodes started in the words of another
# demo: one set of keys for all five, what /key means when they meet, and a load
# of all routes with a kill -9 in the middle.
# Environment: SECONDS_OF_LOAD (1): again and again.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/walk.bash
. "$(dirname "$0")/lib/walk.bash"

SECONDS_OF_LOAD=${SECONDS_OF_LOAD:-1}
# Nobody waits long for what cannot be.
export RAFTD_REQUEST_TIMEOUT=2000

start() { # number: as hraftd's or raftdb's, raft-kv's, raft-example's users do
    case $1 in
    1) run_node 1 "$demo/hraftd" -id node1 -haddr ":${http[1]#*:}" \
        -raddr ":${raft[1]#*:}" d1 ;;
    2) run_node 2 PORT="${http[2]#*:}" BIND="${raft[2]}" JOIN="${http[1]}" \
        DATA_DIR=d2 "$demo/raftd" ;;
    3) run_node 3 SERVER_PORT="${http[3]#*:}" RAFT_PORT="${raft[3]#*:}" \
        RAFT_NODE_ID=node3 RAFT_VOL_DIR=d3 "$demo/raftd" ;;
    esac
}
start_all 3
wait_until 20 has_members 2 2 || fail "node 2 is not let in"
wait_until 10 is_ready 3 || fail "node 3 does not lead"
request -XPOST "http://${http[2]}/raft/join" \
    -d "{\"node_id\":\"node3\",\"raft_address\":\"${raft[3]}\"}"
same "node 3 joins" "$status" 200
wait_members 3
L=http://${http[$leader]}
F=http://${http[$follower]}

# ---- One set of keys ---------------------------------------------------------
# Written in the words of each, read in the words of all.
read_by_all() { # key, its text, the same as JSON, the same in a JSON string
    local url
    request "$L/key?key=$1"
    answers "$1 by raft-kv-demo" 200 "$2"
    request "$L/key/$1"
    answers "$1 by hraftd and raftdb" 200 "{\"$1\":$4}"
    for url in "$L" "$F"; do
        comes_to "$1 by raft-example" "{\"data\":{\"key\":\"$1\",\"value\":$3},\
\"message\":\"success fetching data\"}" "$url/store/$1"
        comes_to "$1 by raft-kv" "{\"value\":$4}" "$url/keys/$1/"
    done
}
write() { # path, body
    request -L -XPOST "$F$1" -d "$2"
    same "$1 $2" "$status" 200
}
write /key '{"key":"A","value":"a demo"}'
read_by_all A 'a demo' '"a demo"' '"a demo"'
write /key '{"B":"a map","E":"{\"not\":1}"}'
read_by_all B 'a map' '"a map"' '"a map"'
read_by_all E '{"not":1}' '"{\"not\":1}"' '"{\"not\":1}"'
write /store '{"key":"C","value":{"n":12345678901234567890}}'
read_by_all C '{"n":12345678901234567890}' '{"n":12345678901234567890}' \
    '"{\"n\":12345678901234567890}"'
write /keys/D/ '{"value":"12"}'
read_by_all D 12 '"12"' '"12"'
removed() { # key, arguments of curl
    request -L -XDELETE "${@:2}"
    same "removing $1" "$status" 200
    request -L "$F/key?key=$1"
    same "$1, removed" "$status" 404
}
removed A "$F/store/A"
removed B "$F/keys/B/"
removed C "$F/key/C"
removed D "$F/key?key=D"

# ---- Where they meet ---------------------------------------------------------
is() { # key, value
    request "$L/key/$1"
    answers "$1" 200 "{\"$1\":\"$2\"}"
}
write /key '{"value":"v","key":"one"}'
is one v
is key ''
write /key '{"key":"two","value":"v","more":"m"}'
is key two
is value v
is more m
is two ''
write /key '{"key":"three"}'
is key three
write '/key?as=map' '{"key":"four","value":"v4"}'
is key four
is value v4
is four ''
write '/key?as=pair' '{"key":"five","value":"v5"}'
is five v5
is key four
write /key '{}'
write /key null
write /key/ '{"slash":"1"}'
is slash 1
for bad in '/key?as=pair {"key":"six"}' '/key?as=list {"six":"6"}' \
    '/key {"key":"six","value":6}' '/key {"six":"6","seven":7}' '/key ["six"]' \
    '/key {"six":"6"' '/key {"":"six"}' '/key {"key":"","value":"six"}'; do
    request -XPOST "$L${bad%% *}" -d "${bad#* }"
    same "$bad" "$status" 400
    is six ''
done
request -XPOST "$L/key" -d ''
same "an empty body" "$status" 400
request -XPOST "$L/key"
same "no body" "$status" 400
request "$L/key/one?key=five"
answers "the path wins" 200 '{"one":"v"}'
request -XDELETE "$L/key/one?key=five"
same "also when it is removed" "$status" 200
is one ''
is five v5
request "$L/key/?key=five"
answers "nothing behind the slash" 200 v5
request "$L/key/"
same "nothing at all" "$status" 400
request "$L/keyfoo"
same "another path" "$status" 404
write /key '{"a/b":"slash"}'
request "$L/key/a%2Fb"
answers "a slash of its own" 200 '{"a/b":"slash"}'
request "$L/keys/a%2Fb/"
answers "the same by raft-kv" 200 '{"value":"slash"}'
request "$L/key/a%00b"
same "a NUL" "$status" 400

# ---- A load of all routes ----------------------------------------------------
# Each worker writes in all dialects, through one and the same node; a key once,
# and some are removed again. What is acknowledged stands in its file.
ask() { # method, path, what it is in the list, body
    printf '%surl = "%s%s"\nrequest = "%s"\nlocation\nmax-time = 5\n' \
        "$next" "$base" "$2" "$1"
    printf 'output = "/dev/null"\nwrite-out = "%%{http_code} %s\\n"\n' "$3"
    [[ -z ${4:-} ]] || printf 'data = "%s"\n' "${4//\"/\\\"}"
    next=$'next\n'
}
some_requests() { # worker, round
    local base=http://${http[$(($1 % 3 + 1))]} next='' k=w$1r$2
    ask POST /key "put ${k}a 1" "{\"key\":\"${k}a\",\"value\":\"1\"}"
    ask POST /key "put ${k}b 2" "{\"${k}b\":\"2\",\"${k}bb\":\"2\"}"
    ask POST /store "put ${k}c [3]" "{\"key\":\"${k}c\",\"value\":[3]}"
    ask POST "/keys/${k}d/" "put ${k}d 4" '{"value":"4"}'
    ask POST /key "put ${k}e 5" "{\"${k}e\":\"5\"}"
    ask DELETE "/key?key=${k}e" "gone ${k}e -"
    ask GET "/key?key=${k}a&level=consistent" "- - -"
    ask GET "/key/${k}b?level=default" "- - -"
    ask GET "/store/${k}c/" "- - -"
    ask GET "/keys/${k}d" "- - -"
    ask GET /raft/stats "- - -"
    ask GET /cluster "- - -"
    ask GET /livez "- - -"
    ask GET /nothing "- - -"
    ask POST /info "- - -"
    ask POST /init "- - -"
    ask POST /key "- - -" '{"half":'
    ask POST /store "- - -" '[]'
    ask POST /setup "- - -" '{"leaderAddr":":1"}'
    ask POST /join "- - -" "{\"id\":\"node3\",\"addr\":\"${raft[3]}\"}"
    ask POST "/join?id=node1&addr=${raft[1]}" "- - -"
    ask POST /raft/join "- - -" \
        "{\"node_id\":\"node3\",\"raft_address\":\"${raft[3]}\"}"
    ask POST /cluster/join/ "- - -" "{\"address\":\"${raft[2]}\"}"
    ask POST /remove?id=nobody "- - -"
    ask POST /raft/remove "- - -" '{"node_id":"nobody"}'
    ask DELETE "/store/${k}c" "gone ${k}c -"
    ask DELETE "/keys/${k}absent" "- - -"
}
work_on() { # worker
    local round=0
    until [[ -e $work/enough ]]; do
        some_requests "$1" $round | curl -s -K - >>"$work/answers.$1" || true
        round=$((round + 1))
    done
}
count_puts() { cat "$work"/answers.* | grep -c '^200 put' || true; }
more_puts() { # than: others do not wait for what has gone wrong
    (($(count_puts) > $1))
}
has_uncommitted() { # number, so many at least
    (($(stat_of "$1" last_log_index) >= $(stat_of "$1" commit_index) + $2))
}
one_leads() { # numbers of them
    local i
    for i in "$@"; do
        [[ $(stat_of "$i" state) != Leader ]] || return 0
    done
    return 1
}
follows() { [[ $(stat_of "$1" state) == Follower ]]; }

# The leader takes writes when alone, and stands still until the others are
# back and one of them leads: its own are lost, so it must not have acknowledged
# them. Then the new leader is killed.
write_to_old() { # method, path, what it is in the list, body
    local base=http://${http[old]} next=''
    { ask "$@" | curl -s -K - >>"$work/answers.alone" || true; } &
    others+=($!)
}
make_trouble() { # round
    local k=alone$1 old rest=() i
    find_leader || fail "no leader under load"
    old=$leader
    for i in 1 2 3; do [[ $i == "$old" ]] || rest+=("$i"); done
    for i in "${rest[@]}"; do kill_node "$i"; done
    write_to_old POST /key "put ${k}a 1" "{\"${k}a\":\"1\"}"
    write_to_old POST /key "put ${k}b 2" "{\"key\":\"${k}b\",\"value\":\"2\"}"
    write_to_old POST /store "put ${k}c 3" "{\"key\":\"${k}c\",\"value\":3}"
    write_to_old POST "/keys/${k}d/" "put ${k}d 4" '{"value":"4"}'
    wait_until 5 has_uncommitted "$old" 4 || fail "nobody writes to the leader"
    signal STOP "${pid[old]}"
    for i in "${rest[@]}"; do start "$i"; done
    wait_until 10 one_leads "${rest[@]}" || fail "no other leader"
    signal CONT "${pid[old]}"
    wait_until 5 follows "$old" || fail "the old leader does not follow"
    find_leader || fail "no leader"
    old=$leader
    kill_node "$old"
    wait_new_leader 10
    echo "a new leader after $took_ms ms"
    start "$old"
    wait_ready 10 || fail "not all are ready"
}
begin=$SECONDS round=0
for worker in 1 2 3 4 5 6; do
    : >"$work/answers.$worker"
    work_on "$worker" &
    others+=($!)
done
while :; do
    wait_until 10 more_puts $(($(count_puts) + 30)) || fail "no load"
    make_trouble $((++round))
    ((SECONDS < begin + SECONDS_OF_LOAD)) || break
done
wait_until 10 more_puts $(($(count_puts) + 30)) || fail "no load afterwards"
touch "$work/enough"
wait "${others[@]}" || fail "a worker failed"
others=()
for i in 1 2 3; do
    is_running "${pid[i]}" || fail "node $i is dead"
    passed=$((passed + 1))
done
wait_members 3

# What was answered: nothing that says that a server is broken. (000, 307: there
# was nobody, or nobody where the redirect led.)
cat "$work"/answers.* >"$work/answers"
known='^(000|200|307|400|404|409|422|502|503|504) '
same "answers of another kind" "$(grep -vE "$known" "$work/answers")" ""
awk '{n[$1]++} END {for (s in n) printf "%s of %s  ", n[s], s; print ""}' \
    "$work/answers"

# What was acknowledged is there, on each; what was removed is gone. Whether a
# removal that was not acknowledged happened, nobody knows.
awk '$2 == "put" && $1 == 200 {put[$3] = $4}
     $2 == "gone" {delete put[$3]}
     $2 == "gone" && $1 == 200 {gone[$3] = 1}
     END {for (k in put) print k, put[k]
          for (k in gone) print k, "key not found"}' "$work/answers" |
    sort >"$work/expected"
kept=$(wc -l <"$work/expected")
((kept >= 20)) || fail "only $kept writes and removals were acknowledged"
for i in 1 2 3; do
    wait_until 10 caught_up "$i" || fail "node $i does not catch up"
    awk -v base="http://${http[i]}/key?level=stale&key=" \
        '{print "url = \"" base $1 "\""}' "$work/expected" |
        curl -s -w '\n' -K - | grep -v '^$' >"$work/found"
    cut -d' ' -f2- "$work/expected" | cmp - "$work/found" ||
        fail "node $i has lost what was acknowledged: $work/expected"
    passed=$((passed + 1))
done
echo "$kept writes and removals acknowledged"
finish
