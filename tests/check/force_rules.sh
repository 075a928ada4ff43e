#!/bin/sh
# force_rules.sh - do the tests watch every rule? Each guard is forced, and of
# each rule that was carried out what it does is left out (force_rules.awk): a
# test of that very rule must fail, by itself.
#   force_rules.sh          all of them; prints a table, a rule a line
#   force_rules.sh write    the same, and writes it into docs/mutants.md
#   force_rules.sh KEY...   these, e.g. commit.c:raft_advance_leader_commit:CM_1
#
# A rule's tests are those that docs/paper-map.md lists. A change is killed
# when one of them fails or panics; a time-out is not enough. One that survives
# is an error unless tests/check/force_rules.txt says why nothing can be seen.
#
# Environment (make force-rules sets it): B, COMPILE, LINK (what comes before
# and after the objects), TESTS (names of the programs to ask when no test of
# the rule fails, fast ones first), JOBS.
set -eu

: "${B:=build}"
: "${JOBS:=$(getconf _NPROCESSORS_ONLN)}"
work=$B/force-rules
explained=tests/check/force_rules.txt
page=docs/mutants.md

# "program test" of each test of a rule, and nothing else.
tests_of() { # tag
    awk -v tag="$1" '
    FILENAME ~ /rules\.h$/ {
        split($0, part, /[(,"]/)
        if (/^  X\(/ && part[2] == tag) {
            split($0, part, /"/)
            heading = "### " part[2]
        }
        next
    }
    /^###? / { inside = $0 == heading }
    inside && /^- tests in / {
        program = $0
        sub(/.*\[tests\/unit\//, "", program)
        sub(/\.c\].*/, "", program)
    }
    inside && /^  `/ {
        gsub(/[` ]/, "")
        print program, $0
    }' raft/rules.h docs/paper-map.md
}

# 0: failed or panicked; 1: passed; 2: took too long.
fails() { # program [test]
    code=0
    timeout -k 5 60 "$@" >"$place/output" 2>&1 </dev/null || code=$?
    case $code in
    0) return 1 ;;
    124 | 137) return 2 ;;
    esac
    return 0
}

# A test program with the changed file instead of the library's.
link() { # program
    [ -x "$place/$1" ] && return
    # shellcheck disable=SC2086 # words
    $COMPILE -w -o "$place/$1" "$B/tests/unit/$1.o" "$place/changed.o" $LINK
}

verdict() { # tag
    slow=
    tests_of "$1" >"$place/tests"
    while read -r program test; do
        link "$program"
        status=0
        fails "$place/$program" "$test" || status=$?
        case $status in
        0)
            echo "own $test"
            return
            ;;
        2) slow="$slow $test" ;;
        esac
    done <"$place/tests"
    for program in $TESTS; do
        link "$program"
        if fails "$place/$program"; then
            echo "other $program" "$(sed -n \
                's/^\[  FAILED  \] \([a-z][a-z0-9_]*\)$/\1/p' \
                "$place/output" | head -n 1)"
            return
        fi
    done
    echo "${slow:+slow}${slow:-none}"
}

# One variant: leaves "key verdict test" in a file of its own.
if [ "${1:-}" = --one ]; then
    # shellcheck disable=SC2086 # one line of the list
    set -- $2
    file=${1%%:*}
    key=$5
    place=$work/$(echo "$key" | tr ':#' '__')
    rm -rf "$place"
    mkdir -p "$place"
    awk -f tests/check/force_rules.awk -v number="$2" -v variant="$4" \
        "$file" >"$place/changed.c"
    if ! $COMPILE -w -c -o "$place/changed.o" "$place/changed.c" \
        2>"$place/errors"; then
        result="broken does-not-compile"
    else
        result=$(verdict "$3")
    fi
    echo "$1 $3 $key $result" >"$work/$(basename "$place").result"
    rm -rf "$place"
    exit 0
fi

mkdir -p "$work"
rm -rf "${work:?}"/*

# What fails anyway would see everything.
sed -n "s|^- tests in \[tests/unit/\(.*\)\.c\].*|\1|p" docs/paper-map.md | sort -u |
    while read -r program; do
        timeout -k 5 60 "$B/tests/$program" >"$work/output" 2>&1 </dev/null || {
            echo "force_rules: $program fails as it is" >&2
            exit 1
        }
    done

for file in raft/*.c; do
    awk -f tests/check/force_rules.awk -v mode=list "$file"
done >"$work/all"
cp "$work/all" "$work/list"
if [ $# -gt 0 ] && [ "$1" != write ]; then
    printf '%s\n' "$@" | grep -F -f - "$work/all" >"$work/list"
fi
xargs -I LINE -P "$JOBS" sh "$0" --one LINE <"$work/list"
sort -t: -k1,1 -k2,2n "$work"/*.result >"$work/results"

status=0
awk -v explained="$explained" -f tests/check/force_table.awk \
    raft/rules.h "$explained" "$work/results" >"$work/table" || status=$?
cat "$work/table"
if [ "${1:-}" = write ] && [ "$status" -eq 0 ]; then
    awk -v table="$work/table" '
    /^<!-- force-rules: end -->/ { hidden = 0 }
    !hidden
    /^<!-- force-rules: begin / {
        print ""
        while ((getline line <table) > 0) print line
        print ""
        hidden = 1
    }' "$page" >"$work/page"
    cp "$work/page" "$page"
fi
exit "$status"
