/* SPDX-License-Identifier: MIT
 *
 * net_stranger.c - a plain socket in a test: says what it likes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "raft/bytes.h"
#include "tests/t.h"
#include "tests/unit/net_party.h"
#include "tests/unit/own_address.h"

static struct sockaddr_in socket_address(const char *host, uint16_t port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons(port),
                                .sin_addr = {inet_addr(host)}};
}

void stranger_connect(struct stranger *stranger, const struct party *to)
{
    const struct sockaddr_in address =
        socket_address(to->host, net_port(to->net));

    *stranger = (struct stranger){.fd = socket(AF_INET, SOCK_STREAM, 0)};
    assert_true(stranger->fd >= 0);
    assert_int_equal(connect(stranger->fd, (const struct sockaddr *)&address,
                             sizeof address),
                     0);
    assert_int_equal(fcntl(stranger->fd, F_SETFL, O_NONBLOCK), 0);
}

int stranger_listen(char address[RAFT_MAX_ADDRESS_BYTES])
{
    struct sockaddr_in bound = socket_address(own_address(), 0);
    socklen_t length = sizeof bound;
    const int small = 4096; /* so that a queue soon fills */
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    assert_int_equal(bind(fd, (struct sockaddr *)&bound, sizeof bound), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&bound, &length), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    snprintf(address, RAFT_MAX_ADDRESS_BYTES, "%s:%u", own_address(),
             ntohs(bound.sin_port));
    return fd;
}

bool stranger_accept(struct stranger *stranger, int listen_fd)
{
    const int fd = accept(listen_fd, NULL, NULL);

    if (fd < 0) {
        return false;
    }
    *stranger = (struct stranger){.fd = fd};
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return true;
}

void stranger_say(struct stranger *stranger, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;

    while (count > 0) {
        const ssize_t sent = send(stranger->fd, at, count, MSG_NOSIGNAL);

        if (sent > 0) {
            at += sent;
            count -= (size_t)sent;
        } else if (errno == EAGAIN) {
            party_poll_all();
        } else {
            stranger->closed = true;
            return;
        }
    }
}

void stranger_hear(struct stranger *stranger)
{
    const size_t room = sizeof stranger->bytes - stranger->count;
    uint8_t sink[4096];
    uint8_t *const to = room > 0 ? stranger->bytes + stranger->count : sink;
    const ssize_t got =
        recv(stranger->fd, to, room > 0 ? room : sizeof sink, 0);

    if (got > 0 && room > 0) {
        stranger->count += (size_t)got;
    } else if (got == 0 || (got < 0 && errno != EAGAIN)) {
        stranger->closed = true;
    }
}

bool stranger_closed(struct stranger *stranger)
{
    stranger_hear(stranger);
    return stranger->closed;
}

void stranger_leave(struct stranger *stranger)
{
    close(stranger->fd);
    stranger->fd = -1;
}

void stranger_hello(struct stranger *stranger, raft_server_id id,
                    uint64_t cluster_id, raft_server_id to)
{
    const struct net_hello hello = {.cluster_id = cluster_id,
                                    .server_id = id,
                                    .name = "stranger",
                                    .raft_address = "127.0.0.1:1"};
    uint8_t bytes[FRAME_MAX_HELLO_BYTES];

    stranger_say(stranger, bytes,
                 frame_put_hello(bytes, &hello, to, ++stranger->sequence));
}

void stranger_vote(struct stranger *stranger, raft_server_id from,
                   raft_server_id to, uint64_t cluster_id, raft_term term)
{
    const struct raft_message m = {
        .type = RAFT_REQUEST_VOTE,
        .from = from,
        .to = to,
        .term = term,
        .request_vote = {.candidate_id = from, .asked_term = term}};
    uint8_t bytes[256];

    stranger_say(
        stranger, bytes,
        frame_put_message(bytes, cluster_id, ++stranger->sequence, &m));
}

void stranger_plain(struct stranger *stranger, enum frame_type type,
                    raft_server_id from, raft_server_id to, uint64_t cluster_id)
{
    const struct frame_route route = {cluster_id, from, to,
                                      ++stranger->sequence};
    uint8_t bytes[FRAME_HEADER_BYTES];

    stranger_say(stranger, bytes, frame_put_plain(bytes, type, &route));
}

uint64_t stranger_sequence(unsigned speaks)
{
    return speaks == 1 ? 0 : (uint64_t)speaks << FRAME_SPEAKS_SHIFT;
}

size_t stranger_heard(struct stranger *stranger, unsigned type, unsigned speaks)
{
    size_t found = 0;
    size_t at = 0;

    stranger_hear(stranger);
    while (stranger->count - at >= FRAME_HEADER_BYTES) {
        const uint8_t *const frame = stranger->bytes + at;

        assert_memory_equal(frame, "Raft", 4);
        assert_true(get_u16(frame + 4) <= speaks);
        found += frame[6] == type;
        at += FRAME_HEADER_BYTES + get_u32(frame + 40);
    }
    return found;
}

bool stranger_greeted(struct stranger *stranger, struct net_hello *hello)
{
    struct frame_scratch scratch = {0};
    struct frame frame;
    size_t used = 0;

    stranger_hear(stranger);
    if (frame_decode(stranger->bytes, stranger->count, 4096, &scratch, &frame,
                     &used) != FRAME_OK ||
        frame.type != FRAME_HELLO) {
        return false;
    }
    if (hello != NULL) {
        *hello = frame.hello;
    }
    return true;
}

void stranger_is_lazy(struct stranger *stranger, int listen_fd,
                      raft_server_id id, uint64_t cluster_id)
{
    UNTIL(stranger_accept(stranger, listen_fd));
    stranger_hello(stranger, id, cluster_id, 1);
}
