/* SPDX-License-Identifier: MIT
 *
 * held.h - messages that wait for the disk (Fig2:PS.1), oldest first.
 */
#ifndef RAFT_NODE_HELD_H
#define RAFT_NODE_HELD_H

#include "raft/message.h"

enum { RAFT_MAX_HELD_MESSAGES = 4096 };

/* A ring. */
struct raft_held {
    struct raft_message *messages;
    size_t first;
    size_t count;
};

/* false: out of memory. */
bool raft_held_init(struct raft_held *held);
void raft_held_free(struct raft_held *held);

/*
 * Keep a copy. The message must not carry entries: those are borrowed from
 * the log. When full the oldest gives way: Raft repeats what is lost.
 */
void raft_held_add(struct raft_held *held, const struct raft_message *message);

/*
 * The disk has done all writes up to persisted: hand over the messages that
 * waited for them, in order. The others stay, in order.
 */
void raft_held_release(struct raft_held *held, raft_write_seq persisted,
                       void (*send)(void *self,
                                    const struct raft_message *message),
                       void *self);

#endif
