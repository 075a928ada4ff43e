/* SPDX-License-Identifier: MIT
 *
 * options.c - the table of raftd's options.
 */
#include "cmd/raftd/options.h"

#include <stdio.h>

#include "cmd/common/options.h"

static struct raftd_flags flags;
static struct raftd_options chosen;

static const struct option_choice level_choices[] = {
    {"stale", HTTP_STALE},
    {"default", HTTP_DEFAULT},
    {"consistent", HTTP_CONSISTENT},
    {NULL, 0}};

static const struct option_choice log_choices[] = {{"error", LOG_ERROR},
                                                   {"warn", LOG_WARN},
                                                   {"info", LOG_INFO},
                                                   {"debug", LOG_DEBUG},
                                                   {NULL, 0}};

static const struct option_spec specs[] = {
    {.name = "id",
     .argument = "NAME",
     .group = "Who and where",
     .help = "A label for this node, in logs and answers; without it the "
             "raft address.",
     .type = OPTION_STRING,
     .environment = "RAFTD_ID",
     .destination = &flags.id},
    {.name = "haddr",
     .argument = "HOST:PORT",
     .group = "Who and where",
     .help = "Serve HTTP here; an empty host is 127.0.0.1.",
     .type = OPTION_STRING,
     .environment = "RAFTD_HADDR",
     .destination = &flags.haddr,
     .default_text = "localhost:8079"},
    {.name = "raddr",
     .argument = "HOST:PORT",
     .group = "Who and where",
     .help = "Talk to the other servers here.",
     .type = OPTION_STRING,
     .environment = "RAFTD_RADDR",
     .destination = &flags.raddr,
     .default_text = "localhost:8080",
     .given = &flags.raddr_given},
    {.name = "http-advertise",
     .argument = "HOST:PORT",
     .group = "Who and where",
     .help = "Where clients reach this node, when -haddr does not say it.",
     .type = OPTION_STRING,
     .environment = "RAFTD_HTTP_ADVERTISE",
     .destination = &flags.http_advertise},
    {.name = "raft-advertise",
     .argument = "HOST:PORT",
     .group = "Who and where",
     .help = "Where the others reach this node, when -raddr does not say it.",
     .type = OPTION_STRING,
     .environment = "RAFTD_RAFT_ADVERTISE",
     .destination = &flags.raft_advertise},

    {.name = "peers",
     .argument = "HOST:PORT,...",
     .group = "A blank directory's first cluster",
     .help = "The raft addresses of all servers, this one too; the same list "
             "on each. The first one founds, once all of them are up and "
             "blank.",
     .type = OPTION_STRING,
     .environment = "RAFTD_PEERS",
     .destination = &flags.peers},
    {.name = "bootstrap",
     .group = "A blank directory's first cluster",
     .help = "Found a cluster of this one server.",
     .type = OPTION_FLAG,
     .environment = "RAFTD_BOOTSTRAP",
     .destination = &flags.bootstrap},

    {.name = "election-timeout",
     .argument = "MIN[-MAX]",
     .group = "Time",
     .help = "Milliseconds without a leader before standing for election; "
             "MAX is twice MIN when left out.",
     .type = OPTION_STRING,
     .environment = "RAFTD_ELECTION_TIMEOUT",
     .destination = &flags.election_timeout,
     .default_text = "150-300"},
    {.name = "heartbeat",
     .argument = "MS",
     .group = "Time",
     .help = "Milliseconds between a leader's heartbeats.",
     .type = OPTION_U32,
     .environment = "RAFTD_HEARTBEAT",
     .destination = &chosen.heartbeat_ms,
     .default_text = "50",
     .min = TICK_MS,
     .max = 60000},
    {.name = "request-timeout",
     .argument = "MS",
     .group = "Time",
     .help = "Milliseconds a client's request may take in all.",
     .type = OPTION_U32,
     .environment = "RAFTD_REQUEST_TIMEOUT",
     .destination = &chosen.request_timeout_ms,
     .default_text = "10000",
     .min = 10,
     .max = 600000},

    {.name = "default-level",
     .argument = "LEVEL",
     .group = "Clients",
     .help = "What a read without level= gets.",
     .type = OPTION_ENUM,
     .environment = "RAFTD_DEFAULT_LEVEL",
     .destination = &chosen.default_level,
     .default_text = "default",
     .choices = level_choices},
    {.name = "max-value-bytes",
     .argument = "BYTES",
     .group = "Clients",
     .help = "Larger values are refused.",
     .type = OPTION_BYTES,
     .environment = "RAFTD_MAX_VALUE_BYTES",
     .destination = &chosen.max_value_bytes,
     .default_text = "1MiB",
     .min = 1,
     .max = 4u << 20},
    {.name = "http-workers",
     .argument = "COUNT",
     .group = "Clients",
     .help = "Threads that serve HTTP; each holds one connection.",
     .type = OPTION_U32,
     .environment = "RAFTD_HTTP_WORKERS",
     .destination = &chosen.http_worker_count,
     .default_text = "300",
     .min = 1,
     .max = 700},

    {.name = "snapshot-log-bytes",
     .argument = "BYTES",
     .group = "Disk",
     .help = "A snapshot is taken when the log is this long, and longer than "
             "the last snapshot.",
     .type = OPTION_BYTES,
     .environment = "RAFTD_SNAPSHOT_LOG_BYTES",
     .destination = &chosen.snapshot_log_bytes,
     .default_text = "64MiB",
     .min = 1 << 16,
     .max = 1ull << 40},

    {.name = "log-level",
     .argument = "LEVEL",
     .group = "Logs",
     .help = "Least important line to write on stderr.",
     .type = OPTION_ENUM,
     .environment = "RAFTD_LOG_LEVEL",
     .destination = &chosen.log_level,
     .default_text = "info",
     .choices = log_choices},

    /* No environment: what loses data is typed each time. */
    {.name = "force-new-cluster",
     .group = "When the majority of the members is lost",
     .help = "Do not serve: report what DIRECTORY, of a server that is not "
             "running, knows, and what is lost if it goes on as a new cluster "
             "of this one server. Changes nothing by itself.",
     .type = OPTION_FLAG,
     .destination = &flags.force_new_cluster},
    {.name = "confirm-data-loss",
     .group = "When the majority of the members is lost",
     .help = "With --force-new-cluster: do it. The old cluster is given up. "
             "Its address is the one it had, or that of --raft-advertise.",
     .type = OPTION_FLAG,
     .destination = &flags.confirm_data_loss},
};

