/* SPDX-License-Identifier: MIT
 *
 * test_sec7_slow_link.c - section 7: a link on which one piece of a snapshot
 * takes longer than an election time-out. What is sent waits for what was sent
 * before, heartbeats among it.
 */
#include "tests/unit/core_snapshot.h"

enum {
    PIECE_BYTES = 100,
    PIECES = TEST_FILE_BYTES / PIECE_BYTES,
    TICKS_A_PIECE = 3 * TEST_ELECTION_TICKS_MIN,
    MOST_UNDER_WAY = 4096
};

/* To server 3, which has `stored` bytes. Its answers take no time. */
struct link {
    struct raft_install_snapshot queue[MOST_UNDER_WAY];
    size_t first, end;
    uint32_t ticks_left; /* until the first one is there */
    uint64_t stored;
    size_t piece_count; /* ever sent */
    size_t lost_piece;  /* the how manyth is lost; 0: none */
};

static void take_messages(struct link *link, const struct test_server *s)
{
    for (size_t i = 0; i < s->effects.message_count; i++) {
        const struct raft_message *m = &s->effects.messages[i];

        if (m->type != RAFT_INSTALL_SNAPSHOT || m->to != 3) {
            continue;
        }
        link->piece_count += m->install_snapshot.is_heartbeat ? 0u : 1u;
        if (!m->install_snapshot.is_heartbeat &&
            link->piece_count == link->lost_piece) {
            continue;
        }
        assert_true(link->end < MOST_UNDER_WAY);
        link->queue[link->end++] = m->install_snapshot;
        if (link->end - link->first == 1) {
            link->ticks_left =
                m->install_snapshot.is_heartbeat ? 0 : TICKS_A_PIECE;
        }
    }
}

static void deliver_first(struct link *link, struct test_server *s)
{
    const struct raft_install_snapshot *is = &link->queue[link->first++];

    if (!is->is_heartbeat && is->offset == link->stored) {
        link->stored += PIECE_BYTES;
    }
    if (link->first < link->end) {
        link->ticks_left =
            link->queue[link->first].is_heartbeat ? 0 : TICKS_A_PIECE;
    }
    when_place_is_told(s, 3, is->last_included_index, link->stored);
    take_messages(link, s);
}

/* Returns the ticks it took until server 3 had all of it. */
static uint32_t send_all(struct link *link, struct test_server *s)
{
    uint32_t ticks = 0;

    given_compacted_leader(s, NULL);
    when_append_fails(s, 3, 4, 0, 1);
    take_messages(link, s);
    while (link->stored < TEST_FILE_BYTES) {
        while (link->first < link->end && link->ticks_left == 0) {
            deliver_first(link, s);
        }
        when_ticks(s, 1);
        take_messages(link, s);
        link->ticks_left -= link->ticks_left > 0 ? 1 : 0;
        assert_true(++ticks <= 2 * PIECES * TICKS_A_PIECE);
    }
    return ticks;
}

/* What is only slow is not sent again: it would make the link slower still. */
static void sec7_sn2_slow_piece_is_sent_once(void **state)
{
    static struct link link;

    link = (struct link){0};
    assert_true(send_all(&link, *state) <= PIECES * (TICKS_A_PIECE + 1));
    t_u64_eq(link.piece_count, PIECES);
}

static void sec7_sn2_lost_piece_is_sent_again_on_a_slow_link(void **state)
{
    static struct link link;

    for (size_t lost = 1; lost <= PIECES; lost++) {
        link = (struct link){.lost_piece = lost};
        assert_true(send_all(&link, *state) <=
                    PIECES * (TICKS_A_PIECE + 1) + 2 * TEST_ELECTION_TICKS_MIN);
        t_u64_eq(link.piece_count, PIECES + 1);
    }
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec7_sn2_slow_piece_is_sent_once),
    T_SERVER(sec7_sn2_lost_piece_is_sent_again_on_a_slow_link),
};

T_MAIN(tests)
