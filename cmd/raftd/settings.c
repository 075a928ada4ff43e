/* SPDX-License-Identifier: MIT
 *
 * settings.c - checks what the flags say, each by itself and together, and
 * works out what they leave open.
 */
#include "cmd/raftd/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *program = "raftd";

void settings_called_by(const char *name)
{
    program = name;
}

int settings_fail(int code, const char *format, ...)
{
    va_list arguments;
    char text[512];

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *c = text; *c != '\0'; c++) {
        *c = *c < ' ' || *c > '~' ? '?' : *c; /* it stays one line */
    }
    fprintf(stderr, "%s: %s\n", program, text);
    return code;
}

static bool read_ms(const char **at, uint32_t *ms)
{
    char *end = NULL;
    unsigned long value;

    if (**at < '0' || **at > '9') {
        return false;
    }
    value = strtoul(*at, &end, 10);
    *at = end;
    *ms = (uint32_t)value;
    return value >= 2 * TICK_MS && value <= 600000;
}

static int check_times(const struct raftd_flags *flags,
                       const struct settled *settled,
                       struct raftd_options *options)
{
    const char *at = flags->election_timeout;
    bool good = read_ms(&at, &options->election_ms_min);

    (void)settled;
    options->election_ms_max = 2 * options->election_ms_min;
    if (good && *at == '-') {
        at++;
        good = read_ms(&at, &options->election_ms_max) &&
               options->election_ms_max >= options->election_ms_min;
    }
    if (!good || *at != '\0') {
        return settings_fail(EXIT_USAGE,
                             "--election-timeout %s: give MIN or MIN-MAX in "
                             "milliseconds, 20 to 600000",
                             flags->election_timeout);
    }
    if (options->heartbeat_ms * 2 > options->election_ms_min) {
        return settings_fail(
            EXIT_USAGE,
            "--heartbeat %u: at most half of the least election "
            "time-out (%u ms)",
            (unsigned)options->heartbeat_ms,
            (unsigned)options->election_ms_min);
    }
    return -1;
}

static int check_name(const struct raftd_flags *flags,
                      const struct settled *settled,
                      struct raftd_options *options)
{
    const struct setting *id = &settled->id;
    const char *from = id->value != NULL ? id->from : "-id";
    const char *name = id->value != NULL ? id->value : options->raft_advertise;

    (void)flags;
    if (*name == '\0' || strlen(name) >= sizeof options->name) {
        return settings_fail(EXIT_USAGE, "%s \"%s\": 1 to %zu bytes", from,
                             name, sizeof options->name - 1);
    }
    for (const char *c = name; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~') {
            return settings_fail(EXIT_USAGE,
                                 "%s \"%s\": printable ASCII only, no blanks",
                                 from, name);
        }
    }
    memcpy(options->name, name, strlen(name) + 1);
    return -1;
}

/* The directory given, or one named after the id, in the current directory. */
static int check_directory(const struct raftd_flags *flags,
                           const struct settled *settled,
                           struct raftd_options *options)
{
    const char *given = settled->directory.value;
    char *to = options->directory;

    (void)flags;
    if (given != NULL) {
        if (*given == '\0' || strlen(given) >= MAX_DIRECTORY_BYTES) {
            return settings_fail(EXIT_USAGE, "%s: a name of 1 to %d bytes",
                                 settled->directory.from,
                                 MAX_DIRECTORY_BYTES - 1);
        }
        memcpy(to, given, strlen(given) + 1);
        return -1;
    }
    snprintf(to, MAX_DIRECTORY_BYTES, "raftd-%s", options->name);
    for (char *c = to; *c != '\0'; c++) {
        if (*c == '/' || *c == ':') {
            *c = '_';
        }
    }
    return -1;
}

static int check_force(const struct raftd_flags *flags,
                       const struct settled *settled,
                       struct raftd_options *options)
{
    const char *other = flags->peers != NULL          ? "--peers"
                        : settled->join.value != NULL ? settled->join.from
                                                      : settled->bootstrap_from;
    struct endpoint address;

    if (flags->confirm_data_loss && !flags->force_new_cluster) {
        return settings_fail(
            EXIT_USAGE, "--confirm-data-loss: only with --force-new-cluster");
    }
    if (flags->force_new_cluster && other != NULL) {
        return settings_fail(
            EXIT_USAGE,
            "--force-new-cluster: not with %s: it goes on from a directory",
            other);
    }
    options->force_new_cluster = flags->force_new_cluster;
    options->confirm_data_loss = flags->confirm_data_loss;
    if (flags->force_new_cluster && options->names_raft_address &&
        endpoint_read(options->raft_advertise, &address) && address.port == 0) {
        return settings_fail(
            EXIT_USAGE, "--force-new-cluster: %s: give a port that will stay",
            options->raft_advertise);
    }
    return -1;
}

int raftd_options_check(const struct raftd_flags *given,
                        struct raftd_options *options)
{
    int (*const checks[])(const struct raftd_flags *, const struct settled *,
                          struct raftd_options *) = {
        settings_addresses, settings_peers,  settings_join, check_times,
        check_name,         check_directory, check_force};
    struct raftd_flags counting = *given;
    const struct raftd_flags *const flags = &counting;
    struct settled settled = {0};
    int code = settings_counting(&counting);

    if (code == -1) {
        code = settings_settle(flags, &settled, options);
    }

    for (size_t i = 0; code == -1 && i < sizeof checks / sizeof checks[0];
         i++) {
        code = checks[i](flags, &settled, options);
    }
    options->says_bootstrap = code == -1 && settled.bootstrap_from != NULL;
    /* Rule 7 of the HTTP contract: --peers, a join, then whatever founds. */
    options->bootstrap = code == -1 && flags->peers == NULL &&
                         settled.join.value == NULL && settled.founds;
    return code;
}
