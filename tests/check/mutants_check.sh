#!/bin/sh
# mutants_check.sh - the mutants against the tree, without building anything.
#   mutants_check.sh check   fails when one does not fit, or the table is stale
#   mutants_check.sh write   writes the table in docs/mutants.md
set -eu

# shellcheck source=tests/check/mutants_lib.sh
. tests/check/mutants_lib.sh
document=docs/mutants.md
searches=tests/mutants/searches
list=$(mktemp)
table=$(mktemp)
trap 'rm -f "$list" "$table" "$table.document"' EXIT

status=0
all_mutants >"$list"
# shellcheck disable=SC2046 # no blanks in our names
awk -f tests/check/mutants_check.awk $(cat "$list") tests/unit/test_*.c ||
    status=1
while read -r mutant; do
    mutate "$mutant" >"$table" || status=1
    # Its own lines and no other: a blank one would tell where it is.
    source=$(field "$mutant" file)
    [ "$(wc -l <"$table")" -eq $(($(wc -l <"$source") \
        - $(grep -c '^find: ' "$mutant") \
        + $(grep -c '^replace: ' "$mutant"))) ] || {
        echo "$mutant: $source has other lines than it says" >&2
        status=1
    }
done <"$list"
[ "$status" -eq 0 ] || exit 1

# A search that does not find these is worth nothing.
for number in m04 m05 m11 m15; do
    grep -q "^$number explore .*depth" "$searches" || {
        echo "mutants: no exhaustive search has found $number ($searches)" >&2
        exit 1
    }
done

# The document: what stands outside the two marks is written by hand.
# shellcheck disable=SC2046
awk -f tests/check/mutants_table.awk "$searches" $(cat "$list") >"$table"
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
    exit 1
fi
echo "mutants: $(wc -l <"$list") fit the code, the tests and $document"
