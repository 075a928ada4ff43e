#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# replace.sh - three members are replaced by three others in one request, while
# eight writers go on: no acknowledged write is lost, and there are never ten
# seconds without one.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"
# shellcheck source-path=SCRIPTDIR source=lib/writers.bash
. "$(dirname "$0")/lib/writers.bash"

start_cluster 3
for i in 4 5 6; do start_blank "$i"; done
for i in 4 5 6; do wait_until 10 is_up "$i" || fail "node $i is not up"; done
old=${http[1]},${http[2]},${http[3]}
new=${http[4]},${http[5]},${http[6]}
start_writers --targets "$old,$new" --verify-targets "$new"
wait_for_writes 1 100

request -XPUT "http://${http[2]}/cluster" -d "$(members_of 4 5 6)"
same "three others" "$status" 200
for i in 1 2 3; do
    kill_node "$i"
done
wait_for_writes 4 100
end_writers
echo "$(of_writes operations) writes, $(of_writes gap_ms) ms without one"
(($(of_writes gap_ms) < 10000)) || fail "no write for ten seconds"
passed=$((passed + 1))
finish
