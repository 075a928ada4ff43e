#!/bin/sh
# mutants_bug.sh - a mutant for a student: a copy of this tree in $B/bug with
# one mistake in it (make bug N=11, make bug-hint, make bug-answer).
#   mutants_bug.sh build N    without N: which there are
#   mutants_bug.sh hint | answer
# Environment: B, MAKE.
set -eu

: "${B:=build}"
: "${MAKE:=make}"
# shellcheck source=tests/check/mutants_lib.sh
. tests/check/mutants_lib.sh
bug=$B/bug
remembered=$bug/.number

# 1 to 25, 41 to 66
numbers() {
    all_mutants | sed 's|.*/m0*\([0-9]*\)-.*|\1|' | awk '
        function flush() {
            if (first != "") {
                printf "%s%s to %s", sep, first, last
                sep = ", "
            }
        }
        NR == 1 || $1 != last + 1 { flush(); first = $1 }
        { last = $1 }
        END { flush(); print "" }'
}

# "5.4.2, Figure 8" -> "section 5.4"; "Figure 2 (followers)" -> "Figure 2"
about() { # mutant
    field "$1" place | sed 's/[ ;,(]*(.*//; s/[,;].*//
        s/^\([0-9]\(\.[0-9]\)\{0,1\}\).*/section \1/
        s/^D\(.*\)/section \1 of the dissertation/'
}

# The tree as it is, but for the mistake; what did not change keeps its time,
# so that only the rest is compiled.
copy_tree() {
    mkdir -p "$bug"
    find Makefile README.md .clang-format raft kv net http cmd tests docs \
        -type f ! -path 'tests/mutants/*' ! -path 'tests/check/mutants*' \
        ! -path docs/mutants.md 2>/dev/null |
        while read -r file; do
            cmp -s "$file" "$bug/$file" || {
                mkdir -p "$bug/$(dirname "$file")"
                cp "$file" "$bug/$file"
            }
        done
}

build() { # number
    if [ -z "$1" ]; then
        echo "Which one? make bug N=$(numbers)" >&2
        exit 1
    fi
    mutant=$(mutant_named "$1") || {
        echo "no such bug: $(numbers)" >&2
        exit 1
    }
    copy_tree
    mutate "$mutant" >"$bug/$(field "$mutant" file)"
    number_of "$mutant" >"$remembered"
    $MAKE --no-print-directory -s -C "$bug" B=build raftsim
    ln -sf build/raftsim "$bug/raftsim"
    cat <<END
Bug $(number_of "$mutant" | sed 's/^m0*//'): something in $(about "$mutant") is wrong. Find it.

$bug is this tree with one mistake in it. Ask it:
  $bug/raftsim --check tests/scenarios/*.raft   which stories end otherwise
  $bug/raftsim tests/scenarios/fig8.raft        one story, event by event
  cd $bug && make run-tests                     what else fails (minutes)
Look at the core, in $bug/raft. When you are stuck: make bug-hint.
END
}

mutant_at_hand() {
    [ -f "$remembered" ] || {
        echo "no bug has been made: make bug N=$(numbers)" >&2
        exit 1
    }
    mutant_named "$(cat "$remembered")"
}

answer() { # mutant
    field "$1" says
    echo
    field "$1" answer | fold -s -w 78
    echo
    file=$(field "$1" file)
    echo "$file:"
    diff "$file" "$bug/$file" | grep '^[<>]' | sed 's/^</is     /; s/^>/became /'
    echo
    echo "Seen in: $(field "$1" seen)"
    field "$1" killed-by | while read -r program names; do
        echo "Seen by: tests/unit/$program.c: $names"
    done
    for scenario in $(scenarios_of "$1"); do
        echo "Shown by: tests/scenarios/$scenario.raft"
    done
}

case $1 in
build) build "${2:-}" ;;
hint)
    mutant=$(mutant_at_hand)
    echo "$(field "$mutant" place): $(field "$mutant" hint)"
    ;;
answer)
    mutant=$(mutant_at_hand)
    answer "$mutant"
    ;;
esac
