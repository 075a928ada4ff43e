/* SPDX-License-Identifier: MIT
 *
 * provisional.c - a cluster of one server that nobody knows of yet: it is
 * settled, or left for another one.
 *
 * Whoever founded alone may still go: nothing that it holds was told to
 * anybody. The first thing told settles it. Who leaves belongs to the other
 * cluster before anything is removed, so every crash leaves a member of one
 * of the two, and a start finishes what was begun.
 */
#include <errno.h>

#include "raft/storage/internal.h"

/* A failure would be final, so connections must not take its descriptor. */
int settling_prepare(struct storage *s, struct storage_error *error)
{
    if (!s->identity.is_provisional) {
        return 0;
    }
    s->settling = snapshot_disk(s);
    return disk_keep_spare(&s->settling, error);
}

int storage_settle(struct storage *s, struct storage_error *error)
{
    if (s->state == IDENTITY_SETTLED) {
        return 0;
    }
    if (storage_check(s, error) != 0) {
        return -1;
    }
    if (s->state != IDENTITY_PROVISIONAL) {
        return fail_io(error, &s->disk, "identity", "settle", EINVAL);
    }
    if (identity_write(s, &s->settling, s->identity.cluster_id,
                       IDENTITY_SETTLED, error) != 0) {
        return storage_failed(s, error);
    }
    disk_give_up_spare(&s->settling);
    return 0;
}

int storage_leave_for(struct storage *s, uint64_t cluster_id,
                      struct storage_error *error)
{
    struct storage_error left;

    if (cluster_id == 0 || cluster_id == s->identity.cluster_id) {
        return fail_io(error, &s->disk, "identity", "leave for a cluster",
                       EINVAL);
    }
    if (!s->identity.is_provisional) {
        return identity_refuse(s, error);
    }
    writer_stop(s);
    if (storage_check(s, error) != 0) {
        return -1;
    }
    if (identity_write(s, &s->disk, cluster_id, IDENTITY_LEAVING, error) != 0) {
        return storage_failed(s, error);
    }
    /* The log and the term are those of the cluster it left. */
    (void)fail_io(&left, &s->disk, "", "left for another cluster", ESTALE);
    (void)storage_failed(s, &left);
    return 0;
}

/* Syncs of the directory come with the new log and the new term. */
int leaving_finish(struct storage *s, struct storage_error *error)
{
    if (snapshots_remove_all(&s->disk, error) != 0 ||
        log_remove_before(s, UINT32_MAX, error) != 0) {
        return -1;
    }
    return identity_start_over(s, s->identity.cluster_id, error);
}
