/* SPDX-License-Identifier: MIT
 *
 * glue.c - what one server does with one event.
 *
 * Beside Figure 3, which needs the whole cluster, what one server can be seen
 * to do wrong: speak before it has saved, take back a term or a vote, apply
 * out of order. One vote a term follows: what is said is on the disk, and what
 * is on the disk changes only from no vote to a vote.
 */
#include "cmd/raftsim/explore/glue.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_guard.h"
#include "raft/check.h"

typedef unsigned long long ull;

__attribute__((format(printf, 2, 3))) static void
broken(struct glue *glue, const char *format, ...)
{
    va_list values;

    if (glue->broken[0] != '\0') {
        return;
    }
    va_start(values, format);
    vsnprintf(glue->broken, sizeof(glue->broken), format, values);
    va_end(values);
}

/* ---- The disk ------------------------------------------------------------ */

static void write_effects(struct glue *glue)
{
    const struct raft_effects *out = &glue->out;
    const struct raft_storage storage = sim_disk_interface(&glue->server.disk);
    int failed = 0;

    if (out->save_hard_state_seq != 0) {
        failed |=
            storage.save_hard_state(storage.self, out->save_hard_state_seq,
                                    out->current_term, out->voted_for);
    }
    if (out->truncate_seq != 0) {
        failed |= storage.truncate(storage.self, out->truncate_seq,
                                   out->truncate_from);
    }
    if (out->append_seq != 0) {
        failed |= storage.append(storage.self, out->append_seq, &out->append);
    }
    raft_assert(failed == 0);
}

/* Terms and votes are never taken back. */
static void check_hard_state(struct glue *glue, const struct sim_disk *was)
{
    const struct sim_disk *is = &glue->server.disk;
    const ull id = (ull)glue->server.id;

    if (is->current_term < was->current_term) {
        broken(glue, "Fig2:ALL.2: S%llu saved term %llu after %llu", id,
               (ull)is->current_term, (ull)was->current_term);
    } else if (is->current_term == was->current_term &&
               was->voted_for != RAFT_NO_SERVER &&
               is->voted_for != was->voted_for) {
        broken(glue, "Fig3:ES: S%llu changed its vote in term %llu", id,
               (ull)is->current_term);
    }
}

/* ---- Messages ------------------------------------------------------------ */

static void send(struct glue *glue, const struct raft_message *message)
{
    struct record_message *sent = &glue->sent[glue->sent_count++];

    raft_assert(glue->sent_count <= GLUE_MAX_SENT);
    sent->message = *message;
    sent->message.needs_write = 0; /* it is done, and is not sent */
    if (message->type == RAFT_APPEND_ENTRIES) {
        const struct raft_append_entries *ae = &message->append_entries;

        raft_assert(ae->entry_count <= EXPLORE_MAX_LOG);
        for (size_t i = 0; i < ae->entry_count; i++) {
            const uint8_t payload = record_payload(&ae->entries[i]);

            sent->entries[i] = ae->entries[i];
            if (payload != 0) { /* its bytes outlive this server */
                sent->entries[i].bytes = record_command(payload).bytes;
            }
        }
        sent->message.append_entries.entries = sent->entries;
    }
}

static bool is_vote_for(const struct raft_message *m, raft_server_id *vote)
{
    if (m->type == RAFT_REQUEST_VOTE && !m->request_vote.pre_vote) {
        *vote = m->from;
        return true;
    }
    *vote = m->to;
    return m->type == RAFT_REQUEST_VOTE_RESULT &&
           m->request_vote_result.vote_granted &&
           !m->request_vote_result.pre_vote;
}

/* Fig2:PS.1: not what the core says is needed, but what is on the disk. */
static const char *missing_on_disk(const struct sim_disk *disk,
                                   const struct raft_message *m)
{
    raft_server_id vote;
    const bool is_vote = is_vote_for(m, &vote);
    const bool is_answer = m->type == RAFT_REQUEST_VOTE_RESULT ||
                           m->type == RAFT_APPEND_ENTRIES_RESULT;

    if (disk->current_term > m->term) {
        return NULL; /* it waited, and the world has moved on */
    }
    if ((is_answer || is_vote) && disk->current_term < m->term) {
        return "its term";
    }
    if (is_vote && disk->voted_for != vote) {
        return "its vote";
    }
    if (m->type == RAFT_APPEND_ENTRIES_RESULT &&
        m->append_entries_result.success &&
        m->append_entries_result.match_index > disk->log_count) {
        return "the entries it acknowledges";
    }
    return NULL;
}

static void leave(struct glue *glue, const struct raft_message *message)
{
    const char *missing = missing_on_disk(&glue->server.disk, message);

    if (missing != NULL) {
        broken(glue,
               "Fig2:PS.1: S%llu sends to S%llu, but %s is not on its disk",
               (ull)message->from, (ull)message->to, missing);
    }
    send(glue, message);
}

static void send_or_hold(struct glue *glue)
{
    struct record_server *server = &glue->server;

    for (size_t i = 0; i < glue->out.message_count; i++) {
        const struct raft_message *message = &glue->out.messages[i];

        if (message->needs_write <= server->disk.done) {
            leave(glue, message);
            continue;
        }
        raft_assert(server->held_count < RECORD_MAX_HELD);
        server->held[server->held_count++] = *message;
    }
}

