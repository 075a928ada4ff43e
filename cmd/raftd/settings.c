/* SPDX-License-Identifier: MIT
 *
 * settings.c - checks what the flags say, each by itself and together, and
 * works out what they leave open.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftd/options.h"

/* One line on stderr. Returns code. */
__attribute__((format(printf, 2, 3))) static int fail(int code,
                                                      const char *format, ...)
{
    va_list arguments;
    char text[512];

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *c = text; *c != '\0'; c++) {
        *c = *c < ' ' || *c > '~' ? '?' : *c; /* it stays one line */
    }
    fprintf(stderr, "raftd: %s\n", text);
    return code;
}

/* ---- Addresses ---------------------------------------------------------- */

struct side {
    const char *flag, *text;                     /* -haddr and its value */
    const char *advertise_flag, *advertise_text; /* NULL: not given */
    char *listen, *advertise;                    /* out */
};

static int check_advertised(const struct side *side)
{
    struct endpoint address;

    if (!endpoint_read(side->advertise_text, &address) || address.port == 0) {
        return fail(EXIT_USAGE, "%s %s: not HOST:PORT", side->advertise_flag,
                    side->advertise_text);
    }
    endpoint_write(&address, side->advertise);
    if (endpoint_is_any(side->advertise)) {
        return fail(EXIT_USAGE, "%s %s: nobody can connect to 0.0.0.0",
                    side->advertise_flag, side->advertise_text);
    }
    return -1;
}

static int check_side(const struct side *side)
{
    struct endpoint address;

    if (!endpoint_read(side->text, &address)) {
        return fail(EXIT_USAGE, "%s %s: not HOST:PORT", side->flag, side->text);
    }
    if (!endpoint_resolve(&address, side->listen)) {
        return fail(EXIT_CONFIG,
                    "%s %s: cannot find the host; give a name or an IPv4 "
                    "address of this machine",
                    side->flag, side->text);
    }
    if (side->advertise_text != NULL) {
        return check_advertised(side);
    }
    if (endpoint_is_any(side->listen)) {
        return fail(EXIT_USAGE,
                    "%s %s: say with %s HOST:PORT where others reach it",
                    side->flag, side->text, side->advertise_flag);
    }
    endpoint_write(&address, side->advertise);
    return -1;
}

static int check_addresses(const struct raftd_flags *flags,
                           struct raftd_options *options)
{
    const struct side http = {"-haddr",
                              flags->haddr,
                              "--http-advertise",
                              flags->http_advertise,
                              options->http_listen,
                              options->http_advertise};
    const struct side raft = {"-raddr",
                              flags->raddr,
                              "--raft-advertise",
                              flags->raft_advertise,
                              options->raft_listen,
                              options->raft_advertise};
    const int code = check_side(&http);

    return code != -1 ? code : check_side(&raft);
}

/* ---- --peers ------------------------------------------------------------ */

static int add_peer(const char *text, size_t length,
                    struct raftd_options *options)
{
    char copy[ADDRESS_BYTES];
    struct endpoint address;

    if (options->peer_count == RAFT_MAX_VOTERS) {
        return fail(EXIT_USAGE, "--peers: more than %d servers",
                    RAFT_MAX_VOTERS);
    }
    snprintf(copy, sizeof copy, "%.*s", (int)length, text);
    if (length >= sizeof copy || !endpoint_read(copy, &address) ||
        address.port == 0) {
        return fail(EXIT_USAGE, "--peers: \"%.*s\" is not HOST:PORT",
                    (int)length, text);
    }
    endpoint_write(&address, copy);
    for (size_t i = 0; i < options->peer_count; i++) {
        if (endpoint_same(options->peers[i], copy)) {
            return fail(EXIT_USAGE, "--peers: %s is there twice", copy);
        }
    }
    memcpy(options->peers[options->peer_count++], copy, sizeof copy);
    return -1;
}

static int check_peers(const struct raftd_flags *flags,
                       struct raftd_options *options)
{
    const char *at = flags->peers;

