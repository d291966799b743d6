#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keeper.h"

static const char *state_name(enum phase phase) {
    switch (phase) {
    case PHASE_IDLE: return "idle";
    case PHASE_PREPARING:
    case PHASE_HELD:
    // Not running before exec is known to have worked; a repeated go-ahead does no harm.
    case PHASE_RELEASED: return "held";
    case PHASE_RUNNING: return "running";
    case PHASE_STOPPING: return "stopping";
    case PHASE_EXITED: return "exited";
    }
    return "idle";
}

static void add_end(struct message *message, const struct program *program) {
    int status = program->wait_status;
    bool core = false;
    if (WIFSIGNALED(status)) {
        message_add_signed(message, "exitSignal", WTERMSIG(status));
#ifdef WCOREDUMP
        core = WCOREDUMP(status);
#endif
    } else {
        message_add_signed(message, "exitCode", WEXITSTATUS(status));
    }
    message_add(message, "core", core ? "1" : "0");
    if (*program->failure) message_add(message, "failure", program->failure);
    message_add_signed(message, "exitedBoot", program->exited_boot);
    message_add_signed(message, "exitedWall", program->exited_wall);
    char line[LAST_LINE_LIMIT];
    message_add_bytes(message, "lastOutput", line, last_line_get(&program->output.last_line, line));
}

void status_message(struct message *message, const struct program *program, const char *id) {
    message_begin(message, "status");
    if (id) message_add(message, "id", id);
    message_add_signed(message, "protocol", PROTOCOL);
    message_add_signed(message, "keeper", getpid());
    message_add_unsigned(message, "launch", program->launch);
    message_add(message, "token", program->token);
    message_add(message, "state", state_name(program->phase));
    message_add_signed(message, "pid", program->pid);
    message_add_unsigned(message, "start", program->start);
    message_add_signed(message, "spawnedBoot", program->spawned_boot);
    message_add_signed(message, "spawnedWall", program->spawned_wall);
    message_add(message, "ready", program->notify.ready ? "1" : "0");
    message_add(message, "notifyStatus", program->notify.status);
    message_add_unsigned(message, "lostOutput", program->output.log.lost_in_total);
    if (program->phase == PHASE_STOPPING) {
        message_add(message, "leaderEnded", program->leader_ended ? "1" : "0");
        message_add_signed(message, "leftovers", program->leftovers);
    }
    if (program->phase == PHASE_EXITED) add_end(message, program);
    message_end(message);
}

/// In place and in one write, so that the death of the keeper leaves the old text or the new one. A rename would do the
/// same, but some file systems flush for it, which takes longer than starting the program; and a full disk can't stop
/// what is already there from being overwritten.
static void overwrite(const char *name, char *text, size_t count) {
    static char padding[4096];
    int file = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    struct stat facts;
    if (file < 0) return;
    memset(padding, '\n', sizeof padding);
    size_t former = fstat(file, &facts) == 0 ? (size_t)facts.st_size : 0;
    size_t rest = former > count ? former - count : 0;
    struct iovec parts[] = {{text, count}, {padding, rest < sizeof padding ? rest : sizeof padding}};
    ssize_t written;
    do written = writev(file, parts, 2);
    while (written < 0 && errno == EINTR);
    close(file);
}

void status_write(const struct program *program) {
    struct message message;
    status_message(&message, program, NULL);
    // The verb says nothing in a file.
    char *text = message.bytes + FRAME_HEADER + sizeof "status";
    size_t count = message.length - FRAME_HEADER - sizeof "status";
    for (size_t index = 0; index < count; index++) {
        if (text[index] == '\n') text[index] = ' ';
        if (text[index] == 0) text[index] = '\n';
    }
    overwrite("status", text, count);
}
