#!/bin/sh
# mutants.sh - known mistakes, made on purpose: who notices?
#   mutants.sh check         each still fits the code; docs/mutants.md fits them
#   mutants.sh kill [N...]   build each, see its tests and scenarios fail
#   mutants.sh search [N...] look for each by random and exhaustive search
#   mutants.sh random N...   the same by random search alone
#   mutants.sh explore N...  the same by exhaustive search alone
#   mutants.sh write         docs/mutants.md from tests/mutants/
# Environment, from tests/mutants/mutants.mk: B, COMPILE, LINKER,
# SIM_LIBRARIES, TEST_LIBRARIES. Nothing is changed but below $B/mutants.
set -eu

: "${B:=build}"
# shellcheck source=tests/check/mutants_lib.sh
. tests/check/mutants_lib.sh
work=$B/mutants
limit=60 # seconds; what takes longer was not killed

# A line of one mutant's story that ends it badly.
give_up() { # mutant text
    echo "  $(number_of "$1")  $2" >&2
    : >"$work/$(basename "$1" .mut)/survives"
    exit 1
}

# ---- Building ---------------------------------------------------------------

# The mutated object; it stands before the libraries, so that the member of
# the same name is not taken from them.
compile_mutant() { # mutant
    directory=$work/$(basename "$1" .mut)
    file=$(field "$1" file)
    rm -rf "$directory"
    mkdir -p "$directory/$(dirname "$file")"
    mutate "$1" >"$directory/$file" 2>"$directory/why" ||
        give_up "$1" "does not fit the code: $(cat "$directory/why")"
    $COMPILE -c -o "$directory/mutant.o" "$directory/$file" \
        >"$directory/why" 2>&1 ||
        give_up "$1" "is not built cleanly: $(cat "$directory/why")"
}

link_simulator() { # mutant
    # shellcheck disable=SC2086 # lists of words
    $LINKER -o "$work/$(basename "$1" .mut)/raftsim" \
        "$B/cmd/raftsim/main.o" "$work/$(basename "$1" .mut)/mutant.o" \
        $SIM_LIBRARIES || give_up "$1" "raftsim cannot be linked"
}

link_test() { # mutant program
    # shellcheck disable=SC2086
    $LINKER -o "$work/$(basename "$1" .mut)/$2" "$B/tests/unit/$2.o" \
        "$work/$(basename "$1" .mut)/mutant.o" $TEST_LIBRARIES ||
        give_up "$1" "$2 cannot be linked"
}

# ---- Killing ----------------------------------------------------------------

# How a test ended. Only one that fails by an assertion of its own is a kill.
how_it_ended() { # status output test
    if [ "$1" -eq 124 ] || [ "$1" -eq 137 ]; then
        echo "takes more than $limit s"
    elif grep -q 'Test failed with exception' "$2"; then
        echo "crashes"
    elif grep -q "^\[  FAILED  \] $3\$" "$2"; then
        echo fails
    elif grep -q "^\[ RUN      \] $3\$" "$2" &&
        grep -q '^raft: invariant broken: ' "$2"; then
        echo "dies by an assert of the core"
    elif grep -q "^\[       OK \] $3\$" "$2"; then
        echo passes
    else
        echo "has no test $3"
    fi
}

kill_by_test() { # mutant program test
    directory=$work/$(basename "$1" .mut)
    status=0
    timeout -k 5 "$limit" "$directory/$2" "$3" >"$directory/$3.output" 2>&1 \
        </dev/null || status=$?
    ended=$(how_it_ended "$status" "$directory/$3.output" "$3")
    [ "$ended" = fails ] || give_up "$1" "SURVIVES: $3 $ended"
}

kill_by_scenario() { # mutant scenario
    directory=$work/$(basename "$1" .mut)
    status=0
    timeout -k 5 "$limit" "$directory/raftsim" --check \
        "tests/scenarios/$2.raft" >"$directory/$2.output" 2>&1 \
        </dev/null || status=$?
    [ "$status" -eq 1 ] ||
        give_up "$1" "SURVIVES: $2.raft ends with $status: $(
            head -n 1 "$directory/$2.output"
        )"
    sed "s|^tests/scenarios/|         |" "$directory/$2.output"
}

kill_one() { # mutant
    compile_mutant "$1"
    link_simulator "$1"
    killers=$work/$(basename "$1" .mut)/killers
    field "$1" killed-by >"$killers"
    while read -r program names; do
        link_test "$1" "$program"
        for name in $names; do
            kill_by_test "$1" "$program" "$name"
        done
    done <"$killers"
    echo "  $(number_of "$1")  dies: $(field "$1" says)"
    for scenario in $(scenarios_of "$1"); do
        kill_by_scenario "$1" "$scenario"
    done
}

# ---- Searching --------------------------------------------------------------

