/* SPDX-License-Identifier: MIT
 *
 * force_rig.h - the directory of a server whose cluster lost its majority, and
 * `raftd --force-new-cluster` on it.
 */
#ifndef TESTS_UNIT_FORCE_RIG_H
#define TESTS_UNIT_FORCE_RIG_H

#include "cmd/raftd/options.h"
#include "raft/storage/storage.h"
#include "tests/unit/fault_files.h"

enum {
    FORCE_CLUSTER = 77, /* the old one */
    FORCE_ENTRIES = 5,  /* terms 1 1 1 2 2; the first is the configuration */
    FORCE_OTHER = 3     /* members: this server, 3, 4 */
};

struct force_rig {
    struct fault_files *disk;
    struct raftd_options options;
    struct storage *storage; /* NULL: closed */
    raft_server_id id;
    char report[8192]; /* of the last force_run() */
    char said[4096];   /* the same, on stderr */
};

/* A directory with an identity and nothing else. */
void force_create_blank(struct force_rig *rig, uint64_t seed);
/* A member of three, term 2, stopped in good order. */
void force_create(struct force_rig *rig, uint64_t seed);
/* The same; config is entry 1, and this server takes the place of id 1. */
void force_create_with(struct force_rig *rig, uint64_t seed,
                       struct raft_config config);
void force_destroy(struct force_rig *rig);

/* These succeed, or the test fails. */
void force_open(struct force_rig *rig);
void force_load(struct force_rig *rig, struct raft_start *start);
void force_close(struct force_rig *rig);

/* Three voters: 1 at one:1, 3 at three:3, 4 at four:4. */
struct raft_config force_config(void);

/* Returns the exit code. */
int force_run(struct force_rig *rig, bool confirm);

/* Confirmed or not: this exit code, these words on stderr, and not a byte of
 * the directory is changed; or the test fails. */
void force_is_refused(struct force_rig *rig, int code, const char *why);

/* A number for all names and bytes of the directory. */
uint64_t force_files(struct force_rig *rig);

/* What a server would start on. */
enum force_state {
    FORCE_OLD = 1,    /* the old cluster, its log untouched */
    FORCE_UNFINISHED, /* no server loads it */
    FORCE_NEW         /* another cluster, of this server alone, the log kept */
};

/* Anything else fails the test. */
enum force_state force_state(struct force_rig *rig);

#endif
