/* SPDX-License-Identifier: MIT
 *
 * test_scenarios_bad.c - scenarios that make no sense, or promise too much.
 */
#include "tests/t.h"

#include <string.h>

#include "cmd/raftsim/scenario/player.h"

#define START "servers 3\nelect S1\n"

struct bad {
    const char *text;
    const char *error; /* begins the message */
};

static enum player_result play(const char *text, struct scenario_error *error)
{
    struct scenario *scenario = scenario_parse("x.raft", text, error);
    enum player_result result = PLAYER_BAD;

    if (scenario != NULL) {
        result = player_play(scenario, NULL, error);
        scenario_free(scenario);
    }
    return result;
}

static void must_end(const struct bad *bad, enum player_result expected)
{
    struct scenario_error error = {""};
    const enum player_result result = play(bad->text, &error);

    if (result != expected ||
        strncmp(error.text, bad->error, strlen(bad->error)) != 0) {
        fail_msg("%s\ngave %d: %s\nnot %d: %s", bad->text, (int)result,
                 error.text, (int)expected, bad->error);
    }
}

static const struct bad senseless[] = {
    {"", "x.raft: no event in it"},
    {"# nothing\n\n", "x.raft: no event in it"},
    {"servers 3\n\nelct S1", "x.raft:3: 'elct': no such verb"},
    {"servers 3\nelect", "x.raft:2: 'elect': too few words"},
    {"servers 3 4", "x.raft:1: '4': one word too many"},
    {"servers 0", "x.raft:1: '0': 1 to 9 servers"},
    {"servers 10", "x.raft:1: '10': 1 to 9 servers"},
    {"servers x", "x.raft:1: 'x': 1 to 9 servers"},
    {"tick", "x.raft:1: `servers` must come first"},
    {"given S1 log=1", "x.raft:1: 'given': `servers` must come first"},
    {START "servers 3", "x.raft:3: 'servers': must stand before"},
    {START "given S1 log=1", "x.raft:3: 'given': must stand before"},
    {START "options paper", "x.raft:3: 'options': must stand before"},
    {"options fast", "x.raft:1: 'fast': paper or default"},
    {"options paper no_op=1", "x.raft:1: 'no_op=1': on or off"},
    {"options paper warp=on", "x.raft:1: 'warp=on': no such option"},
    {"options paper seed", "x.raft:1: 'seed': not an option"},
    {"options paper lease=on", "x.raft:1: 'lease=on': needs stickiness"},
    {"options paper max_batch_entries=4294967296",
     "x.raft:1: 'max_batch_entries=4294967296': a number, at most 4294967295"},
    {"options paper max_batch_bytes=-1",
     "x.raft:1: 'max_batch_bytes=-1': a number, at most 999999999999999"},
    {"options paper max_apply_entries=on",
     "x.raft:1: 'max_apply_entries=on': a number"},
    {"options paper seed=x", "x.raft:1: 'seed=x': a number, at most"},
    {"options paper election=10", "x.raft:1: 'election=10': MIN..MAX, within"},
    {"options paper election=9..8", "x.raft:1: 'election=9..8': MIN..MAX"},
    {"options paper election=0..8", "x.raft:1: 'election=0..8': MIN..MAX"},
    {"options paper election=1..1001", "x.raft:1: 'election=1..1001': MIN"},
    {"options paper heartbeat=0", "x.raft:1: 'heartbeat=0': 1 to 1000 ticks"},
    {"options paper heartbeat=10",
     "x.raft:1: 'heartbeat': every 10 ticks: must be less than an election "
     "time-out, which is 10 or more"},
    {"options paper config=file", "x.raft:1: 'config=file': log or outside"},
    {"options default founder=me", "x.raft:1: 'founder=me': * or one server"},
    {"options paper founder=S1", "x.raft:1: 'founder': needs config=log"},
    {"options default founder=S3\nservers 2",
     "x.raft:2: 'founder': there are S1 to S2"},
    {"servers 2\ngiven S1 log=1\nservers 3",
     "x.raft:3: 'servers': must stand before `given`"},
    {"servers 2\ngiven S1 log=1\noptions paper",
     "x.raft:3: 'options': must stand before `given`"},
    {"servers 2\ngiven S1 log= vote=S2", "x.raft:2: 'vote': nobody votes in"},
    {"servers 2\ngiven S3 log=1", "x.raft:2: 'S3': no such server"},
    {"servers 2\ngiven S1 log=2,1", "x.raft:2: 'log': terms begin"},
    {"servers 2\ngiven S1 log=0", "x.raft:2: 'log': terms begin"},
    {"servers 2\ngiven S1 log=1,", "x.raft:2: 'log=1,': not what can"},
    {"servers 2\ngiven S1 log=3 term=2", "x.raft:2: 'term': the log has"},
    {"servers 2\ngiven S1 log=1 vote=S9", "x.raft:2: 'vote=S9': not what"},
    {"servers 2\noptions default\ngiven S1 log=2",
     "x.raft:3: 'log': with config=log entry 1"},
    {"servers 2\ngiven S1 log=1,2\ngiven S2 log=2,2\ntick",
     "x.raft:4: what is given cannot be: Fig3:LM"},
    {START "tick S4", "x.raft:3: 'S4': no such server"},
    {START "tick 0", "x.raft:3: '0': 1 to 1000 ticks"},
    {START "timeout S1", "x.raft:3: 'S1': it leads"},
    {START "elect S2 turm=3", "x.raft:3: 'turm=3': term=NUMBER or"},
    {START "elect S2 term=1", "x.raft:3: 'S2': it is in term 1 already"},
    {START "put S1 x", "x.raft:3: 'x': not KEY=VALUE"},
    {START "put S1 =x", "x.raft:3: '=x': not KEY=VALUE"},
    {START "get S1 x soon", "x.raft:3: 'soon': lease or consistent"},
    {START "transfer S1 S0", "x.raft:3: 'S0': no such server"},
    {START "deliver S1S2", "x.raft:3: 'S1S2': not a link"},
    {START "deliver S1>S2 postcard", "x.raft:3: 'postcard': no such kind"},
    {START "deliver S1>S2", "x.raft:3: 'S1>S2': no such message"},
    {START "deliver S1>S2 append x", "x.raft:3: 'x': not a number"},
    {START "deliver S1>S2 2 append", "x.raft:3: 'append': one word too"},
    {START "deliver S1>S2 2 2", "x.raft:3: '2': one word too many"},
    {START "drop S1>S2", "x.raft:3: 'S1>S2': no such message"},
    {START "dup S1>S2 append", "x.raft:3: 'S1>S2': no such message"},
    {START "hold S1", "x.raft:3: 'S1': not a link"},
    {START "cut S1 S7", "x.raft:3: 'S7': no such server"},
    {START "dup S1>S2 append nth=1", "x.raft:3: 'S1>S2': no such message"},
    {START "deliver S1>* nth=1", "x.raft:3: 'nth=1': needs one link"},
    {START "deliver S1>S2 nth=0", "x.raft:3: 'nth=0': nth=1 is the oldest"},
    {START "deliver S1>S2 nth=", "x.raft:3: 'nth=': nth=1 is the oldest"},
    {START "deliver S1>S2 1 nth=1", "x.raft:3: 'nth=1': NUMBER and nth="},
    {START "deliver S1>S2 nth=1 1", "x.raft:3: '1': one word too many"},
    {START "deliver S1>S2 0", "x.raft:3: '0': 1 or more"},
    {START "put S1 x=1; deliver S1>S2 nth=2", "x.raft:3: 'S1>S2': only 1 such"},
    {START "drop S1>S2 heartbeat 2", "x.raft:3: '2': not nth=NUMBER"},
    {START "dup S1>S2 2", "x.raft:3: '2': no such kind"},
    {START "tick 3 S1", "x.raft:3: 'S1': one word too many"},
    {START "tick S1 at-once", "x.raft:3: 'at-once': one word too many"},
    {START "tick at-once", "x.raft:3: 'at-once': no such server"},
    {START "tick 2 at-once 2", "x.raft:3: '2': one word too many"},
    {START "tick S1 S2", "x.raft:3: 'S2': one word too many"},
    {START "clock S1 0", "x.raft:3: '0': 1 to 1000 per cent"},
    {START "clock S1 1001", "x.raft:3: '1001': 1 to 1000 per cent"},
    {START "clock S1 fast", "x.raft:3: 'fast': 1 to 1000 per cent"},
    {START "clock S4 90", "x.raft:3: 'S4': no such server"},
    {START "machine S1 slow", "x.raft:3: 'slow': at-once or by-hand"},
    {START "machine S4 by-hand", "x.raft:3: 'S4': no such server"},
    {START "apply S1", "x.raft:3: 'S1': no entry waits"},
    {START "crash S2; apply S2", "x.raft:3: 'S2': this server is down"},
    {START "disk S1 slow=0", "x.raft:3: 'slow=0': 1 to 1000 ticks"},
    {START "disk S1 slow=1001", "x.raft:3: 'slow=1001': 1 to 1000 ticks"},
    {START "crash S2 torn=1", "x.raft:3: 'torn=1': three numbers"},
    {START "crash S2 torn=1,2,3,4", "x.raft:3: 'torn=1,2,3,4': three"},
    {START "crash S2 torn=1,2,", "x.raft:3: 'torn=1,2,': three numbers"},
    {START "until S1.term=1 S1.term=1", "x.raft:3: 'S1.term=1': one cond"},
    {START "disk S1 slow", "x.raft:3: 'slow': at-once, by-hand, slow="},
    {START "persist S1", "x.raft:3: 'S1': no write is under way"},
    {START "crash S2 softly", "x.raft:3: 'softly': torn, torn=W,E,H, or"},
    {START "crash S2\ncrash S2", "x.raft:4: 'S2': S2 is down already"},
    {START "crash S2\nput S2 x=1", "x.raft:4: 'S2': this server is down"},
    {START "restart S2", "x.raft:3: 'S2': S2 runs already"},
    {START "run many", "x.raft:3: 'many': 0 to 1000 ticks"},
    {START "expect S1", "x.raft:3: 'S1': not a condition"},
    {START "expect S9.term=1", "x.raft:3: 'S9.term=1': no such server"},
    {START "expect S1.mood=1", "x.raft:3: 'S1.mood=1': no such field"},
    {START "expect S1.term=x", "x.raft:3: 'S1.term=x': a number must"},
    {START "expect S1.role>1", "x.raft:3: 'S1.role>1': only = and !="},
    {START "expect S1.match=1", "x.raft:3: 'S1.match=1': what of?"},
    {START "expect S1.term[x]=1", "x.raft:3: 'S1.term[x]=1': this field"},
    {START "expect S1.match[x]=1", "x.raft:3: 'S1.match[x]=1': no such"},
};

