#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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

static bool write_file(const char *name, int flags, const char *text, size_t count) {
    int file = open(name, O_WRONLY | O_CLOEXEC | flags, 0600);
    if (file < 0) return false;
    bool written = write(file, text, count) == (ssize_t)count && ftruncate(file, (off_t)count) == 0;
    return close(file) == 0 && written;
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
    if (write_file("status.part", O_CREAT | O_TRUNC, text, count) && rename("status.part", "status") == 0) return;
    unlink("status.part");
    // On a full disk the old file's block can still be overwritten, which beats a stale status.
    write_file("status", 0, text, count);
}
