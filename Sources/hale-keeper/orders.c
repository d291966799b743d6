#include "orders.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "daemon.h"

enum { TIMEOUT_LIMIT = 7 * 24 * 3600 * 1000 };

/// Why an order is refused: a word for programs, a text for people. No reason: it is not.
struct refusal {
    const char *reason;
    char text[256];
};

struct request {
    struct keeper *keeper;
    struct peer *peer;
    const struct order *order;
    enum waiting answer;
    struct refusal refusal;
};

static void refuse(struct request *request, const char *reason, const char *text) {
    request->refusal.reason = reason;
    snprintf(request->refusal.text, sizeof request->refusal.text, "%s", text);
}

static void send_error(struct peer *peer, const char *id, const char *verb, const struct refusal *refusal) {
    struct message message;
    message_begin(&message, "error");
    if (id && strlen(id) <= ORDER_ID_LIMIT) message_add(&message, "id", id);
    message_add_bytes(&message, "order", verb, strnlen(verb, 64));
    message_add(&message, "reason", refusal->reason);
    message_add(&message, "text", refusal->text);
    message_end(&message);
    peer_send(peer, &message);
}

/// Reads the number of a key, or the fallback when the key may be left out. False when the order got refused.
static bool number(struct request *request, const char *key, uint64_t maximum, const uint64_t *fallback,
                   uint64_t *value) {
    const char *text = order_value(request->order, key);
    if (!text && fallback) {
        *value = *fallback;
        return true;
    }
    if (text && parse_number(text, 0, maximum, value)) return true;
    char wrong[128];
    snprintf(wrong, sizeof wrong, "%s: expected a number from 0 to %llu", key, (unsigned long long)maximum);
    refuse(request, "value", wrong);
    return false;
}

/// Whether the order means the launch that this keeper has; otherwise it is refused.
static bool names_launch(struct request *request) {
    uint64_t launch;
    if (!number(request, "launch", INT64_MAX, NULL, &launch)) return false;
    if (launch != 0 && launch == request->keeper->program.launch) return true;
    char wrong[128];
    snprintf(wrong, sizeof wrong, "launch %llu is not the last one, %llu", (unsigned long long)launch,
             (unsigned long long)request->keeper->program.launch);
    refuse(request, "launch", wrong);
    return false;
}

static void handle_hello(struct request *request) {
    const char *protocol = order_value(request->order, "protocol");
    if (!protocol || strcmp(protocol, "1") != 0) {
        refuse(request, "protocol", "this keeper speaks protocol 1 only");
        return;
    }
    request->peer->greeted = true;
}

static void handle_spawn(struct request *request) {
    struct program *program = &request->keeper->program;
    struct launch launch;
    const char *wrong = launch_read(&launch, request->order);
    request->answer = UNTIL_PREPARED;
    if (wrong) {
        refuse(request, "value", wrong);
        return;
    }
    if (launch.number != program->launch) {
        if (program_is_alive(program)) refuse(request, "busy", "another launch has not ended yet");
        else if (launch.number < program->launch) refuse(request, "stale", "a later launch was here already");
        else program_spawn(program, &launch, request->keeper->directory);
    }
    launch_free(&launch);
}

static void handle_go(struct request *request) {
    if (!names_launch(request)) return;
    program_release(&request->keeper->program);
    request->answer = UNTIL_STARTED;
}

static void handle_abandon(struct request *request) {
    if (!names_launch(request)) return;
    struct program *program = &request->keeper->program;
    if (!program_is_alive(program)) return;
    if (program->go < 0) refuse(request, "released", "the program had its go-ahead already");
    else program_abandon(program);
}

static void handle_signal(struct request *request) {
    uint64_t signal;
    const char *scope = order_value(request->order, "scope");
    if (!names_launch(request) || !number(request, "number", NSIG - 1, NULL, &signal)) return;
    if (!scope || (strcmp(scope, "group") != 0 && strcmp(scope, "leader") != 0)) {
        refuse(request, "value", "scope: expected group or leader");
        return;
    }
    int error = program_signal(&request->keeper->program, (int)signal, strcmp(scope, "group") == 0);
    if (error != 0) refuse(request, "failed", strerror(error));
}

