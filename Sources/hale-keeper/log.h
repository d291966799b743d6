#ifndef LOG_H
#define LOG_H

#include "platform.h"

/// A file that output is appended to, rotated by renaming: path, path.1, path.2 … Losing output is preferred to ever
/// holding up the program that writes it.
struct log {
    char path[PATH_MAX]; // empty: output is thrown away
    uint64_t size_limit; // 0: never rotated
    unsigned files;      // including the one being written
    int file;
    bool middle_of_line;
    uint64_t lost; // bytes not yet noted in the file
    int lost_error;
    int64_t retry_at;
    uint64_t lost_in_total;
};

void log_open(struct log *log, const char *path, uint64_t size_limit, unsigned files);
void log_write(struct log *log, const char *bytes, size_t count);
void log_close(struct log *log);

#endif
