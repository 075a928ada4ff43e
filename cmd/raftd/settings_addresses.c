/* SPDX-License-Identifier: MIT
 *
 * settings_addresses.c - where this server is, where others are, and whom it
 * asks to be let in.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/raftd/settings.h"

/* Ends a message on what is no HOST:PORT. */
static const char *if_ipv6(const char *text)
{
    return strchr(text, ':') != strrchr(text, ':') ? "; IPv4 only" : "";
}

/* ---- Our own ------------------------------------------------------------ */

struct side {
    struct setting where;
    const char *advertise_flag, *advertise_text; /* NULL: not given */
    char *listen, *advertise;                    /* out */
};

static int check_advertised(const struct side *side)
{
    struct endpoint address;

    if (!endpoint_read(side->advertise_text, &address) || address.port == 0) {
        return settings_fail(EXIT_USAGE,
                             "%s %s: not HOST:PORT with a port from 1 to "
                             "65535%s",
                             side->advertise_flag, side->advertise_text,
                             if_ipv6(side->advertise_text));
    }
    endpoint_write(&address, side->advertise);
    if (endpoint_is_any(side->advertise)) {
        return settings_fail(EXIT_USAGE, "%s %s: nobody can connect to 0.0.0.0",
                             side->advertise_flag, side->advertise_text);
    }
    return -1;
}

static int check_side(const struct side *side)
{
    const struct setting *where = &side->where;
    struct endpoint address;

    if (!endpoint_read(where->value, &address)) {
        return settings_fail(EXIT_USAGE,
                             "%s %s: not HOST:PORT with a port up to 65535%s",
                             where->from, where->value, if_ipv6(where->value));
    }
    if (!endpoint_resolve(&address, side->listen)) {
        return settings_fail(EXIT_CONFIG,
                             "%s %s: cannot find the host; give a name or an "
                             "IPv4 address of this machine",
                             where->from, where->value);
    }
    if (side->advertise_text != NULL) {
        return check_advertised(side);
    }
    if (endpoint_is_any(side->listen)) {
        return settings_fail(
            EXIT_USAGE, "%s %s: say with %s HOST:PORT where others reach it",
            where->from, where->value, side->advertise_flag);
    }
    endpoint_write(&address, side->advertise);
    return -1;
}

/* Only one of them can be had; nothing else is using the port. */
static int check_apart(const struct raftd_flags *flags,
                       const struct settled *settled,
                       const struct raftd_options *options)
{
    const char *const both[] = {options->http_listen, options->raft_listen};
    struct endpoint http, raft;

    if (flags->force_new_cluster || !endpoint_read(both[0], &http) ||
        !endpoint_read(both[1], &raft) || http.port != raft.port ||
        http.port == 0 ||
        (strcmp(http.host, raft.host) != 0 && !endpoint_is_any(both[0]) &&
         !endpoint_is_any(both[1]))) {
        return -1;
    }
    return settings_fail(EXIT_USAGE,
                         "%s %s and %s %s are one port: give each its own",
                         settled->haddr.from, settled->haddr.value,
                         settled->raddr.from, settled->raddr.value);
}

int settings_addresses(const struct raftd_flags *flags,
                       const struct settled *settled,
                       struct raftd_options *options)
{
    const struct side http = {settled->haddr, "--http-advertise",
                              flags->http_advertise, options->http_listen,
                              options->http_advertise};
    const struct side raft = {settled->raddr, "--raft-advertise",
                              flags->raft_advertise, options->raft_listen,
                              options->raft_advertise};
    int code = check_side(&http);

    options->names_raft_address =
        settled->names_raft_address || flags->raft_advertise != NULL;
    code = code != -1 ? code : check_side(&raft);
    return code != -1 ? code : check_apart(flags, settled, options);
}

/* ---- --peers ------------------------------------------------------------ */

static int add_peer(const char *text, size_t length,
                    struct raftd_options *options)
{
    char copy[ADDRESS_BYTES];
    struct endpoint address;

    if (options->peer_count == RAFT_MAX_VOTERS) {
        return settings_fail(EXIT_USAGE, "--peers: more than %d servers",
                             RAFT_MAX_VOTERS);
    }
    snprintf(copy, sizeof copy, "%.*s", (int)length, text);
    if (length >= sizeof copy || !endpoint_read(copy, &address) ||
        address.port == 0) {
        return settings_fail(EXIT_USAGE, "--peers: \"%.*s\" is not HOST:PORT%s",
                             (int)length, text, if_ipv6(copy));
    }
    endpoint_write(&address, copy);
    for (size_t i = 0; i < options->peer_count; i++) {
        if (endpoint_same(options->peers[i], copy)) {
            return settings_fail(EXIT_USAGE, "--peers: %s is there twice",
                                 copy);
        }
    }
    memcpy(options->peers[options->peer_count++], copy, sizeof copy);
    return -1;
}

int settings_peers(const struct raftd_flags *flags,
                   const struct settled *settled, struct raftd_options *options)
{
    const char *other = settled->join.value != NULL ? settled->join.from
                                                    : settled->bootstrap_from;
    const char *at = flags->peers;

    if (at == NULL) {
        return -1;
    }
    if (other != NULL) {
        return settings_fail(EXIT_USAGE,
                             "--peers and %s: give one of them; --peers founds "
                             "the cluster by itself",
                             other);
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
    return settings_fail(
        EXIT_USAGE,
        "--peers: our own raft address %s is not among them; list it, "
        "or say with --raft-advertise which one we are",
        options->raft_advertise);
}

/* ---- -join -------------------------------------------------------------- */

/* Its name is looked up each time it is asked: it may not be there yet. */
int settings_join(const struct raftd_flags *flags,
                  const struct settled *settled, struct raftd_options *options)
{
    const struct setting *join = &settled->join;
    struct endpoint address, own;

    (void)flags;
    if (join->value == NULL) {
        return -1;
    }
    if (!endpoint_read(join->value, &address) || address.port == 0) {
        return settings_fail(EXIT_USAGE,
                             "%s %s: not HOST:PORT with a port from 1 to "
                             "65535: the HTTP address of a member%s",
                             join->from, join->value, if_ipv6(join->value));
    }
    endpoint_write(&address, options->join);
    if (endpoint_same(options->join, options->http_advertise) ||
        endpoint_same(options->join, options->http_listen) ||
        (endpoint_is_any(options->http_listen) &&
         endpoint_read(options->http_listen, &own) &&
         own.port == address.port &&
         (strcmp(address.host, "localhost") == 0 ||
          endpoint_is_loopback(address.host)))) {
        return settings_fail(EXIT_USAGE,
                             "%s %s: that is this server's own HTTP address; "
                             "name a member, or found a cluster with "
                             "-bootstrap",
                             join->from, join->value);
    }
    return -1;
}
