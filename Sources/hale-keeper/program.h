#ifndef PROGRAM_H
#define PROGRAM_H

#include "launch.h"
#include "notify.h"
#include "output.h"

/// idle → preparing → held → released → running → stopping → exited → preparing …
/// Any living phase may go to stopping or exited.
enum phase {
    PHASE_IDLE,
    PHASE_PREPARING, // forked, setting itself up
    PHASE_HELD,      // set up, waiting for the go-ahead
    PHASE_RELEASED,  // on its way through exec
    PHASE_RUNNING,
    PHASE_STOPPING, // told to end, or its leader ended and leftovers are being removed
    PHASE_EXITED,
};

/// The one program that this keeper is the parent of.
struct program {
    enum phase phase;
    uint64_t launch; // 0: none yet
    char token[TOKEN_LIMIT + 1];
    pid_t pid;
    uint64_t start;
    int64_t spawned_boot, spawned_wall;

    int go, report; // the keeper's ends of the child's pipes
    bool may_go;    // it had its go-ahead before it was held
    struct output output;
    struct notify notify;

    int stop_signal;  // of a stop order; 0: none
    int64_t kill_at;  // when its patience ends; 0: no such deadline
    int64_t sweep_at; // when to look for leftovers again
    int sweep_pause;
    int leftovers;

    bool leader_ended;
    int wait_status;
    int64_t exited_boot, exited_wall;
    char failure[256]; // why it never ran; empty: it did

    bool changed; // since the last status was published
};

void program_init(struct program *program);
bool program_is_alive(const struct program *program);
void program_spawn(struct program *program, const struct launch *launch, const char *directory);
/// The go-ahead: lets it exec, as soon as it is held and that is written down.
void program_release(struct program *program);
/// After the status was written.
void program_proceed(struct program *program);
void program_abandon(struct program *program);
/// 0 or an errno.
int program_signal(struct program *program, int signal, bool whole_group);
void program_stop(struct program *program, int signal, int64_t timeout_milliseconds);

/// What the child wrote, or its exec.
void program_read_report(struct program *program);
/// After SIGCHLD.
void program_reap(struct program *program);
/// When `program_deadline` has come.
void program_tick(struct program *program);
/// In monotonic milliseconds; INT64_MAX: none.
int64_t program_deadline(const struct program *program);

#endif
