/* SPDX-License-Identifier: MIT
 *
 * test_storage_posix.c - storage in a real directory: modes, links, locks,
 * processes that are killed, and how long a log takes to load.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "raft/storage/storage.h"
#include "tests/t.h"
#include "tests/unit/storage_place.h"

static void must_refuse(const char *path, enum storage_problem problem,
                        const char *end)
{
    struct storage_error error = {0};

    assert_null(storage_open(path, &file_ops_posix, NULL, &error));
    assert_int_equal(error.problem, problem);
    const size_t bytes = strlen(error.text), end_bytes = strlen(end);

    if (strstr(error.text, path) == NULL || bytes < end_bytes ||
        strcmp(error.text + bytes - end_bytes, end) != 0) {
        fail_msg("\"%s\" should end in \"%s\"", error.text, end);
    }
}

static void storage_round_trip_on_a_real_disk(void **state)
{
    const struct place *const place = *state;
    struct storage *s = place_open(place->path);

    t_u64_eq(place_load(s), 0);
    place_append(s, 1, 1000);
    storage_close(s);
    s = place_open(place->path);
    t_u64_eq(place_load(s), 1000);
    storage_close(s);
}

static void storage_files_are_for_the_owner_only(void **state)
{
    static const char *const names[] = {"lock", "identity", "term",
                                        "log-00000001"};
    const struct place *const place = *state;
    const mode_t before = umask(0);
    struct stat status;

    storage_close(place_open(place->path));
    (void)umask(before);
    assert_int_equal(stat(place->path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[PATH_MAX + 64];

        place_of(place, names[i], path);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 07777, 0600);
    }
}

static void storage_handles_do_not_pass_exec(void **state)
{
    const struct place *const place = *state;
    const int unused = open("/dev/null", O_RDONLY);

    assert_int_equal(close(unused), 0);
    struct storage *const s = place_open(place->path);

    (void)place_load(s);
    for (int handle = unused; handle < unused + 4; handle++) {
        /* Directory, lock, spare, log. */
        const int flags = fcntl(handle, F_GETFD);

        assert_true(flags >= 0);
        assert_int_equal(flags & FD_CLOEXEC, FD_CLOEXEC);
    }
    storage_close(s);
    assert_int_equal(fcntl(unused + 1, F_GETFD), -1);
}

static void storage_second_open_is_refused(void **state)
{
    const struct place *const place = *state;
    struct storage *const s = place_open(place->path);

    must_refuse(place->path, STORAGE_ELOCKED, "in use by another process");
    place_append(s, 1,
                 place_load(s) == 0 ? 1 : 0); /* the first one is unharmed */
    storage_close(s);
    storage_close(place_open(place->path));
}

/* Acknowledge, say so, and wait to be killed. */
static void child(const char *path, int to_parent)
{
    struct storage *const s = place_open(path);

    (void)place_load(s);
    place_append(s, 1, 10);
    if (write(to_parent, "x", 1) != 1) {
        _exit(1);
    }
    for (;;) {
        (void)pause();
    }
}

static void storage_lock_ends_with_a_killed_process(void **state)
{
    const struct place *const place = *state;
    int ends[2];
    char byte;

    assert_int_equal(pipe(ends), 0);
    const pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        child(place->path, ends[1]);
        _exit(1);
    }
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    must_refuse(place->path, STORAGE_ELOCKED, "in use by another process");
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(close(ends[0]), 0);
    struct storage *const s = place_open(place->path);

    t_u64_eq(place_load(s), 10);
    storage_close(s);
}

static void storage_links_are_not_followed(void **state)
{
    static const char *const names[] = {"log-00000001", "term", "identity",
                                        "lock"};
    const struct place *const place = *state;
    char path[PATH_MAX + 64];
    char real[PATH_MAX + 64];

    place_of(place, "log-00000002", real); /* removed at the end */
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct storage_error error = {0};
        struct raft_start start;

        storage_close(place_open(place->path));
        place_of(place, names[i], path);
        assert_int_equal(rename(path, real), 0);
        assert_int_equal(symlink("log-00000002", path), 0);
        struct storage *const s =
            storage_open(place->path, &file_ops_posix, NULL, &error);

        assert_true(s == NULL || storage_load(s, &start, &error) != 0);
        assert_int_equal(error.errno_value, ELOOP);
        assert_non_null(strstr(error.text, names[i]));
        storage_close(s);
        assert_int_equal(rename(real, path), 0);
    }
}

