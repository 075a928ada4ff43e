/* SPDX-License-Identifier: MIT
 *
 * test_options.c - the option table: parsing, order of precedence, errors.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/common/version.h"
#include "tests/unit/options_rig.h"

static void defaults_hold_when_nothing_is_given(void **state)
{
    (void)state;
    assert_int_equal(parse(""), OPTIONS_RUN);
    assert_string_equal(rig.listen_address, "127.0.0.1:1");
    t_u64_eq(rig.heartbeat_ms, 50);
    t_u64_eq(rig.value_bytes, 1024 * 1024);
    assert_int_equal(rig.colour, RED);
    assert_false(rig.bootstrap);
    assert_int_equal(rig.bootstrap_by, OPTION_DEFAULT);
}

static void one_dash_and_two_and_equals_are_the_same(void **state)
{
    (void)state;
    assert_int_equal(parse("-haddr a:1 --heartbeat-ms 7"), OPTIONS_RUN);
    assert_string_equal(rig.listen_address, "a:1");
    t_u64_eq(rig.heartbeat_ms, 7);
    assert_int_equal(parse("--haddr=b=c -heartbeat-ms=8"), OPTIONS_RUN);
    assert_string_equal(rig.listen_address, "b=c"); /* at the first = */
    t_u64_eq(rig.heartbeat_ms, 8);
    assert_int_equal(parse("--haddr="), OPTIONS_RUN);
    assert_string_equal(rig.listen_address, "");
    assert_int_equal(parse("--haddr -x"), OPTIONS_RUN); /* as getopt does */
    assert_string_equal(rig.listen_address, "-x");
    assert_int_equal(parse("--listen z:9"), OPTIONS_RUN); /* second name */
    assert_string_equal(rig.listen_address, "z:9");
    refuses("--haddr", "--haddr needs a value: --haddr ADDR");
}

static void a_flag_needs_no_value_and_takes_one_after_equals(void **state)
{
    (void)state;
    assert_int_equal(parse("-bootstrap data"), OPTIONS_RUN);
    assert_true(rig.bootstrap);
    assert_int_equal(rig.bootstrap_by, OPTION_ARGUMENT);
    assert_string_equal(rig.arguments[1], "data");
    assert_int_equal(parse("--bootstrap=False"), OPTIONS_RUN);
    assert_false(rig.bootstrap);
    assert_int_equal(rig.bootstrap_by, OPTION_ARGUMENT);
    refuses("--bootstrap=maybe", "--bootstrap: 'maybe' is neither true nor");
}

static void positionals_come_in_order_from_anywhere(void **state)
{
    (void)state;
    assert_int_equal(parse("one -haddr a two"), OPTIONS_RUN);
    t_u64_eq(rig.positional_count, 2);
    assert_string_equal(rig.arguments[1], "one");
    assert_string_equal(rig.arguments[2], "two");
    assert_int_equal(parse("-bootstrap -- --haddr -"), OPTIONS_RUN);
    t_u64_eq(rig.positional_count, 2);
    assert_string_equal(rig.arguments[1], "--haddr");
    assert_string_equal(rig.arguments[2], "-");
    assert_string_equal(rig.listen_address, "127.0.0.1:1");
    refuses("one two three", "unexpected argument 'three'");
}

static void flags_beat_environment_beats_defaults(void **state)
{
    (void)state;
    setenv("T_HADDR", "env:1", 1);
    setenv("T_HEARTBEAT", "99", 1);
    setenv("T_BOOTSTRAP", "True", 1);
    const enum options_result result = parse("--haddr flag:1");
    setenv("T_HADDR", "", 1);
    setenv("T_HEARTBEAT", "5000", 1);
    const bool flag_won = strcmp(rig.listen_address, "flag:1") == 0;
    const uint32_t environment_ms = rig.heartbeat_ms;
    const bool environment_flag =
        rig.bootstrap && rig.bootstrap_by == OPTION_ENVIRONMENT;
    refuses("", "environment T_HEARTBEAT: 5000 is more than 1000");
    unsetenv("T_HEARTBEAT");
    unsetenv("T_BOOTSTRAP");
    const enum options_result without = parse("");
    unsetenv("T_HADDR");

    assert_int_equal(result, OPTIONS_RUN);
    assert_true(flag_won);
    t_u64_eq(environment_ms, 99);
    assert_true(environment_flag);
    assert_int_equal(without, OPTIONS_RUN);
    assert_string_equal(rig.listen_address, "127.0.0.1:1"); /* empty is unset */
    assert_int_equal(rig.bootstrap_by, OPTION_DEFAULT);
}

static void variables_have_no_flag(void **state)
{
    (void)state;
    assert_int_equal(parse(""), OPTIONS_RUN);
    t_u64_eq(rig.port, 7);
    setenv("T_PORT", "65535", 1);
    assert_int_equal(parse(""), OPTIONS_RUN);
    t_u64_eq(rig.port, 65535);
    setenv("T_PORT", "65536", 1);
    refuses("", "environment T_PORT: 65536 is more than 65535\n");
    setenv("T_PORT", "0", 1);
    refuses("", "environment T_PORT: 0 is less than 1\n");
    unsetenv("T_PORT");
    refuses("--T_PORT 1", "unknown option --T_PORT\n");
    assert_int_equal(parse("--help"), OPTIONS_DONE);
    assert_non_null(strstr(rig.out_text,
                           "\nVariables of others:\n"
                           "  T_PORT NUMBER             Where HTTP "));
    assert_non_null(strstr(rig.out_text, "(1 to 65535)"));
    assert_null(strstr(rig.out_text, "[env: T_PORT]"));
}

