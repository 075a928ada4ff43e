/* SPDX-License-Identifier: MIT
 *
 * file_ops_posix.c - the file operations of the operating system.
 */
#define _DEFAULT_SOURCE /* flock() */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "raft/storage/file_ops.h"

/* Sync the directory path stands in, so that its name survives a crash. */
static int sync_parent(const char *path)
{
    char parent[PATH_MAX];
    size_t length = strlen(path);

    if (length >= sizeof parent) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(parent, path, length + 1);
    while (length > 1 && parent[length - 1] == '/') {
        length--;
    }
    while (length > 0 && parent[length - 1] != '/') {
        length--;
    }
    parent[length] = '\0';
    const int directory =
        open(length == 0 ? "." : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) {
        return -1;
    }
    const int result = fsync(directory);
    const int saved = errno;

    (void)close(directory);
    errno = saved;
    return result;
}

static int make_one(const char *path)
{
    const int made = mkdir(path, 0700);

    if (made != 0 && errno != EEXIST) {
        return -1;
    }
    /*
     * Also when it existed: who created it may have been killed before its
     * own sync. Then it may belong to a parent we cannot open; let that be.
     */
    return sync_parent(path) != 0 && made == 0 ? -1 : 0;
}

/* Its name, and those of the directories it stands in. */
static int make_all(const char *path)
{
    const size_t length = strlen(path);
    char above[PATH_MAX];

    if (length >= sizeof above) {
        errno = ENAMETOOLONG;
        return -1;
    }
    for (size_t i = 1; i < length; i++) {
        if (path[i] == '/' && path[i - 1] != '/') {
            memcpy(above, path, i);
            above[i] = '\0';
            if (make_one(above) != 0) {
                return -1;
            }
        }
    }
    return make_one(path);
}

static bool is_link(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

static int posix_open_directory(void *self, const char *path)
{
    (void)self;
    if (make_all(path) != 0) {
        return -1;
    }
    const int directory =
        open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

    if (directory < 0 && errno == ENOTDIR && is_link(path)) {
        errno = ELOOP; /* which of the two is said differs by system */
    }
    return directory;
}

static int posix_open(void *self, int directory, const char *name, int flags)
{
    (void)self;
    return openat(directory, name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static int posix_close(void *self, int file)
{
    (void)self;
    return close(file);
}

/* flock(): refuses a second open in this process too, unlike fcntl(). */
static int posix_lock(void *self, int file)
{
    (void)self;
    return flock(file, LOCK_EX | LOCK_NB);
}

static ssize_t posix_pread(void *self, int file, void *bytes, size_t count,
                           off_t offset)
{
    (void)self;
    return pread(file, bytes, count, offset);
}

static ssize_t posix_pwrite(void *self, int file, const void *bytes,
                            size_t count, off_t offset)
{
    (void)self;
    return pwrite(file, bytes, count, offset);
}

static int posix_sync(void *self, int file)
{
    (void)self;
    return fdatasync(file);
}

static int posix_sync_directory(void *self, int directory)
{
    (void)self;
    return fsync(directory);
}

static int posix_rename(void *self, int directory, const char *from,
                        const char *to)
{
    (void)self;
    return renameat(directory, from, directory, to);
}

static int posix_unlink(void *self, int directory, const char *name)
{
    (void)self;
    return unlinkat(directory, name, 0);
}

static int posix_truncate(void *self, int file, off_t byte_count)
{
    (void)self;
    return ftruncate(file, byte_count);
}

static int64_t posix_size(void *self, int file)
{
    struct stat status;

    (void)self;
    if (fstat(file, &status) != 0) {
        return -1;
    }
    if (!S_ISREG(status.st_mode)) {
        errno = EINVAL; /* a pipe or device put in its place */
        return -1;
    }
    return (int64_t)status.st_size;
}

/* One without blocks counts none: it is not full. */
static int64_t posix_room(void *self, int directory)
{
    struct statvfs status;

    (void)self;
    if (fstatvfs(directory, &status) != 0 || status.f_blocks == 0 ||
        status.f_frsize == 0) {
        return -1;
    }
    return status.f_bavail > (uint64_t)INT64_MAX / status.f_frsize
               ? INT64_MAX
               : (int64_t)(status.f_bavail * status.f_frsize);
}

static int posix_mode(void *self, int file)
{
    struct stat status;

    (void)self;
    return fstat(file, &status) != 0 ? -1 : (int)(status.st_mode & 0777);
}

static int posix_list(void *self, int directory,
                      int (*each)(void *context, const char *name),
                      void *context)
{
    /* A handle of its own: closedir() closes it, and its place is shared. */
    const int own = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *const stream = own < 0 ? NULL : fdopendir(own);
    int result = 0;

    (void)self;
    if (stream == NULL) {
        if (own >= 0) {
            (void)close(own);
        }
        return -1;
    }
    while (result == 0) {
        errno = 0;
        const struct dirent *const entry = readdir(stream);

        if (entry == NULL) {
            result = errno == 0 ? 0 : -1;
            break;
        }
        if (strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0) {
            result = each(context, entry->d_name);
        }
    }
    const int saved = errno;

    (void)closedir(stream);
    errno = saved;
    return result;
}

const struct file_ops file_ops_posix = {
    .open_directory = posix_open_directory,
    .open = posix_open,
    .close = posix_close,
    .lock = posix_lock,
    .pread = posix_pread,
    .pwrite = posix_pwrite,
    .sync = posix_sync,
    .sync_directory = posix_sync_directory,
    .rename = posix_rename,
    .unlink = posix_unlink,
    .truncate = posix_truncate,
    .size = posix_size,
    .room = posix_room,
    .mode = posix_mode,
    .list = posix_list,
};