# Small worlds, so that all mutants can be looked for in minutes; and before them
# the one that a mutant names as its own ("world:"), which may be large. Where
# members change, or snapshots are taken, only sections 6 and 7 are looked for.
worlds="reads terms3 disk-crash2 mixed disk-log entries2"
members="add add-learner remove rivals add-remove"
snapshots="snapshot snapshot-pieces snapshot-crash snapshot-conflict
    snapshot-terms snapshot-add snapshot-remove"

worlds_of() { # mutant
    field "$1" world
    case $(number_of "$1") in
    m2[6-9] | m3[0-9] | m7[5-9] | m8[0-6]) echo "$members $snapshots" ;;
    *) echo "$worlds" ;;
    esac
}

search_at_random() { # mutant
    directory=$work/$(basename "$1" .mut)
    status=0
    timeout -k 5 300 "$directory/raftsim" --random --seeds 1..2000 \
        --events 4000 --jobs 1 --directory "$directory" \
        >"$directory/random.output" 2>&1 || status=$?
    case $status in
    0) echo – ;;
    1) sed -n 's/^\(seed [0-9]*\): .*/\1/p; /^never: /p' \
        "$directory/random.output" | head -n 1 ;;
    *) give_up "$1" "the random search ends with $status" ;;
    esac
}

# Times only of those whose speed is a measure of the search itself.
depth_in() { # mutant world
    case $(number_of "$1") in
    m04 | m05 | m11 | m15) time=', \2 s' ;;
    *) time='' ;;
    esac
    sed -n "s/.* seconds=\([0-9.]*\) .*violation at depth \([0-9]*\):.*/\2 \1/p" \
        "$work/$(basename "$1" .mut)/$2.output" |
        sed "s/^\([0-9]*\) \(.*\)/\`$2\`, depth \1$time/"
}

search_exhaustively() { # mutant
    directory=$work/$(basename "$1" .mut)
    for world in $(worlds_of "$1"); do
        status=0
        timeout -k 5 300 "$directory/raftsim" --explore --world "$world" \
            --directory "$directory" >"$directory/$world.output" 2>&1 ||
            status=$?
        if [ "$status" -eq 1 ]; then
            depth_in "$1" "$world"
            return
        fi
        [ "$status" -eq 0 ] ||
            give_up "$1" "the search of $world ends with $status"
    done
    echo –
}

search_one() { # mutant random|explore...
    mutant=$1
    name=$(number_of "$mutant")
    found="$work/$(basename "$mutant" .mut)/found"
    shift
    compile_mutant "$mutant"
    case $(field "$mutant" file) in
    raft/storage/*) ;;
    *) link_simulator "$mutant" ;;
    esac
    for how in "$@"; do
        case $how:$(field "$mutant" file) in
        *:raft/storage/*) echo "$name $how not its code" ;;
        random:*) echo "$name $how $(search_at_random "$mutant")" ;;
        explore:*) echo "$name $how $(search_exhaustively "$mutant")" ;;
        esac >>"$found"
    done
    sed 's/^/  /' "$found"
}

# What was found now, and of the others what was found before.
keep_what_was_found() {
    cat "$work"/*/found >"$work/found"
    awk '{ is = $1 " " $2 } FNR == NR { new[is] = 1; print; next } !(is in new)' \
        "$work/found" tests/mutants/searches | LC_ALL=C sort >"$work/searches"
    cp "$work/searches" tests/mutants/searches
}

# The mutants asked for by number, or all.
chosen() { # N...
    if [ $# -eq 0 ]; then
        all_mutants
    fi
    for number in "$@"; do
        mutant_named "$number"
    done
}

each_in_parallel() { # what N...
    what=$1
    shift
    mkdir -p "$work"
    rm -f "$work"/*/survives
    chosen "$@" >"$work/list"
    start=$(date +%s)
    xargs -n 1 -P "$(getconf _NPROCESSORS_ONLN)" sh "$0" "$what" \
        <"$work/list" || true
    survivors=$(find "$work" -name survives | wc -l)
    echo "$(wc -l <"$work/list") mutants, $survivors survive," \
        "$(($(date +%s) - start)) s"
    [ "$survivors" -eq 0 ]
}

case $1 in
check) sh tests/check/mutants_check.sh check ;;
write) sh tests/check/mutants_check.sh write ;;
kill)
    shift
    each_in_parallel --kill-one "$@"
    sh tests/check/mutants_check.sh write
    ;;
search | random | explore)
    how=$1
    shift
    rm -f "$work"/*/found
    each_in_parallel "--$how-one" "$@"
    keep_what_was_found
    sh tests/check/mutants_check.sh write
    ;;
--kill-one) kill_one "$2" ;;
--search-one) search_one "$2" random explore ;;
--random-one) search_one "$2" random ;;
--explore-one) search_one "$2" explore ;;
*)
    echo "mutants: check, kill, search, random, explore or write" >&2
    exit 1
    ;;
esac