static void handle_stop(struct request *request) {
    uint64_t signal, timeout, usual_signal = SIGTERM, usual_timeout = 10000;
    if (!names_launch(request) || !number(request, "signal", NSIG - 1, &usual_signal, &signal)) return;
    if (!number(request, "timeoutMs", TIMEOUT_LIMIT, &usual_timeout, &timeout)) return;
    if (signal == 0) refuse(request, "value", "signal: expected one that does something");
    else if (program_is_alive(&request->keeper->program))
        program_stop(&request->keeper->program, (int)signal, (int64_t)timeout);
}

static void handle_quit(struct request *request) {
    if (program_is_alive(&request->keeper->program)) refuse(request, "busy", "a program is held or running");
    else request->keeper->quitting = true;
}

// What may occur in an order besides `id`; a + in front: any number of times.
static const struct verb {
    const char *name;
    void (*handle)(struct request *request);
    const char *keys[16];
} verbs[] = {
    {"hello", handle_hello, {"protocol"}},
    {"spawn",
     handle_spawn,
     {"launch", "token", "+arg", "+env", "directory", "user", "group", "+limit", "umask", "log", "logSize",
      "logFiles"}},
    {"go", handle_go, {"launch"}},
    {"abandon", handle_abandon, {"launch"}},
    {"signal", handle_signal, {"launch", "number", "scope"}},
    {"stop", handle_stop, {"launch", "signal", "timeoutMs"}},
    {"quit", handle_quit, {NULL}},
};

static bool has_allowed_keys(struct request *request, const struct verb *verb) {
    bool seen[16] = {false}, seen_id = false;
    for (size_t index = 0; index < request->order->count; index++) {
        const char *key = request->order->fields[index].key;
        bool *before = strcmp(key, "id") == 0 ? &seen_id : NULL;
        bool repeats = false;
        for (size_t place = 0; !before && verb->keys[place]; place++) {
            repeats = *verb->keys[place] == '+';
            if (strcmp(key, verb->keys[place] + repeats) == 0) before = &seen[place];
        }
        if (before && (repeats || !*before)) {
            *before = true;
            continue;
        }
        char wrong[128];
        snprintf(wrong, sizeof wrong, "%.64s: %s", key, before ? "given more than once" : "not known in this order");
        refuse(request, "key", wrong);
        return false;
    }
    return true;
}

static struct waiter *free_waiter(struct peer *peer) {
    for (int index = 0; index < PEER_WAITER_LIMIT; index++)
        if (peer->waiters[index].until == NOT_WAITING) return &peer->waiters[index];
    return NULL;
}

static void carry_out(struct request *request) {
    const char *id = order_value(request->order, "id");
    const struct verb *verb = NULL;
    for (size_t index = 0; index < sizeof verbs / sizeof *verbs; index++)
        if (strcmp(request->order->verb, verbs[index].name) == 0) verb = &verbs[index];
    struct waiter *waiter = free_waiter(request->peer);
    if (!verb) refuse(request, "order", "this order is not known");
    else if (!has_allowed_keys(request, verb)) return;
    else if (id && strlen(id) > ORDER_ID_LIMIT) refuse(request, "value", "id: longer than 128 bytes");
    else if (!request->peer->greeted && verb->handle != handle_hello)
        refuse(request, "protocol", "expected hello first");
    else if (!waiter) refuse(request, "busy", "too many orders of this connection wait for their outcome");
    else verb->handle(request);
    if (request->refusal.reason || request->keeper->quitting) return;
    *waiter = (struct waiter){.until = request->answer, .has_id = id != NULL};
    if (id) snprintf(waiter->id, sizeof waiter->id, "%s", id);
}

void order_handle(struct keeper *keeper, struct peer *peer, char *payload, size_t count) {
    struct order order;
    struct request request = {.keeper = keeper, .peer = peer, .order = &order, .answer = UNTIL_NEXT_STATUS};
    const char *wrong = order_read(&order, payload, count);
    if (wrong) {
        refuse(&request, "frame", wrong);
        send_error(peer, NULL, "", &request.refusal);
        return;
    }
    carry_out(&request);
    if (request.refusal.reason) send_error(peer, order_value(&order, "id"), order.verb, &request.refusal);
    if (keeper->quitting) {
        // After the bye another keeper may start here at once.
        daemon_withdraw(keeper);
        struct message message;
        const char *id = order_value(&order, "id");
        message_begin(&message, "bye");
        if (id) message_add(&message, "id", id);
        message_end(&message);
        peer_send(peer, &message);
    }
    order_free(&order);
    keeper_publish(keeper);
}