static void errors_name_file_line_and_word(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(senseless) / sizeof(senseless[0]); i++) {
        must_end(&senseless[i], PLAYER_BAD);
    }
}

static void a_key_has_a_most_length(void **state)
{
    char text[6000] = START "put S1 x=1 ";
    const size_t before = strlen(text);
    struct scenario_error error = {""};

    (void)state;
    memset(text + before, 'k', 4096);
    strcpy(text + before + 4096, "=1\n");
    assert_int_equal(play(text, &error), PLAYER_OK);
    strcpy(text + before + 4096, "k=1\n");
    assert_int_equal(play(text, &error), PLAYER_BAD);
    assert_non_null(strstr(error.text, "': a key has 4096 bytes at most"));
}

static const struct bad untrue[] = {
    {START "expect S1.term=2", "x.raft:3: 'S1.term=2': on S1 it is 1"},
    {START "expect S1.term!=1", "x.raft:3: 'S1.term!=1': on S1 it is 1"},
    {START "expect S1.term<1", "x.raft:3: 'S1.term<1': on S1 it is 1"},
    {START "expect S1.term>1", "x.raft:3: 'S1.term>1': on S1 it is 1"},
    {START "expect S1.term>=2", "x.raft:3: 'S1.term>=2': on S1 it is 1"},
    {START "expect S1.term<=0", "x.raft:3: 'S1.term<=0': on S1 it is 1"},
    {START "expect S1.term = 2", "x.raft:3: 'S1.term=2': on S1 it is 1"},
    {START "expect S1..S3.role=leader",
     "x.raft:3: 'S1..S3.role=leader': on S2 it is follower"},
    {START "crash S2; expect S2.term=1",
     "x.raft:3: 'S2.term=1': on S2 it is down"},
    {START "put S1 x=1; expect S1.log=", "x.raft:3: 'S1.log=': on S1 it is 1"},
    {START "cut S1 S2,S3; until S2.commit=9",
     "x.raft:3: 'S2.commit=9': after 1000 ticks on S2 it is 0"},
    {"servers 3\ncut S1\nelect S1", "x.raft:3: 'S1': it was not elected"},
    {"servers 1\nelect S1 term=3", "x.raft:2: 'S1': elected for term 1"},
};

static void what_does_not_hold_is_told_with_what_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(untrue) / sizeof(untrue[0]); i++) {
        must_end(&untrue[i], PLAYER_FAILED);
    }
}

static void what_holds_is_accepted(void **state)
{
    struct scenario_error error = {""};

    (void)state;
    assert_int_equal(
        play("title a; b # c\n" START
             "expect S1.term=1 S1.term>=1 S1.term <= 1 S2.term!=2 S1.term>0\n"
             "expect S2..S3.role=follower S2.leader=S1 S2.log= S1.key[x]=none\n"
             "put S1 x=1 y=2; run; until S3.commit=2 # both\n"
             "expect S1.key[y]=2 S3.log=1,1 S1.match[S2]=2 S1.next[S2]=3\n",
             &error),
        PLAYER_OK);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(errors_name_file_line_and_word),
    cmocka_unit_test(a_key_has_a_most_length),
    cmocka_unit_test(what_does_not_hold_is_told_with_what_does),
    cmocka_unit_test(what_holds_is_accepted),
};

T_MAIN(tests)
