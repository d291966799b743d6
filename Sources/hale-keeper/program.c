#include "program.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "leftovers.h"

enum { LONGEST_PAUSE = 100 };

void program_init(struct program *program) {
    *program = (struct program){.phase = PHASE_IDLE, .go = -1, .report = -1, .leader_ended = true};
    program->output.pipe = program->output.log.file = program->notify.socket = -1;
}

bool program_is_alive(const struct program *program) {
    return program->phase != PHASE_IDLE && program->phase != PHASE_EXITED;
}

/// The end of a launch: nothing of it is left, and all that it wrote is in the log.
static void finish(struct program *program) {
    output_finish(&program->output);
    close_once(&program->go);
    close_once(&program->report);
    program->phase = PHASE_EXITED;
    program->kill_at = 0;
    program->leftovers = 0;
    program->changed = true;
}

/// Ends a launch that never became a process.
static void fail_to_start(struct program *program, const char *step, int error) {
    snprintf(program->failure, sizeof program->failure, "%s: %s", step, strerror(error));
    program->wait_status = 126 << 8;
    program->exited_boot = boot_nanoseconds();
    program->exited_wall = wall_nanoseconds();
    finish(program);
}

/// Forgets the former launch.
static void begin(struct program *program, const struct launch *launch, const char *directory) {
    struct notify notify = program->notify;
    program_init(program);
    program->notify = notify;
    program->launch = launch->number;
    snprintf(program->token, sizeof program->token, "%s", launch->token);
    program->spawned_boot = boot_nanoseconds();
    program->spawned_wall = wall_nanoseconds();
    log_open(&program->output.log, launch->log, launch->log_size, launch->log_files);
    notify_open(&program->notify, directory, launch->user != NULL);
}

/// Forks with every signal blocked, so that no handler of the keeper runs in the child.
static pid_t fork_child(const struct launch *launch, struct child_ends ends) {
    sigset_t all, before;
    sigfillset(&all);
    pid_t keeper = getpid();
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0) child_run(launch, ends, keeper);
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return pid;
}

void program_spawn(struct program *program, const struct launch *launch, const char *directory) {
    begin(program, launch, directory);
    char token[TOKEN_LIMIT + 16], notify[sizeof program->notify.address + 16];
    size_t count = launch->environment_count;
    snprintf(token, sizeof token, "HALE_TOKEN=%s", program->token);
    launch->environment[count++] = token;
    snprintf(notify, sizeof notify, "NOTIFY_SOCKET=%s", program->notify.address);
    launch->environment[count] = *program->notify.address ? notify : NULL;

    int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    pid_t pid = -1;
    const char *step = "pipe";
    if (pipe_private(pipes[0]) == 0 && pipe_private(pipes[1]) == 0 && pipe_private(pipes[2]) == 0
        && make_nonblocking(pipes[1][0]) == 0 && make_nonblocking(pipes[2][0]) == 0) {
        step = "fork";
        pid = fork_child(launch, (struct child_ends){.go = pipes[0][0], .report = pipes[1][1], .output = pipes[2][1]});
    }
    int error = errno;
    close_once(&pipes[0][0]);
    close_once(&pipes[1][1]);
    close_once(&pipes[2][1]);
    program->go = pipes[0][1];
    program->report = pipes[1][0];
    program->output.pipe = pipes[2][0];
    if (pid < 0) {
        fail_to_start(program, step, error);
        return;
    }
    program->pid = pid;
    program->start = process_start(pid);
    program->leader_ended = false;
    program->phase = PHASE_PREPARING;
}

void program_release(struct program *program) {
    program->may_go = true;
    if (!program->changed) program_proceed(program);
}

void program_proceed(struct program *program) {
    if (program->phase != PHASE_HELD || !program->may_go) return;
    // If the child is gone already, its end says more than the failing write.
    write_all(program->go, "", 1);
    close_once(&program->go);
    program->phase = PHASE_RELEASED;
}

int program_signal(struct program *program, int signal, bool whole_group) {
    if (program->leader_ended) return 0;
    if (whole_group && killpg(program->pid, signal) == 0) return 0;
    if (whole_group && errno != ESRCH) return errno;
    // Also for the moment after the fork in which the group does not exist yet.
    return kill(program->pid, signal) == 0 ? 0 : errno;
}

