#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# snapshots.sh - many writes, a snapshot on request, kill -9 of all, restart:
# no key is lost. The same key again and again: the log on disk stays
# bounded. A new fourth server gets a snapshot. Every key is on all four.
# Environment: WRITES (3000).
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

WRITES=${WRITES:-3000}
small=(--snapshot-log-bytes 256KiB)
start_cluster 3 "${small[@]}"

# All of them over three connections, whoever leads.
write_all() { # what stands behind each number
    local part
    for part in 0 1 2; do
        awk -v base="http://${http[leader]}/key" -v part="$part" \
            -v writes="$WRITES" -v tail="$1" 'BEGIN {
            for (i = part; i < writes; i += 3) {
                printf "%surl = \"%s\"\ndata = \"{\\\"k%d\\\":\\\"%d%s\\\"}\"\n",
                    i == part ? "" : "next\n", base, i, i, tail
                printf "write-out = \"%%{http_code}\\n\"\noutput = \"/dev/null\"\n"
            }
        }' >"$work/write.$part"
        curl -s -m 60 -K "$work/write.$part" >"$work/codes.$part" &
        others[part]=$!
    done
    wait "${others[@]}"
    others=()
    same "writes acknowledged" "$(cat "$work"/codes.* | grep -c '^200$')" \
        "$WRITES"
}

# Through one connection, from this server's own map.
has_all() { # number, what stands behind each number
    awk -v base="http://${http[$1]}/key?level=stale&key=k" \
        -v writes="$WRITES" 'BEGIN {
        for (i = 0; i < writes; i++) {
            print "url = \"" base i "\""
        }
    }' >"$work/urls"
    awk -v writes="$WRITES" -v tail="$2" 'BEGIN {
        for (i = 0; i < writes; i++) {
            print i tail
        }
    }' >"$work/expected"
    curl -s -m 60 -w '\n' -K "$work/urls" >"$work/found"
    cmp -s "$work/expected" "$work/found"
}

write_all a
for i in 1 2 3; do
    request -XPOST "http://${http[i]}/cluster/snapshot"
    same "a snapshot of node $i" "$status" 200
done
for i in 1 2 3; do kill_node "$i"; done
for i in 1 2 3; do start_node "$i" "${small[@]}"; done
wait_ready 20 || fail "they do not come back"
find_leader || fail "no leader after the restart"
for i in 1 2 3; do
    wait_until 10 caught_up "$i" || fail "node $i does not catch up"
    passed=$((passed + 1))
done

# ---- One key again and again --------------------------------------------------------
# 75 MiB go through the log; two segments and what is kept for slow followers
# are 48.
log_bytes() { # number
    du -c --apparent-size -B1 "${directory[$1]}"/log-* | awk 'END {print $1}'
}
find_leader || fail "no leader"
{
    printf '{"big":"'
    head -c 524288 /dev/zero | tr '\0' x
    printf '"}'
} >"$work/big"
awk -v base="http://${http[leader]}/key" -v body="$work/big" 'BEGIN {
    for (i = 0; i < 150; i++) {
        printf "%surl = \"%s\"\ndata = \"@%s\"\n", i == 0 ? "" : "next\n",
            base, body
        printf "write-out = \"%%{http_code}\\n\"\noutput = \"/dev/null\"\n"
    }
}' >"$work/overwrite"
curl -s -m 60 -K "$work/overwrite" >"$work/codes"
same "overwrites acknowledged" "$(grep -c '^200$' "$work/codes")" 150
is_bounded() { (($(log_bytes "$1") <= 64 << 20)); }
for i in 1 2 3; do
    wait_until 10 caught_up "$i" || fail "node $i does not catch up"
    wait_until 10 is_bounded "$i" || fail "node $i keeps $(log_bytes "$i") bytes"
    passed=$((passed + 1))
done

# ---- A fourth one -----------------------------------------------------------------
# The entries that it needs are gone.
start_blank 4 "${small[@]}"
wait_until 10 is_up 4 || fail "node 4 is not up"
request -XPUT "http://${http[leader]}/cluster" -d "$(members_of 1 2 3 4)"
same "a fourth member" "$status" 200
for i in 1 2 3 4; do
    wait_until 10 caught_up "$i" || fail "node $i does not catch up"
    has_all "$i" a || fail "node $i lacks keys"
    passed=$((passed + 1))
done
grep -q 'installed a snapshot' "${log[4]}" || fail "it came without a snapshot"
passed=$((passed + 1))

finish
