/* SPDX-License-Identifier: MIT
 *
 * pending.c - undecided writes, in a ring.
 */
#include "cmd/raftd/pending.h"

#include <stdlib.h>

#include "raft/check.h"

enum { FIRST_CAPACITY = 64 };

static struct pending_write *at(const struct pending *p, size_t place)
{
    return &p->writes[(p->first + place) & (p->capacity - 1)];
}

void pending_free(struct pending *p)
{
    free(p->writes);
    *p = (struct pending){0};
}

bool pending_reserve(struct pending *p, size_t more)
{
    struct pending_write *writes;
    size_t capacity = p->capacity == 0 ? FIRST_CAPACITY : p->capacity;

    while (capacity < p->count + more) {
        capacity *= 2;
    }
    if (capacity == p->capacity) {
        return true;
    }
    writes = malloc(capacity * sizeof *writes);
    if (writes == NULL) {
        return false;
    }
    for (size_t i = 0; i < p->count; i++) {
        writes[i] = *at(p, i);
    }
    free(p->writes);
    p->writes = writes;
    p->capacity = capacity;
    p->first = 0;
    return true;
}

void pending_add(struct pending *p, const struct pending_write *write)
{
    raft_assert(p->count < p->capacity);
    if (p->count > 0) { /* terms rise, and within one term a leader appends */
        const struct pending_write *last = at(p, p->count - 1);

        raft_assert(last->term <= write->term);
        raft_assert(last->term < write->term || last->index < write->index);
    }
    p->count++;
    *at(p, p->count - 1) = *write;
}

bool pending_take(struct pending *p, struct pending_write *write)
{
    if (p->count == 0) {
        return false;
    }
    *write = *at(p, 0);
    p->first = (p->first + 1) & (p->capacity - 1);
    p->count--;
    return true;
}

bool pending_take_decided(struct pending *p, raft_index index, raft_term term,
                          struct pending_write *write)
{
    const bool decided =
        p->count > 0 && (at(p, 0)->term < term || at(p, 0)->index <= index);

    return decided && pending_take(p, write);
}

enum bridge_outcome pending_outcome(const struct pending_write *write,
                                    raft_index index, raft_term term)
{
    if (write->index < index) {
        return BRIDGE_UNKNOWN; /* we have not seen what was applied there */
    }
    return write->index == index && write->term == term ? BRIDGE_DONE
                                                        : BRIDGE_REFUSED;
}
