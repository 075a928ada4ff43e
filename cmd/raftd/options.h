/* SPDX-License-Identifier: MIT
 *
 * options.h - what raftd was asked to do, checked and complete.
 */
#ifndef RAFTD_OPTIONS_H
#define RAFTD_OPTIONS_H

#include "cmd/common/log.h"
#include "cmd/common/options.h"
#include "cmd/raftd/endpoint.h"
#include "http/http.h"
#include "net/net.h"

/* Exit codes, after <sysexits.h>. */
enum {
    EXIT_USAGE = 64,   /* a flag or value that makes no sense */
    EXIT_IN_USE = 69,  /* a port or the directory is taken */
    EXIT_IO = 74,      /* the directory can't be used, or the disk failed */
    EXIT_CORRUPT = 76, /* the directory holds damaged or unknown data */
    EXIT_CONFIG = 78   /* well-formed, but can't be had here */
};

enum { TICK_MS = 10, MAX_DIRECTORY_BYTES = 1024, VARIABLES_BYTES = 160 };

struct raftd_options {
    char name[NET_MAX_NAME]; /* -id: a label */
    char directory[MAX_DIRECTORY_BYTES];
    bool bootstrap;           /* a blank directory founds a cluster of one */
    bool says_bootstrap;      /* -bootstrap or its variable asks for it */
    char join[ADDRESS_BYTES]; /* HTTP address to ask to be let in; "": none */
    bool prints_state;        /* the [DEBUG] line of state_line.c */
    char variables[VARIABLES_BYTES]; /* those of the demos that counted */

    char raft_listen[ADDRESS_BYTES]; /* numeric */
    char http_listen[ADDRESS_BYTES];
    char raft_advertise[ADDRESS_BYTES]; /* port 0: the one we get */
    char http_advertise[ADDRESS_BYTES];
    bool names_raft_address; /* raft_advertise is not only a default */

    char peers[RAFT_MAX_VOTERS][ADDRESS_BYTES]; /* --peers, in order */
    size_t peer_count;
    size_t own_peer; /* our place among them */

    uint32_t election_ms_min;
    uint32_t election_ms_max;
    uint32_t heartbeat_ms;

    enum http_level default_level;
    uint64_t max_value_bytes;
    uint32_t http_worker_count;
    uint32_t request_timeout_ms;
    uint64_t snapshot_log_bytes;
    enum log_level log_level;

    bool force_new_cluster; /* do not serve: force_new_cluster.h */
    bool confirm_data_loss;
};

/*
 * Read flags, environment and the positional directory. -1: go on; else the
 * process ends with that exit code, and what was wrong stands on stderr.
 */
int raftd_options_read(int argc, char **argv, struct raftd_options *options);

/* The demos' own variables, as they stand in the environment. */
struct demo_variables {
    const char *server_ip, *raft_ip, *raft_node_id, *raft_vol_dir; /* or NULL */
    const char *bind, *join, *data_dir;
    const char *server_port_text, *raft_port_text, *port_text;
    uint32_t server_port, raft_port, port; /* those that count; 0: not set */
    bool bootstrap;
    enum option_source bootstrap_by;
};

/* What the command line says, before it is checked (settings.h). */
struct raftd_flags {
    const char *id, *haddr, *raddr, *bind, *datadir, *join;
    const char *peers, *raft_advertise, *http_advertise;
    const char *election_timeout;
    const char *directory; /* positional; NULL: not given */
    bool bootstrap;
    enum option_source haddr_by, raddr_by, peers_by, join_by, bootstrap_by;
    bool force_new_cluster, confirm_data_loss;
    struct demo_variables variables;
};

/* Check the flags and work out the rest. As raftd_options_read(). */
int raftd_options_check(const struct raftd_flags *given,
                        struct raftd_options *options);

#endif
