/* SPDX-License-Identifier: MIT
 *
 * test_http_cluster_put.c - PUT /cluster: what is refused before anything is
 * done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_texts.h"

#define BAD(detail)                                              \
    400, "{\"title\":\"Bad Request\",\"status\":400,\"detail\":" \
         "\"" detail "\"}"

static void other_shapes_are_refused(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"PUT", "/cluster", "", 400, NULL},
        {"PUT", "/cluster", "{", 400, NULL},
        {"PUT", "/cluster", "[]",
         BAD("the body must be an object with members")},
        {"PUT", "/cluster", "null",
         BAD("the body must be an object with members")},
        {"PUT", "/cluster", "{}", BAD("members must be an array")},
        {"PUT", "/cluster", "{\"members\":{}}",
         BAD("members must be an array")},
        {"PUT", "/cluster", "{\"members\":null}",
         BAD("members must be an array")},
        {"PUT", "/cluster", "{\"Members\":[]}",
         BAD("there is no field \\\"Members\\\"")},
        {"PUT", "/cluster", "{\"members\":[],\"force\":true}",
         BAD("there is no field \\\"force\\\"")},
        {"PUT", "/cluster", "{\"members\":[]}",
         BAD("0 members: a cluster has from 1 to 9")},
        {"PUT", "/cluster", "{\"members\":[1,2,3,4,5,6,7,8,9,10]}",
         BAD("10 members: a cluster has from 1 to 9")},
        {"PUT", "/cluster", "{\"members\":[\"127.0.0.1:1\"]}",
         BAD("members[0] must be an object")},
        {"PUT", "/cluster", "{\"members\":[],\"members\":[]}",
         BAD("a name stands twice in one object")},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 0);
}

static void a_member_has_an_address_and_known_fields(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"PUT", "/cluster", "{\"members\":[{}]}",
         BAD("members[0].raft is missing: its raft address")},
        {"PUT", "/cluster",
         "{\"members\":[{\"raft\":\"a:1\"},{\"name\":\"x\"}]}",
         BAD("members[1].raft is missing: its raft address")},
        {"PUT", "/cluster", "{\"members\":[{\"raft\":10001}]}",
         BAD("members[0].raft must be a string")},
        {"PUT", "/cluster", "{\"members\":[{\"raft\":null}]}",
         BAD("members[0].raft must be a string")},
        {"PUT", "/cluster", "{\"members\":[{\"raft\":\"a:1\",\"name\":1}]}",
         BAD("members[0].name must be a string")},
        {"PUT", "/cluster", "{\"members\":[{\"raft\":\"a:1\",\"lag\":1}]}",
         BAD("members[0].lag must be a string")},
        {"PUT", "/cluster", "{\"members\":[{\"raft\":\"a:1\",\"Name\":\"\"}]}",
         BAD("members[0] has no field \\\"Name\\\"")},
        {"PUT", "/cluster",
         "{\"members\":[{\"raft\":\"a:1\",\"name\":\"a\\tb\"}]}",
         BAD("members[0].name holds a control character")},
        {"PUT", "/cluster", "{\"members\":[{\"raft\":\"a:1\",\"id\":\"12\"}]}",
         BAD("members[0].id: \\\"12\\\" is not 16 hexadecimal digits")},
        {"PUT", "/cluster",
         "{\"members\":[{\"raft\":\"a:1\",\"id\":\"0000000000000000\"}]}",
         BAD("members[0].id: \\\"0000000000000000\\\" is not 16 hexadecimal "
             "digits")},
        {"PUT", "/cluster",
         "{\"members\":[{\"raft\":\"a:1\",\"id\":\"00000000000000010\"}]}",
         BAD("members[0].id: \\\"00000000000000010\\\" is not 16 hexadecimal "
             "digits")},
        {"PUT", "/cluster",
         "{\"members\":[{\"raft\":\"a:1\",\"id\":\"000000000000000G\"}]}",
         BAD("members[0].id: \\\"000000000000000G\\\" is not 16 hexadecimal "
             "digits")},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 0);
}

static void nobody_stands_twice(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"PUT", "/cluster",
         "{\"members\":[{\"raft\":\"a:1\"},{\"raft\":\"b:1\"},"
         "{\"raft\":\"A:1\"}]}",
         BAD("members[0] and members[2] have one address")},
        {"PUT", "/cluster",
         "{\"members\":[{\"raft\":\"a:1\",\"id\":\"000000000000000b\"},"
         "{\"raft\":\"a:2\",\"id\":\"000000000000000b\"}]}",
         BAD("members[0] and members[1] have one id")},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 0);
}

static void addresses_can_be_dialled(void **state)
{
    static const struct {
        const char *address, *why; /* NULL: good */
    } cases[] = {
        {"a:1", NULL},
        {"example.org:65535", NULL},
        {"10.1.2.3:07001", NULL},
        {"[::1]:7001", NULL},
        {"[fe80::1%eth0]:7001", NULL},
        {"", "is not host:port"},
        {"a", "is not host:port"},
        {":7001", "is not host:port"},
        {"a:", "is not host:port"},
        {"a:x", "is not host:port"},
        {"a:-1", "is not host:port"},
        {"a:+1", "is not host:port"},
        {"a:1x", "has no port from 1 to 65535"},
        {"a:0", "has no port from 1 to 65535"},
        {"a:65536", "has no port from 1 to 65535"},
        {"a:18446744073709551617", "has no port from 1 to 65535"},
        {"::1:7001", "is not host:port (IPv6 stands in brackets)"},
        {"[::1:7001", "is not host:port (IPv6 stands in brackets)"},
        {"[::1]]:7001", "is not host:port (IPv6 stands in brackets)"},
        {"a b:1", "holds a blank, quote, backslash or other strange character"},
        {"a\\n:1",
         "holds a blank, quote, backslash or other strange character"},
        {"a\xc3\xa9:1",
         "holds a blank, quote, backslash or other strange character"},
        {"0.0.0.0:1", "is nobody's address: say the one that others dial"},
        {"[::]:1", "is nobody's address: say the one that others dial"},
    };
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char body[256];

        (void)snprintf(body, sizeof(body), "{\"members\":[{\"raft\":\"%s\"}]}",
                       cases[i].address);
        struct http_reply reply =
            http_client_request(f->port, "PUT", "/cluster", body);

        if (reply.status != (cases[i].why == NULL ? 200 : 400) ||
            (cases[i].why != NULL &&
             strstr((const char *)reply.body, cases[i].why) == NULL)) {
            fail_msg("%s: %d %s", cases[i].address, reply.status,
                     (const char *)reply.body);
        }
        http_reply_free(&reply);
    }
    t_u64_eq(f->call_count, 5);
}

