/* SPDX-License-Identifier: MIT
 *
 * survivor.h - what one directory knows of a cluster that lost its majority.
 */
#ifndef RAFTD_SURVIVOR_H
#define RAFTD_SURVIVOR_H

#include <stdio.h>

#include "cmd/raftd/options.h"
#include "raft/raft.h"
#include "raft/storage/storage.h"

struct survivor {
    struct storage_identity identity;
    bool is_unfinished; /* --force-new-cluster was interrupted here */
    raft_term current_term;
    raft_index first_index; /* of the log; last_index + 1: it is empty */
    raft_index last_index;  /* of the log, or what the snapshot stands for */
    raft_term last_term;
    raft_index snapshot_index; /* 0: no snapshot */
    raft_term snapshot_term;
    bool drops_log;            /* it is older than the snapshot */
    struct raft_config config; /* the latest, committed or not (section 6) */
};

/*
 * Of what storage_load() found; identity and is_unfinished are the caller's.
 * Returns 0, or the index of an entry that should be a configuration and can't
 * be read.
 */
raft_index survivor_read(const struct raft_start *start,
                         struct survivor *survivor);

/* Is it the only voter, so that nobody else is needed? */
bool survivor_is_alone(const struct survivor *survivor);

/* Where the others find it: as the options say, else as a member; or "". */
const char *survivor_address(const struct survivor *survivor,
                             const struct raftd_options *options);

/* ---- survivor_report.c -------------------------------------------------- */

void report_known(const struct survivor *survivor, const char *directory,
                  FILE *out);
/* What the new cluster would be, and what is lost by it. */
void report_losses(const struct survivor *survivor, const char *address,
                   FILE *out);
/* How to go on, in two ways. */
void report_not_done(const struct survivor *survivor,
                     const struct raftd_options *options, FILE *out);
void report_done(const struct survivor *survivor, uint64_t old_cluster_id,
                 FILE *out);

#endif
