/* SPDX-License-Identifier: MIT
 *
 * test_raftd_dialect_refused.c - flags and variables that contradict
 * themselves or each other: exit code 64, and a line that names them.
 */
#include "tests/t.h"

#include <string.h>

#include "tests/unit/flags_rig.h"

/* ---- What is refused ------------------------------------------------------
 */

/* The line, and what stands on stderr; always exit code 64. */
static const char *const refused[][2] = {
    {"raftd --peers :8080,:81 -raddr :8080 -join :1", "--peers and -join:"},
    {"raftd --peers :8080,:81 -raddr :8080 -bootstrap",
     "--peers and -bootstrap:"},
    {"RAFTD_PEERS=localhost:8080 JOIN=:1 raftd", "--peers and JOIN:"},
    {"RAFTD_PEERS=localhost:8080 BOOTSTRAP=1 raftd", "--peers and BOOTSTRAP:"},
    {"raftd --peers :8080,:81,127.0.0.1:81 -raddr :8080", "is there twice"},
    {"raftd -nonsense", "unknown option -nonsense"},
    {"raftd -nonsense", "usage: raftd [OPTIONS] [DIRECTORY]"},
    {"raftd -v", "unknown option -v\n"},
    {"raftd one two", "unexpected argument 'two'"},
    {"raftd -join", "--join needs a value"},
    {"raftd --join=:0", "-join :0: not HOST:PORT with a port from 1 to 65535"},
    {"raftd -join here", "-join here: not HOST:PORT with a port from 1 to"},
    {"raftd -join h:0", "-join h:0: not HOST:PORT with a port from 1 to"},
    {"JOIN=h:65536 raftd", "JOIN h:65536: not HOST:PORT with a port from 1"},
    {"raftd -haddr :5 -join localhost:5", "own HTTP address"},
    {"raftd -haddr localhost:5 -join :5", "own HTTP address"},
    {"raftd -haddr 0.0.0.0:5 --http-advertise h:5 -join h:5", "own HTTP"},
    {"raftd -haddr 0.0.0.0:5 --http-advertise h:6 -join :5", "own HTTP"},
    {"JOIN=127.0.0.1:8080 raftd", "JOIN 127.0.0.1:8080: that is this server's"},
    {"raftd -haddr [::1]:5", "HOST:PORT with a port up to 65535; IPv4 only"},
    {"raftd -haddr :5 -join [::1]:6", "of a member; IPv4 only"},
    {"raftd --peers [::1]:5,:6", "is not HOST:PORT; IPv4 only"},
    {"raftd --raft-advertise ::1:5", "from 1 to 65535; IPv4 only"},
    {"raftd -haddr :5 -raddr localhost:5",
     "-haddr :5 and -raddr localhost:5 are one port: give each its own"},
    {"raftd -haddr 0.0.0.0:5 --http-advertise h:5 -raddr :5", "are one port"},
    {"raftd -haddr :5 -raddr 0.0.0.0:5 --raft-advertise h:5", "are one port"},
    {"RAFT_PORT=8079 raftd", "and RAFT_IP and RAFT_PORT 127.0.0.1:8079 are"},
    {"RAFTD_JOIN=:1 RAFTD_PEERS=:8080 raftd", "--peers and -join:"},
    {"PORT=tcp://h:1 raftd -raddr :5", "environment PORT: 'tcp://h:1' is not"},
    {"PORT=0 raftd", "environment PORT: 0 is less than 1"},
    {"PORT=65536 raftd", "environment PORT: 65536 is more than 65535"},
    {"SERVER_PORT=x raftd",
     "environment SERVER_PORT: 'x' is not a number from 1 to 65535"},
    {"RAFT_PORT=-1 raftd", "environment RAFT_PORT: '-1' is not a number"},
    {"BOOTSTRAP=maybe raftd",
     "environment BOOTSTRAP: 'maybe' is neither true nor false"},
    {"BIND=127.0.0.1 raftd", "BIND 127.0.0.1: not HOST:PORT with a port"},
    {"BIND=127.0.0.1:0 raftd", "BIND 127.0.0.1:0: not HOST:PORT with a port"},
    {"raftd --bind :0", "--bind :0: not HOST:PORT with a port from 1 to 65535"},
    {"raftd --bind 0.0.0.0:3", "say with --http-advertise HOST:PORT"},
    {"raftd -haddr :5 --bind 0.0.0.0:3", "say with --raft-advertise HOST:PORT"},
    {"SERVER_IP=a/b raftd", "SERVER_IP and SERVER_PORT a/b:8079: not HOST:P"},
    {"RAFT_IP=a:b raftd", "RAFT_IP and RAFT_PORT a:b:8080: not HOST:PORT"},
    {"RAFT_NODE_ID=\a raftd", "RAFT_NODE_ID \"?\": printable ASCII only, no"},
    {"SERVER_PORT=1 PORT=2 raftd", "SERVER_PORT 1 and PORT 2 contradict"},
    {"BIND=:3 RAFT_PORT=4 raftd", "BIND's port 3 and RAFT_PORT 4 contradict"},
    {"BIND=a:3 RAFT_IP=b raftd", "BIND's host a and RAFT_IP b contradict"},
    {"DATA_DIR=a RAFT_VOL_DIR=b raftd", "RAFT_VOL_DIR b and DATA_DIR a contra"},
    {"raftd -raddr :1 --bind :2", "-raddr :1 and --bind :2 contradict"},
    {"raftd --datadir a b", "the directory b and --datadir a contradict"},
    {"raftd --force-new-cluster -join :5 d", "not with -join"},
    {"raftd --force-new-cluster -bootstrap d", "not with -bootstrap"},
};

