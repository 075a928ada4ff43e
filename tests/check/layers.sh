#!/bin/sh
# layers.sh - who may include whom, who may touch the disk, and how long
# things may be. One line a folder.
set -eu

found=$(mktemp)
trap 'rm -f "$found"' EXIT

# Each line of a file that includes something not in the pattern.
allow() { # folder pattern
    for file in "$1"/*.[ch]; do
        [ -e "$file" ] || continue
        grep -n '^ *# *include' "$file" | grep -Ev "include [<\"]($2)[>\"]" |
            sed "s|^|$file:|" || true
    done
}

std='std(bool|def|int|arg|lib|io)\.h|string\.h|limits\.h|errno\.h|inttypes\.h'
posix='[a-z_]+\.h|sys/[a-z]+\.h|netinet/[a-z]+\.h|arpa/inet\.h'
core='raft/[a-z_0-9]+\.h'

{
    # The core: itself and what a compiler brings along without a library.
    allow raft "$core|std(bool|def|int)\.h|string\.h|limits\.h"
    # The glue has no I/O of its own.
    allow raft/node "$core|raft/node/[a-z_]+\.h|std(bool|def|int|lib)\.h|string\.h|limits\.h|errno\.h"
    allow raft/storage "$core|raft/node/storage\.h|raft/storage/[a-z_0-9]+\.h|$posix"
    allow kv "kv/[a-z_]+\.h|raft/(bytes|types|raft|check|memory)\.h|raft/node/machine\.h|raft/storage/crc32c\.h|$std|pthread\.h"
    allow net "net/[a-z_]+\.h|$core|raft/node/transport\.h|raft/storage/crc32c\.h|$posix"
    allow http "http/[a-z_]+\.h|kv/[a-z_]+\.h|$core|$posix|civetweb\.h|cjson/cJSON\.h"
    # What is private stays so: a core's layout is for raft/ (and its tests).
    grep -n '"raft/internal\.h"' raft/node/* raft/storage/* kv/* net/* \
        http/* cmd/*/* cmd/*/*/* 2>/dev/null || true
} | sed 's/$/   (not its layer)/' >"$found"

# Only raft/storage/ makes data durable; raftbench measures what that costs.
disk='pwrite|pwritev|fsync|fdatasync|rename|renameat|ftruncate|fopen|fwrite'
find raft kv net http cmd/raftd cmd/common -name '*.c' ! -path 'raft/storage/*' \
    -exec grep -nE "(^|[^a-zA-Z0-9_>.])($disk)\(" {} + |
    grep -vE ':[0-9]+: ?(/\*| \*)' |
    sed 's/$/   (only raft\/storage writes)/' >>"$found" || true
find raft kv http -name '*.c' ! -path 'raft/storage/*' \
    -exec grep -nE '(^|[^a-zA-Z0-9_>.])write\(' {} + |
    sed 's/$/   (only raft\/storage writes)/' >>"$found" || true

# Sizes: files 300 lines, lines 80 columns, functions of raft/ 40 lines.
find raft kv net http cmd tests -name '*.[ch]' -exec awk '
    FNR == 1 {
        if (file != "" && lines > 300) {
            print file ": " lines " lines (a file has at most 300)"
        }
        file = FILENAME
        inside = 0
    }
    { lines = FNR }
    length($0) > 80 && FILENAME != "raft/rules.h" {
        print FILENAME ":" FNR ": " length($0) " columns (at most 80)"
    }
    /^{/ { inside = FNR }
    /^}/ {
        if (inside && FILENAME ~ /^raft\// && FNR - inside - 1 > 40) {
            print FILENAME ":" inside ": a function of " FNR - inside - 1 \
                " lines (at most 40)"
        }
        inside = 0
    }
    END {
        if (lines > 300) {
            print file ": " lines " lines (a file has at most 300)"
        }
    }' {} + >>"$found"

if [ -s "$found" ]; then
    cat "$found"
    echo "layers: $(wc -l <"$found") problems"
    exit 1
fi
echo "layers: every file keeps to its layer and its size"
