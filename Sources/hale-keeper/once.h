#ifndef ONCE_H
#define ONCE_H

#include <stdint.h>

/// `hale-keeper once`: runs a command within its time and leaves nothing behind. Returns the exit code.
int once(int64_t timeout_milliseconds, char **arguments);

#endif
