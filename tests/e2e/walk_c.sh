#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# walk_c.sh - whoever comes from raft-example: servers that environment
# variables make leaders of their own, /raft/join twice, any JSON as a value,
# figures on each, fail-over, remove.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/walk.bash
. "$(dirname "$0")/lib/walk.bash"

start() { # number
    run_node "$1" SERVER_PORT="${http[$1]#*:}" RAFT_NODE_ID="node$1" \
        RAFT_PORT="${raft[$1]#*:}" RAFT_VOL_DIR="node_$1_data" "$demo/raftd"
}
json='application/json; charset=UTF-8'
post() { # number, path, body
    request -XPOST -H 'Content-Type: application/json' \
        "http://${http[$1]}$2" -d "$3"
}
get() { # number, path
    request "http://${http[$1]}$2"
}
join() { # number who is asked, number
    post "$1" /raft/join \
        "{\"node_id\":\"node$2\",\"raft_address\":\"${raft[$2]}\"}"
}

# All of the table, all of them strings, and nothing else.
figures=(applied_index commit_index fsm_pending last_contact last_log_index
    last_log_term last_snapshot_index last_snapshot_term latest_configuration
    latest_configuration_index num_peers protocol_version protocol_version_max
    protocol_version_min snapshot_version_max snapshot_version_min state term)
figure() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$body"; }
stats_are() { # number, state, other voters, configuration
    local what="stats of node $1" name number='^[0-9]+$'
    get "$1" /raft/stats
    same "$what" "$status" 200
    type_is "$what" "$json"
    like "$what" "$body" '{"data":{*},"message":"Here is the raft status"}'
    same "$what: figures" \
        "$(grep -o '"[a-z_]*":"' <<<"${body%,*}" | tr -d '":' | sort |
            paste -sd ' ')" "${figures[*]}"
    same "$what: state" "$(figure state)" "$2"
    same "$what: num_peers" "$(figure num_peers)" "$3"
    same "$what: configuration" "$(figure latest_configuration)" "$4"
    same "$what: versions" "$(for name in protocol_version{,_max,_min} \
        snapshot_version_m{ax,in}; do figure "$name"; done |
        paste -sd ' ')" "3 3 0 1 0"
    for name in "${figures[@]}"; do
        case $name in
        last_contact | latest_configuration | state) ;;
        *) [[ $(figure "$name") =~ $number ]] ||
            fail "$what: $name is no number: $(figure "$name")" ;;
        esac
    done
    if [[ $2 == Leader ]]; then
        same "$what: last contact" "$(figure last_contact)" 0
    else
        like "$what: last contact" "$(figure last_contact)" '[0-9]*s'
    fi
}
voter() { echo "{Suffrage:Voter ID:node$1 Address:${raft[$1]}}"; }

# ---- Three leaders become one cluster ----------------------------------------
start_all 4
wait_ready 10 || fail "not all of them lead"
for i in 1 2 3 4; do
    stats_are "$i" Leader 0 "[$(voter "$i")]"
done
leader=1
joined() { # number
    join 1 "$1"
    same "joining node $1" "$status" 200
    type_is "joining node $1" "$json"
    like "joining node $1" "$body" "{\"data\":{*\"state\":\"Leader\"*},*}"
    like "joining node $1" "$body" \
        "*,\"message\":\"node node$1 at ${raft[$1]} joined successfully\"}"
}
joined 2
joined 3
joined 2
for i in 2 3; do
    wait_until 5 has_members "$i" 3 || fail "node $i knows too few members"
done
all="[$(voter 1) $(voter 2) $(voter 3)]"
stats_are 1 Leader 2 "$all"
stats_are 2 Follower 2 "$all"
stats_are 3 Follower 2 "$all"
same "one of them leads" \
    "$(for i in 1 2 3; do stat_of "$i" state; done | grep -c Leader)" 1

