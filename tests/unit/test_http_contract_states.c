/* SPDX-License-Identifier: MIT
 *
 * test_http_contract_states.c - every good request in every state of the node.
 */
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_contract.h"

/* For half of the time a request has: see test_http_contract_silent.c. */
static bool waits_for_a_leader(const struct contract_state *state,
                               const struct contract_row *row)
{
    return strcmp(row->path, "/setup") == 0 && !state->leads && !state->asks;
}

static void ask_all(const struct contract_rows *rows)
{
    struct contract c = contract_start(0);

    for (size_t i = 0; i < contract_states.count; i++) {
        contract_enter(&c, &contract_states.at[i]);
        for (size_t j = 0; j < rows->count; j++) {
            if (!waits_for_a_leader(c.state, &rows->at[j])) {
                const struct contract_cell cell =
                    contract_expect(&c, &rows->at[j]);

                contract_ask(&c, &cell);
            }
        }
    }
    contract_stop(&c);
}

static void keys_and_values_in_every_state(void **state)
{
    (void)state;
    ask_all(&contract_keys);
}

static void members_and_servers_in_every_state(void **state)
{
    (void)state;
    ask_all(&contract_members);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(keys_and_values_in_every_state),
    cmocka_unit_test(members_and_servers_in_every_state),
};

T_MAIN(tests)
