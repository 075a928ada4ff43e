#!/bin/sh
# install.sh - uninstall removes exactly what install put there.
set -eu

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
make -s install DESTDIR="$root" prefix=/usr
for program in raftd raftsim raftbench hraftd raft-kv-demo; do
    [ -x "$root/usr/bin/$program" ] || {
        echo "install: no $program"
        exit 1
    }
done
for program in raftd hraftd raft-kv-demo; do
    said=$("$root/usr/bin/$program" --version)
    [ "${said%% *}" = "$program" ] || {
        echo "install: $program calls itself ${said%% *}"
        exit 1
    }
done
make -s uninstall DESTDIR="$root" prefix=/usr
left=$(find "$root" ! -type d)
[ -z "$left" ] || {
    echo "install: uninstall left $left"
    exit 1
}
