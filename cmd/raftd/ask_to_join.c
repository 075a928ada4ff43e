/* SPDX-License-Identifier: MIT
 *
 * ask_to_join.c - one asking after the other, each with a connection of its
 * own. The answer is no more to be trusted than a client's bytes.
 */
#include "cmd/raftd/ask_to_join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftd/server.h"
#include "http/json.h"
#include "http/outgoing.h"

enum {
    CONNECT_MS = 2000,
    STEP_MS = 50,
    MAX_ANSWER_BYTES = 64 << 10,
    PATIENCE = 3
};

/* ---- What is asked ------------------------------------------------------- */

/* NULL: out of memory. Free with free(). */
static char *make_body(const struct ask_to_join *ask)
{
    cJSON *json = cJSON_CreateObject();
    char *body = NULL;

    if (json != NULL &&
        cJSON_AddStringToObject(json, "node_id", ask->name) != NULL &&
        cJSON_AddStringToObject(json, "raft_address", ask->raft_address) !=
            NULL) {
        body = cJSON_PrintUnformatted(json);
    }
    cJSON_Delete(json);
    return body;
}

static bool send_request(const struct outgoing *to,
                         const struct ask_to_join *ask, const char *body)
{
    char head[256 + ADDRESS_BYTES];
    const int bytes =
        snprintf(head, sizeof head,
                 "POST /raft/join HTTP/1.1\r\nHost: %s\r\n"
                 "Content-Type: application/json\r\nContent-Length: %zu\r\n"
                 "Connection: close\r\n\r\n",
                 ask->address, strlen(body));

    return outgoing_send(to, head, (size_t)bytes) &&
           outgoing_send(to, body, strlen(body));
}

/* ---- What is answered ---------------------------------------------------- */

/* The sentence in {"error":...} or {"message":...}, if it is one of these. */
static void read_sentence(const uint8_t *body, size_t byte_count, char *why,
                          size_t bytes)
{
    static const char *const members[] = {"error", "message", "detail"};
    struct json_error error;
    cJSON *json = json_parse(body, byte_count, &error);

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const cJSON *text = cJSON_GetObjectItemCaseSensitive(json, members[i]);

        if (cJSON_IsString(text)) {
            snprintf(why, bytes, "%s", text->valuestring);
            break;
        }
    }
    cJSON_Delete(json);
}

/* Were we let in? Otherwise why says what came instead. */
static bool read_answer(uint8_t *answer, size_t byte_count, char *why,
                        size_t bytes)
{
    static const char start[] = "HTTP/1.1 ";
    const size_t skip = sizeof start - 1;
    const char *end = outgoing_head_end(answer, byte_count);
    char sentence[ASK_REASON_BYTES - 32] = "";
    char status[4] = "";

    if (end != NULL && byte_count > skip + 3 &&
        memcmp(answer, start, skip) == 0) {
        memcpy(status, answer + skip, 3);
    }
    if (strspn(status, "0123456789") != 3) {
        snprintf(why, bytes, "what answers there does not speak HTTP");
        return false;
    }
    if (strcmp(status, "200") == 0) {
        return true;
    }
    const uint8_t *body = (const uint8_t *)end + strlen("\r\n\r\n");

    read_sentence(body, byte_count - (size_t)(body - answer), sentence,
                  sizeof sentence);
    snprintf(why, bytes, "it answers %s%s%s", status,
             *sentence != '\0' ? ": " : "", sentence);
    return false;
}

/* ---- One asking ---------------------------------------------------------- */

static uint64_t in_ms(uint32_t ms)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec +
           ms * UINT64_C(1000000);
}

/* json_parse() wants a NUL behind the bytes. NULL: no answer. */
static uint8_t *receive(const struct outgoing *from, size_t *byte_count)
{
    uint8_t *answer = outgoing_receive(from, MAX_ANSWER_BYTES, byte_count);
    uint8_t *more = NULL;

    if (answer != NULL && *byte_count > 0) {
        more = realloc(answer, *byte_count + 1);
    }
    if (more == NULL) {
        free(answer);
        return NULL;
    }
    more[*byte_count] = 0;
    return more;
}

