/* SPDX-License-Identifier: MIT
 *
 * settings.c - raftbench's options.
 */
#include "cmd/raftbench/settings.h"

static struct settings settings;

static const struct option_choice protocols[] = {
    {"raft", PROTOCOL_RAFT}, {"etcd", PROTOCOL_ETCD}, {NULL, 0}};
static const struct option_choice levels[] = {{"stale", LEVEL_STALE},
                                              {"default", LEVEL_DEFAULT},
                                              {"consistent", LEVEL_CONSISTENT},
                                              {NULL, 0}};

static const char servers[] = "Servers";
static const char load[] = "Load";
static const char checks[] = "After the run";
static const char instead[] = "Instead of a load";
static const char output[] = "Output";

static const struct option_spec specs[] = {
    {.name = "targets",
     .argument = "HOST:PORT,...",
     .group = servers,
     .help = "HTTP addresses of the servers.",
     .type = OPTION_STRING,
     .environment = "RAFTBENCH_TARGETS",
     .destination = &settings.targets,
     .default_text = "127.0.0.1:8079"},
    {.name = "leader-auto",
     .group = servers,
     .help = "Ask the targets who leads (10 seconds at most), and send "
             "everything there; without it connections are spread over all "
             "targets. Redirects are followed either way.",
     .type = OPTION_FLAG,
     .destination = &settings.leader_auto,
     .default_text = "false"},
    {.name = "protocol",
     .argument = "NAME",
     .group = servers,
     .help = "raft: POST and GET /key. etcd: the HTTP gateway of etcd 3.4.",
     .type = OPTION_ENUM,
     .destination = &settings.load.protocol,
     .default_text = "raft",
     .choices = protocols},
    {.name = "timeout-ms",
     .argument = "MS",
     .group = servers,
     .help = "For one request, redirects included. When given, also for all "
             "the waiting of --find-leader (else 10 s), --await-ready and "
             "--first-write (else 60 s).",
     .type = OPTION_U32,
     .destination = &settings.load.timeout_ms,
     .default_text = "5000",
     .min = 1,
     .max = 600000,
     .source = &settings.timeout_by},
    {.name = "allow-remote",
     .group = servers,
     .help = "Permit addresses that are not loopback addresses.",
     .type = OPTION_FLAG,
     .destination = &settings.allow_remote,
     .default_text = "false"},

    {.name = "connections",
     .argument = "N",
     .group = load,
     .help = "Keep-alive connections, each with one request under way.",
     .type = OPTION_U32,
     .destination = &settings.load.connection_count,
     .default_text = "1",
     .min = 1,
     .max = CLIENT_MAX_CONNECTIONS},
    {.name = "duration",
     .argument = "S",
     .group = load,
     .help = "Seconds measured (of each ceiling: 1 when not given).",
     .type = OPTION_U32,
     .destination = &settings.duration_s,
     .default_text = "10",
     .min = 1,
     .max = 3600,
     .source = &settings.duration_by},
    {.name = "warmup",
     .argument = "S",
     .group = load,
     .help = "Seconds before them: not measured, but errors are counted.",
     .type = OPTION_U32,
     .destination = &settings.warmup_s,
     .default_text = "1",
     .max = 600},
    {.name = "count",
     .argument = "N",
     .group = load,
     .help = "End after so many measured requests, if that comes first; 0: no "
             "bound.",
     .type = OPTION_U32,
     .destination = &settings.load.count,
     .default_text = "0",
     .max = 100000000},
    {.name = "pause-ms",
     .argument = "MS",
     .group = load,
     .help = "A connection rests so long after each answer.",
     .type = OPTION_U32,
     .destination = &settings.load.pause_ms,
     .default_text = "0",
     .max = 60000},
    {.name = "mix",
     .argument = "PERCENT",
     .group = load,
     .help = "Writes among the requests; the others are reads.",
     .type = OPTION_U32,
     .destination = &settings.load.write_percent,
     .default_text = "100",
     .max = 100},
    {.name = "level",
     .argument = "LEVEL",
     .group = load,
     .help = "Of reads.",
     .type = OPTION_ENUM,
     .destination = &settings.load.level,
     .default_text = "default",
     .choices = levels},
    {.name = "value-bytes",
     .argument = "SIZE",
     .group = load,
     .help = "Of each value that is written: 100, 64K, 1MiB.",
     .type = OPTION_BYTES,
     .destination = &settings.load.value_bytes,
     .default_text = "64",
     .min = VALUE_MIN_BYTES,
     .max = 1 << 20},
    {.name = "keys",
     .argument = "N",
     .group = load,
     .help = "Different keys; at least one for each connection.",
     .type = OPTION_U32,
     .destination = &settings.load.key_count,
     .default_text = "10000",
     .min = 1,
     .max = 10000000},
    {.name = "key-prefix",
     .argument = "TEXT",
     .group = load,
     .help = "What the keys that are written begin with: letters, digits, '-' "
             "and '_'.",
     .type = OPTION_STRING,
     .destination = &settings.load.key_prefix,
     .default_text = "bench-"},

    {.name = "verify",
     .group = checks,
     .help = "Read back every acknowledged key from every target with "
             "level=consistent. Exit status 1 if one is lost, has a value "
             "that was never acknowledged, or cannot be read.",
     .type = OPTION_FLAG,
     .destination = &settings.verify,
     .default_text = "false"},
    {.name = "verify-targets",
     .argument = "HOST:PORT,...",
     .group = checks,
     .help = "With --verify: read back from these instead: the targets may be "
             "members no more.",
     .type = OPTION_STRING,
     .destination = &settings.verify_targets},

    {.name = "ceilings",
     .group = instead,
     .help = "Measure what bounds any server on this machine: fdatasync, a "
             "loopback round trip, civetweb with an empty handler.",
     .type = OPTION_FLAG,
     .destination = &settings.ceilings,
     .default_text = "false"},
    {.name = "directory",
     .argument = "DIR",
     .group = instead,
     .help = "Where --ceilings writes its files, removed afterwards.",
     .type = OPTION_STRING,
     .destination = &settings.directory,
     .default_text = ".",
     .source = &settings.directory_by},
    {.name = "await-ready",
     .group = instead,
     .help = "Wait until every target is ready; print the milliseconds.",
     .type = OPTION_FLAG,
     .destination = &settings.await_ready,
     .default_text = "false"},
    {.name = "find-leader",
     .group = instead,
     .help = "Print the address of the target that leads.",
     .type = OPTION_FLAG,
     .destination = &settings.find_leader,
     .default_text = "false"},
    {.name = "first-write",
     .group = instead,
     .help = "Write the key \"probe\" until it is acknowledged; print the "
             "milliseconds.",
     .type = OPTION_FLAG,
     .destination = &settings.first_write,
     .default_text = "false"},
    {.name = "since",
     .argument = "NS",
     .group = instead,
     .help = "Count the milliseconds of --first-write from this moment, as "
             "printed by date +%s%N, rather than from the start.",
     .type = OPTION_STRING,
     .destination = &settings.since},
    {.name = "free-ports",
     .argument = "N",
     .group = instead,
     .help = "Print so many free loopback ports.",
     .type = OPTION_U32,
     .destination = &settings.free_port_count,
     .min = 1,
     .max = 64},
    {.name = "show",
     .argument = "FILE",
     .group = instead,
     .help = "Print what --json wrote into a file as one table.",
     .type = OPTION_STRING,
     .destination = &settings.show_file},
    {.name = "figure",
     .argument = "NUMBER,UNIT",
     .group = instead,
     .help = "Print a row with this number, measured elsewhere.",
     .type = OPTION_STRING,
     .destination = &settings.figure},

    {.name = "label",
     .argument = "TEXT",
     .group = output,
     .help = "What the rows of a load, or the row of --figure, are called.",
     .type = OPTION_STRING,
     .destination = &settings.label},
    {.name = "json",
     .group = output,
     .help = "One JSON object a row.",
     .type = OPTION_FLAG,
     .destination = &settings.json,
     .default_text = "false"},
};

