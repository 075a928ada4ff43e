/* SPDX-License-Identifier: MIT
 *
 * test_raftbench.c - the load generator against servers that misbehave.
 */
#include "tests/t.h"

#include <civetweb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftbench/bench.h"
#include "cmd/raftbench/settings.h"

enum { KEY_COUNT = 40 };

/* One store behind two servers: the second one redirects to the first. */
static struct store {
    char values[KEY_COUNT][VALUE_MIN_BYTES]; /* "" = missing */
    unsigned write_count;
    unsigned redirect_count;
    unsigned forget_every; /* acknowledge the n-th write and drop it */
    unsigned fail_every;   /* answer the n-th write ... */
    int fail_with;         /* ... with this; 0: close within the answer */
    bool fail_after_doing; /* ... though it was done */
    bool close_each;       /* end the connection with each answer */
} store;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char leader_host[32];
static struct mg_context *leader;
static struct mg_context *follower;
static char targets[80]; /* both */

static void answer(struct mg_connection *c, int status, const char *header,
                   const char *body, size_t body_bytes)
{
    char text[512];
    const int n = snprintf(text, sizeof(text),
                           "HTTP/1.1 %d X\r\n%sContent-Length: %zu\r\n"
                           "Connection: %s\r\n\r\n%.*s",
                           status, header, body_bytes,
                           store.close_each ? "close" : "keep-alive",
                           (int)body_bytes, body);

    mg_write(c, text, (size_t)n);
}

static char *value_of_key(const char *text)
{
    const char *digits = strstr(text, "bench-");

    return store.values[strtoul(digits + 6, NULL, 10) % KEY_COUNT];
}

static int take_write(struct mg_connection *c)
{
    char body[1024] = "";
    const int n = mg_read(c, body, sizeof(body) - 1);

    pthread_mutex_lock(&lock);
    const unsigned number = ++store.write_count;
    const bool forget =
        store.forget_every > 0 && number % store.forget_every == 0;
    const bool fails = store.fail_every > 0 && number % store.fail_every == 0;
    if (n > 0 && !forget && (!fails || store.fail_after_doing)) {
        memcpy(value_of_key(body), strstr(body, "\"value\":\"") + 9,
               VALUE_MIN_BYTES);
    }
    pthread_mutex_unlock(&lock);
    if (fails && store.fail_with == 0) {
        static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n";

        mg_disable_connection_keep_alive(c);
        mg_write(c, half, sizeof(half) - 1);
        return 200;
    }
    answer(c, fails ? store.fail_with : 200, "", "", 0);
    return 200;
}

static int on_leader(struct mg_connection *c, void *self)
{
    const struct mg_request_info *request = mg_get_request_info(c);
    char value[VALUE_MIN_BYTES];

    (void)self;
    if (strcmp(request->request_method, "POST") == 0) {
        return take_write(c);
    }
    pthread_mutex_lock(&lock);
    memcpy(value, value_of_key(request->query_string), sizeof(value));
    pthread_mutex_unlock(&lock);
    answer(c, value[0] != '\0' ? 200 : 404, "", value,
           value[0] != '\0' ? sizeof(value) : 0);
    return 200;
}

static int on_follower(struct mg_connection *c, void *self)
{
    const struct mg_request_info *request = mg_get_request_info(c);
    char body[1024];
    char header[256];

    (void)self;
    while (mg_read(c, body, sizeof(body)) > 0) {
    }
    snprintf(header, sizeof(header), "Location: http://%s/key%s%s\r\n",
             leader_host, request->query_string != NULL ? "?" : "",
             request->query_string != NULL ? request->query_string : "");
    pthread_mutex_lock(&lock);
    store.redirect_count++;
    pthread_mutex_unlock(&lock);
    answer(c, 307, header, "", 0);
    return 307;
}

static int stats(struct mg_connection *c, void *role)
{
    answer(c, 200, "", role, strlen(role));
    return 200;
}

static struct mg_context *start(int (*on_key)(struct mg_connection *, void *),
                                const char *role, char host[32])
{
    const char *options[] = {
        "listening_ports",   "127.0.0.1:0", "num_threads", "40",
        "enable_keep_alive", "yes",         NULL};
    struct mg_server_port port[1];
    struct mg_context *server = mg_start(NULL, NULL, options);

    assert_non_null(server);
    assert_int_equal(mg_get_server_ports(server, 1, port), 1);
    snprintf(host, 32, "127.0.0.1:%d", port[0].port);
    mg_set_request_handler(server, "/key$", on_key, NULL);
    mg_set_request_handler(server, "/raft/stats$", stats, (void *)(size_t)role);
    return server;
}

