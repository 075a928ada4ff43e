/* SPDX-License-Identifier: MIT
 *
 * identity.c - who a directory belongs to, and its term and vote.
 *
 * A directory has an identity only after its log and term exist. What is under
 * way with it stands in it, so that a start after a crash can finish or undo.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "raft/bytes.h"
#include "raft/storage/internal.h"

/* File "identity". */
enum { CLUSTER_ID_AT = 16, SERVER_ID_AT = 24, STATE_AT = 32 };
/* File "term". */
enum {
    CURRENT_TERM_AT = 16,
    VOTED_FOR_AT = 24,
    DURABLE_SEGMENT_AT = 32,
    DURABLE_END_AT = 36
};

/*
 * Version 2 only where it says more than version 1 could: an older program
 * refuses a directory only if it would go wrong with it.
 */
static uint32_t version_of(enum identity_state state)
{
    return state > IDENTITY_FOUNDING ? 2 : 1;
}

int identity_write(struct storage *s, struct disk *d, uint64_t cluster_id,
                   enum identity_state state, struct storage_error *error)
{
    uint8_t block[BLOCK_BYTES] = {0};

    put_u64(block + CLUSTER_ID_AT, cluster_id);
    put_u64(block + SERVER_ID_AT, s->identity.server_id);
    put_u32(block + STATE_AT, (uint32_t)state);
    block_seal_as(block, identity_magic, version_of(state));
    if (block_file_replace(d, "identity", "identity.new", block, error) != 0) {
        return -1;
    }
    s->state = state;
    s->identity.cluster_id = cluster_id;
    s->identity.is_provisional = state == IDENTITY_PROVISIONAL;
    return 0;
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

int identity_start_over(struct storage *s, uint64_t cluster_id,
                        struct storage_error *error)
{
    static const struct segment_header first = {.number = 1, .first_index = 1};

    s->last_segment = 1;
    if (segment_create(&s->disk, &s->segment, &first, s->segment_bytes,
                       error) != 0 ||
        term_write(s, 0, RAFT_NO_SERVER, error) != 0) {
        return -1;
    }
    return identity_write(s, &s->disk, cluster_id, IDENTITY_SETTLED, error);
}

/* Without identity there may be an empty log and term 0, but no history. */
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
                         snapshots_found(s);

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
    return identity_start_over(s, 0, error);
}

/* The checksum is right: this must be what some program of ours wrote. */
static int check_state(const struct storage *s, uint32_t state,
                       uint32_t version, struct storage_error *error)
{
    char what[80];

    if (state <= IDENTITY_FOUNDING ||
        (state <= IDENTITY_FORCING && version >= 2 &&
         s->identity.cluster_id != 0)) {
        return 0;
    }
    (void)snprintf(what, sizeof what,
                   "impossible state %" PRIu32 " (format version %" PRIu32 ")",
                   state, version);
    return fail_corrupt(error, &s->disk, "identity", STATE_AT, what);
}

static int identity_read(struct storage *s, const uint8_t block[BLOCK_BYTES],
                         struct storage_error *error)
{
    const uint32_t state = get_u32(block + STATE_AT);

    s->identity.cluster_id = get_u64(block + CLUSTER_ID_AT);
    s->identity.server_id = get_u64(block + SERVER_ID_AT);
    if (check_state(s, state, block_version(block), error) != 0) {
        return -1;
    }
    s->state = (enum identity_state)state;
    s->identity.is_provisional = s->state == IDENTITY_PROVISIONAL;
    return 0;
}

int identity_open(struct storage *s, struct storage_error *error)
{
    uint8_t block[BLOCK_BYTES];
    const int found =
        block_file_read(&s->disk, "identity", identity_magic, block, error);

    if (found != 1) {
        return found == 0 ? first_open(s, error) : -1;
    }
    if (identity_read(s, block, error) != 0) {
        return -1;
    }
    if (s->state == IDENTITY_FOUNDING) {
        return identity_start_over(s, 0, error);
    }
    if (s->state == IDENTITY_LEAVING) {
        return leaving_finish(s, error);
    }
    if (s->last_segment == 0) {
        return fail_corrupt(error, &s->disk, "log-00000001", 0,
                            "the log is missing");
    }
    return settling_prepare(s, error);
}

int identity_refuse(struct storage *s, struct storage_error *error)
{
    return fail_io(error, &s->disk, "identity", "belongs to a cluster", EEXIST);
}
