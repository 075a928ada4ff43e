/* SPDX-License-Identifier: MIT
 *
 * sim_storage.c - a disk that does only what it is told.
 */
#include "cmd/raftsim/cluster/sim_storage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "raft/check.h"

static struct raft_entry entry_copy(const struct raft_entry *entry)
{
    struct raft_entry copy = *entry;

    copy.bytes = sim_copy(entry->bytes, entry->byte_count);
    return copy;
}

static void entry_free(const struct raft_entry *entry)
{
    free((void *)(uintptr_t)entry->bytes); /* ours: the const is for users */
}

static void write_free(struct sim_write *write)
{
    for (size_t i = 0; i < write->count; i++) {
        entry_free(&write->entries[i]);
    }
    free(write->entries);
}

static void cut_log(struct sim_disk *disk, raft_index from)
{
    while (disk->log_count > 0 && sim_disk_last_index(disk) >= from) {
        entry_free(&disk->log[--disk->log_count]);
    }
}

static void forget(struct sim_disk *disk, raft_index through)
{
    size_t count = 0;

    while (count < disk->log_count && disk->log_base + count < through) {
        entry_free(&disk->log[count++]);
    }
    disk->log_base += count;
    disk->log_count -= count;
    if (count > 0) {
        memmove(disk->log, disk->log + count,
                disk->log_count * sizeof(*disk->log));
    }
}

static void compact_if_due(struct sim_disk *disk)
{
    if (disk->compact_through > 0 && disk->done >= disk->compact_after) {
        forget(disk, disk->compact_through);
        disk->compact_through = 0;
    }
}

void sim_disk_wipe(struct sim_disk *disk)
{
    cut_log(disk, 0);
    free(disk->log);
    sim_snapshot_free(&disk->snapshot);
    sim_snapshot_free(&disk->taken);
    sim_snapshot_free(&disk->received);
    for (size_t i = 0; i < disk->write_count; i++) {
        write_free(&disk->writes[i]);
    }
    free(disk->writes);
    *disk = (struct sim_disk){0};
}

/* ---- What the node calls ------------------------------------------------- */

static int add_write(struct sim_disk *disk, const struct sim_write *write)
{
    raft_assert(write->seq > disk->done);
    raft_assert(disk->write_count == 0 ||
                write->seq > disk->writes[disk->write_count - 1].seq);
    disk->writes = sim_grow(disk->writes, disk->write_count,
                            &disk->write_capacity, sizeof(*disk->writes));
    disk->writes[disk->write_count] = *write;
    disk->writes[disk->write_count++].asked = disk->now;
    return 0;
}

/* Once: whoever goes on all the same finds that the next write succeeds. */
static bool refuse(struct sim_disk *disk)
{
    const bool refused = disk->fails;

    if (refused) {
        disk->fails = false;
        errno = EIO;
    }
    return refused;
}

static int save_hard_state(void *self, raft_write_seq seq,
                           raft_term current_term, raft_server_id voted_for)
{
    const struct sim_write write = {.type = SIM_WRITE_HARD_STATE,
                                    .seq = seq,
                                    .current_term = current_term,
                                    .voted_for = voted_for};

    return refuse(self) ? -1 : add_write(self, &write);
}

static int truncate_log(void *self, raft_write_seq seq, raft_index from)
{
    const struct sim_write write = {
        .type = SIM_WRITE_TRUNCATE, .seq = seq, .first_index = from};

    return refuse(self) ? -1 : add_write(self, &write);
}

static int reset_log(void *self, raft_write_seq seq, raft_index after_index,
                     raft_term after_term)
{
    const struct sim_write write = {.type = SIM_WRITE_RESET,
                                    .seq = seq,
                                    .first_index = after_index,
                                    .current_term = after_term};

    return refuse(self) ? -1 : add_write(self, &write);
}

/* After what was asked for before: that may be about the same entries. */
static int compact_log(void *self, raft_index through)
{
    struct sim_disk *disk = self;

    if (refuse(disk)) {
        return -1;
    }
    disk->compact_through = through;
    disk->compact_after =
        disk->write_count == 0 ? 0 : disk->writes[disk->write_count - 1].seq;
    compact_if_due(disk);
    return 0;
}

