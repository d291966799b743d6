#ifndef WAKE_H
#define WAKE_H

#include "platform.h"

/// Turns signals into bytes on a pipe, so that one `poll` waits for everything. Returns the end to poll, -1 on failure.
int wake_open(const int *signals, size_t count);
/// Takes the next signal that arrived, 0 when there is none.
int wake_next(int descriptor);
void ignore_signals(const int *signals, size_t count);
/// For a child before exec: default actions everywhere, nothing blocked.
void reset_signals(void);

#endif
