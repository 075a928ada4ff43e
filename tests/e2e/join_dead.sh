#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# join_dead.sh - nothing listens at the address of a server to be joined.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/writers.bash
. "$(dirname "$0")/lib/writers.bash"
# shellcheck source-path=SCRIPTDIR source=lib/join.bash
. "$(dirname "$0")/lib/join.bash"

start_cluster 3
cannot_be_joined 127.0.0.1:1 "a dead address"
finish
