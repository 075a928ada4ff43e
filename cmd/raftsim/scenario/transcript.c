/* SPDX-License-Identifier: MIT
 *
 * transcript.c - what happened, in lines a person reads and a test compares.
 */
#include "cmd/raftsim/scenario/transcript.h"

#include <stdarg.h>
#include <string.h>

#include "cmd/raftsim/scenario/sim_text.h"

typedef unsigned long long ull;

void transcript_title(struct transcript *t, const char *title)
{
    if (t->out != NULL) {
        fprintf(t->out, "%s\n", title);
    }
}

void transcript_say(struct transcript *t, const char *text)
{
    if (t->out != NULL) {
        fprintf(t->out, "%s    %s\n", t->is_said ? "" : "\n", text);
    }
    t->is_said = true;
}

void transcript_mark(struct transcript *t, const char *name)
{
    t->is_said = false;
    if (t->out != NULL) {
        fprintf(t->out, "\n==== %s ====\n", name);
    }
}

static void print_event(struct transcript *t,
                        const struct scenario_event *event)
{
    fputs(scenario_verb_text(event->verb), t->out);
    for (size_t i = 0; i < event->word_count; i++) {
        fprintf(t->out, " %s", event->words[i]);
    }
    fputc('\n', t->out);
}

void transcript_setup(struct transcript *t, const struct scenario_event *event)
{
    if (t->out != NULL) {
        fputs("     ", t->out);
        print_event(t, event);
    }
}

/* ---- During an event ----------------------------------------------------- */

void transcript_begin(struct transcript *t, const struct cluster *cluster,
                      const struct scenario_event *event)
{
    t->event_number++;
    t->is_said = false;
    t->sent_before = cluster->network.sent_count;
    memset(t->rule_count, 0, sizeof(t->rule_count));
    if (t->out == NULL) {
        return;
    }
    fprintf(t->out, "\n%3d  ", t->event_number);
    print_event(t, event);
}

void transcript_line(struct transcript *t, const char *format, ...)
{
    va_list values;

    if (t->out == NULL) {
        return;
    }
    fputs("     ", t->out);
    va_start(values, format);
    vfprintf(t->out, format, values);
    va_end(values);
    fputc('\n', t->out);
}

void transcript_message(struct transcript *t, const char *fate,
                        const struct raft_message *message)
{
    if (t->out == NULL) {
        return;
    }
    fprintf(t->out, "     %-9s ", fate);
    sim_print_message(t->out, message);
    fputc('\n', t->out);
}

void transcript_applied(struct transcript *t, raft_server_id id,
                        raft_index index, const struct raft_entry *entry)
{
    if (t->out == NULL) {
        return;
    }
    fprintf(t->out, "     applied   S%llu entry %llu: ", (ull)id, (ull)index);
    sim_print_entry(t->out, entry);
    fputc('\n', t->out);
}

/* ---- The servers that changed -------------------------------------------- */

static void print_progress(FILE *out, const struct raft_config *config,
                           const struct raft_status *status)
{
    fputs("\n                match", out);
    for (size_t slot = 0; slot < config->member_count; slot++) {
        fprintf(out, " S%llu:%llu", (ull)config->members[slot].id,
                (ull)status->match_index[slot]);
    }
    fputs("  next", out);
    for (size_t slot = 0; slot < config->member_count; slot++) {
        if (config->members[slot].id != status->id) {
            fprintf(out, " S%llu:%llu", (ull)config->members[slot].id,
                    (ull)status->next_index[slot]);
        }
    }
}

/* What a crash would lose, oldest first; `crash torn=` counts along it. */
static void print_writes(FILE *out, const struct sim_disk *disk)
{
    fputs("\n                writing", out);
    for (size_t i = 0; i < disk->write_count; i++) {
        const struct sim_write *write = &disk->writes[i];

        fputs(i == 0 ? " " : ", ", out);
        switch (write->type) {
        case SIM_WRITE_HARD_STATE:
            fputs("term+vote", out);
            break;
        case SIM_WRITE_TRUNCATE:
            fprintf(out, "delete %llu..", (ull)write->first_index);
            break;
        case SIM_WRITE_RESET:
            fprintf(out, "forget all, begin after %llu",
                    (ull)write->first_index);
            break;
        case SIM_WRITE_APPEND:
            fprintf(out, "append %llu", (ull)write->first_index);
            if (write->count > 1) {
                fprintf(out, "..%llu",
                        (ull)(write->first_index + write->count - 1));
            }
            break;
        }
    }
}

static void print_state(FILE *out, const struct cluster_server *server)
{
    char vote[SIM_SERVER_BYTES];
    struct raft_status status;

    if (server->node == NULL) {
        fprintf(out, "S%llu down      term=%llu vote=%s", (ull)server->id,
                (ull)server->disk.current_term,
                sim_server_text(server->disk.voted_for, vote));
        return;
    }
    raft_node_status(server->node, &status);
    fprintf(out, "S%llu %-9s term=%llu vote=%s commit=%llu applied=%llu",
            (ull)status.id,
            status.pre_voting ? "pre-vote" : raft_role_text(status.role),
            (ull)status.current_term, sim_server_text(status.voted_for, vote),
            (ull)status.commit_index, (ull)status.last_applied);
    if (status.snapshot_index > 0) {
        fprintf(out, " snapshot=%llu", (ull)status.snapshot_index);
    }
    fputs(" log=", out);
    sim_print_log(out, raft_node_core(server->node), true);
    if (status.durable_index < status.last_index) {
        fprintf(out, " durable=%llu", (ull)status.durable_index);
    }
    if (server->clock_percent != 100) {
        fprintf(out, " clock=%u%%", (unsigned)server->clock_percent);
    }
    if (server->disk.write_count > 0) {
        print_writes(out, &server->disk);
    }
    if (status.role == RAFT_LEADER) {
        print_progress(out, raft_node_config(server->node), &status);
    }
}

/* Did the state change since it was last told? */
static bool note_state(struct transcript *t,
                       const struct cluster_server *server)
{
    char line[TRANSCRIPT_MAX_LINE];
    FILE *text = fmemopen(line, sizeof(line), "w");
    char *told = t->state[server->place];

    if (text == NULL) {
        return false;
    }
    line[0] = '\0';
    print_state(text, server);
    fclose(text);
    line[sizeof(line) - 1] = '\0';
    if (strcmp(line, told) == 0) {
        return false;
    }
    strcpy(told, line);
    return true;
}

static void print_changes(struct transcript *t, const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        if (note_state(t, &cluster->servers[i])) {
            fprintf(t->out, "     %s\n", t->state[i]);
        }
    }
}

static void print_sent(struct transcript *t, const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->network.count; i++) {
        const struct sim_message *message = cluster->network.in_flight[i];

        if (message->number > t->sent_before) {
            transcript_message(t, "in flight", &message->message);
        }
    }
}

void transcript_end(struct transcript *t, const struct cluster *cluster)
{
    if (t->out == NULL) {
        transcript_note_rules(t, cluster);
        return;
    }
    print_changes(t, cluster);
    transcript_print_rules(t, cluster);
    print_sent(t, cluster);
}

/* What went by unprinted counts as told. */
void transcript_print_to(struct transcript *t, const struct cluster *cluster,
                         FILE *out)
{
    if (t->out == NULL && cluster != NULL) {
        for (size_t i = 0; i < cluster->settings.server_count; i++) {
            (void)note_state(t, &cluster->servers[i]);
        }
    }
    t->out = out;
}
