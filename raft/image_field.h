/* SPDX-License-Identifier: MIT
 *
 * image_field.h - one field of the canonical image: measured, written or read
 * by the same call.
 */
#ifndef RAFT_IMAGE_FIELD_H
#define RAFT_IMAGE_FIELD_H

#include "raft/bytes.h"
#include "raft/types.h"

enum image_mode { MEASURE, WRITE, READ };
enum { IMAGE_VERSION = 1 };

struct image {
    enum image_mode mode;
    uint8_t *to;         /* WRITE */
    const uint8_t *from; /* READ */
    size_t limit;        /* READ: bytes there are */
    size_t offset;
    bool bad; /* READ: not an image */
};

/* Room for the next bytes of the image, or false. */
static inline bool advance(struct image *im, size_t byte_count)
{
    if (im->mode == READ && (im->bad || im->limit - im->offset < byte_count)) {
        im->bad = true;
        return false;
    }
    im->offset += byte_count;
    return true;
}

static inline void u64(struct image *im, uint64_t *value)
{
    const size_t at = im->offset;

    if (!advance(im, 8)) {
        return;
    }
    if (im->mode == WRITE) {
        put_u64(im->to + at, *value);
    } else if (im->mode == READ) {
        *value = get_u64(im->from + at);
    }
}

static inline void u32(struct image *im, uint32_t *value)
{
    uint64_t wide = *value;

    u64(im, &wide);
    im->bad = im->bad || wide > UINT32_MAX;
    *value = (uint32_t)wide;
}

/* A count or an enum: at most `most`. */
static inline size_t small(struct image *im, size_t value, size_t most)
{
    uint64_t wide = value;

    u64(im, &wide);
    if (wide > most) {
        im->bad = true;
        return 0;
    }
    return (size_t)wide;
}

static inline void flag(struct image *im, bool *value)
{
    *value = small(im, *value ? 1 : 0, 1) == 1;
}

#endif
