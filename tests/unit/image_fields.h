/* SPDX-License-Identifier: MIT
 *
 * image_fields.h - every field of struct raft that its image must show.
 *
 * A field added to internal.h has to be added to image.c and here; the test
 * finds what is in neither list by the hole it leaves.
 */
#ifndef TESTS_UNIT_IMAGE_FIELDS_H
#define TESTS_UNIT_IMAGE_FIELDS_H

#include <stddef.h>

struct image_field {
    const char *name;
    size_t offset;
    size_t size;
    size_t alignment;
    bool is_in_image;
};

extern const struct image_field image_fields[];
extern const size_t image_field_count;

#endif
