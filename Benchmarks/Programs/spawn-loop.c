// The floor: starts a program again whenever it ends, and does nothing else.
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: spawn-loop PROGRAM [ARGUMENT ...]\n");
        return 2;
    }
    for (;;) {
        pid_t pid;
        if (posix_spawn(&pid, argv[1], NULL, NULL, argv + 1, environ) != 0) {
            perror(argv[1]);
            return 1;
        }
        while (waitpid(pid, NULL, 0) < 0) {}
    }
}
