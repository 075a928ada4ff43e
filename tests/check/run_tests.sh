#!/bin/sh
# run_tests.sh - runs test programs, some at a time, and adds up what they say.
#   run_tests.sh program...      (paths; *.sh are scripts)
# Environment: B (build directory), JOBS, TEST_TIMEOUT (seconds, each program).
# A program that passes is one line; one that fails shows all it printed.
# The last line tells which rules of the paper were exercised.
set -eu

: "${B:=build}"
# Many tests mostly wait: for elections, for servers that never answer.
: "${JOBS:=$((2 * $(getconf _NPROCESSORS_ONLN) + 1))}"
: "${TEST_TIMEOUT:=120}"
results=$B/test-results
here=$(dirname "$0")

# A program left behind is ours to end: timeout(1) signals its whole group.
run_one() {
    program=$1
    name=$(basename "$program" .sh)
    output=$results/$name.output
    start=$(date +%s.%N)
    status=0
    case $program in
    *.sh) set -- "./$program" ;;
    esac
    timeout -k 10 "$TEST_TIMEOUT" "$@" >"$output" 2>&1 </dev/null || status=$?
    seconds=$(echo "$start $(date +%s.%N)" | awk '{printf "%.1f", $2 - $1}')
    # cmocka: "[  PASSED  ] 12 test(s)."; scripts end with "12 passed".
    count=$(awk '/^\[  PASSED  \] [0-9]+ test/ {n += $4}
                 /^[0-9]+ passed/ {n += $1} END {print n + 0}' "$output")
    if [ "$status" -eq 0 ] && [ "$count" -eq 0 ]; then
        status=none # nothing ran: not a success
    fi
    if [ "$status" = 0 ]; then
        printf '  ok    %-34s %4d tests %6s s\n' "$name" "$count" "$seconds"
        echo "$count" >"$results/$name.passed"
        return 0
    fi
    case $status in
    124 | 137) why="ran longer than $TEST_TIMEOUT s" ;;
    none) why="ran no test" ;;
    *) why="exit status $status" ;;
    esac
    {
        printf '  FAIL  %-34s %s\n' "$name" "$why"
        sed 's/^/        | /' "$output"
    } >"$output.shown"
    cat "$output.shown" # at once, so that two failures do not mix
    : >"$results/$name.failed"
}

if [ "${1:-}" = --one ]; then
    run_one "$2"
    exit 0
fi

rm -rf "$results"
mkdir -p "$results/rules"
RAFT_COVERAGE_DIR=$(cd "$results/rules" && pwd)
export RAFT_COVERAGE_DIR B TEST_TIMEOUT

start=$(date +%s)
printf '%s\n' "$@" | xargs -n 1 -P "$JOBS" sh "$0" --one

passed=$(find "$results" -name '*.passed' | wc -l)
failed=$(find "$results" -name '*.failed' | wc -l)
tests=$(cat "$results"/*.passed /dev/null | awk '{n += $1} END {print n + 0}')
echo "$passed programs passed ($tests tests), $failed failed," \
    "$(($(date +%s) - start)) s"
status=0
if [ "$failed" -ne 0 ] || [ "$passed" -ne $# ]; then
    find "$results" -name '*.failed' | sed 's/.*\/\(.*\)\.failed/  failed: \1/'
    status=1
fi
sh "$here/coverage.sh" "$results/rules" || status=1
exit "$status"
