/* SPDX-License-Identifier: MIT
 *
 * test_net_slow.c - a connection over which bytes move is kept, however long
 * a frame takes; who hangs is found out all the same.
 *
 * This program has a clock_gettime() of its own, which runs ahead as far as it
 * is told: slow is one heartbeat for each few bytes, on any machine.
 */
#define _DEFAULT_SOURCE /* syscall() */
#include "tests/t.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/net_party.h"

enum {
    CLUSTER = 77,
    SELF = 1,
    OTHER = 9,
    HEARTBEAT_MS = 1000, /* so long that real time is none */
    GONE_AFTER = 20,     /* heartbeats without a sign of life */
    PATIENCE = 20000     /* turns in which nothing comes */
};

static atomic_llong heartbeats_ahead;

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const int result = (int)syscall(SYS_clock_gettime, clock, now);

    if (clock == CLOCK_MONOTONIC) {
        now->tv_sec += (time_t)heartbeats_ahead * (HEARTBEAT_MS / 1000);
    }
    return result;
}

static void a_heartbeat_passes(void)
{
    heartbeats_ahead++;
    party_poll_all();
}

static struct party *self_alone(void)
{
    struct party *const self = party_new();
    const struct net_settings settings = {
        .self = {.cluster_id = CLUSTER, .server_id = SELF},
        .heartbeat_ms = HEARTBEAT_MS};

    party_open_with(self, &settings);
    return self;
}

static struct party *self_connected_to(struct stranger *other)
{
    struct party *const self = self_alone();
    char address[RAFT_MAX_ADDRESS_BYTES];
    const int listen_fd = stranger_listen(address);

    party_dial_address(self, OTHER, address);
    stranger_is_lazy(other, listen_fd, OTHER, CLUSTER);
    UNTIL(party_connected(self, OTHER));
    close(listen_fd);
    return self;
}

/* What the other one has read. */
struct heard {
    struct frame_scratch scratch;
    uint8_t *bytes;
    size_t count;
    size_t at; /* the first frame that is not counted yet */
    size_t appends;
    size_t pings;
    uint64_t content_bytes;
};

static void count_frames(struct heard *heard)
{
    struct frame frame;
    size_t used = 0;

    while (frame_decode(heard->bytes + heard->at, heard->count - heard->at,
                        1 << 24, &heard->scratch, &frame, &used) == FRAME_OK) {
        heard->at += used;
        heard->pings += frame.type == FRAME_PING;
        if (frame.type == RAFT_APPEND_ENTRIES) {
            heard->appends++;
            heard->content_bytes +=
                frame.message.append_entries.entries[0].byte_count;
        }
    }
}

/* 4 KiB at most. Did anything come? */
static bool hear(struct stranger *other, struct heard *heard)
{
    other->count = 0;
    stranger_hear(other);
    assert_false(other->closed);
    if (other->count == 0) {
        return false;
    }
    heard->bytes = realloc(heard->bytes, heard->count + other->count);
    assert_non_null(heard->bytes);
    memcpy(heard->bytes + heard->count, other->bytes, other->count);
    heard->count += other->count;
    count_frames(heard);
    return true;
}

static void hear_slowly(struct stranger *other, struct heard *heard)
{
    for (int i = 0; !hear(other, heard); i++) {
        assert_true(i < PATIENCE);
        party_poll_all();
    }
    a_heartbeat_passes();
}

static void forget(struct heard *heard)
{
    frame_scratch_free(&heard->scratch);
    free(heard->bytes);
}

/* A PONG counts: some heartbeats later comes a new PING. */
static void answer(struct stranger *other, struct heard *heard)
{
    const size_t pings = heard->pings;

    stranger_plain(other, FRAME_PONG, OTHER, SELF, CLUSTER);
    for (int i = 0; heard->pings == pings; i++) {
        assert_true(i < GONE_AFTER);
        a_heartbeat_passes();
        hear(other, heard);
    }
}

/* The shorter one is in our system's hands at once, the longer one is not. */
static void who_reads_slowly_stays_connected(void **state)
{
    static const uint32_t entry_bytes[] = {256 * 1024, 6 * 1024 * 1024};
    struct stranger other;
    struct heard heard = {0};

    (void)state;
    struct party *const self = self_connected_to(&other);
    for (size_t i = 0; i < 2; i++) {
        const long long before = heartbeats_ahead;
        const size_t pings = heard.pings;

        party_append(self, OTHER, 1, 1, entry_bytes[i]);
        while (heard.appends == i || heard.pings == pings) {
            hear_slowly(&other, &heard);
        }
        assert_true(heartbeats_ahead - before > 2 * GONE_AFTER);
        answer(&other, &heard);
        stranger_plain(&other, FRAME_PONG, OTHER, SELF, CLUSTER);
    }
    t_u64_eq(heard.appends, 2);
    t_u64_eq(heard.content_bytes, entry_bytes[0] + entry_bytes[1]);
    assert_true(party_connected(self, OTHER));
    assert_null(strstr(self->all_logs, "lost"));
    forget(&heard);
    stranger_leave(&other);
}

