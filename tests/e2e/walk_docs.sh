#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# walk_docs.sh - the lines of docs/coming-from.md, as they stand but for the
# ports: servers start, and each curl is answered as the page says.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/walk.bash
. "$(dirname "$0")/lib/walk.bash"

curls=() answered=()
PATH=$demo:$PATH

# The page with ports that are free, each another one.
with_free_ports() {
    local port new used=' ' edits=()
    while read -r port; do
        new=$(free_port)
        while [[ $used == *" $new "* ]]; do new=$(free_port); done
        used+="$new "
        edits+=(-e "/^    /s/\\b$port\\b/$new/g")
    done < <(grep '^    ' "$1" | grep -oE '\b[0-9]{4}\b' | sort -u)
    sed "${edits[@]}" "$1"
}
lines_of() { # section: what is indented there
    awk -v name="## $1" '/^## / {on = $0 == name}
        on && /^    / {print substr($0, 5)}' "$work/page"
}
is_whole() { # command: its quotes are closed, no line is to follow
    local quotes=${1//[^\']/}
    ((${#quotes} % 2 == 0)) && [[ $1 != *\\ ]]
}
take() { # section, command
    case $2 in
    \#*) answered[${#curls[@]} - 1]=${2#\# } ;;
    *curl\ *)
        curls+=("${2%% # *}")
        answered[${#curls[@]} - 1]=''
        [[ $2 != *" # "* ]] || answered[${#curls[@]} - 1]=${2##* # }
        ;;
    *)
        log[${#pid[@]} + 1]=$work/$1$((${#pid[@]} + 1)).log
        run_node $((${#pid[@]} + 1)) bash -c "exec env $2"
        ;;
    esac
}
take_all() { # section
    local line command=''
    home=$work/$1
    mkdir "$home"
    while IFS= read -r line; do
        command+=${command:+$'\n'}$line
        is_whole "$command" || continue
        take "$1" "$command"
        command=''
    done < <(lines_of "${1//_/ }")
}
is_answered() { # command, what is answered; '' if that does not matter
    body=$(bash -c "${1/curl /curl -fsS -m 12 }" 2>&1) &&
        [[ -z $2 || $body == "$2" ]]
}

with_free_ports "$(dirname "$0")/../../docs/coming-from.md" >"$work/page"
for section in raft-kv-demo hraftd_with_setup_and_shutdown raft-example \
    raft-kv raftdb; do
    take_all "$section"
done
same "servers on the page" "${#pid[@]}" 11
same "requests on the page" "${#curls[@]}" 15
for i in "${!curls[@]}"; do
    # The servers have just started, or are a heartbeat behind.
    wait_until 10 is_answered "${curls[i]}" "${answered[i]}" ||
        fail "${curls[i]}: $body, expected '${answered[i]}'"
    passed=$((passed + 1))
done
finish
