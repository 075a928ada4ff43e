/* SPDX-License-Identifier: MIT
 *
 * founding.c - a blank directory joins a cluster, or founds one.
 *
 * The cluster id comes last: whoever has one has all that belongs to it.
 */
#include <errno.h>
#include <stdlib.h>

#include "raft/storage/internal.h"

int storage_join_cluster(struct storage *s, uint64_t cluster_id,
                         struct storage_error *error)
{
    if (cluster_id == 0) {
        return fail_io(error, &s->disk, "identity", "cluster id 0", EINVAL);
    }
    if (s->identity.cluster_id != 0) {
        return s->identity.cluster_id == cluster_id ? 0
                                                    : identity_refuse(s, error);
    }
    if (s->writer_runs) { /* the disk is its alone */
        return fail_io(error, &s->disk, "identity", "join a cluster", EBUSY);
    }
    if (storage_check(s, error) != 0) {
        return -1;
    }
    if (identity_write(s, &s->disk, cluster_id, IDENTITY_SETTLED, error) != 0) {
        return storage_failed(s, error);
    }
    return 0;
}

static int write_first(struct storage *s, const struct raft_entry *first,
                       struct storage_error *error)
{
    const struct record record = {.type = RECORD_ENTRY,
                                  .entry_type = first->type,
                                  .length = first->byte_count,
                                  .term = 1,
                                  .index = 1};
    const size_t size = record_bytes(first->byte_count);
    uint8_t *const bytes = malloc(size);
    int result = -1;

    if (bytes == NULL) {
        return fail_memory(error);
    }
    record_encode(bytes, &record, first->bytes);
    record_seal(bytes, s->segment.salt, s->segment.number, s->segment.synced);
    if (segment_write(&s->disk, &s->segment, bytes, size, s->segment_bytes,
                      error) == 0) {
        result = segment_mark(&s->disk, &s->segment, s->segment_bytes, error);
    }
    free(bytes);
    return result;
}

/* The log must be empty: a founder has no history. */
static int check_founder(struct storage *s, uint64_t cluster_id,
                         const struct raft_entry *first,
                         struct storage_error *error)
{
    raft_term current_term = 0;
    raft_server_id voted_for = RAFT_NO_SERVER;

    if (cluster_id == 0 || first->byte_count > PAYLOAD_BYTES_MAX ||
        first->type < RAFT_ENTRY_NO_OP || first->type > RAFT_ENTRY_CONFIG ||
        s->is_loaded) {
        return fail_io(error, &s->disk, "", "found a cluster", EINVAL);
    }
    if (s->identity.cluster_id != 0) {
        return identity_refuse(s, error);
    }
    if (storage_check(s, error) != 0 || snapshots_find(s, error) != 0 ||
        log_load(s, error) != 0 ||
        term_read(s, &current_term, &voted_for, error) < 0) {
        return -1;
    }
    const bool is_used =
        s->loaded.record_count > 0 || current_term != 0 || snapshots_found(s);

    loaded_free(&s->loaded);
    return is_used ? fail_io(error, &s->disk, "log-00000001",
                             "holds entries already", EEXIST)
                   : 0;
}

int storage_found_cluster(struct storage *s, uint64_t cluster_id,
                          const struct raft_entry *first, bool is_provisional,
                          struct storage_error *error)
{
    const enum identity_state state =
        is_provisional ? IDENTITY_PROVISIONAL : IDENTITY_SETTLED;

    if (check_founder(s, cluster_id, first, error) != 0) {
        return -1;
    }
    /* This state says that all below may be undone. */
    if (identity_write(s, &s->disk, 0, IDENTITY_FOUNDING, error) != 0 ||
        write_first(s, first, error) != 0 ||
        term_write(s, 1, RAFT_NO_SERVER, error) != 0 ||
        identity_write(s, &s->disk, cluster_id, state, error) != 0 ||
        settling_prepare(s, error) != 0) {
        return storage_failed(s, error);
    }
    return 0;
}
