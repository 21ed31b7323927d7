/* See knock.h. */
#include "http/knock.h"

#include "base/error.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct knock {
    struct sockaddr_in door;
    _Atomic bool done;
    pthread_t thread;
};

static struct sockaddr_in address_of(const char *listen_on) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    const char *colon = strchr(listen_on, ':');
    const char *port = colon == NULL ? listen_on : colon + 1;
    char host[64], *end;
    if (colon != NULL) {
        str_copy(host, sizeof host, listen_on);
        host[strcspn(host, ":")] = '\0';
        if (inet_pton(AF_INET, host, &address.sin_addr) != 1) return (struct sockaddr_in){ 0 };
    }
    long number = strtol(port, &end, 10);
    if (*end == '\0' && number > 0 && number <= UINT16_MAX) address.sin_port = htons((uint16_t)number);
    return address;
}

static void *go_on(void *arg) {
    struct knock *knock = arg;
    while (!atomic_load(&knock->done)) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd >= 0) {
            (void)connect(fd, (const struct sockaddr *)&knock->door, sizeof knock->door);
            close(fd);
        }
        nanosleep(&(struct timespec){ 0, 10 * 1000000L }, NULL);
    }
    return NULL;
}

struct knock *knock_start(const char *listen_on) {
    struct knock *knock = calloc(1, sizeof *knock);
    REQUIRE(knock != NULL);
    knock->door = address_of(listen_on);
    REQUIRE(pthread_create(&knock->thread, NULL, go_on, knock) == 0);
    return knock;
}

void knock_stop(struct knock *knock) {
    atomic_store(&knock->done, true);
    pthread_join(knock->thread, NULL);
    free(knock);
}

const char *knock_why_not(const char *listen_on) {
    const struct sockaddr_in address = address_of(listen_on);
    int yes = 1, fd = address.sin_port == 0 ? -1 : socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return "not an ADDRESS:PORT";
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    bool bound = bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0;
    const char *why = bound ? "the library could not start" : strerror(errno);
    close(fd);
    return why;
}
