/* SPDX-License-Identifier: MIT
 *
 * membership.c - servers join and leave one by one, as the dialects ask.
 */
#include "http/membership.h"

#include <stdio.h>
#include <string.h>

#include "http/cluster.h"

const char *membership_read(const struct membership *asked,
                            struct bridge_member *member, char why[256])
{
    const bool has_host = asked->raft[0] != ':';
    const int length = snprintf(member->raft, sizeof(member->raft), "%s%s",
                                has_host ? "" : "127.0.0.1", asked->raft);
    const char *problem = member_check_address(member->raft);

    member->id = 0;
    if (length < 0 || (size_t)length >= sizeof(member->raft)) {
        problem = "is over 127 bytes long";
    }
    if (problem != NULL) {
        (void)snprintf(why, 256, "the raft address \"%.60s\" %s", asked->raft,
                       problem);
        return why;
    }
    problem = member_check_name(asked->name);
    if (problem != NULL) {
        (void)snprintf(why, 256, "the id of the new member %s", problem);
        return why;
    }
    (void)snprintf(member->name, sizeof(member->name), "%s", asked->name);
    return NULL;
}

void membership_change(struct request *request, enum bridge_change change,
                       const struct bridge_member *members, size_t count,
                       struct bridge_answer *answer)
{
    cluster_wait_longer(request, MEMBERSHIP_TIMES);
    bridge_call(request->http->bridge,
                &(struct bridge_request){.type = BRIDGE_CHANGE,
                                         .change = change,
                                         .members = members,
                                         .member_count = count},
                request->deadline_ns, answer);
}

void membership_confirm(struct request *request, struct bridge_answer *answer)
{
    bridge_call(request->http->bridge,
                &(struct bridge_request){.type = BRIDGE_READ_LEASE},
                request->deadline_ns, answer);
    if (answer->outcome == BRIDGE_UNKNOWN) {
        /* Of a question one thing is certain: it changed nothing. */
        answer->outcome = BRIDGE_BUSY;
        (void)snprintf(answer->why, sizeof(answer->why),
                       "no answer in time: nothing was done");
    }
}

static size_t slot_at(const struct http_view *view, const char *address)
{
    size_t slot = 0;

    while (slot < view->config.member_count &&
           strcmp(view->config.members[slot].address, address) != 0) {
        slot++;
    }
    return slot;
}

enum member_found membership_find(struct request *request, const char *name,
                                  uint64_t *id, const char **why)
{
    struct http_view view;
    size_t slot = 0;

    cluster_copy_view(request, &view);
    switch (member_find(&view, name, &slot)) {
    case MEMBER_FOUND:
        *id = view.config.members[slot].id;
        return MEMBER_FOUND;
    case MEMBER_SEVERAL:
        *why = "more than one member has this name: say its address";
        return MEMBER_SEVERAL;
    case MEMBER_UNKNOWN:
        break;
    }
    slot = slot_at(&view, name);
    if (slot == view.config.member_count) {
        *why = "no member has this name";
        return MEMBER_UNKNOWN;
    }
    *id = view.config.members[slot].id;
    return MEMBER_FOUND;
}
