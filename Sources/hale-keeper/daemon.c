#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "leftovers.h"
#include "wake.h"

#define SOCKET_NAME "socket"

static int complain(const char *directory, const char *what) {
    fprintf(stderr, "hale-keeper: %s: %s: %s\n", directory, what, strerror(errno));
    return 1;
}

/// Enters the directory and locks it for as long as any process of this keeper lives.
static int enter(struct keeper *keeper, const char *directory) {
    struct stat facts;
    if (chdir(directory) != 0) return complain(directory, "can't enter the directory");
    if (stat(".", &facts) != 0 || !getcwd(keeper->directory, sizeof keeper->directory))
        return complain(directory, "can't look at the directory");
    if (facts.st_uid != geteuid() || (facts.st_mode & 077) != 0) {
        fprintf(stderr, "hale-keeper: %s: expected a directory of mode 0700 owned by uid %ld\n", directory,
                (long)geteuid());
        return 1;
    }
    keeper->lock = open("lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (keeper->lock < 0) return complain(directory, "can't open the lock");
    if (flock(keeper->lock, LOCK_EX | LOCK_NB) == 0) return 0;
    if (errno != EWOULDBLOCK) return complain(directory, "can't lock");
    fprintf(stderr, "hale-keeper: %s: another keeper is there\n", directory);
    return EXIT_LOCKED;
}

static bool listen_on_socket(struct keeper *keeper) {
    // The relative name fits however long the directory's path is.
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = SOCKET_NAME};
    // With the lock held nobody else can be using it.
    if (unlink(SOCKET_NAME) != 0 && errno != ENOENT) return false;
    keeper->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (keeper->listener < 0 || make_private(keeper->listener) != 0 || make_nonblocking(keeper->listener) != 0)
        return false;
    mode_t mask = umask(0177);
    bool bound = bind(keeper->listener, (struct sockaddr *)&name, sizeof name) == 0;
    umask(mask);
    return bound && listen(keeper->listener, 16) == 0;
}

/// In the keeper itself. Returns what failed, with errno, or NULL.
static const char *prepare(struct keeper *keeper) {
    static const int ignored[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGPIPE, SIGALRM, SIGUSR1,
                                  SIGUSR2, SIGTSTP, SIGTTIN, SIGTTOU, SIGXFSZ, SIGXCPU};
    static const int wanted[] = {SIGCHLD};
    reset_signals();
    ignore_signals(ignored, sizeof ignored / sizeof *ignored);
    adopt_descendants();
    umask(027);
    keeper->wake = wake_open(wanted, 1);
    if (keeper->wake < 0) return "can't make a pipe";
    if (!listen_on_socket(keeper)) return "can't listen on the socket";
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return "can't open /dev/null";
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (dup2(null, descriptor) < 0) return "can't redirect the standard streams";
    close(null);
    return NULL;
}

/// Waits for the keeper's word on the pipe: nothing but a newline when it listens, otherwise what failed.
static int await(int pipe, const char *directory) {
    char text[512];
    size_t length = 0;
    for (ssize_t count; length < sizeof text - 1; length += (size_t)count) {
        count = read(pipe, text + length, sizeof text - 1 - length);
        if (count < 0 && errno == EINTR) count = 0;
        else if (count <= 0) break;
    }
    text[length] = 0;
    if (strcmp(text, "\n") == 0) return 0;
    fprintf(stderr, "hale-keeper: %s: %s\n", directory, length ? text : "the keeper died while it started");
    return 1;
}

int daemon_start(struct keeper *keeper, const char *directory) {
    int ends[2];
    int code = enter(keeper, directory);
    if (code != 0) return code;
    if (pipe_private(ends) != 0) return complain(directory, "can't make a pipe");
    fflush(NULL);
    // A handler or SIG_IGN from whoever started us would spoil waiting for the child.
    signal(SIGCHLD, SIG_DFL);
    pid_t child = fork();
    if (child < 0) return complain(directory, "can't fork");
    if (child > 0) {
        close(ends[1]);
        code = await(ends[0], directory);
        waitpid(child, NULL, 0);
        return code;
    }
    close(ends[0]);
    // A session leader could get a terminal, so the keeper is its child.
    const char *failed = setsid() < 0 ? "can't start a session" : NULL;
    child = failed ? -1 : fork();
    if (child > 0) _exit(0);
    if (!failed && child < 0) failed = "can't fork";
    if (!failed) failed = prepare(keeper);
    char text[256] = "\n";
    if (failed) snprintf(text, sizeof text, "%s: %s", failed, strerror(errno));
    write_all(ends[1], text, strlen(text));
    if (failed) _exit(1);
    close(ends[1]);
    return DAEMON_IS_CHILD;
}

void daemon_withdraw(struct keeper *keeper) {
    unlink(SOCKET_NAME);
    close_once(&keeper->listener);
    close_once(&keeper->lock);
}
