#include "platform.h"

#include <stdio.h>
#include <string.h>

#include "keep.h"
#include "once.h"

enum { EXIT_USAGE = 2 };

// About 24 days, the most that `poll` can wait.
#define LONGEST_TIMEOUT INT_MAX

static int usage(void) {
    fputs("usage: hale-keeper keep DIRECTORY\n"
          "       hale-keeper once --timeout-ms MILLISECONDS -- PROGRAM [ARGUMENT ...]\n"
          "       hale-keeper --version\n",
          stderr);
    return EXIT_USAGE;
}

int main(int count, char **arguments) {
    if (!open_standard_descriptors()) return 1;
    if (count == 2 && strcmp(arguments[1], "--version") == 0) return puts("hale-keeper 1") < 0;
    if (count == 3 && strcmp(arguments[1], "keep") == 0) {
        close_from(3);
        return keep(arguments[2]);
    }
    uint64_t timeout;
    if (count < 6 || strcmp(arguments[1], "once") != 0 || strcmp(arguments[2], "--timeout-ms") != 0
        || !parse_number(arguments[3], 1, LONGEST_TIMEOUT, &timeout) || strcmp(arguments[4], "--") != 0)
        return usage();
    return once((int64_t)timeout, arguments + 5);
}
