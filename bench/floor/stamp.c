/* stamp FILE — the step of the latency benchmark: its first act is to read the clock. Appends the nanoseconds since 1970. */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (argc != 2) return 2;
    char line[32];
    int length = snprintf(line, sizeof line, "%lld\n", (long long) now.tv_sec * 1000000000LL + now.tv_nsec);
    int file = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return file >= 0 && write(file, line, length) == length ? 0 : 1;
}
