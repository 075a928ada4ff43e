/* SPDX-License-Identifier: MIT
 *
 * cluster_image.h - all there is of a simulated cluster, as bytes: cores,
 * disks, clocks, what is in flight. To ask whether anything has changed.
 */
#ifndef TESTS_UNIT_CLUSTER_IMAGE_H
#define TESTS_UNIT_CLUSTER_IMAGE_H

#include "cmd/raftsim/cluster/cluster.h"

struct cluster_image {
    char *bytes; /* free() it */
    size_t size;
};

/* cluster: NULL has an image, too: an empty one. */
struct cluster_image cluster_image_of(const struct cluster *cluster);

bool cluster_image_equals(const struct cluster_image *a,
                          const struct cluster_image *b);

#endif
