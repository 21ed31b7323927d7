/* Two libc functions that stand before libc's own for the web library's calls (it reaches them through its PLT):
 * recv, to learn which socket a worker serves, and pthread_attr_setstacksize, because 100 KiB stacks do not survive
 * deep recursion in other libraries. Both are checked when a worker starts. */
#include "http/watchdog.h"

#include "base/require.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/socket.h>

static _Thread_local int last_socket = -1;

ssize_t recv(int fd, void *bytes, size_t size, int flags) {
    last_socket = fd;
    return recvfrom(fd, bytes, size, flags, NULL, NULL);
}

int watchdog_thread_socket(void) {
    return last_socket;
}

typedef int (*setstacksize_fn)(pthread_attr_t *, size_t);

int pthread_attr_setstacksize(pthread_attr_t *attr, size_t size) {
    union { /* ISO C has no cast from an object pointer to a function pointer */
        void *object;
        setstacksize_fn function;
    } real = { dlsym(RTLD_NEXT, "pthread_attr_setstacksize") };
    REQUIRE(real.object != NULL);
    return real.function(attr, size < WORKER_STACK ? WORKER_STACK : size);
}
