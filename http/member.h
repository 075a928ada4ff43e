/* SPDX-License-Identifier: MIT
 *
 * member.h - what people call the members of the cluster.
 *
 * A member is its server id and its address. Names are labels: the one it was
 * added with, and the -id it was started with; the two may differ.
 */
#ifndef HTTP_MEMBER_H
#define HTTP_MEMBER_H

#include "http/http.h"

/* The name it was added with, else its own; "" while neither is known. */
const char *member_name(const struct http_view *view, size_t slot);

enum member_found { MEMBER_FOUND, MEMBER_UNKNOWN, MEMBER_SEVERAL };

/* Who is meant: a name it was added with or its own, else its id. The one may
 * be the other of two members: then it is neither. */
enum member_found member_find(const struct http_view *view, const char *text,
                              size_t *slot);

/* NULL: it will do. Otherwise what is wrong with it: "is not host:port". */
const char *member_check_address(const char *raft_address);
const char *member_check_name(const char *name);

#endif
