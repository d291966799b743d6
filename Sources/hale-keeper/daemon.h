#ifndef DAEMON_H
#define DAEMON_H

#include "keeper.h"

enum { DAEMON_IS_CHILD = -1, EXIT_LOCKED = 3 };

/// Makes a keeper in the background that listens. Returns DAEMON_IS_CHILD in it; in the starting process, which returns
/// only when the keeper listens or has failed, the exit code.
int daemon_start(struct keeper *keeper, const char *directory);
/// Makes room in the directory for another keeper.
void daemon_withdraw(struct keeper *keeper);

#endif
