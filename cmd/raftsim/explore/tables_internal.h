/* SPDX-License-Identifier: MIT
 *
 * tables_internal.h - between tables.c and transitions.c.
 */
#ifndef RAFTSIM_EXPLORE_TABLES_INTERNAL_H
#define RAFTSIM_EXPLORE_TABLES_INTERNAL_H

#include "cmd/raftsim/explore/tables.h"

uint32_t tables_server_number(struct explore_tables *tables,
                              const struct record_server *server);
uint16_t tables_message_number(struct explore_tables *tables,
                               const struct raft_message *message);

#endif
