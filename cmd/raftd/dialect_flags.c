/* SPDX-License-Identifier: MIT
 *
 * dialect_flags.c - the words of five demos for one setting come to one value.
 *
 * Of what counts (settings_counting.c) whatever contradicts itself is an
 * error. Where one of raft-kv's words counts, its defaults do.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/raftd/settings.h"

static const char loopback[] = "127.0.0.1";

enum { RAFT_KV_RAFT_PORT = 3000, RAFT_KV_HTTP_PORT = 8080 };

/* ---- Whose words they are ------------------------------------------------ */

static bool any_raft(const struct demo_variables *v)
{
    return v->raft_ip != NULL || v->raft_port != 0 || v->raft_node_id != NULL ||
           v->raft_vol_dir != NULL;
}

static bool is_raft_example(const struct demo_variables *v)
{
    return any_raft(v) || v->server_ip != NULL || v->server_port != 0;
}

static bool is_raft_kv(const struct raftd_flags *flags,
                       const struct demo_variables *v)
{
    return flags->bind != NULL || flags->datadir != NULL || v->bind != NULL ||
           v->join != NULL || v->data_dir != NULL || v->port != 0 ||
           v->bootstrap_by != OPTION_DEFAULT;
}

/* For the log: such names are common, and may be meant for somebody else. */
static void list(const struct demo_variables *v, char *names)
{
    const struct {
        bool counts;
        const char *name;
    } all[] = {{v->server_ip != NULL, "SERVER_IP"},
               {v->server_port != 0, "SERVER_PORT"},
               {v->raft_ip != NULL, "RAFT_IP"},
               {v->raft_port != 0, "RAFT_PORT"},
               {v->raft_node_id != NULL, "RAFT_NODE_ID"},
               {v->raft_vol_dir != NULL, "RAFT_VOL_DIR"},
               {v->bind != NULL, "BIND"},
               {v->port != 0, "PORT"},
               {v->data_dir != NULL, "DATA_DIR"},
               {v->join != NULL, "JOIN"},
               {v->bootstrap_by != OPTION_DEFAULT, "BOOTSTRAP"}};
    size_t used = 0;

    names[0] = '\0';
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i].counts) {
            used += (size_t)snprintf(names + used, VARIABLES_BYTES - used,
                                     "%s%s", used > 0 ? "," : "", all[i].name);
        }
    }
}

/* ---- What contradicts itself --------------------------------------------- */

static int check_pair(const char *from, const char *value,
                      const char *other_from, const char *other)
{
    if (value == NULL || other == NULL || strcmp(value, other) == 0) {
        return -1;
    }
    return settings_fail(EXIT_USAGE,
                         "%s %s and %s %s contradict each other: give one of "
                         "them",
                         from, value, other_from, other);
}

static int check_ports(const char *from, uint32_t port, const char *other_from,
                       uint32_t other)
{
    char text[2][12];

    if (port == 0 || other == 0) {
        return -1;
    }
    snprintf(text[0], sizeof text[0], "%u", (unsigned)port);
    snprintf(text[1], sizeof text[1], "%u", (unsigned)other);
    return check_pair(from, text[0], other_from, text[1]);
}

/* raft-kv says in one what raft-example says in two. */
static int check_bind(const struct demo_variables *v)
{
    struct endpoint bind;
    int code = -1;

    if (v->bind == NULL || !endpoint_read(v->bind, &bind)) {
        return -1;
    }
    code = check_ports("BIND's port", bind.port, "RAFT_PORT", v->raft_port);
    return code != -1
               ? code
               : check_pair("BIND's host", bind.host, "RAFT_IP", v->raft_ip);
}

static int check_contradictions(const struct raftd_flags *flags,
                                const struct demo_variables *v)
{
    int code = -1;

    if (flags->bind != NULL && flags->raddr_by == OPTION_ARGUMENT &&
        !endpoint_same(flags->bind, flags->raddr)) {
        code = check_pair("-raddr", flags->raddr, "--bind", flags->bind);
    }
    code = code != -1 ? code
                      : check_pair("the directory", flags->directory,
                                   "--datadir", flags->datadir);
    code = code != -1 ? code
                      : check_pair("RAFT_VOL_DIR", v->raft_vol_dir, "DATA_DIR",
                                   v->data_dir);
    code = code != -1
               ? code
               : check_ports("SERVER_PORT", v->server_port, "PORT", v->port);
    return code != -1 ? code : check_bind(v);
}

/* ---- Addresses ----------------------------------------------------------- */

static void put(struct setting *setting, const char *value, const char *from)
{
    if (setting->value == NULL && value != NULL) {
        *setting = (struct setting){value, from};
    }
}

/* The first that is given; a word of ours may come from its variable. */
static void put_ours(struct setting *setting, const char *value,
                     enum option_source by, const char *flag,
                     const char *variable)
{
    put(setting, by == OPTION_DEFAULT ? NULL : value,
        by == OPTION_ENVIRONMENT ? variable : flag);
}

