/* SPDX-License-Identifier: MIT
 *
 * test_http_setup_names.c - which member the body of /setup or /shutdown means,
 * and that no name is looked up for it without need: it may take long.
 */
#define _DEFAULT_SOURCE /* EAI_AGAIN */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "http/setup.h"
#include "tests/t.h"
#include "tests/unit/http_fixture.h"

static unsigned looked_up; /* names, not numbers */

/* In place of the C library's. Only n2 has an address. */
int getaddrinfo(const char *host, const char *port,
                const struct addrinfo *hints, struct addrinfo **found)
{
    static struct sockaddr_in address;
    static struct addrinfo info;

    (void)port;
    (void)hints;
    address = (struct sockaddr_in){.sin_family = AF_INET};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        looked_up++;
        if (strcmp(host, "n2") != 0) {
            return EAI_AGAIN;
        }
        (void)inet_pton(AF_INET, "127.0.0.2", &address.sin_addr);
    }
    info = (struct addrinfo){.ai_addr = (struct sockaddr *)&address,
                             .ai_addrlen = sizeof(address)};
    *found = &info;
    return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
    (void)list;
}

/* Three servers at one port, as on three machines, and one at another. */
static struct http_view make_view(void)
{
    static const char *const raft[] = {"127.0.0.1:7151", "127.0.0.2:7151",
                                       "n3:7151", "n4:7152"};
    struct http_view view = http_fixture_view();

    view.config.member_count = 4;
    for (size_t i = 0; i < 4; i++) {
        strcpy(view.config.members[i].address, raft[i]);
        (void)snprintf(view.member_http[i], sizeof(view.member_http[i]),
                       "h%zu:80", i + 1);
    }
    return view;
}

/* slot: of the member that is meant; after how many names. */
static void means(const char *raft, const char *http, int slot, unsigned names)
{
    const struct http_view view = make_view();
    struct setup_server server = {.http = ""};

    (void)snprintf(server.http, sizeof(server.http), "%s", http);
    (void)snprintf(server.member.raft, sizeof(server.member.raft), "%s", raft);
    looked_up = 0;
    assert_int_equal(setup_slot(&view, &server), slot);
    t_u64_eq(looked_up, names);
}

static void texts_are_compared_first(void **state)
{
    (void)state;
    means("127.0.0.2:7151", "", 1, 0);
    means("N3:7151", "h1:80", 2, 0);
    means("n4:7152", "", 3, 0);
    means("n9:7151", "H2:80", 1, 0);
}

static void no_name_is_looked_up_for_another_port(void **state)
{
    (void)state;
    means("n9:7153", "", -1, 0);
    means("n2:7153", "h9:80", -1, 0);
}

static void a_name_is_looked_up_once(void **state)
{
    (void)state;
    means("n2:7151", "", 1, 1);
    means("n2:07151", "", 1, 1);
    means("n9:7151", "", -1, 1);        /* nobody knows it */
    means("127.0.0.9:7151", "", -1, 1); /* n3 might be it */
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(texts_are_compared_first),
    cmocka_unit_test(no_name_is_looked_up_for_another_port),
    cmocka_unit_test(a_name_is_looked_up_once),
};

T_MAIN(tests)
