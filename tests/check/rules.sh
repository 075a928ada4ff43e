#!/bin/sh
# rules.sh - holds the list of rules (raft/rules.h) against code and tests.
#   rules.sh write   writes docs/paper-map.md
#   rules.sh check   fails when it is stale
# Either fails when a rule has no code or no test, or when the code names a
# rule that is not in the list.
set -eu

map=docs/paper-map.md
new=$(mktemp)
trap 'rm -f "$new"' EXIT

code="$(find raft -name '*.c' | sort) $(find cmd/raftsim -name '*.c' | sort)"
headers=$(find raft cmd/raftsim -name '*.h' ! -name rules.h | sort)
tests=$(find tests/unit -name 'test_*.c' | sort)
scenarios=$(find tests/scenarios -name '*.golden' | sort)

# shellcheck disable=SC2086 # no blanks in our names
if ! awk -f tests/check/rules.awk raft/rules.h $code $headers $tests \
    $scenarios >"$new"; then
    grep '^rules: ' "$new" >&2
    exit 1
fi

if [ "$1" = write ]; then
    mkdir -p docs
    cp "$new" "$map"
    echo "rules: wrote $map"
elif ! cmp -s "$new" "$map"; then
    echo "rules: $map is stale: run make rules" >&2
    diff "$map" "$new" | head -n 10 >&2 || true
    exit 1
else
    echo "rules: $(grep -c '^### ' "$map") rules, each with code and a test"
fi
