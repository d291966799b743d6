#include "keep.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon.h"
#include "keeper.h"
#include "orders.h"
#include "status.h"
#include "wake.h"

enum {
    SLOT_WAKE,
    SLOT_LISTENER,
    SLOT_REPORT,
    SLOT_OUTPUT,
    SLOT_NOTIFY,
    SLOT_PEERS,
    SLOT_COUNT = SLOT_PEERS + PEER_LIMIT,
    // However many datagrams a program sends, the rest of the work has its turn.
    NOTIFICATIONS_AT_ONCE = 64,
    ACCEPT_PAUSE = 1000,
};

static void take_notifications(struct keeper *keeper) {
    struct program *program = &keeper->program;
    struct notification notification;
    for (int turn = 0; turn < NOTIFICATIONS_AT_ONCE; turn++) {
        if (!notify_take(&program->notify, program->pid, &notification)) return;
        if (notify_learn(&program->notify, &notification)) status_write(program);
        struct message message;
        message_begin(&message, "notify");
        message_add_unsigned(&message, "launch", program->launch);
        if (notification.sender > 0) message_add_signed(&message, "pid", notification.sender);
        const char *line;
        size_t offset = 0, length;
        while (notification_line(&notification, &offset, &line, &length))
            message_add_bytes(&message, "line", line, length);
        message_end(&message);
        for (int index = 0; index < PEER_LIMIT; index++) {
            struct peer *peer = &keeper->peers[index];
            // A talkative program must not cost a slow peer its connection.
            if (peer->greeted && !peer_is_slow(peer)) peer_send(peer, &message);
        }
    }
}

static bool is_due(const struct waiter *waiter, enum phase phase) {
    switch (waiter->until) {
    case NOT_WAITING: return false;
    case UNTIL_NEXT_STATUS: return true;
    case UNTIL_PREPARED: return phase != PHASE_PREPARING;
    case UNTIL_STARTED: return phase != PHASE_PREPARING && phase != PHASE_HELD && phase != PHASE_RELEASED;
    }
    return true;
}

static void tell(struct keeper *keeper, struct peer *peer, bool changed) {
    struct message message;
    bool told = false;
    for (int index = 0; index < PEER_WAITER_LIMIT; index++) {
        struct waiter *waiter = &peer->waiters[index];
        if (!is_due(waiter, keeper->program.phase)) continue;
        waiter->until = NOT_WAITING;
        status_message(&message, &keeper->program, waiter->has_id ? waiter->id : NULL);
        peer_send(peer, &message);
        told = true;
    }
    if (told || !changed || !peer->greeted) return;
    status_message(&message, &keeper->program, NULL);
    peer_send(peer, &message);
}

void keeper_publish(struct keeper *keeper) {
    struct program *program = &keeper->program;
    bool changed = program->changed;
    program->changed = false;
    if (changed && program->phase == PHASE_EXITED) {
        // Its last words come before its end.
        take_notifications(keeper);
        notify_close(&program->notify);
    }
    if (changed) status_write(program);
    for (int index = 0; index < PEER_LIMIT; index++)
        if (keeper->peers[index].socket >= 0) tell(keeper, &keeper->peers[index], changed);
    // Whatever kills the keeper from here on, the file says what has to be swept up.
    program_proceed(program);
}

static void accept_peers(struct keeper *keeper) {
    keeper->accept_at = 0;
    for (;;) {
        int socket = accept(keeper->listener, NULL, NULL);
        if (socket < 0) {
            // Without descriptors the connection stays in line and would wake the loop for ever.
            if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
                keeper->accept_at = monotonic_milliseconds() + ACCEPT_PAUSE;
            if (errno == EINTR || errno == ECONNABORTED) continue;
            return;
        }
        struct peer *place = NULL;
        for (int index = 0; index < PEER_LIMIT && !place; index++)
            if (keeper->peers[index].socket < 0) place = &keeper->peers[index];
        if (place) peer_open(place, socket);
        else close(socket);
    }
}

static void serve_peer(struct keeper *keeper, struct peer *peer, short events) {
    if (peer->socket >= 0 && events & POLLOUT) peer_flush(peer);
    if (peer->socket < 0 || !(events & (POLLIN | POLLHUP | POLLERR))) return;
    peer_receive(peer);
    size_t count;
    for (char *payload; !keeper->quitting && (payload = peer_frame(peer, &count));) {
        order_handle(keeper, peer, payload, count);
        peer_drop_frame(peer);
    }
}

static int patience(const struct keeper *keeper) {
    int64_t deadline = program_deadline(&keeper->program);
    if (keeper->accept_at != 0 && keeper->accept_at < deadline) deadline = keeper->accept_at;
    if (deadline == INT64_MAX) return -1;
    int64_t rest = deadline - monotonic_milliseconds();
    return rest < 0 ? 0 : rest > INT_MAX ? INT_MAX : (int)rest;
}

static void fill_slots(const struct keeper *keeper, struct pollfd slots[SLOT_COUNT]) {
    slots[SLOT_WAKE] = (struct pollfd){.fd = keeper->wake, .events = POLLIN};
    slots[SLOT_LISTENER] = (struct pollfd){.fd = keeper->accept_at ? -1 : keeper->listener, .events = POLLIN};
    slots[SLOT_REPORT] = (struct pollfd){.fd = keeper->program.report, .events = POLLIN};
    slots[SLOT_OUTPUT] = (struct pollfd){.fd = keeper->program.output.pipe, .events = POLLIN};
    slots[SLOT_NOTIFY] = (struct pollfd){.fd = keeper->program.notify.socket, .events = POLLIN};
    for (int index = 0; index < PEER_LIMIT; index++) {
        const struct peer *peer = &keeper->peers[index];
        short events = peer->output.length > 0 ? POLLIN | POLLOUT : POLLIN;
        slots[SLOT_PEERS + index] = (struct pollfd){.fd = peer->socket, .events = events};
    }
}

static void turn(struct keeper *keeper) {
    struct pollfd slots[SLOT_COUNT];
    struct program *program = &keeper->program;
    fill_slots(keeper, slots);
    if (poll(slots, SLOT_COUNT, patience(keeper)) < 0) return;
    if (slots[SLOT_REPORT].revents) program_read_report(program);
    keeper_publish(keeper);
    if (slots[SLOT_NOTIFY].revents) take_notifications(keeper);
    if (slots[SLOT_WAKE].revents) {
        while (wake_next(keeper->wake) != 0) {}
        program_reap(program);
    }
    program_tick(program);
    keeper_publish(keeper);
    if (slots[SLOT_OUTPUT].revents) output_pump(&program->output);
    for (int index = 0; index < PEER_LIMIT && !keeper->quitting; index++)
        serve_peer(keeper, &keeper->peers[index], slots[SLOT_PEERS + index].revents);
    if (slots[SLOT_LISTENER].revents || (keeper->accept_at && monotonic_milliseconds() >= keeper->accept_at))
        accept_peers(keeper);
}

static void serve(struct keeper *keeper) {
    program_init(&keeper->program);
    for (int index = 0; index < PEER_LIMIT; index++) keeper->peers[index].socket = -1;
    keeper_publish(keeper);
    while (!keeper->quitting) turn(keeper);
    for (int index = 0; index < PEER_LIMIT; index++) peer_close(&keeper->peers[index]);
}

int keep(const char *directory) {
    static struct keeper keeper;
    int code = daemon_start(&keeper, directory);
    // The starting process goes back to its caller with the outcome.
    if (code != DAEMON_IS_CHILD) return code;
    serve(&keeper);
    return 0;
}