static const struct option_program program = {
    .name = "raftbench",
    .synopsis = "[OPTIONS]",
    .about = "Loads a cluster over keep-alive HTTP connections, each with one "
             "request under way, and prints operations a second, latencies "
             "and errors.",
    .notes =
        "Exit status: 0; 1 something was lost, or cannot be read "
        "(--verify);\n2 requests failed (without --verify); 64 usage; 69 "
        "nobody answered in\ntime; 74 this machine failed (memory, files, "
        "sockets).\n\nINT and TERM end a load early; what follows it is done "
        "all the same.\nA second one ends raftbench.\n",
    .specs = specs,
    .spec_count = sizeof(specs) / sizeof(specs[0])};

enum options_result settings_parse(int argc, char **argv, FILE *out, FILE *err,
                                   const struct settings **parsed)
{
    size_t positional_count = 0;

    settings = (struct settings){0};
    *parsed = &settings;
    const enum options_result result =
        options_parse(&program, argc, argv, &positional_count, out, err);
    if (result != OPTIONS_RUN) {
        return result;
    }
    settings.load.duration_ms = settings.duration_s * 1000;
    settings.load.warmup_ms = settings.warmup_s * 1000;
    const char *wrong = settings_wrong(&settings);
    if (wrong != NULL) {
        fprintf(err, "%s: %s\n", program.name, wrong);
        options_usage(&program, err);
        return OPTIONS_BAD;
    }
    return OPTIONS_RUN;
}
