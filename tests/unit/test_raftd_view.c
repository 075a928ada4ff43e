/* SPDX-License-Identifier: MIT
 *
 * test_raftd_view.c - what the HTTP side is shown of a server that is not
 * ready.
 */
#include "tests/t.h"

#include <string.h>

#include "cmd/raftd/server.h"
#include "tests/unit/storage_place.h"

static struct server server;
static struct raftd_options options;

/* What /readyz says of a blank server with these options. */
static const char *why_not_ready(const struct place *place)
{
    server.options = &options;
    server.storage = place_open(place->path);
    assert_int_equal(join_turn(&server), -1);
    server_look(&server);
    storage_close(server.storage);
    assert_false(server.view.ready);
    return server.view.not_ready_why;
}

static void given_blank(void)
{
    server = (struct server){0};
    options = (struct raftd_options){0};
    log_open(LOG_ERROR, "blank");
}

/* With addresses as long as they may be: no word of it is cut. */
static void the_whole_reason_is_shown(void **state)
{
    static const char says[] = " belongs to a cluster already (a wiped "
                               "directory is a new server, to be joined)";
    const char *why;

    given_blank();
    options.peer_count = 2;
    options.own_peer = 1;
    memset(options.peers[0], 'a', RAFT_MAX_ADDRESS_BYTES - 1);
    memcpy(options.peers[0] + RAFT_MAX_ADDRESS_BYTES - 7, ":10001", 7);
    strcpy(options.peers[1], "localhost:10002");
    server.join.peers[0].cluster_id = 7;
    why = why_not_ready(*state);
    assert_int_equal(strncmp(why, "blank: waiting for an invitation: aa", 36),
                     0);
    assert_non_null(strstr(why, ":10001"));
    assert_string_equal(strstr(why, ":10001") + 6, says);
}

static void a_server_alone_waits_for_an_invitation(void **state)
{
    given_blank();
    assert_string_equal(why_not_ready(*state),
                        "blank: waiting for an invitation into a cluster");
}

static void who_asks_waits_for_those_it_asks(void **state)
{
    given_blank();
    strcpy(options.join, "localhost:8080");
    assert_string_equal(
        why_not_ready(*state),
        "blank: waiting for the cluster of localhost:8080 to let it in");
}

#define AT_A_PLACE(f) \
    cmocka_unit_test_setup_teardown(f, place_create, place_remove)

static const struct CMUnitTest tests[] = {
    AT_A_PLACE(the_whole_reason_is_shown),
    AT_A_PLACE(a_server_alone_waits_for_an_invitation),
    AT_A_PLACE(who_asks_waits_for_those_it_asks),
};

T_MAIN(tests)
