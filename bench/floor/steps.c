/* steps COUNT AT_ONCE LOG PROGRAM — the floor of chains and fan-outs, with no engine: starts PROGRAM COUNT times, AT_ONCE at a time, and
   before each start and after each end appends a record of 256 bytes to LOG; a flush covers all records that are due. Prints
   microseconds, flushes. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int log_file;
static long flushes;

static void record(int count) {
    char body[256];
    memset(body, 'x', sizeof body);
    for (int i = 0; i < count; i++)
        if (write(log_file, body, sizeof body) != sizeof body) exit(1);
    if (fdatasync(log_file) != 0) exit(1);
    flushes++;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    long count = atol(argv[1]);
    int at_once = atoi(argv[2]), running = 0;
    log_file = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (log_file < 0) return 1;
    char *child[] = {argv[4], NULL};
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    long started = 0, ended = 0;
    int due = 1;
    while (ended < count) {
        if (due > 0) record(due);
        due = 0;
        while (running < at_once && started < count) {
            pid_t pid;
            if (posix_spawn(&pid, argv[4], NULL, NULL, child, environ) != 0) return 1;
            running++;
            started++;
        }
        int status;
        if (waitpid(-1, &status, 0) < 0) return 1;
        do {
            running--;
            ended++;
            due += 2;
        } while (running > 0 && waitpid(-1, &status, WNOHANG) > 0);
    }
    if (due > 0) record(due);
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%lld %ld\n", (to.tv_sec - from.tv_sec) * 1000000LL + (to.tv_nsec - from.tv_nsec) / 1000, flushes);
    return 0;
}
