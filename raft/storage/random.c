/* SPDX-License-Identifier: MIT
 *
 * random.c - server ids and salts.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "raft/storage/internal.h"

bool random_bits(void *bytes, size_t byte_count)
{
    const int file = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    uint8_t *to = bytes;

    if (file < 0) {
        return false;
    }
    while (byte_count > 0) {
        const ssize_t got = read(file, to, byte_count);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        to += got;
        byte_count -= (size_t)got;
    }
    (void)close(file);
    return byte_count == 0;
}
