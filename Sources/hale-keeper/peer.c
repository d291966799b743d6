#include "peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024, KEPT_CAPACITY = 8 * 1024 };

static bool is_same_user(int socket) {
    uid_t user;
#ifdef __linux__
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return false;
    user = credentials.uid;
#else
    gid_t group;
    if (getpeereid(socket, &user, &group) != 0) return false;
#endif
    return user == geteuid() || user == 0;
}

static bool reserve(struct buffer *buffer, size_t count) {
    size_t needed = buffer->length + count;
    if (needed <= buffer->capacity) return true;
    size_t capacity = buffer->capacity ? buffer->capacity : 4096;
    while (capacity < needed) capacity *= 2;
    char *bytes = realloc(buffer->bytes, capacity);
    if (!bytes) return false;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

/// Removes bytes at the front; a large buffer that became empty goes back.
static void drop(struct buffer *buffer, size_t count) {
    buffer->length -= count;
    if (buffer->length > 0) {
        memmove(buffer->bytes, buffer->bytes + count, buffer->length);
    } else if (buffer->capacity > KEPT_CAPACITY) {
        free(buffer->bytes);
        *buffer = (struct buffer){0};
    }
}

bool peer_open(struct peer *peer, int socket) {
    if (!is_same_user(socket) || make_private(socket) != 0 || make_nonblocking(socket) != 0) {
        close(socket);
        return false;
    }
    *peer = (struct peer){.socket = socket};
    return true;
}

void peer_close(struct peer *peer) {
    close_once(&peer->socket);
    free(peer->input.bytes);
    free(peer->output.bytes);
    *peer = (struct peer){.socket = -1};
}

void peer_receive(struct peer *peer) {
    static char bytes[READ_SIZE];
    ssize_t count = recv(peer->socket, bytes, sizeof bytes, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0 || !reserve(&peer->input, (size_t)count)) {
        peer_close(peer);
        return;
    }
    memcpy(peer->input.bytes + peer->input.length, bytes, (size_t)count);
    peer->input.length += (size_t)count;
}

char *peer_frame(struct peer *peer, size_t *count) {
    if (peer->socket < 0 || peer->input.length < FRAME_HEADER) return NULL;
    uint32_t length = frame_length((const unsigned char *)peer->input.bytes);
    if (length > FRAME_LIMIT) {
        peer_close(peer);
        return NULL;
    }
    if (peer->input.length - FRAME_HEADER < length) return NULL;
    *count = length;
    return peer->input.bytes + FRAME_HEADER;
}

void peer_drop_frame(struct peer *peer) {
    // Handling the frame may have closed the peer.
    if (peer->socket < 0) return;
    drop(&peer->input, FRAME_HEADER + frame_length((const unsigned char *)peer->input.bytes));
}

void peer_flush(struct peer *peer) {
    if (peer->socket < 0 || peer->output.length == 0) return;
    ssize_t count = send(peer->socket, peer->output.bytes, peer->output.length, 0);
    if (count > 0) drop(&peer->output, (size_t)count);
    if (count < 0 && errno != EAGAIN && errno != EINTR) peer_close(peer);
}

void peer_send(struct peer *peer, const struct message *message) {
    if (peer->socket < 0) return;
    if (peer->output.length + message->length > PEER_QUEUE_LIMIT || !reserve(&peer->output, message->length)) {
        peer_close(peer);
        return;
    }
    memcpy(peer->output.bytes + peer->output.length, message->bytes, message->length);
    peer->output.length += message->length;
    peer_flush(peer);
}

bool peer_is_slow(const struct peer *peer) { return peer->output.length > PEER_QUEUE_LIMIT / 2; }
