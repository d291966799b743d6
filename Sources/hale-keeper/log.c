#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// While the disk refuses, it is asked again this often; a busy program must not cost a failing call per line.
enum { RETRY_MILLISECONDS = 200 };

void log_open(struct log *log, const char *path, uint64_t size_limit, unsigned files) {
    *log = (struct log){.size_limit = size_limit, .files = files, .file = -1};
    snprintf(log->path, sizeof log->path, "%s", path);
}

static void lose(struct log *log, size_t count, int error) {
    if (log->lost == 0 || error != 0) log->lost_error = error;
    log->lost += count;
    log->lost_in_total += count;
}

/// Opens the file when it is not, or when somebody deleted it, and says how large it is.
static bool ready(struct log *log, struct stat *facts) {
    if (log->file >= 0 && fstat(log->file, facts) == 0 && facts->st_nlink > 0) return true;
    close_once(&log->file);
    // Without O_NONBLOCK a FIFO in this place would hold up everything.
    log->file = open(log->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640);
    if (log->file < 0) return false;
    log->middle_of_line = false;
    return fstat(log->file, facts) == 0;
}

static bool rotate(struct log *log) {
    char from[PATH_MAX + 16], to[PATH_MAX + 16];
    close_once(&log->file);
    for (unsigned index = log->files; index-- > 2;) {
        snprintf(from, sizeof from, "%s.%u", log->path, index - 1);
        snprintf(to, sizeof to, "%s.%u", log->path, index);
        // One that is missing or stuck costs at most itself.
        if (rename(from, to) != 0) continue;
    }
    snprintf(to, sizeof to, "%s.1", log->path);
    if ((log->files > 1 ? rename(log->path, to) : unlink(log->path)) == 0 || errno == ENOENT) return true;
    // The bound on disk use holds even where renaming is forbidden.
    return truncate(log->path, 0) == 0;
}

/// How much of the output goes into the current file: whole lines if possible; 0 asks for a rotation.
static size_t portion(const struct log *log, const struct stat *facts, const char *bytes, size_t count) {
    if (log->size_limit == 0 || !S_ISREG(facts->st_mode)) return count;
    uint64_t size = (uint64_t)facts->st_size;
    uint64_t room = size < log->size_limit ? log->size_limit - size : 0;
    if (count <= room) return count;
    size_t lines = (size_t)room;
    while (lines > 0 && bytes[lines - 1] != '\n') lines--;
    return lines > 0 || size > 0 ? lines : (size_t)room;
}

/// Appends as much as works; errno says why it ended early.
static size_t append(struct log *log, const char *bytes, size_t count) {
    size_t done = 0;
    while (done < count) {
        struct stat facts;
        if (!ready(log, &facts)) break;
        size_t part = portion(log, &facts, bytes + done, count - done);
        if (part == 0) {
            if (!rotate(log)) break;
            continue;
        }
        ssize_t written = write(log->file, bytes + done, part);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break;
        done += (size_t)written;
        log->middle_of_line = bytes[done - 1] != '\n';
    }
    return done;
}

/// Notes in the file what is missing from it.
static bool note_loss(struct log *log) {
    char reason[128], note[256];
    snprintf(reason, sizeof reason, "%s", strerror(log->lost_error));
    int count = snprintf(note, sizeof note, "%shale-keeper: %" PRIu64 " bytes of output lost (%s)\n",
                         log->middle_of_line ? "\n" : "", log->lost, reason);
    if (append(log, note, (size_t)count) < (size_t)count) return false;
    log->lost = 0;
    return true;
}

void log_write(struct log *log, const char *bytes, size_t count) {
    if (!*log->path) return;
    if (log->lost > 0) {
        int64_t now = monotonic_milliseconds();
        if (now < log->retry_at || !note_loss(log)) {
            if (now >= log->retry_at) log->retry_at = now + RETRY_MILLISECONDS;
            lose(log, count, log->lost_error);
            return;
        }
    }
    size_t done = append(log, bytes, count);
    if (done == count) return;
    lose(log, count - done, errno);
    log->retry_at = monotonic_milliseconds() + RETRY_MILLISECONDS;
}

void log_close(struct log *log) {
    if (*log->path && log->lost > 0) note_loss(log);
    close_once(&log->file);
    *log->path = 0;
}
