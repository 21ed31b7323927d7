/* Live updates: see live.h. One thread owns all viewers; other threads only add topics to a queue and ring a bell. */
#include "http/live_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { QUEUE_MAX = 4096, EVENTS_MAX = 256, TICK_MS = 1000 };

struct live {
    struct http *http;
    pthread_t thread;
    int listener, epoll, bell;
    _Atomic bool stopping;
    pthread_mutex_t mutex; /* of queue */
    char (*queue)[LIVE_TOPIC_SIZE];
    char (*spare)[LIVE_TOPIC_SIZE]; /* takes turns with queue; the live thread's */
    int queued;
    bool overflow; /* more changed than the queue holds: tell everybody to look again */
    struct ring ring;
    struct viewer *viewers;
    int count;
    int64_t ticked_ms;
    _Atomic int64_t viewer_figure, event_figure, refused_figure;
};

void live_publish(struct live *live, const char *topic) {
    const uint64_t one = 1;
    pthread_mutex_lock(&live->mutex);
    bool known = false, first = live->queued == 0;
    for (int i = 0; i < live->queued && !known; i++) known = str_eq(live->queue[i], topic);
    if (!known && live->queued == QUEUE_MAX) live->overflow = true;
    else if (!known) str_copy(live->queue[live->queued++], LIVE_TOPIC_SIZE, topic);
    pthread_mutex_unlock(&live->mutex);
    /* the queue is taken whole: for what joins it the bell rang before */
    if (first && write(live->bell, &one, sizeof one) < 0) return; /* full: it rings already */
}

void live_figures(const struct live *live, struct live_figures *out) {
    *out = (struct live_figures){ atomic_load(&live->viewer_figure), atomic_load(&live->event_figure),
                                  atomic_load(&live->refused_figure) };
}

static void drop(struct live *live, struct viewer *viewer) {
    close(viewer->fd);
    if (viewer->previous != NULL) viewer->previous->next = viewer->next;
    else live->viewers = viewer->next;
    if (viewer->next != NULL) viewer->next->previous = viewer->previous;
    if (viewer->streaming) atomic_fetch_sub(&live->viewer_figure, 1);
    live->count--;
    free(viewer->input);
    free(viewer->session);
    free(viewer->topics);
    free(viewer);
}

/* A viewer that cannot take a whole message at once is dropped: it comes back and says where it was. */
static bool tell(struct live *live, struct viewer *viewer, const char *text, size_t len) {
    if (send(viewer->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len) return true;
    drop(live, viewer);
    return false;
}

static bool tell_change(struct live *live, struct viewer *viewer, uint64_t number, const char *topic) {
    char text[LIVE_TOPIC_SIZE + 96];
    int len = snprintf(text, sizeof text, "id: %llu-%llu\ndata: %s\n\n", (unsigned long long)live->ring.epoch,
                       (unsigned long long)number, topic);
    return tell(live, viewer, text, (size_t)len);
}

static void refuse(struct live *live, struct viewer *viewer, int status) {
    char text[256];
    int len =
        snprintf(text, sizeof text,
                 "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                 "%sConnection: close\r\n\r\n",
                 status, http_status_text(status), status == 503 ? "Retry-After: 30\r\n" : "");
    atomic_fetch_add(&live->refused_figure, 1);
    if (tell(live, viewer, text, (size_t)len)) drop(live, viewer);
}

static int streams_of(const struct live *live, int64_t session_id) {
    int count = 0;
    for (const struct viewer *at = live->viewers; at != NULL; at = at->next)
        count += at->streaming && at->session_id == session_id;
    return count;
}

static void begin_stream(struct live *live, struct viewer *viewer) {
    static const char HEAD[] =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\nConnection: close\r\n\r\nretry: 3000\n\n";
    uint64_t since = 0;
    int status = live_read_request(live->http, &live->ring, viewer, &since);
    if (status == 0 && streams_of(live, viewer->session_id) >= LIVE_PER_SESSION) status = 429;
    free(viewer->input);
    viewer->input = NULL;
    if (status != 0) {
        refuse(live, viewer, status);
        return;
    }
    if (!tell(live, viewer, HEAD, sizeof HEAD - 1)) return;
    viewer->streaming = true;
    viewer->checked_ms = viewer->beat_ms = clock_monotonic_ms();
    atomic_fetch_add(&live->viewer_figure, 1);
    if (since == UINT64_MAX) {
        tell_change(live, viewer, live->ring.last, "*");
        return;
    }
    for (uint64_t number = since + 1; number <= live->ring.last; number++) {
        const char *topic = ring_topic(&live->ring, number);
        if (viewer_wants(viewer, topic) && !tell_change(live, viewer, number, topic)) return;
    }
}

/* While the request comes in; a streaming viewer that sends anything, or leaves, is dropped. */
static void receive(struct live *live, struct viewer *viewer) {
    if (viewer->streaming) {
        drop(live, viewer);
        return;
    }
    ssize_t got = recvfrom(viewer->fd, viewer->input + viewer->input_size, LIVE_REQUEST_MAX - viewer->input_size,
                           MSG_DONTWAIT, NULL, NULL);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        drop(live, viewer);
        return;
    }
    viewer->input_size += (size_t)got;
    viewer->input[viewer->input_size] = '\0';
    const char *end = strstr(viewer->input, "\r\n\r\n");
    bool clean = strlen(viewer->input) == viewer->input_size;
    if (end != NULL && clean && viewer->input + viewer->input_size == end + 4) begin_stream(live, viewer);
    else if (end != NULL || !clean) refuse(live, viewer, 400);
    else if (viewer->input_size == LIVE_REQUEST_MAX) refuse(live, viewer, 431);
}