/* At its limit, and one byte more; what is shown of it is cut, between
 * characters. */
static void lengths_are_bounded(void **state)
{
    struct http_fixture *f = *state;
    char text[200];
    char body[512];

    for (unsigned over = 0; over <= 1; over++) {
        memset(text, 'n', sizeof(text));
        text[63 + over] = 0;
        (void)snprintf(body, sizeof(body),
                       "{\"members\":[{\"raft\":\"a:1\",\"name\":\"%s\"}]}",
                       text);
        const struct http_exchange name[] = {
            {"PUT", "/cluster", body, over ? 400 : 200, NULL}};

        HTTP_RUN(f, name);
        memset(text, 'h', sizeof(text));
        strcpy(text + 125 + over, ":1");
        (void)snprintf(body, sizeof(body), "{\"members\":[{\"raft\":\"%s\"}]}",
                       text);
        const struct http_exchange raft[] = {
            {"PUT", "/cluster", body, over ? 400 : 200, NULL}};

        HTTP_RUN(f, raft);
    }
    t_u64_eq(f->call_count, 2);
    t_u64_eq(strlen(f->asked_members[0].raft), 127);
    memset(text, 'x', sizeof(text));
    strcpy(text + 59, "\xc3\xa9 and more of it");
    (void)snprintf(body, sizeof(body), "{\"%s\":1}", text);
    const struct http_exchange cut[] = {
        {"PUT", "/cluster", body,
         BAD("there is no field \\\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
             "xxxxxxxxxxxxxxxxx...\\\"")}};

    HTTP_RUN(f, cut);
}

static const struct CMUnitTest tests[] = {
    T_HTTP(other_shapes_are_refused),
    T_HTTP(a_member_has_an_address_and_known_fields),
    T_HTTP(nobody_stands_twice),
    T_HTTP(addresses_can_be_dialled),
    T_HTTP(lengths_are_bounded),
};

T_MAIN(tests)
