/* SPDX-License-Identifier: MIT
 *
 * test_raftd_dialect_flags.c - the words of five demos, on the command line
 * and in the environment, as their users type them: what each line comes to.
 */
#include "tests/t.h"

#include <string.h>

#include "tests/unit/flags_rig.h"

enum start { WAITS = 1, ASKS, FOUNDS, WITH_PEERS };

struct row {
    const char *line;
    const char *name, *http, *raft, *directory;
    enum start start;
    const char *join, *variables; /* NULL: "" */
    bool prints_state;
};

static enum start start_of(const struct raftd_options *options)
{
    if (options->peer_count > 0) {
        return WITH_PEERS;
    }
    if (options->join[0] != '\0') {
        assert_false(options->bootstrap); /* the join wins */
        return ASKS;
    }
    return options->bootstrap ? FOUNDS : WAITS;
}

static void check_row(const struct row *row)
{
    struct raftd_options options;
    const int code = flags_read(row->line, &options);

    if (code != -1) {
        fail_msg("%s: %d: %s", row->line, code, flags_rig.said);
    }
    print_message("%s\n", row->line);
    assert_string_equal(options.name, row->name);
    assert_string_equal(options.http_advertise, row->http);
    assert_string_equal(options.raft_advertise, row->raft);
    assert_string_equal(options.directory, row->directory);
    assert_int_equal(start_of(&options), row->start);
    assert_string_equal(options.join, row->join != NULL ? row->join : "");
    assert_string_equal(options.variables,
                        row->variables != NULL ? row->variables : "");
    assert_int_equal(options.prints_state, row->prints_state);
}

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_row(&rows[i]);
    }
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void flags_of_raft_kv_demo(void **state)
{
    static const struct row rows[] = {
        {"raftd", "localhost:8080", "localhost:8079", "localhost:8080",
         "raftd-localhost_8080", WAITS, NULL, NULL, false},
        {"raftd -id node1 -raddr localhost:8080 -haddr localhost:8079 "
         "-bootstrap",
         "node1", "localhost:8079", "localhost:8080", "raftd-node1", FOUNDS,
         NULL, NULL, false},
        {"raftd -id node2 -raddr localhost:8082 -haddr localhost:8081 -join "
         "localhost:8079",
         "node2", "localhost:8081", "localhost:8082", "raftd-node2", ASKS,
         "localhost:8079", NULL, false},
        {"raftd --id=node2 --raddr=:8082 --haddr=:8081 --join=:8079 "
         "--bootstrap",
         "node2", "127.0.0.1:8081", "127.0.0.1:8082", "raftd-node2", ASKS,
         "127.0.0.1:8079", NULL, false},
    };

    (void)state;
    CHECK(rows);
}

static void flags_of_hraftd_and_raftdb(void **state)
{
    static const struct row rows[] = {
        {"raftd -id node0 -haddr :7150 -raddr :7151 data/node0", "node0",
         "127.0.0.1:7150", "127.0.0.1:7151", "data/node0", FOUNDS, NULL, NULL,
         false},
        {"raftd -id node1 -haddr localhost:8091 -raddr localhost:8089 node1",
         "node1", "localhost:8091", "localhost:8089", "node1", FOUNDS, NULL,
         NULL, false},
        {"raftd -id node2 -haddr localhost:8093 -raddr localhost:8092 -join "
         "localhost:8091 node2",
         "node2", "localhost:8093", "localhost:8092", "node2", ASKS,
         "localhost:8091", NULL, false},
        {"raftd -join= node3", "localhost:8080", "localhost:8079",
         "localhost:8080", "node3", FOUNDS, NULL, NULL, false},
        {"raftd -bootstrap=false node3", "localhost:8080", "localhost:8079",
         "localhost:8080", "node3", WAITS, NULL, NULL, false},
        {"raftd --peers localhost:8080,localhost:81 node3", "localhost:8080",
         "localhost:8079", "localhost:8080", "node3", WITH_PEERS, NULL, NULL,
         false},
    };

    (void)state;
    CHECK(rows);
}

