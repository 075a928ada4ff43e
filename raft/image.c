/* SPDX-License-Identifier: MIT
 *
 * image.c - one canonical image of a server: clone, compare, hash, checkpoint.
 *
 * Little-endian, fields in the order of internal.h, live slots only; no
 * pointers, capacities or padding: equal servers have equal bytes. One list of
 * fields serves measuring, writing, reading and the view (image_view.c), so
 * they cannot differ.
 */
#include <string.h>

#include "raft/image_field.h"
#include "raft/internal.h"
#include "raft/memory.h"

/* An address or a name, in an array of this size. */
static void text(struct image *im, char *to, size_t size)
{
    const bool is_shown = im->view == NULL || im->view->renamed == NULL;
    const size_t length =
        small(im, is_shown ? raft_text_bytes(to, size) : 0, size - 1);
    const size_t at = im->offset;

    if (!advance(im, length)) {
        return;
    }
    if (im->mode == WRITE) {
        memcpy(im->to + at, to, length);
    } else if (im->mode == READ) {
        memset(to, 0, size);
        memcpy(to, im->from + at, length);
        im->bad = im->bad || memchr(to, 0, length) != NULL;
    }
}

static void options(struct image *im, struct raft_options *o)
{
    flag(im, &o->pre_vote);
    flag(im, &o->stickiness);
    flag(im, &o->check_quorum);
    flag(im, &o->no_op);
    flag(im, &o->fast_backtracking);
    flag(im, &o->lease);
    u32(im, &o->max_in_flight_entries);
    u64(im, &o->max_in_flight_bytes);
    u32(im, &o->max_batch_entries);
    u64(im, &o->max_batch_bytes);
    u64(im, &o->max_uncommitted_bytes);
    u32(im, &o->max_apply_entries);
    u32(im, &o->keep_entries);
    u64(im, &o->keep_bytes);
    u32(im, &o->catch_up_rounds);
}

static void settings(struct image *im, struct raft_settings *s)
{
    server_id(im, &s->id);
    u64_if(im, &s->random_seed, false);
    u32(im, &s->election_ticks_min);
    u32(im, &s->election_ticks_max);
    u32(im, &s->heartbeat_ticks);
    options(im, &s->options);
}

static void config(struct image *im, struct raft_config *c)
{
    size_t order[RAFT_MAX_SLOTS];

    u64(im, &c->index);
    flag(im, &c->is_joint);
    c->member_count = small(im, c->member_count, RAFT_MAX_SLOTS);
    raft_image_order(im, c, order);
    for (size_t i = 0; i < c->member_count; i++) {
        struct raft_member *member = &c->members[order[i]];

        server_id(im, &member->id);
        flag(im, &member->in_old);
        flag(im, &member->in_new);
        text(im, member->address, sizeof(member->address));
        text(im, member->name, sizeof(member->name));
    }
}

static void snapshot(struct image *im, struct raft_snapshot *s)
{
    u64(im, &s->last_index);
    u64(im, &s->last_term);
    u64(im, &s->byte_count);
    u32(im, &s->checksum);
    config(im, &s->config);
}

static void receiving(struct image *im, struct raft_receiving *got)
{
    u64(im, &got->term);
    u64(im, &got->last_index);
    u64(im, &got->last_term);
    u64(im, &got->file_bytes);
    u32(im, &got->checksum);
    u64(im, &got->bytes_stored);
}

/* READ: the entry is appended to the log, with a copy of its bytes. */
static void read_entry(struct image *im, struct raft_log *log,
                       struct raft_entry *entry, raft_write_seq written_by)
{
    entry->bytes = im->from + im->offset - entry->byte_count;
    if (im->bad || raft_log_reserve(log, entry, 1) != RAFT_OK) {
        im->bad = true;
        return;
    }
    raft_log_append_reserved(log);
    log->marks[log->count - 1].written_by = written_by;
}

static void log_entry(struct image *im, struct raft_log *log, size_t i)
{
    struct raft_entry entry = {.type = RAFT_ENTRY_NO_OP};
    raft_write_seq written_by = 0;

    if (im->mode != READ) {
        entry = log->entries[i];
        written_by = log->marks[i].written_by;
    }
    u64(im, &entry.term);
    entry.type = (enum raft_entry_type)small(im, entry.type, RAFT_ENTRY_CONFIG);
    write_seq(im, &written_by);
    u32(im, &entry.byte_count);
    const size_t at = im->offset;
    if (!advance(im, entry.byte_count)) {
        return;
    }
    if (im->mode == WRITE && entry.byte_count > 0) {
        memcpy(im->to + at, entry.bytes, entry.byte_count);
    } else if (im->mode == READ) {
        read_entry(im, log, &entry, written_by);
    }
}

