// A program to be killed: says at once when it began to run, by a datagram, and then waits.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (argc != 2 || strlen(argv[1]) >= sizeof(((struct sockaddr_un *)0)->sun_path)) {
        fprintf(stderr, "usage: victim SOCKET\n");
        return 2;
    }
    int64_t message[2] = {(int64_t)now.tv_sec * 1000000000 + now.tv_nsec, getpid()};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, argv[1]);
    int descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (descriptor < 0 || sendto(descriptor, message, sizeof message, 0, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("victim");
        return 1;
    }
    close(descriptor);
    for (;;) pause();
}
