/* SPDX-License-Identifier: MIT
 *
 * image_view.c - what of a server decides what it will do.
 *
 * Two servers that behave alike from now on may have different images: writes
 * have other numbers, clocks stand elsewhere, a world has its servers in
 * another order. The view is the image of one server that stands for all of
 * these. It is a valid image; what it describes acts as the original does.
 */
#include "raft/image_field.h"
#include "raft/internal.h"

/* In a view by name: so in a renamed world the slots are in order again. */
void raft_image_order(const struct image *im, const struct raft_config *config,
                      size_t order[RAFT_MAX_SLOTS])
{
    for (size_t slot = 0; slot < config->member_count; slot++) {
        const raft_server_id id = renamed(im->view, config->members[slot].id);
        size_t to = slot;

        while (im->view != NULL && to > 0 &&
               renamed(im->view, config->members[order[to - 1]].id) > id) {
            order[to] = order[to - 1];
            to--;
        }
        order[to] = slot;
    }
}

size_t raft_image_view(const struct raft *r, const raft_server_id renamed_to[],
                       size_t renamed_count, uint8_t *bytes)
{
    const struct image_view view = {.renamed = renamed_to,
                                    .renamed_count = renamed_count,
                                    .persisted = r->persisted_seq};
    struct image im = {
        .mode = bytes == NULL ? MEASURE : WRITE, .to = bytes, .view = &view};

    raft_image_fields(&im, (struct raft *)(uintptr_t)r); /* only looks */
    return im.offset;
}
