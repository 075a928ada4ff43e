/* SPDX-License-Identifier: MIT
 *
 * record_internal.h - between record.c and record_server.c: lists of fields.
 */
#ifndef RAFTSIM_EXPLORE_RECORD_INTERNAL_H
#define RAFTSIM_EXPLORE_RECORD_INTERNAL_H

#include "cmd/raftsim/explore/record.h"
#include "raft/image_field.h"

/* READ: its bytes are constant. */
void record_entry_fields(struct image *im, struct raft_entry *entry);

/* needs_write counts for those that are held only. entries: READ. */
void record_message_fields(struct image *im, struct raft_message *message,
                           struct raft_entry *entries);

#endif
