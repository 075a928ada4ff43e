/* SPDX-License-Identifier: MIT
 *
 * test_fig13_transfer.c - Figure 13, both ends: a leader and a follower, and a
 * network that loses, repeats and reorders. The follower restarts, its disk
 * fails, the leader takes newer snapshots meanwhile: in the end the file is
 * there, each byte from the right place.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/core_snapshot.h"

enum { MAX_UNDER_WAY = 64, PIECE_BYTES = 70 };

struct world {
    struct test_server leader;   /* 1, of voters 1 2 3; 2 always answers */
    struct test_server follower; /* 3 */
    struct raft_message under_way[MAX_UNDER_WAY];
    size_t under_way_count;
    uint64_t random;
    /* The follower's disk. */
    uint8_t file[2 * TEST_FILE_BYTES];
    uint64_t file_bytes;
    struct raft_snapshot file_of;
    bool file_is_whole;
    struct raft_snapshot durable; /* its newest */
    size_t store_count;
};

static uint32_t draw(struct world *w, uint32_t below)
{
    w->random = w->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(w->random >> 33) % below;
}

/* Byte `at` of the file of a snapshot. */
static uint8_t byte_of(raft_index last_index, uint64_t at)
{
    return (uint8_t)(last_index * 31 + at * 7 + at / 256);
}

/* As the node does it: the core does not touch the bytes. */
static void fetch(struct raft_install_snapshot *is)
{
    static uint8_t bytes[MAX_UNDER_WAY * 4][PIECE_BYTES];
    static size_t next;
    const uint64_t left = is->file_bytes - is->offset;

    assert_true(is->offset < is->file_bytes);
    is->byte_count = left < PIECE_BYTES ? (uint32_t)left : PIECE_BYTES;
    is->done = is->byte_count == left;
    uint8_t *to = bytes[next++ % (MAX_UNDER_WAY * 4)];
    for (uint32_t i = 0; i < is->byte_count; i++) {
        to[i] = byte_of(is->last_included_index, is->offset + i);
    }
    is->bytes = to;
}

/* Entries are borrowed: only what goes on without them is kept. */
static void send(struct world *w, const struct raft_message *message)
{
    struct raft_message m = *message;

    if (m.type == RAFT_INSTALL_SNAPSHOT && !m.install_snapshot.is_heartbeat) {
        fetch(&m.install_snapshot);
    }
    if (m.type == RAFT_APPEND_ENTRIES) {
        m.append_entries.entries = NULL;
        m.append_entries.entry_count = 0;
    }
    if ((m.to == 3 || m.from == 3) && w->under_way_count < MAX_UNDER_WAY &&
        draw(w, 10) != 0) {
        w->under_way[w->under_way_count++] = m;
    }
}

static void store(struct world *w, const struct raft_install_snapshot *is)
{
    w->store_count++;
    if (is->offset == 0) {
        w->file_bytes = 0;
        w->file_is_whole = false;
        w->file_of = snapshot_of(is->last_included_index, 5);
        w->file_of.byte_count = is->file_bytes;
        w->file_of.checksum = is->checksum;
    }
    t_u64_eq(is->last_included_index, w->file_of.last_index);
    t_u64_eq(is->offset, w->file_bytes);
    memcpy(w->file + w->file_bytes, is->bytes, is->byte_count);
    w->file_bytes += is->byte_count;
    w->file_is_whole = is->done;
}

static void carry_out(struct world *w, struct test_server *s)
{
    if (s->effects.store != NULL) {
        store(w, s->effects.store);
    }
    for (size_t i = 0; i < s->effects.message_count; i++) {
        send(w, &s->effects.messages[i]);
    }
    if (s->raft->persisted_seq < s->raft->last_write_seq) {
        when_all_persisted(s);
        carry_out(w, s);
    }
}

static void start_follower(struct world *w)
{
    struct test_server *s = &w->follower;
    const struct raft_config config = voters(3);

    raft_destroy(s->raft);
    s->settings = w->leader.settings;
    s->settings.id = 3;
    s->raft = raft_create(&s->settings);
    when(s, &(struct raft_input){.type = RAFT_IN_START,
                                 .start = {.current_term = 5,
                                           .initial_config = &config,
                                           .snapshot = w->durable.last_index > 0
                                                           ? &w->durable
                                                           : NULL}});
    assert_int_equal(s->error, RAFT_OK);
    w->file_bytes = 0;
    w->file_is_whole = false;
    carry_out(w, s);
}

static void finish_file(struct world *w)
{
    if (!w->file_is_whole) {
        return;
    }
    w->file_is_whole = false;
    if (draw(w, 8) == 0) {
        when(&w->follower,
             &(struct raft_input){.type = RAFT_IN_SNAPSHOT_FAILED});
        carry_out(w, &w->follower);
        return;
    }
    t_u64_eq(w->file_bytes, w->file_of.byte_count);
    for (uint64_t at = 0; at < w->file_bytes; at++) {
        t_u64_eq(w->file[at], byte_of(w->file_of.last_index, at));
    }
    if (w->file_of.last_index > w->durable.last_index) {
        w->durable = w->file_of;
    }
    if (draw(w, 4) == 0) {
        start_follower(w); /* durable, and nobody heard of it */
        return;
    }
    when_stored(&w->follower, &w->file_of);
    assert_int_equal(w->follower.error, RAFT_OK);
    carry_out(w, &w->follower);
}

static void take_newer(struct world *w)
{
    struct test_server *s = &w->leader;

    when_proposed(s, 1, 10);
    carry_out(w, s);
    when_append_succeeds(s, 2, raft_log_last_index(&s->raft->log));
    when_applied(s);
    when_taken(s);
    carry_out(w, s);
}

static void deliver(struct world *w, size_t at)
{
    const struct raft_message m = w->under_way[at];
    struct test_server *to = m.to == 3 ? &w->follower : &w->leader;

    if (draw(w, 8) != 0) { /* else it comes once more */
        w->under_way[at] = w->under_way[--w->under_way_count];
    }
    when_message(to, &m);
    carry_out(w, to);
}

static void one_event(struct world *w, bool is_quiet)
{
    const uint32_t what = draw(w, 100);

    if (what < 20) {
        when_ticks(&w->leader, 1);
        carry_out(w, &w->leader);
    } else if (what < 25) {
        finish_file(w);
    } else if (what < 26 && !is_quiet) {
        start_follower(w);
    } else if (what < 27 && !is_quiet) {
        take_newer(w);
    } else if (w->under_way_count > 0) {
        /* Mostly in order. */
        deliver(w, draw(w, 3) == 0 ? draw(w, (uint32_t)w->under_way_count) : 0);
    }
}

static void transfer_ends_well_in_any_weather(void **state)
{
    static struct world w;

    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        raft_destroy(w.leader.raft);
        raft_destroy(w.follower.raft);
        memset(&w, 0, sizeof(w));
        w.random = seed;
        given_compacted_leader(&w.leader, NULL);
        start_follower(&w);
        size_t events = 0;

        while (w.leader.raft->match_index[2] <
               raft_log_last_index(&w.leader.raft->log)) {
            one_event(&w, events > 2000);
            if (++events == 20000) {
                fail_msg("seed %llu: it does not end",
                         (unsigned long long)seed);
            }
        }
        t_u64_eq(w.follower.raft->snapshot.last_index,
                 w.leader.raft->snapshot.last_index);
        assert_true(w.store_count >= TEST_FILE_BYTES / PIECE_BYTES);
    }
    raft_destroy(w.leader.raft);
    raft_destroy(w.follower.raft);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(transfer_ends_well_in_any_weather),
};

T_MAIN(tests)
