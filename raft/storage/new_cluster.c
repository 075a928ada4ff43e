/* SPDX-License-Identifier: MIT
 *
 * new_cluster.c - a new cluster of one directory that survived, when the
 * majority of the old one is lost for good.
 *
 * Its log is to say that it is the only member. Were that durable while the
 * directory still belongs to the old cluster, it would lead there alone,
 * beside a majority that was not lost after all. So the new cluster id comes
 * first, with a state that no server loads; without the state it comes last.
 */
#include <errno.h>
#include <stdio.h>

#include "raft/storage/internal.h"

int forcing_check(const struct storage *s, struct storage_error *error)
{
    if (s->state != IDENTITY_FORCING || s->is_forcing) {
        return 0;
    }
    error->problem = STORAGE_EIO;
    error->errno_value = 0;
    (void)snprintf(error->text, sizeof error->text,
                   "%.300s: a new cluster was begun here and not finished: run "
                   "raftd --force-new-cluster again",
                   s->disk.path);
    return -1;
}

int storage_force_new_cluster(struct storage *s, uint64_t cluster_id,
                              struct storage_error *error)
{
    /* One begun before has not been seen by anybody: its id may stay. */
    const bool is_own =
        cluster_id == s->identity.cluster_id && s->state != IDENTITY_FORCING;

    if (storage_check(s, error) != 0) {
        return -1;
    }
    if (s->identity.cluster_id == 0) {
        return fail_io(error, &s->disk, "identity", "belongs to no cluster",
                       EINVAL);
    }
    if (cluster_id == 0 || is_own || s->writer_runs) {
        return fail_io(error, &s->disk, "identity", "force a new cluster",
                       s->writer_runs ? EBUSY : EINVAL);
    }
    if (identity_write(s, &s->disk, cluster_id, IDENTITY_FORCING, error) != 0) {
        return storage_failed(s, error);
    }
    s->is_forcing = true;
    return 0;
}

int storage_new_cluster_ready(struct storage *s, struct storage_error *error)
{
    if (storage_check(s, error) != 0) {
        return -1;
    }
    if (s->state != IDENTITY_FORCING || !s->is_loaded || s->writer_runs ||
        s->queue.byte_count > 0) {
        return fail_io(error, &s->disk, "identity", "finish the new cluster",
                       EINVAL);
    }
    /* Unmarked, the last entry could be cut as torn, and who is a member. */
    if (segment_mark(&s->disk, &s->segment, s->segment_bytes, error) != 0 ||
        identity_write(s, &s->disk, s->identity.cluster_id, IDENTITY_SETTLED,
                       error) != 0) {
        return storage_failed(s, error);
    }
    return 0;
}
