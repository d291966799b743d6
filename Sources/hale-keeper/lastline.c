#include "lastline.h"

#include <string.h>

static bool is_blank(const char *bytes, size_t count) {
    for (size_t index = 0; index < count; index++)
        if (!memchr(" \t\r\n\v\f", bytes[index], 6)) return false;
    return true;
}

static void extend(struct short_line *line, const char *bytes, size_t count) {
    size_t room = sizeof line->bytes - line->length;
    if (count > room) count = room;
    memcpy(line->bytes + line->length, bytes, count);
    line->length += count;
}

void last_line_add(struct last_line *last, const char *bytes, size_t count) {
    size_t tail = count;
    while (tail > 0 && bytes[tail - 1] != '\n') tail--;
    if (tail > 0) {
        // From the end backwards, so that large output costs little.
        for (size_t end = tail - 1;;) {
            size_t begin = end;
            while (begin > 0 && bytes[begin - 1] != '\n') begin--;
            if (begin == 0) {
                extend(&last->unfinished, bytes, end);
                if (!is_blank(last->unfinished.bytes, last->unfinished.length)) last->complete = last->unfinished;
                break;
            }
            if (!is_blank(bytes + begin, end - begin)) {
                last->complete.length = 0;
                extend(&last->complete, bytes + begin, end - begin);
                break;
            }
            end = begin - 1;
        }
        last->unfinished.length = 0;
    }
    extend(&last->unfinished, bytes + tail, count - tail);
}

size_t last_line_get(const struct last_line *last, char line[LAST_LINE_LIMIT]) {
    const struct short_line *source = &last->unfinished;
    if (is_blank(source->bytes, source->length)) source = &last->complete;
    size_t length = source->length;
    while (length > 0 && is_blank(source->bytes + length - 1, 1)) length--;
    for (size_t index = 0; index < length; index++) line[index] = source->bytes[index] ? source->bytes[index] : ' ';
    return length;
}
