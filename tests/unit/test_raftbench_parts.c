/* SPDX-License-Identifier: MIT
 *
 * test_raftbench_parts.c - the load generator's parts that need no network.
 */
#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftbench/base64.h"
#include "cmd/raftbench/histogram.h"
#include "cmd/raftbench/message.h"
#include "cmd/raftbench/ports.h"
#include "cmd/raftbench/protocol.h"
#include "cmd/raftbench/report.h"
#include "cmd/raftbench/target.h"

static void percentiles_are_within_one_percent(void **state)
{
    static struct histogram h;

    (void)state;
    t_u64_eq(histogram_percentile(&h, 50000), 0);
    for (uint64_t i = 1; i <= 100000; i++) {
        histogram_add(&h, i * 10);
    }
    static const uint64_t parts[] = {1, 50000, 99000, 99900, 100000};
    for (size_t i = 0; i < 5; i++) {
        const uint64_t exact = parts[i] * 10;
        const uint64_t got = histogram_percentile(&h, parts[i]);

        assert_true(got >= exact && got <= exact + exact / 100);
    }
    t_u64_eq(h.max, 1000000);
    t_u64_eq(histogram_percentile(&h, 100000), h.max);
}

static void a_histogram_takes_any_value_and_merges(void **state)
{
    static struct histogram a, b;

    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        histogram_add(&a, UINT64_C(1) << bit);
        histogram_add(&b, (UINT64_C(1) << bit) - 1);
    }
    histogram_add(&b, UINT64_MAX);
    histogram_merge(&a, &b);
    t_u64_eq(a.count, 129);
    t_u64_eq(histogram_percentile(&a, 100000), UINT64_MAX);
    t_u64_eq(histogram_percentile(&a, 1), 0);
    t_u64_eq(histogram_percentile(&a, 50000), UINT32_MAX); /* the 65th */
}

/* Fed whole, in a buffer of exactly its size. */
static enum response_state parse(const char *text, bool ended,
                                 struct response *out)
{
    static char *copy;
    const size_t n = strlen(text);

    free(copy);
    copy = malloc(n > 0 ? n : 1);
    memcpy(copy, text, n);
    return response_parse(copy, n, ended, out);
}

/* Complete at its last byte and never before; body as expected. */
static void reads(const char *text, int status, const char *body)
{
    struct response r;

    for (size_t n = 0; n < strlen(text); n++) {
        char part[512];

        snprintf(part, sizeof(part), "%.*s", (int)n, text);
        assert_int_equal(parse(part, false, &r), RESPONSE_MORE);
        assert_int_equal(parse(part, true, &r), RESPONSE_BAD);
    }
    assert_int_equal(parse(text, false, &r), RESPONSE_DONE);
    assert_int_equal(r.status, status);
    t_u64_eq(r.body_bytes, strlen(body));
    assert_memory_equal(r.body, body, strlen(body));
    t_u64_eq(r.total_bytes, strlen(text));
}

static void a_response_is_read_when_complete_and_not_before(void **state)
{
    (void)state;
    reads("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello");
    reads("HTTP/1.1 200 OK\r\ncontent-length:0 \r\n\r\n", 200, "");
    reads("HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", 204, "");
    reads("HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
          503, "abc0123456789");
}

static void the_end_of_the_connection_may_end_a_body(void **state)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nA: b\r\n\r\nhello";
    struct response r;

    (void)state;
    assert_int_equal(parse(text, false, &r), RESPONSE_MORE);
    assert_int_equal(parse(text, true, &r), RESPONSE_DONE);
    t_u64_eq(r.body_bytes, 5);
    assert_false(r.keep_alive);
}

static void what_is_no_response_is_refused(void **state)
{
    static const char *const bad[] = {
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 700 OK\r\n\r\n",
        "hello there, who are you\r\n\r\n",
        "\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
         "Content-Length: 3\r\n\r\n0\r\n\r\n"),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabcd"};
    struct response r;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (parse(bad[i], false, &r) != RESPONSE_BAD) {
            print_error("taken: %s\n", bad[i]);
            fail();
        }
    }
}

static bool keeps_alive(const char *version, const char *header)
{
    struct response r;
    char text[256];

    snprintf(text, sizeof(text),
             "HTTP/%s 200 OK\r\n%sContent-Length: 0\r\n\r\n", version, header);
    assert_int_equal(parse(text, false, &r), RESPONSE_DONE);
    return r.keep_alive;
}

static void keep_alive_is_as_the_server_says(void **state)
{
    (void)state;
    assert_true(keeps_alive("1.1", ""));
    assert_false(keeps_alive("1.1", "Connection: Close\r\n"));
    assert_false(keeps_alive("1.0", ""));
    assert_true(keeps_alive("1.0", "connection: keep-alive\r\n"));
}

static void a_redirect_is_split(void **state)
{
    char host[16];
    char path[16];

    (void)state;
    assert_true(location_split("http://a:1/key?x=y", host, 16, path, 16));
    assert_string_equal(host, "a:1");
    assert_string_equal(path, "/key?x=y");
    assert_true(location_split("http://a:1", host, 16, path, 16));
    assert_string_equal(path, "/");
    assert_false(location_split("https://a:1/", host, 16, path, 16));
    assert_false(location_split("/key", host, 16, path, 16));
    assert_false(location_split("http:///key", host, 16, path, 16));
    assert_false(
        location_split("http://a:1/0123456789abcdef", host, 16, path, 16));
}