static bool is_let_in(const struct ask_to_join *ask, const char *body,
                      char *why, size_t bytes)
{
    struct outgoing to = {.deadline_ns = in_ms(CONNECT_MS),
                          .go_on = &ask->go_on};
    size_t byte_count = 0;
    uint8_t *answer = NULL;
    bool let_in = false;

    if (!outgoing_connect(&to, ask->address)) {
        snprintf(why, bytes, "nobody can be reached there");
        return false;
    }
    to.deadline_ns = in_ms(ASK_MAX_MS);
    if (send_request(&to, ask, body)) {
        answer = receive(&to, &byte_count);
    }
    outgoing_close(&to);
    if (answer == NULL) {
        snprintf(why, bytes, "no answer");
        return false;
    }
    let_in = read_answer(answer, byte_count, why, bytes);
    free(answer);
    return let_in;
}

/* ---- The thread ---------------------------------------------------------- */

/* Each once: a second is too short a time to say it again. */
static void note_reason(struct ask_to_join *ask, const char *why)
{
    const size_t known =
        ask->reason_count < ASK_REASONS ? ask->reason_count : ASK_REASONS;
    struct log_line line;

    for (size_t i = 0; i < known; i++) {
        if (strcmp(ask->reasons[i], why) == 0) {
            return;
        }
    }
    snprintf(ask->reasons[ask->reason_count++ % ASK_REASONS], ASK_REASON_BYTES,
             "%s", why);
    log_begin(&line, LOG_WARN, "not let in yet: asks again each second");
    log_text(&line, "asked", ask->address);
    log_text(&line, "why", why);
    log_end(&line);
}

static void ask_once(struct ask_to_join *ask, const char *body)
{
    char why[ASK_REASON_BYTES] = "";
    const bool let_in = is_let_in(ask, body, why, sizeof why);

    ask->granted = let_in ? ask->granted + 1 : 0;
    if (ask->granted > PATIENCE) {
        snprintf(why, sizeof why,
                 "it says we are a member, but no leader comes to us at %.60s",
                 ask->raft_address);
    }
    if (*why != '\0' && atomic_load(&ask->go_on)) {
        note_reason(ask, why);
    }
}

static void *run(void *self)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000};
    struct ask_to_join *ask = self;
    char *body = make_body(ask);

    while (body != NULL && atomic_load(&ask->go_on)) {
        ask_once(ask, body);
        for (uint32_t ms = 0; ms < ask->every_ms && atomic_load(&ask->go_on);
             ms += STEP_MS) {
            nanosleep(&step, NULL);
        }
    }
    free(body);
    return NULL;
}

int ask_to_join_start(struct ask_to_join *ask)
{
    struct log_line line;

    log_begin(&line, LOG_INFO, "asks to be let into a cluster");
    log_text(&line, "asked", ask->address);
    log_text(&line, "as", ask->name);
    log_text(&line, "raft", ask->raft_address);
    log_end(&line);
    atomic_store(&ask->go_on, true);
    ask->started = pthread_create(&ask->thread, NULL, run, ask) == 0;
    return ask->started ? 0 : -1;
}

void ask_to_join_tell_end(struct ask_to_join *ask)
{
    atomic_store(&ask->go_on, false);
}

void ask_to_join_end(struct ask_to_join *ask)
{
    ask_to_join_tell_end(ask);
    if (ask->started) {
        pthread_join(ask->thread, NULL);
        ask->started = false;
    }
}

/* ---- The loop ------------------------------------------------------------ */

/*
 * A configuration that has us may still be taken back: only one that is
 * committed ends the asking. And as long as one has us nobody is asked: a
 * member that restarts is let in.
 */
void ask_to_join_turn(struct server *server)
{
    struct ask_to_join *ask = &server->ask;
    const raft_server_id id = storage_identity(server->storage)->server_id;

    if (ask->done || server->options->join[0] == '\0') {
        return;
    }
    if (server->node != NULL &&
        raft_config_will_vote(raft_node_config(server->node), id)) {
        struct raft_status status;

        raft_node_status(server->node, &status);
        ask->done =
            raft_node_config(server->node)->index <= status.commit_index;
        if (ask->done && ask->started) {
            ask_to_join_tell_end(ask);
            log_event(LOG_INFO, "is a member: asks no more");
        }
        return;
    }
    if (!ask->started) {
        memcpy(ask->address, server->options->join, sizeof ask->address);
        memcpy(ask->name, server->options->name, sizeof ask->name);
        memcpy(ask->raft_address, server->raft_advertise,
               sizeof ask->raft_address);
        ask->every_ms = ASK_EVERY_MS;
        if (ask_to_join_start(ask) != 0) {
            log_event(LOG_ERROR, "no thread to ask with: join it by hand");
            ask->done = true;
        }
    }
}
