/* What the load generators share: monotonic time, connecting to loopback, requests from a file, percentiles. */
#ifndef BONGSU_TESTS_LOAD_SOCKET_H
#define BONGSU_TESTS_LOAD_SOCKET_H

#include "base/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static inline int64_t micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A socket on its way to being connected. */
static inline int connect_to(int port) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    union { /* POSIX wants the general type */
        struct sockaddr_in *inet;
        struct sockaddr *any;
    } to = { &address };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(fd >= 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(fd, to.any, sizeof address) != 0 && errno != EINPROGRESS) die("connect: %s", strerror(errno));
    return fd;
}

struct texts {
    const char *list[65536];
    size_t count;
};

/* The parts of a file, each ended by a NUL. */
static inline struct texts *read_texts(const char *path) {
    struct texts *texts = calloc(1, sizeof *texts);
    FILE *file = fopen(path, "re");
    REQUIRE(texts != NULL);
    if (file == NULL) die("cannot read %s", path);
    char *part = NULL;
    size_t size = 0;
    while (texts->count < 65536 && getdelim(&part, &size, '\0', file) > 0) {
        texts->list[texts->count++] = part;
        part = NULL;
        size = 0;
    }
    free(part);
    fclose(file);
    REQUIRE(texts->count > 0);
    return texts;
}

struct latencies {
    uint32_t *us;
    size_t count, size;
};

static inline void latency_add(struct latencies *all, int64_t us) {
    if (all->count == all->size) {
        all->size = all->size == 0 ? 65536 : all->size * 2;
        all->us = realloc(all->us, all->size * sizeof *all->us);
        REQUIRE(all->us != NULL);
    }
    all->us[all->count++] = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

static inline int latency_order(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static inline void latency_sort(struct latencies *all) {
    if (all->count > 0) qsort(all->us, all->count, sizeof *all->us, latency_order);
}

/* Of sorted ones, in milliseconds. */
static inline double latency_at(const struct latencies *all, double part) {
    if (all->count == 0) return 0;
    size_t at = (size_t)((double)all->count * part);
    return all->us[at >= all->count ? all->count - 1 : at] / 1000.0;
}

#endif