static const struct option_program program = {
    .name = "raftd",
    .synopsis = "[OPTIONS] [DIRECTORY]",
    .about =
        "One server of a replicated key-value store. DIRECTORY keeps its "
        "data; without it raftd-NAME here. A blank directory starts a "
        "cluster of its own with -bootstrap, or when it is named without "
        "--peers; with --peers it becomes part of that cluster; else it waits "
        "to be joined. A directory that belongs to a cluster stays in it, "
        "whatever the flags say.",
    .notes =
        "Signals: TERM and INT hand leadership over and end the process "
        "within 5 s,\na second one at once; USR1 writes the state to the log."
        "\n\nExit codes: 0 ended as asked, 64 usage, 69 port or directory in "
        "use, 74 disk\nfailed, 76 damaged data, 78 configuration, 134 a bug of "
        "ours.\n",
    .specs = specs,
    .spec_count = sizeof specs / sizeof specs[0],
    .positional_max = 1,
};

int raftd_options_read(int argc, char **argv, struct raftd_options *options)
{
    size_t positional_count = 0;

    switch (options_parse(&program, argc, argv, &positional_count, stdout,
                          stderr)) {
    case OPTIONS_RUN:
        break;
    case OPTIONS_DONE:
        return 0;
    case OPTIONS_BAD:
        return EXIT_USAGE;
    }
    flags.directory = positional_count == 1 ? argv[1] : NULL;
    const int code = raftd_options_check(&flags, &chosen);

    *options = chosen;
    return code;
}
