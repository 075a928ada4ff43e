/* SPDX-License-Identifier: MIT
 *
 * storage_rig.c - storage under test, and what it should hold.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_rig.h"

enum { RIG_MAX_STEPS = 20000, RIG_MAX_BATCH = 8 };

void rig_create(struct storage_rig *rig, uint64_t seed, uint32_t segment_bytes)
{
    *rig = (struct storage_rig){.settings = {.segment_bytes = segment_bytes},
                                .random = seed * 2 + 1};
    rig->disk = fault_files_create(seed);
    rig->steps = calloc(RIG_MAX_STEPS, sizeof *rig->steps);
    assert_non_null(rig->steps);
}

void rig_destroy(struct storage_rig *rig)
{
    rig_close(rig);
    fault_files_destroy(rig->disk);
    free(rig->steps);
}

uint64_t rig_random(struct storage_rig *rig, uint64_t below)
{
    rig->random = rig->random * 6364136223846793005u + 1442695040888963407u;
    return (rig->random >> 33) % below;
}

static void note_loaded(struct storage_rig *rig, const struct raft_start *start)
{
    const struct raft_slice *const log = &start->log;

    rig->first_index = log->first_index;
    rig->last_index = (size_t)log->first_index + log->count - 1;
    rig->last_term = log->count > 0 ? log->entries[log->count - 1].term : 0;
    rig->snapshot =
        start->snapshot != NULL ? *start->snapshot : (struct raft_snapshot){0};
    if (log->count == 0) {
        rig->last_term = rig->snapshot.last_term;
    }
    rig->seq = 0;
}

bool rig_open(struct storage_rig *rig)
{
    struct raft_start start;

    rig->storage = storage_open("d", fault_files_ops(rig->disk), &rig->settings,
                                &rig->error);
    if (rig->storage == NULL) {
        return false;
    }
    if (storage_load(rig->storage, &start, &rig->error) != 0) {
        rig_close(rig);
        return false;
    }
    const long count = rig_steps_of(rig, &start, rig->acked_count);

    if (count < 0) {
        print_error("term %llu vote %llu, %zu entries: not a state between "
                    "steps %zu and %zu\n",
                    (unsigned long long)start.current_term,
                    (unsigned long long)start.voted_for, start.log.count,
                    rig->acked_count, rig->step_count);
        fail();
    }
    rig->step_count = (size_t)count;
    rig->acked_count = (size_t)count; /* the core takes it for durable */
    note_loaded(rig, &start);
    storage_loaded_free(rig->storage);
    rig->face = storage_interface(rig->storage);
    return true;
}

void rig_close(struct storage_rig *rig)
{
    storage_close(rig->storage);
    rig->storage = NULL;
}

static struct rig_step *add(struct storage_rig *rig, enum rig_kind kind)
{
    assert_true(rig->step_count < RIG_MAX_STEPS);
    struct rig_step *const step = &rig->steps[rig->step_count++];

    *step = (struct rig_step){.kind = kind};
    return step;
}

bool rig_hard_state(struct storage_rig *rig, raft_term term, uint64_t vote)
{
    if (rig->face.save_hard_state(rig->face.self, ++rig->seq, term, vote) !=
        0) {
        return false;
    }
    struct rig_step *const step = add(rig, RIG_HARD_STATE);

    step->term = term;
    step->number = vote;
    return true;
}

bool rig_truncate(struct storage_rig *rig, raft_index from)
{
    if (rig->face.truncate(rig->face.self, ++rig->seq, from) != 0) {
        return false;
    }
    add(rig, RIG_TRUNCATE)->number = from;
    rig->last_index = (size_t)from - 1;
    return true;
}

bool rig_reset(struct storage_rig *rig, raft_index after_index, raft_term term)
{
    if (rig->face.reset(rig->face.self, rig->seq + 1, after_index, term) != 0) {
        return false;
    }
    rig->seq++;
    struct rig_step *const step = add(rig, RIG_RESET);

    step->number = after_index;
    step->term = term;
    rig->last_index = (size_t)after_index;
    rig->last_term = term;
    return true;
}