static void storage_bad_places_are_refused(void **state)
{
    const struct place *const place = *state;
    const int file = open(place->path, O_RDWR | O_CREAT, 0600);

    assert_true(file >= 0);
    assert_int_equal(close(file), 0);
    must_refuse(place->path, STORAGE_EIO, "Not a directory");
    assert_int_equal(unlink(place->path), 0);
    assert_int_equal(symlink(place->parent, place->path), 0);
    must_refuse(place->path, STORAGE_EIO,
                ": is a symbolic link: name the directory itself");
    must_refuse("", STORAGE_EIO, "No such file or directory");
}

/* Whoever else may write there could change what was acknowledged. */
static void storage_place_that_others_may_write_is_refused(void **state)
{
    static const mode_t open_to_others[] = {0770, 0720, 0702, 0777};
    static const mode_t closed[] = {0700, 0750, 0755};
    const struct place *const place = *state;
    char path[PATH_MAX + 64];
    char end[64];
    struct stat status;

    assert_int_equal(mkdir(place->path, 0700), 0);
    place_of(place, "lock", path);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(chmod(place->path, open_to_others[i]), 0);
        (void)snprintf(end, sizeof end,
                       "others may write here: mode %04o, use chmod 0700",
                       (unsigned)open_to_others[i]);
        must_refuse(place->path, STORAGE_EIO, end);
        assert_int_equal(stat(path, &status), -1); /* untouched */
    }
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(chmod(place->path, closed[i]), 0);
        storage_close(place_open(place->path));
    }
}

/* Named before it is there, with what it stands in. */
static void storage_makes_the_place_it_is_given(void **state)
{
    const struct place *const place = *state;
    struct place *const inner = calloc(1, sizeof *inner);
    void *to_remove = inner;
    char path[PATH_MAX + 64];
    struct stat status;

    assert_non_null(inner);
    (void)snprintf(inner->parent, sizeof inner->parent, "%.1000s//in",
                   place->path);
    (void)snprintf(inner->path, sizeof inner->path, "%s/it/", inner->parent);
    storage_close(place_open(inner->path));
    storage_close(place_open(inner->path));
    assert_int_equal(stat(inner->parent, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    place_of(inner, "term/x", path); /* in a file */
    must_refuse(path, STORAGE_EIO, "Not a directory");
    assert_int_equal(place_remove(&to_remove), 0);
}

/* A pipe where a file should be must not hang or be read. */
static void storage_pipes_are_refused(void **state)
{
    const struct place *const place = *state;
    char path[PATH_MAX + 64];

    storage_close(place_open(place->path));
    place_of(place, "term", path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    struct storage *const s = place_open(place->path);
    struct storage_error error = {0};
    struct raft_start start;

    assert_int_equal(storage_load(s, &start, &error), -1);
    assert_non_null(strstr(error.text, "term"));
    storage_close(s);
}

static double seconds(void)
{
    struct timespec now;

    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void storage_loads_200000_entries(void **state)
{
    const struct place *const place = *state;
    struct storage *s = place_open(place->path);

    t_u64_eq(place_load(s), 0);
    for (raft_index index = 1; index < 200000; index += 1000) {
        place_append(s, index, 1000);
    }
    storage_close(s);
    const double start = seconds();

    s = place_open(place->path);
    t_u64_eq(place_load(s), 200000);
    print_message("200,000 entries loaded in %.0f ms\n",
                  (seconds() - start) * 1e3);
    storage_close(s);
}

#define AT_PLACE(test) \
    cmocka_unit_test_setup_teardown(test, place_create, place_remove)

static const struct CMUnitTest tests[] = {
    AT_PLACE(storage_round_trip_on_a_real_disk),
    AT_PLACE(storage_files_are_for_the_owner_only),
    AT_PLACE(storage_handles_do_not_pass_exec),
    AT_PLACE(storage_second_open_is_refused),
    AT_PLACE(storage_lock_ends_with_a_killed_process),
    AT_PLACE(storage_links_are_not_followed),
    AT_PLACE(storage_bad_places_are_refused),
    AT_PLACE(storage_place_that_others_may_write_is_refused),
    AT_PLACE(storage_makes_the_place_it_is_given),
    AT_PLACE(storage_pipes_are_refused),
    AT_PLACE(storage_loads_200000_entries),
};

T_MAIN(tests)
