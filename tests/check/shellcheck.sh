#!/bin/sh
# The scripts of the tree, found by their first line.
set -eu

command -v shellcheck >/dev/null 2>&1 || {
    echo "shellcheck: not installed (package shellcheck)" >&2
    exit 1
}
scripts=$(find .ci cmd tests docs -type f | while read -r file; do
    head -n 1 "$file" | grep -Eq '^#!.*(sh|bash)$' && echo "$file"
done || true)
# shellcheck disable=SC2086 # no blanks in our names
shellcheck -x -P SCRIPTDIR:. $scripts
echo "shellcheck: $(echo "$scripts" | wc -l) scripts are clean"
