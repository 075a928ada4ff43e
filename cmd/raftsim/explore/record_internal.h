/* SPDX-License-Identifier: MIT
 *
 * record_internal.h - between record*.c: lists of fields.
 */
#ifndef RAFTSIM_EXPLORE_RECORD_INTERNAL_H
#define RAFTSIM_EXPLORE_RECORD_INTERNAL_H

#include "cmd/raftsim/explore/intern.h"
#include "cmd/raftsim/explore/record.h"
#include "raft/image_field.h"

/* READ: its bytes are constant. */
void record_entry_fields(struct image *im, struct raft_entry *entry);

/* needs_write counts for those that are held only. owner: READ; NULL: of a
 * message that has neither entries nor bytes. */
void record_message_fields(struct image *im, struct raft_message *message,
                           struct record_message *owner);

/* is_received: it may not be whole. */
void record_snapshot_fields(struct image *im, struct sim_snapshot *snapshot,
                            bool is_received);

#endif
