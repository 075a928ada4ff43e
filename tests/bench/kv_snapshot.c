/* SPDX-License-Identifier: MIT
 *
 * kv_snapshot.c - what a snapshot of a large map costs the loop: the longest
 * slice, slower writes meanwhile, memory. Without files and without a network.
 *   kv_snapshot [KEYS]
 * Times are of the processor: a busy machine matters less, but it does (a
 * longest slice far above the 99.9% is one that was interrupted).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kv/snapshot.h"
#include "raft/check.h"
#include "raft/memory.h"

enum { VALUE_BYTES = 59, SLICE_BYTES = 1 << 16, SLICE_PAIRS = 512 };

struct bench {
    struct kv *kv;
    uint64_t keys;
    raft_index index;
    uint64_t random;
    uint8_t *bytes; /* of the whole snapshot */
    size_t byte_count;
    double *slices; /* microseconds each */
    size_t slice_count;
};

/* The program's hooks, counting what the map asks for. */
static size_t blocks_in_use;

void *raft_realloc(void *block, size_t byte_count)
{
    blocks_in_use += block == NULL ? 1 : 0;
    return realloc(block, byte_count);
}

void raft_free(void *block)
{
    blocks_in_use -= block == NULL ? 0 : 1;
    free(block);
}

void raft_panic(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    abort();
}

static double now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void put(struct bench *b, uint64_t number)
{
    char key[32];
    uint8_t value[VALUE_BYTES];
    uint8_t bytes[128];
    const int key_bytes =
        snprintf(key, sizeof(key), "key-%012llu", (unsigned long long)number);
    const struct kv_operation op = {.type = KV_PUT,
                                    .key = (const uint8_t *)key,
                                    .key_bytes = (size_t)key_bytes,
                                    .value = value,
                                    .value_bytes = VALUE_BYTES};
    const struct raft_entry entry = {.term = 1,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count =
                                         (uint32_t)kv_command_size(&op, 1),
                                     .bytes = bytes};

    memset(value, 'v', sizeof(value));
    kv_command_encode(&op, 1, bytes);
    kv_apply(b->kv, ++b->index, &entry);
}

/* Every key once, in an order that jumps; returns microseconds for each. */
static double put_all(struct bench *b, uint64_t prime)
{
    const double began = now_us();

    for (uint64_t i = 0; i < b->keys; i++) {
        put(b, i * prime % b->keys);
    }
    return (now_us() - began) / (double)b->keys;
}

static double put_some(struct bench *b, uint64_t count)
{
    const double began = now_us();

    for (uint64_t i = 0; i < count; i++) {
        b->random ^= b->random << 13;
        b->random ^= b->random >> 7;
        b->random ^= b->random << 17;
        put(b, b->random % b->keys);
    }
    return (now_us() - began) / (double)count;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* From begin to end, with some puts after each slice; microseconds of one. */
static double slices(struct bench *b, const char *what, uint64_t puts)
{
    enum kv_slice_result result = KV_SLICE_MORE;
    double put_us = 0;
    double sum = 0;

    b->byte_count = b->slice_count = 0;
    while (result == KV_SLICE_MORE) {
        struct kv_slice slice = {.bytes = b->bytes + b->byte_count,
                                 .capacity = SLICE_BYTES,
                                 .max_pairs = SLICE_PAIRS};
        const double began = now_us();

        result = kv_snapshot_slice(b->kv, &slice);
        b->slices[b->slice_count] = now_us() - began;
        sum += b->slices[b->slice_count++];
        b->byte_count += slice.byte_count;
        if (puts > 0) {
            put_us += put_some(b, puts);
        }
    }
    qsort(b->slices, b->slice_count, sizeof(b->slices[0]), compare);
    printf(
        "%-24s %zu slices, %.0f ms; median %.0f, 99.9%% %.0f, longest %.0f us"
        "\n",
        what, b->slice_count, sum / 1e3, b->slices[b->slice_count / 2],
        b->slices[b->slice_count * 999 / 1000], b->slices[b->slice_count - 1]);
    return put_us / (double)b->slice_count;
}

static struct kv_snapshot_info begin(struct bench *b)
{
    struct kv_snapshot_info info;
    const bool begun = kv_snapshot_begin(b->kv, &info);

    raft_assert(begun);
    return info;
}

static void measure_restore(struct bench *b, struct kv_snapshot_info info)
{
    struct kv *other = kv_create();
    struct kv_restore *restore =
        kv_restore_create(info.applied_index, info.byte_count);
    const double began = now_us();

    raft_assert(other != NULL && restore != NULL);
    raft_assert(kv_restore_feed(restore, b->bytes, b->byte_count) ==
                KV_RESTORE_DONE);
    const double built = now_us();
    struct kv_remains none = kv_install(other, restore);
    const double installed = now_us();

    printf("%-24s %.0f ms, and %.1f us to install\n", "a map from the bytes",
           (built - began) / 1e3, installed - built);
    kv_remains_free(&none);
    kv_restore_destroy(restore);
    kv_destroy(other);
}

int main(int argc, char **argv)
{
    struct bench b = {.kv = kv_create(),
                      .keys = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000,
                      .random = UINT64_C(88172645463325252)};

    if (b.keys == 0 || b.keys > 100000000) {
        fprintf(stderr, "kv_snapshot: KEYS is 1 to 100000000\n");
        return 2;
    }
    (void)put_all(&b, 7919);
    printf("%-24s %.2f us a put\n", "no snapshot under way",
           put_all(&b, 104729));

    struct kv_snapshot_info info = begin(&b);

    b.bytes = malloc(info.byte_count + SLICE_BYTES);
    b.slices = malloc(sizeof(double) * (b.keys + 2));
    raft_assert(b.kv != NULL && b.bytes != NULL && b.slices != NULL);
    (void)slices(&b, "nothing changes", 0);
    measure_restore(&b, info);
    (void)begin(&b);
    const double put_us = slices(&b, "20 puts a slice", 20);

    printf("%-24s %.2f us a put\n", "", put_us);
    (void)begin(&b);
    const size_t blocks = blocks_in_use;

    printf("%-24s %.2f us a put; ", "every pair is replaced",
           put_all(&b, 1299709));
    printf("%zu pairs kept of %llu\n", blocks_in_use - blocks,
           (unsigned long long)b.keys);
    (void)slices(&b, "then", 0);
    kv_destroy(b.kv);
    free(b.bytes);
    free(b.slices);
    return 0;
}
