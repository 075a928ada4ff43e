#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# join_mute.sh - a server to be joined stands still: its system accepts, and it
# says nothing.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/writers.bash
. "$(dirname "$0")/lib/writers.bash"
# shellcheck source-path=SCRIPTDIR source=lib/join.bash
. "$(dirname "$0")/lib/join.bash"

start_cluster 3
start_blank 4
wait_until 10 is_up 4 || fail "node 4 is not up"
signal STOP "${pid[4]}"
cannot_be_joined "${raft[4]}" "a server that says nothing"
signal CONT "${pid[4]}"
request -XPUT "http://${http[1]}/cluster" -d "$(members_of 1 2 3 4)"
same "joining it when it answers" "$status" 200
finish
