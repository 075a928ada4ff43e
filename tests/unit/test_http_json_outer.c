/* SPDX-License-Identifier: MIT
 *
 * test_http_json_outer.c - objects whose values are kept as their text: they
 * need only be JSON, and the object is as strict as any.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/json.h"
#include "tests/t.h"

/* In a block of exactly its size and the NUL, for the sanitizer. */
static int parse(const char *text, size_t byte_count)
{
    struct json_error error = {0, ""};
    uint8_t *bytes = malloc(byte_count + 1);

    assert_non_null(bytes);
    memcpy(bytes, text, byte_count);
    bytes[byte_count] = 0;
    cJSON *json = json_parse_outer(bytes, byte_count, &error);
    const int status = json != NULL ? 200 : error.status;

    assert_true(json != NULL || strlen(error.why) > 0);
    cJSON_Delete(json);
    free(bytes);
    return status;
}

static char *put(char *to, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        memcpy(to, text, strlen(text));
        to += strlen(text);
    }
    return to;
}

/* {"a":1,"b": BEGIN... END... ,"c":2}, each so many times. */
static int parse_long(const char *begin, size_t begins, const char *end,
                      size_t ends)
{
    char *text = malloc(strlen(begin) * begins + strlen(end) * ends + 64);
    char *at = text;

    assert_non_null(text);
    at = put(at, " {\"a\":1,\"b\": ", 1);
    at = put(put(at, begin, begins), end, ends);
    at = put(at, " , \"c\":2} ", 1);
    const int status = parse(text, (size_t)(at - text));

    free(text);
    return status;
}

static void a_value_may_be_any_json(void **state)
{
    (void)state;
    assert_int_equal(parse_long("9", 100000, "", 0), 200);
    assert_int_equal(parse_long("9", 100000, ".", 1), 400);
    assert_int_equal(parse_long("[", 1, "0,", 100000), 400);
    assert_int_equal(parse_long("[0", 1, ",0", 20000), 400); /* no ] */
    assert_int_equal(parse_long("[[0],[", 1, "]]", 1), 200);
    assert_int_equal(parse_long("{\"a\":1,\"a\":{\"b\":[],\"b\":1}}", 1, "", 0),
                     200);
}

static void a_value_may_have_many_elements(void **state)
{
    enum { COUNT = 20000 };
    char *text = malloc(2 * COUNT + 64);
    char *at = text;

    (void)state;
    assert_non_null(text);
    at = put(put(at, "{\"a\":[0", 1), ",0", COUNT);
    at = put(at, "]}", 1);
    assert_int_equal(parse(text, (size_t)(at - text)), 200);
    free(text);
}

static int parse_members(size_t count)
{
    char *text = malloc(16 * count + 64);
    char *at = text;

    assert_non_null(text);
    for (size_t i = 0; i < count; i++) {
        at = put(at, i == 0 ? "{" : ",", 1);
        at += snprintf(at, 16, "\"%zu\":0", i);
    }
    at = put(at, "}", 1);
    const int status = parse(text, (size_t)(at - text));

    free(text);
    return status;
}

static void limits_hold_to_the_element(void **state)
{
    (void)state;
    assert_int_equal(parse_members(10000), 200);
    assert_int_equal(parse_members(10001), 413);
    assert_int_equal(parse_long("[", 999, "]", 999), 200);
    assert_int_equal(parse_long("[", 1000, "]", 1000), 413);
    assert_int_equal(parse_long("{\"\":", 998, "[]", 1), 400); /* no } */
    assert_int_equal(parse_long("{\"\":", 1000, "", 0), 413);
    assert_int_equal(parse_long("[", 1000000, "", 0), 413);
}

static void the_object_itself_is_as_strict_as_any(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        " ",
        "[]",
        "1",
        "null",
        "\"{}\"",
        "{",
        "{}{}",
        "{\"a\":1,\"b\":[],\"\\u0061\":3}", /* a name twice */
        "{\"\":1,\"\":1}",
        "{\"a\":[1,]}",
        "{\"a\":01}",
        "{\"a\":{\"b\":\"\\u0000\"}}",
        "{\"a\":{b:1}}",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (parse(bad[i], strlen(bad[i])) != 400) {
            fail_msg("taken: %s", bad[i]);
        }
    }
    assert_int_equal(parse(" \t{ \r\n} ", 8), 200);
}

/* Cut off or changed: what is taken has as many members as it shows. */
static void hostile_bytes_do_no_harm(void **state)
{
    (void)state;
    static const char text[] = " {\"k\":[1.5e3,\"\\u00e4}\",{\"z\":null}] ,\n"
                               "\"\\u0074\" : \"\\\"\xc3\xa4\\\\\",\"\":true}";
    const size_t length = sizeof(text) - 1;
    char changed[sizeof(text)];

    for (size_t shorter = 0; shorter < length; shorter++) {
        assert_int_equal(parse(text, shorter), 400);
    }
    for (size_t at = 0; at < length; at++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            memcpy(changed, text, sizeof(text));
            changed[at] = (char)byte;
            const int status = parse(changed, length);

            assert_true(status == 200 || status == 400);
        }
    }
}

static void what_is_no_string_is_left_as_text(void **state)
{
    (void)state;
    static const char text[] = "{ \"a\" : \"x\\u00e4\" ,\"\\u0062\":[1,{\"a\":"
                               "\"}\"}],\"c\":\"\",\"\": 7e0 }";
    struct json_error error = {0, ""};
    cJSON *json = json_parse_outer((const uint8_t *)text, strlen(text), &error);

    assert_non_null(json);
    assert_int_equal(cJSON_GetArraySize(json), 4);
    assert_string_equal(json_string(json, "a"), "x\xc3\xa4");
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, "b")));
    assert_string_equal(json_string(json, "c"), "");
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, "")));
    const struct json_text last = json_text_of((const uint8_t *)text, 3);

    t_u64_eq(last.byte_count, 3);
    assert_memory_equal(last.bytes, "7e0", 3);
    cJSON_Delete(json);
}

static int allocations_left;

static void *allocate(size_t byte_count)
{
    return allocations_left-- > 0 ? malloc(byte_count) : NULL;
}

static void without_memory_it_is_a_503(void **state)
{
    (void)state;
    cJSON_Hooks hooks = {.malloc_fn = allocate, .free_fn = free};
    const char *text = "{\"a\":\"1\",\"b\":[\"c\",2]}";
    int status = 0;

    cJSON_InitHooks(&hooks);
    for (int allowed = 0; status != 200; allowed++) {
        assert_true(allowed < 100);
        allocations_left = allowed;
        status = parse(text, strlen(text));
        assert_true(status == 503 || status == 200);
    }
    cJSON_InitHooks(NULL);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_value_may_be_any_json),
    cmocka_unit_test(a_value_may_have_many_elements),
    cmocka_unit_test(limits_hold_to_the_element),
    cmocka_unit_test(the_object_itself_is_as_strict_as_any),
    cmocka_unit_test(hostile_bytes_do_no_harm),
    cmocka_unit_test(what_is_no_string_is_left_as_text),
    cmocka_unit_test(without_memory_it_is_a_503),
};

T_MAIN(tests)
