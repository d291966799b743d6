#include "platform.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "keep.h"
#include "once.h"

enum { EXIT_USAGE = 2, EXIT_CANT_ENTER = 126 };

// About 24 days, the most that `poll` can wait.
#define LONGEST_TIMEOUT INT_MAX

static int usage(void) {
    fputs("usage: hale-keeper keep DIRECTORY\n"
          "       hale-keeper once --timeout-ms MILLISECONDS [--directory DIRECTORY] -- PROGRAM [ARGUMENT ...]\n"
          "       hale-keeper --version\n",
          stderr);
    return EXIT_USAGE;
}

static int run_once(int count, char **arguments) {
    uint64_t timeout;
    if (count < 4 || strcmp(arguments[0], "--timeout-ms") != 0
        || !parse_number(arguments[1], 1, LONGEST_TIMEOUT, &timeout))
        return usage();
    int next = 2;
    const char *directory = NULL;
    if (strcmp(arguments[next], "--directory") == 0) {
        directory = arguments[next + 1];
        next += 2;
    }
    if (next + 1 >= count || strcmp(arguments[next], "--") != 0) return usage();
    if (directory && chdir(directory) != 0) {
        fprintf(stderr, "hale-keeper: can't enter %s: %s\n", directory, strerror(errno));
        return EXIT_CANT_ENTER;
    }
    return once((int64_t)timeout, arguments + next + 1);
}

int main(int count, char **arguments) {
    if (!open_standard_descriptors()) return 1;
    if (count == 2 && strcmp(arguments[1], "--version") == 0) return puts("hale-keeper 1") < 0;
    if (count == 3 && strcmp(arguments[1], "keep") == 0) {
        close_from(3);
        return keep(arguments[2]);
    }
    if (count > 2 && strcmp(arguments[1], "once") == 0) return run_once(count - 2, arguments + 2);
    return usage();
}
