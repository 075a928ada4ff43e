#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# wiped.sh - a member whose directory was wiped is a new server: it must not
# stand in for the old one, or two of three could forget what was acknowledged.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

timing=(--election-timeout 300-600 --heartbeat 50)
start_cluster 3
request -L "http://${http[1]}/key" -d '{"kept":"yes"}'
same "a write" "$status" 200

# One healthy member down, another one wiped: only one of three is left.
healthy=$follower
for i in 1 2 3; do
    [[ $i == "$leader" || $i == "$healthy" ]] || wiped=$i
done
kill_node "$healthy"
kill_node "$wiped"
rm -rf "${directory[$wiped]}"
start_node "$wiped"

answers() { curl -s -m 2 -o /dev/null "http://${http[$wiped]}/livez"; }
wait_until 5 answers || fail "the wiped node does not serve HTTP"
no_leader() { ! look_for_leader; }
wait_until 5 no_leader || fail "a leader without a majority stays one"
for _ in {1..20}; do
    ! look_for_leader || fail "node$leader leads on a wiped node's strength"
    sleep 0.1
done
passed=$((passed + 1))
request "http://${http[$wiped]}/readyz"
same "the wiped node is not ready" "$status" 503
like "and says why" "$body" "*blank*"
request "http://${http[$wiped]}/key" -d '{"lost":"no"}'
same "it takes no write" "$status" 503
request "http://${http[$wiped]}/key/kept?level=stale"
same "it serves stale reads of nothing" "$status:$body" '200:{"kept":""}'

# The healthy member comes back: two of three go on, nothing was lost.
start_node "$healthy"
two_are_ready() { look_for_leader && is_ready "$healthy"; }
wait_until 10 two_are_ready || fail "two healthy members find no leader"
request "http://${http[$leader]}/key/kept?level=consistent"
same "the write is there" "$status:$body" '200:{"kept":"yes"}'
request "http://${http[$wiped]}/readyz"
same "the wiped node still waits to be joined" "$status" 503
like "its log says so" "$(grep -c 'belongs to a cluster' "${log[$wiped]}")" \
    "[1-9]*"

finish
