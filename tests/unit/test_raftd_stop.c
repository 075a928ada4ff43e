/* SPDX-License-Identifier: MIT
 *
 * test_raftd_stop.c - raftd's end, asked for by a signal or a request. A disk
 * that hangs does not hold it up: what is done first is done, and the next
 * start removes the rest.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "tests/t.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmd/raftd/server.h"
#include "tests/unit/http_client.h"
#include "tests/unit/storage_place.h"

enum { WAIT_S = 30, BLOCK_BYTES = 64, HEADER_BYTES = 40, MARK = 3 };

/* A process, and what it shares with us. */
static struct running {
    pid_t pid;           /* 0: it has ended */
    atomic_int port;     /* 0: it does not serve yet */
    const char *hang;    /* of files with this in their path */
    atomic_bool hanging; /* from now on, for ever */
    atomic_bool hangs;
} * running;

/* In place of the C library's. Storage's files have it called on them. */
int fdatasync(int fd)
{
    char link[64];
    char path[PATH_MAX] = "";

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (running != NULL && atomic_load(&running->hanging) &&
        readlink(link, path, sizeof path - 1) > 0 &&
        strstr(path, running->hang) != NULL) {
        atomic_store(&running->hangs, true);
        for (;;) {
            pause();
        }
    }
    return fsync(fd);
}

static int run(char *directory, bool blank)
{
    static struct raftd_options options;
    static struct server server;
    char *argv[] = {"raftd",       "-haddr",
                    "127.0.0.1:0", "-raddr",
                    "127.0.0.1:0", "--http-workers",
                    "4",           "--log-level",
                    "error",       blank ? "--datadir" : "-bootstrap",
                    directory,     NULL};
    int code = raftd_options_read(11, argv, &options);

    if (code == -1) {
        server_catch_signals();
        log_open(options.log_level, options.name);
        code = server_open(&server, &options);
    }
    if (code != -1) {
        return code;
    }
    atomic_store(&running->port, http_port(server.http));
    return server_run(&server);
}

static void wait_a_moment(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

#define UNTIL(condition)                           \
    do {                                           \
        const time_t until_ = time(NULL) + WAIT_S; \
        while (!(condition)) {                     \
            assert_true(time(NULL) <= until_);     \
            wait_a_moment();                       \
        }                                          \
    } while (0)

static int write_status(void)
{
    return http_client_status((uint16_t)atomic_load(&running->port), "POST",
                              "/key", "{\"k\":\"v\"}");
}

static void start_process(struct place *place, const char *hang, bool blank)
{
    running = mmap(NULL, sizeof *running, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(running != MAP_FAILED);
    running->hang = hang;
    const pid_t pid = fork();

    if (pid == 0) {
        _exit(run(place->path, blank));
    }
    assert_true(pid > 0);
    running->pid = pid;
    UNTIL(atomic_load(&running->port) != 0);
}

/* It leads, and one write is acknowledged. */
static void start(struct place *place, const char *hang)
{
    start_process(place, hang, false);
    UNTIL(write_status() == 200);
    atomic_store(&running->hanging, true);
}

/* A request that the disk then holds up: its connection. */
static int ask(const char *target, const char *body)
{
    char request[256];
    const int fd = http_client_connect((uint16_t)atomic_load(&running->port));
    const int length =
        snprintf(request, sizeof request,
                 "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                 "Content-Length: %zu\r\n\r\n%s",
                 target, atomic_load(&running->port), strlen(body), body);

    assert_true(fd >= 0);
    assert_true(http_client_send(fd, request, (size_t)length));
    UNTIL(atomic_load(&running->hangs));
    return fd;
}

static void is_answered(int fd, int status)
{
    struct http_reply reply = http_client_receive(fd, true, 1000 * WAIT_S);

    assert_int_equal(reply.status, status);
    http_reply_free(&reply);
    close(fd);
}

static bool has_ended(int *status)
{
    return waitpid(running->pid, status, WNOHANG) == running->pid;
}

static void ends_with_success(void)
{
    int status = -1;

    UNTIL(has_ended(&status));
    running->pid = 0;
    atomic_store(&running->hanging, false); /* not for us */
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_SUCCESS);
}

static bool exists(const struct place *place, const char *name)
{
    char path[PATH_MAX + 64];

    place_of(place, name, path);
    return access(path, F_OK) == 0;
}

/* Type of the last record in the log: a mark when it was closed in order. */
static int last_record(const struct place *place)
{
    char path[PATH_MAX + 64];
    uint8_t header[HEADER_BYTES];
    long at = BLOCK_BYTES;
    int type = 0;
    FILE *file;

    place_of(place, "log-00000001", path);
    file = fopen(path, "rb");
    assert_non_null(file);
    while (fseek(file, at, SEEK_SET) == 0 &&
           fread(header, sizeof header, 1, file) == 1 && header[12] != 0) {
        type = header[12];
        at += HEADER_BYTES + ((header[8] | header[9] << 8) + 7) / 8 * 8;
    }
    fclose(file);
    return type;
}

static void is_whole(const struct place *place, size_t least_entries)
{
    struct storage *const s = place_open(place->path);

    assert_true(place_load(s) >= least_entries);
    storage_close(s);
}

/* Founding, the no-op, the write. */
enum { LEAST_ENTRIES = 3 };

/* Clients are answered and the log is closed before anybody waits for it. */
static void a_snapshot_that_hangs_does_not_hold_up_the_end(void **state)
{
    struct place *const place = *state;

    start(place, "snapshot.new");
    const int fd = ask("/cluster/snapshot", "");

    kill(running->pid, SIGTERM);
    is_answered(fd, 503);
    ends_with_success();
    assert_true(exists(place, "snapshot.new"));
    assert_int_equal(last_record(place), MARK);
    is_whole(place, LEAST_ENTRIES);
    assert_false(exists(place, "snapshot.new"));
}

static void a_log_that_hangs_does_not_hold_up_the_end(void **state)
{
    struct place *const place = *state;

    start(place, "log-");
    const int fd = ask("/key", "{\"k\":\"never\"}");

    kill(running->pid, SIGTERM);
    is_answered(fd, 504);
    ends_with_success();
    is_whole(place, LEAST_ENTRIES);
}

static int kill_status(void)
{
    return http_client_status((uint16_t)atomic_load(&running->port), "POST",
                              "/kill", NULL);
}

static void a_request_ends_it_in_order(void **state)
{
    struct place *const place = *state;

    start(place, "nothing");
    assert_int_equal(kill_status(), 200);
    ends_with_success();
    assert_int_equal(last_record(place), MARK);
    is_whole(place, LEAST_ENTRIES);
}

static void a_blank_server_can_be_ended_too(void **state)
{
    struct place *const place = *state;

    start_process(place, "nothing", true);
    assert_int_equal(write_status(), 503);
    assert_int_equal(kill_status(), 200);
    ends_with_success();
}

static int end(void **state)
{
    if (running->pid > 0) { /* the test has failed */
        kill(running->pid, SIGKILL);
        waitpid(running->pid, NULL, 0);
    }
    munmap(running, sizeof *running);
    running = NULL;
    return place_remove(state);
}

#define test(name) cmocka_unit_test_setup_teardown(name, place_create, end)

static const struct CMUnitTest tests[] = {
    test(a_snapshot_that_hangs_does_not_hold_up_the_end),
    test(a_log_that_hangs_does_not_hold_up_the_end),
    test(a_request_ends_it_in_order),
    test(a_blank_server_can_be_ended_too),
};

T_MAIN(tests)
