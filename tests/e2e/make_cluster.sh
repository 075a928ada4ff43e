#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# make_cluster.sh - `make cluster-up`, -status and -down on a machine that has
# neither ps nor curl, and with a directory that holds another cluster.
# shellcheck source-path=SCRIPTDIR source=lib/e2e.bash
. "$(dirname "$0")/lib/e2e.bash"

host=127.0.0.1 # the script's
script=$PWD/cmd/raftd/cluster.sh
mkdir "$work/bin"
for tool in bash cat grep mkdir nohup rm sed sleep tail timeout tr; do
    ln -s "$(command -v "$tool")" "$work/bin/$tool"
done
export NODES=1 RAFTD CLUSTER_DIR=$work/it HTTP_BASE RAFT_BASE

cluster() { # verb: ${code}, ${said}
    code=0
    said=$(PATH=$work/bin "$script" "$1" 2>&1) || code=$?
}
node_runs() {
    [[ $(tr '\0' ' ' <"/proc/${pid[1]}/cmdline") == *" $work/it/node1 " ]]
} 2>/dev/null
end_all() { # instead of that of the library: it is no child of this shell
    [[ -z ${pid[1]:-} ]] || ! node_runs || kill -KILL "${pid[1]}"
}

for _ in 1 2 3; do # the ports may be taken meanwhile
    HTTP_BASE=$(free_port)
    RAFT_BASE=$(free_port)
    cluster up
    [[ $said == *"in use"* ]] || break
done
pid[1]=$(cat "$CLUSTER_DIR/node1.pid" 2>/dev/null) || true
same "up: $said: exit code" "$code" 0
like "up" "$said" "1 server,*No curl here*"
node_runs || fail "node1 does not run"
cluster status
like "status" "$said" "*node1 *${pid[1]} Leader *"

# Under another name it is not known, and not forgotten either.
CLUSTER_DIR=$work/bin/../it cluster down
same "down, with another word for the directory: exit code" "$code" 1
like "down, with another word" "$said" "*left alone*$work/it/node1*0 nodes*"
node_runs || fail "it was stopped"
same "its pid file" "$(cat "$CLUSTER_DIR/node1.pid")" "${pid[1]}"

cluster down
same "down" "$code:$said" "0:1 node stopped; the data stays in $CLUSTER_DIR"
! node_runs || fail "node1 still runs"
[[ ! -e $CLUSTER_DIR/node1.pid ]] || fail "the pid file is still there"

# ---- Another one in its place ------------------------------------------------
NODES=2 cluster up
same "two servers where one was: exit code" "$code" 1
like "two servers where one was" "$said" "*holds a cluster of NODES=1;*"
like "two servers where one was" "$said" "*another CLUSTER_DIR*"
finish
