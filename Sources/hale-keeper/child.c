#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "wake.h"

extern char **environ;

// Fixed places for the two private pipes, so that everything above can be closed in one call.
enum { GO = 3, REPORT = 4, FIRST_UNUSED = 5, EXIT_NOT_FOUND = 127, EXIT_FAILED = 126 };

static _Noreturn void leave(int code, const char *step, const char *subject, const char *reason) {
    struct child_report report = {0};
    snprintf(report.failure, sizeof report.failure, "%s%s%.120s: %s", step, *subject ? " " : "", subject, reason);
    write_all(REPORT, &report, sizeof report);
    _exit(code);
}

static _Noreturn void fail(const char *step, const char *subject) {
    int error = errno;
    bool missing = error == ENOENT && strcmp(step, "exec") == 0;
    leave(missing ? EXIT_NOT_FOUND : EXIT_FAILED, step, subject, strerror(error));
}

/// Puts each descriptor in its place and closes all others, among them the keeper's lock and sockets.
static void arrange_descriptors(struct child_ends ends) {
    // First out of the way of the places they are going to.
    int go = fcntl(ends.go, F_DUPFD, 16), report = fcntl(ends.report, F_DUPFD, 16);
    int output = fcntl(ends.output, F_DUPFD, 16), input = open("/dev/null", O_RDONLY);
    if (report < 0 || dup2(report, REPORT) < 0) _exit(EXIT_FAILED);
    make_private(REPORT);
    if (go < 0 || dup2(go, GO) < 0 || make_private(GO) != 0) fail("stdio", "");
    if (output < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) fail("stdio", "");
    if (input < 0 || dup2(input, 0) < 0) fail("stdio", "/dev/null");
    close_from(FIRST_UNUSED);
}

static void apply_limits(const struct launch *launch) {
    for (size_t index = 0; index < launch->limit_count; index++) {
        const struct launch_limit *limit = &launch->limits[index];
        if (setrlimit(limit->resource, &limit->value) != 0) fail("limit", limit->name);
    }
}

struct identity {
    uid_t user;
    gid_t group;
    const char *name; // for the supplementary groups; NULL: only the group
};

static struct identity look_up(const struct launch *launch) {
    struct identity identity = {.user = geteuid(), .group = getegid()};
    uint64_t number;
    if (launch->user) {
        bool numeric = parse_number(launch->user, 0, UINT32_MAX - 1, &number);
        errno = 0;
        struct passwd *entry = numeric ? getpwuid((uid_t)number) : getpwnam(launch->user);
        if (!entry && !numeric) leave(EXIT_FAILED, "user", launch->user, errno ? strerror(errno) : "no such user");
        if (!entry && !launch->group) leave(EXIT_FAILED, "user", launch->user, "no such user, and no group is given");
        identity.user = entry ? entry->pw_uid : (uid_t)number;
        if (entry) identity.group = entry->pw_gid;
        identity.name = entry ? entry->pw_name : NULL;
    }
    if (launch->group) {
        errno = 0;
        struct group *entry = getgrnam(launch->group);
        if (!entry && !parse_number(launch->group, 0, UINT32_MAX - 1, &number))
            leave(EXIT_FAILED, "group", launch->group, errno ? strerror(errno) : "no such group");
        identity.group = entry ? entry->gr_gid : (gid_t)number;
    }
    return identity;
}

static void become_user(const struct launch *launch) {
    if (!launch->user && !launch->group) return;
    struct identity identity = look_up(launch);
    // Asking for what the keeper already is needs no privilege.
    if (geteuid() != 0 && identity.user == geteuid() && identity.group == getegid()) return;
    const char *user = launch->user ? launch->user : "", *group = launch->group ? launch->group : "";
    // The program may open its output again through /dev/stdout.
    if (geteuid() == 0 && fchown(1, identity.user, identity.group) != 0) fail("user", user);
    int groups = identity.name ? initgroups(identity.name, identity.group) : setgroups(1, &identity.group);
    if (groups != 0 || setgid(identity.group) != 0) fail("group", launch->group ? group : user);
    if (setuid(identity.user) != 0) fail("user", user);
}

static void die_with_keeper(pid_t keeper) {
#ifdef __linux__
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) fail("session", "");
#endif
    // It may have died before the line above took effect.
    if (getppid() != keeper) _exit(EXIT_FAILED);
}

static void wait_for_go(void) {
    struct child_report report = {.held = 1, .user = geteuid()};
    if (!write_all(REPORT, &report, sizeof report)) _exit(EXIT_FAILED);
    char byte;
    ssize_t count;
    do count = read(GO, &byte, 1);
    while (count < 0 && errno == EINTR);
    if (count != 1) _exit(EXIT_FAILED);
}

_Noreturn void child_run(const struct launch *launch, struct child_ends ends, pid_t keeper) {
    arrange_descriptors(ends);
    if (setsid() < 0) fail("session", "");
    reset_signals();
    apply_limits(launch);
    umask(launch->mask);
    become_user(launch);
    // A change of user clears the death signal, so it comes after.
    die_with_keeper(keeper);
    if (chdir(launch->directory) != 0) fail("chdir", launch->directory);
    // execvp looks the program up in the PATH of the program's own environment.
    environ = (char **)launch->environment;
    wait_for_go();
    execvp(launch->arguments[0], (char *const *)launch->arguments);
    fail("exec", launch->arguments[0]);
}
