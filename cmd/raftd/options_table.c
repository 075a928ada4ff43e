/* SPDX-License-Identifier: MIT
 *
 * options_table.c - all options of raftd, and the variables of the demos whose
 * users it serves.
 */
#include "cmd/raftd/options_table.h"

struct options_read options_read;

static const char who[] = "Who and where";
static const char first_cluster[] = "A blank directory's first cluster";
static const char majority_lost[] = "When the majority of the members is lost";
static const char raft_example[] =
    "Variables of raft-example (a flag beats them)";
static const char raft_kv[] = "Variables of raft-kv (a flag beats them)";

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
     .group = who,
     .help = "A label for this node, in logs and answers; without it the "
             "raft address.",
     .type = OPTION_STRING,
     .environment = "RAFTD_ID",
     .destination = &options_read.flags.id},
    {.name = "haddr",
     .argument = "HOST:PORT",
     .group = who,
     .help = "Serve HTTP here; an empty host is 127.0.0.1.",
     .type = OPTION_STRING,
     .environment = "RAFTD_HADDR",
     .destination = &options_read.flags.haddr,
     .default_text = "localhost:8079",
     .source = &options_read.flags.haddr_by},
    {.name = "raddr",
     .argument = "HOST:PORT",
     .group = who,
     .help = "Talk to the other servers here.",
     .type = OPTION_STRING,
     .environment = "RAFTD_RADDR",
     .destination = &options_read.flags.raddr,
     .default_text = "localhost:8080",
     .source = &options_read.flags.raddr_by},
    {.name = "bind",
     .argument = "HOST:PORT",
     .group = who,
     .help = "Another word for -raddr; without -haddr, HTTP is served on the "
             "same host.",
     .type = OPTION_STRING,
     .destination = &options_read.flags.bind},
    {.name = "datadir",
     .argument = "DIRECTORY",
     .group = who,
     .help = "Another place for DIRECTORY; it founds no cluster.",
     .type = OPTION_STRING,
     .destination = &options_read.flags.datadir},
    {.name = "http-advertise",
     .argument = "HOST:PORT",
     .group = who,
     .help = "Where clients reach this node, when -haddr does not say it.",
     .type = OPTION_STRING,
     .environment = "RAFTD_HTTP_ADVERTISE",
     .destination = &options_read.flags.http_advertise},
    {.name = "raft-advertise",
     .argument = "HOST:PORT",
     .group = who,
     .help = "Where the others reach this node, when -raddr does not say it.",
     .type = OPTION_STRING,
     .environment = "RAFTD_RAFT_ADVERTISE",
     .destination = &options_read.flags.raft_advertise},

    {.name = "peers",
     .argument = "HOST:PORT,...",
     .group = first_cluster,
     .help = "The raft addresses of all servers, this one too; the same list "
             "on each. The first one founds, once all of them are up and "
             "blank.",
     .type = OPTION_STRING,
     .environment = "RAFTD_PEERS",
     .destination = &options_read.flags.peers,
     .source = &options_read.flags.peers_by},
    {.name = "bootstrap",
     .group = first_cluster,
     .help = "Found a cluster of this one server.",
     .type = OPTION_FLAG,
     .environment = "RAFTD_BOOTSTRAP",
     .destination = &options_read.flags.bootstrap,
     .source = &options_read.flags.bootstrap_by},
    {.name = "join",
     .argument = "HOST:PORT",
     .group = first_cluster,
     .help = "Ask the server whose HTTP address this is, each second, until "
             "its cluster has let this one in. Before -bootstrap.",
     .type = OPTION_STRING,
     .environment = "RAFTD_JOIN",
     .destination = &options_read.flags.join,
     .source = &options_read.flags.join_by},

    {.name = "election-timeout",
     .argument = "MIN[-MAX]",
     .group = "Time",
     .help = "Milliseconds without a leader before standing for election, "
             "20 to 600000; MAX is twice MIN when left out.",
     .type = OPTION_STRING,
     .environment = "RAFTD_ELECTION_TIMEOUT",
     .destination = &options_read.flags.election_timeout,
     .default_text = "150-300"},
    {.name = "heartbeat",
     .argument = "MS",
     .group = "Time",
     .help = "Milliseconds between a leader's heartbeats; at most half of "
             "MIN of --election-timeout.",
     .type = OPTION_U32,
     .environment = "RAFTD_HEARTBEAT",
     .destination = &options_read.options.heartbeat_ms,
     .default_text = "50",
     .min = TICK_MS,
     .max = 60000},
    {.name = "request-timeout",
     .argument = "MS",
     .group = "Time",
     .help = "Milliseconds a client's request may take in all.",
     .type = OPTION_U32,
     .environment = "RAFTD_REQUEST_TIMEOUT",
     .destination = &options_read.options.request_timeout_ms,
     .default_text = "10000",
     .min = 10,
     .max = 600000},

    {.name = "default-level",
     .argument = "LEVEL",
     .group = "Clients",
     .help = "What a read without level= gets.",
     .type = OPTION_ENUM,
     .environment = "RAFTD_DEFAULT_LEVEL",
     .destination = &options_read.options.default_level,
     .default_text = "default",
     .choices = level_choices},
    {.name = "max-value-bytes",
     .argument = "BYTES",
     .group = "Clients",
     .help = "Larger values are refused.",
     .type = OPTION_BYTES,
     .environment = "RAFTD_MAX_VALUE_BYTES",
     .destination = &options_read.options.max_value_bytes,
     .default_text = "1MiB",
     .min = 1,
     .max = 4u << 20},
    {.name = "http-workers",
     .argument = "COUNT",
     .group = "Clients",
     .help = "Threads that serve HTTP; each holds one connection.",
     .type = OPTION_U32,
     .environment = "RAFTD_HTTP_WORKERS",
     .destination = &options_read.options.http_worker_count,
     .default_text = "300",
     .min = 1,
     .max = 700},

    {.name = "snapshot-log-bytes",
     .argument = "BYTES",
     .group = "Disk",
     .help = "A snapshot is taken when this much was written to the log since "
             "the last one, and more than that one is long.",
     .type = OPTION_BYTES,
     .environment = "RAFTD_SNAPSHOT_LOG_BYTES",
     .destination = &options_read.options.snapshot_log_bytes,
     .default_text = "64MiB",
     .min = 1 << 16,
     .max = 1ull << 40},

    {.name = "log-level",
     .argument = "LEVEL",
     .group = "Logs",
     .help = "Least important line to write on stderr.",
     .type = OPTION_ENUM,
     .environment = "RAFTD_LOG_LEVEL",
     .destination = &options_read.options.log_level,
     .default_text = "info",
     .choices = log_choices},

    /* No environment: what loses data is typed each time. */
    {.name = "force-new-cluster",
     .group = majority_lost,
     .help = "Do not serve: report what DIRECTORY, of a server that is not "
             "running, knows, and what is lost if it goes on as a new cluster "
             "of this one server. Changes nothing by itself.",
     .type = OPTION_FLAG,
     .destination = &options_read.flags.force_new_cluster},
    {.name = "confirm-data-loss",
     .group = majority_lost,
     .help = "With --force-new-cluster: do it. The old cluster is given up. "
             "Its address is the one it had, or that of --raft-advertise.",
     .type = OPTION_FLAG,
     .destination = &options_read.flags.confirm_data_loss},
};

