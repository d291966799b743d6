#ifndef LASTLINE_H
#define LASTLINE_H

#include "platform.h"

enum { LAST_LINE_LIMIT = 200 };

struct short_line {
    size_t length;
    char bytes[LAST_LINE_LIMIT];
};

/// Remembers the last line of a stream that is not blank: often the reason of a death.
struct last_line {
    struct short_line complete;
    struct short_line unfinished;
};

void last_line_add(struct last_line *last, const char *bytes, size_t count);
/// The line so far, without NUL bytes and trailing blanks. Returns its length.
size_t last_line_get(const struct last_line *last, char line[LAST_LINE_LIMIT]);

#endif
