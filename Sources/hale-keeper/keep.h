#ifndef KEEP_H
#define KEEP_H

/// `hale-keeper keep DIR`: returns the exit code of the process that the caller started.
int keep(const char *directory);

#endif
