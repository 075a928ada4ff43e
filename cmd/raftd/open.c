/* SPDX-License-Identifier: MIT
 *
 * open.c - brings a server up: directory, ports, then its part in a cluster.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/raftd/server.h"

/* ---- Errors: one line, with the next step ------------------------------- */

static int fail(int code, const char *message, const char *error,
                const char *next_step)
{
    struct log_line line;

    log_begin(&line, LOG_ERROR, message);
    log_text(&line, "error", error);
    log_text(&line, "next", next_step);
    log_end(&line);
    return code;
}

int server_storage_code(const struct storage_error *error)
{
    switch (error->problem) {
    case STORAGE_ELOCKED:
        return EXIT_IN_USE;
    case STORAGE_ECORRUPT:
    case STORAGE_EVERSION:
        return EXIT_CORRUPT;
    case STORAGE_ENOMEM:
    case STORAGE_EIO:
        break;
    }
    return EXIT_IO;
}

int server_storage_failed(const struct storage_error *error)
{
    const int code = server_storage_code(error);

    switch (error->problem) {
    case STORAGE_ELOCKED:
        return fail(code, "the directory is in use", error->text,
                    "stop the other process or name another directory");
    case STORAGE_ECORRUPT:
        return fail(code, "the directory holds damaged data", error->text,
                    "where other voters are left, start on an empty directory "
                    "as a new member (docs/members.md), never on an older "
                    "copy; if this was the only voter its data is lost; keep "
                    "this one for the search");
    case STORAGE_EVERSION:
        return fail(code, "the directory has another format", error->text,
                    "use the version of raftd that wrote it");
    case STORAGE_ENOMEM:
    case STORAGE_EIO:
        break;
    }
    return fail(code, "can't use the directory", error->text,
                "check its path, rights and free space");
}

int server_no_memory(void)
{
    return fail(EXIT_IO, "can't start", "out of memory",
                "free memory and start again");
}

/* ---- Ports -------------------------------------------------------------- */

static void on_received(void *self, const struct raft_message *message)
{
    server_received(self, message);
}

static void on_introduced(void *self, const struct net_hello *hello)
{
    struct server *server = self;

    server->seen.names_changed = true;
    join_introduced(server, hello);
}

static void on_invited(void *self, const struct net_hello *by)
{
    join_invited(self, by);
}

static void on_absorb_asked(void *self, const struct net_hello *by)
{
    leave_asked(self, by);
}

static void on_net_log(void *self, const char *line)
{
    (void)self;
    log_worded(LOG_INFO, line);
}

static void wake(void *self)
{
    const struct server *server = self;

    net_wake(server->net);
}

static int fail_port(bool in_use, const char *flag, const char *listen,
                     const char *error)
{
    char what[512];

    snprintf(what, sizeof what, "%s %s: %s", flag, listen, error);
    if (in_use) {
        return fail(EXIT_IN_USE, "a port is in use", what,
                    "stop what uses it or choose another one");
    }
    return fail(EXIT_CONFIG, "can't listen", what,
                "give an address of this machine, and a port that is free and "
                "that this user may take");
}

/* Announce the port we got where none was asked for. */
static void settle_address(const char *asked, uint16_t port, char *settled)
{
    struct endpoint address;

    snprintf(settled, ADDRESS_BYTES, "%s", asked);
    if (endpoint_read(asked, &address) && address.port == 0) {
        address.port = port;
        endpoint_write(&address, settled);
    }
}

static int open_net(struct server *server)
{
    const struct raftd_options *options = server->options;
    const struct storage_identity *identity = storage_identity(server->storage);
    const struct net_events events = {.self = server,
                                      .received = on_received,
                                      .introduced = on_introduced,
                                      .invited = on_invited,
                                      .absorb_asked = on_absorb_asked,
                                      .log = on_net_log};
    struct net_settings settings = {.listen = options->raft_listen,
                                    .self = {.cluster_id = identity->cluster_id,
                                             .server_id = identity->server_id},
                                    .heartbeat_ms = options->heartbeat_ms};
    char error[256] = "";
    bool in_use = false;

    memcpy(settings.self.name, options->name, sizeof options->name);
    memcpy(settings.self.raft_address, options->raft_advertise, ADDRESS_BYTES);
    memcpy(settings.self.http_address, options->http_advertise, ADDRESS_BYTES);
    server->net = net_create(&settings, &events, error, sizeof error, &in_use);
    if (server->net == NULL) {
        return fail_port(in_use, "-raddr", options->raft_listen, error);
    }
    settle_address(options->raft_advertise, net_port(server->net),
                   server->raft_advertise);
    return -1;
}

