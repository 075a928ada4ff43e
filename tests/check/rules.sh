#!/bin/sh
# rules.sh - holds the list of rules (raft/rules.h) against code and tests.
#   rules.sh write   writes docs/paper-map.md, and the table of raftsim's screen
#   rules.sh check   fails when one of them is stale
# Either fails when a rule has no code or no test, or when the code names a
# rule that is not in the list.
set -eu

map=docs/paper-map.md
table=cmd/raftsim/screen/rule_sites.c
new=$(mktemp)
new_table=$(mktemp)
trap 'rm -f "$new" "$new_table"' EXIT

code="$(find raft -name '*.c' | sort) $(find cmd/raftsim -name '*.c' | sort)"
headers=$(find raft cmd/raftsim -name '*.h' ! -name rules.h | sort)
tests=$(find tests/unit -name 'test_*.c' | sort)
scenarios=$(find tests/scenarios -name '*.golden' | sort)

# shellcheck disable=SC2086 # no blanks in our names
if ! awk -v table="$new_table" -f tests/check/rules.awk raft/rules.h $code \
    $headers $tests $scenarios >"$new"; then
    grep '^rules: ' "$new" >&2
    exit 1
fi

if [ "$1" = write ]; then
    mkdir -p docs
    cp "$new" "$map"
    cp "$new_table" "$table"
    echo "rules: wrote $map and $table"
    exit 0
fi

check() { # old new
    if ! cmp -s "$1" "$2"; then
        echo "rules: $1 is stale: run make rules" >&2
        diff "$1" "$2" | head -n 10 >&2 || true
        exit 1
    fi
}
check "$map" "$new"
check "$table" "$new_table"
echo "rules: $(grep -c '^### ' "$map") rules, each with code and a test"
