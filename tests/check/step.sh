#!/bin/sh
# step.sh - a debugger, standing in the handler of the first vote.
#   step.sh run RAFTSIM     for a person
#   step.sh check RAFTSIM   for `make step-check`: does it stand where
#                           docs/tour.md says?
# Environment: SCENARIO, what is played.
set -eu

raftsim=$2
: "${SCENARIO:=tests/scenarios/fig4-states.raft}"
DEBUGINFOD_URLS= # nothing is to be fetched
export DEBUGINFOD_URLS

if ! command -v gdb >/dev/null; then
    echo "step: gdb is not here; on Debian or Ubuntu: apt-get install gdb" >&2
    exit 1
fi
if [ "$1" = run ]; then
    exec gdb -q -x docs/raft.gdb -ex vote --args "$raftsim" --check "$SCENARIO"
fi

seen=$(mktemp)
trap 'rm -f "$seen"' EXIT
gdb -q -nx -batch -x docs/raft.gdb -ex vote \
    -ex 'list raft_on_request_vote,+20' -ex next -ex next -ex praft \
    -ex finish -ex finish -ex finish -ex next -ex next -ex next \
    -ex next -ex next -ex next \
    -ex 'print out->messages[0].needs_write' \
    -ex 'brule CND_2' -ex continue -ex 'up 2' -ex praft -ex finish -ex praft \
    -ex 'brule CND_2 no' -ex 'info breakpoints' \
    --args "$raftsim" --check "$SCENARIO" >"$seen" 2>&1 </dev/null || true
# A log that begins behind a snapshot, and an id as the servers of raftd have.
gdb -q -nx -batch -x docs/raft.gdb \
    -ex 'break raft_send_entries if r->log.base_index > 0' -ex run -ex plog \
    -ex 'pserver 0x5f02' \
    --args "$raftsim" --check tests/scenarios/fig12-snapshot.raft \
    >>"$seen" 2>&1 </dev/null || true

# Lines that must come, in this order.
awk '
    BEGIN {
        n = split("raft_on_request_vote \\(|" \
            "^  S2 to S3, term 2, last log index 0 of term 0$|" \
            "^Persistent state of S3 |^  current_term   2$|" \
            "^  voted_for      none$|^  log            empty$|" \
            "^  commit_index   0$|^  RAFT_FOLLOWER$|" \
            "rule_if\\(out, RV_1,|rule_if\\(out, RV_2,|" \
            "^  current_term   2$|^  voted_for      S2$|" \
            "raft_number_writes\\(r, out\\);$|^.[0-9]+ = 1$|" \
            "rule_event .*=CND_2|^Persistent state of S2 |" \
            "^  RAFT_CANDIDATE$|" \
            "^  S1: next_index 1, match_index 0$|^  RAFT_LEADER$|" \
            "t == CND_2 && !taken|" \
            "^  log            \\(5:3\\) 6:3 7:3$|^0000000000005f02$", \
            wanted, "|")
        next_one = 1
    }
    next_one <= n && $0 ~ wanted[next_one] { next_one++ }
    END {
        if (next_one <= n) {
            print "step: not there: " wanted[next_one]
            exit 1
        }
    }' "$seen" || {
    cat "$seen"
    exit 1
}
echo "step: the first vote is S3's for S2, in term 2"
