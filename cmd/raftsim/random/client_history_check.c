/* SPDX-License-Identifier: MIT
 *
 * client_history_check.c - is what clients were told linearizable?
 *
 * Each key is a register, and no value is written twice: then the test is
 * cheap (Gibbons and Korach, "Testing Shared Memories", 1997). A write and the
 * reads that saw it are a cluster. Between the first answer and the last
 * beginning in it the register must hold its value: that is its zone. Where
 * the first answer comes before the last beginning (a forward zone) the value
 * must stay there without a break; otherwise (a backward zone) one moment
 * within is enough. So there is an order exactly if no two forward zones
 * overlap, no backward zone lies inside a forward one, and no read was
 * answered before its write began.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/random/client_history_internal.h"

typedef unsigned long long ull;

/* Of a write and the reads that saw it. */
struct zone {
    uint64_t value;
    uint64_t first_end;
    uint64_t last_begin;
};

/* ---- Clusters ------------------------------------------------------------ */

static int compare(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* By key, then value; the write of a value before its reads. */
static int by_cluster(const void *left, const void *right)
{
    const struct history_operation *a = left;
    const struct history_operation *b = right;

    if (a->key != b->key) {
        return compare(a->key, b->key);
    }
    if (a->value != b->value) {
        return compare(a->value, b->value);
    }
    if (a->is_write != b->is_write) {
        return a->is_write ? -1 : 1;
    }
    return compare(a->begin, b->begin);
}

/* Reads without an answer say nothing and go; returns how many are left. */
static size_t drop_unanswered(struct history *history)
{
    size_t kept = 0;

    for (size_t i = 0; i < history->count; i++) {
        const struct history_operation *operation = &history->operations[i];

        if (operation->is_write || operation->outcome == HISTORY_KNOWN) {
            history->operations[kept++] = *operation;
        }
    }
    return kept;
}

/* The reads of one value, after its write if there is one. */
static const char *check_reads(const struct history_operation *write,
                               const struct history_operation *reads,
                               size_t count)
{
    if (write == NULL) {
        return "a value was read that nobody wrote";
    }
    if (write->outcome == HISTORY_REFUSED) {
        return "a write was refused, and its value was read";
    }
    for (size_t i = 0; i < count; i++) {
        if (reads[i].end < write->begin) {
            return "a value was read before its write began";
        }
    }
    return NULL;
}

static struct zone zone_of(const struct history_operation *write,
                           const struct history_operation *reads, size_t count)
{
    struct zone zone = {.value = write->value,
                        .first_end = write->end,
                        .last_begin = write->begin};

    for (size_t i = 0; i < count; i++) {
        if (reads[i].end < zone.first_end) {
            zone.first_end = reads[i].end;
        }
        if (reads[i].begin > zone.last_begin) {
            zone.last_begin = reads[i].begin;
        }
    }
    return zone;
}

/* ---- Zones --------------------------------------------------------------- */

static bool is_forward(const struct zone *zone)
{
    return zone->first_end < zone->last_begin;
}

static uint64_t left_of(const struct zone *zone)
{
    return is_forward(zone) ? zone->first_end : zone->last_begin;
}

static uint64_t right_of(const struct zone *zone)
{
    return is_forward(zone) ? zone->last_begin : zone->first_end;
}

static int by_left(const void *left, const void *right)
{
    return compare(left_of(left), left_of(right));
}

/* Do two zones contradict each other? Forward zones do not overlap, so of
 * those to the left only the last can. NULL: they do not. */
static const struct zone *find_clash(struct zone *zones, size_t count,
                                     const struct zone **other)
{
    const struct zone *last = NULL;

    qsort(zones, count, sizeof(*zones), by_left);
    for (size_t i = 0; i < count; i++) {
        const struct zone *zone = &zones[i];
        const uint64_t reached =
            is_forward(zone) ? left_of(zone) : right_of(zone);

        if (last != NULL && reached < right_of(last)) {
            *other = last;
            return zone;
        }
        if (is_forward(zone)) {
            last = zone;
        }
    }
    return NULL;
}

/* ---- One key ------------------------------------------------------------- */

struct check {
    uint64_t key;
    struct zone *zones;
    size_t zone_count;
    char *broken;
    size_t broken_bytes;
};

static size_t same_value_count(const struct history_operation *operations,
                               size_t count)
{
    size_t same = 1;

    while (same < count && operations[same].value == operations[0].value) {
        same++;
    }
    return same;
}

/* The operations of one value become a zone, or are found impossible. The
 * zone of a write that is unknown and unseen has no end: it clashes with none.
 */
static bool take_cluster(struct check *check,
                         const struct history_operation *operations,
                         size_t count)
{
    /* The state before anybody wrote: "written" before all else. */
    static const struct history_operation first = {.is_write = true,
                                                   .outcome = HISTORY_KNOWN};
    const bool has_write = operations[0].is_write;
    const struct history_operation *write = has_write ? &operations[0] : NULL;
    const struct history_operation *reads = operations + (has_write ? 1 : 0);
    const size_t read_count = count - (has_write ? 1 : 0);

    if (operations[0].value == HISTORY_NONE) {
        write = &first;
    }
    if (read_count > 0) {
        const char *wrong = check_reads(write, reads, read_count);

        if (wrong != NULL) {
            snprintf(check->broken, check->broken_bytes,
                     "Linearizable: %s (key %llu, value %llu)", wrong,
                     (ull)check->key, (ull)operations[0].value);
            return false;
        }
    }
    if (write->outcome != HISTORY_REFUSED) {
        check->zones[check->zone_count++] = zone_of(write, reads, read_count);
    }
    return true;
}

static bool check_key(struct check *check,
                      const struct history_operation *operations, size_t count)
{
    const struct zone *other = NULL;

    check->zone_count = 0;
    for (size_t i = 0; i < count;) {
        const size_t same = same_value_count(operations + i, count - i);

        if (!take_cluster(check, operations + i, same)) {
            return false;
        }
        i += same;
    }
    const struct zone *zone =
        find_clash(check->zones, check->zone_count, &other);

    if (zone != NULL) {
        snprintf(check->broken, check->broken_bytes,
                 "Linearizable: no order of the writes to key %llu explains "
                 "what was read: values %llu and %llu",
                 (ull)check->key, (ull)other->value, (ull)zone->value);
        return false;
    }
    return true;
}

static size_t same_key_count(const struct history_operation *operations,
                             size_t count)
{
    size_t same = 1;

    while (same < count && operations[same].key == operations[0].key) {
        same++;
    }
    return same;
}

bool history_check(struct history *history, char *broken, size_t broken_bytes)
{
    bool good = true;

    history->count = drop_unanswered(history);
    if (history->count == 0) {
        return true;
    }
    struct check check = {.zones =
                              sim_calloc(history->count, sizeof(struct zone)),
                          .broken = broken,
                          .broken_bytes = broken_bytes};

    qsort(history->operations, history->count, sizeof(struct history_operation),
          by_cluster);
    for (size_t i = 0; good && i < history->count;) {
        const size_t same =
            same_key_count(history->operations + i, history->count - i);

        check.key = history->operations[i].key;
        good = check_key(&check, history->operations + i, same);
        i += same;
    }
    free(check.zones);
    return good;
}
