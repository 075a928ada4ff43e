/* SPDX-License-Identifier: MIT
 *
 * net_party.c - several struct net in one process.
 */
#include "tests/unit/net_party.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "raft/storage/crc32c.h"
#include "tests/t.h"
#include "tests/unit/own_address.h"

enum { MAX_PARTIES = 8 };

static struct party *open_parties[MAX_PARTIES];
static struct party pool[MAX_PARTIES];
static size_t pool_used;

uint64_t party_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void on_received(void *self, const struct raft_message *message)
{
    struct party *const party = self;
    struct party_message kept = {
        .type = message->type, .from = message->from, .term = message->term};

    assert_int_equal(message->to, party->settings.self.server_id);
    if (message->type == RAFT_APPEND_ENTRIES) {
        const struct raft_append_entries *const ae = &message->append_entries;

        kept.entry_count = ae->entry_count;
        kept.read_round = ae->read_round;
        for (size_t i = 0; i < ae->entry_count; i++) {
            kept.content_bytes += ae->entries[i].byte_count;
            kept.content_crc = crc32c(kept.content_crc, ae->entries[i].bytes,
                                      ae->entries[i].byte_count);
        }
    }
    if (message->type == RAFT_INSTALL_SNAPSHOT) {
        const struct raft_install_snapshot *const is =
            &message->install_snapshot;

        kept.read_round = is->read_round;
        kept.content_bytes = is->byte_count;
        kept.content_crc = crc32c(0, is->bytes, is->byte_count);
    }
    party->received[++party->received_count % PARTY_KEPT] = kept;
}

static void on_introduced(void *self, const struct net_hello *hello)
{
    struct party *const party = self;

    party->introduced_count++;
    party->introduced = *hello;
}

static void on_invited(void *self, const struct net_hello *by)
{
    struct party *const party = self;

    party->invited_count++;
    party->invited = *by;
}

static void on_absorb_asked(void *self, const struct net_hello *by)
{
    struct party *const party = self;

    party->absorb_asked_count++;
    party->absorb_asked = *by;
    if (party->declines) {
        net_decline(party->net, by->server_id);
    }
}

static void on_log(void *self, const char *line)
{
    struct party *const party = self;
    const size_t used = strlen(party->all_logs);

    party->log_count++;
    snprintf(party->log, sizeof party->log, "%s", line);
    snprintf(party->all_logs + used, sizeof party->all_logs - used, "%s\n",
             line);
}

void party_open_with(struct party *party, const struct net_settings *settings)
{
    struct net_events events = {party,      on_received,     on_introduced,
                                on_invited, on_absorb_asked, on_log};
    char error[256] = "";
    bool port_in_use = false;
    size_t place = 0;

    if (party->deaf) {
        events.absorb_asked = NULL;
    }
    party->settings = *settings;
    if (party->listen[0] == '\0') {
        snprintf(party->listen, sizeof party->listen, "%s:0", party->host);
    }
    party->settings.listen = party->listen;
    party->net = net_create(&party->settings, &events, error, sizeof error,
                            &port_in_use);
    assert_string_equal(error, "");
    assert_non_null(party->net);
    snprintf(party->listen, sizeof party->listen, "%s:%u", party->host,
             net_port(party->net));
    net_set_addresses(party->net, party->listen, "127.0.0.1:80");
    while (open_parties[place] != NULL) {
        place++;
        assert_true(place < MAX_PARTIES);
    }
    open_parties[place] = party;
}

void party_open(struct party *party, raft_server_id id, uint64_t cluster_id)
{
    struct net_settings settings = {
        .self = {.cluster_id = cluster_id, .server_id = id, .name = "party"},
        .heartbeat_ms = 20};

    party_open_with(party, &settings);
}

void party_close(struct party *party)
{
    for (size_t i = 0; i < MAX_PARTIES; i++) {
        if (open_parties[i] == party) {
            open_parties[i] = NULL;
        }
    }
    net_destroy(party->net);
    party->net = NULL;
}

struct party *party_new(void)
{
    assert_true(pool_used < MAX_PARTIES);
    pool[pool_used] = (struct party){.host = own_address()};
    return &pool[pool_used++];
}

int party_teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < MAX_PARTIES; i++) {
        if (open_parties[i] != NULL) {
            party_close(open_parties[i]);
        }
    }
    pool_used = 0;
    return 0;
}

void party_meet(struct party *one, struct party *other)
{
    party_dial(one, other, NULL, true);
    party_dial(other, one, NULL, true);
    UNTIL(party_connected(one, other->settings.self.server_id) &&
          party_connected(other, one->settings.self.server_id));
}

void party_dial(struct party *party, const struct party *one,
                const struct party *other, bool by_id)
{
    const struct party *const both[] = {one, other};
    struct net_target targets[2] = {{0}};
    size_t count = 0;

    for (size_t i = 0; i < 2; i++) {
        if (both[i] != NULL) {
            targets[count].server_id =
                by_id ? both[i]->settings.self.server_id : 0;
            memcpy(targets[count].address, both[i]->listen,
                   sizeof both[i]->listen);
            count++;
        }
    }
    net_set_targets(party->net, targets, count);
}

void party_dial_address(struct party *party, raft_server_id id,
                        const char *address)
{
    struct net_target target = {.server_id = id};

    snprintf(target.address, sizeof target.address, "%s", address);
    net_set_targets(party->net, &target, 1);
}

static bool has_peer(const struct party *party, raft_server_id id,
                     bool connected)
{
    struct net_peer_stats peers[8];
    const size_t count = net_peers(party->net, peers, 8);

    for (size_t i = 0; i < count; i++) {
        if (peers[i].server_id == id &&
            (connected ? peers[i].connected : peers[i].open)) {
            return true;
        }
    }
    return false;
}

bool party_connected(const struct party *party, raft_server_id id)
{
    return has_peer(party, id, true);
}

bool party_open_to(const struct party *party, raft_server_id id)
{
    return has_peer(party, id, false);
}

const struct party_message *party_last(const struct party *party)
{
    return &party->received[party->received_count % PARTY_KEPT];
}

static struct net_stats stats_of(const struct party *party)
{
    struct net_stats stats;

    net_stats(party->net, &stats);
    return stats;
}

uint64_t party_rejected(const struct party *party)
{
    return stats_of(party).frames_rejected;
}

uint64_t party_dropped(const struct party *party)
{
    return stats_of(party).frames_dropped;
}

void party_poll_all(void)
{
    for (size_t i = 0; i < MAX_PARTIES; i++) {
        if (open_parties[i] != NULL) {
            assert_int_equal(net_poll(open_parties[i]->net, 1), 0);
        }
    }
}