static void variables_of_raft_example(void **state)
{
    static const struct row rows[] = {
        {"SERVER_PORT=2221 RAFT_NODE_ID=node1 RAFT_PORT=1111 RAFT_VOL_DIR=v/1 "
         "raftd",
         "node1", "127.0.0.1:2221", "127.0.0.1:1111", "v/1", FOUNDS, NULL,
         "SERVER_PORT,RAFT_PORT,RAFT_NODE_ID,RAFT_VOL_DIR", false},
        {"SERVER_IP=127.0.0.2 SERVER_PORT=65535 RAFT_IP=127.0.0.3 RAFT_PORT=1 "
         "raftd",
         "127.0.0.3:1", "127.0.0.2:65535", "127.0.0.3:1", "raftd-127.0.0.3_1",
         FOUNDS, NULL, "SERVER_IP,SERVER_PORT,RAFT_IP,RAFT_PORT", false},
        {"SERVER_PORT=2221 raftd", "127.0.0.1:8080", "127.0.0.1:2221",
         "127.0.0.1:8080", "raftd-127.0.0.1_8080", WAITS, NULL, "SERVER_PORT",
         false},
        {"RAFT_NODE_ID=n raftd", "n", "127.0.0.1:8079", "127.0.0.1:8080",
         "raftd-n", FOUNDS, NULL, "RAFT_NODE_ID", false},
        {"RAFT_NODE_ID= RAFT_PORT= SERVER_PORT= raftd", "localhost:8080",
         "localhost:8079", "localhost:8080", "raftd-localhost_8080", WAITS,
         NULL, NULL, false},
        {"RAFT_NODE_ID=n RAFT_PORT=1111 raftd -join :99", "n", "127.0.0.1:8079",
         "127.0.0.1:1111", "raftd-n", ASKS, "127.0.0.1:99",
         "RAFT_PORT,RAFT_NODE_ID", false},
    };

    (void)state;
    CHECK(rows);
}

static void flags_and_variables_of_raft_kv(void **state)
{
    static const struct row rows[] = {
        {"BOOTSTRAP=True raftd", "127.0.0.1:3000", "127.0.0.1:8080",
         "127.0.0.1:3000", "raftd-127.0.0.1_3000", FOUNDS, NULL, "BOOTSTRAP",
         true},
        {"BOOTSTRAP=False DATA_DIR=d PORT=8081 raftd", "127.0.0.1:3000",
         "127.0.0.1:8081", "127.0.0.1:3000", "d", WAITS, NULL,
         "PORT,DATA_DIR,BOOTSTRAP", true},
        {"BIND=127.0.0.2:3001 JOIN=127.0.0.1:8080 PORT=8081 BOOTSTRAP=yes "
         "raftd",
         "127.0.0.2:3001", "127.0.0.2:8081", "127.0.0.2:3001",
         "raftd-127.0.0.2_3001", ASKS, "127.0.0.1:8080",
         "BIND,PORT,JOIN,BOOTSTRAP", true},
        {"PORT=8082 raftd --bind 127.0.0.1:3002 --join 127.0.0.1:8080 "
         "--datadir d",
         "127.0.0.1:3002", "127.0.0.1:8082", "127.0.0.1:3002", "d", ASKS,
         "127.0.0.1:8080", "PORT", true},
        {"raftd --bind 127.0.0.1:3000 --datadir d --bootstrap",
         "127.0.0.1:3000", "127.0.0.1:8080", "127.0.0.1:3000", "d", FOUNDS,
         NULL, NULL, true},
        {"raftd --datadir d", "127.0.0.1:3000", "127.0.0.1:8080",
         "127.0.0.1:3000", "d", WAITS, NULL, NULL, true},
        {"JOIN=node1:8080 raftd", "127.0.0.1:3000", "127.0.0.1:8080",
         "127.0.0.1:3000", "raftd-127.0.0.1_3000", ASKS, "node1:8080", "JOIN",
         true},
    };

    (void)state;
    CHECK(rows);
}

