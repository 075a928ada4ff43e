/* SPDX-License-Identifier: MIT
 *
 * sim_text.c - servers, messages and entries in words.
 */
#include "cmd/raftsim/scenario/sim_text.h"

#include <string.h>

#include "kv/command.h"
#include "raft/config.h"

typedef unsigned long long ull;

const char *sim_server_text(raft_server_id id, char *text)
{
    if (id == RAFT_NO_SERVER) {
        return strcpy(text, "none");
    }
    snprintf(text, SIM_SERVER_BYTES, "S%llu", (ull)id);
    return text;
}

static const char request_vote[] = "request-vote";
static const char vote[] = "vote";
static const char pre_vote[] = "pre-vote";
static const char pre_vote_reply[] = "pre-vote-reply";
static const char append[] = "append";
static const char heartbeat[] = "heartbeat";
static const char append_reply[] = "append-reply";
static const char timeout_now[] = "timeout-now";
static const char snapshot[] = "snapshot";
static const char snapshot_heartbeat[] = "snapshot-heartbeat";
static const char snapshot_reply[] = "snapshot-reply";

const char *sim_message_kind(const struct raft_message *message)
{
    switch (message->type) {
    case RAFT_REQUEST_VOTE:
        return message->request_vote.pre_vote ? pre_vote : request_vote;
    case RAFT_REQUEST_VOTE_RESULT:
        return message->request_vote_result.pre_vote ? pre_vote_reply : vote;
    case RAFT_APPEND_ENTRIES:
        return message->append_entries.entry_count > 0 ? append : heartbeat;
    case RAFT_APPEND_ENTRIES_RESULT:
        return append_reply;
    case RAFT_TIMEOUT_NOW:
        return timeout_now;
    case RAFT_INSTALL_SNAPSHOT:
        return message->install_snapshot.is_heartbeat ? snapshot_heartbeat
                                                      : snapshot;
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        return snapshot_reply;
    }
    return "unknown";
}

