/* SPDX-License-Identifier: MIT
 *
 * setup.c - the servers named in the body of /setup and /shutdown.
 *
 * An address says who is meant; ids are labels, and need not be those the
 * servers were started with. Only where leaderId is the id of a client, that
 * client is to lead, whatever leaderRaftAddr says.
 */
#include "http/setup.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/address.h"
#include "http/answer.h"
#include "http/json.h"
#include "http/membership.h"

/* ---- The body ------------------------------------------------------------ */

__attribute__((format(printf, 2, 3))) static bool
refuse(char why[256], const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(why, 256, format, arguments);
    va_end(arguments);
    return false;
}

/* A missing one is "", a missing list an empty one: null, in Go. */
static bool read_text(const cJSON *json, const char *name, const char **text,
                      char why[256])
{
    const cJSON *field = cJSON_GetObjectItemCaseSensitive(json, name);

    *text = "";
    if (field == NULL || cJSON_IsNull(field)) {
        return true;
    }
    if (!cJSON_IsString(field)) {
        return refuse(why, "%s must be a string", name);
    }
    *text = field->valuestring;
    return true;
}

static bool read_list(const cJSON *json, const char *name, const cJSON **list,
                      char why[256])
{
    const cJSON *item;

    *list = cJSON_GetObjectItemCaseSensitive(json, name);
    if (*list == NULL || cJSON_IsNull(*list)) {
        *list = NULL;
        return true;
    }
    cJSON_ArrayForEach(item, *list)
    {
        if (!cJSON_IsString(item)) {
            return refuse(why, "%s must be a list of strings", name);
        }
    }
    return cJSON_IsArray(*list) ||
           refuse(why, "%s must be a list of strings", name);
}

/* One server more, unless its address stands there already. place: of it. */
static bool add(struct setup *setup, const struct membership *asked,
                const char *http, size_t *place, char why[256])
{
    struct setup_server server = {.http = ""};
    const int length = snprintf(server.http, sizeof(server.http), "%s%s",
                                http[0] == ':' ? "127.0.0.1" : "", http);

    if (membership_read(asked, &server.member, why) != NULL) {
        return false;
    }
    if (length < 0 || (size_t)length >= sizeof(server.http) ||
        (http[0] != 0 && !http_is_address(server.http))) {
        return refuse(why, "the address \"%.60s\" is not host:port", http);
    }
    for (*place = 0; *place < setup->count; (*place)++) {
        if (strcasecmp(setup->servers[*place].member.raft,
                       server.member.raft) == 0) {
            return true;
        }
    }
    if (setup->count == BRIDGE_MAX_MEMBERS) {
        return refuse(why, "a cluster has at most %d members",
                      BRIDGE_MAX_MEMBERS);
    }
    setup->servers[setup->count++] = server;
    return true;
}

static bool add_clients(const cJSON *json, struct setup *setup, char why[256])
{
    const char *leader_id = setup->servers[0].member.name;
    const cJSON *http, *raft, *id;
    size_t place;

    if (!read_list(json, "clientAddrs", &http, why) ||
        !read_list(json, "clientRaftAddrs", &raft, why) ||
        !read_list(json, "clientIds", &id, why)) {
        return false;
    }
    if (cJSON_GetArraySize(http) != cJSON_GetArraySize(raft) ||
        cJSON_GetArraySize(id) != cJSON_GetArraySize(raft)) {
        return refuse(why, "clientAddrs, clientRaftAddrs and clientIds must "
                           "be of one length");
    }
    http = http == NULL ? NULL : http->child;
    id = id == NULL ? NULL : id->child;
    raft = raft == NULL ? NULL : raft->child;
    for (; raft != NULL; raft = raft->next, http = http->next, id = id->next) {
        const struct membership asked = {.name = id->valuestring,
                                         .raft = raft->valuestring};

        if (!add(setup, &asked, http->valuestring, &place, why)) {
            return false;
        }
        if (leader_id[0] != 0 && strcmp(id->valuestring, leader_id) == 0) {
            setup->leader = place;
        }
    }
    return true;
}

static bool read_object(const cJSON *json, struct setup *setup, char why[256])
{
    const char *http, *raft, *id;
    size_t place;

    *setup = (struct setup){.count = 0};
    if (!cJSON_IsObject(json)) {
        return refuse(why, "the body must be a JSON object");
    }
    if (!read_text(json, "leaderAddr", &http, why) ||
        !read_text(json, "leaderRaftAddr", &raft, why) ||
        !read_text(json, "leaderId", &id, why)) {
        return false;
    }
    if (raft[0] == 0) {
        return refuse(why, "leaderRaftAddr is missing or empty");
    }
    if (!add(setup, &(struct membership){.name = id, .raft = raft}, http,
             &place, why) ||
        !add_clients(json, setup, why)) {
        return false;
    }
    if (setup->leader != 0) {
        setup->servers[0].member.name[0] = 0; /* it is another one's */
    }
    return true;
}

int setup_read(struct request *request, struct body *body, struct setup *setup)
{
    struct json_error error = {400, ""};
    char why[256] = "";
    const int status = body_read(request, body);

    if (status != 0) {
        return status;
    }
    cJSON *json = json_parse(body->bytes, body->byte_count, &error);

    if (json == NULL) {
        return answer_error(request, error.status, error.why);
    }
    const bool good = read_object(json, setup, why);

    cJSON_Delete(json);
    return good ? 0 : answer_error(request, 400, why);
}

/* ---- Who that is --------------------------------------------------------- */

static bool is_text_of(const struct http_view *view, size_t slot,
                       const struct setup_server *server)
{
    return strcasecmp(view->config.members[slot].address,
                      server->member.raft) == 0;
}

static bool serves(const struct http_view *view, size_t slot,
                   const struct setup_server *server)
{
    return server->http[0] != 0 &&
           strcasecmp(view->member_http[slot], server->http) == 0;
}

static unsigned long port_of(const char *address)
{
    const char *colon = strrchr(address, ':');

    return colon == NULL ? 0 : strtoul(colon + 1, NULL, 10);
}

/* Names are looked up, which may take long: only where the port is the same,
 * and the one from the body once. */
static int slot_at_place_of(const struct http_view *view,
                            const struct setup_server *server)
{
    const char *wanted = server->member.raft;
    struct sockaddr_in there, here;
    bool is_known = false;

    for (size_t slot = 0; slot < view->config.member_count; slot++) {
        const char *address = view->config.members[slot].address;

        if (port_of(address) != port_of(wanted)) {
            continue;
        }
        if (!is_known && !address_look_up(wanted, &there)) {
            return -1;
        }
        is_known = true;
        if (address_look_up(address, &here) &&
            here.sin_addr.s_addr == there.sin_addr.s_addr) {
            return (int)slot;
        }
    }
    return -1;
}

int setup_slot(const struct http_view *view, const struct setup_server *server)
{
    bool (*const ways[])(const struct http_view *, size_t,
                         const struct setup_server *) = {is_text_of, serves};

    for (size_t way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
        for (size_t slot = 0; slot < view->config.member_count; slot++) {
            if (ways[way](view, slot, server)) {
                return (int)slot;
            }
        }
    }
    return slot_at_place_of(view, server);
}
