/* SPDX-License-Identifier: MIT
 *
 * key.c - keys and values as requests bring them, and writes that go to the
 * leader by themselves.
 */
#include "http/key.h"

#include <stdlib.h>
#include <string.h>

#include "http/answer.h"
#include "http/forward.h"
#include "http/url.h"

int key_decode(struct request *request, const char *from, size_t bytes,
               bool in_query, struct key *key)
{
    switch (url_decode(from, bytes, in_query, key->bytes, KV_MAX_KEY_BYTES,
                       &key->byte_count)) {
    case URL_BAD_ESCAPE:
        return answer_error(request, 400,
                            "a % in the key without two hexadecimal digits");
    case URL_NUL:
        return answer_error(request, 400, "a key cannot hold a NUL");
    case URL_TOO_LONG:
        return answer_error(request, 413, "the key is over 4096 bytes long");
    case URL_OK:
        break;
    }
    key->bytes[key->byte_count] = 0;
    return 0;
}

int key_from_rest(struct request *request, const char *rest, struct key *key)
{
    const size_t length = strlen(rest);
    const size_t slash = length > 0 && rest[length - 1] == '/' ? 1 : 0;

    return key_decode(request, rest, length - slash, false, key);
}

const char *key_check_put(const struct http *http,
                          const struct kv_operation *put, int *status)
{
    *status = 413;
    if (put->key_bytes > KV_MAX_KEY_BYTES) {
        return "a key is over 4096 bytes long";
    }
    return put->value_bytes > http->settings.max_value_bytes
               ? "a value is too large"
               : NULL;
}

/* Nobody to ask: in the words of the routes' family. */
static int pass_on(struct request *request, const char *leader_http,
                   const struct body *body)
{
    if (!forward_is_possible(request, leader_http)) {
        return answer_not_leader(request);
    }
    return forward_request(request, leader_http,
                           body == NULL ? NULL : body->bytes,
                           body == NULL ? 0 : body->byte_count);
}

int key_write_anywhere(struct request *request,
                       const struct kv_operation *operation,
                       const struct body *body, uint64_t *index)
{
    const size_t bytes = kv_command_size(operation, 1);
    uint8_t *command = malloc(bytes);
    struct bridge_answer answer;

    if (command == NULL) {
        return answer_error(request, 503, "out of memory");
    }
    kv_command_encode(operation, 1, command);
    bridge_call(request->http->bridge,
                &(struct bridge_request){.type = BRIDGE_WRITE,
                                         .command = command,
                                         .command_bytes = bytes},
                request->deadline_ns, &answer);
    free(command);
    *index = answer.index;
    if (answer.outcome == BRIDGE_DONE) {
        return 0;
    }
    return answer.outcome == BRIDGE_NOT_LEADER
               ? pass_on(request, answer.leader_http, body)
               : answer_outcome(request, &answer);
}

int key_not_text(struct request *request)
{
    return answer_error(request, 422,
                        "not UTF-8 text: fetch the bytes from /kv/<key>");
}
