#include "wake.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int write_end = -1;

static void note_signal(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    // A full pipe already wakes the loop, which then looks at everything.
    if (write(write_end, &byte, 1) < 0) errno = 0;
    errno = saved;
}

int wake_open(const int *signals, size_t count) {
    int ends[2];
    if (pipe_private(ends) != 0) return -1;
    if (make_nonblocking(ends[0]) != 0 || make_nonblocking(ends[1]) != 0) {
        close(ends[0]);
        close(ends[1]);
        return -1;
    }
    write_end = ends[1];
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESTART | SA_NOCLDSTOP;
    sigfillset(&action.sa_mask);
    sigset_t wanted;
    sigemptyset(&wanted);
    for (size_t index = 0; index < count; index++) {
        sigaction(signals[index], &action, NULL);
        sigaddset(&wanted, signals[index]);
    }
    // Whoever started us may have blocked them.
    sigprocmask(SIG_UNBLOCK, &wanted, NULL);
    return ends[0];
}

int wake_next(int descriptor) {
    unsigned char byte = 0;
    ssize_t count;
    do count = read(descriptor, &byte, 1);
    while (count < 0 && errno == EINTR);
    return count == 1 ? byte : 0;
}

void ignore_signals(const int *signals, size_t count) {
    for (size_t index = 0; index < count; index++) signal(signals[index], SIG_IGN);
}

void reset_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    // KILL, STOP and those that the C library keeps for itself refuse; their action is the default anyway.
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}
