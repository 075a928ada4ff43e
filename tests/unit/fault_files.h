/* SPDX-License-Identifier: MIT
 *
 * fault_files.h - a disk in memory that loses, tears, fills up and fails.
 *
 * One directory of files behind struct file_ops. It remembers two states: what
 * a program sees now, and what is durable: bytes since a sync of the file,
 * names (create, rename, unlink) since a sync of the directory. A crash keeps
 * the durable state and as much of the rest as the test says.
 *
 *     struct fault_files *f = fault_files_create(seed);
 *     struct storage *s = storage_open("d", fault_files_ops(f), NULL, &error);
 *     ... write ...
 *     fault_files_crash(f, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
 *     storage_close(s);    (its handles are dead: writes nothing any more)
 *     s = storage_open("d", fault_files_ops(f), NULL, &error);
 *
 * Use one for each server. Any thread may call; the seed decides everything
 * that is left to chance.
 *
 * A failed sync does as Linux file systems do: the bytes stay visible, count
 * as clean, and no later sync writes them, only a new write followed by one.
 * EINTR is no failure: the bytes still wait for a sync.
 */
#ifndef TESTS_UNIT_FAULT_FILES_H
#define TESTS_UNIT_FAULT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "raft/storage/file_ops.h"

struct fault_files;

struct fault_files *fault_files_create(uint64_t seed);
void fault_files_destroy(struct fault_files *f); /* NULL is fine */

/* Valid until fault_files_destroy(). */
const struct file_ops *fault_files_ops(struct fault_files *f);

/* ---- Crashes --------------------------------------------------------- */

/* What a crash leaves of that which was not synced. */
enum fault_keep {
    FAULT_KEEP_NONE,
    FAULT_KEEP_SOME, /* bytes: any 512-byte sectors, and any part of a file's
                        growth; names: the first few changes, in order */
    FAULT_KEEP_ALL
};

/* Kill -9: nothing is lost, and nothing becomes durable by it. */
void fault_files_kill(struct fault_files *f);

/*
 * The power fails: whatever is left is durable now. As after a kill, all
 * handles are dead, locks are gone, and armed failures too.
 */
void fault_files_crash(struct fault_files *f, enum fault_keep data,
                       enum fault_keep names);

/* The same, each way in turn: how goes from 0 to FAULT_WAYS - 1. */
enum { FAULT_WAYS = 9 };
void fault_files_crash_way(struct fault_files *f, uint64_t how);

/* What such a crash would leave, as a disk of its own; f goes on. */
struct fault_files *fault_files_copy(struct fault_files *f, uint64_t seed,
                                     enum fault_keep data,
                                     enum fault_keep names);

/* ---- Failures: nth counts from now, 1 is the next operation ---------- */

/*
 * The nth operation fails with errno_value, once. With short_bytes > 0 a read
 * or write moves that many bytes first and the operation after it fails;
 * errno_value 0: nothing fails.
 */
void fault_files_fail(struct fault_files *f, uint64_t nth, int errno_value,
                      size_t short_bytes);

/*
 * The power goes at the nth operation: a change it makes may be seen, a sync
 * does nothing; it and all after it fail with EIO until fault_files_crash().
 */
void fault_files_cut_power(struct fault_files *f, uint64_t nth);

/* From now on reads and writes move 1..n-1 bytes, or return EINTR. */
void fault_files_chop(struct fault_files *f, bool on);

/* From now on files cannot grow: ENOSPC. */
void fault_files_fill(struct fault_files *f, bool on);

/* What the disk says it has room for; -1: nothing. At first there is no end. */
void fault_files_say_room(struct fault_files *f, int64_t byte_count);

/* The next so many opens find no handle: EMFILE. */
void fault_files_refuse_handles(struct fault_files *f, uint64_t count);

/*
 * From now on others take every handle that is free: whenever a file is
 * unlinked, which is what happens before one is created.
 */
void fault_files_crowd(struct fault_files *f, bool on);

/* Operations since creation. */
uint64_t fault_files_operations(struct fault_files *f);

/* ---- Damage, and a look at the files (both states at once) ----------- */

int64_t fault_files_size(struct fault_files *f, const char *name); /* or -1 */
uint8_t fault_files_byte(struct fault_files *f, const char *name,
                         size_t offset);
void fault_files_flip(struct fault_files *f, const char *name, size_t offset,
                      uint8_t bits);
void fault_files_shorten(struct fault_files *f, const char *name, size_t size);
void fault_files_remove(struct fault_files *f, const char *name);
void fault_files_put(struct fault_files *f, const char *name, const void *bytes,
                     size_t count);

#endif
