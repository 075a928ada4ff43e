/* SPDX-License-Identifier: MIT
 *
 * force_new_cluster.h - the majority is lost for good: what one server has left
 * becomes a new cluster.
 *
 * Raft cannot do this: nobody knows what the others had acknowledged. So a
 * person decides, offline, after reading what it may cost. The new cluster has
 * another id: what is left of the old one never meets it.
 */
#ifndef RAFTD_FORCE_NEW_CLUSTER_H
#define RAFTD_FORCE_NEW_CLUSTER_H

#include <stdio.h>

#include "cmd/raftd/options.h"
#include "raft/storage/file_ops.h"

/*
 * Report on out; with --confirm-data-loss do it. A stop at any point leaves the
 * old cluster's directory, the new one's, or one that no server starts on and
 * that this finishes when it is called again. Returns the exit code; what was
 * wrong stands on stderr.
 */
int force_new_cluster(const struct raftd_options *options, FILE *out);

/* The same on files behind ops; the directory is there. */
int force_new_cluster_on(const struct raftd_options *options,
                         const struct file_ops *ops, FILE *out);

#endif
