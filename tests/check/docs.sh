#!/bin/sh
# docs.sh - what the documents name must exist.
#   docs.sh RAFTSIM [DOCUMENT...]      (README.md and docs/*.md by default)
# In `code` and in indented lines: files, functions (also: "`f()` in `file`"),
# names of tests and fields, scenarios, `make` targets, options of raftsim.
# Links between documents must lead somewhere, too.
set -eu

raftsim=$1
shift
if [ $# -eq 0 ]; then
    # The one that is left out is written by `make rules`, from the code.
    set -- README.md CONTRIBUTING.md SECURITY.md
    for document in docs/*.md; do
        [ "$document" = docs/paper-map.md ] || set -- "$@" "$document"
    done
fi

facts=$(mktemp)
trap 'rm -f "$facts"' EXIT

code=$(find raft kv net http cmd tests -name '*.[ch]' | sort)
scripts=$(find tests cmd docs .ci Makefile -type f ! -name '*.md' \
    ! -name '*.golden' ! -name '*.[ch]' | sort)

# Each fact is a kind, and what there is of it.
# shellcheck disable=SC2086 # no blanks in our names
{
    find . \( -name .git -o -name build \) -prune -o -print |
        sed 's|^\./||; s|^|path |'
    # Defined: at the first column, or a macro. A declaration ends with ";".
    awk '
        /^#define [a-z_0-9A-Z]+\(/ {
            sub(/^#define /, "")
            print "function", substr($0, 1, index($0, "(") - 1), FILENAME
            next
        }
        /^[A-Za-z_].*\(/ && !/;$/ {
            head = substr($0, 1, index($0, "(") - 1)
            sub(/.*[ *]/, "", head)
            if (head ~ /^[a-z_0-9A-Z]+$/) {
                print "function", head, FILENAME
            }
        }' $code
    cat $code $scripts | tr -cs 'A-Za-z0-9_-' '\n' | grep '[_-]' | sort -u |
        sed 's/^/word /'
    sed -n 's/^\([a-z][a-z0-9 -]*\):\([^=].*\)*$/\1/p' Makefile \
        tests/*/*.mk docs/*/*.mk 2>/dev/null | tr ' ' '\n' |
        sed '/^$/d; s/^/target /'
    "$raftsim" --help | tr -c 'a-z-' '\n' | sed -n 's/^--/raftsim --/p'
    sed -n 's/.*\.name = "\([a-z-]*\)".*/option --\1/p' $code
} >"$facts"

awk -f tests/check/docs.awk "$facts" "$@"
