/* SPDX-License-Identifier: MIT
 *
 * file_ops.h - the file operations storage uses, as a table: the seam where
 * tests put in a disk that loses, tears, fills up and fails.
 *
 * Each works as the POSIX call of its name: -1 and errno on failure, short
 * reads and writes and EINTR included. Paths are relative to the directory
 * handle. All opens add O_CLOEXEC | O_NOFOLLOW.
 */
#ifndef RAFT_STORAGE_FILE_OPS_H
#define RAFT_STORAGE_FILE_OPS_H

#include <stdint.h>
#include <sys/types.h>

struct file_ops {
    void *self;
    /* Create when missing (0700), with those it stands in, and open; each
     * that is created has its parent fsynced. ELOOP: a symbolic link. */
    int (*open_directory)(void *self, const char *path);
    /* flags as open(2): O_RDWR, O_CREAT, O_EXCL; mode 0600. */
    int (*open)(void *self, int directory, const char *name, int flags);
    int (*close)(void *self, int file);
    /* Exclusive lock, dies with the process; EWOULDBLOCK when taken. */
    int (*lock)(void *self, int file);
    ssize_t (*pread)(void *self, int file, void *bytes, size_t count,
                     off_t offset);
    ssize_t (*pwrite)(void *self, int file, const void *bytes, size_t count,
                      off_t offset);
    int (*sync)(void *self, int file);                /* fdatasync */
    int (*sync_directory)(void *self, int directory); /* fsync */
    int (*rename)(void *self, int directory, const char *from, const char *to);
    int (*unlink)(void *self, int directory, const char *name);
    int (*truncate)(void *self, int file, off_t byte_count);
    int64_t (*size)(void *self, int file);
    /* Bytes that can still be written to the directory's file system; -1: it
     * does not say. */
    int64_t (*room)(void *self, int directory);
    /* Who may do what with a file or directory: 0777 at most. */
    int (*mode)(void *self, int file);
    /*
     * Call each(context, name) for every name but . and ..; stops when each
     * returns non-zero, and returns that.
     */
    int (*list)(void *self, int directory,
                int (*each)(void *context, const char *name), void *context);
};

/* The operating system's. */
extern const struct file_ops file_ops_posix;

#endif
