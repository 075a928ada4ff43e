/* SPDX-License-Identifier: MIT
 *
 * test_raftd_versions.c - raftd on a directory that a later version has used.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/raftd/server.h"
#include "tests/unit/storage_place.h"

enum { LATER = RAFT_CONFIG_VERSION + 1 };

/* A cluster whose first configuration has this version. */
static void found(const struct place *place, uint8_t version)
{
    struct raft_config config = {.member_count = 1};
    struct storage *s = place_open(place->path);
    struct storage_error error;
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];

    config.members[0] = (struct raft_member){storage_identity(s)->server_id,
                                             true, false, "127.0.0.1:1", "n1"};
    const struct raft_entry first = {
        .term = 1,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(&config, bytes),
        .bytes = bytes};

    bytes[0] = version;
    assert_int_equal(storage_found_cluster(s, 7, &first, false, &error), 0);
    storage_close(s);
}

/* Exit code of a start, and what it says. */
static int start(char *directory, char said[1024])
{
    static struct raftd_options options;
    static struct server server;
    char *argv[] = {"raftd",  "-haddr",      "127.0.0.1:0",
                    "-raddr", "127.0.0.1:0", "--log-level",
                    "error",  directory,     NULL};
    FILE *const file = tmpfile();
    int status = 0;

    assert_non_null(file);
    const pid_t pid = fork();

    if (pid == 0) {
        int code = raftd_options_read(8, argv, &options);

        (void)dup2(fileno(file), STDERR_FILENO);
        log_open(options.log_level, options.name);
        code = code == -1 ? server_open(&server, &options) : code;
        _exit(code == -1 ? 0 : code);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    rewind(file);
    said[fread(said, 1, 1023, file)] = '\0';
    (void)fclose(file);
    return WEXITSTATUS(status);
}

static void both_versions_of_configurations_are_named(void **state)
{
    struct place *place = *state;
    char said[1024];

    found(place, LATER);
    assert_int_equal(start(place->path, said), EXIT_CORRUPT);
    assert_non_null(strstr(said, "entry 1 of the log is a configuration of "
                                 "version 3; this raftd reads up to version "
                                 "2"));
}

static void this_version_is_read(void **state)
{
    struct place *place = *state;
    char said[1024];

    found(place, RAFT_CONFIG_VERSION);
    assert_int_equal(start(place->path, said), 0);
    assert_string_equal(said, "");
}

#define test(name) \
    cmocka_unit_test_setup_teardown(name, place_create, place_remove)

static const struct CMUnitTest tests[] = {
    test(both_versions_of_configurations_are_named),
    test(this_version_is_read),
};

T_MAIN(tests)