static void an_unknown_flag_names_the_nearest(void **state)
{
    (void)state;
    refuses("--hadr x", "prog: unknown option --hadr; did you mean --haddr?");
    refuses("-heartbeat", "did you mean --heartbeat-ms?");
    refuses("--bootstap=1", "--bootstap; did you mean --bootstrap?");
    refuses("--zzzzzz", "unknown option --zzzzzz\n");
    refuses("-zz=5", "unknown option -zz\n"); /* as it was typed */
    refuses("--aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "unknown option --aaaa");
}

static void numbers_have_limits(void **state)
{
    (void)state;
    assert_int_equal(parse("--heartbeat-ms 1"), OPTIONS_RUN);
    assert_int_equal(parse("--heartbeat-ms 1000"), OPTIONS_RUN);
    refuses("--heartbeat-ms 0", "--heartbeat-ms: 0 is less than 1\n");
    refuses("--heartbeat-ms 1001", "--heartbeat-ms: 1001 is more than 1000\n");
    refuses("--heartbeat-ms=-1", "'-1' is not a number from 1 to 1000");
    refuses("--heartbeat-ms=10x", "'10x' is not a number");
    refuses("--heartbeat-ms 4294967297", "4294967297 is more than 1000");
    refuses("--heartbeat-ms 99999999999999999999", "is not a number");
}

static void sizes_take_units(void **state)
{
    (void)state;
    assert_int_equal(parse("--max-value-bytes 0"), OPTIONS_RUN);
    t_u64_eq(rig.value_bytes, 0);
    assert_int_equal(parse("--max-value-bytes 3k"), OPTIONS_RUN);
    t_u64_eq(rig.value_bytes, 3072);
    assert_int_equal(parse("--max-value-bytes 2MiB"), OPTIONS_RUN);
    t_u64_eq(rig.value_bytes, 2 << 20);
    refuses("--max-value-bytes 2T", "2T is more than 1099511627776");
    refuses("--max-value-bytes 1X", "'1X' is not a size from 0 to");
    refuses("--max-value-bytes 1KX", "'1KX' is not a size");
    refuses("--max-value-bytes 99999999999T", "is not a size"); /* overflow */
}

static void a_choice_is_one_of_the_list(void **state)
{
    (void)state;
    assert_int_equal(parse("--colour green"), OPTIONS_RUN);
    assert_int_equal(rig.colour, GREEN);
    refuses("--colour Green", "--colour: 'Green' is none of red, green\n");
}

static void help_shows_the_table_by_groups(void **state)
{
    (void)state;
    assert_int_equal(parse("--nonsense --help"), OPTIONS_DONE);
    assert_string_equal(rig.err_text, "");
    const char *addresses = strstr(rig.out_text, "\nAddresses:\n");
    const char *timing = strstr(rig.out_text, "\nTiming:\n");
    const char *listen = strstr(rig.out_text, "  --listen ADDR");
    assert_non_null(addresses);
    assert_non_null(timing);
    assert_true(addresses < listen && listen < timing);
    assert_null(strstr(timing, "\nAddresses:\n"));
    assert_non_null(strstr(rig.out_text, "(1 to 1000)"));
    assert_non_null(strstr(rig.out_text, "[default: 50]"));
    assert_non_null(strstr(rig.out_text, "[env: T_HEARTBEAT]"));
    assert_non_null(strstr(rig.out_text, "(red|green) [default: red]"));
    for (char *line = strtok(rig.out_text, "\n"); line != NULL;
         line = strtok(NULL, "\n")) {
        assert_true(strlen(line) <= 79);
    }
}

static void version_goes_to_stdout(void **state)
{
    (void)state;
    assert_int_equal(parse("-version"), OPTIONS_DONE);
    assert_string_equal(rig.out_text, "prog " VERSION "\n");
    assert_int_equal(parse("-- --version"), OPTIONS_RUN);
    assert_string_equal(rig.arguments[1], "--version");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(defaults_hold_when_nothing_is_given),
    cmocka_unit_test(one_dash_and_two_and_equals_are_the_same),
    cmocka_unit_test(a_flag_needs_no_value_and_takes_one_after_equals),
    cmocka_unit_test(positionals_come_in_order_from_anywhere),
    cmocka_unit_test(flags_beat_environment_beats_defaults),
    cmocka_unit_test(variables_have_no_flag),
    cmocka_unit_test(an_unknown_flag_names_the_nearest),
    cmocka_unit_test(numbers_have_limits),
    cmocka_unit_test(sizes_take_units),
    cmocka_unit_test(a_choice_is_one_of_the_list),
    cmocka_unit_test(help_shows_the_table_by_groups),
    cmocka_unit_test(version_goes_to_stdout),
};

T_MAIN(tests)
