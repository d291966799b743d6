#ifndef NOTIFY_H
#define NOTIFY_H

#include "platform.h"

enum { NOTIFY_LIMIT = 4096, NOTIFY_STATUS_LIMIT = 256 };

/// The datagram socket on which a program tells that it is ready, by the sd_notify protocol.
struct notify {
    int socket;        // -1: none
    char address[128]; // for NOTIFY_SOCKET; empty: none
    uid_t user;        // of the program
    bool ready;
    char status[NOTIFY_STATUS_LIMIT + 1];
};

struct notification {
    pid_t sender; // 0: unknown
    size_t length;
    char text[NOTIFY_LIMIT + 1];
};

/// Forgets the former program and opens a socket for the next. Failing leaves the address empty: the program runs
/// without one. `other_user`: the program can't enter the keeper's directory.
void notify_open(struct notify *notify, const char *directory, bool other_user);
void notify_close(struct notify *notify);
/// Takes the next datagram that comes from the program. False when there is none.
bool notify_take(struct notify *notify, pid_t leader, struct notification *notification);
/// Remembers what it says about readiness. True when the readiness changed.
bool notify_learn(struct notify *notify, const struct notification *notification);
/// The next line that is not empty, from `*offset`; false at the end.
bool notification_line(const struct notification *notification, size_t *offset, const char **line, size_t *length);

#endif