static int append(void *self, raft_write_seq seq,
                  const struct raft_slice *slice)
{
    struct sim_write write = {.type = SIM_WRITE_APPEND,
                              .seq = seq,
                              .first_index = slice->first_index,
                              .count = slice->count};

    if (refuse(self)) {
        return -1;
    }
    write.entries = sim_calloc(slice->count, sizeof(struct raft_entry));
    for (size_t i = 0; i < slice->count; i++) {
        write.entries[i] = entry_copy(&slice->entries[i]);
    }
    return add_write(self, &write);
}

static int flush(void *self)
{
    return refuse(self) ? -1 : 0;
}

struct raft_storage sim_disk_interface(struct sim_disk *disk)
{
    return (struct raft_storage){.self = disk,
                                 .save_hard_state = save_hard_state,
                                 .truncate = truncate_log,
                                 .reset = reset_log,
                                 .compact = compact_log,
                                 .append = append,
                                 .flush = flush};
}

/* ---- What becomes durable ------------------------------------------------ */

void sim_disk_set_hard_state(struct sim_disk *disk, raft_term current_term,
                             raft_server_id voted_for)
{
    disk->current_term = current_term;
    disk->voted_for = voted_for;
}

static void keep_entry(struct sim_disk *disk, const struct raft_entry *entry)
{
    disk->log = sim_grow(disk->log, disk->log_count, &disk->log_capacity,
                         sizeof(*disk->log));
    disk->log[disk->log_count++] = *entry;
}

void sim_disk_add_entry(struct sim_disk *disk, const struct raft_entry *entry)
{
    const struct raft_entry copy = entry_copy(entry);

    keep_entry(disk, &copy);
}

/* A write reaches the disk, an append with its first entry_count entries. */
static void carry_out(struct sim_disk *disk, struct sim_write *write,
                      size_t entry_count)
{
    switch (write->type) {
    case SIM_WRITE_HARD_STATE:
        sim_disk_set_hard_state(disk, write->current_term, write->voted_for);
        break;
    case SIM_WRITE_TRUNCATE:
        cut_log(disk, write->first_index);
        break;
    case SIM_WRITE_RESET:
        cut_log(disk, 0);
        disk->log_base = write->first_index;
        break;
    case SIM_WRITE_APPEND:
        raft_assert(write->first_index == sim_disk_last_index(disk) + 1);
        for (size_t i = 0; i < entry_count; i++) {
            keep_entry(disk, &write->entries[i]);
            write->entries[i].bytes = NULL;
        }
        break;
    }
}

raft_write_seq sim_disk_complete(struct sim_disk *disk, size_t count)
{
    raft_assert(count <= disk->write_count);
    for (size_t i = 0; i < count; i++) {
        carry_out(disk, &disk->writes[i], disk->writes[i].count);
        disk->done = disk->writes[i].seq;
        write_free(&disk->writes[i]);
    }
    disk->write_count -= count;
    memmove(disk->writes, disk->writes + count,
            disk->write_count * sizeof(*disk->writes));
    compact_if_due(disk);
    return disk->done;
}

void sim_disk_crash(struct sim_disk *disk, const struct sim_torn *torn)
{
    size_t hard_states_left = torn->hard_states;

    for (size_t i = 0; i < disk->write_count; i++) {
        struct sim_write *write = &disk->writes[i];

        if (i < torn->writes) {
            carry_out(disk, write, write->count);
        } else if (write->type == SIM_WRITE_HARD_STATE) {
            if (hard_states_left > 0) {
                hard_states_left--;
                carry_out(disk, write, 0);
            }
        } else if (i == torn->writes && write->type == SIM_WRITE_APPEND) {
            carry_out(disk, write,
                      torn->entries < write->count ? torn->entries
                                                   : write->count);
        }
        write_free(write);
    }
    disk->write_count = 0;
    disk->done = 0;
    disk->fails = false;
    disk->compact_through = 0;
    sim_snapshot_free(&disk->taken); /* what was not whole is nothing */
    sim_snapshot_free(&disk->received);
}
