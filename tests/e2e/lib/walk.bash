#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034,SC2154 # e2e.bash sets them, walks read them
#
# walk.bash - what the walks through the demos share. After e2e.bash.
#
# A walk starts its nodes with the lines that the demo's users type, in $home,
# and starts them again with the same lines: start() has them. The names the
# program is called by: ${demo}/hraftd and so on.
demo=$(realpath -s "$(dirname "$RAFTD")")
home=$work/home

# What the lines do not say. A slow machine must not cause a fail-over, and
# where one is wanted it should not take long.
export RAFTD_ELECTION_TIMEOUT=500-1000 RAFTD_REQUEST_TIMEOUT=4000

# As the demo's users type it: 127.0.0.1, localhost.
host=127.0.0.1

# A command that is a node, in the demo's own words.
run_node() { # number, command
    local i=$1
    shift
    env -C "$home" "$@" </dev/null 2>>"${log[i]}" &
    pid[i]=$!
}

all_up() {
    local i
    for i in "${!pid[@]}"; do
        [[ -z ${pid[i]} ]] || is_up "$i" || return 1
    done
}

# The first start of all, on other ports if one of those picked is taken.
start_all() { # how many
    local i try
    for try in 1 2 3; do
        mkdir -p "$home"
        use_nodes "$1"
        for ((i = 1; i <= $1; i++)); do start "$i"; done
        wait_until 10 all_up && return 0
        grep -q 'a port is in use' "${log[@]}" || break
        for ((i = 1; i <= $1; i++)); do kill_node "$i"; done
        rm -rf "$home" "${log[@]}"
    done
    fail "they do not start, after $try tries"
}

# As after a power cut: all at once, and with the lines of the first time.
start_again() { # numbers
    local i
    for i in "$@"; do kill_node "$i"; done
    for i in "$@"; do start "$i"; done
    wait_ready 20 || fail "they do not come back"
    find_leader || fail "no leader after the restart"
}

# ---- What a node says --------------------------------------------------------

# Names in the order of the configuration: node1 node2.
names_of() { # number
    stat_of "$1" latest_configuration | grep -o 'ID:[^ }]*' | cut -c4- |
        paste -sd ' '
}

count_members() { stat_of "$1" latest_configuration | grep -o ID: | wc -l; }

has_members() { # number who is asked, how many
    [[ $(count_members "$1") == "$2" ]]
}

has_peers() { # other voters, as the leader sees them
    look_for_leader && [[ $(stat_of "$leader" num_peers) == "$1" ]]
}

# All of them voters, in step, and one of them leads.
wait_members() { # how many
    wait_until 20 has_peers $(($1 - 1)) || fail "no cluster of $1"
    wait_ready 10 || fail "not all of $1 are ready"
    find_leader || fail "no leader among $1"
}

# Another one leads: $took_ms after this was called.
wait_new_leader() { # seconds
    local started
    started=$(now_ms)
    wait_until "$1" look_for_leader || fail "no new leader within $1 s"
    took_ms=$(($(now_ms) - started))
}

# ---- What it answers ---------------------------------------------------------

# Of the last request: its status and all of its body.
answers() { # what, status, body
    same "$1" "$status:$body" "$2:$3"
}

type_is() { # what, media type
    same "$1: content type" "$(header content-type)" "$2"
}

# Reads that ask nobody may be behind: they come to it.
comes_to() { # what, body, arguments of curl
    local what=$1 expected=$2
    shift 2
    # shellcheck disable=SC2317 # wait_until calls it
    come_to_it() { request "$@" && [[ $status:$body == "200:$expected" ]]; }
    wait_until 5 come_to_it "$@" || fail "$what: $status $body"
    passed=$((passed + 1))
}

ends() { # number, exit code: it ends by itself, within 3 s
    local p=${pid[$1]}
    # shellcheck disable=SC2317
    has_ended() { ! is_running "$p"; }
    wait_until 3 has_ended || fail "node $1 goes on"
    code=0
    wait "$p" || code=$?
    pid[$1]=''
    same "exit code of node $1" "$code" "$2"
}