static int open_http(struct server *server)
{
    const struct raftd_options *options = server->options;
    const struct http_settings settings = {
        .listen = options->http_listen,
        .advertise = options->http_advertise,
        .default_level = options->default_level,
        .worker_count = options->http_worker_count,
        .request_timeout_ms = options->request_timeout_ms,
        .max_value_bytes = (size_t)options->max_value_bytes,
        .view = &server->view};
    char error[256] = "";
    bool in_use = false;

    server_look(server); /* requests may come before all is loaded */
    server->http = http_start(&settings, server->bridge, server->kv, error,
                              sizeof error, &in_use);
    if (server->http == NULL) {
        return fail_port(in_use, "-haddr", options->http_listen, error);
    }
    settle_address(options->http_advertise, http_port(server->http),
                   server->http_advertise);
    net_set_addresses(server->net, server->raft_advertise,
                      server->http_advertise);
    return -1;
}

/* ---- In order ----------------------------------------------------------- */

int server_open_directory(struct server *server)
{
    const struct storage_settings settings = {0};
    struct storage_error error;

    server->storage = storage_open(server->options->directory, &file_ops_posix,
                                   &settings, &error);
    return server->storage == NULL ? server_storage_failed(&error) : -1;
}

static void warn_if_wide(const char *flag, const char *listen)
{
    struct log_line line;

    if (endpoint_is_loopback(listen)) {
        return;
    }
    log_begin(&line, LOG_WARN,
              "LISTENS BEYOND THIS MACHINE: whoever reaches this port can read "
              "and change everything; there are no passwords");
    log_text(&line, "flag", flag);
    log_text(&line, "address", listen);
    log_end(&line);
}

static void say_hello(const struct server *server)
{
    const struct storage_identity *identity = storage_identity(server->storage);
    struct log_line line;

    log_begin(&line, LOG_INFO, "serves");
    log_text(&line, "http", server->http_advertise);
    log_text(&line, "raft", server->raft_advertise);
    log_text(&line, "directory", server->options->directory);
    log_id(&line, "server", identity->server_id);
    log_id(&line, "cluster", identity->cluster_id);
    log_end(&line);
    warn_if_wide("-haddr", server->options->http_listen);
    warn_if_wide("-raddr", server->options->raft_listen);
}

static void note_what_does_not_count(const struct server *server)
{
    const struct raftd_options *options = server->options;

    if (options->says_bootstrap || options->peer_count > 0 ||
        (options->join[0] != '\0' && !server->ask.started)) {
        log_event(LOG_INFO, "the directory belongs to a cluster: it stays in "
                            "it; -bootstrap, -join and --peers do not count");
    }
}

static int open_part(struct server *server)
{
    const struct raftd_options *options = server->options;

    if (storage_identity(server->storage)->cluster_id != 0) {
        const int code = server_take_part(server);

        if (code == -1) {
            ask_to_join_turn(server);
            note_what_does_not_count(server);
        }
        return code;
    }
    if (options->bootstrap) {
        return join_found_alone(server);
    }
    join_dial(server);
    ask_to_join_turn(server);
    return -1;
}

int server_open(struct server *server, const struct raftd_options *options)
{
    int code;

    server->options = options;
    code = server_open_directory(server);
    if (code != -1) {
        return code;
    }
    server->kv = kv_create();
    server->bridge = bridge_create(wake, server, SERVER_MAX_WAITING);
    if (server->kv == NULL || server->bridge == NULL) {
        return server_no_memory();
    }
    code = open_net(server);
    code = code == -1 ? open_http(server) : code;
    if (code != -1) {
        return code;
    }
    say_hello(server);
    code = open_part(server);
    server_publish(server);
    return code;
}
