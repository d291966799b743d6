#ifndef KEEPER_H
#define KEEPER_H

#include "peer.h"
#include "program.h"

enum { PROTOCOL = 1, PEER_LIMIT = 8 };

/// The whole state of `hale-keeper keep`.
struct keeper {
    char directory[PATH_MAX];
    int lock;
    int listener;
    int wake;
    int64_t accept_at; // no connection is accepted before; 0: at once
    bool quitting;
    struct program program;
    struct peer peers[PEER_LIMIT];
};

/// Tells the change, if there is one, and answers the orders that waited for it.
void keeper_publish(struct keeper *keeper);

#endif
