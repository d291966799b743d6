#ifndef PEER_H
#define PEER_H

#include "message.h"

enum {
    PEER_QUEUE_LIMIT = 256 * 1024,
    PEER_WAITER_LIMIT = 8,
    ORDER_ID_LIMIT = 128,
};

/// When an order is answered with the status.
enum waiting { NOT_WAITING, UNTIL_NEXT_STATUS, UNTIL_PREPARED, UNTIL_STARTED };

struct waiter {
    enum waiting until;
    bool has_id;
    char id[ORDER_ID_LIMIT + 1];
};

struct buffer {
    char *bytes;
    size_t length, capacity;
};

/// One connection.
struct peer {
    int socket; // -1: this place is free
    bool greeted;
    struct buffer input, output;
    struct waiter waiters[PEER_WAITER_LIMIT];
};

/// Takes over a connection that was just accepted; false, and closed, when it comes from another user.
bool peer_open(struct peer *peer, int socket);
void peer_close(struct peer *peer);
/// Reads what is there; the peer is closed at its end.
void peer_receive(struct peer *peer);
/// The next whole frame's payload, NULL when there is none. A frame that is too long closes the peer.
char *peer_frame(struct peer *peer, size_t *count);
/// Forgets the frame given last.
void peer_drop_frame(struct peer *peer);
/// Sends or queues; a peer that lets its queue overflow is closed.
void peer_send(struct peer *peer, const struct message *message);
void peer_flush(struct peer *peer);
/// Whether to spare it what it can do without.
bool peer_is_slow(const struct peer *peer);

#endif
