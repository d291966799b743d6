#ifndef STATUS_H
#define STATUS_H

#include "message.h"
#include "program.h"

/// The status of the program as a message; `id` of the order that it answers, or NULL.
void status_message(struct message *message, const struct program *program, const char *id);
/// The same as lines in the file `status` of the current directory, for people and for when the keeper is dead; empty
/// lines at its end mean nothing.
void status_write(const struct program *program);

#endif