/* Which one counts, and that a variable that is beaten sets nothing else. */
static void what_beats_what(void **state)
{
    static const struct row rows[] = {
        {"PORT=1 BIND=h:2 DATA_DIR=x JOIN=h:3 BOOTSTRAP=1 raftd -id a -haddr "
         ":10 -raddr :11 -join :12 -bootstrap d",
         "a", "127.0.0.1:10", "127.0.0.1:11", "d", ASKS, "127.0.0.1:12", NULL,
         false},
        {"SERVER_PORT=1 SERVER_IP=h RAFT_PORT=2 RAFT_IP=h RAFT_NODE_ID=x "
         "RAFT_VOL_DIR=x raftd -id a -haddr :10 -raddr :11 --datadir d",
         "a", "127.0.0.1:10", "127.0.0.1:11", "d", WAITS, NULL, NULL, true},
        {"BOOTSTRAP=True raftd -bootstrap=false -id a", "a", "localhost:8079",
         "localhost:8080", "raftd-a", WAITS, NULL, NULL, false},
        {"RAFTD_HADDR=:10 RAFTD_RADDR=:11 RAFTD_ID=a PORT=1 BIND=h:2 "
         "RAFT_NODE_ID=b raftd",
         "a", "127.0.0.1:10", "127.0.0.1:11", "raftd-a", WAITS, NULL, NULL,
         false},
        {"RAFTD_RADDR=:11 raftd --bind 127.0.0.1:12", "127.0.0.1:12",
         "127.0.0.1:8080", "127.0.0.1:12", "raftd-127.0.0.1_12", WAITS, NULL,
         NULL, true},
        {"RAFTD_JOIN=:12 JOIN=:13 raftd", "localhost:8080", "localhost:8079",
         "localhost:8080", "raftd-localhost_8080", ASKS, "127.0.0.1:12", NULL,
         false},
        {"RAFT_PORT=tcp://h:1 SERVER_PORT=http PORT=x raftd -id a -haddr :10 "
         "-raddr :11",
         "a", "127.0.0.1:10", "127.0.0.1:11", "raftd-a", WAITS, NULL, NULL,
         false},
        {"RAFTD_JOIN=h:1 RAFTD_BOOTSTRAP=1 raftd --peers localhost:8080",
         "localhost:8080", "localhost:8079", "localhost:8080",
         "raftd-localhost_8080", WITH_PEERS, NULL, NULL, false},
        {"RAFTD_PEERS=:1,:2 raftd -join :12", "localhost:8080",
         "localhost:8079", "localhost:8080", "raftd-localhost_8080", ASKS,
         "127.0.0.1:12", NULL, false},
        {"RAFTD_PEERS=localhost:8080,:2 raftd -join= -bootstrap=false d",
         "localhost:8080", "localhost:8079", "localhost:8080", "d", WITH_PEERS,
         NULL, NULL, false},
        {"RAFTD_PEERS=:1,:2 raftd -bootstrap", "localhost:8080",
         "localhost:8079", "localhost:8080", "raftd-localhost_8080", FOUNDS,
         NULL, NULL, false},
        {"JOIN=h:1 BOOTSTRAP=1 raftd --peers localhost:8080", "localhost:8080",
         "localhost:8079", "localhost:8080", "raftd-localhost_8080", WITH_PEERS,
         NULL, NULL, false},
    };

    (void)state;
    CHECK(rows);
}

/* Two demos at once, as long as they say nothing twice. */
static void two_demos_together(void **state)
{
    static const struct row rows[] = {
        {"RAFT_NODE_ID=n SERVER_PORT=20 JOIN=:12 raftd", "n", "127.0.0.1:20",
         "127.0.0.1:3000", "raftd-n", ASKS, "127.0.0.1:12",
         "SERVER_PORT,RAFT_NODE_ID,JOIN", true},
        {"PORT=20 SERVER_PORT=20 BIND=127.0.0.1:21 RAFT_PORT=21 "
         "RAFT_IP=127.0.0.1 DATA_DIR=d RAFT_VOL_DIR=d raftd",
         "127.0.0.1:21", "127.0.0.1:20", "127.0.0.1:21", "d", FOUNDS, NULL,
         "SERVER_PORT,RAFT_IP,RAFT_PORT,RAFT_VOL_DIR,BIND,PORT,DATA_DIR", true},
        {"PORT=20 raftd -id a -raddr localhost:11 -bootstrap", "a",
         "localhost:20", "localhost:11", "raftd-a", FOUNDS, NULL, "PORT", true},
        {"raftd -raddr localhost:11 --bind :11 --datadir d d", "127.0.0.1:11",
         "127.0.0.1:8080", "127.0.0.1:11", "d", FOUNDS, NULL, NULL, true},
    };

    (void)state;
    CHECK(rows);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(flags_of_raft_kv_demo),
    cmocka_unit_test(flags_of_hraftd_and_raftdb),
    cmocka_unit_test(variables_of_raft_example),
    cmocka_unit_test(flags_and_variables_of_raft_kv),
    cmocka_unit_test(what_beats_what),
    cmocka_unit_test(two_demos_together),
};

T_MAIN(tests)
