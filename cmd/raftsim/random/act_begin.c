/* SPDX-License-Identifier: MIT
 *
 * act_begin.c - how a random run begins: the cluster, and all it depends on.
 */
#include "cmd/raftsim/random/act_internal.h"

typedef unsigned long long ull;

/* " name=on" where it is not as in the paper. */
static void write_switch(FILE *tape, const char *name, bool on, bool paper)
{
    if (on != paper) {
        fprintf(tape, " %s=%s", name, on ? "on" : "off");
    }
}

static void write_number(FILE *tape, const char *name, uint64_t number,
                         uint64_t paper)
{
    if (number != paper) {
        fprintf(tape, " %s=%llu", name, (ull)number);
    }
}

static void write_options(FILE *tape, const struct raft_options *o)
{
    const struct raft_options *p = &raft_options_paper;

    write_switch(tape, "pre_vote", o->pre_vote, p->pre_vote);
    write_switch(tape, "stickiness", o->stickiness, p->stickiness);
    write_switch(tape, "check_quorum", o->check_quorum, p->check_quorum);
    write_switch(tape, "no_op", o->no_op, p->no_op);
    write_switch(tape, "fast_backtracking", o->fast_backtracking,
                 p->fast_backtracking);
    write_switch(tape, "lease", o->lease, p->lease);
    write_number(tape, "max_in_flight_entries", o->max_in_flight_entries,
                 p->max_in_flight_entries);
    write_number(tape, "max_in_flight_bytes", o->max_in_flight_bytes,
                 p->max_in_flight_bytes);
    write_number(tape, "max_batch_entries", o->max_batch_entries,
                 p->max_batch_entries);
    write_number(tape, "max_batch_bytes", o->max_batch_bytes,
                 p->max_batch_bytes);
    write_number(tape, "max_uncommitted_bytes", o->max_uncommitted_bytes,
                 p->max_uncommitted_bytes);
    write_number(tape, "max_apply_entries", o->max_apply_entries,
                 p->max_apply_entries);
    write_number(tape, "keep_entries", o->keep_entries, p->keep_entries);
    write_number(tape, "keep_bytes", o->keep_bytes, p->keep_bytes);
    write_number(tape, "catch_up_rounds", o->catch_up_rounds,
                 p->catch_up_rounds);
}

static void write_settings(FILE *tape, const struct cluster_settings *settings,
                           bool founder_only)
{
    fprintf(tape, "servers %zu\n", settings->server_count);
    fputs("options paper", tape);
    write_options(tape, &settings->options);
    fprintf(tape, " seed=%llu election=%u..%u heartbeat=%u config=%s",
            (ull)settings->seed, settings->election_ticks_min,
            settings->election_ticks_max, settings->heartbeat_ticks,
            settings->config_in_log ? "log" : "outside");
    if (settings->config_in_log) {
        fprintf(tape, " founder=%s", founder_only ? "S1" : "*");
    }
    write_number(tape, "members", settings->member_count, 0);
    write_number(tape, "piece_bytes", settings->piece_bytes, 0);
    fputc('\n', tape);
}

void act_begin(struct act *act, const struct cluster_settings *settings,
               bool founder_only, const struct cluster_watcher *watcher)
{
    act->cluster = cluster_create(settings);
    act->cluster->watcher = *watcher;
    if (act->tape != NULL) {
        write_settings(act->tape, settings, founder_only);
    }
    for (size_t i = 0; i < act->cluster->first_config.member_count; i++) {
        if (settings->config_in_log && (i == 0 || !founder_only)) {
            cluster_found(act->cluster, i);
        }
    }
    for (size_t i = 0; i < settings->server_count; i++) {
        cluster_start(act->cluster, i);
    }
}

void act_mark(struct act *act, const char *name)
{
    act_line(act, "mark %s", name);
}
