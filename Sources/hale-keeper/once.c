#include "once.h"

#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "leftovers.h"
#include "wake.h"

enum {
    GRACE = 2000,
    // What not even KILL removes (a dead network disk) must not hold up the caller for ever.
    DESPAIR = 5000,
    LONGEST_PAUSE = 100,
    EXIT_CANT_RUN = 126,
    EXIT_NOT_FOUND = 127,
};

struct command {
    pid_t pid;
    bool leader_ended;
    int status;
    int verdict; // the signal by which the guard is to end, 0: with the exit code of the command
};

static _Noreturn void run(char **arguments, pid_t guard) {
    setpgid(0, 0);
    reset_signals();
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
    if (getppid() != guard) _exit(EXIT_CANT_RUN);
    int null = open("/dev/null", O_RDONLY);
    if (null >= 0 && dup2(null, 0) == 0) {
        if (null > 2) close(null);
        execvp(arguments[0], arguments);
    }
    int error = errno;
    fprintf(stderr, "hale-keeper: can't run %s: %s\n", arguments[0], strerror(error));
    _exit(error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANT_RUN);
}

static bool start(struct command *command, char **arguments) {
    pid_t guard = getpid();
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    command->pid = fork();
    if (command->pid == 0) run(arguments, guard);
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    if (command->pid < 0) return false;
    // On both sides, so that the group exists whoever comes first.
    setpgid(command->pid, command->pid);
    return true;
}

static void wait_for(int wake, int64_t deadline) {
    int64_t rest = deadline - monotonic_milliseconds();
    struct pollfd slot = {.fd = wake, .events = POLLIN};
    poll(&slot, 1, rest < 0 ? 0 : rest > INT_MAX ? INT_MAX : (int)rest);
}

static void reap(struct command *command) {
    if (reap_ended(command->leader_ended ? 0 : command->pid, SIGKILL, &command->status)) command->leader_ended = true;
}

/// Until the leader has ended, by itself or by force.
static void guard(struct command *command, int wake, int64_t timeout) {
    int64_t deadline = monotonic_milliseconds() + timeout;
    bool killed = false;
    while (!command->leader_ended) {
        int verdict = 0;
        wait_for(wake, deadline);
        for (int signal; (signal = wake_next(wake)) != 0;)
            if (signal != SIGCHLD) verdict = SIGTERM;
        reap(command);
        if (command->leader_ended) return;
        bool late = monotonic_milliseconds() >= deadline;
        if (command->verdict == 0 && (verdict != 0 || late)) {
            command->verdict = verdict ? verdict : SIGALRM;
            killpg(command->pid, SIGTERM);
            killpg(command->pid, SIGCONT);
            deadline = monotonic_milliseconds() + GRACE;
        } else if (late && !killed) {
            killed = true;
            killpg(command->pid, SIGKILL);
            deadline = monotonic_milliseconds() + DESPAIR;
        } else if (late) {
            return;
        }
    }
}

static void remove_leftovers(struct command *command, int wake) {
    int64_t end = monotonic_milliseconds() + DESPAIR;
    for (int pause = 1; !leftovers_gone(command->pid) && monotonic_milliseconds() < end;) {
        kill_leftovers(command->pid);
        wait_for(wake, monotonic_milliseconds() + pause);
        while (wake_next(wake) != 0) {}
        reap(command);
        if (pause < LONGEST_PAUSE) pause *= 2;
    }
}

/// What the guard itself has to say is no exit code, for each of them may be the command's.
static _Noreturn void end_by(int number) {
    reset_signals();
    raise(number);
    _exit(128 + number);
}

int once(int64_t timeout_milliseconds, char **arguments) {
    static const int ignored[] = {SIGHUP, SIGPIPE}, wanted[] = {SIGCHLD, SIGTERM, SIGINT};
    struct command command = {0};
    close_from(3);
    ignore_signals(ignored, sizeof ignored / sizeof *ignored);
    adopt_descendants();
    int wake = wake_open(wanted, sizeof wanted / sizeof *wanted);
    if (wake < 0 || !start(&command, arguments)) {
        fprintf(stderr, "hale-keeper: can't start %s: %s\n", arguments[0], strerror(errno));
        return EXIT_CANT_RUN;
    }
    guard(&command, wake, timeout_milliseconds);
    remove_leftovers(&command, wake);
    if (command.verdict != 0) end_by(command.verdict);
    return WIFSIGNALED(command.status) ? 128 + WTERMSIG(command.status) : WEXITSTATUS(command.status);
}