static void base64_is_that_of_the_standard(void **state)
{
    static const char *const pairs[][2] = {
        {"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},
        {"foo", "Zm9v"},  {"foob", "Zm9vYg=="},  {"\xff\xfe", "//4="},
        {"\xfb", "+w=="}, {"foobar", "Zm9vYmFy"}};
    char text[32];
    char bytes[32];

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        const size_t plain = strlen(pairs[i][0]);
        const size_t n = base64_encode(pairs[i][0], plain, text);

        t_u64_eq(n, strlen(pairs[i][1]));
        assert_memory_equal(text, pairs[i][1], n);
        t_u64_eq(base64_decode(text, n, bytes, sizeof(bytes)), plain);
        assert_memory_equal(bytes, pairs[i][0], plain);
    }
    t_u64_eq(base64_decode("Zm9vYmFy", 8, bytes, 4), 4); /* bounded */
}

static void a_written_value_is_known_again(void **state)
{
    static char body[4096];
    struct request r = {.body = body, .body_capacity = sizeof(body)};
    char answer[4096];
    uint64_t sequence = 0;

    (void)state;
    protocol_write(PROTOCOL_RAFT, "k1", 0x1234abcd, 20, &r);
    t_u64_eq(r.body_bytes, strlen("{\"key\":\"k1\",\"value\":\"\"}") + 20);
    assert_memory_equal(
        body, "{\"key\":\"k1\",\"value\":\"000000001234abcd....\"}", 42);
    assert_int_equal(protocol_read_answer(PROTOCOL_RAFT, 200,
                                          "000000001234abcd....", 20,
                                          &sequence),
                     READ_FOUND);
    t_u64_eq(sequence, 0x1234abcd);
    /* The smallest capacity that is promised to do, and a large value. */
    r.body_capacity = protocol_body_capacity(1000);
    protocol_write(PROTOCOL_ETCD, "k1", 0x77, 1000, &r);
    assert_true(r.body_bytes < r.body_capacity);
    snprintf(answer, sizeof(answer), "{\"kvs\":[%.*s]}", (int)r.body_bytes,
             body);
    assert_int_equal(protocol_read_answer(PROTOCOL_ETCD, 200, answer,
                                          strlen(answer), &sequence),
                     READ_FOUND);
    t_u64_eq(sequence, 0x77);
}

static void other_answers_are_told_apart(void **state)
{
    uint64_t s = 0;

    (void)state;
#define ANSWER(protocol, status, body) \
    protocol_read_answer(protocol, status, body, strlen(body), &s)
    assert_int_equal(ANSWER(PROTOCOL_RAFT, 404, ""), READ_MISSING);
    assert_int_equal(ANSWER(PROTOCOL_RAFT, 503, ""), READ_UNREADABLE);
    assert_int_equal(ANSWER(PROTOCOL_RAFT, 200, "000"), READ_UNREADABLE);
    assert_int_equal(ANSWER(PROTOCOL_RAFT, 200, "some other value"),
                     READ_UNREADABLE);
    assert_int_equal(ANSWER(PROTOCOL_ETCD, 200, "{}"), READ_MISSING);
    assert_int_equal(ANSWER(PROTOCOL_ETCD, 200, "nonsense"), READ_UNREADABLE);
    assert_int_equal(ANSWER(PROTOCOL_ETCD, 200, "{\"kvs\":[]}"),
                     READ_UNREADABLE);
    assert_int_equal(ANSWER(PROTOCOL_ETCD, 404, ""), READ_UNREADABLE);
#undef ANSWER
}

static bool leads(enum protocol protocol, const char *body)
{
    return protocol_is_leader(protocol, body, strlen(body));
}

static void a_leader_is_recognized(void **state)
{
    (void)state;
    assert_true(leads(PROTOCOL_RAFT, "{\"data\":{\"state\":\"Leader\"}}"));
    assert_false(leads(PROTOCOL_RAFT, "{\"data\":{\"state\":\"Follower\"}}"));
    assert_false(leads(PROTOCOL_RAFT, "nonsense"));
    assert_true(leads(PROTOCOL_ETCD,
                      "{\"header\":{\"member_id\":\"7\"},\"leader\":\"7\"}"));
    assert_false(leads(PROTOCOL_ETCD,
                       "{\"header\":{\"member_id\":\"7\"},\"leader\":\"8\"}"));
    assert_false(leads(PROTOCOL_ETCD, "{}"));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(percentiles_are_within_one_percent),
    cmocka_unit_test(a_histogram_takes_any_value_and_merges),
    cmocka_unit_test(a_response_is_read_when_complete_and_not_before),
    cmocka_unit_test(the_end_of_the_connection_may_end_a_body),
    cmocka_unit_test(what_is_no_response_is_refused),
    cmocka_unit_test(keep_alive_is_as_the_server_says),
    cmocka_unit_test(a_redirect_is_split),
    cmocka_unit_test(base64_is_that_of_the_standard),
    cmocka_unit_test(a_written_value_is_known_again),
    cmocka_unit_test(other_answers_are_told_apart),
    cmocka_unit_test(a_leader_is_recognized),
};

T_MAIN(tests)
