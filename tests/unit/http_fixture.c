/* SPDX-License-Identifier: MIT
 *
 * http_fixture.c - the real HTTP server, with a loop thread that plays a part.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

static void wake(void *self)
{
    struct http_fixture *f = self;

    (void)pthread_mutex_lock(&f->lock);
    f->wake = true;
    (void)pthread_cond_signal(&f->woken);
    (void)pthread_mutex_unlock(&f->lock);
}

static struct bridge_answer lead(struct http_fixture *f,
                                 const struct bridge_request *request)
{
    struct bridge_answer answer = {.outcome = BRIDGE_DONE};

    if (request->type == BRIDGE_WRITE) {
        const struct raft_entry entry = {.term = 1,
                                         .type = RAFT_ENTRY_COMMAND,
                                         .byte_count =
                                             (uint32_t)request->command_bytes,
                                         .bytes = request->command};

        answer.index = ++f->index;
        kv_apply(f->kv, f->index, &entry);
    }
    return answer;
}

static struct bridge_answer play(struct http_fixture *f,
                                 const struct bridge_request *request)
{
    struct bridge_answer answer = {.outcome = BRIDGE_NOT_LEADER};

    switch (f->part) {
    case PLAY_LEADER:
        return lead(f, request);
    case PLAY_FOLLOWER:
        (void)snprintf(answer.leader_http, sizeof(answer.leader_http), "%s",
                       OTHER_LEADER);
        break;
    case PLAY_SELF:
        (void)snprintf(answer.leader_http, sizeof(answer.leader_http),
                       "LocalHost:%u", (unsigned)f->port);
        break;
    case PLAY_HOSTILE:
        (void)snprintf(answer.leader_http, sizeof(answer.leader_http), "%s",
                       "x:1\r\nSet-Cookie: a=b");
        break;
    case PLAY_BUSY:
        answer.outcome = BRIDGE_BUSY;
        break;
    case PLAY_REFUSED:
        answer.outcome = BRIDGE_REFUSED;
        break;
    case PLAY_STOPPING:
        answer.outcome = BRIDGE_STOPPING;
        break;
    case PLAY_SCRIPT:
        if (f->script_type != 0 && f->script_type != request->type) {
            return lead(f, request);
        }
        if (f->script_view != NULL) {
            http_publish(f->http, f->script_view);
        }
        return f->script;
    case PLAY_NO_LEADER:
    case PLAY_SILENT:
    case PLAY_DEAF:
        break;
    }
    return answer;
}

static void keep(struct http_fixture *f, const struct bridge_request *request)
{
    f->asked = *request;
    f->asked.command = NULL;
    f->asked.members = f->asked_members;
    for (size_t i = 0; i < request->member_count; i++) {
        f->asked_members[i] = request->members[i];
    }
}

static void take_calls(struct http_fixture *f)
{
    struct bridge_call *call =
        f->part == PLAY_DEAF ? NULL : bridge_take_all(f->bridge);

    while (call != NULL) {
        struct bridge_call *next = bridge_next(call);

        f->call_count++;
        keep(f, bridge_request_of(call));
        if (f->part == PLAY_SILENT) {
            bridge_set_next(call, f->held);
            f->held = call;
        } else {
            const struct bridge_answer answer =
                play(f, bridge_request_of(call));

            bridge_answer(call, &answer);
        }
        call = next;
    }
}

static void *run_loop(void *self)
{
    struct http_fixture *f = self;

    (void)pthread_mutex_lock(&f->lock);
    while (!f->stop) {
        f->wake = false;
        take_calls(f);
        while (!f->wake && !f->stop) {
            (void)pthread_cond_wait(&f->woken, &f->lock);
        }
    }
    (void)pthread_mutex_unlock(&f->lock);
    return NULL;
}

struct http_view http_fixture_view(void)
{
    struct http_view view = {
        .cluster_id = 0xc1,
        .raft = {.id = 11,
                 .role = RAFT_LEADER,
                 .current_term = 3,
                 .leader_id = 11,
                 .last_index = 9,
                 .durable_index = 9,
                 .last_term = 3,
                 .commit_index = 8,
                 .last_applied = 7,
                 .snapshot_index = 6},
        .snapshot_term = 2,
        .config = {.index = 1,
                   .member_count = 2,
                   .members = {{.id = 11,
                                .in_old = true,
                                .address = "127.0.0.1:10001"},
                               {.id = 12,
                                .in_old = true,
                                .address = "127.0.0.1:10002"}}},
        .leader_raft = "127.0.0.1:10001",
        .leader_http = "127.0.0.1:8001",
        .name = "node1",
        .node_raft = "127.0.0.1:10001",
        .ready = true,
        .member_names = {"node1", "node2"},
        .member_http = {"127.0.0.1:8001", "127.0.0.1:8002"}};

    return view;
}

struct http_fixture *http_fixture_start(const struct http_settings *settings)
{
    struct http_settings filled = *settings;
    const struct http_view view = http_fixture_view();
    struct http_fixture *f = calloc(1, sizeof(*f));
    char error[256] = "";
    bool in_use;

    assert_non_null(f);
    filled.listen = filled.listen != NULL ? filled.listen : "127.0.0.1:0";
    filled.worker_count = filled.worker_count != 0 ? filled.worker_count : 8;
    (void)pthread_mutex_init(&f->lock, NULL);
    (void)pthread_cond_init(&f->woken, NULL);
    f->kv = kv_create();
    f->bridge = bridge_create(wake, f, 64);
    assert_non_null(f->kv);
    assert_non_null(f->bridge);
    f->http =
        http_start(&filled, f->bridge, f->kv, error, sizeof(error), &in_use);
    if (f->http == NULL) {
        fail_msg("http_start: %s", error);
    }
    f->port = http_port(f->http);
    http_publish(f->http, &view);
    assert_int_equal(pthread_create(&f->loop, NULL, run_loop, f), 0);
    return f;
}

void http_fixture_stop(struct http_fixture *f)
{
    static const struct bridge_answer late = {.outcome = BRIDGE_STOPPING};

    (void)pthread_mutex_lock(&f->lock);
    f->stop = true;
    (void)pthread_cond_signal(&f->woken);
    (void)pthread_mutex_unlock(&f->lock);
    (void)pthread_join(f->loop, NULL);
    while (f->held != NULL) {
        struct bridge_call *next = bridge_next(f->held);

        bridge_answer(f->held, &late);
        f->held = next;
    }
    bridge_stop(f->bridge);
    http_stop(f->http);
    bridge_destroy(f->bridge);
    kv_destroy(f->kv);
    (void)pthread_cond_destroy(&f->woken);
    (void)pthread_mutex_destroy(&f->lock);
    free(f);
}

void http_fixture_play(struct http_fixture *f, enum fixture_part part)
{
    (void)pthread_mutex_lock(&f->lock);
    f->part = part;
    (void)pthread_mutex_unlock(&f->lock);
}

void http_fixture_script(struct http_fixture *f,
                         const struct bridge_answer *answer,
                         const struct http_view *view)
{
    (void)pthread_mutex_lock(&f->lock);
    f->part = PLAY_SCRIPT;
    f->script = *answer;
    f->script_view = view;
    (void)pthread_mutex_unlock(&f->lock);
}

void http_fixture_put(struct http_fixture *f, const char *key,
                      const void *value, size_t value_bytes, enum kv_tag tag)
{
    const struct kv_operation op = {.type = KV_PUT,
                                    .tag = tag,
                                    .key = (const uint8_t *)key,
                                    .key_bytes = strlen(key),
                                    .value = value,
                                    .value_bytes = value_bytes};
    const size_t size = kv_command_size(&op, 1);
    uint8_t *bytes = malloc(size);

    assert_non_null(bytes);
    kv_command_encode(&op, 1, bytes);
    const struct raft_entry entry = {.term = 1,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = (uint32_t)size,
                                     .bytes = bytes};

    (void)pthread_mutex_lock(&f->lock);
    kv_apply(f->kv, ++f->index, &entry);
    (void)pthread_mutex_unlock(&f->lock);
    free(bytes);
}

uint64_t http_fixture_hash(struct http_fixture *f)
{
    struct kv_stats stats;

    kv_stats(f->kv, &stats);
    return stats.state_hash;
}

void http_fixture_await_calls(struct http_fixture *f, uint64_t count)
{
    const uint64_t until = now_ns() + UINT64_C(10000000000);
    bool reached = false;

    while (!reached) {
        (void)pthread_mutex_lock(&f->lock);
        reached = f->call_count >= count;
        (void)pthread_mutex_unlock(&f->lock);
        assert_true(now_ns() < until);
        (void)sched_yield();
    }
}

void http_fixture_settle(struct http_fixture *f, unsigned connections)
{
    const uint64_t until = now_ns() + UINT64_C(10000000000);

    while (atomic_load(&f->http->parsing_bytes) > 0 ||
           atomic_load(&f->http->connections) > connections) {
        assert_true(now_ns() < until);
    }
}
