#ifndef LAUNCH_H
#define LAUNCH_H

#include <sys/resource.h>

#include "message.h"

enum { LAUNCH_LIMITS = 32, TOKEN_LIMIT = 256 };

struct launch_limit {
    const char *name;
    int resource;
    struct rlimit value;
};

/// What a spawn order asks for. The texts belong to the order.
struct launch {
    uint64_t number;
    const char *token;
    const char **arguments;
    const char **environment; // has room for the keeper's own variables behind the given ones
    size_t environment_count;
    const char *directory;
    const char *user;  // or NULL
    const char *group; // or NULL
    struct launch_limit limits[LAUNCH_LIMITS];
    size_t limit_count;
    mode_t mask;
    const char *log; // empty: none
    uint64_t log_size;
    unsigned log_files;
};

enum { OWN_VARIABLES = 2 };

/// Reads a spawn order whose keys are known to be allowed. Returns what is wrong, or NULL; then `launch_free` is due.
const char *launch_read(struct launch *launch, const struct order *order);
void launch_free(struct launch *launch);

#endif
