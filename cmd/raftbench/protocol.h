/* SPDX-License-Identifier: MIT
 *
 * protocol.h - what a write, a read and a question about the leader look like
 * on raftd, and on etcd's HTTP gateway.
 */
#ifndef RAFTBENCH_PROTOCOL_H
#define RAFTBENCH_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/raftbench/message.h"

enum protocol { PROTOCOL_RAFT = 1, PROTOCOL_ETCD };
enum level { LEVEL_STALE = 1, LEVEL_DEFAULT, LEVEL_CONSISTENT };

/* A value begins with its sequence number; no two values are alike. */
enum { VALUE_MIN_BYTES = 16, KEY_BYTES = 96 };

/* Room a request body needs for values of this size. */
size_t protocol_body_capacity(size_t value_bytes);

void protocol_write(enum protocol protocol, const char *key, uint64_t sequence,
                    size_t value_bytes, struct request *request);
void protocol_read(enum protocol protocol, const char *key, enum level level,
                   struct request *request);
/* Answered 200 with a body protocol_is_leader() understands. */
void protocol_ask_role(enum protocol protocol, struct request *request);
void protocol_ask_ready(enum protocol protocol, struct request *request);

bool protocol_is_leader(enum protocol protocol, const char *body,
                        size_t body_bytes);
bool protocol_is_ready(enum protocol protocol, int status, const char *body,
                       size_t body_bytes);

enum read_answer { READ_FOUND = 1, READ_MISSING, READ_UNREADABLE };

/*
 * What a read answered. READ_FOUND: *sequence is that of the value.
 * UNREADABLE: a failure, or a value that no raftbench wrote.
 */
enum read_answer protocol_read_answer(enum protocol protocol, int status,
                                      const char *body, size_t body_bytes,
                                      uint64_t *sequence);

#endif