static void accept_all(struct live *live) {
    for (;;) {
        int fd = accept4(live->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        if (live->count >= LIVE_VIEWERS_MAX) {
            close(fd);
            atomic_fetch_add(&live->refused_figure, 1);
            continue;
        }
        int yes = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        struct viewer *viewer = calloc(1, sizeof *viewer);
        REQUIRE(viewer != NULL);
        viewer->input = calloc(1, LIVE_REQUEST_MAX + 1);
        REQUIRE(viewer->input != NULL);
        viewer->fd = fd;
        viewer->accepted_ms = clock_monotonic_ms();
        viewer->next = live->viewers;
        if (live->viewers != NULL) live->viewers->previous = viewer;
        live->viewers = viewer;
        live->count++;
        struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = viewer };
        REQUIRE(epoll_ctl(live->epoll, EPOLL_CTL_ADD, fd, &event) == 0);
    }
}

static void spread_one(struct live *live, const char *topic) {
    ring_add(&live->ring, topic);
    atomic_fetch_add(&live->event_figure, 1);
    for (struct viewer *viewer = live->viewers, *next; viewer != NULL; viewer = next) {
        next = viewer->next;
        if (viewer->streaming && viewer_wants(viewer, topic)) tell_change(live, viewer, live->ring.last, topic);
    }
}

static void spread(struct live *live) {
    uint64_t rings;
    if (read(live->bell, &rings, sizeof rings) < 0) rings = 0;
    pthread_mutex_lock(&live->mutex);
    char(*full)[LIVE_TOPIC_SIZE] = live->queue;
    int count = live->queued;
    bool overflow = live->overflow;
    live->queue = live->spare;
    live->queued = 0;
    live->overflow = false;
    pthread_mutex_unlock(&live->mutex);
    for (int i = 0; i < count; i++) spread_one(live, full[i]);
    if (overflow) spread_one(live, "*");
    live->spare = full;
}

static void tick(struct live *live, int64_t now_ms) {
    live->ticked_ms = now_ms;
    for (struct viewer *viewer = live->viewers, *next; viewer != NULL; viewer = next) {
        next = viewer->next;
        if (!viewer->streaming) {
            if (now_ms - viewer->accepted_ms > LIVE_DEADLINE_MS) drop(live, viewer);
            continue;
        }
        if (now_ms - viewer->checked_ms > LIVE_CHECK_MS) {
            viewer->checked_ms = now_ms;
            if (!live_session_holds(live->http, viewer)) {
                drop(live, viewer);
                continue;
            }
        }
        if (now_ms - viewer->beat_ms < LIVE_HEARTBEAT_MS) continue;
        viewer->beat_ms = now_ms;
        tell(live, viewer, ":\n\n", 3);
    }
}

