#!/bin/sh
# install.sh - uninstall removes exactly what install put there.
set -eu

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
make -s install DESTDIR="$root" prefix=/usr
for program in raftd raftsim raftbench; do
    [ -x "$root/usr/bin/$program" ] || {
        echo "install: no $program"
        exit 1
    }
done
"$root/usr/bin/raftd" --version
make -s uninstall DESTDIR="$root" prefix=/usr
left=$(find "$root" ! -type d)
[ -z "$left" ] || {
    echo "install: uninstall left $left"
    exit 1
}
