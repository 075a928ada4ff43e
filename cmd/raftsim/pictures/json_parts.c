/* SPDX-License-Identifier: MIT
 *
 * json_parts.c - messages and servers as JSON objects.
 */
#include "cmd/raftsim/pictures/json.h"

#include "cmd/raftsim/pictures/text.h"
#include "cmd/raftsim/scenario/sim_text.h"

/* ,"name":123 - what comes first has no comma before it. */
void json_number(FILE *out, const char *name, uint64_t value)
{
    fprintf(out, ",\"%s\":", name);
    text_json_number(out, value);
}

void json_word(FILE *out, const char *name, const char *value)
{
    fprintf(out, ",\"%s\":", name);
    text_json(out, value);
}

void json_truth(FILE *out, const char *name, bool value)
{
    fprintf(out, ",\"%s\":%s", name, value ? "true" : "false");
}

/* ---- Messages ------------------------------------------------------------ */

static void print_terms(FILE *out, const struct raft_append_entries *ae)
{
    fputs(",\"entries\":[", out);
    for (size_t i = 0; i < ae->entry_count; i++) {
        fputs(i == 0 ? "" : ",", out);
        text_json_number(out, ae->entries[i].term);
    }
    fputc(']', out);
}

static void print_result(FILE *out,
                         const struct raft_append_entries_result *result)
{
    json_truth(out, "success", result->success);
    json_number(out, "match_index", result->match_index);
    json_number(out, "prev_log_index", result->prev_log_index);
    json_number(out, "conflict_term", result->conflict_term);
    json_number(out, "conflict_index", result->conflict_index);
}

static void print_fields(FILE *out, const struct raft_message *m)
{
    switch (m->type) {
    case RAFT_REQUEST_VOTE:
        json_number(out, "last_log_index", m->request_vote.last_log_index);
        json_number(out, "last_log_term", m->request_vote.last_log_term);
        break;
    case RAFT_REQUEST_VOTE_RESULT:
        json_truth(out, "vote_granted", m->request_vote_result.vote_granted);
        break;
    case RAFT_APPEND_ENTRIES:
        json_number(out, "prev_log_index", m->append_entries.prev_log_index);
        json_number(out, "prev_log_term", m->append_entries.prev_log_term);
        json_number(out, "leader_commit", m->append_entries.leader_commit);
        print_terms(out, &m->append_entries);
        break;
    case RAFT_APPEND_ENTRIES_RESULT:
        print_result(out, &m->append_entries_result);
        break;
    case RAFT_INSTALL_SNAPSHOT:
        json_number(out, "last_included_index",
                    m->install_snapshot.last_included_index);
        json_number(out, "last_included_term",
                    m->install_snapshot.last_included_term);
        json_number(out, "offset", m->install_snapshot.offset);
        json_number(out, "byte_count", m->install_snapshot.byte_count);
        json_truth(out, "done", m->install_snapshot.done);
        break;
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        json_number(out, "last_included_index",
                    m->install_snapshot_result.last_included_index);
        json_truth(out, "installed", m->install_snapshot_result.installed);
        json_number(out, "bytes_stored",
                    m->install_snapshot_result.bytes_stored);
        break;
    case RAFT_TIMEOUT_NOW:
        break;
    }
}

void json_message(FILE *out, const struct story_happening *h)
{
    json_number(out, "number", h->number);
    json_word(out, "kind", sim_message_kind(h->message));
    json_number(out, "from", h->message->from);
    json_number(out, "to", h->message->to);
    json_number(out, "term", h->message->term);
    if (h->what == STORY_SENT) {
        print_fields(out, h->message);
    }
}

/* ---- Servers ------------------------------------------------------------- */

static void print_log(FILE *out, const struct story_state *state)
{
    fputs(",\"log\":[", out);
    for (raft_index i = 0; i < state->last_index; i++) {
        fputs(i == 0 ? "" : ",", out);
        text_json_number(out, state->log_terms[i]);
    }
    fputc(']', out);
}

/* By place: S1's first. Not counted: 0. */
static void print_indexes(FILE *out, const char *name,
                          const raft_index *indexes, size_t count)
{
    fprintf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "" : ",", out);
        text_json_number(out, indexes[i]);
    }
    fputc(']', out);
}

static void print_server(FILE *out, const struct story *story, size_t place,
                         const struct story_state *state)
{
    const size_t count = story->settings.server_count;

    fprintf(out, "{\"server\":%zu", place + 1);
    json_word(out, "role",
              state->running ? raft_role_text(state->role) : "down");
    json_number(out, "current_term", state->current_term);
    json_number(out, "voted_for", state->voted_for);
    print_log(out, state);
    json_number(out, "durable_index", state->durable_index);
    if (state->running) {
        json_number(out, "commit_index", state->commit_index);
        json_number(out, "last_applied", state->last_applied);
        json_number(out, "leader_id", state->leader_id);
        json_truth(out, "pre_voting", state->pre_voting);
    }
    if (state->running && state->role == RAFT_LEADER) {
        print_indexes(out, "next_index", state->next_index, count);
        print_indexes(out, "match_index", state->match_index, count);
    }
    fputc('}', out);
}

void json_servers(FILE *out, const struct story *story, const char *name,
                  const struct story_state *const *states)
{
    const char *comma = "";

    fprintf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < story->settings.server_count; i++) {
        if (states[i] != NULL) {
            fputs(comma, out);
            print_server(out, story, i, states[i]);
            comma = ",";
        }
    }
    fputc(']', out);
}
