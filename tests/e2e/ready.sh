#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# ready.sh - a follower that missed much is ready once it has applied what was
# committed when it heard the leader first, and not a moment earlier.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

# Far more than one AppendEntries holds.
ENTRIES=24
start_cluster 3
find_leader
missed=$follower
stop_node "$missed"
same "exit code" "$code" 0

head -c 900000 /dev/zero | tr '\0' v >"$work/value"
for ((n = 1; n <= ENTRIES; n++)); do
    {
        printf '{"k%d":"' "$n"
        cat "$work/value"
        printf '"}'
    } >"$work/request"
    request -L "http://${http[$leader]}/key" --data-binary @"$work/request"
    same "write $n" "$status" 200
done
committed=$(stat_of "$leader" commit_index)
((committed >= ENTRIES)) || fail "only $committed entries are committed"

# The answer that says ready tells how far it is.
start_node "$missed"
asked=0
says_ready() {
    asked=$((asked + 1))
    request -m 2 "http://${http[$missed]}/readyz"
    [[ $status == 200 ]]
}
wait_until 20 says_ready || fail "node$missed does not get ready"
(($(header raft-index) >= committed)) ||
    fail "ready at $(header raft-index), $committed were committed"
passed=$((passed + 1))

finish
