#ifndef OUTPUT_H
#define OUTPUT_H

#include "lastline.h"
#include "log.h"

/// What the program writes: read from its pipe, appended to its log.
struct output {
    int pipe; // -1 when closed
    struct log log;
    struct last_line last_line;
};

/// Takes one portion. False when nothing is there or the pipe has ended.
bool output_pump(struct output *output);
/// Takes what is still in the pipe of a dead program and closes everything.
void output_finish(struct output *output);

#endif