void program_abandon(struct program *program) {
    snprintf(program->failure, sizeof program->failure, "abandoned");
    program_signal(program, SIGKILL, true);
}

static bool in_grace(const struct program *program) { return program->stop_signal != 0 && program->kill_at != 0; }

void program_stop(struct program *program, int signal, int64_t timeout_milliseconds) {
    // What a leader that ended by itself left behind is being killed already.
    if (program->leader_ended && program->stop_signal == 0) return;
    int64_t kill_at = monotonic_milliseconds() + timeout_milliseconds;
    if (program->phase != PHASE_STOPPING) program->changed = true;
    program->phase = PHASE_STOPPING;
    // The same order sent again must not look like a second request to the program, but may shorten its time.
    if (program->stop_signal == 0 || in_grace(program)) {
        if (program->stop_signal == 0 || kill_at < program->kill_at) program->kill_at = kill_at;
        if (program->stop_signal != signal && timeout_milliseconds > 0) {
            program_signal(program, signal, true);
            // A suspended program has to run to hear it.
            program_signal(program, SIGCONT, true);
        }
        program->stop_signal = signal;
    }
    if (program->kill_at != 0 && monotonic_milliseconds() >= program->kill_at) program_tick(program);
}

void program_read_report(struct program *program) {
    while (program->report >= 0) {
        struct child_report report;
        ssize_t count = read(program->report, &report, sizeof report);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count != sizeof report) {
            close_once(&program->report);
            if (program->phase != PHASE_RELEASED || *program->failure) return;
            program->phase = PHASE_RUNNING;
            program->changed = true;
        } else if (report.held) {
            program->notify.user = (uid_t)report.user;
            if (program->phase != PHASE_PREPARING) continue;
            program->phase = PHASE_HELD;
            program->changed = true;
        } else if (!*program->failure) {
            report.failure[sizeof report.failure - 1] = 0;
            snprintf(program->failure, sizeof program->failure, "%s", report.failure);
        }
    }
}

/// Removes what the leader left behind, then ends the launch.
static void sweep(struct program *program) {
    if (leftovers_gone(program->pid)) {
        finish(program);
        return;
    }
    program->phase = PHASE_STOPPING;
    if (!in_grace(program)) program->leftovers = kill_leftovers(program->pid);
    program->sweep_at = monotonic_milliseconds() + program->sweep_pause;
}

void program_reap(struct program *program) {
    int status = 0;
    int group_signal = in_grace(program) ? 0 : SIGKILL;
    if (reap_ended(program->leader_ended ? 0 : program->pid, group_signal, &status)) {
        program_read_report(program);
        program->leader_ended = true;
        program->wait_status = status;
        program->exited_boot = boot_nanoseconds();
        program->exited_wall = wall_nanoseconds();
        program->sweep_pause = 1;
        // Helpers outside the group have not heard of the stop.
        if (in_grace(program)) signal_strays(program->pid, program->stop_signal);
    }
    if (program->leader_ended && program_is_alive(program)) sweep(program);
}

void program_tick(struct program *program) {
    int64_t now = monotonic_milliseconds();
    if (program->kill_at != 0 && now >= program->kill_at) {
        program->kill_at = 0;
        program_signal(program, SIGKILL, true);
        if (program->leader_ended) program->sweep_at = now, program->sweep_pause = 1;
    }
    if (!program->leader_ended || !program_is_alive(program) || now < program->sweep_at) return;
    if (program->sweep_pause < LONGEST_PAUSE) {
        program->sweep_pause *= 2;
        // Leftovers that outlive so many attempts deserve to be known.
        if (program->sweep_pause >= LONGEST_PAUSE) program->changed = true;
    }
    sweep(program);
}

int64_t program_deadline(const struct program *program) {
    int64_t deadline = INT64_MAX;
    if (!program_is_alive(program)) return deadline;
    if (program->kill_at != 0) deadline = program->kill_at;
    if (program->leader_ended && program->sweep_at < deadline) deadline = program->sweep_at;
    return deadline;
}
