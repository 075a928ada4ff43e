#!/bin/sh
# purity.sh - the core, joined into one object, calls nothing but mem* and the
# three functions a program supplies, and has no data that can be written.
#   purity.sh core.o
set -eu

core=$1
allowed='^(mem(cpy|move|set|cmp|chr)|raft_realloc|raft_free|raft_panic)$'
status=0

# _GLOBAL_OFFSET_TABLE_ is the linker's name for a table, not a call.
foreign=$(nm -u "$core" | awk '{print $NF}' |
    grep -Ev "$allowed" | grep -v '^_GLOBAL_OFFSET_TABLE_$' || true)
if [ -n "$foreign" ]; then
    echo "purity: the core calls what it must not:"
    for name in $foreign; do
        echo "  $name"
    done
    status=1
fi

# .data.rel.ro is constant once loaded: tables that hold addresses.
writable=$(objdump -t "$core" | awk '
    $1 ~ /^[0-9a-f]+$/ && NF >= 5 {
        section = $(NF - 2); size = $(NF - 1)
        if (section ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ &&
            section !~ /^\.data\.rel\.ro/ && size !~ /^0+$/) {
            print $NF " in " section
        }
    }')
if [ -n "$writable" ]; then
    echo "purity: the core has data that can be written:"
    echo "$writable" | sed 's/^/  /'
    status=1
fi

if [ "$(nm --defined-only "$core" | grep -c ' T raft_step$')" -ne 1 ]; then
    echo "purity: no raft_step in $core: this is not the core"
    status=1
fi
[ "$status" -ne 0 ] || echo "purity: the core is pure"
exit "$status"
