/* SPDX-License-Identifier: MIT
 *
 * test_raftd_settings.c - addresses as people type them, and what the flags
 * leave open.
 */
#include "tests/t.h"

#include <string.h>

#include "cmd/raftd/options.h"

static void address_reads_what_people_type(void **state)
{
    struct endpoint address;
    char text[ADDRESS_BYTES];

    (void)state;
    assert_true(endpoint_read(":8080", &address));
    endpoint_write(&address, text);
    assert_string_equal(text, "127.0.0.1:8080");
    assert_true(endpoint_read("node-1.example:0", &address));
    endpoint_write(&address, text);
    assert_string_equal(text, "node-1.example:0");
    assert_true(endpoint_read("localhost:65535", &address));
    t_u64_eq(address.port, 65535);
}

static void address_refuses_what_is_none(void **state)
{
    static const char *const bad[] = {
        "",          "8080",      "host",           "host:",
        "host:port", "host:-1",   "host:65536",     "host:123456",
        "host:80 ",  "ho st:80",  "http://h:80",    "[::1]:80",
        "h\n:80",    "host:80/x", "host:4294967376"};
    struct endpoint address = {.host = "untouched"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (endpoint_read(bad[i], &address)) {
            fail_msg("\"%s\" was taken for an address", bad[i]);
        }
        assert_string_equal(address.host, "untouched");
    }
}

static void address_longer_than_its_place_is_refused(void **state)
{
    struct endpoint address;
    char text[ADDRESS_BYTES + 8];

    (void)state;
    memset(text, 'a', sizeof text);
    strcpy(text + sizeof address.host - 1, ":80");
    assert_true(endpoint_read(text, &address));
    memset(text, 'a', sizeof text);
    strcpy(text + sizeof address.host, ":80");
    assert_false(endpoint_read(text, &address));
}

static void address_same_knows_localhost(void **state)
{
    (void)state;
    assert_true(endpoint_same("localhost:80", "127.0.0.1:80"));
    assert_true(endpoint_same(":80", "localhost:80"));
    assert_false(endpoint_same("localhost:80", "localhost:81"));
    assert_false(endpoint_same("other:80", "localhost:80"));
    assert_false(endpoint_same("nonsense", "nonsense"));
}

static void address_tells_loopback_from_the_rest(void **state)
{
    (void)state;
    assert_true(endpoint_is_loopback("127.0.0.1:80"));
    assert_true(endpoint_is_loopback("127.9.9.9:80"));
    assert_false(endpoint_is_loopback("12.7.0.1:80"));
    assert_true(endpoint_is_any("0.0.0.0:80"));
    assert_false(endpoint_is_any("10.0.0.0:80"));
}

/* ---- Flags -------------------------------------------------------------- */

static struct raftd_flags plain_flags(void)
{
    return (struct raftd_flags){.haddr = "localhost:8079",
                                .raddr = "localhost:8080",
                                .election_timeout = "150-300"};
}

static int check(const struct raftd_flags *flags, struct raftd_options *options)
{
    *options = (struct raftd_options){.heartbeat_ms = 50};
    return raftd_options_check(flags, options);
}

static void settings_fill_in_what_is_left_open(void **state)
{
    struct raftd_flags flags = plain_flags();
    struct raftd_options options;

    (void)state;
    assert_int_equal(check(&flags, &options), -1);
    assert_string_equal(options.name, "localhost:8080");
    assert_string_equal(options.directory, "raftd-localhost_8080");
    assert_string_equal(options.raft_listen, "127.0.0.1:8080");
    assert_string_equal(options.raft_advertise, "localhost:8080");
    assert_string_equal(options.http_advertise, "localhost:8079");
    assert_false(options.bootstrap);
}

static void settings_a_named_directory_is_meant(void **state)
{
    struct raftd_flags flags = plain_flags();
    struct raftd_options options;

    (void)state;
    flags.directory = "d";
    assert_int_equal(check(&flags, &options), -1);
    assert_true(options.bootstrap);
    assert_false(options.says_bootstrap); /* not in so many words */
    flags.peers = "localhost:8080,other:8080";
    assert_int_equal(check(&flags, &options), -1);
    assert_false(options.bootstrap);
    flags.bootstrap = true;
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.peers = NULL;
    assert_int_equal(check(&flags, &options), -1);
    assert_true(options.bootstrap && options.says_bootstrap);
}

static void settings_find_our_place_among_the_peers(void **state)
{
    struct raftd_flags flags = plain_flags();
    struct raftd_options options;

    (void)state;
    flags.peers = "other:8080,127.0.0.1:8080,third:8080";
    assert_int_equal(check(&flags, &options), -1);
    t_u64_eq(options.peer_count, 3);
    t_u64_eq(options.own_peer, 1);
    flags.peers = "other:8080,third:8080";
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.raft_advertise = "third:8080";
    assert_int_equal(check(&flags, &options), -1);
    t_u64_eq(options.own_peer, 1);
    flags.peers = "third:8080,";
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.peers = "third:8080,a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1";
    assert_int_equal(check(&flags, &options), -1);
    flags.peers = "third:8080,a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1,i:1";
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
}

