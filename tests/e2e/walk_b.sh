#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# walk_b.sh - whoever comes from hraftd with setup and shutdown: three nodes on
# their own become one cluster by /setup, under ids that are not their -ids;
# another leader, fail-over, and /shutdown of all with one of them dead.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/walk.bash
. "$(dirname "$0")/lib/walk.bash"

start() { # number
    run_node "$1" "$demo/hraftd" -id "node$1" -haddr ":${http[$1]#*:}" \
        -raddr ":${raft[$1]#*:}" "d$1"
}

ids=('' boss second third fourth)
setup_body() { # id of the leader, its number, numbers of its clients
    local i http_list='' raft_list='' id_list='' id=$1 to=$2
    shift 2
    for i in "$@"; do
        http_list+="${http_list:+,}\"${http[i]}\""
        raft_list+="${raft_list:+,}\"${raft[i]}\""
        id_list+="${id_list:+,}\"${ids[i]}\""
    done
    echo "{\"leaderAddr\":\"${http[to]}\",\"leaderRaftAddr\":\"${raft[to]}\",
        \"leaderId\":\"$id\",\"clientAddrs\":[$http_list],
        \"clientRaftAddrs\":[$raft_list],\"clientIds\":[$id_list],
        \"comment\":\"as the demo's own clients send it\"}"
}
post() { # number, path, body
    request -XPOST -H 'Content-Type: application/json' \
        "http://${http[$1]}$2" -d "$3"
}
leads() { # number: all of them say so
    local i
    for i in "${!pid[@]}"; do
        [[ -n ${pid[i]} ]] || continue
        post "$i" /info ''
        [[ $status:$body == "200:{\"leaderAddr\":\"${raft[$1]}\"}" ]] ||
            return 1
    done
}
has_leader() { # what, number
    wait_until 5 leads "$2" || fail "$1: node $2 does not lead: $status $body"
    passed=$((passed + 1))
    leader=$2
}

# ---- Setup -------------------------------------------------------------------
start_all 3
for i in 1 2 3; do
    post "$i" /init ''
    answers "init of node $i" 200 ""
    has_members "$i" 1 || fail "node $i is not on its own"
done
first=$(setup_body boss 1 2 3)
post 1 /setup "$first"
answers "setup" 200 ""
has_leader "setup" 1
# Named as the body names them, whatever their -id.
same "all of them voters" "$(names_of 1):$(stat_of 1 num_peers)" \
    "boss second third:2"
post 1 /setup "$first"
answers "the same setup again" 200 ""
same "no change of it" "$(count_members 1)" 3
post 2 /info ''
type_is info application/json
post 1 /setup "{\"leaderAddr\":\"${http[1]}\"}"
same "setup of nobody" "$status" 400

# ---- Keys --------------------------------------------------------------------
before=$(stat_of 1 last_log_index)
post 1 /key '{"myKey":"myValue","k1":"v1","k2":"v2"}'
answers "a map" 200 ""
same "one entry" "$(stat_of 1 last_log_index)" $((before + 1))
request "http://${http[1]}/key/myKey"
answers "a key" 200 '{"myKey":"myValue"}'
type_is "a key" application/json
request "http://${http[1]}/key/nothing"
answers "a missing key" 200 '{"nothing":""}'
request -XDELETE "http://${http[1]}/key/k2"
answers "a removal" 200 ""
request "http://${http[1]}/key/k2"
answers "what was removed" 200 '{"k2":""}'
post 1 /key '{"k3":"v3","k4":4}'
same "one value is no string" "$status" 400
request "http://${http[1]}/key/k3"
answers "then nothing is stored" 200 '{"k3":""}'
request -L "http://${http[3]}/key/k1"
answers "a key through node 3" 200 '{"k1":"v1"}'
comes_to "its own" '{"k1":"v1"}' "http://${http[3]}/key/k1?level=stale"

# ---- The leader is killed ----------------------------------------------------
kill_node 1
wait_new_leader 5
echo "a new leader after $took_ms ms"
for i in 2 3; do
    comes_to "node $i knows the new leader" \
        "{\"leaderAddr\":\"${raft[leader]}\"}" -XPOST "http://${http[i]}/info"
done
post "$leader" /key '{"after":"1"}'
answers "a write to the new leader" 200 ""
start 1
wait_members 3

# ---- Setup once more, and another leader -------------------------------------
post 2 /setup "${first//127.0.0.1:/:}" # addresses as in the flags
answers "setup once more" 200 ""
has_leader "setup once more" 1
post 1 /setup "$(setup_body second 2 1 3)"
answers "setup with node 2 as leader" 200 ""
has_leader "setup with node 2 as leader" 2
post 1 /setup "$(setup_body third 2 1 3)"
answers "only leaderId is another one's" 200 ""
has_leader "only leaderId is another one's" 3
same "members, and nobody twice" "$(names_of 3)" "boss second third"
post 3 /key '{"moved":"1"}'
answers "a write" 200 ""

# ---- Shutdown ----------------------------------------------------------------
# Node 4 is a stranger, whom the body names; node 1 is dead.
http[4]=$host:$(free_port) raft[4]=$host:$(free_port)
log[4]=$work/node4.log
start 4
wait_until 10 is_up 4 || fail "node 4 is not up"
kill_node 1
post 3 /shutdown "$(setup_body third 3 1 2 4)"
answers "shutdown, one of them dead" 200 ""
ends 3 0
ends 2 0
is_up 4 || fail "shutdown: the stranger was ended, too"
post 4 /kill ''
answers "kill" 200 ""
ends 4 0

# ---- The same lines again ----------------------------------------------------
start_again 1 2 3
same "members after the restart" "$(names_of "$leader")" "boss second third"
for i in 1 2 3; do
    request -L "http://${http[i]}/key/myKey?level=consistent"
    answers "what was written, through node $i" 200 '{"myKey":"myValue"}'
    request -L "http://${http[i]}/key/moved?level=consistent"
    answers "the last of it, through node $i" 200 '{"moved":"1"}'
done
post "$follower" /setup "$first"
answers "setup of servers with data" 200 ""
has_leader "setup of servers with data" 1
finish