bool sim_is_message_kind(const char *word)
{
    static const char *const kinds[] = {
        request_vote,       vote,          pre_vote,
        pre_vote_reply,     append,        heartbeat,
        append_reply,       timeout_now,   snapshot,
        snapshot_heartbeat, snapshot_reply};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(word, kinds[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- Messages ------------------------------------------------------------ */

static void print_append(FILE *out, const struct raft_append_entries *ae)
{
    fprintf(out, " prev=%llu:%llu", (ull)ae->prev_log_index,
            (ull)ae->prev_log_term);
    for (size_t i = 0; i < ae->entry_count; i++) {
        fprintf(out, "%s%llu", i == 0 ? " entries=" : ",",
                (ull)ae->entries[i].term);
    }
    fprintf(out, " commit=%llu", (ull)ae->leader_commit);
}

static void print_append_result(FILE *out,
                                const struct raft_append_entries_result *result)
{
    if (result->success) {
        fprintf(out, " success match=%llu", (ull)result->match_index);
        return;
    }
    fprintf(out, " refused prev=%llu", (ull)result->prev_log_index);
}

static void print_piece(FILE *out, const struct raft_install_snapshot *piece)
{
    fprintf(out, " of=%llu:%llu", (ull)piece->last_included_index,
            (ull)piece->last_included_term);
    if (!piece->is_heartbeat) {
        fprintf(out, " bytes=%llu..%llu of %llu%s", (ull)piece->offset,
                (ull)(piece->offset + piece->byte_count),
                (ull)piece->file_bytes, piece->done ? " done" : "");
    }
}

static void
print_piece_result(FILE *out, const struct raft_install_snapshot_result *result)
{
    fprintf(out, " of=%llu", (ull)result->last_included_index);
    if (result->installed) {
        fputs(" installed", out);
    } else {
        fprintf(out, " stored=%llu", (ull)result->bytes_stored);
    }
}

void sim_print_message(FILE *out, const struct raft_message *m)
{
    fprintf(out, "S%llu>S%llu %s term=%llu", (ull)m->from, (ull)m->to,
            sim_message_kind(m), (ull)m->term);
    switch (m->type) {
    case RAFT_REQUEST_VOTE:
        fprintf(out, " last=%llu:%llu", (ull)m->request_vote.last_log_index,
                (ull)m->request_vote.last_log_term);
        break;
    case RAFT_REQUEST_VOTE_RESULT:
        fputs(m->request_vote_result.vote_granted ? " granted" : " refused",
              out);
        break;
    case RAFT_APPEND_ENTRIES:
        print_append(out, &m->append_entries);
        break;
    case RAFT_APPEND_ENTRIES_RESULT:
        print_append_result(out, &m->append_entries_result);
        break;
    case RAFT_TIMEOUT_NOW:
        break;
    case RAFT_INSTALL_SNAPSHOT:
        print_piece(out, &m->install_snapshot);
        break;
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        print_piece_result(out, &m->install_snapshot_result);
        break;
    }
}

/* ---- Entries ------------------------------------------------------------- */

static void print_command(FILE *out, const struct raft_entry *entry)
{
    struct kv_command_reader reader;
    struct kv_operation operation;

    if (!kv_command_open(&reader, entry->bytes, entry->byte_count)) {
        fputs("not a command", out);
        return;
    }
    while (kv_command_next(&reader, &operation)) {
        fprintf(out, "%s %.*s", operation.type == KV_PUT ? "put" : "delete",
                (int)operation.key_bytes, (const char *)operation.key);
        if (operation.type == KV_PUT) {
            fprintf(out, "=%.*s", (int)operation.value_bytes,
                    (const char *)operation.value);
        }
    }
}

enum member_kind { OF_OLD, OF_NEW, LEARNER };

static bool is_of(const struct raft_member *member, enum member_kind kind)
{
    return kind == OF_OLD   ? member->in_old
           : kind == OF_NEW ? member->in_new
                            : !member->in_old && !member->in_new;
}

/* By id, whatever their slots. */
static void print_kind(FILE *out, const struct raft_config *config,
                       enum member_kind kind, const char *first,
                       const char *between)
{
    raft_server_id last = 0;

    for (;;) {
        raft_server_id next = UINT64_MAX;

        for (size_t i = 0; i < config->member_count; i++) {
            const struct raft_member *member = &config->members[i];

            if (is_of(member, kind) && member->id > last && member->id < next) {
                next = member->id;
            }
        }
        if (next == UINT64_MAX) {
            return;
        }
        fprintf(out, "%sS%llu", last == 0 ? first : between, (ull)next);
        last = next;
    }
}

void sim_print_members(FILE *out, const struct raft_config *config)
{
    print_kind(out, config, OF_OLD, "", ",");
    if (config->is_joint) {
        print_kind(out, config, OF_NEW, "/", ",");
    }
    print_kind(out, config, LEARNER, "+", "+");
}

static void print_config(FILE *out, const struct raft_entry *entry)
{
    struct raft_config config;

    fputs("configuration ", out);
    if (raft_config_decode(entry->bytes, entry->byte_count, &config)) {
        sim_print_members(out, &config);
    }
}

void sim_print_entry(FILE *out, const struct raft_entry *entry)
{
    switch (entry->type) {
    case RAFT_ENTRY_NO_OP:
        fputs("no-op", out);
        break;
    case RAFT_ENTRY_COMMAND:
        print_command(out, entry);
        break;
    case RAFT_ENTRY_CONFIG:
        print_config(out, entry);
        break;
    }
}

/* ---- Logs ---------------------------------------------------------------- */

void sim_print_log(FILE *out, const struct raft *core, bool marks)
{
    struct raft_status status;

    raft_status(core, &status);
    if (status.first_index > 1) {
        fprintf(out, "(%llu)", (ull)(status.first_index - 1));
    }
    for (raft_index i = status.first_index; i <= status.last_index; i++) {
        const struct raft_entry *entry = raft_entry_at(core, i);

        fprintf(out, "%s%llu%s", i == status.first_index ? "" : ",",
                (ull)entry->term,
                !marks                             ? ""
                : entry->type == RAFT_ENTRY_NO_OP  ? "n"
                : entry->type == RAFT_ENTRY_CONFIG ? "c"
                                                   : "");
    }
}
