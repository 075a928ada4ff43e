#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# dialects.sh - the curl lines of dialects A (keys) and E, as their users type
# them, on the leader and on a follower, with and without -L.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

start_cluster 3
L=${http[$leader]}
F=${http[$follower]}

# ---- A, on the leader ----------------------------------------------------------
request -XPOST "http://$L/key" -d '{"key":"user1","value":"batman"}'
same "A put" "$status:$body" "200:"
request "http://$L/key?key=user1&level=consistent"
same "A get" "$status:$body" "200:batman"
like "A get: type" "$(header content-type)" "text/plain*"
same "A get: no newline" "$(wc -c <"$work/body")" 6
request "http://$L/key?key=nobody"
same "A get of a missing key" "$status" 404
request -XDELETE "http://$L/key/?key=user1"
same "A delete" "$status:$body" "200:"
request -XDELETE "http://$L/key?key=user1"
same "A delete of an absent key" "$status:$body" "200:"

# ---- A, on a follower ----------------------------------------------------------
request -XPOST "http://$F/key" -d '{"key":"user2","value":"robin"}'
same "A put on a follower" "$status" 307
same "A put on a follower: where to" "$(header location)" "http://$L/key"
request -L -XPOST "http://$F/key" -d '{"key":"user2","value":"robin"}'
same "A put followed" "$status:$body" "200:"
request "http://$F/key?key=user2&level=consistent"
same "A get on a follower" "$status" 307
same "A get on a follower: query kept" "$(header location)" \
    "http://$L/key?key=user2&level=consistent"
request -L "http://$F/key?key=user2"
same "A get followed" "$status:$body" "200:robin"
stale_is_robin() {
    request "http://$F/key?key=user2&level=stale"
    [[ $status:$body == 200:robin ]]
}
wait_until 5 stale_is_robin || fail "A stale get on a follower: $status $body"
request -XDELETE "http://$F/key/?key=user2"
same "A delete on a follower" "$status" 307
request -L -XDELETE "http://$F/key/?key=user2"
same "A delete followed" "$status:$body" "200:"

# ---- E, on the leader ------------------------------------------------------------
request -XPOST "http://$L/key" -d '{"foo":"bar","zoo":"cat"}'
same "E put of a map" "$status:$body" "200:"
for level in default consistent; do
    request "http://$L/key/foo?level=$level"
    same "E get $level" "$status:$body" '200:{"foo":"bar"}'
    like "E get: type" "$(header content-type)" "application/json*"
done
request "http://$L/key/zoo?level=stale"
same "E stale get" "$status:$body" '200:{"zoo":"cat"}'
request "http://$L/key/missing"
same "E get of a missing key" "$status:$body" '200:{"missing":""}'
request -XDELETE "http://$L/key/foo"
same "E delete" "$status:$body" "200:"
request "http://$L/key/foo"
same "E get after the delete" "$status:$body" '200:{"foo":""}'

# ---- E, on a follower -----------------------------------------------------------
request "http://$F/key/zoo?level=consistent"
same "E get on a follower" "$status" 307
same "E get on a follower: where to" "$(header location)" \
    "http://$L/key/zoo?level=consistent"
request -L "http://$F/key/zoo?level=consistent"
same "E get followed" "$status:$body" '200:{"zoo":"cat"}'
request -L -XPOST "http://$F/key" -d '{"a%2Fb":"1","tea":"milk"}'
same "E put followed" "$status:$body" "200:"
request -L -XDELETE "http://$F/key/tea"
same "E delete followed" "$status:$body" "200:"

# ---- Asked wrongly ----------------------------------------------------------------
request -XPOST "http://$L/key" -d '{"key":'
same "half a JSON object" "$status" 400
request -XPOST "http://$L/key" -d '{"n":1}'
same "a value that is no string" "$status" 400
request "http://$L/key/zoo?level=fresh"
same "an unknown level" "$status" 400
request "http://$L/keyfoo"
same "an unknown path" "$status" 404
request -XPATCH "http://$L/key"
same "a method it does not know" "$status" 405
request -H 'Origin: http://evil.example' "http://$L/key?key=zoo"
same "a browser page of another origin" "$status" 403
request "http://$L/key?key=zoo"
same "and nothing was changed" "$status:$body" "200:cat"

# ---- What a node says of itself ------------------------------------------------------
request "http://$L/livez"
same "livez" "$status" 200
request "http://$F/readyz"
same "readyz" "$status" 200
request -XPOST "http://$F/info"
same "info names the leader" "$status:$body" \
    "200:{\"leaderAddr\":\"${raft[$leader]}\"}"
same "stats: state" "$(stat_of "$follower" state)" Follower
same "stats: peers" "$(stat_of "$leader" num_peers)" 2

finish
