#include "output.h"

#include <errno.h>
#include <unistd.h>

enum {
    PORTION = 64 * 1024,
    // No pipe holds more unless root enlarged it, so only a stranger that was handed the pipe can exceed this.
    REST_LIMIT = 4 * 1024 * 1024,
};

static ssize_t pump(struct output *output) {
    static char bytes[PORTION];
    if (output->pipe < 0) return 0;
    ssize_t count = read(output->pipe, bytes, sizeof bytes);
    if (count > 0) {
        last_line_add(&output->last_line, bytes, (size_t)count);
        log_write(&output->log, bytes, (size_t)count);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        close_once(&output->pipe);
    }
    return count;
}

bool output_pump(struct output *output) { return pump(output) > 0; }

void output_finish(struct output *output) {
    for (ssize_t total = 0; total < REST_LIMIT;) {
        ssize_t count = pump(output);
        if (count <= 0) break;
        total += count;
    }
    close_once(&output->pipe);
    log_close(&output->log);
}
