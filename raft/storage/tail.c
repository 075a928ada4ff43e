/* SPDX-License-Identifier: MIT
 *
 * tail.c - the end of the log after a stop of any kind.
 *
 * One batch at most was under way, and nobody was told that it was done. What
 * a crash left of it is cut at the first record that is not whole. A batch
 * before that one was synced; the records after it say so, so a bad record
 * that a later one names durable is damage, and nothing is cut. The file
 * "term" names what was durable when it was written.
 */
#include "raft/storage/internal.h"

/* By the term, or by a later header, whole and of this segment. */
static bool is_named_durable(const struct storage *s,
                             const struct reading *reading)
{
    struct record record;

    if (s->durable_segment == reading->header.number &&
        s->durable_end > reading->at) {
        return true;
    }
    for (size_t at = reading->at;
         at + RECORD_HEADER_BYTES <= reading->byte_count; at += 8) {
        if (record_decode(reading->bytes + at, reading->header.salt,
                          reading->header.number, &record) &&
            record.durable > reading->at) {
            return true;
        }
    }
    return false;
}

/*
 * Remove what stands behind the last whole record. Not left to be written
 * over: a new record of the right length would make the old one behind it
 * look like the next.
 */
static int cut(struct disk *d, struct segment *segment,
               const struct reading *reading, struct storage_error *error)
{
    uint32_t at = reading->at;

    while (at < reading->byte_count && reading->bytes[at] == 0) {
        at++;
    }
    if (at == reading->byte_count) {
        return 0; /* only zeros */
    }
    segment->zeroed = segment->end;
    if (disk_truncate(d, &segment->file, segment->end, error) != 0) {
        return -1;
    }
    return disk_sync(d, &segment->file, error);
}

/*
 * The last batch may never have been synced, or its sync may have failed: the
 * pages are then read back from memory, and a sync alone would do nothing for
 * them. Written again, they are dirty, and the sync is a true one.
 */
static int write_last_batch_again(struct disk *d, const struct segment *segment,
                                  const struct reading *reading,
                                  struct storage_error *error)
{
    const uint32_t from = reading->last.durable;

    if (reading->last_at == 0) {
        return 0; /* no records: the header was synced under its old name */
    }
    if (disk_write(d, &segment->file, reading->bytes + from,
                   segment->end - from, from, error) != 0) {
        return -1;
    }
    return disk_sync(d, &segment->file, error);
}

int tail_recover(struct storage *s, struct reading *reading,
                 struct storage_error *error)
{
    struct segment segment = {.file = reading->file,
                              .number = reading->header.number,
                              .salt = reading->header.salt,
                              .end = reading->at,
                              .synced = reading->at,
                              .zeroed = reading->byte_count};

    segment.is_marked =
        reading->last_at == 0 || reading->last.type == RECORD_MARK;
    if (is_named_durable(s, reading)) {
        return fail_corrupt(error, &s->disk, reading->file.name, reading->at,
                            "record damaged (it was durable)");
    }
    /* From here on the core takes what was loaded for durable: name it so. */
    if (cut(&s->disk, &segment, reading, error) != 0 ||
        write_last_batch_again(&s->disk, &segment, reading, error) != 0 ||
        segment_mark(&s->disk, &segment, s->segment_bytes, error) != 0) {
        return -1;
    }
    s->segment = segment;
    return 0;
}
