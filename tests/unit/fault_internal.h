/* SPDX-License-Identifier: MIT
 *
 * fault_internal.h - what the fault_*.c files share.
 */
#ifndef TESTS_UNIT_FAULT_INTERNAL_H
#define TESTS_UNIT_FAULT_INTERNAL_H

#include <pthread.h>

#include "tests/unit/fault_files.h"

enum { FAULT_SECTOR = 512, FAULT_NAMES = 1024, FAULT_NAME_BYTES = 32 };

struct fault_inode {
    uint8_t *now; /* capacity bytes each; zeros after the size */
    uint8_t *durable;
    uint8_t *dirty; /* by sector: the next sync writes it */
    size_t size;
    size_t durable_size;
    size_t capacity;
    int lock_holder; /* a handle, or 0 */
};

struct fault_name {
    char text[FAULT_NAME_BYTES];
    struct fault_inode *inode;
};

struct fault_names {
    struct fault_name *at;
    size_t count;
};

/* A change of names that is not durable yet. inode NULL: unlink. */
struct fault_change {
    char from[FAULT_NAME_BYTES]; /* of a rename, or "" */
    char name[FAULT_NAME_BYTES];
    struct fault_inode *inode;
};

struct fault_handle {
    struct fault_inode *inode; /* NULL: the directory */
    bool is_open;
};

struct fault_files {
    pthread_mutex_t mutex;
    struct file_ops ops;
    uint64_t random;
    uint64_t operations;
    struct fault_inode **inodes; /* all there ever were */
    size_t inode_count;
    struct fault_names now;
    struct fault_names durable;
    struct fault_change *changes;
    size_t change_count;
    struct fault_handle *handles; /* handle h is handles[h - 1] */
    size_t handle_count;
    uint64_t fail_at; /* operation number, 0: never */
    int fail_errno;
    size_t fail_short;
    uint64_t power_at;
    bool is_chopped;
    bool is_full;
    int64_t room;
    uint64_t refused_opens; /* to come */
    bool is_crowded;
    size_t free_handles; /* counted while it is */
};

/* ---- fault_ops.c ----------------------------------------------------- */

extern const struct file_ops fault_ops;

/* What becomes of an operation. */
enum fault_fate {
    FAULT_GOES_WELL,
    FAULT_FAILS,  /* errno is set; nothing happens */
    FAULT_IS_LAST /* happens, but is reported as failed: the power is going */
};

/* Count an operation and decide about it; locks. */
enum fault_fate fault_begin(struct fault_files *f);
/* What the caller gets to see; unlocks, keeps errno. */
int64_t fault_end(struct fault_files *f, enum fault_fate fate, int64_t result);
int64_t fault_refuse(int errno_value); /* -1 */
struct fault_handle *fault_handle_of(struct fault_files *f, int handle);
struct fault_inode *fault_file_of(struct fault_files *f, int handle);

/* ---- fault_bytes.c: as in struct file_ops ------------------------------ */

ssize_t fault_pread(void *self, int handle, void *bytes, size_t count,
                    off_t offset);
ssize_t fault_pwrite(void *self, int handle, const void *bytes, size_t count,
                     off_t offset);
int fault_sync(void *self, int handle);
int fault_truncate(void *self, int handle, off_t byte_count);
int64_t fault_size(void *self, int handle);
int64_t fault_room(void *self, int directory);
int fault_mode(void *self, int handle);

/* ---- fault_files.c --------------------------------------------------- */

void *fault_grow(void *array, size_t count, size_t item_bytes);
uint64_t fault_random(struct fault_files *f, uint64_t below);
struct fault_inode *fault_inode_create(struct fault_files *f);
void fault_inode_reserve(struct fault_inode *inode, size_t size);
struct fault_name *fault_find(struct fault_names *names, const char *name);
void fault_set(struct fault_names *names, const char *name,
               struct fault_inode *inode);
void fault_unset(struct fault_names *names, const char *name);
/* Carry a change out in one of the two states. */
void fault_change_apply(struct fault_names *names,
                        const struct fault_change *change);

#endif
