/* SPDX-License-Identifier: MIT
 *
 * http_pair.c - two HTTP servers in one process.
 */
#include <stdio.h>

#include "tests/unit/http_pair.h"

void http_pair_follow(struct http_fixture *f, const char *leader_http)
{
    static struct http_view view;

    view = http_fixture_view();
    view.raft.role = RAFT_FOLLOWER;
    view.raft.leader_id = 12;
    (void)snprintf(view.leader_http, sizeof(view.leader_http), "%s",
                   leader_http);
    http_publish(f->http, &view);
    struct bridge_answer answer = {.outcome = BRIDGE_NOT_LEADER};

    (void)snprintf(answer.leader_http, sizeof(answer.leader_http), "%s",
                   leader_http);
    http_fixture_script(f, &answer, NULL);
}

int http_pair_setup(void **state)
{
    static struct http_pair pair;
    char address[64];

    pair.leader = http_fixture_start(&(struct http_settings){.listen = NULL});
    pair.follower =
        http_fixture_start(&(struct http_settings){.request_timeout_ms = 2000});
    (void)snprintf(address, sizeof(address), "127.0.0.1:%u", pair.leader->port);
    http_pair_follow(pair.follower, address);
    *state = &pair;
    return 0;
}

int http_pair_teardown(void **state)
{
    struct http_pair *pair = *state;

    if (pair->follower != NULL) {
        http_fixture_stop(pair->follower);
    }
    http_fixture_stop(pair->leader);
    return 0;
}