/* Who has taken the half, and hangs. */
static void who_stops_in_the_middle_is_given_up(void **state)
{
    struct stranger other;
    struct heard heard = {0};

    (void)state;
    struct party *const self = self_connected_to(&other);
    party_append(self, OTHER, 1, 1, 256 * 1024);
    while (heard.count < 128 * 1024) {
        hear_slowly(&other, &heard);
    }
    assert_true(party_connected(self, OTHER));
    for (int i = 0; party_connected(self, OTHER); i++) {
        assert_true(i < 3 * GONE_AFTER);
        a_heartbeat_passes();
    }
    assert_non_null(strstr(self->log, "reason=\"no answer\""));
    forget(&heard);
    stranger_leave(&other);
}

/* His system goes on taking heartbeats, and that is all. */
static void who_takes_bytes_and_never_answers_is_given_up(void **state)
{
    struct stranger other;

    (void)state;
    struct party *const self = self_connected_to(&other);
    for (uint64_t round = 1; party_connected(self, OTHER); round++) {
        assert_true(round < 3 * GONE_AFTER);
        party_heartbeat(self, OTHER, 1, round);
        a_heartbeat_passes();
        other.count = 0;
        stranger_hear(&other);
    }
    assert_non_null(strstr(self->log, "reason=\"no answer\""));
    stranger_leave(&other);
}

static uint64_t received_bytes(const struct party *party)
{
    struct net_stats stats;

    net_stats(party->net, &stats);
    return stats.bytes_received;
}

static void say_slowly(struct stranger *other, const struct party *to,
                       const uint8_t *bytes, size_t count, size_t step)
{
    for (size_t at = 0; at < count; at += step) {
        const size_t piece = count - at < step ? count - at : step;
        const uint64_t before = received_bytes(to);

        stranger_say(other, bytes + at, piece);
        UNTIL(received_bytes(to) == before + piece || stranger_closed(other));
        assert_false(other->closed);
        a_heartbeat_passes();
    }
}

/* From a member who dialled us: longer than anybody may be silent. */
static void a_long_frame_may_come_slowly(void **state)
{
    static uint8_t content[64 * 1024];
    static uint8_t bytes[sizeof content + 1024];
    const struct raft_entry entry = {1, RAFT_ENTRY_COMMAND, sizeof content,
                                     content};
    const struct raft_message m = {.type = RAFT_APPEND_ENTRIES,
                                   .from = OTHER,
                                   .to = SELF,
                                   .term = 1,
                                   .append_entries = {.leader_id = OTHER,
                                                      .entries = &entry,
                                                      .entry_count = 1}};
    struct stranger other;

    (void)state;
    struct party *const self = self_alone();
    party_dial_address(self, OTHER, "127.0.0.1:1"); /* so he is a member */
    stranger_connect(&other, self);
    stranger_hello(&other, OTHER, CLUSTER, SELF);
    UNTIL(self->introduced_count == 1);
    say_slowly(&other, self, bytes,
               frame_put_message(bytes, CLUSTER, ++other.sequence, &m), 256);
    UNTIL(self->received_count == 1);
    t_u64_eq(party_last(self)->content_bytes, sizeof content);
    stranger_leave(&other);
}

/* From one we dialled: his PONG waits behind it. */
static void an_answer_may_come_slowly(void **state)
{
    const struct raft_message m = {
        .type = RAFT_REQUEST_VOTE_RESULT, .from = OTHER, .to = SELF, .term = 1};
    struct stranger other;
    struct heard heard = {0};
    uint8_t bytes[256];

    (void)state;
    struct party *const self = self_connected_to(&other);
    while (heard.pings == 0) {
        a_heartbeat_passes();
        hear(&other, &heard);
    }
    say_slowly(&other, self, bytes,
               frame_put_message(bytes, CLUSTER, ++other.sequence, &m), 1);
    t_u64_eq(self->received_count, 1);
    answer(&other, &heard);
    assert_null(strstr(self->all_logs, "lost"));
    forget(&heard);
    stranger_leave(&other);
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(who_reads_slowly_stays_connected),
    test(who_stops_in_the_middle_is_given_up),
    test(who_takes_bytes_and_never_answers_is_given_up),
    test(a_long_frame_may_come_slowly),
    test(an_answer_may_come_slowly),
};

T_MAIN(tests)
