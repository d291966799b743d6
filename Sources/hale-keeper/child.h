#ifndef CHILD_H
#define CHILD_H

#include "launch.h"

/// What the child tells the keeper before exec, in one atomic write.
struct child_report {
    int32_t held;  // 1: set up and waiting for the go-ahead; 0: failed
    uint32_t user; // the uid it runs as
    char failure[248];
};

/// The child's ends of its pipes.
struct child_ends {
    int go;     // one byte lets it exec; the end of the pipe makes it leave
    int report; // closed by a successful exec
    int output;
};

/// Becomes the program. Never returns.
_Noreturn void child_run(const struct launch *launch, struct child_ends ends, pid_t keeper);

#endif
