#ifndef ONCE_H
#define ONCE_H

#include <stdint.h>

/// `hale-keeper once`: runs a command within its time and leaves nothing behind. Returns the exit code of the command;
/// ends by SIGALRM when its time is up, and by SIGTERM when asked to end.
int once(int64_t timeout_milliseconds, char **arguments);

#endif