# ---- Values ------------------------------------------------------------------
data() { # key, JSON, what was done
    echo "{\"data\":{\"key\":\"$1\",\"value\":$2},\
\"message\":\"success $3 data\"}"
}
# Any JSON, to the letter; on each node, in time.
keeps() { # JSON
    local i
    post 2 /store "{\"key\":\" hello \",\"value\":$1}"
    answers "storing $1" 200 "$(data hello "$1" persisting)"
    type_is "storing $1" "$json"
    for i in 1 2 3; do
        comes_to "$1 on node $i" "$(data hello "$1" fetching)" \
            "http://${http[i]}/store/hello"
    done
    type_is "$1" "$json"
}
for value in 12345678901234567890 '"a \"text\" of mine"' \
    '{"any":["JSON",1.50,null]}' '[]' '""' true null -0.0 1e400 '"\u0001é"'; do
    keeps "$value"
done
post 1 /store '{"key":"none"}'
answers "no value is null" 200 "$(data none null persisting)"
for try in "and there" "and absent"; do
    request -XDELETE "http://${http[3]}/store/hello"
    answers "removing what is stored $try" 200 "$(data hello null removing)"
done
missing='{"error":"error getting key hello from storage: Key not found"}'
get 1 /store/hello/
answers "a missing key, slash or not" 422 "$missing"
post 1 /store '{"key":"  ","value":1}'
answers "an empty key" 422 '{"error":"key is empty"}'
post 1 /store '{"key":"k","value":'
same "half a body" "$status" 422
like "half a body" "$body" '{"error":"error binding: *"}'
request -XPUT "http://${http[1]}/store"
answers "a method it does not know" 405 '{"message":"Method Not Allowed"}'
like "what it knows" "$(header allow)" '*POST*'
get 1 /storehouse
answers "an unknown path" 404 '{"message":"Not Found"}'
type_is "an unknown path" "$json"

# ---- Whoever has taken a write stays -----------------------------------------
post 4 /store '{"key":"mine","value":4}'
same "a write to node 4" "$status" 200
join 1 4
same "node 4 has a history" "$status" 422
like "it is said why" "$body" '{"error":"*has a cluster of its own*"}'
get 4 /store/mine
same "and it keeps it" "$status" 200
get 1 /store/mine
same "which is its own" "$status" 422
kill_node 4

# ---- The leader is killed ----------------------------------------------------
post 3 /store '{"key":"before","value":{"n":1}}'
same "a write" "$status" 200
kill_node 1
wait_new_leader 5
post "$follower" /store '{"key":"after","value":[2]}'
same "a write through the other follower" "$status" 200
start 1
comes_to "the old leader has it" "$(data after '[2]' fetching)" \
    "http://${http[1]}/store/after"

# ---- Remove ------------------------------------------------------------------
find_leader || fail "no leader"
gone=$follower
post "$gone" /raft/remove '{"node_id":"nobody"}'
same "removing nobody" "$status" 422
like "removing nobody" "$body" '{"error":"no member has this name"}'
post "$leader" /raft/remove "{\"node_id\":\"node$gone\"}"
same "a removal" "$status" 200
like "a removal" "$body" \
    "{\"data\":{*},\"message\":\"node node$gone removed successfully\"}"
same "one voter less" "$(stat_of "$leader" num_peers)" 1
kill_node "$gone"
post "$leader" /store '{"key":"two","value":2}'
same "the two of them go on" "$status" 200

# ---- Without a leader, and the same lines again ------------------------------
rest=()
for i in 1 2 3; do [[ $i == "$gone" ]] || rest+=("$i"); done
kill_node "$leader"
no_leader() {
    post "${rest[0]}" /store '{"key":"k","value":1}'
    [[ $status:$body == '422:{"error":"not the leader"}' ]]
}
[[ $leader != "${rest[0]}" ]] || rest=("${rest[1]}" "${rest[0]}")
wait_until 10 no_leader || fail "a write without a leader: $status $body"
passed=$((passed + 1))
start_again "${rest[@]}"
for i in "${rest[@]}"; do
    same "members of node $i" "$(count_members "$i")" 2
    comes_to "what was written, on node $i" \
        "$(data before '{"n":1}' fetching)" \
        "http://${http[i]}/store/before"
done
finish
