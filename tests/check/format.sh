#!/bin/sh
# format.sh - the one style, by clang-format 14: other versions format
# differently, so another version is an error and not an opinion.
#   format.sh write|check
set -eu

for tool in clang-format-14 clang-format ''; do
    if [ -n "$tool" ] && "$tool" --version 2>/dev/null |
        grep -q 'version 14\.'; then
        break
    fi
done
if [ -z "$tool" ]; then
    echo "format: needs clang-format 14 (package clang-format-14)" >&2
    exit 1
fi

files=$(find raft kv net http cmd tests -name '*.[ch]' | sort)
if [ "$1" = write ]; then
    # shellcheck disable=SC2086 # no blanks in our names
    "$tool" -i $files
else
    # shellcheck disable=SC2086
    "$tool" --dry-run --Werror $files
    echo "format: $(echo "$files" | wc -l) files are formatted"
fi
