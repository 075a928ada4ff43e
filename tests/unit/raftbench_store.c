/* SPDX-License-Identifier: MIT
 *
 * raftbench_store.c - two small servers that misbehave as told.
 */
#include "tests/unit/raftbench_store.h"

#include <civetweb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct store store;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
char store_leader[32];
char store_targets[80];
static struct mg_context *leader;
static struct mg_context *follower;

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

    if (store.close_each) {
        mg_disable_connection_keep_alive(c);
    }
    mg_write(c, text, (size_t)n);
}

static char *value_of_key(const char *text)
{
    const char *digits = strstr(text, "bench-");

    return store.values[strtoul(digits + 6, NULL, 10) % STORE_KEYS];
}

/* What happens on the way, by the number of the write. */
static void misbehave_at(unsigned number)
{
    if (number == store.signal_at) {
        kill(getpid(), SIGTERM);
    }
    if (number == store.hold_at) {
        nanosleep(&(struct timespec){.tv_nsec = STORE_HELD_MS * 1000000}, NULL);
    }
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
               STORE_VALUE_BYTES);
    }
    pthread_mutex_unlock(&lock);
    misbehave_at(number);
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
    char value[STORE_VALUE_BYTES];

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
             store_leader, request->query_string != NULL ? "?" : "",
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

int store_start(void **state)
{
    char host[32];

    (void)state;
    mg_init_library(0);
    leader =
        start(on_leader, "{\"data\":{\"state\":\"Leader\"}}", store_leader);
    follower = start(on_follower, "{\"data\":{\"state\":\"Follower\"}}", host);
    snprintf(store_targets, sizeof(store_targets), "%s,%s", host, store_leader);
    return 0;
}

int store_stop(void **state)
{
    (void)state;
    mg_stop(leader);
    mg_stop(follower);
    mg_exit_library();
    return 0;
}

int store_behave(void **state)
{
    (void)state;
    store = (struct store){0};
    return 0;
}
