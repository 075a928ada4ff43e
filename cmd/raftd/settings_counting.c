/* SPDX-License-Identifier: MIT
 *
 * settings_counting.c - which flags and variables count.
 *
 * A flag beats a variable, RAFTD_ variables beat those of the demos: what is
 * beaten is as if it had not been given, whatever it says. (Where a service is
 * called "raft" its neighbours may find RAFT_PORT=tcp://10.0.0.1:80 set.)
 */
#include "cmd/raftd/settings.h"

/* --peers beats the variables of the other ways to begin; a flag that says to
 * join or to found (-join "" and -bootstrap=false do not) beats RAFTD_PEERS. */
static void drop_other_ways_to_begin(struct raftd_flags *flags)
{
    const bool joins =
        flags->join_by == OPTION_ARGUMENT && flags->join[0] != '\0';
    const bool founds =
        flags->bootstrap_by == OPTION_ARGUMENT && flags->bootstrap;

    if (flags->peers_by != OPTION_ARGUMENT && !joins && !founds &&
        !flags->force_new_cluster) {
        return;
    }
    if (flags->peers_by == OPTION_ENVIRONMENT) {
        flags->peers = NULL;
        flags->peers_by = OPTION_DEFAULT;
    }
    if (flags->peers_by == OPTION_DEFAULT && !flags->force_new_cluster) {
        return; /* -join and -bootstrap go together: the join is first */
    }
    if (flags->join_by == OPTION_ENVIRONMENT) {
        flags->join = NULL;
        flags->join_by = OPTION_DEFAULT;
    }
    if (flags->bootstrap_by == OPTION_ENVIRONMENT) {
        flags->bootstrap = false;
        flags->bootstrap_by = OPTION_DEFAULT;
    }
    flags->variables.join = NULL;
    flags->variables.bootstrap_by = OPTION_DEFAULT;
}

static void drop_demo_variables(struct raftd_flags *flags)
{
    struct demo_variables *v = &flags->variables;

    if (flags->id != NULL) {
        v->raft_node_id = NULL;
    }
    if (flags->raddr_by != OPTION_DEFAULT || flags->bind != NULL) {
        v->bind = v->raft_ip = v->raft_port_text = NULL;
    }
    if (flags->haddr_by != OPTION_DEFAULT) {
        v->server_ip = v->server_port_text = v->port_text = NULL;
    }
    if (flags->directory != NULL || flags->datadir != NULL) {
        v->raft_vol_dir = v->data_dir = NULL;
    }
    if (flags->join != NULL) {
        v->join = NULL;
    }
    if (flags->bootstrap_by != OPTION_DEFAULT) {
        v->bootstrap_by = OPTION_DEFAULT;
    }
}

static int read_port(const char *name, const char *text, uint32_t *port)
{
    const struct option_spec spec = {
        .type = OPTION_U32, .destination = port, .min = 1, .max = 65535};
    char error[256];

    *port = 0;
    if (text == NULL || options_assign(&spec, text, error, sizeof error)) {
        return -1;
    }
    return settings_fail(EXIT_USAGE, "environment %s: %s", name, error);
}

int settings_counting(struct raftd_flags *flags)
{
    struct demo_variables *v = &flags->variables;
    int code;

    drop_other_ways_to_begin(flags);
    drop_demo_variables(flags);
    code = read_port("SERVER_PORT", v->server_port_text, &v->server_port);
    code = code != -1
               ? code
               : read_port("RAFT_PORT", v->raft_port_text, &v->raft_port);
    return code != -1 ? code : read_port("PORT", v->port_text, &v->port);
}
