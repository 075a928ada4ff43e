#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# join_stranger.sh - a server to be joined that is none: it answers, but HTTP.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/writers.bash
. "$(dirname "$0")/lib/writers.bash"
# shellcheck source-path=SCRIPTDIR source=lib/join.bash
. "$(dirname "$0")/lib/join.bash"

start_cluster 3
cannot_be_joined "${http[2]}" "a port of something else"
finish
