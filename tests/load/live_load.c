/* Viewers of live updates, and how long a change takes to reach all of them.
 *
 *   live_load LIVE_PORT VIEWERS COOKIES TOPIC ROUNDS PORT WRITES
 *
 * COOKIES: a file of "name=value", each ended by a NUL; every one is used for at most six viewers. Opens all viewers,
 * prints "ready", waits for a line, then sends one of WRITES each half second and waits until every viewer has been
 * told of TOPIC. Prints the figures; viewers stay until another line comes. */
#include "load_socket.h"

#include <stdbool.h>
#include <sys/epoll.h>

enum { VIEWERS_MAX = 8000, PER_SESSION = 6, ROUND_US = 500000, PATIENCE_US = 5000000 };

struct viewer {
    int fd;
    bool sent, streaming;
    int64_t round; /* the last one it was told of */
};

struct live_load {
    int epoll, count, streaming;
    struct viewer *viewers;
    const char *topic;
    int64_t round, told, lost, began;
    struct latencies latencies;
};

static void ask(struct live_load *load, struct viewer *viewer, int port, const char *cookie) {
    char request[1024];
    int size =
        snprintf(request, sizeof request, "GET /live?topic=%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n",
                 load->topic, port, cookie);
    viewer->fd = connect_to(port);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = viewer };
    REQUIRE(epoll_ctl(load->epoll, EPOLL_CTL_ADD, viewer->fd, &event) == 0);
    int64_t patience = micros() + PATIENCE_US;
    while (send(viewer->fd, request, (size_t)size, MSG_NOSIGNAL) < 0) {
        if ((errno != EAGAIN && errno != ENOTCONN) || micros() > patience) die("viewer: %s", strerror(errno));
        usleep(100);
    }
}

/* Our events are short and the server sends each in one write, so the topic never stands in two reads. */
static void hear(struct live_load *load, struct viewer *viewer) {
    char bytes[4096];
    ssize_t got = recv(viewer->fd, bytes, sizeof bytes - 1, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        load->lost++;
        close(viewer->fd);
        return;
    }
    bytes[got] = '\0';
    if (!viewer->streaming) {
        if (strncmp(bytes, "HTTP/1.1 200", 12) != 0) die("viewer refused: %.40s", bytes);
        viewer->streaming = true;
        load->streaming++;
    }
    const char *data = strstr(bytes, "data: ");
    if (data == NULL || strncmp(data + 6, load->topic, strlen(load->topic)) != 0) return;
    if (viewer->round == load->round) return;
    viewer->round = load->round;
    load->told++;
    latency_add(&load->latencies, micros() - load->began);
}

static void turn(struct live_load *load, int wait_ms) {
    struct epoll_event events[512];
    int count = epoll_wait(load->epoll, events, 512, wait_ms);
    for (int i = 0; i < count; i++) hear(load, events[i].data.ptr);
}

static void open_viewers(struct live_load *load, int port, const struct texts *cookies) {
    if ((size_t)load->count > cookies->count * PER_SESSION) die("too few sessions");
    for (int i = 0; i < load->count; i++) {
        ask(load, &load->viewers[i], port, cookies->list[i / PER_SESSION]);
        if (i % 50 == 49) turn(load, 10);
    }
    int64_t patience = micros() + PATIENCE_US;
    while (load->streaming < load->count && micros() < patience) turn(load, 50);
    if (load->streaming < load->count) die("%d of %d viewers stream", load->streaming, load->count);
}

static void write_change(int port, const char *request) {
    int fd = connect_to(port);
    int64_t patience = micros() + PATIENCE_US;
    while (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0 && micros() < patience) usleep(100);
    /* the answer is not awaited: viewers may hear of it first; closing would not lose the request */
    shutdown(fd, SHUT_WR);
    char answer[256];
    (void)!recv(fd, answer, sizeof answer, MSG_DONTWAIT);
    static int kept = -1; /* closed one round later, when it has long been answered */
    if (kept >= 0) close(kept);
    kept = fd;
}

static void wait_for_line(void) {
    char line[16];
    if (fgets(line, sizeof line, stdin) == NULL) exit(0);
}

static void run(struct live_load *load, int rounds, int port, const struct texts *writes) {
    for (load->round = 1; load->round <= rounds; load->round++) {
        load->began = micros();
        load->told = 0;
        write_change(port, writes->list[(size_t)load->round % writes->count]);
        while (load->told < load->count && micros() < load->began + PATIENCE_US) turn(load, 20);
        if (load->told < load->count) load->lost += load->count - load->told;
        while (micros() < load->began + ROUND_US) turn(load, 20);
    }
}

int main(int argc, char **argv) {
    if (argc != 8) die("live_load LIVE_PORT VIEWERS COOKIES TOPIC ROUNDS PORT WRITES");
    struct live_load load = { .count = (int)strtol(argv[2], NULL, 10), .topic = argv[4] };
    struct texts *cookies = read_texts(argv[3]), *writes = read_texts(argv[7]);
    if (load.count < 1 || load.count > VIEWERS_MAX) die("1 to %d viewers", VIEWERS_MAX);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    load.viewers = calloc((size_t)load.count, sizeof *load.viewers);
    REQUIRE(load.epoll >= 0 && load.viewers != NULL);
    open_viewers(&load, (int)strtol(argv[1], NULL, 10), cookies);
    printf("ready\n");
    fflush(stdout);
    wait_for_line();
    run(&load, (int)strtol(argv[5], NULL, 10), (int)strtol(argv[6], NULL, 10), writes);
    latency_sort(&load.latencies);
    printf("{\"viewers\":%d,\"told\":%zu,\"lost\":%lld,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f}\n", load.count,
           load.latencies.count, (long long)load.lost, latency_at(&load.latencies, 0.5),
           latency_at(&load.latencies, 0.99), latency_at(&load.latencies, 1));
    fflush(stdout);
    wait_for_line();
    return 0;
}
