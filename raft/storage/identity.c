/* SPDX-License-Identifier: MIT
 *
 * identity.c - who a directory belongs to, and its term and vote.
 *
 * The order of writes makes every crash harmless: a directory has an identity
 * only after its log and term exist, and a cluster id only after entry 1.
 */
#include <errno.h>
#include <stdlib.h>

#include "raft/bytes.h"
#include "raft/storage/internal.h"

/* File "identity". */
enum { CLUSTER_ID_AT = 16, SERVER_ID_AT = 24, IS_FOUNDING_AT = 32 };
/* File "term". */
enum {
    CURRENT_TERM_AT = 16,
    VOTED_FOR_AT = 24,
    DURABLE_SEGMENT_AT = 32,
    DURABLE_END_AT = 36
};

static int identity_write(struct storage *s, uint64_t cluster_id,
                          bool is_founding, struct storage_error *error)
{
    uint8_t block[BLOCK_BYTES] = {0};

    put_u64(block + CLUSTER_ID_AT, cluster_id);
    put_u64(block + SERVER_ID_AT, s->identity.server_id);
    put_u32(block + IS_FOUNDING_AT, is_founding ? 1 : 0);
    block_seal(block, identity_magic);
    return block_file_replace(&s->disk, "identity", "identity.new", block,
                              error);
}

int term_write(struct storage *s, raft_term current_term,
               raft_server_id voted_for, struct storage_error *error)
{
    uint8_t block[BLOCK_BYTES] = {0};

    put_u64(block + CURRENT_TERM_AT, current_term);
    put_u64(block + VOTED_FOR_AT, voted_for);
    /* Costs nothing here, and tells later how far the log must go. */
    put_u32(block + DURABLE_SEGMENT_AT, s->segment.number);
    put_u32(block + DURABLE_END_AT, s->segment.synced);
    block_seal(block, term_magic);
    return block_file_replace(&s->disk, "term", "term.new", block, error);
}

int term_read(struct storage *s, raft_term *current_term,
              raft_server_id *voted_for, struct storage_error *error)
{
    uint8_t block[BLOCK_BYTES];
    const int found =
        block_file_read(&s->disk, "term", term_magic, block, error);

    if (found == 1) {
        *current_term = get_u64(block + CURRENT_TERM_AT);
        *voted_for = get_u64(block + VOTED_FOR_AT);
        s->durable_segment = get_u32(block + DURABLE_SEGMENT_AT);
        s->durable_end = get_u32(block + DURABLE_END_AT);
    }
    return found;
}

/* An empty log, term 0, then the identity: also undoes half a founding. */
static int make_blank(struct storage *s, struct storage_error *error)
{
    static const struct segment_header first = {.number = 1, .first_index = 1};

    s->last_segment = 1;
    s->identity.cluster_id = 0;
    if (segment_create(&s->disk, &s->segment, &first, s->segment_bytes,
                       error) != 0 ||
        term_write(s, 0, RAFT_NO_SERVER, error) != 0) {
        return -1;
    }
    return identity_write(s, 0, false, error);
}

/* After snapshots_find(): whole or not. */
static bool has_snapshot(const struct storage *s)
{
    return s->snapshot.last_index > 0 || s->set_aside.problem != 0;
}

/* Without identity there may be what make_blank() left, but no history. */
static int check_unused(struct storage *s, struct storage_error *error)
{
    raft_term current_term = 0;
    raft_server_id voted_for = RAFT_NO_SERVER;

    if (term_read(s, &current_term, &voted_for, error) < 0 ||
        snapshots_find(s, error) != 0 || log_load(s, error) != 0) {
        return -1;
    }
    const bool is_used = s->last_segment > 1 || s->loaded.record_count > 0 ||
                         current_term != 0 || voted_for != RAFT_NO_SERVER ||
                         has_snapshot(s);

    loaded_free(&s->loaded);
    return is_used ? fail_corrupt(error, &s->disk, "identity", 0,
                                  "missing, but the directory holds a log "
                                  "or a snapshot")
                   : 0;
}

static int first_open(struct storage *s, struct storage_error *error)
{
    if (check_unused(s, error) != 0) {
        return -1;
    }
    do {
        if (random_bits(&s->identity.server_id, sizeof s->identity.server_id) !=
            0) {
            return fail_io(error, &s->disk, "", "random numbers", errno);
        }
    } while (s->identity.server_id == RAFT_NO_SERVER);
    return make_blank(s, error);
}

int identity_open(struct storage *s, struct storage_error *error)
{
    uint8_t block[BLOCK_BYTES];
    const int found =
        block_file_read(&s->disk, "identity", identity_magic, block, error);

    if (found != 1) {
        return found == 0 ? first_open(s, error) : -1;
    }
    s->identity.cluster_id = get_u64(block + CLUSTER_ID_AT);
    s->identity.server_id = get_u64(block + SERVER_ID_AT);
    if (get_u32(block + IS_FOUNDING_AT) != 0) {
        return make_blank(s, error);
    }
    if (s->last_segment == 0) {
        return fail_corrupt(error, &s->disk, "log-00000001", 0,
                            "the log is missing");
    }
    return 0;
}

static int refuse_member(struct storage *s, struct storage_error *error)
{
    return fail_io(error, &s->disk, "identity", "belongs to a cluster", EEXIST);
}

int storage_join_cluster(struct storage *s, uint64_t cluster_id,
                         struct storage_error *error)
{
    if (cluster_id == 0) {
        return fail_io(error, &s->disk, "identity", "cluster id 0", EINVAL);
    }
    if (s->identity.cluster_id != 0) {
        return s->identity.cluster_id == cluster_id ? 0
                                                    : refuse_member(s, error);
    }
    if (s->writer_runs) { /* the disk is its alone */
        return fail_io(error, &s->disk, "identity", "join a cluster", EBUSY);
    }
    if (storage_check(s, error) != 0) {
        return -1;
    }
    if (identity_write(s, cluster_id, false, error) != 0) {
        return storage_failed(s, error);
    }
    s->identity.cluster_id = cluster_id;
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
        return refuse_member(s, error);
    }
    if (storage_check(s, error) != 0 || snapshots_find(s, error) != 0 ||
        log_load(s, error) != 0 ||
        term_read(s, &current_term, &voted_for, error) < 0) {
        return -1;
    }
    const bool is_used =
        s->loaded.record_count > 0 || current_term != 0 || has_snapshot(s);

    loaded_free(&s->loaded);
    return is_used ? fail_io(error, &s->disk, "log-00000001",
                             "holds entries already", EEXIST)
                   : 0;
}

int storage_found_cluster(struct storage *s, uint64_t cluster_id,
                          const struct raft_entry *first,
                          struct storage_error *error)
{
    if (check_founder(s, cluster_id, first, error) != 0) {
        return -1;
    }
    /* The flag says that all below may be undone. */
    if (identity_write(s, 0, true, error) != 0 ||
        write_first(s, first, error) != 0 ||
        term_write(s, 1, RAFT_NO_SERVER, error) != 0 ||
        identity_write(s, cluster_id, false, error) != 0) {
        return storage_failed(s, error);
    }
    s->identity.cluster_id = cluster_id;
    return 0;
}