static const char *or_else(const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

static void settle_raft(const struct raftd_flags *flags,
                        const struct demo_variables *v, struct settled *s)
{
    const bool is_kv = is_raft_kv(flags, v);
    struct endpoint ours = {.port = RAFT_KV_RAFT_PORT};

    put(&s->raddr, flags->bind, "--bind");
    put_ours(&s->raddr, flags->raddr, flags->raddr_by, "-raddr", "RAFTD_RADDR");
    put(&s->raddr, v->bind, "BIND");
    s->names_raft_address =
        s->raddr.value != NULL || v->raft_ip != NULL || v->raft_port != 0;
    if (!is_kv && !is_raft_example(v)) {
        put(&s->raddr, flags->raddr, "-raddr");
    }
    if (!is_kv) {
        endpoint_read(flags->raddr, &ours); /* the default's port */
    }
    snprintf(s->raddr_text, sizeof s->raddr_text, "%s:%u",
             or_else(v->raft_ip, loopback),
             (unsigned)(v->raft_port != 0 ? v->raft_port : ours.port));
    put(&s->raddr, s->raddr_text, "RAFT_IP and RAFT_PORT");
}

/* Nobody on another machine could use a raft-kv that serves HTTP on this one
 * alone: it is served where its raft address is. */
static void settle_http(const struct raftd_flags *flags,
                        const struct demo_variables *v, struct settled *s)
{
    const bool is_kv = is_raft_kv(flags, v);
    struct endpoint ours = {.port = RAFT_KV_HTTP_PORT};
    struct endpoint raft;
    const char *host = loopback;
    unsigned port = v->server_port != 0 ? v->server_port : v->port;

    put_ours(&s->haddr, flags->haddr, flags->haddr_by, "-haddr", "RAFTD_HADDR");
    if (!is_kv && !is_raft_example(v)) {
        put(&s->haddr, flags->haddr, "-haddr");
    }
    if (!is_kv) {
        endpoint_read(flags->haddr, &ours); /* the default's port */
    } else if (endpoint_read(s->raddr.value, &raft)) {
        host = raft.host;
    }
    port = port != 0 ? port : ours.port;
    snprintf(s->haddr_text, sizeof s->haddr_text, "%s:%u",
             or_else(v->server_ip, host), port);
    put(&s->haddr, s->haddr_text, is_kv ? "PORT" : "SERVER_IP and SERVER_PORT");
}

/* ---- All of it ----------------------------------------------------------- */

static void settle_begin(const struct raftd_flags *flags,
                         const struct demo_variables *v, struct settled *s)
{
    const bool says_nobody = flags->join != NULL && *flags->join == '\0';

    put(&s->join, flags->join, "-join");
    put(&s->join, v->join, "JOIN");
    if (says_nobody) {
        s->join = (struct setting){0}; /* as the demos' default is */
    }
    /* A directory that is named is meant (unless somebody says it is not). */
    s->founds = flags->directory != NULL || any_raft(v);
    if (flags->bootstrap_by != OPTION_DEFAULT || flags->bootstrap) {
        s->founds = flags->bootstrap;
        s->bootstrap_from = flags->bootstrap ? "-bootstrap" : NULL;
    } else if (v->bootstrap_by != OPTION_DEFAULT) {
        s->founds = v->bootstrap;
        s->bootstrap_from = v->bootstrap ? "BOOTSTRAP" : NULL;
    }
}

/* With port 0 it would be another server at each start. */
static int check_bound(struct setting raft)
{
    struct endpoint address;

    if (strcmp(raft.from, "--bind") != 0 && strcmp(raft.from, "BIND") != 0) {
        return -1;
    }
    if (!endpoint_read(raft.value, &address) || address.port == 0) {
        return settings_fail(EXIT_USAGE,
                             "%s %s: not HOST:PORT with a port from 1 to 65535",
                             raft.from, raft.value);
    }
    return -1;
}

int settings_settle(const struct raftd_flags *flags, struct settled *settled,
                    struct raftd_options *options)
{
    const struct demo_variables v = flags->variables;
    const int code = check_contradictions(flags, &v);

    if (code != -1) {
        return code;
    }
    *settled = (struct settled){0};
    put(&settled->id, flags->id, "-id");
    put(&settled->id, v.raft_node_id, "RAFT_NODE_ID");
    put(&settled->directory, flags->directory, "the directory");
    put(&settled->directory, flags->datadir, "--datadir");
    put(&settled->directory, v.raft_vol_dir, "RAFT_VOL_DIR");
    put(&settled->directory, v.data_dir, "DATA_DIR");
    settle_raft(flags, &v, settled);
    settle_http(flags, &v, settled);
    settle_begin(flags, &v, settled);
    options->prints_state = is_raft_kv(flags, &v);
    list(&v, options->variables);
    return check_bound(settled->raddr);
}