static void *run(void *arg) {
    struct live *live = arg;
    struct epoll_event events[EVENTS_MAX];
    while (!atomic_load(&live->stopping)) {
        int count = epoll_wait(live->epoll, events, EVENTS_MAX, TICK_MS);
        bool rung = false, knocked = false;
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == &live->bell) rung = true;
            else if (events[i].data.ptr == &live->listener) knocked = true;
            else receive(live, events[i].data.ptr);
        }
        /* after all viewers of this round: these two may drop viewers that still stand in events[] */
        if (rung) spread(live);
        if (knocked) accept_all(live);
        int64_t now_ms = clock_monotonic_ms();
        if (now_ms - live->ticked_ms >= TICK_MS) tick(live, now_ms);
    }
    while (live->viewers != NULL) drop(live, live->viewers);
    return NULL;
}

static bool open_listener(struct live *live, const char *listen_on, struct error *err) {
    char host[64];
    int64_t port = 0;
    const char *colon = strrchr(listen_on, ':');
    struct sockaddr_in address = { .sin_family = AF_INET };
    if (colon == NULL || (size_t)(colon - listen_on) >= sizeof host || !str_to_i64(colon + 1, &port) || port < 0 ||
        port > 65535) {
        return ERROR(err, ERR_INVALID, "settings.live_listen", "address:port, not %s", listen_on);
    }
    str_copy(host, (size_t)(colon - listen_on) + 1, listen_on);
    address.sin_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, str_eq(host, "localhost") ? "127.0.0.1" : host, &address.sin_addr) != 1) {
        return ERROR(err, ERR_INVALID, "settings.live_listen", "not an address: %s", host);
    }
    union { /* POSIX wants the general type */
        struct sockaddr_in *inet;
        struct sockaddr *any;
    } to = { &address };
    int yes = 1;
    live->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (live->listener >= 0) setsockopt(live->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (live->listener < 0 || bind(live->listener, to.any, sizeof address) != 0 || listen(live->listener, 1024) != 0) {
        return ERROR(err, ERR_INTERNAL, "server.listen", "cannot listen on %s: %s", listen_on, strerror(errno));
    }
    return true;
}

bool live_start(struct http *http, const char *listen_on, struct live **out, struct error *err) {
    struct live *live = calloc(1, sizeof *live);
    REQUIRE(live != NULL);
    live->http = http;
    live->ring.epoch = (uint64_t)clock_monotonic_ms() + ((uint64_t)getpid() << 40);
    live->queue = calloc(QUEUE_MAX, LIVE_TOPIC_SIZE);
    live->spare = calloc(QUEUE_MAX, LIVE_TOPIC_SIZE);
    live->epoll = epoll_create1(EPOLL_CLOEXEC);
    live->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    REQUIRE(live->queue != NULL && live->spare != NULL);
    REQUIRE(live->epoll >= 0 && live->bell >= 0 && pthread_mutex_init(&live->mutex, NULL) == 0);
    if (!open_listener(live, listen_on, err)) {
        if (live->listener >= 0) close(live->listener);
        close(live->epoll);
        close(live->bell);
        free(live->queue);
        free(live->spare);
        free(live);
        return false;
    }
    struct epoll_event listener = { .events = EPOLLIN, .data.ptr = &live->listener };
    struct epoll_event bell = { .events = EPOLLIN, .data.ptr = &live->bell };
    REQUIRE(epoll_ctl(live->epoll, EPOLL_CTL_ADD, live->listener, &listener) == 0);
    REQUIRE(epoll_ctl(live->epoll, EPOLL_CTL_ADD, live->bell, &bell) == 0);
    REQUIRE(pthread_create(&live->thread, NULL, run, live) == 0);
    *out = live;
    return true;
}

void live_stop(struct live *live) {
    const uint64_t one = 1;
    if (live == NULL) return;
    atomic_store(&live->stopping, true);
    if (write(live->bell, &one, sizeof one) < 0) log_event(LOG_WARN, "live_bell", NULL);
    pthread_join(live->thread, NULL);
    close(live->listener);
    close(live->epoll);
    close(live->bell);
    pthread_mutex_destroy(&live->mutex);
    free(live->queue);
    free(live->spare);
    free(live);
}
