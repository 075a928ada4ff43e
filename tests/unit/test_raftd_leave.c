/* SPDX-License-Identifier: MIT
 *
 * test_raftd_leave.c - a server that is asked into another cluster, by somebody
 * who goes on asking.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/raftd/server.h"

enum { ASKED = 1000 };

static size_t lines_in(FILE *file)
{
    size_t lines = 0;
    int c;

    rewind(file);
    while ((c = fgetc(file)) != EOF) {
        lines += c == '\n' ? 1u : 0u;
    }
    return lines;
}

/* A line a second at most, however long this takes: not one for each. */
static void asking_again_and_again_fills_no_log(void **state)
{
    static struct server server; /* member of nothing: it declines */
    const struct net_settings settings = {.listen = "127.0.0.1:0",
                                          .self = {.server_id = 1}};
    const struct net_events events = {0};
    struct net_hello by = {.cluster_id = 7, .server_id = 2};
    char error[128];
    bool in_use;
    FILE *const said = tmpfile();
    const int kept = dup(STDERR_FILENO);

    (void)state;
    server.net = net_create(&settings, &events, error, sizeof error, &in_use);
    assert_non_null(server.net);
    assert_non_null(said);
    log_open(LOG_INFO, "asked");
    assert_true(dup2(fileno(said), STDERR_FILENO) >= 0);
    for (int i = 0; i < ASKED; i++) {
        by.cluster_id++; /* whoever it is this time */
        leave_asked(&server, &by);
        assert_int_equal(leave_turn(&server), -1);
    }
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    assert_in_range(lines_in(said), 1, ASKED / 2);
    (void)fclose(said);
    net_destroy(server.net);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(asking_again_and_again_fills_no_log),
};

T_MAIN(tests)