bool rig_compact(struct storage_rig *rig, raft_index through)
{
    if (rig->face.compact(rig->face.self, through) != 0) {
        return false;
    }
    rig->compacted = through > rig->compacted ? through : rig->compacted;
    return true;
}

bool rig_append(struct storage_rig *rig, size_t count, uint32_t byte_count)
{
    static uint8_t bytes[RIG_MAX_BATCH][RIG_MAX_BYTES];
    struct raft_entry entries[RIG_MAX_BATCH];
    struct rig_step steps[RIG_MAX_BATCH];
    const struct raft_slice slice = {
        .first_index = rig->last_index + 1, .count = count, .entries = entries};

    for (size_t i = 0; i < count; i++) {
        rig->last_term += rig_random(rig, 8) == 0 || rig->last_term == 0;
        steps[i] = (struct rig_step){
            .kind = RIG_ENTRY,
            .term = rig->last_term,
            .type = (enum raft_entry_type)(1 + rig_random(rig, 3)),
            .byte_count = byte_count,
            .filling = (uint8_t)rig_random(rig, 256)};
        rig_fill(&steps[i], bytes[i]);
        entries[i] = (struct raft_entry){.term = steps[i].term,
                                         .type = steps[i].type,
                                         .byte_count = byte_count,
                                         .bytes = byte_count ? bytes[i] : NULL};
    }
    const int result = rig->face.append(rig->face.self, ++rig->seq, &slice);

    memset(bytes, 0xee, sizeof bytes); /* it must have been copied */
    for (size_t i = 0; i < count && result == 0; i++) {
        *add(rig, RIG_ENTRY) = steps[i];
        rig->last_index++;
    }
    return result == 0;
}

bool rig_write_something(struct storage_rig *rig)
{
    const uint64_t what = rig_random(rig, 20);

    if (what < 3) {
        return rig_hard_state(rig, rig->last_term + rig_random(rig, 3),
                              rig_random(rig, 4));
    }
    if (what < 5 && rig->last_index > 0) {
        return rig_truncate(rig, 1 + rig_random(rig, rig->last_index + 1));
    }
    if (what == 19) {
        return rig_append(rig, 1, (uint32_t)rig_random(rig, RIG_MAX_BYTES / 4));
    }
    return rig_append(rig, 1 + (size_t)rig_random(rig, 4),
                      (uint32_t)rig_random(rig, 100));
}

bool rig_sync(struct storage_rig *rig)
{
    raft_write_seq done = 0;

    if (storage_write_queued(rig->storage, &done, &rig->error) != 0) {
        return false;
    }
    t_u64_eq(done, rig->seq);
    rig->acked_count = rig->step_count;
    return true;
}

void rig_must_open(struct storage_rig *rig)
{
    if (!rig_open(rig)) {
        print_error("%s\n", rig->error.text);
        fail();
    }
}

void rig_must_refuse(struct storage_rig *rig, const char *name, size_t offset)
{
    char place[64];

    assert_false(rig_open(rig));
    assert_int_equal(rig->error.problem, STORAGE_ECORRUPT);
    (void)snprintf(place, sizeof place, "d/%s at offset %zu:", name, offset);
    if (strstr(rig->error.text, place) == NULL) {
        print_error("\"%s\" does not name %s\n", rig->error.text, place);
        fail();
    }
}

void rig_batch(struct storage_rig *rig, size_t count, uint32_t byte_count)
{
    assert_true(rig_append(rig, count, byte_count));
    assert_true(rig_sync(rig));
}

void rig_create_log(struct storage_rig *rig, uint32_t segment_bytes)
{
    rig_create(rig, 1, segment_bytes);
    rig_must_open(rig);
    assert_true(rig_hard_state(rig, 1, 2));
    for (int i = 0; i < 4; i++) {
        rig_batch(rig, 2, 24);
    }
    rig_close(rig);
}
