#include "leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

void adopt_descendants(void) {
#ifdef __linux__
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
}

bool reap_ended(pid_t leader, int group_signal, int *status) {
    bool leader_ended = false;
    for (;;) {
        siginfo_t info;
        memset(&info, 0, sizeof info);
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
            if (errno == EINTR) continue;
            return leader_ended;
        }
        if (info.si_pid == 0) return leader_ended;
        bool is_leader = leader > 0 && info.si_pid == leader;
        // One call reaches the whole group at once, even one that forks without pause.
        if (is_leader && group_signal != 0) killpg(leader, group_signal);
        int ended = 0;
        if (waitpid(info.si_pid, &ended, WNOHANG) == info.si_pid && is_leader) {
            *status = ended;
            leader_ended = true;
        }
    }
}

#ifdef __linux__

bool leftovers_gone(pid_t group) {
    // With the leader gone every living descendant hangs below a child of ours, so without a child there is none.
    (void)group;
    siginfo_t info;
    int result;
    do result = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
    while (result != 0 && errno == EINTR);
    return result != 0 && errno == ECHILD;
}

typedef void visitor(pid_t child, pid_t group, int signal);

static void kill_child(pid_t child, pid_t group, int signal) {
    (void)group;
    // A session of its own was made by a descendant and holds only descendants: its group can go in one stroke.
    pid_t session = getsid(child), own_group = getpgid(child);
    if (session > 0 && session != getsid(0) && own_group > 1) killpg(own_group, signal);
    kill(child, signal);
}

static void signal_stray(pid_t child, pid_t group, int signal) {
    if (getpgid(child) != group) kill(child, signal);
}

static pid_t parent_of(pid_t pid) {
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return 0;
    text[count] = 0;
    char *end = strrchr(text, ')');
    long parent = 0;
    return end && sscanf(end + 1, " %*c %ld", &parent) == 1 ? (pid_t)parent : 0;
}

static int visit_children_by_scan(visitor *visit, pid_t group, int signal) {
    DIR *processes = opendir("/proc");
    if (!processes) return 0;
    int found = 0;
    pid_t self = getpid();
    for (struct dirent *entry; (entry = readdir(processes));) {
        uint64_t pid;
        if (!parse_number(entry->d_name, 2, INT_MAX, &pid) || parent_of((pid_t)pid) != self) continue;
        visit((pid_t)pid, group, signal);
        found++;
    }
    closedir(processes);
    return found;
}

static int visit_children(visitor *visit, pid_t group, int signal) {
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    int file = open(path, O_RDONLY | O_CLOEXEC);
    // Kernels without this list are searched the slow way.
    if (file < 0) return visit_children_by_scan(visit, group, signal);
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return 0;
    text[count] = 0;
    // A number cut off by the end of the buffer would be another process.
    if ((size_t)count == sizeof text - 1) {
        char *last = strrchr(text, ' ');
        *(last ? last : text) = 0;
    }
    int found = 0;
    char *position = text;
    for (;;) {
        char *end;
        long pid = strtol(position, &end, 10);
        if (end == position) return found;
        if (pid > 1) visit((pid_t)pid, group, signal), found++;
        position = end;
    }
}

int kill_leftovers(pid_t group) { return visit_children(kill_child, group, SIGKILL); }

void signal_strays(pid_t group, int signal) { visit_children(signal_stray, group, signal); }

#else

bool leftovers_gone(pid_t group) { return killpg(group, 0) != 0 && errno == ESRCH; }

int kill_leftovers(pid_t group) { return killpg(group, SIGKILL) == 0 ? 1 : 0; }

void signal_strays(pid_t group, int signal) {
    (void)group;
    (void)signal;
}

#endif
