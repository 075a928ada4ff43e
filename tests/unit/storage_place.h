/* SPDX-License-Identifier: MIT
 *
 * storage_place.h - storage in a real directory that is gone after the test.
 */
#ifndef TESTS_UNIT_STORAGE_PLACE_H
#define TESTS_UNIT_STORAGE_PLACE_H

#include <limits.h>

#include "raft/storage/storage.h"

/* "d" in parent is the server's directory; not there at first. */
struct place {
    char parent[PATH_MAX];
    char path[PATH_MAX + 8];
};

/* Set-up and tear-down of a test; tear-down fails on unknown files. */
int place_create(void **state);
int place_remove(void **state);

/* Path of a file in it. */
void place_of(const struct place *place, const char *name,
              char path[PATH_MAX + 64]);

/* These succeed, or the test fails. */
struct storage *place_open(const char *path);
size_t place_load(struct storage *s); /* how many entries */
void place_append(struct storage *s, raft_index index, size_t count);

#endif
