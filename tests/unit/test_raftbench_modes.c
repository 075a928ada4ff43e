/* SPDX-License-Identifier: MIT
 *
 * test_raftbench_modes.c - raftbench's command line, and what it does beside
 * loading a server.
 */
#include "tests/t.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd/raftbench/bench.h"
#include "cmd/raftbench/ceilings.h"
#include "cmd/raftbench/ports.h"
#include "cmd/raftbench/settings.h"
#include "tests/unit/raftbench_run.h"

static void usage_errors_say_what_is_wrong(void **state)
{
    (void)state;
    assert_int_equal(raftbench("--connections 5 --keys 4"), 64);
    says(err_text, "--keys: fewer than --connections");
    assert_int_equal(raftbench("--targets 192.0.2.1:80"), 64);
    says(err_text, "192.0.2.1:80 is not a loopback address");
    assert_int_equal(raftbench("--targets nonsense"), 64);
    says(err_text, "'nonsense' is not host:port");
    assert_int_equal(raftbench("--targets="), 64);
    says(err_text, "none is given");
    assert_int_equal(raftbench("--key-prefix a\"b"), 64);
    assert_int_equal(raftbench("--ceilings --await-ready"), 64);
    assert_int_equal(raftbench("--value-bytes 15"), 64);
    assert_int_equal(raftbench("--duration 3601"), 64);
    assert_int_equal(raftbench("--figure x,ms"), 64);
    assert_int_equal(raftbench("--figure 5"), 64);
    assert_int_equal(raftbench("--free-ports 0"), 64); /* is no load either */
}

/* They would change nothing, and who gave them would not notice. */
static void an_option_without_what_it_goes_with_is_refused(void **state)
{
    (void)state;
    assert_int_equal(raftbench("--verify-targets 127.0.0.1:1"), 64);
    says(err_text, "--verify-targets goes with --verify");
    assert_int_equal(raftbench("--await-ready --verify"), 64);
    says(err_text, "--verify goes with a load");
    assert_int_equal(raftbench("--directory /tmp"), 64);
    says(err_text, "--directory goes with --ceilings");
    assert_int_equal(raftbench("--await-ready --since 5"), 64);
    says(err_text, "--since goes with --first-write");
    assert_int_equal(raftbench("--first-write --since yesterday"), 64);
    says(err_text, "--since: not nanoseconds");
    assert_int_equal(raftbench("--first-write --since 99999999999999999999"),
                     64);
    says(err_text, "--since: not nanoseconds");
    assert_int_equal(raftbench("--first-write --since 9999999999999999999"),
                     64);
    says(err_text, "--since: that moment is yet to come");
}

/* Bound, but nobody listens: connections are refused. Returns the socket. */
static int nobody(char target[32])
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof(address);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, bytes), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &bytes), 0);
    snprintf(target, 32, "127.0.0.1:%d", ntohs(address.sin_port));
    return fd;
}

static void a_question_waits_as_long_as_it_is_told(void **state)
{
    static const struct {
        const char *mode;
        const char *err;
    } cases[] = {
        {"await-ready", "is not ready after 30 ms"},
        {"find-leader", "nobody leads after 30 ms"},
        {"first-write", "no write within 30 ms"},
    };
    char target[32];
    char line[128];
    const int fd = nobody(target);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(line, sizeof(line), "--targets %s --timeout-ms 30 --%s",
                 target, cases[i].mode);
        assert_int_equal(raftbench(line), BENCH_EXIT_UNAVAILABLE);
        says(err_text, cases[i].err);
    }
    close(fd);
}

enum { CONNECTIONS = 16, LOGS = 3, ROUND_TRIPS = 10 };
enum { SHORTEST_MS = 50, LONGEST_MS = 12800 };

static struct empty_server *server;
static char directory[] = "/tmp/test_raftbench.XXXXXX";

static bool http(struct ceiling *c)
{
    return ceiling_http(c, server, CONNECTIONS);
}

static bool disk(struct ceiling *c)
{
    return ceiling_disk(c, directory, LOGS);
}

/* A busy machine gets more time, not another verdict. */
static void is_measured(bool (*ceiling)(struct ceiling *c), uint64_t least)
{
    static struct tally tally;
    struct ceiling c = {.duration_ms = SHORTEST_MS, .tally = &tally};

    do {
        tally = (struct tally){0};
        assert_true(c.duration_ms <= LONGEST_MS);
        assert_true(ceiling(&c));
        t_u64_eq(tally.error_count, 0);
        assert_true(c.measured_ns >= c.duration_ms * 1000000ull);
        c.duration_ms *= 2;
    } while (tally.latency_ns.count < least);
}

static void ceilings_are_measured(void **state)
{
    char line[128];

    (void)state;
    server = empty_server_start();
    assert_non_null(server);
    is_measured(http, CONNECTIONS);
    empty_server_stop(server);
    is_measured(ceiling_loopback, ROUND_TRIPS);
    assert_non_null(mkdtemp(directory));
    is_measured(disk, LOGS);
    assert_int_equal(rmdir(directory), 0); /* nothing is left in it */
    snprintf(line, sizeof(line), "--ceilings --directory %s", directory);
    assert_int_equal(raftbench(line), BENCH_EXIT_IO);
    says(err_text, directory);
}

static void free_ports_differ(void **state)
{
    uint16_t ports[PORTS_MAX];

    (void)state;
    assert_true(ports_find_free(ports, PORTS_MAX));
    for (size_t i = 0; i < PORTS_MAX; i++) {
        assert_true(ports[i] >= 10240 && ports[i] < 32768);
        for (size_t j = 0; j < i; j++) {
            assert_true(ports[i] != ports[j]);
        }
    }
}

static void json_rows_become_one_table(void **state)
{
    char path[] = "/tmp/test_raftbench.XXXXXX";
    FILE *rows = fdopen(mkstemp(path), "w");
    char line[128];

    (void)state;
    assert_non_null(rows);
    assert_int_equal(raftbench("--json --label restart --figure 12.34,ms"), 0);
    fprintf(rows,
            "{\"what\":\"writes\",\"connections\":64,\"per_second\":"
            "30000.4,\"p50_us\":7.2,\"errors\":2,\"error_kinds\":"
            "\"timeout 2\"}\n%s",
            out_text);
    fclose(rows);
    snprintf(line, sizeof(line), "--show %s", path);
    assert_int_equal(raftbench(line), 0);
    says(out_text, "conns     per s");
    says(out_text, "64     30000        7 ");
    says(out_text, "2  timeout 2\n");
    says(out_text, "12.3 ms\n");
    rows = fopen(path, "a");
    fprintf(rows, "not a row\n");
    fclose(rows);
    assert_int_equal(raftbench(line), BENCH_EXIT_IO);
    says(err_text, "line 3 is not a row");
    unlink(path);
    assert_int_equal(raftbench(line), BENCH_EXIT_IO);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(usage_errors_say_what_is_wrong),
    cmocka_unit_test(an_option_without_what_it_goes_with_is_refused),
    cmocka_unit_test(a_question_waits_as_long_as_it_is_told),
    cmocka_unit_test(ceilings_are_measured),
    cmocka_unit_test(free_ports_differ),
    cmocka_unit_test(json_rows_become_one_table),
};

T_MAIN(tests)
