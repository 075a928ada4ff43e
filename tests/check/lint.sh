#!/bin/sh
# lint.sh - clang-tidy with .clang-tidy, warnings are errors.
set -eu

for tool in clang-tidy-14 clang-tidy ''; do
    [ -n "$tool" ] && command -v "$tool" >/dev/null 2>&1 && break
done
if [ -z "$tool" ]; then
    echo "lint: needs clang-tidy" >&2
    exit 1
fi
# shellcheck disable=SC2016 # the inner shell expands them
find raft kv net http cmd -name '*.c' | sort |
    xargs -n 4 -P "$(getconf _NPROCESSORS_ONLN)" sh -c '
        tool=$1
        shift
        "$tool" --quiet --warnings-as-errors="*" "$@" -- -std=c11 \
            -D_POSIX_C_SOURCE=200809L -I. 2>/dev/null' lint "$tool"
echo "lint: clean"