static void what_contradicts_itself_is_refused(void **state)
{
    struct raftd_options options;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const int code = flags_read(refused[i][0], &options);

        if (code != EXIT_USAGE ||
            strstr(flags_rig.said, refused[i][1]) == NULL) {
            fail_msg("%s: %d: %s", refused[i][0], code, flags_rig.said);
        }
    }
}

/* Such a container's variables say how its raftd begins, not how it is saved.
 */
static void a_forced_cluster_takes_a_directory_from_variables(void **state)
{
    struct raftd_options options;

    (void)state;
    assert_int_equal(flags_read("DATA_DIR=d BIND=127.0.0.1:3 JOIN=:1 "
                                "BOOTSTRAP=1 raftd --force-new-cluster",
                                &options),
                     -1);
    assert_string_equal(options.directory, "d");
    assert_true(options.names_raft_address);
    assert_string_equal(options.raft_advertise, "127.0.0.1:3");
    assert_int_equal(flags_read("raftd --force-new-cluster d", &options), -1);
    assert_false(options.names_raft_address);
    assert_int_equal(
        flags_read("DATA_DIR=d raftd --force-new-cluster", &options), -1);
    assert_false(options.names_raft_address);
}

/* Links to raftd have these names. */
static void the_usage_has_the_name_it_was_called_by(void **state)
{
    struct raftd_options options;

    (void)state;
    assert_int_equal(flags_read("/usr/bin/hraftd -nonsense", &options),
                     EXIT_USAGE);
    assert_string_equal(
        flags_rig.said,
        "hraftd: unknown option -nonsense\n"
        "usage: hraftd [OPTIONS] [DIRECTORY] (--help explains)\n");
    assert_int_equal(flags_read("raft-kv-demo -join x", &options), EXIT_USAGE);
    assert_memory_equal(flags_rig.said, "raft-kv-demo: -join x: ", 23);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_contradicts_itself_is_refused),
    cmocka_unit_test(a_forced_cluster_takes_a_directory_from_variables),
    cmocka_unit_test(the_usage_has_the_name_it_was_called_by),
};

T_MAIN(tests)
