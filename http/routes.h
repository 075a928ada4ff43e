/* SPDX-License-Identifier: MIT
 *
 * routes.h - the table of routes, and the handlers in it.
 *
 * A handler answers and returns the status it sent. rest: what follows the
 * route in the path, as sent; "" when nothing does.
 */
#ifndef HTTP_ROUTES_H
#define HTTP_ROUTES_H

#include "http/server.h"

/* Guards, then the route's handler, or 404 or 405. */
int routes_dispatch(struct request *request);

/*
 * The path of the route at this place of the table, for those who go through
 * all of it; NULL: no more. has_rest: something must follow the path.
 */
const char *routes_at(size_t place, bool *has_rest, const char **allow);

/* dialect_key.c: raft-kv-demo, hraftd, raftdb */
int key_get_by_path(struct request *request, const char *rest);
int key_get_by_query(struct request *request, const char *rest);
int key_delete_by_path(struct request *request, const char *rest);
int key_delete_by_query(struct request *request, const char *rest);
/* One command to the log: 200 with an empty body once it is applied. */
int key_write(struct request *request, const uint8_t *command,
              size_t command_bytes);
/* dialect_key_post.c */
int key_post(struct request *request, const char *rest);

/* dialect_store.c: raft-example */
int store_get(struct request *request, const char *rest);
int store_post(struct request *request, const char *rest);
int store_delete(struct request *request, const char *rest);
/* dialect_keys.c: raft-kv */
int keys_get(struct request *request, const char *rest);
int keys_post(struct request *request, const char *rest);
int keys_delete(struct request *request, const char *rest);

/* dialect_info.c */
int info_post(struct request *request, const char *rest);
int livez_get(struct request *request, const char *rest);
int readyz_get(struct request *request, const char *rest);
/* dialect_stats.c: raft-example */
int stats_get(struct request *request, const char *rest);
/* {"data":{STATS},"message":...} */
int stats_answer(struct request *request, const char *message);
/* dialect_raft.c: raft-example */
int raft_join_post(struct request *request, const char *rest);
int raft_remove_post(struct request *request, const char *rest);
/* dialect_join.c: raft-kv-demo, raftdb; any method */
int join_any(struct request *request, const char *rest);
int remove_any(struct request *request, const char *rest);
/* dialect_setup.c, dialect_shutdown.c: hraftd */
int setup_post(struct request *request, const char *rest);
int init_post(struct request *request, const char *rest);
int shutdown_post(struct request *request, const char *rest);
int kill_post(struct request *request, const char *rest);
/* dialect_keys_join.c: raft-kv */
int keys_join_post(struct request *request, const char *rest);

/* dialect_cluster.c, _put.c, _post.c: ours */
int cluster_get(struct request *request, const char *rest);
int cluster_put(struct request *request, const char *rest);
int transfer_post(struct request *request, const char *rest);
int snapshot_post(struct request *request, const char *rest);

#endif
