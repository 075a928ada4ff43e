#!/bin/sh
# golden.sh TEST_SCENARIOS - write the transcripts of all scenarios anew and
# show what is told differently now. MOST_LINES: how much of it.
set -eu

test_scenarios=$1
scenarios=tests/scenarios
most_lines=${MOST_LINES:-200}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/before" "$work/after"
cp "$scenarios"/*.golden "$work/before" 2>/dev/null || true
if ! RAFT_WRITE_GOLDEN=1 "$test_scenarios" >"$work/said" 2>&1; then
    cat "$work/said"
    exit 1
fi
cp "$scenarios"/*.golden "$work/after"

for golden in "$scenarios"/*.golden; do
    [ -e "${golden%.golden}.raft" ] || echo "$golden: no such scenario any more"
done
# diff says 1 when there is a difference. New stories are named, not told.
(cd "$work" && diff -U 2 -r before after >all) || true
sed -n 's|^Only in after: |new: |p' "$work/all"
grep -v '^diff \|^Only in ' "$work/all" |
    sed 's|^\([-+][-+][-+] [^	]*\)	.*|\1|' >"$work/difference" || true

head -n "$most_lines" "$work/difference"
lines=$(wc -l <"$work/difference")
if [ "$lines" -gt "$most_lines" ]; then
    echo "... and $((lines - most_lines)) lines more: MOST_LINES=$lines"
fi
echo "golden: $(grep -c '^+++ ' "$work/difference" || true) stories changed," \
    "$(grep -c '^Only in after' "$work/all" || true) are new"