static void whole_log(struct image *im, struct raft_log *log)
{
    u64(im, &log->base_index);
    u64(im, &log->base_term);
    const size_t count = small(im, log->count, SIZE_MAX);

    for (size_t i = 0; i < count && !im->bad; i++) {
        log_entry(im, log, i);
    }
}

static void member_change(struct image *im, struct raft_member_change *change)
{
    u64(im, &change->change_id);
    config(im, &change->wanted);
    u64(im, &change->round_end);
    u32(im, &change->round_ticks);
    u32(im, &change->round_count);
}

static void slots(struct image *im, struct raft *r)
{
    const bool silence_counts =
        r->settings.options.check_quorum ||
        (r->change.change_id != 0 && raft_config_has_learners(&r->config));
    size_t order[RAFT_MAX_SLOTS];

    raft_image_order(im, &r->config, order);
    for (size_t i = 0; i < r->config.member_count; i++) {
        const size_t slot = order[i];
        struct raft_peer *peer = &r->peer[slot];

        u64(im, &r->next_index[slot]);
        u64(im, &r->match_index[slot]);
        flag(im, &peer->vote_granted);
        flag(im, &peer->matched);
        flag(im, &peer->awaiting);
        u32_if(im, &peer->ticks_silent, silence_counts);
        u32(im, &peer->ticks_stalled);
        u64(im, &peer->acked_round);
        u64(im, &peer->acked_sent_tick);
        u64(im, &peer->sending.last_index);
        u64(im, &peer->sending.offset);
        u64(im, &peer->sending.farthest);
        u32(im, &peer->sending.ticks_left);
    }
}

static void reads(struct image *im, struct raft *r)
{
    u64(im, &r->read_round);
    r->pending_read_count = small(im, r->pending_read_count, RAFT_MAX_READS);
    for (size_t i = 0; i < r->pending_read_count; i++) {
        u64(im, &r->pending_reads[i].read_id);
        u64(im, &r->pending_reads[i].round);
        u64(im, &r->pending_reads[i].read_index);
    }
}

static void role_and_time(struct image *im, struct raft *r)
{
    const struct raft_settings *s = &r->settings;

    r->role = (enum raft_role)small(im, r->role, RAFT_LEADER);
    server_id(im, &r->leader_id);
    u32(im, &r->election_ticks_left);
    u32(im, &r->heartbeat_ticks_left);
    u32_if(im, &r->ticks_since_leader, s->options.stickiness);
    u64_if(im, &r->random_state,
           s->election_ticks_min != s->election_ticks_max); /* or all alike */
    flag(im, &r->started);
}

void raft_image_fields(struct image *im, struct raft *r)
{
    uint32_t version = IMAGE_VERSION;

    u32(im, &version);
    im->bad = im->bad || version != IMAGE_VERSION;
    settings(im, &r->settings);
    u64(im, &r->current_term);
    server_id(im, &r->voted_for);
    whole_log(im, &r->log);
    u64(im, &r->commit_index);
    u64(im, &r->last_applied);
    role_and_time(im, r);
    config(im, &r->config);
    member_change(im, &r->change);
    snapshot(im, &r->snapshot);
    receiving(im, &r->receiving);
    slots(im, r);
    u64(im, &r->saved_term);
    server_id(im, &r->saved_vote);
    write_seq(im, &r->last_write_seq);
    write_seq(im, &r->hard_state_seq);
    write_seq(im, &r->persisted_seq);
    u64(im, &r->durable_index);
    u64(im, &r->applying_index);
    flag(im, &r->pre_voting);
    u64(im, &r->now);
    reads(im, r);
    server_id(im, &r->transfer_to);
    u32(im, &r->transfer_ticks_left);
    flag(im, &r->timeout_now_sent);
}

/* MEASURE and WRITE store back what they read: the same values. */
static struct raft *unchanged(const struct raft *r)
{
    return (struct raft *)(uintptr_t)r;
}

size_t raft_image_size(const struct raft *r)
{
    struct image im = {.mode = MEASURE};

    raft_image_fields(&im, unchanged(r));
    return im.offset;
}

void raft_image_encode(const struct raft *r, uint8_t *bytes)
{
    struct image im = {.mode = WRITE, .to = bytes};

    raft_image_fields(&im, unchanged(r));
}

struct raft *raft_image_decode(const uint8_t *bytes, size_t byte_count)
{
    struct image im = {.mode = READ, .from = bytes, .limit = byte_count};
    struct raft *r = raft_realloc(NULL, sizeof(*r));

    if (r == NULL) {
        return NULL;
    }
    memset(r, 0, sizeof(*r));
    raft_image_fields(&im, r);
    if (im.bad || im.offset != byte_count || !raft_image_makes_sense(r)) {
        raft_destroy(r);
        return NULL;
    }
    return r;
}