/* ---- The demos' variables ------------------------------------------------ */

#define TEXT(variable, argument_, group_, at, help_)                 \
    {                                                                \
        .argument = (argument_), .group = (group_), .help = (help_), \
        .type = OPTION_STRING, .environment = (variable),            \
        .destination = &options_read.flags.variables.at              \
    }

static const struct option_spec variables[] = {
    TEXT("SERVER_PORT", "NUMBER", raft_example, server_port_text,
         "Serve HTTP here [default:\t8079]."),
    TEXT("SERVER_IP", "HOST", raft_example, server_ip,
         "On this host [default:\t127.0.0.1]."),
    TEXT("RAFT_PORT", "NUMBER", raft_example, raft_port_text,
         "Talk to the other servers here [default:\t8080]."),
    TEXT("RAFT_IP", "HOST", raft_example, raft_ip,
         "On this host [default:\t127.0.0.1]."),
    TEXT("RAFT_NODE_ID", "NAME", raft_example, raft_node_id, "As -id."),
    TEXT("RAFT_VOL_DIR", "DIRECTORY", raft_example, raft_vol_dir,
         "The data. A blank directory founds a cluster of its own when this "
         "or any other RAFT_ variable is set."),
    TEXT("BIND", "HOST:PORT", raft_kv, bind,
         "As --bind [default:\t127.0.0.1:3000]."),
    TEXT("PORT", "NUMBER", raft_kv, port_text,
         "Serve HTTP here, on the host of --bind [default:\t8080]."),
    TEXT("DATA_DIR", "DIRECTORY", raft_kv, data_dir, "As --datadir."),
    TEXT("JOIN", "HOST:PORT", raft_kv, join, "As -join."),
    {.argument = "TRUTH",
     .group = raft_kv,
     .help = "As -bootstrap: True or False.",
     .type = OPTION_FLAG,
     .environment = "BOOTSTRAP",
     .destination = &options_read.flags.variables.bootstrap,
     .source = &options_read.flags.variables.bootstrap_by},
};

const struct option_program options_program = {
    .name = "raftd",
    .synopsis = "[OPTIONS] [DIRECTORY]",
    .about =
        "One server of a replicated key-value store. DIRECTORY keeps its "
        "data; without it raftd-NAME here. A blank directory starts a "
        "cluster of its own with -bootstrap, or when it is named; with --peers "
        "it becomes part of that cluster and of no other; with -join, whatever "
        "else is given, it asks to be let in; without any of these it waits to "
        "be joined. While it asks or waits, the first cluster that adds it has "
        "it, whichever that is. A directory that belongs to a cluster stays in "
        "it, whatever the flags say.",
    .notes =
        "A flag beats a variable, and RAFTD_ variables beat the others; two "
        "that\ncontradict each other are an error. The log names those that "
        "counted. Where one\nof raft-kv's, --bind or --datadir counts, so do "
        "its defaults, and every 2 s a\nline on stderr says \"[DEBUG] "
        "state=Leader leader=HOST:PORT\".\n\n"
        "Signals: TERM and INT hand leadership over and end the process "
        "within 5 s,\na second one at once; USR1 writes the state to the log."
        "\n\nExit codes: 0 ended as asked, 64 usage, 69 port or directory in "
        "use, 74 the\ndirectory can't be used or the disk failed, 76 damaged "
        "data, 78 configuration,\n134 a bug of ours.\n",
    .specs = specs,
    .spec_count = sizeof specs / sizeof specs[0],
    .variables = variables,
    .variable_count = sizeof variables / sizeof variables[0],
    .positional_max = 1,
};
