/* SPDX-License-Identifier: MIT
 *
 * test_http_cluster_transfer.c - POST /cluster/transfer: who is meant, and
 * what becomes of it.
 */
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

#define TARGET "POST", "/cluster/transfer"
#define NO(status, title, detail)                                         \
    status, "{\"title\":\"" title "\",\"status\":" #status ",\"detail\":" \
            "\"" detail "\"}"
#define BAD(detail)        NO(400, "Bad Request", detail)
#define UNKNOWABLE(detail) NO(422, "Unprocessable Content", detail)
#define SHAPE              BAD("the body must be {\\\"to\\\": a name or an id}")
#define SAY                BAD("to must be the name or the id of a member")

static void other_bodies_are_refused(void **state)
{
    static const struct http_exchange exchanges[] = {
        {TARGET, "", 400, NULL},
        {TARGET, "node2", 400, NULL},
        {TARGET, "\"node2\"", SHAPE},
        {TARGET, "[\"node2\"]", SHAPE},
        {TARGET, "null", SHAPE},
        {TARGET, "{\"To\":\"node2\"}", SHAPE},
        {TARGET, "{\"to\":\"node2\",\"force\":1}", SHAPE},
        {TARGET, "{}", SAY},
        {TARGET, "{\"to\":null}", SAY},
        {TARGET, "{\"to\":12}", SAY},
        {TARGET, "{\"to\":\"\"}", SAY},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 0);
}

static void a_member_is_meant_by_name_or_id(void **state)
{
    static const struct http_exchange exchanges[] = {
        {TARGET, "{\"to\":\"node2\"}", 200,
         "{\"leader\":\"000000000000000c\"}"},
        {TARGET, "{\"to\":\"000000000000000c\"}", 200,
         "{\"leader\":\"000000000000000c\"}"},
    };
    struct http_fixture *f = *state;

    for (size_t i = 0; i < 2; i++) {
        http_fixture_run(f, &exchanges[i], 1);
        t_u64_eq(f->call_count, i + 1);
        assert_int_equal(f->asked.type, BRIDGE_TRANSFER);
        t_u64_eq(f->asked.to, 12);
    }
}

static void who_leads_already_is_told_so(void **state)
{
    static const struct http_exchange exchanges[] = {
        {TARGET, "{\"to\":\"node1\"}", 200,
         "{\"leader\":\"000000000000000b\"}"},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 0);
}

static void only_a_voter_can_be_meant(void **state)
{
    static const struct http_exchange exchanges[] = {
        {TARGET, "{\"to\":\"node9\"}",
         UNKNOWABLE("no member has this name or id")},
        {TARGET, "{\"to\":\"000000000000000d\"}",
         UNKNOWABLE("no member has this name or id")},
        {TARGET, "{\"to\":\"12\"}",
         UNKNOWABLE("no member has this name or id")},
        {TARGET, "{\"to\":\"learner\"}",
         UNKNOWABLE("a learner, or a member that leaves, cannot lead")},
        {TARGET, "{\"to\":\"twin\"}",
         UNKNOWABLE("more than one member has this name: say its id")},
        {TARGET, "{\"to\":\"00000000000000a1\"}", 200, NULL},
    };
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    view.config.member_count = 6;
    view.config.members[2] = (struct raft_member){.id = 0xb1};
    strcpy(view.member_names[2], "learner");
    view.config.members[3] = (struct raft_member){.id = 0xa1, .in_old = true};
    strcpy(view.member_names[3], "twin");
    view.config.members[4] = (struct raft_member){.id = 0xa2, .in_old = true};
    strcpy(view.member_names[4], "twin");
    view.config.members[5] = (struct raft_member){.id = 0xa3}; /* no name */
    http_publish(f->http, &view);
    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 1);
    t_u64_eq(f->asked.to, 0xa1);
}

/* Section 6: under C_old,new, one that is in C_old only would have to step down
 * at once. */
static void who_leaves_cannot_be_meant(void **state)
{
    static const struct http_exchange exchanges[] = {
        {TARGET, "{\"to\":\"node2\"}",
         UNKNOWABLE("a learner, or a member that leaves, cannot lead")},
        {TARGET, "{\"to\":\"newcomer\"}", 200,
         "{\"leader\":\"00000000000000b1\"}"},
    };
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    view.config.is_joint = true;
    view.config.member_count = 3;
    view.config.members[0].in_new = true;
    view.config.members[2] = (struct raft_member){.id = 0xb1, .in_new = true};
    strcpy(view.member_names[2], "newcomer");
    http_publish(f->http, &view);
    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 1);
}

/* A name that looks like an id means who has the name. */
static void names_come_before_ids(void **state)
{
    static const struct http_exchange exchanges[] = {
        {TARGET, "{\"to\":\"000000000000000b\"}", 200,
         "{\"leader\":\"000000000000000c\"}"},
    };
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    strcpy(view.member_names[1], "000000000000000b");
    http_publish(f->http, &view);
    HTTP_RUN(f, exchanges);
}

static void the_loops_no_is_passed_on(void **state)
{
    static const struct {
        struct bridge_answer script;
        struct http_exchange exchange;
    } cases[] = {
        {{.outcome = BRIDGE_UNKNOWN},
         {TARGET, "{\"to\":\"node2\"}",
          NO(504, "Gateway Timeout",
             "the other server does not lead in time, it may yet: GET /cluster "
             "shows who does")}},
        {{.outcome = BRIDGE_CONFLICT, .why = "members are being changed"},
         {TARGET, "{\"to\":\"node2\"}",
          NO(409, "Conflict", "members are being changed")}},
        {{.outcome = BRIDGE_NOT_LEADER},
         {TARGET, "{\"to\":\"node2\"}",
          NO(503, "Service Unavailable",
             "node is not the leader: nothing was done")}},
        {{.outcome = BRIDGE_STOPPING},
         {TARGET, "{\"to\":\"node2\"}",
          NO(503, "Service Unavailable", "shutting down: nothing was done")}},
    };
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        http_fixture_script(f, &cases[i].script, NULL);
        http_fixture_run(f, &cases[i].exchange, 1);
    }
}

static const struct CMUnitTest tests[] = {
    T_HTTP(other_bodies_are_refused),
    T_HTTP(a_member_is_meant_by_name_or_id),
    T_HTTP(who_leads_already_is_told_so),
    T_HTTP(only_a_voter_can_be_meant),
    T_HTTP(who_leaves_cannot_be_meant),
    T_HTTP(names_come_before_ids),
    T_HTTP(the_loops_no_is_passed_on),
};

T_MAIN(tests)