static void settings_read_times(void **state)
{
    static const char *const bad[] = {
        "",        "x",      "10",      "150-", "-300",
        "300-150", "150-30", "150 300", "1e3",  "99999999999999999999"};
    struct raftd_flags flags = plain_flags();
    struct raftd_options options;

    (void)state;
    flags.election_timeout = "200";
    assert_int_equal(check(&flags, &options), -1);
    t_u64_eq(options.election_ms_min, 200);
    t_u64_eq(options.election_ms_max, 400);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        flags.election_timeout = bad[i];
        assert_int_equal(check(&flags, &options), EXIT_USAGE);
    }
    flags.election_timeout = "90-300"; /* the heartbeat is 50 */
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
}

static void settings_names_are_plain(void **state)
{
    struct raftd_flags flags = plain_flags();
    struct raftd_options options;
    char longest[NET_MAX_NAME + 1];

    (void)state;
    flags.id = "../node/1";
    assert_int_equal(check(&flags, &options), -1);
    assert_string_equal(options.directory, "raftd-.._node_1");
    flags.id = "a b";
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.id = "a\nb";
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.id = "";
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    memset(longest, 'n', sizeof longest);
    longest[NET_MAX_NAME] = '\0';
    flags.id = longest;
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    longest[NET_MAX_NAME - 1] = '\0';
    assert_int_equal(check(&flags, &options), -1);
}

static void settings_each_side_has_a_port_of_its_own(void **state)
{
    struct raftd_flags flags = plain_flags();
    struct raftd_options options;

    (void)state;
    flags.haddr = "127.0.0.1:8080";
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.force_new_cluster = true; /* which listens nowhere */
    assert_int_equal(check(&flags, &options), -1);
    flags.force_new_cluster = false;
    flags.haddr = "127.0.0.2:8080";
    assert_int_equal(check(&flags, &options), -1);
    flags.haddr = flags.raddr = ":0"; /* any two */
    assert_int_equal(check(&flags, &options), -1);
}

static void settings_every_interface_needs_an_address_to_announce(void **state)
{
    struct raftd_flags flags = plain_flags();
    struct raftd_options options;

    (void)state;
    flags.haddr = "0.0.0.0:80";
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.http_advertise = "0.0.0.0:80";
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.http_advertise = "node1:80";
    assert_int_equal(check(&flags, &options), -1);
    assert_string_equal(options.http_listen, "0.0.0.0:80");
    assert_string_equal(options.http_advertise, "node1:80");
}

/* What loses data must not be asked for by half, or beside something else. */
static void settings_a_forced_cluster_is_asked_for_by_itself(void **state)
{
    struct raftd_flags flags = plain_flags();
    struct raftd_options options;

    (void)state;
    flags.confirm_data_loss = true;
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.force_new_cluster = true;
    assert_int_equal(check(&flags, &options), -1);
    assert_true(options.force_new_cluster && options.confirm_data_loss);
    assert_false(options.names_raft_address); /* the default says nothing */
    flags.bootstrap = true;
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.bootstrap = false;
    flags.peers = "localhost:8080,other:8080";
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.peers = NULL;
    flags.confirm_data_loss = false;
    assert_int_equal(check(&flags, &options), -1);
    assert_true(options.force_new_cluster);
    assert_false(options.confirm_data_loss);
}

static void settings_a_forced_cluster_has_an_address_that_stays(void **state)
{
    struct raftd_flags flags = plain_flags();
    struct raftd_options options;

    (void)state;
    flags.force_new_cluster = true;
    flags.raddr = "127.0.0.1:0";
    flags.raddr_by = OPTION_ARGUMENT;
    assert_int_equal(check(&flags, &options), EXIT_USAGE);
    flags.raft_advertise = "node1:80";
    assert_int_equal(check(&flags, &options), -1);
    assert_true(options.names_raft_address);
    assert_string_equal(options.raft_advertise, "node1:80");
    flags.raddr = "127.0.0.1:81";
    flags.raft_advertise = NULL;
    assert_int_equal(check(&flags, &options), -1);
    assert_true(options.names_raft_address);
    assert_string_equal(options.raft_advertise, "127.0.0.1:81");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(address_reads_what_people_type),
    cmocka_unit_test(address_refuses_what_is_none),
    cmocka_unit_test(address_longer_than_its_place_is_refused),
    cmocka_unit_test(address_same_knows_localhost),
    cmocka_unit_test(address_tells_loopback_from_the_rest),
    cmocka_unit_test(settings_fill_in_what_is_left_open),
    cmocka_unit_test(settings_a_named_directory_is_meant),
    cmocka_unit_test(settings_find_our_place_among_the_peers),
    cmocka_unit_test(settings_read_times),
    cmocka_unit_test(settings_names_are_plain),
    cmocka_unit_test(settings_each_side_has_a_port_of_its_own),
    cmocka_unit_test(settings_every_interface_needs_an_address_to_announce),
    cmocka_unit_test(settings_a_forced_cluster_is_asked_for_by_itself),
    cmocka_unit_test(settings_a_forced_cluster_has_an_address_that_stays),
};

T_MAIN(tests)
