#include "notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_NAME "notify"

static bool bind_path(struct notify *notify, const char *directory) {
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = SOCKET_NAME};
    int length = snprintf(notify->address, sizeof notify->address, "%s/" SOCKET_NAME, directory);
    // The program has to fit the whole path into the same structure.
    if (length < 0 || (size_t)length >= sizeof name.sun_path) return false;
    return bind(notify->socket, (struct sockaddr *)&name, sizeof name) == 0 && chmod(SOCKET_NAME, 0600) == 0;
}

/// A name that the kernel picks, outside the file system: neither permissions nor the length of a path matter.
static bool bind_abstract(struct notify *notify) {
#ifdef __linux__
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t size = sizeof(sa_family_t);
    if (bind(notify->socket, (struct sockaddr *)&name, size) != 0) return false;
    size = sizeof name;
    if (getsockname(notify->socket, (struct sockaddr *)&name, &size) != 0) return false;
    int length = (int)(size - offsetof(struct sockaddr_un, sun_path) - 1);
    snprintf(notify->address, sizeof notify->address, "@%.*s", length, name.sun_path + 1);
    return true;
#else
    (void)notify;
    return false;
#endif
}

void notify_open(struct notify *notify, const char *directory, bool other_user) {
    notify_close(notify);
    *notify = (struct notify){.socket = socket(AF_UNIX, SOCK_DGRAM, 0), .user = geteuid()};
    if (notify->socket < 0) return;
    bool works = make_private(notify->socket) == 0 && make_nonblocking(notify->socket) == 0;
#ifdef __linux__
    int on = 1;
    works = works && setsockopt(notify->socket, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0;
#endif
    if (works && ((!other_user && bind_path(notify, directory)) || bind_abstract(notify))) return;
    notify_close(notify);
    *notify->address = 0;
}

void notify_close(struct notify *notify) {
    close_once(&notify->socket);
    unlink(SOCKET_NAME);
}

#ifdef __linux__

/// Who sent it; descriptors that came along are closed.
static struct ucred sender_of(struct msghdr *header) {
    struct ucred sender = {.pid = 0, .uid = (uid_t)-1};
    for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
        if (part->cmsg_level != SOL_SOCKET) continue;
        if (part->cmsg_type == SCM_CREDENTIALS) memcpy(&sender, CMSG_DATA(part), sizeof sender);
        if (part->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < count; index++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(part) + index * sizeof(int), sizeof descriptor);
            close(descriptor);
        }
    }
    return sender;
}

static bool is_ours(const struct notify *notify, pid_t leader, const struct ucred *sender) {
    if (sender->uid == (uid_t)-1) return false;
    if (sender->uid == 0 || sender->uid == geteuid() || sender->uid == notify->user) return true;
    // A program that changed its user by itself is known by its session.
    return sender->pid > 0 && getsid(sender->pid) == leader;
}

bool notify_take(struct notify *notify, pid_t leader, struct notification *notification) {
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(8 * sizeof(int))];
    } control;
    while (notify->socket >= 0) {
        struct iovec part = {.iov_base = notification->text, .iov_len = NOTIFY_LIMIT};
        struct msghdr header = {
            .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
        ssize_t count = recvmsg(notify->socket, &header, MSG_CMSG_CLOEXEC);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        struct ucred sender = sender_of(&header);
        if (header.msg_flags & MSG_TRUNC || !is_ours(notify, leader, &sender)) continue;
        notification->sender = sender.pid;
        notification->length = (size_t)count;
        return true;
    }
    return false;
}

#else

bool notify_take(struct notify *notify, pid_t leader, struct notification *notification) {
    (void)leader;
    // The directory lets only the same user in.
    while (notify->socket >= 0) {
        ssize_t count = recv(notify->socket, notification->text, NOTIFY_LIMIT, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        notification->sender = 0;
        notification->length = (size_t)count;
        return true;
    }
    return false;
}

#endif

bool notification_line(const struct notification *notification, size_t *offset, const char **line, size_t *length) {
    while (*offset < notification->length) {
        *line = notification->text + *offset;
        size_t rest = notification->length - *offset;
        const char *end = memchr(*line, '\n', rest);
        *length = end ? (size_t)(end - *line) : rest;
        *offset += *length + 1;
        // Whatever follows a NUL byte could not be told from another field.
        const char *zero = memchr(*line, 0, *length);
        if (zero) *length = (size_t)(zero - *line);
        if (*length > 0) return true;
    }
    return false;
}

bool notify_learn(struct notify *notify, const struct notification *notification) {
    bool was_ready = notify->ready;
    const char *line;
    size_t offset = 0, length;
    while (notification_line(notification, &offset, &line, &length)) {
        if (length == 7 && memcmp(line, "READY=1", 7) == 0) notify->ready = true;
        if (length >= 7 && memcmp(line, "STATUS=", 7) == 0)
            snprintf(notify->status, sizeof notify->status, "%.*s", (int)(length - 7), line + 7);
    }
    return notify->ready != was_ready;
}
