/* SPDX-License-Identifier: MIT
 *
 * held.c - messages that wait for the disk (Fig2:PS.1), oldest first.
 */
#include "raft/node/held.h"

#include <stdlib.h>

#include "raft/check.h"

bool raft_held_init(struct raft_held *held)
{
    held->messages = malloc(RAFT_MAX_HELD_MESSAGES * sizeof *held->messages);
    held->first = 0;
    held->count = 0;
    return held->messages != NULL;
}

void raft_held_free(struct raft_held *held)
{
    free(held->messages);
    held->messages = NULL;
}

void raft_held_add(struct raft_held *held, const struct raft_message *message)
{
    raft_assert(message->type != RAFT_APPEND_ENTRIES ||
                message->append_entries.entry_count == 0);
    raft_assert(message->type != RAFT_INSTALL_SNAPSHOT);

    if (held->count == RAFT_MAX_HELD_MESSAGES) {
        held->first = (held->first + 1) % RAFT_MAX_HELD_MESSAGES;
        held->count--;
    }
    const size_t end = (held->first + held->count) % RAFT_MAX_HELD_MESSAGES;

    held->messages[end] = *message;
    held->count++;
}

/*
 * A message may need an older write than one that was held before it (it may
 * rest on what was there already), so look at every one.
 */
void raft_held_release(struct raft_held *held, raft_write_seq persisted,
                       void (*send)(void *self,
                                    const struct raft_message *message),
                       void *self)
{
    const size_t first = held->first;
    const size_t count = held->count;

    held->count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct raft_message message =
            held->messages[(first + i) % RAFT_MAX_HELD_MESSAGES];

        if (message.needs_write <= persisted) {
            send(self, &message);
        } else {
            raft_held_add(held, &message);
        }
    }
}
