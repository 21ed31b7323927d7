/* LD_PRELOAD: every fsync and fdatasync takes SLOW_FSYNC_US longer, as on a disk that is not a fast virtual one. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void pause_a_little(void) {
    const char *text = getenv("SLOW_FSYNC_US");
    long us = text == NULL ? 0 : strtol(text, NULL, 10);
    struct timespec pause = { us / 1000000, us % 1000000 * 1000 };
    nanosleep(&pause, NULL);
}

static int call(const char *name, int fd) {
    void *symbol = dlsym(RTLD_NEXT, name);
    int (*real)(int) = NULL;
    memcpy(&real, &symbol, sizeof real); /* ISO C has no cast from object to function pointers */
    pause_a_little();
    return real == NULL ? -1 : real(fd);
}

int fsync(int fd) {
    return call("fsync", fd);
}

int fdatasync(int fd) {
    return call("fdatasync", fd);
}
