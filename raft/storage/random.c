/* SPDX-License-Identifier: MIT
 *
 * random.c - server ids and salts.
 *
 * A system call, not /dev/urandom: a new segment must not need a descriptor
 * more, nor a device in a container that has none.
 */
#define _DEFAULT_SOURCE /* getrandom() */
#include <errno.h>
#include <sys/random.h>

#include "raft/storage/internal.h"

int random_bits(void *bytes, size_t byte_count)
{
    uint8_t *to = bytes;

    while (byte_count > 0) {
        const ssize_t got = getrandom(to, byte_count, 0);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        to += got;
        byte_count -= (size_t)got;
    }
    return 0;
}
