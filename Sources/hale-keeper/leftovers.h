#ifndef LEFTOVERS_H
#define LEFTOVERS_H

#include "platform.h"

/// Makes descendants whose parent died children of this process (Linux; elsewhere they go to init).
void adopt_descendants(void);

/// Reaps everything that has ended. True when the leader was among it; its wait status is stored. Its process group is
/// sent the signal (0: none) while the leader's zombie still keeps the number from being used again.
bool reap_ended(pid_t leader, int group_signal, int *status);

/// Whether nothing that the leader of this group left behind is alive.
bool leftovers_gone(pid_t group);

/// Kills what is left; to be repeated until `leftovers_gone`. Returns how many processes were found.
int kill_leftovers(pid_t group);

/// Sends a signal to what is left outside the group, which a signal to the group did not reach.
void signal_strays(pid_t group, int signal);

#endif
