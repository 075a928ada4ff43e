/* SPDX-License-Identifier: MIT
 *
 * look_only.h - file operations that change nothing: storage reads a directory
 * through them, and what it writes, removes and renames goes nowhere.
 *
 * So a directory can be looked at that somebody may still want as it is, and
 * a disk that can only be read will do. It is locked meanwhile all the same.
 */
#ifndef RAFTD_LOOK_ONLY_H
#define RAFTD_LOOK_ONLY_H

#include <stdbool.h>

#include "raft/storage/file_ops.h"

struct look_only {
    const struct file_ops *real;
    bool begins_anew; /* storage would have given it a new identity */
};

/* look: must outlive what is returned. The directory must be there. */
struct file_ops look_only_ops(struct look_only *look);

#endif
