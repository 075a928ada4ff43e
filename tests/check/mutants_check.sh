#!/bin/sh
# mutants_check.sh - the mutants against the tree, without building anything.
#   mutants_check.sh check   fails when one does not fit, or the table is stale
#   mutants_check.sh write   writes the table in docs/mutants.md
set -eu

# shellcheck source=tests/check/mutants_lib.sh
. tests/check/mutants_lib.sh
document=docs/mutants.md
searches=tests/mutants/searches
found=$(mktemp)
table=$(mktemp)
trap 'rm -f "$found" "$table"' EXIT

bad() { # mutant text
    echo "mutants: $1: $2" >&2
    echo "$1" >>"$found"
}

check_fields() { # mutant
    for name in says place seen file find replace killed-by shown-by hint \
        answer; do
        [ -n "$(field "$1" "$name")" ] || bad "$1" "has no $name"
    done
    unknown=$(grep -vE '^(says|place|also|seen|file|find|replace|killed-by|shown-by|hint|answer): ' "$1" || true)
    [ -z "$unknown" ] || bad "$1" "what is this line: $unknown"
    [ -z "$(mutant_named "$(number_of "$1")" | sed 1d)" ] ||
        bad "$1" "shares its number"
}

check_tests() { # mutant
    field "$1" killed-by | while read -r program names; do
        source=tests/unit/$program.c
        [ -f "$source" ] || bad "$1" "there is no $source"
        [ -n "$names" ] || bad "$1" "names no test of $program"
        for name in $names; do
            grep -q "^static void $name(void \*\*state)" "$source" ||
                bad "$1" "there is no test $name in $source"
        done
    done
    for scenario in $(scenarios_of "$1"); do
        [ -f "tests/scenarios/$scenario.raft" ] ||
            bad "$1" "there is no tests/scenarios/$scenario.raft"
    done
}

all_mutants >"$table"
while read -r mutant; do
    check_fields "$mutant"
    why=$(mutate "$mutant" 2>&1 >/dev/null) || bad "$mutant" "$why"
    check_tests "$mutant"
done <"$table"
count=$(wc -l <"$table")

# The document: what stands outside the two marks is written by hand.
# shellcheck disable=SC2046 # no blanks in our names
awk -f tests/check/mutants_table.awk "$searches" $(all_mutants) >"$table"
awk -v table="$table" '
    /^<!-- mutants: end -->/ { inside = 0 }
    !inside { print }
    /^<!-- mutants: begin / {
        inside = 1
        print ""
        while ((getline line < table) > 0) {
            print line
        }
        print ""
    }' "$document" >"$table.document"
mv "$table.document" "$table"

if [ "$1" = write ]; then
    cmp -s "$table" "$document" || cp "$table" "$document"
elif ! cmp -s "$table" "$document"; then
    echo "mutants: $document is stale: run make mutants" >&2
    echo "$document" >>"$found"
fi
[ ! -s "$found" ] || exit 1
echo "mutants: $count fit the code, the tests and $document"
