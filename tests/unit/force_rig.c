/* SPDX-License-Identifier: MIT
 *
 * force_rig.c - a survivor on a disk in memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/common/log.h"
#include "cmd/raftd/force_new_cluster.h"
#include "tests/t.h"
#include "tests/unit/force_rig.h"

/* ---- The directory ------------------------------------------------------ */

static void add(struct raft_config *config, raft_server_id id,
                const char *address)
{
    struct raft_member *const member = &config->members[config->member_count++];

    member->id = id;
    member->in_old = true;
    (void)snprintf(member->address, sizeof member->address, "%s", address);
}

struct raft_config force_config(void)
{
    struct raft_config config = {0};

    add(&config, 1, "one:1");
    add(&config, FORCE_OTHER, "three:3");
    add(&config, 4, "four:4");
    return config;
}

void force_open(struct force_rig *rig)
{
    /* Small, so that little is filled ahead; raftd has its own. */
    const struct storage_settings settings = {.segment_bytes = 4096};
    struct storage_error error;

    rig->storage =
        storage_open("d", fault_files_ops(rig->disk), &settings, &error);
    assert_non_null(rig->storage);
    rig->id = storage_identity(rig->storage)->server_id;
}

void force_load(struct force_rig *rig, struct raft_start *start)
{
    struct storage_error error;

    assert_int_equal(storage_load(rig->storage, start, &error), 0);
}

void force_close(struct force_rig *rig)
{
    storage_close(rig->storage);
    rig->storage = NULL;
}

void force_create_blank(struct force_rig *rig, uint64_t seed)
{
    *rig = (struct force_rig){.disk = fault_files_create(seed)};
    (void)snprintf(rig->options.directory, sizeof rig->options.directory, "d");
    log_open(LOG_ERROR, "survivor");
    force_open(rig);
    force_close(rig);
}

static raft_term term_of(raft_index index)
{
    return index <= 3 ? 1 : 2;
}

static void append(struct force_rig *rig)
{
    const struct raft_storage face = storage_interface(rig->storage);
    struct storage_error error;
    raft_write_seq seq = 0;

    for (raft_index index = 2; index <= FORCE_ENTRIES; index++) {
        const struct raft_entry entry = {.term = term_of(index),
                                         .type = RAFT_ENTRY_COMMAND,
                                         .byte_count = 5,
                                         .bytes = (const uint8_t *)"bytes"};
        const struct raft_slice slice = {index, 1, &entry};

        assert_int_equal(face.append(face.self, ++seq, &slice), 0);
    }
    assert_int_equal(face.save_hard_state(face.self, ++seq, 3, FORCE_OTHER), 0);
    assert_int_equal(storage_write_queued(rig->storage, &seq, &error), 0);
}

void force_create_with(struct force_rig *rig, uint64_t seed,
                       struct raft_config config)
{
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    struct storage_error error;
    struct raft_start start;

    force_create_blank(rig, seed);
    for (size_t slot = 0; slot < config.member_count; slot++) {
        if (config.members[slot].id == 1) {
            config.members[slot].id = rig->id;
        }
    }
    const struct raft_entry first = {
        .term = 1,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(&config, bytes),
        .bytes = bytes};

    force_open(rig);
    assert_int_equal(storage_found_cluster(rig->storage, FORCE_CLUSTER, &first,
                                           false, &error),
                     0);
    force_load(rig, &start);
    append(rig);
    force_close(rig);
}

void force_create(struct force_rig *rig, uint64_t seed)
{
    force_create_with(rig, seed, force_config());
}

void force_destroy(struct force_rig *rig)
{
    force_close(rig);
    fault_files_destroy(rig->disk);
}

/* ---- The command -------------------------------------------------------- */

int force_run(struct force_rig *rig, bool confirm)
{
    FILE *const said = tmpfile();
    FILE *const out = fmemopen(rig->report, sizeof rig->report, "w");
    const int kept = dup(STDERR_FILENO);

    assert_non_null(said);
    assert_non_null(out);
    assert_true(dup2(fileno(said), STDERR_FILENO) >= 0);
    rig->options.force_new_cluster = true;
    rig->options.confirm_data_loss = confirm;
    const int code =
        force_new_cluster_on(&rig->options, fault_files_ops(rig->disk), out);

    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    fputc('\0', out);
    assert_int_equal(fclose(out), 0);
    rewind(said);
    rig->said[fread(rig->said, 1, sizeof rig->said - 1, said)] = '\0';
    (void)fclose(said);
    return code;
}

