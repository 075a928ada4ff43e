/* SPDX-License-Identifier: MIT
 *
 * member.c - what people call the members of the cluster.
 */
#include "http/member.h"

#include <stdlib.h>
#include <string.h>

#include "http/cluster.h"

const char *member_name(const struct http_view *view, size_t slot)
{
    const char *name = view->config.members[slot].name;

    return *name != 0 ? name : view->member_names[slot];
}

static bool is_shown_as(const struct http_view *view, const char *text,
                        size_t slot)
{
    return strcmp(member_name(view, slot), text) == 0;
}

/* But was added with another name: nobody sees this one. */
static bool is_started_as(const struct http_view *view, const char *text,
                          size_t slot)
{
    return strcmp(view->member_names[slot], text) == 0;
}

static bool has_id(const struct http_view *view, const char *text, size_t slot)
{
    uint64_t id = 0;

    return cluster_parse_id(text, &id) && view->config.members[slot].id == id;
}

enum member_found member_find(const struct http_view *view, const char *text,
                              size_t *slot)
{
    bool (*const ways[])(const struct http_view *, const char *,
                         size_t) = {is_shown_as, is_started_as, has_id};

    if (*text == 0) {
        return MEMBER_UNKNOWN; /* "" is no name, but stands for none */
    }
    for (size_t way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
        size_t found = 0;

        for (size_t i = 0; i < view->config.member_count; i++) {
            if (ways[way](view, text, i)) {
                *slot = i;
                found++;
            }
        }
        if (found > 0) {
            return found == 1 ? MEMBER_FOUND : MEMBER_SEVERAL;
        }
    }
    return MEMBER_UNKNOWN;
}

/* ---- Checked, before they get into the configuration --------------------- */

/* host:port as another server can dial it. */
const char *member_check_address(const char *address)
{
    const char *colon = strrchr(address, ':');
    char *end = NULL;

    for (const char *at = address; *at != 0; at++) {
        if (*at <= ' ' || *at > '~' || *at == '"' || *at == '\\') {
            return "holds a blank, quote, backslash or other strange character";
        }
    }
    if (colon == NULL || colon == address || colon[1] < '0' || colon[1] > '9') {
        return "is not host:port";
    }
    const unsigned long port = strtoul(colon + 1, &end, 10);

    if (*end != 0 || port == 0 || port > 65535) {
        return "has no port from 1 to 65535";
    }
    if (address[0] == '['
            ? memchr(address, ']', (size_t)(colon - address)) != colon - 1
            : memchr(address, ':', (size_t)(colon - address)) != NULL) {
        return "is not host:port (IPv6 stands in brackets)";
    }
    if (strncmp(address, "0.0.0.0:", 8) == 0 ||
        strncmp(address, "[::]:", 5) == 0) {
        return "is nobody's address: say the one that others dial";
    }
    return NULL;
}

const char *member_check_name(const char *name)
{
    if (strlen(name) >= RAFT_MAX_NAME_BYTES) {
        return "is over 63 bytes long";
    }
    for (const char *at = name; *at != 0; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) {
            return "holds a control character";
        }
    }
    return NULL;
}
