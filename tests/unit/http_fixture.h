/* SPDX-License-Identifier: MIT
 *
 * http_fixture.h - the real HTTP server, with a loop thread that plays a part
 * instead of running Raft.
 */
#ifndef TESTS_HTTP_FIXTURE_H
#define TESTS_HTTP_FIXTURE_H

#include <pthread.h>

#include "http/server.h"
#include "tests/unit/http_client.h"

#define OTHER_LEADER "127.0.0.9:4001"

enum fixture_part {
    PLAY_LEADER,    /* applies writes, confirms reads */
    PLAY_FOLLOWER,  /* NOT_LEADER, OTHER_LEADER leads */
    PLAY_NO_LEADER, /* NOT_LEADER, nobody leads */
    PLAY_SELF,      /* NOT_LEADER, and names this very node */
    PLAY_HOSTILE,   /* NOT_LEADER, a leader's address with CR LF in it */
    PLAY_SILENT,    /* takes every call and answers none until the end */
    PLAY_DEAF,      /* does not even take them */
    PLAY_BUSY,
    PLAY_REFUSED,
    PLAY_STOPPING,
    PLAY_SCRIPT /* what script says, after http_publish(script_view) */
};

struct http_fixture {
    struct http *http;
    struct bridge *bridge;
    struct kv *kv;
    uint16_t port;
    pthread_t loop;
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t woken;
    bool wake;
    bool stop;
    enum fixture_part part;
    uint64_t index;           /* of the last write */
    uint64_t call_count;      /* taken from the bridge */
    struct bridge_call *held; /* PLAY_SILENT */
    struct bridge_answer script;
    const struct http_view *script_view; /* NULL: nothing is published */
    /* PLAY_SCRIPT: for these calls alone, else as a leader. 0: for all. */
    enum bridge_call_type script_type;
    /* The last call, and its members. */
    struct bridge_request asked;
    struct bridge_member asked_members[BRIDGE_MAX_MEMBERS];
};

/* settings: listen and what is zero are filled in. Fails the test on error. */
struct http_fixture *http_fixture_start(const struct http_settings *settings);
void http_fixture_stop(struct http_fixture *f);

/* For cmocka, *state is the fixture; the first one: as a server is by itself.
 */
int http_fixture_set_up(void **state);
int http_fixture_tear_down(void **state);
#define T_HTTP_AS(test, set_up) \
    cmocka_unit_test_setup_teardown(test, set_up, http_fixture_tear_down)
#define T_HTTP(test) T_HTTP_AS(test, http_fixture_set_up)

void http_fixture_play(struct http_fixture *f, enum fixture_part part);
/* From now on PLAY_SCRIPT. */
void http_fixture_script(struct http_fixture *f,
                         const struct bridge_answer *answer,
                         const struct http_view *view);

/* Until so many calls were taken; fails after 10 s. */
void http_fixture_await_calls(struct http_fixture *f, uint64_t count);

/* Until no body is held and at most that many connections; fails after 10 s. */
void http_fixture_settle(struct http_fixture *f, unsigned connections);

/* One request and what must come back. body, expect: NULL = none, any. */
struct http_exchange {
    const char *method, *target, *body;
    int status;
    const char *expect;
};

/* Fails the test at the first that differs. */
void http_fixture_run(struct http_fixture *f,
                      const struct http_exchange *exchanges, size_t count);

#define HTTP_RUN(f, exchanges) \
    http_fixture_run(f, exchanges, sizeof(exchanges) / sizeof(exchanges[0]))

/* What the node shows of itself: a plain view of a leader, to change. */
struct http_view http_fixture_view(void);

/* Past HTTP: one command applied by the loop thread's hand. */
void http_fixture_put(struct http_fixture *f, const char *key,
                      const void *value, size_t value_bytes, enum kv_tag tag);

/* State hash and number of writes: what "nothing stored" is checked by. */
uint64_t http_fixture_hash(struct http_fixture *f);

#endif
