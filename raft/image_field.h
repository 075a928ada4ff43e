/* SPDX-License-Identifier: MIT
 *
 * image_field.h - one field of the canonical image: measured, written or read
 * by the same call. A view (image_view.c) shows some kinds of field otherwise.
 */
#ifndef RAFT_IMAGE_FIELD_H
#define RAFT_IMAGE_FIELD_H

#include "raft/bytes.h"
#include "raft/config.h"

enum image_mode { MEASURE, WRITE, READ };
enum { IMAGE_VERSION = 1 };

/* How a view shows what an image shows as it is. */
struct image_view {
    const raft_server_id *renamed; /* by id; NULL: every id stays */
    size_t renamed_count;
    raft_write_seq persisted; /* writes are counted from here */
};

struct image {
    enum image_mode mode;
    uint8_t *to;         /* WRITE */
    const uint8_t *from; /* READ */
    size_t limit;        /* READ: bytes there are */
    size_t offset;
    bool bad;                      /* READ: not an image */
    const struct image_view *view; /* MEASURE, WRITE; NULL: the image */
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

/* ---- What a view shows otherwise ----------------------------------------- */

/* A value that stands for *value in a view; nothing is changed in the server.
 */
static inline void shown(struct image *im, uint64_t *value, uint64_t in_view)
{
    u64(im, im->view == NULL ? value : &in_view);
}

static inline raft_server_id renamed(const struct image_view *view,
                                     raft_server_id id)
{
    return view != NULL && view->renamed != NULL && id < view->renamed_count
               ? view->renamed[id]
               : id;
}

static inline void server_id(struct image *im, raft_server_id *id)
{
    shown(im, id, renamed(im->view, *id));
}

/* Writes that are done are all alike. */
static inline void write_seq(struct image *im, raft_write_seq *seq)
{
    const raft_write_seq done = im->view == NULL ? 0 : im->view->persisted;

    shown(im, seq, *seq > done ? *seq - done : 0);
}

/* 0 in a view, unless what the server will do can depend on it. */
static inline void u64_if(struct image *im, uint64_t *value, bool counts)
{
    shown(im, value, counts ? *value : 0);
}

static inline void u32_if(struct image *im, uint32_t *value, bool counts)
{
    uint32_t zero = 0;

    u32(im, im->view == NULL || counts ? value : &zero);
}

/* The slots in the order in which they are shown. */
void raft_image_order(const struct image *im, const struct raft_config *config,
                      size_t order[RAFT_MAX_SLOTS]);

struct raft;

/* Every field of struct raft, once, in its order. */
void raft_image_fields(struct image *im, struct raft *r);

/* Could a server be like that? */
bool raft_image_makes_sense(const struct raft *r);

#endif
