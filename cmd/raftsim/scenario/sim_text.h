/* SPDX-License-Identifier: MIT
 *
 * sim_text.h - servers, messages and entries in words.
 */
#ifndef RAFTSIM_SIM_TEXT_H
#define RAFTSIM_SIM_TEXT_H

#include <stdio.h>

#include "raft/raft.h"

/* What `deliver`, `drop` and `dup` call a message. */
const char *sim_message_kind(const struct raft_message *message);

/* Is it one of the kinds there are? */
bool sim_is_message_kind(const char *word);

/* "S2", or "none". text: at least SIM_SERVER_BYTES. Returns text. */
enum { SIM_SERVER_BYTES = 24 };
const char *sim_server_text(raft_server_id id, char *text);

/* "S1>S2 append term=2 prev=1:1 entries=2,2 commit=1" */
void sim_print_message(FILE *out, const struct raft_message *message);

/* "put x=2", "no-op", "configuration S1,S2,S3" */
void sim_print_entry(FILE *out, const struct raft_entry *entry);

/* "S1,S2,S3"; "S1,S2/S1,S3": C_old and C_new; "S1,S2+S3": S3 does not vote. */
void sim_print_members(FILE *out, const struct raft_config *config);

/* "(2)1,3": two entries are gone into a snapshot, terms 1 and 3 follow. With
 * marks: "1c,2n,2", a configuration, a no-op, a command. */
void sim_print_log(FILE *out, const struct raft *core, bool marks);

#endif
