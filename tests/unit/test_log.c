/* SPDX-License-Identifier: MIT
 *
 * test_log.c - whatever goes in, one event stays one line of logfmt.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/common/log.h"

static char said[4096];
static int own_stderr;

/* From here on stderr goes into a pipe; what went in is in said. */
static int pipe_ends[2];

static void listen_to_stderr(void)
{
    assert_int_equal(pipe(pipe_ends), 0);
    own_stderr = dup(STDERR_FILENO);
    dup2(pipe_ends[1], STDERR_FILENO);
    close(pipe_ends[1]);
}

static void stop_listening(void)
{
    ssize_t count;

    dup2(own_stderr, STDERR_FILENO);
    close(own_stderr);
    count = read(pipe_ends[0], said, sizeof said - 1);
    said[count < 0 ? 0 : count] = '\0';
    close(pipe_ends[0]);
}

/* What follows the time. */
static const char *event(void)
{
    const char *level = strstr(said, " level=");

    assert_non_null(level);
    assert_int_equal(strncmp(said, "ts=2", 4), 0);
    assert_int_equal(strcspn(said, "\n"), strlen(said) - 1);
    return level + 1;
}

static void log_line_has_level_node_term_and_fields(void **state)
{
    struct log_line line;

    (void)state;
    log_open(LOG_INFO, "node1");
    log_set_term(7);
    listen_to_stderr();
    log_begin(&line, LOG_WARN, "a thing");
    log_text(&line, "addr", "127.0.0.1:80");
    log_u64(&line, "count", UINT64_MAX);
    log_id(&line, "id", 0xabc);
    log_end(&line);
    stop_listening();
    log_set_term(0);
    assert_string_equal(event(), "level=warn node=node1 term=7 msg=\"a thing\" "
                                 "addr=127.0.0.1:80 count=18446744073709551615 "
                                 "id=0000000000000abc\n");
}

static void log_line_below_the_level_is_not_written(void **state)
{
    (void)state;
    log_open(LOG_WARN, "n");
    assert_true(log_wants(LOG_ERROR));
    assert_false(log_wants(LOG_INFO));
    listen_to_stderr();
    log_event(LOG_INFO, "quiet");
    log_event(LOG_WARN, "loud");
    stop_listening();
    assert_string_equal(event(), "level=warn node=n msg=\"loud\"\n");
}

/* bugs.md H9: a name with a newline in it must not forge a line. */
static void log_values_cannot_forge_lines_or_fields(void **state)
{
    struct log_line line;

    (void)state;
    log_open(LOG_INFO, "n");
    listen_to_stderr();
    log_begin(&line, LOG_INFO, "m");
    log_text(&line, "a", "x\nlevel=error");
    log_text(&line, "b", "say \"hi\" \\ \x1b[31m");
    log_text(&line, "c", "");
    log_text(&line, "d", "\xc2\x9b");
    log_end(&line);
    stop_listening();
    assert_string_equal(event(),
                        "level=info node=n msg=\"m\" a=\"x\\x0alevel=error\" "
                        "b=\"say \\\"hi\\\" \\\\ \\x1b[31m\" c=\"\" "
                        "d=\"\\xc2\\x9b\"\n");
}

static void log_line_that_is_too_long_is_cut_and_says_so(void **state)
{
    char huge[5000];

    (void)state;
    memset(huge, 'y', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';

    struct log_line line;

    log_open(LOG_INFO, "n");
    listen_to_stderr();
    log_begin(&line, LOG_INFO, "m");
    log_text(&line, "huge", huge);
    log_text(&line, "after", "lost");
    log_end(&line);
    stop_listening();
    assert_string_equal(event(), "level=info node=n msg=\"m\" huge= ...\n");
}

static void log_worded_keeps_message_and_fields_apart(void **state)
{
    (void)state;
    log_open(LOG_INFO, "n");
    listen_to_stderr();
    log_worded(LOG_INFO, "peer lost addr=a:1 reason=\"no\nroute\"");
    stop_listening();
    assert_string_equal(event(), "level=info node=n msg=\"peer lost\" "
                                 "addr=a:1 reason=\"no?route\"\n");
    listen_to_stderr();
    log_worded(LOG_INFO, "no fields");
    stop_listening();
    assert_string_equal(event(), "level=info node=n msg=\"no fields\"\n");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(log_line_has_level_node_term_and_fields),
    cmocka_unit_test(log_line_below_the_level_is_not_written),
    cmocka_unit_test(log_values_cannot_forge_lines_or_fields),
    cmocka_unit_test(log_line_that_is_too_long_is_cut_and_says_so),
    cmocka_unit_test(log_worded_keeps_message_and_fields_apart),
};

T_MAIN(tests)
