/* SPDX-License-Identifier: MIT
 *
 * storage_place.c - a temporary directory for each test.
 */
#include <stdio.h>
#include <stdlib.h>
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

int place_remove(void **state)
{
    static const char *const names[] = {"lock", "identity", "term"};
    struct place *const place = *state;
    char path[PATH_MAX + 64];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        place_of(place, names[i], path);
        (void)unlink(path);
    }
    for (unsigned number = 1; number <= 32; number++) {
        char name[16];

        (void)snprintf(name, sizeof name, "log-%08x", number);
        place_of(place, name, path);
        (void)unlink(path);
    }
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
