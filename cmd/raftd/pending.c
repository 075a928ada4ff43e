/* SPDX-License-Identifier: MIT
 *
 * pending.c - undecided writes, in a ring sorted by index.
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

/*
 * Usually goes to the end. A leader that lost its term and won another one
 * can propose below what it still has pending: that is moved up, once.
 */
void pending_add(struct pending *p, const struct pending_write *write)
{
    size_t place = p->count;

    raft_assert(p->count < p->capacity);
    p->count++;
    while (place > 0 && at(p, place - 1)->index > write->index) {
        *at(p, place) = *at(p, place - 1);
        place--;
    }
    *at(p, place) = *write;
}

bool pending_take(struct pending *p, raft_index up_to,
                  struct pending_write *write)
{
    if (p->count == 0 || at(p, 0)->index > up_to) {
        return false;
    }
    *write = *at(p, 0);
    p->first = (p->first + 1) & (p->capacity - 1);
    p->count--;
    return true;
}
