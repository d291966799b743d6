#ifndef PLATFORM_H
#define PLATFORM_H

// Included first everywhere: it opens the Linux interfaces that the C library hides by default.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/// Nanoseconds since boot, counting suspended time where the system can.
int64_t boot_nanoseconds(void);
/// Nanoseconds since 1970.
int64_t wall_nanoseconds(void);
/// Milliseconds of a clock that never jumps; deadlines are made of it.
int64_t monotonic_milliseconds(void);
/// Clock ticks from boot to the start of a process (0 where unknown): with the pid it names one process for ever.
uint64_t process_start(pid_t pid);

/// A pipe whose ends no program inherits. -1 with errno on failure.
int pipe_private(int ends[2]);
int make_private(int descriptor);
int make_nonblocking(int descriptor);
/// Closes a descriptor once and forgets it.
void close_once(int *descriptor);
/// Closes `first` and every descriptor above.
void close_from(int first);
/// Opens /dev/null on those of 0, 1 and 2 that are closed, so that nothing else ever lands there.
bool open_standard_descriptors(void);
/// Writes everything, however often it is interrupted.
bool write_all(int descriptor, const void *bytes, size_t count);

/// Reads a decimal number of digits only, within [minimum, maximum].
bool parse_number(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *number);

#endif
