/* SPDX-License-Identifier: MIT
 *
 * test_http_json.c - which bytes are JSON to us, and which are text.
 */
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
    cJSON *json = json_parse(bytes, byte_count, &error);
    const int status = json != NULL ? 200 : error.status;

    assert_true(json != NULL || strlen(error.why) > 0);
    cJSON_Delete(json);
    free(bytes);
    return status;
}

static void this_is_json(void **state)
{
    (void)state;
    static const char *const good[] = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1.5e+10",
        "-1E-2",
        "\"\"",
        "[]",
        "{}",
        " \t\r\n{ \"a\" : [ 1 , null ] } ",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\uFFFF\"",
        "\"\\ud83d\\ude00\"", /* a pair of surrogates */
        "\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 \x7f\"",
        "\"\xee\x80\x80\xf4\x8f\xbf\xbf\"",  /* U+E000, U+10FFFF */
        "{\"a\":{\"a\":1},\"b\":{\"a\":1}}", /* once in each object */
        "{\"a\":1,\"A\":1}",
        "[9007199254740993]",
        "123456789012345678901234567890123456789012345678901234567890123"};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (parse(good[i], strlen(good[i])) != 200) {
            fail_msg("refused: %s", good[i]);
        }
    }
}

static void this_is_not(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        " ",
        "nul",
        "nullx",
        "True",
        "NaN",
        "Infinity",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x10",
        "'a'",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "\"\\ud800\"",
        "\"\\ud800x\"",
        "\"\\ud800\\n\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\\ude00\\ud83d\"",
        "\"\n\"",
        "\"\t\"",
        "\"\x01\"",
        "\"\x1f\"",
        "\"\x80\"",
        "\"\xc3\"",
        "\"\xc3(\"",
        "\"\xc0\x80\"",
        "\"\xe0\x80\x80\"",
        "\"\xed\xa0\x80\"",
        "\"\xf4\x90\x80\x80\"",
        "\"\xf8\x88\x80\x80\x80\"",
        "\"\xff\"",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "]",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{}x",
        "{}{}",
        "1 2",
        "\xef\xbb\xbf{}",
        "{\"a\":1}\v",
        "// c\n1",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"b\":2,\"\\u0061\":3}",
        "[{\"x\":{\"a\":1,\"a\":2}}]",
        "1234567890123456789012345678901234567890123456789012345678901234"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (parse(bad[i], strlen(bad[i])) != 400) {
            fail_msg("taken: %s", bad[i]);
        }
    }
    assert_int_equal(parse("{}\0", 3), 400);
    assert_int_equal(parse("\"a\0b\"", 5), 400);
    assert_int_equal(parse("{\"a\":1\0}", 8), 400);
}

/* Whatever is cut off or changed: no read beyond, and never a wrong status. */
static void hostile_bytes_do_no_harm(void **state)
{
    (void)state;
    static const char text[] =
        "{\"k\":[1.5e3,\"\\u00e4\\ud83d\\ude00\xc3\xa4\",{\"z\":null}],"
        "\"t\":true}";
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

static int parse_nested(unsigned levels)
{
    char text[64] = "";

    memset(text, '[', levels);
    memset(text + levels, ']', levels);
    return parse(text, 2 * (size_t)levels);
}

static int parse_elements(size_t count)
{
    char *text = malloc(2 * count + 2);

    assert_non_null(text);
    for (size_t i = 0; i < count; i++) {
        text[2 * i] = i == 0 ? '[' : ',';
        text[2 * i + 1] = '1';
    }
    text[2 * count] = ']';
    const int status = parse(text, 2 * count + 1);

    free(text);
    return status;
}

static void limits_hold_to_the_element(void **state)
{
    (void)state;
    assert_int_equal(parse_nested(16), 200);
    assert_int_equal(parse_nested(17), 413);
    assert_int_equal(
        parse("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]", 52),
        200); /* 17 beside one another */
    assert_int_equal(parse_elements(10000), 200);
    assert_int_equal(parse_elements(10001), 413);
    assert_int_equal(parse("[[1,2],[3],{\"a\":[]}]", 20), 200);
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

static void text_is_utf8_without_nul(void **state)
{
    (void)state;
    assert_true(json_is_text((const uint8_t *)"", 0));
    assert_true(json_is_text((const uint8_t *)"a\xc3\xa4\n", 4));
    assert_false(json_is_text((const uint8_t *)"a\0b", 3));
    assert_false(json_is_text((const uint8_t *)"\xc3", 1));
    assert_false(json_is_text((const uint8_t *)"\xe2\x82", 2));
    assert_false(json_is_text((const uint8_t *)"\xed\xb0\x80", 3));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(this_is_json),
    cmocka_unit_test(this_is_not),
    cmocka_unit_test(hostile_bytes_do_no_harm),
    cmocka_unit_test(limits_hold_to_the_element),
    cmocka_unit_test(without_memory_it_is_a_503),
    cmocka_unit_test(text_is_utf8_without_nul),
};

T_MAIN(tests)
