/* SPDX-License-Identifier: MIT
 *
 * storage_place.c - a temporary directory for each test.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/storage_place.h"

int place_create(void **state)
{
    struct place *const place = calloc(1, sizeof *place);
    const char *const base = getenv("TMPDIR");

    assert_non_null(place);
    (void)snprintf(place->parent, sizeof place->parent, "%s/storage.XXXXXX",
                   base == NULL ? "/tmp" : base);
    assert_non_null(mkdtemp(place->parent));
    (void)snprintf(place->path, sizeof place->path, "%s/d", place->parent);
    *state = place;
    return 0;
}

void place_of(const struct place *place, const char *name,
              char path[PATH_MAX + 64])
{
    (void)snprintf(path, PATH_MAX + 64, "%s/%s", place->path, name);
}

static bool is_ours(const char *name)
{
    return strcmp(name, "lock") == 0 || strcmp(name, "identity") == 0 ||
           strcmp(name, "term") == 0 ||
           (strncmp(name, "log-", 4) == 0 && strlen(name) == 12) ||
           (strncmp(name, "snapshot-", 9) == 0 && strlen(name) == 25);
}

static void remove_ours(const struct place *place)
{
    DIR *const directory = opendir(place->path);
    const struct dirent *entry;
    char path[PATH_MAX + 64];

    if (directory == NULL) {
        return;
    }
    while ((entry = readdir(directory)) != NULL) {
        if (is_ours(entry->d_name)) {
            (void)snprintf(path, sizeof path, "%s/%.25s", place->path,
                           entry->d_name);
            (void)unlink(path);
        }
    }
    (void)closedir(directory);
}

int place_remove(void **state)
{
    struct place *const place = *state;

    remove_ours(place);
    (void)rmdir(place->path);
    (void)unlink(place->path);               /* some tests put a file there */
    const int result = rmdir(place->parent); /* nothing else was left */

    free(place);
    return result;
}

struct storage *place_open(const char *path)
{
    struct storage_error error;
    struct storage *const s = storage_open(path, &file_ops_posix, NULL, &error);

    if (s == NULL) {
        print_error("%s\n", error.text);
        fail();
    }
    return s;
}

size_t place_load(struct storage *s)
{
    struct storage_error error;
    struct raft_start start;

    if (storage_load(s, &start, &error) != 0) {
        print_error("%s\n", error.text);
        fail();
    }
    const size_t count = start.log.count;

    storage_loaded_free(s);
    return count;
}

void place_append(struct storage *s, raft_index index, size_t count)
{
    static const uint8_t bytes[64] = {1};
    const struct raft_entry entry = {.term = 1,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = sizeof bytes,
                                     .bytes = bytes};
    const struct raft_storage face = storage_interface(s);
    struct storage_error error;
    raft_write_seq done;

    for (size_t i = 0; i < count; i++) {
        const struct raft_slice slice = {
            .first_index = index + i, .count = 1, .entries = &entry};

        assert_int_equal(face.append(face.self, index + i, &slice), 0);
    }
    assert_int_equal(storage_write_queued(s, &done, &error), 0);
}
