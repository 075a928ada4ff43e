/* SPDX-License-Identifier: MIT
 *
 * snapshot_find.c - the snapshot files there are, and which counts.
 *
 * The newest is the one with the highest index: only committed entries are in
 * snapshots, so whatever an older one has is in it too. A damaged one is
 * passed over; whether an older one or the log alone can stand in for it,
 * compact.c sees from where the log begins.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "raft/storage/internal.h"

static const char prefix[] = "snapshot-";
static const char aside_name[] = "snapshot.damaged";

enum { PREFIX_LENGTH = sizeof prefix - 1, DIGITS = 16 };

void snapshot_name(char name[NAME_BYTES], raft_index last_index)
{
    (void)snprintf(name, NAME_BYTES, "%s%016" PRIx64, prefix, last_index);
}

/* The index in a file's name; 0: it is none of ours. */
static raft_index index_of_name(const char *name)
{
    raft_index index = 0;

    if (strlen(name) != PREFIX_LENGTH + DIGITS ||
        strncmp(name, prefix, PREFIX_LENGTH) != 0) {
        return 0;
    }
    for (const char *digit = name + PREFIX_LENGTH; *digit != '\0'; digit++) {
        const char *const digits = "0123456789abcdef";
        const char *const at = strchr(digits, *digit);

        if (at == NULL) {
            return 0;
        }
        index = index << 4 | (raft_index)(at - digits);
    }
    return index;
}

/* The highest index below a bound. */
struct search {
    raft_index below;
    raft_index found;
};

static int note_snapshot(void *context, const char *name)
{
    struct search *const search = context;
    const raft_index index = index_of_name(name);

    if (index < search->below && index > search->found) {
        search->found = index;
    }
    return 0;
}

static int next_older(const struct disk *d, struct search *search,
                      struct storage_error *error)
{
    search->found = 0;
    if (d->ops->list(d->ops->self, d->directory, note_snapshot, search) != 0) {
        return fail_io(error, d, "", "list", errno);
    }
    return 0;
}

static int check_file(const struct disk *d, raft_index index,
                      struct raft_snapshot *snapshot,
                      struct storage_error *error)
{
    struct snapshot_head head;
    struct disk_file file;
    char name[NAME_BYTES];

    snapshot_name(name, index);
    if (disk_open(d, name, O_RDWR, &file, error) != 0) {
        return -1;
    }
    int result = snapshot_head_read(d, &file, &head, snapshot, error);

    if (result == 0 && head.last_index != index) {
        result = fail_corrupt(error, d, name, BLOCK_FIELDS,
                              "a snapshot of another index");
    }
    if (result == 0) {
        result = snapshot_body_check(d, &file, &head, error);
    }
    disk_close(d, &file);
    return result;
}

int snapshots_find(struct storage *s, struct storage_error *error)
{
    struct search search = {.below = UINT64_MAX};

    s->set_aside = (struct storage_error){0};
    for (;;) {
        s->snapshot = (struct raft_snapshot){0};
        if (next_older(&s->disk, &search, error) != 0) {
            return -1;
        }
        if (search.found == 0 ||
            check_file(&s->disk, search.found, &s->snapshot, error) == 0) {
            return 0;
        }
        if (error->problem != STORAGE_ECORRUPT) {
            return -1; /* not known to be damaged: it may be the newest */
        }
        if (s->set_aside.problem == 0) {
            s->set_aside = *error;
        }
        search.below = search.found;
    }
}

bool snapshots_found(const struct storage *s)
{
    return s->snapshot.last_index > 0 || s->set_aside.problem != 0;
}

/* Kept for whoever wants to know; one of them is enough. */
static int set_aside(const struct disk *d, raft_index index,
                     struct storage_error *error)
{
    char name[NAME_BYTES];

    snapshot_name(name, index);
    return d->ops->rename(d->ops->self, d->directory, name, aside_name) == 0
               ? 0
               : fail_io(error, d, name, "rename", errno);
}

int snapshots_tidy(struct storage *s, struct storage_error *error)
{
    struct search search = {.below = UINT64_MAX};

    for (;;) {
        if (next_older(&s->disk, &search, error) != 0) {
            return -1;
        }
        if (search.found <= s->snapshot.last_index) {
            break;
        }
        if (set_aside(&s->disk, search.found, error) != 0) {
            return -1;
        }
        search.below = search.found;
    }
    snapshots_remove_before(&s->disk, s->snapshot.last_index);
    return 0;
}

int snapshots_remove_all(const struct disk *d, struct storage_error *error)
{
    struct search search = {.below = UINT64_MAX};
    char name[NAME_BYTES];

    for (;;) {
        if (next_older(d, &search, error) != 0) {
            return -1;
        }
        if (search.found == 0) {
            return disk_unlink(d, aside_name, error);
        }
        snapshot_name(name, search.found);
        if (disk_unlink(d, name, error) != 0) {
            return -1;
        }
        search.below = search.found;
    }
}

void snapshots_remove_before(const struct disk *d, raft_index last_index)
{
    struct search search = {.below = last_index};
    struct storage_error ignored;
    char name[NAME_BYTES];

    while (next_older(d, &search, &ignored) == 0 && search.found != 0) {
        snapshot_name(name, search.found);
        (void)disk_unlink(d, name, &ignored);
        search.below = search.found;
    }
}
