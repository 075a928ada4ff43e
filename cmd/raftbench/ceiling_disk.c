/* SPDX-License-Identifier: MIT
 *
 * ceiling_disk.c - small appends, each with fdatasync.
 *
 * The file is filled with zeros ahead, as the log's segments are: otherwise
 * each sync would also write the file's size and extents.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/raftbench/ceilings.h"
#include "cmd/raftbench/clock.h"

enum { LOGS_MAX = 8, FILL_BYTES = 65536, FILE_BYTES = 128 * FILL_BYTES };

struct log_writer {
    char path[4096];
    int fd;
    uint64_t end_ns;
    struct tally tally;
    int failed_with; /* errno */
};

static bool write_at(int fd, const void *bytes, size_t byte_count, off_t at)
{
    const ssize_t n = pwrite(fd, bytes, byte_count, at);

    if (n >= 0 && (size_t)n != byte_count) {
        errno = ENOSPC; /* a short write: what the next one would say */
    }
    return n >= 0 && (size_t)n == byte_count;
}

static bool create_filled(struct log_writer *w)
{
    static const char zeros[FILL_BYTES];

    w->fd = open(w->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (w->fd < 0) {
        return false;
    }
    for (off_t at = 0; at < FILE_BYTES; at += FILL_BYTES) {
        if (!write_at(w->fd, zeros, FILL_BYTES, at)) {
            return false;
        }
    }
    return fsync(w->fd) == 0;
}

static void *append_until_end(void *argument)
{
    struct log_writer *w = argument;
    char record[CEILING_RECORD_BYTES];
    off_t at = 0;

    memset(record, 'r', sizeof(record));
    for (uint64_t now_ns = clock_ns(); now_ns < w->end_ns;) {
        if (!write_at(w->fd, record, sizeof(record), at) ||
            fdatasync(w->fd) != 0) {
            w->failed_with = errno;
            return NULL;
        }
        const uint64_t then_ns = now_ns;
        now_ns = clock_ns();
        histogram_add(&w->tally.latency_ns, now_ns - then_ns);
        at = (at + CEILING_RECORD_BYTES) % FILE_BYTES;
    }
    return NULL;
}

/* All at once. Returns 0 or an errno. */
static int run_writers(struct log_writer *writers, unsigned count,
                       uint64_t end_ns)
{
    pthread_t threads[LOGS_MAX];
    unsigned started = 0;
    int failure = 0;

    for (; started < count && failure == 0; started++) {
        writers[started].end_ns = end_ns;
        failure = pthread_create(&threads[started], NULL, append_until_end,
                                 &writers[started]);
        if (failure != 0) {
            break;
        }
    }
    for (unsigned i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
        failure = failure != 0 ? failure : writers[i].failed_with;
    }
    return failure;
}

static int measure(struct ceiling *c, struct log_writer *writers,
                   unsigned count, const char *directory)
{
    for (unsigned i = 0; i < count; i++) {
        writers[i] = (struct log_writer){.fd = -1};
        snprintf(writers[i].path, sizeof(writers[i].path),
                 "%s/raftbench-ceiling-%ld-%u", directory, (long)getpid(), i);
    }
    for (unsigned i = 0; i < count; i++) {
        if (!create_filled(&writers[i])) {
            return errno;
        }
    }
    const uint64_t start_ns = clock_ns();
    const int failure =
        run_writers(writers, count, start_ns + c->duration_ms * NS_PER_MS);
    c->measured_ns = clock_ns() - start_ns;
    for (unsigned i = 0; i < count; i++) {
        histogram_merge(&c->tally->latency_ns, &writers[i].tally.latency_ns);
    }
    return failure;
}

bool ceiling_disk(struct ceiling *c, const char *directory, unsigned log_count)
{
    static struct log_writer writers[LOGS_MAX]; /* too large for a stack */
    const unsigned count = log_count < LOGS_MAX ? log_count : LOGS_MAX;
    const int failure = measure(c, writers, count, directory);

    for (unsigned i = 0; i < count; i++) {
        if (writers[i].fd >= 0) {
            close(writers[i].fd);
            unlink(writers[i].path);
        }
    }
    if (failure != 0) {
        snprintf(c->error, sizeof(c->error), "%.100s: %s", directory,
                 strerror(failure));
    }
    return failure == 0;
}
