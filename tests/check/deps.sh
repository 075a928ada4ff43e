#!/bin/sh
# deps.sh - are the packages there? Says what it does before it does it.
#   deps.sh check|install [server] [tests]
set -eu

verb=$1
shift
cc=${CC:-cc}
missing=

need_header() { # header package
    # shellcheck disable=SC2086 # flags are words
    if ! printf '#include <%s>\n' "$1" |
        $cc ${CPPFLAGS:-} -E -x c - >/dev/null 2>&1; then
        echo "deps: no <$1>: package $2"
        missing="$missing $2"
    fi
}

need_command() { # command package
    if ! command -v "$1" >/dev/null 2>&1; then
        echo "deps: no $1: package $2"
        missing="$missing $2"
    fi
}

look() {
    missing=
    for part in "$@"; do
        case $part in
        server)
            need_header civetweb.h libcivetweb-dev
            need_header cjson/cJSON.h libcjson-dev
            ;;
        tests)
            need_header cmocka.h libcmocka-dev
            need_command curl curl
            ;;
        *)
            echo "deps: unknown part: $part" >&2
            exit 2
            ;;
        esac
    done
}

give_up() {
    echo "deps: $1. As root, run:" >&2
    echo "  apt-get install$missing" >&2
    exit 1
}

look "$@"
[ -n "$missing" ] || exit 0
[ "$verb" = install ] || give_up "these are missing (make deps installs them)"
command -v apt-get >/dev/null 2>&1 || give_up "no apt-get here"

as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || give_up "not root, and no sudo here"
    as_root=sudo
    [ -t 0 ] || as_root="sudo -n"
fi

echo "deps: installing$missing with ${as_root:+$as_root }apt-get"
export DEBIAN_FRONTEND=noninteractive
# The lists of a fresh machine are empty or old.
$as_root apt-get update -q >/dev/null || give_up "apt-get update failed"
# shellcheck disable=SC2086 # one word a package
$as_root apt-get install -q -y --no-install-recommends $missing >/dev/null ||
    give_up "apt-get install failed"
look "$@"
[ -z "$missing" ] || give_up "still missing after installing"
echo "deps: done"
