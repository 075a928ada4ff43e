/* SPDX-License-Identifier: MIT
 *
 * test_http_start.c - starting the server, and saying why not.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"
#include "tests/unit/own_address.h"

static struct http *start(const char *listen, const char *advertise,
                          char error[256], bool *in_use)
{
    static struct bridge *const no_bridge = NULL;
    const struct http_settings settings = {
        .listen = listen, .advertise = advertise, .worker_count = 2};

    error[0] = 0;
    return http_start(&settings, no_bridge, NULL, error, 256, in_use);
}

static void a_bad_address_is_named(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "localhost",
                                      "127.0.0.1:",
                                      ":x",
                                      "a:65536",
                                      "a:-1",
                                      "a:1x",
                                      "127.0.0.1:99999999999",
                                      "256.0.0.1.2:0"};
    char error[256];
    bool in_use = true;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_null(start(bad[i], NULL, error, &in_use));
        assert_true(strlen(error) > 5);
        assert_false(in_use);
        assert_null(strchr(error, '\n'));
    }
    assert_null(start("127.0.0.1:0", "nonsense", error, &in_use));
    assert_non_null(strstr(error, "nonsense"));
}

static void a_port_in_use_is_said(void **state)
{
    (void)state;
    char error[256];
    char listen[64];
    bool in_use = true;

    (void)snprintf(listen, sizeof(listen), "%s:0", own_address());
    struct http *first = start(listen, NULL, error, &in_use);

    assert_non_null(first);
    assert_false(in_use);
    assert_true(http_port(first) > 0);
    (void)snprintf(listen, sizeof(listen), "%s:%u", own_address(),
                   (unsigned)http_port(first));
    assert_null(start(listen, NULL, error, &in_use));
    assert_true(in_use);
    assert_non_null(strstr(error, strerror(EADDRINUSE)));
    http_stop(first);
    first = start(listen, NULL, error, &in_use); /* free again, at once */
    assert_non_null(first);
    http_stop(first);
}

/* Nobody else has it, so "in use" would send people the wrong way. */
static void an_address_of_another_machine_is_said(void **state)
{
    char error[256];
    bool in_use = true;

    (void)state;
    assert_null(start("192.0.2.1:80", NULL, error, &in_use));
    assert_false(in_use);
    assert_string_equal(error, "cannot listen on 192.0.2.1:80: "
                               "Cannot assign requested address");
}

static void an_empty_host_is_loopback(void **state)
{
    (void)state;
    struct http_fixture *f =
        http_fixture_start(&(struct http_settings){.listen = ":0"});
    struct http_reply reply =
        http_client_request(f->port, "GET", "/livez", NULL);

    assert_int_equal(reply.status, 200);
    http_reply_free(&reply);
    assert_string_equal(f->http->listen_host, "127.0.0.1");
    http_fixture_stop(f);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_bad_address_is_named),
    cmocka_unit_test(a_port_in_use_is_said),
    cmocka_unit_test(an_address_of_another_machine_is_said),
    cmocka_unit_test(an_empty_host_is_loopback),
};

T_MAIN(tests)