/* Once for all tests: civetweb takes two seconds to stop. */
static int start_servers(void **state)
{
    char host[32];

    (void)state;
    mg_init_library(0);
    leader = start(on_leader, "{\"data\":{\"state\":\"Leader\"}}", leader_host);
    follower = start(on_follower, "{\"data\":{\"state\":\"Follower\"}}", host);
    snprintf(targets, sizeof(targets), "%s,%s", host, leader_host);
    return 0;
}

static int stop_servers(void **state)
{
    (void)state;
    mg_stop(leader);
    mg_stop(follower);
    mg_exit_library();
    return 0;
}

static int behave(void **state)
{
    (void)state;
    store = (struct store){0};
    return 0;
}

static char out_text[8192];
static char err_text[8192];

/* Exit status of a raftbench with these options, split at blanks. */
static int raftbench(const char *line)
{
    static char words[1024];
    char *argv[32] = {"raftbench"};
    int argc = 1;
    FILE *out = fmemopen(out_text, sizeof(out_text), "w");
    FILE *err = fmemopen(err_text, sizeof(err_text), "w");

    snprintf(words, sizeof(words), "%s", line);
    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " ")) {
        argv[argc++] = w;
    }
    const int status = bench_main(argc, argv, out, err);
    fclose(out);
    fclose(err);
    return status;
}

/* A bounded run over both servers, with more options. */
static int load(const char *more)
{
    char line[512];

    snprintf(line, sizeof(line),
             "--targets %s --keys %d --connections 8 --warmup 0 --duration 20 "
             "--count 2000 --json %s",
             targets, KEY_COUNT, more);
    return raftbench(line);
}

static void says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, text);
    }
}

static void every_request_is_counted_and_verified(void **state)
{
    (void)state;
    assert_int_equal(load("--verify"), 0);
    says(out_text, "\"connections\":8,\"operations\":2000,");
    says(out_text, "\"errors\":0,");
    /* 40 keys from two servers; half the time through a redirect. */
    says(out_text, "asked for\",\"value\":80,");
    says(out_text, "of these lost\",\"value\":0,");
    t_u64_eq(store.write_count, 2000);
    assert_true(store.redirect_count >= KEY_COUNT);
}

static void the_leader_is_found(void **state)
{
    (void)state;
    assert_int_equal(load("--leader-auto"), 0);
    t_u64_eq(store.redirect_count, 0);
    t_u64_eq(store.write_count, 2000);
}

static void connections_that_end_are_opened_again(void **state)
{
    (void)state;
    store.close_each = true;
    assert_int_equal(load("--mix 50 --verify"), 0);
    says(out_text, "reads, default");
}

static void a_lost_write_is_found(void **state)
{
    (void)state;
    store.forget_every = 1999; /* the last writes of 40 keys cover it */
    assert_int_equal(load("--verify"), BENCH_EXIT_LOST);
    says(out_text, "of these lost\",\"value\":2,"); /* on both servers */
    says(err_text, "has a value it must not have");
    store.forget_every = 1;
    memset(store.values, 0, sizeof(store.values));
    assert_int_equal(load("--verify"), BENCH_EXIT_LOST);
    says(err_text, "is missing");
    says(out_text, "of these lost\",\"value\":80,");
}

static void errors_are_told_by_kind(void **state)
{
    (void)state;
    store.fail_every = 500;
    store.fail_with = 503;
    assert_int_equal(load(""), BENCH_EXIT_ERRORS);
    says(out_text, "\"errors\":4,\"error_kinds\":\"http 503 4\"");
    store.fail_with = 0;
    assert_int_equal(load(""), BENCH_EXIT_ERRORS);
    says(out_text, "\"errors\":4,\"error_kinds\":\"closed 4\"");
}

static void an_unknown_outcome_may_have_happened_a_refusal_not(void **state)
{
    (void)state;
    /* Write 1999 is the last but one: none of its key can come after it. */
    store.fail_every = 1999;
    store.fail_after_doing = true;
    store.fail_with = 504;
    assert_int_equal(load("--verify"), 0);
    store.write_count = 0;
    store.fail_with = 0;
    assert_int_equal(load("--verify"), 0);
    store.write_count = 0;
    store.fail_with = 503; /* says that nothing happened, but it did */
    assert_int_equal(load("--verify"), BENCH_EXIT_LOST);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(every_request_is_counted_and_verified, behave),
    cmocka_unit_test_setup(the_leader_is_found, behave),
    cmocka_unit_test_setup(connections_that_end_are_opened_again, behave),
    cmocka_unit_test_setup(a_lost_write_is_found, behave),
    cmocka_unit_test_setup(errors_are_told_by_kind, behave),
    cmocka_unit_test_setup(an_unknown_outcome_may_have_happened_a_refusal_not,
                           behave),
};

int main(int argc, char **argv)
{
    if (argc > 1) {
        cmocka_set_test_filter(argv[1]);
    }
    return cmocka_run_group_tests_name(__FILE__, tests, start_servers,
                                       stop_servers);
}