    if (at == NULL) {
        return -1;
    }
    if (flags->bootstrap) {
        return fail(EXIT_USAGE, "--peers and -bootstrap: give one of them; "
                                "--peers founds the cluster by itself");
    }
    for (;;) {
        const size_t length = strcspn(at, ",");
        const int code = add_peer(at, length, options);

        if (code != -1) {
            return code;
        }
        if (at[length] == '\0') {
            break;
        }
        at += length + 1;
    }
    for (size_t i = 0; i < options->peer_count; i++) {
        if (endpoint_same(options->peers[i], options->raft_advertise)) {
            options->own_peer = i;
            return -1;
        }
    }
    return fail(EXIT_USAGE,
                "--peers: our own raft address %s is not among them; list it, "
                "or say with --raft-advertise which one we are",
                options->raft_advertise);
}

/* ---- The rest ----------------------------------------------------------- */

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
                       struct raftd_options *options)
{
    const char *at = flags->election_timeout;
    bool good = read_ms(&at, &options->election_ms_min);

    options->election_ms_max = 2 * options->election_ms_min;
    if (good && *at == '-') {
        at++;
        good = read_ms(&at, &options->election_ms_max) &&
               options->election_ms_max >= options->election_ms_min;
    }
    if (!good || *at != '\0') {
        return fail(EXIT_USAGE,
                    "--election-timeout %s: give MIN or MIN-MAX in "
                    "milliseconds, 20 to 600000",
                    flags->election_timeout);
    }
    if (options->heartbeat_ms * 2 > options->election_ms_min) {
        return fail(EXIT_USAGE,
                    "--heartbeat %u: at most half of the least election "
                    "time-out (%u ms)",
                    (unsigned)options->heartbeat_ms,
                    (unsigned)options->election_ms_min);
    }
    return -1;
}

static int check_name(const struct raftd_flags *flags,
                      struct raftd_options *options)
{
    const char *name = flags->id != NULL ? flags->id : options->raft_advertise;

    if (*name == '\0' || strlen(name) >= sizeof options->name) {
        return fail(EXIT_USAGE, "-id \"%s\": 1 to %zu bytes", name,
                    sizeof options->name - 1);
    }
    for (const char *c = name; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~') {
            return fail(EXIT_USAGE, "-id \"%s\": printable ASCII only", name);
        }
    }
    memcpy(options->name, name, strlen(name) + 1);
    return -1;
}

/* The directory given, or one named after the id, in the current directory. */
static int check_directory(const struct raftd_flags *flags,
                           struct raftd_options *options)
{
    char *to = options->directory;

    if (flags->directory != NULL) {
        if (*flags->directory == '\0' ||
            strlen(flags->directory) >= MAX_DIRECTORY_BYTES) {
            return fail(EXIT_USAGE, "the directory's name: 1 to %d bytes",
                        MAX_DIRECTORY_BYTES - 1);
        }
        memcpy(to, flags->directory, strlen(flags->directory) + 1);
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
                       struct raftd_options *options)
{
    struct endpoint address;

    if (flags->confirm_data_loss && !flags->force_new_cluster) {
        return fail(EXIT_USAGE,
                    "--confirm-data-loss: only with --force-new-cluster");
    }
    if (flags->force_new_cluster &&
        (flags->peers != NULL || flags->bootstrap)) {
        return fail(EXIT_USAGE, "--force-new-cluster: not with --peers or "
                                "-bootstrap: it goes on from a directory");
    }
    options->force_new_cluster = flags->force_new_cluster;
    options->confirm_data_loss = flags->confirm_data_loss;
    options->names_raft_address =
        flags->raddr_given || flags->raft_advertise != NULL;
    if (flags->force_new_cluster && options->names_raft_address &&
        endpoint_read(options->raft_advertise, &address) && address.port == 0) {
        return fail(EXIT_USAGE,
                    "--force-new-cluster: %s: give a port that will stay",
                    options->raft_advertise);
    }
    return -1;
}

int raftd_options_check(const struct raftd_flags *flags,
                        struct raftd_options *options)
{
    int (*const checks[])(const struct raftd_flags *,
                          struct raftd_options *) = {
        check_addresses, check_peers,     check_times,
        check_name,      check_directory, check_force};

    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        const int code = checks[i](flags, options);

        if (code != -1) {
            return code;
        }
    }
    /* Rule 7 of the HTTP contract: a directory that is named is meant. */
    options->bootstrap =
        flags->bootstrap || (flags->directory != NULL && flags->peers == NULL);
    return -1;
}
