/* SPDX-License-Identifier: MIT
 *
 * test_http_url.c - percent-decoding and finding parameters.
 */
#include <string.h>

#include "http/url.h"
#include "tests/t.h"

static void decodes_once_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *from, *in_path, *in_query;
    } texts[] = {
        {"", "", ""},
        {"abc", "abc", "abc"},
        {"%41%6a%6A", "Ajj", "Ajj"},
        {"a+b", "a+b", "a b"},
        {"%2B", "+", "+"},
        {"%2541", "%41", "%41"},
        {"%ff%80", "\xff\x80", "\xff\x80"},
        {"../%2e%2e/", "../../", "../../"},
    };
    uint8_t to[16];
    size_t count;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const size_t length = strlen(texts[i].from);

        assert_int_equal(
            url_decode(texts[i].from, length, false, to, 16, &count), URL_OK);
        t_u64_eq(count, strlen(texts[i].in_path));
        assert_memory_equal(to, texts[i].in_path, count);
        assert_int_equal(
            url_decode(texts[i].from, length, true, to, 16, &count), URL_OK);
        t_u64_eq(count, strlen(texts[i].in_query));
        assert_memory_equal(to, texts[i].in_query, count);
    }
}

static void refuses_what_is_no_escape(void **state)
{
    (void)state;
    static const char *const bad[] = {"%",   "%4",  "a%",  "%%41",
                                      "%g0", "%0g", "% 1", "%+1"};
    uint8_t to[16];
    size_t count;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(
            url_decode(bad[i], strlen(bad[i]), false, to, 16, &count),
            URL_BAD_ESCAPE);
    }
    assert_int_equal(url_decode("%41", 2, false, to, 16, &count),
                     URL_BAD_ESCAPE); /* the third byte is not ours */
    assert_int_equal(url_decode("a%00", 4, false, to, 16, &count), URL_NUL);
    assert_int_equal(url_decode("a\0b", 3, false, to, 16, &count), URL_NUL);
}

static void fills_what_it_is_given_and_no_more(void **state)
{
    (void)state;
    uint8_t to[4] = {0, 0, 0, 'x'};
    size_t count;

    assert_int_equal(url_decode("a%62c", 5, false, to, 3, &count), URL_OK);
    t_u64_eq(count, 3);
    assert_int_equal(url_decode("abcd", 4, false, to, 3, &count), URL_TOO_LONG);
    assert_int_equal(to[3], 'x');
}

static void expect(const char *query, size_t count, const char *value)
{
    const char *found;
    size_t bytes;

    t_u64_eq(url_find(query, "key", &found, &bytes), count);
    t_u64_eq(bytes, strlen(value));
    assert_memory_equal(found, value, bytes);
}

static void finds_whole_names(void **state)
{
    (void)state;
    expect(NULL, 0, "");
    expect("", 0, "");
    expect("key", 1, "");
    expect("key=", 1, "");
    expect("key=a", 1, "a");
    expect("x=1&key=a&y=2", 1, "a");
    expect("keyx=1&xkey=2&Key=3", 0, "");
    expect("key=a=b", 1, "a=b");
    expect("&&key=a&&", 1, "a");
    expect("key=a&key=b", 2, "a");
    expect("key&key=b&key=c", 3, "");
}

static void a_name_is_decoded_once(void **state)
{
    (void)state;
    expect("%6bey=a", 1, "a");
    expect("x&k%65%79&%6B%65%79=b", 2, "");
    expect("%6bey=%6b", 1, "%6b"); /* the value not yet */
    expect("key%3Da=b&%256bey=c", 0, "");
    expect("%6bey%26=b&%6bey%=c&key%00=d&%6", 0, "");
    expect("+key=a&key+=b&%20key=c", 0, "");
    expect("keykeykeykeykeykeykeykey=a&key=b", 1, "b");
    expect("=a&key=b", 1, "b");
}

static void a_word_is_decoded_once(void **state)
{
    (void)state;
    assert_true(url_is("stale", 5, "stale"));
    assert_true(url_is("sta%6Ce", 7, "stale"));
    assert_true(url_is("staleX", 5, "stale"));
    assert_true(url_is("", 0, ""));
    assert_false(url_is("stale", 4, "stale"));
    assert_false(url_is("sta%6Ce", 6, "stale"));
    assert_false(url_is("sta%256ce", 9, "stale"));
    assert_false(url_is("stale%00", 8, "stale"));
    assert_false(url_is("Stale", 5, "stale"));
    assert_false(url_is("0123456789abcdefg", 17, "0123456789abcdef"));
    assert_true(url_is("0123456789abcdef", 16, "0123456789abcdef"));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(decodes_once_and_nothing_else),
    cmocka_unit_test(refuses_what_is_no_escape),
    cmocka_unit_test(fills_what_it_is_given_and_no_more),
    cmocka_unit_test(finds_whole_names),
    cmocka_unit_test(a_name_is_decoded_once),
    cmocka_unit_test(a_word_is_decoded_once),
};

T_MAIN(tests)
