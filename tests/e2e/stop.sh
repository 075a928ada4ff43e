#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# stop.sh - SIGTERM: leadership is handed over, writes go on, exit 0 in time.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

# Long time-outs: only a hand-over can bring a new leader soon.
timing=(--election-timeout 1500-2000 --heartbeat 100)
start_cluster 3
request "http://${http[$leader]}/key" -d '{"before":"1"}'
same "a write" "$status" 200

old=$leader
# Writers, as long as there is somebody to write to (7: nobody listens).
writer() {
    local n=0 status code=0
    while ((code != 7)); do
        n=$((n + 1)) code=0
        status=$(curl -s -m 10 -o /dev/null -w '%{http_code}' \
            "http://${http[$old]}/key" -d "{\"w$1-$n\":\"1\"}") || code=$?
        echo "$status $code w$1-$n"
    done >"$work/asked.$1"
}
for w in 1 2 3 4; do
    writer "$w" &
    others+=($!)
done
all_write() { [[ $(grep -l '^200 ' "$work"/asked.* | wc -l) == 4 ]]; }
wait_until 10 all_write || fail "not every writer gets a write through"

signal USR1 "${pid[$old]}"
dumped() { grep -q 'msg="state of raft"' "${log[$old]}"; }
wait_until 5 dumped || fail "SIGUSR1 dumps nothing"
passed=$((passed + 1))

stop_node "$old"
same "exit code after SIGTERM" "$code" 0
wait "${others[@]}" || true
others=()
((took_ms < 5000 * PATIENCE)) || fail "took $took_ms ms to stop"
same "requests that end oddly" "$(grep -Ehv \
    '^((200|307|503|504) 0|000 (7|55|56)) ' "$work"/asked.*)" ""
same "leadership was handed over" \
    "$(grep -c 'hands leadership over' "${log[$old]}")" 1
wait_until 1 look_for_leader || fail "no leader after a hand-over"
passed=$((passed + 1))
# The kernel resets who connected but was not accepted any more (55, 56): his
# request was never read, so nothing of it may have happened.
while read -r key; do
    request "http://${http[$leader]}/key/$key?level=consistent"
    same "a request without an answer" "$body" "{\"$key\":\"\"}"
done < <(sed -n 's/^000 5[56] //p' "$work"/asked.*)
request -L "http://${http[$follower]}/key" -d '{"after":"2"}'
same "a write at once on the new leader" "$status" 200

# A follower ends too, and then there is no majority: the leader still does.
stop_node "$follower"
same "exit code of a follower" "$code" 0
request -m 3 "http://${http[$leader]}/key" -d '{"never":"3"}'
[[ $status != 200 ]] || fail "a write without a majority was acknowledged"
passed=$((passed + 1))
lost() { [[ $(stat_of "$leader" state) != Leader ]]; }
wait_until 5 lost || fail "a leader without a majority stays one"
like "it was the last one to be heard" \
    "$(stat_of "$leader" last_contact)" "[0-9]*s"
stop_node "$leader"
same "exit code without a majority" "$code" 0
((took_ms < 5000 * PATIENCE)) || fail "took $took_ms ms to stop without a majority"
passed=$((passed + 1))

for i in 1 2 3; do
    start_node "$i"
done
wait_ready 20 || fail "the cluster does not come back"
request -L "http://${http[1]}/key/after?level=consistent"
same "what was written is there" "$status:$body" '200:{"after":"2"}'

# Half a request must not hold the process, and gets an answer.
find_leader
exec 4<>"/dev/tcp/${http[$leader]/:/\/}"
printf 'POST /key HTTP/1.1\r\nHost: %s\r\nContent-Length: 50\r\n\r\n{' \
    "${http[$leader]}" >&4
stop_node "$leader"
same "exit code with a request half sent" "$code" 0
((took_ms < 5000 * PATIENCE)) || fail "took $took_ms ms to stop with a request half sent"
passed=$((passed + 1))
read -r said <&4 || true
like "a request half sent is answered" "$said" "HTTP/1.1 503 *"
exec 4>&-

finish