static void release_held(struct glue *glue)
{
    struct record_server *server = &glue->server;
    const size_t count = server->held_count;

    server->held_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct raft_message message = server->held[i];

        if (message.needs_write <= server->disk.done) {
            leave(glue, &message);
        } else {
            server->held[server->held_count++] = message;
        }
    }
}

/* ---- Steps --------------------------------------------------------------- */

/* One input, and its effects; committed entries are applied at once. */
static void step(struct glue *glue, const struct raft_input *in)
{
    struct raft_status before;
    struct raft_status after;
    struct raft *core = glue->server.core;

    glue->step_count++;
    raft_status(core, &before);

    const enum raft_error error = raft_step(core, in, &glue->out);

    raft_status(core, &after);
    if (error != RAFT_OK) {
        broken(glue, "core: S%llu refuses an input: %s", (ull)after.id,
               raft_error_text(error));
    }
    if (after.role == RAFT_LEADER && before.role == RAFT_LEADER &&
        glue->out.truncate_from != 0) {
        broken(glue, "Fig3:LAO: leader S%llu deleted entries", (ull)after.id);
    }
    if (glue->out.apply.count > 0 &&
        glue->out.apply.first_index != after.last_applied + 1) {
        broken(glue, "Fig3:SMS: S%llu applied %llu after %llu", (ull)after.id,
               (ull)glue->out.apply.first_index, (ull)after.last_applied);
    }
    write_effects(glue);
    send_or_hold(glue);
}

static void take(struct glue *glue, const struct raft_input *in)
{
    step(glue, in);
    while (glue->out.apply.count > 0 && glue->broken[0] == '\0') {
        const struct raft_slice *apply = &glue->out.apply;
        const struct raft_input applied = {.type = RAFT_IN_APPLIED,
                                           .applied = apply->first_index +
                                                      apply->count - 1};

        step(glue, &applied);
    }
}

static void persist(struct glue *glue, size_t count)
{
    struct sim_disk *disk = &glue->server.disk;
    const struct sim_disk was = *disk;
    const struct raft_input in = {.type = RAFT_IN_PERSISTED,
                                  .persisted = sim_disk_complete(disk, count)};

    check_hard_state(glue, &was);
    release_held(glue);
    take(glue, &in);
}

static void persist_all_at_once(struct glue *glue)
{
    const struct sim_disk *disk = &glue->server.disk;

    while (!glue->world->disk_events && disk->write_count > 0 &&
           glue->broken[0] == '\0') {
        persist(glue, disk->write_count);
    }
}

/* ---- Events -------------------------------------------------------------- */

/* Members without addresses: nobody dials. */
static struct raft_config members(void)
{
    struct raft_config config = {.member_count = EXPLORE_SERVERS};

    for (size_t slot = 0; slot < EXPLORE_SERVERS; slot++) {
        config.members[slot].id = slot + 1;
        config.members[slot].in_old = true;
    }
    return config;
}

static void start(struct glue *glue)
{
    struct record_server *server = &glue->server;
    const struct raft_settings settings =
        explore_settings(glue->world, server->id);
    const struct raft_config config = members();
    struct raft_input in = {.type = RAFT_IN_START,
                            .start = sim_disk_start(&server->disk)};

    in.start.initial_config = &config;
    server->core = raft_create(&settings);
    raft_assert(server->core != NULL);
    take(glue, &in);
}

static void crash(struct glue *glue, const struct sim_torn *torn)
{
    struct record_server *server = &glue->server;
    const struct sim_disk was = server->disk;

    raft_destroy(server->core);
    server->core = NULL;
    server->held_count = 0;
    sim_disk_crash(&server->disk, torn);
    check_hard_state(glue, &was);
}

static void tick(struct glue *glue, uint32_t ticks)
{
    take(glue, &(struct raft_input){.type = RAFT_IN_TICK, .ticks = ticks});
}

static void put(struct glue *glue, uint8_t payload)
{
    const struct raft_entry entry = record_command(payload);

    take(glue,
         &(struct raft_input){.type = RAFT_IN_PROPOSE,
                              .propose = {.entries = &entry, .count = 1}});
}

struct work {
    struct glue *glue;
    const struct glue_event *event;
};

static void carry_out(void *argument)
{
    const struct work *work = argument;
    struct glue *glue = work->glue;
    const struct raft_settings settings =
        explore_settings(glue->world, glue->server.id);

    switch (work->event->type) {
    case GLUE_MESSAGE:
        take(glue, &(struct raft_input){.type = RAFT_IN_MESSAGE,
                                        .message = *work->event->message});
        break;
    case GLUE_TIMEOUT:
        tick(glue, settings.election_ticks_max);
        break;
    case GLUE_HEARTBEAT:
        tick(glue, settings.heartbeat_ticks);
        break;
    case GLUE_PUT:
        put(glue, work->event->payload);
        break;
    case GLUE_PERSIST:
        persist(glue, 1);
        break;
    case GLUE_CRASH:
        crash(glue, &work->event->torn);
        break;
    case GLUE_RESTART:
        start(glue);
        break;
    }
    persist_all_at_once(glue);
}

bool glue_take(struct glue *glue, const struct glue_event *event)
{
    struct work work = {glue, event};

    glue->sent_count = 0;
    glue->broken[0] = '\0';
    return sim_guard(carry_out, &work, glue->broken, sizeof(glue->broken));
}

void glue_first_start(struct glue *glue, raft_server_id id)
{
    const struct glue_event event = {.type = GLUE_RESTART};

    glue->server = (struct record_server){.id = id};
    (void)glue_take(glue, &event);
}
