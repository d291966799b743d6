#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

static int64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) return 0;
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t boot_nanoseconds(void) {
#ifdef __linux__
    return nanoseconds(CLOCK_BOOTTIME);
#else
    return nanoseconds(CLOCK_MONOTONIC);
#endif
}

int64_t wall_nanoseconds(void) { return nanoseconds(CLOCK_REALTIME); }

int64_t monotonic_milliseconds(void) { return nanoseconds(CLOCK_MONOTONIC) / 1000000; }

uint64_t process_start(pid_t pid) {
#ifdef __linux__
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return 0;
    text[count] = 0;
    // The name in field 2 may hold spaces and parentheses; the fields after the last parenthesis are regular.
    char *position = strrchr(text, ')');
    for (int field = 2; position && field < 22; field++) position = strchr(position + 1, ' ');
    return position ? strtoull(position + 1, NULL, 10) : 0;
#else
    (void)pid;
    return 0;
#endif
}

int make_private(int descriptor) { return fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

int make_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

int pipe_private(int ends[2]) {
#ifdef __linux__
    return pipe2(ends, O_CLOEXEC);
#else
    if (pipe(ends) != 0) return -1;
    make_private(ends[0]);
    make_private(ends[1]);
    return 0;
#endif
}

void close_once(int *descriptor) {
    if (*descriptor >= 0) close(*descriptor);
    *descriptor = -1;
}

void close_from(int first) {
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0) return;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 1 << 20) limit = 1 << 20;
    for (int descriptor = first; descriptor < limit; descriptor++) close(descriptor);
}

bool open_standard_descriptors(void) {
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0) continue;
        // The lowest free number is taken, and all below are open.
        if (open("/dev/null", O_RDWR) != descriptor) return false;
    }
    return true;
}

bool write_all(int descriptor, const void *bytes, size_t count) {
    const char *rest = bytes;
    while (count > 0) {
        ssize_t written = write(descriptor, rest, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        rest += written;
        count -= (size_t)written;
    }
    return true;
}

bool parse_number(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *number) {
    uint64_t value = 0;
    if (!*text) return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9') return false;
        unsigned digit = (unsigned)(*text - '0');
        if (value > (UINT64_MAX - digit) / 10) return false;
        value = value * 10 + digit;
    }
    if (value < minimum || value > maximum) return false;
    *number = value;
    return true;
}