/* ---- What is there now -------------------------------------------------- */

struct sum {
    struct fault_files *disk;
    uint64_t value;
};

/* Of one file, so that the order of names does not matter. */
static int add_file(void *context, const char *name)
{
    struct sum *const sum = context;
    const int64_t size = fault_files_size(sum->disk, name);
    uint64_t hash = 14695981039346656037u;

    for (const char *c = name; *c != '\0'; c++) {
        hash = (hash ^ (uint8_t)*c) * 1099511628211u;
    }
    for (int64_t at = 0; at < size; at++) {
        hash = (hash ^ fault_files_byte(sum->disk, name, (size_t)at)) *
               1099511628211u;
    }
    sum->value += hash;
    return 0;
}

uint64_t force_files(struct force_rig *rig)
{
    const struct file_ops *const ops = fault_files_ops(rig->disk);
    struct sum sum = {.disk = rig->disk};
    const int directory = ops->open_directory(ops->self, "d");

    assert_int_equal(ops->list(ops->self, directory, add_file, &sum), 0);
    assert_int_equal(ops->close(ops->self, directory), 0);
    return sum.value;
}

static void log_is_kept(const struct raft_start *start)
{
    t_u64_eq(start->log.first_index, 1);
    assert_true(start->log.count >= FORCE_ENTRIES);
    for (raft_index index = 2; index <= FORCE_ENTRIES; index++) {
        const struct raft_entry *const entry = &start->log.entries[index - 1];

        t_u64_eq(entry->term, term_of(index));
        assert_memory_equal(entry->bytes, "bytes", entry->byte_count);
    }
}

static void is_alone(struct force_rig *rig, const struct raft_start *start)
{
    const struct raft_entry *const last =
        &start->log.entries[start->log.count - 1];
    struct raft_config config;

    assert_true(start->log.count > FORCE_ENTRIES);
    assert_int_equal(last->type, RAFT_ENTRY_CONFIG);
    assert_true(raft_config_decode(last->bytes, last->byte_count, &config));
    t_u64_eq(config.member_count, 1);
    t_u64_eq(config.members[0].id, rig->id);
    assert_true(config.members[0].in_old);
    assert_true(last->term > 3);
    t_u64_eq(start->current_term, last->term);
    t_u64_eq(start->voted_for, RAFT_NO_SERVER);
}

enum force_state force_state(struct force_rig *rig)
{
    const raft_server_id id = rig->id;
    struct storage_error error;
    struct raft_start start;
    enum force_state state = FORCE_UNFINISHED;

    force_open(rig);
    const uint64_t cluster_id = storage_identity(rig->storage)->cluster_id;

    t_u64_eq(rig->id, id);
    if (storage_load(rig->storage, &start, &error) != 0) {
        assert_int_equal(error.problem, STORAGE_EIO);
        assert_int_equal(error.errno_value, 0);
        assert_true(cluster_id != FORCE_CLUSTER);
    } else {
        state = cluster_id == FORCE_CLUSTER ? FORCE_OLD : FORCE_NEW;
        log_is_kept(&start);
        if (state == FORCE_NEW) {
            is_alone(rig, &start);
        } else {
            t_u64_eq(start.log.count, FORCE_ENTRIES);
            t_u64_eq(start.current_term, 3);
            t_u64_eq(start.voted_for, FORCE_OTHER);
        }
    }
    force_close(rig);
    return state;
}

void force_is_refused(struct force_rig *rig, int code, const char *why)
{
    const uint64_t files = force_files(rig);

    for (int confirm = 0; confirm < 2; confirm++) {
        assert_int_equal(force_run(rig, confirm == 1), code);
        if (strstr(rig->said, why) == NULL ||
            strncmp(rig->said, "raftd: d", 8) != 0) {
            fail_msg("\"raftd: d...%s\" is not in: %s", why, rig->said);
        }
        t_u64_eq(force_files(rig), files);
    }
}
