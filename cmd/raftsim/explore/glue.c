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

#include "cmd/raftsim/cluster/sim_guard.h"
#include "cmd/raftsim/explore/glue_internal.h"
#include "raft/check.h"

typedef unsigned long long ull;

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
        glue_broken(glue, "Fig2:ALL.2: S%llu saved term %llu after %llu", id,
                    (ull)is->current_term, (ull)was->current_term);
    } else if (is->current_term == was->current_term &&
               was->voted_for != RAFT_NO_SERVER &&
               is->voted_for != was->voted_for) {
        glue_broken(glue, "Fig3:ES: S%llu changed its vote in term %llu", id,
                    (ull)is->current_term);
    }
}

/* ---- Steps --------------------------------------------------------------- */

/* Section 8: a read sees all that was written before it was asked. */
static void check_reads(struct glue *glue, const struct raft_status *status)
{
    for (size_t i = 0; i < glue->out.read_count; i++) {
        const struct raft_read_answer *answer = &glue->out.reads[i];

        if (answer->confirmed && status->last_applied < answer->read_id) {
            glue_broken(
                glue,
                "Sec8: S%llu answered a read from its state at %llu, but "
                "%llu was committed before",
                (ull)status->id, (ull)status->last_applied,
                (ull)answer->read_id);
        }
    }
}

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
        glue_broken(glue, "core: S%llu refuses an input: %s", (ull)after.id,
                    raft_error_text(error));
    }
    if (after.role == RAFT_LEADER && before.role == RAFT_LEADER &&
        glue->out.truncate_from != 0) {
        glue_broken(glue, "Fig3:LAO: leader S%llu deleted entries",
                    (ull)after.id);
    }
    if (glue->out.apply.count > 0 &&
        glue->out.apply.first_index != after.last_applied + 1) {
        glue_broken(glue, "Fig3:SMS: S%llu applied %llu after %llu",
                    (ull)after.id, (ull)glue->out.apply.first_index,
                    (ull)after.last_applied);
    }
    check_reads(glue, &after);
    write_effects(glue);
    glue_send_or_hold(glue);
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
    glue_release_held(glue);
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
    case GLUE_READ:
        take(glue, &(struct raft_input){
                       .type = RAFT_IN_READ,
                       .read = {work->event->known, RAFT_READ_CONSISTENT}});
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
