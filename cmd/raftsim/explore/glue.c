/* SPDX-License-Identifier: MIT
 *
 * glue.c - what one server does with one event.
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
    if (out->reset_seq != 0) {
        failed |= storage.reset(storage.self, out->reset_seq, out->reset_index,
                                out->reset_term);
    }
    if (out->append_seq != 0) {
        failed |= storage.append(storage.self, out->append_seq, &out->append);
    }
    if (out->compact_through != 0) {
        failed |= storage.compact(storage.self, out->compact_through);
    }
    raft_assert(failed == 0);
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
    if (error != RAFT_OK &&
        (in->type != RAFT_IN_CHANGE || error != RAFT_EBUSY)) {
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
    glue_check_reads(glue, &after);
    write_effects(glue);
    glue_send_or_hold(glue);
    glue_store_and_install(glue);
}

void glue_input(struct glue *glue, const struct raft_input *in)
{
    step(glue, in);
    while (glue->out.apply.count > 0 && glue->broken[0] == '\0') {
        const struct raft_slice *apply = &glue->out.apply;

        for (size_t i = 0; i < apply->count; i++) {
            record_add_entry(&glue->machine, &apply->entries[i]);
        }
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

    glue_check_hard_state(glue, &was);
    glue_release_held(glue);
    glue_input(glue, &in);
}

/* In the order of cluster_settle(). */
static void settle_at_once(struct glue *glue)
{
    const struct sim_disk *disk = &glue->server.disk;

    while (!glue->world->disk_events && glue->broken[0] == '\0') {
        if (glue_can_publish(glue)) {
            glue_publish(glue);
        } else if (disk->write_count > 0) {
            persist(glue, disk->write_count);
        } else {
            return;
        }
    }
}

/* ---- Events -------------------------------------------------------------- */

static void start(struct glue *glue)
{
    struct record_server *server = &glue->server;
    const struct raft_settings settings =
        explore_settings(glue->world, server->id);
    const struct raft_config config = explore_members(glue->world);
    struct raft_input in = {.type = RAFT_IN_START,
                            .start = sim_disk_start(&server->disk)};

    if (!explore_changes_members(glue->world)) {
        in.start.initial_config = &config;
    }
    server->core = raft_create(&settings);
    raft_assert(server->core != NULL);
    record_snapshot_state(&server->disk.snapshot, &glue->machine);
    glue_input(glue, &in);
}

static void crash(struct glue *glue, const struct sim_torn *torn)
{
    struct record_server *server = &glue->server;
    const struct sim_disk was = server->disk;

    raft_destroy(server->core);
    server->core = NULL;
    server->held_count = 0;
    sim_disk_crash(&server->disk, torn);
    glue_check_hard_state(glue, &was);
}

static void tick(struct glue *glue, uint32_t ticks)
{
    glue_input(glue,
               &(struct raft_input){.type = RAFT_IN_TICK, .ticks = ticks});
}

static void put(struct glue *glue, uint8_t payload)
{
    const struct raft_entry entry = record_command(payload);

    glue_input(
        glue, &(struct raft_input){.type = RAFT_IN_PROPOSE,
                                   .propose = {.entries = &entry, .count = 1}});
}

static void change(struct glue *glue, uint8_t members)
{
    struct raft_change wanted = {.change_id = 1}; /* one at a time */

    for (size_t i = 0; i < EXPLORE_SERVERS; i++) {
        if ((members >> i & 1) != 0) {
            wanted.members[wanted.member_count++].id = i + 1;
        }
    }
    glue_input(glue,
               &(struct raft_input){.type = RAFT_IN_CHANGE, .change = &wanted});
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

    glue_find_machine(glue);
    switch (work->event->type) {
    case GLUE_MESSAGE:
        glue_input(glue,
                   &(struct raft_input){.type = RAFT_IN_MESSAGE,
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
        glue_input(glue, &(struct raft_input){.type = RAFT_IN_READ,
                                              .read = {work->event->known,
                                                       RAFT_READ_CONSISTENT}});
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
    case GLUE_CHANGE:
        change(glue, work->event->members);
        break;
    case GLUE_SNAPSHOT:
        glue_take_snapshot(glue);
        break;
    case GLUE_PUBLISH:
        glue_publish(glue);
        break;
    }
    settle_at_once(glue);
    glue_check(glue);
}

bool glue_take(struct glue *glue, const struct glue_event *event)
{
    struct work work = {glue, event};

    glue->sent_count = 0;
    glue->broken[0] = '\0';
    glue->server.disk.piece_bytes =
        glue->world->in_pieces ? RECORD_PIECE_BYTES : 0;
    return sim_guard(carry_out, &work, glue->broken, sizeof(glue->broken));
}

/* Entry 1, of term 1. */
static void found(struct glue *glue)
{
    const struct raft_config config = explore_members(glue->world);
    struct raft_entry entry = record_entry(record_config_code(&config, NULL));

    if (explore_changes_members(glue->world) &&
        raft_config_slot(&config, glue->server.id) >= 0) {
        entry.term = 1;
        sim_disk_add_entry(&glue->server.disk, &entry);
        sim_disk_set_hard_state(&glue->server.disk, 1, RAFT_NO_SERVER);
    }
}

void glue_first_start(struct glue *glue, raft_server_id id)
{
    const struct glue_event event = {.type = GLUE_RESTART};

    glue->server = (struct record_server){.id = id};
    found(glue);
    (void)glue_take(glue, &event);
}
