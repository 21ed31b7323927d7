/* Load over HTTP that counts what was served, connection by connection; one thread with epoll.
 *
 *   http_load PORT REQUESTS CONNECTIONS SECONDS [RATE]
 *
 * REQUESTS: a file of whole requests, each ended by a NUL, sent in turn. Without RATE every connection asks again as
 * soon as it is answered and comes back where it is closed; SECONDS 0: each asks once, all at the same moment. With
 * RATE: so many new connections a second whatever the server does, one request each, CONNECTIONS at most at once. */
#include "load_socket.h"

#include <stdbool.h>
#include <sys/epoll.h>

enum { CONNECTIONS_MAX = 20000, HEAD_SIZE = 8192, READ_SIZE = 65536 };

struct connection {
    int fd; /* -1: free */
    const char *request;
    size_t sent, got;
    int64_t began, left; /* left: bytes of the body still to come, -1 while reading the head */
    int64_t served;
    int status;
    bool closes;
    char head[HEAD_SIZE + 1];
};

struct load {
    int port, epoll;
    struct texts *texts;
    size_t next;
    struct connection *connections;
    int count;
    bool once; /* one request a connection */
    int64_t until, errors;
    int bad_status, open;
    struct latencies latencies;
};

static void watch(const struct load *load, struct connection *connection, int operation, uint32_t events) {
    struct epoll_event event = { .events = events, .data.ptr = connection };
    REQUIRE(epoll_ctl(load->epoll, operation, connection->fd, &event) == 0);
}

static void ask(struct load *load, struct connection *connection) {
    connection->request = load->texts->list[load->next++ % load->texts->count];
    connection->sent = connection->got = 0;
    connection->left = -1;
    connection->closes = false;
}

static void start(struct load *load, struct connection *connection) {
    connection->fd = connect_to(load->port);
    connection->began = micros();
    load->open++;
    ask(load, connection);
    watch(load, connection, EPOLL_CTL_ADD, EPOLLOUT);
}

static void end(struct load *load, struct connection *connection) {
    close(connection->fd);
    connection->fd = -1;
    load->open--;
    if (!load->once && micros() < load->until) start(load, connection);
}

static void fail(struct load *load, struct connection *connection) {
    load->errors++;
    end(load, connection);
}

static void send_rest(struct load *load, struct connection *connection) {
    size_t size = strlen(connection->request);
    ssize_t sent = send(connection->fd, connection->request + connection->sent, size - connection->sent, MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (sent < 0) {
        fail(load, connection);
        return;
    }
    connection->sent += (size_t)sent;
    if (connection->sent == size) watch(load, connection, EPOLL_CTL_MOD, EPOLLIN);
}

/* One answer is complete. */
static void answered(struct load *load, struct connection *connection) {
    int64_t now = micros();
    connection->served++;
    latency_add(&load->latencies, now - connection->began);
    if (connection->status >= 400) {
        load->errors++;
        load->bad_status = connection->status;
    }
    if (connection->closes || load->once) {
        end(load, connection);
        return;
    }
    if (now >= load->until) {
        end(load, connection);
        return;
    }
    connection->began = now;
    ask(load, connection);
    watch(load, connection, EPOLL_CTL_MOD, EPOLLOUT);
    send_rest(load, connection);
}

/* From the bytes after the last ones looked at; true once the head is complete. */
static bool read_head(struct connection *connection, const char *bytes, size_t size) {
    size_t room = HEAD_SIZE - connection->got, taken = size < room ? size : room;
    memcpy(connection->head + connection->got, bytes, taken);
    size_t had = connection->got;
    connection->got += taken;
    connection->head[connection->got] = '\0';
    const char *blank = strstr(connection->head, "\r\n\r\n");
    if (blank == NULL) return false;
    const char *length = strcasestr(connection->head, "\r\nContent-Length:");
    const char *closing = strcasestr(connection->head, "\r\nConnection: close");
    connection->status = (int)strtol(connection->head + sizeof "HTTP/1.1", NULL, 10);
    connection->closes = closing != NULL && closing < blank;
    bool empty = connection->status == 304 || connection->status == 204 || length == NULL || length > blank;
    int64_t body = empty ? 0 : strtoll(length + sizeof "\r\nContent-Length", NULL, 10);
    connection->left = body - (int64_t)(size - ((size_t)(blank + 4 - connection->head) - had));
    return true;
}

static void receive(struct load *load, struct connection *connection) {
    static char bytes[READ_SIZE];
    ssize_t got = recv(connection->fd, bytes, sizeof bytes, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        /* closed between two requests: nothing was lost, it asks again on a new connection */
        if (connection->got == 0 && connection->served > 0) end(load, connection);
        else fail(load, connection);
        return;
    }
    if (connection->left >= 0) connection->left -= got;
    else if (!read_head(connection, bytes, (size_t)got)) {
        if (connection->got == HEAD_SIZE) fail(load, connection);
        return;
    }
    if (connection->left <= 0) answered(load, connection);
}

static void turn(struct load *load, int wait_ms) {
    struct epoll_event events[512];
    int count = epoll_wait(load->epoll, events, 512, wait_ms);
    for (int i = 0; i < count; i++) {
        struct connection *connection = events[i].data.ptr;
        if (connection == NULL || connection->fd < 0) continue;
        if ((events[i].events & EPOLLOUT) != 0) send_rest(load, connection);
        else receive(load, connection);
    }
}

static void run_closed(struct load *load, double seconds) {
    load->until = micros() + (int64_t)(seconds * 1e6);
    for (int i = 0; i < load->count; i++) start(load, &load->connections[i]);
    while (micros() < load->until) turn(load, 10);
}

static void run_burst(struct load *load) {
    int64_t patience = micros() + 10000000;
    load->once = true;
    for (int i = 0; i < load->count; i++) start(load, &load->connections[i]);
    while (load->open > 0 && micros() < patience) turn(load, 100);
    load->errors += load->open;
}

static void run_open(struct load *load, double seconds, double rate) {
    int64_t began = micros(), total = (int64_t)(seconds * rate), made = 0;
    int free_at = 0;
    load->once = true;
    while (made < total || (load->open > 0 && micros() < began + (int64_t)(seconds * 1e6) + 3000000)) {
        int64_t due = (int64_t)((double)(micros() - began) / 1e6 * rate) + 1;
        for (; made < total && made < due; made++) {
            for (int i = 0; i < load->count && load->connections[free_at].fd >= 0; i++)
                free_at = (free_at + 1) % load->count;
            if (load->connections[free_at].fd >= 0) load->errors++; /* all still waiting: the server does not keep up */
            else start(load, &load->connections[free_at]);
        }
        turn(load, made < total ? 1 : 50);
    }
    load->errors += load->open;
}

static void report(struct load *load, double seconds) {
    int64_t least = INT64_MAX, most = 0, oldest = 0, now = micros();
    for (int i = 0; i < load->count; i++) {
        const struct connection *connection = &load->connections[i];
        if (connection->served < least) least = connection->served;
        if (connection->served > most) most = connection->served;
        if (connection->fd >= 0 && now - connection->began > oldest) oldest = now - connection->began;
    }
    latency_sort(&load->latencies);
    printf(
        "{\"served\":%zu,\"per_second\":%.1f,\"errors\":%lld,\"bad_status\":%d,\"least\":%lld,\"most\":%lld,"
        "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.1f,\"oldest_pending_ms\":%.1f}\n",
        load->latencies.count, (double)load->latencies.count / seconds, (long long)load->errors, load->bad_status,
        (long long)least, (long long)most, latency_at(&load->latencies, 0.5), latency_at(&load->latencies, 0.99),
        latency_at(&load->latencies, 1), (double)oldest / 1000.0);
}

int main(int argc, char **argv) {
    if (argc < 5) die("http_load PORT REQUESTS CONNECTIONS SECONDS [RATE]");
    struct load load = { .port = (int)strtol(argv[1], NULL, 10), .texts = read_texts(argv[2]) };
    double seconds = strtod(argv[4], NULL);
    load.count = (int)strtol(argv[3], NULL, 10);
    if (load.count < 1 || load.count > CONNECTIONS_MAX) die("1 to %d connections", CONNECTIONS_MAX);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    load.connections = calloc((size_t)load.count, sizeof *load.connections);
    REQUIRE(load.epoll >= 0 && load.connections != NULL);
    for (int i = 0; i < load.count; i++) load.connections[i].fd = -1;
    int64_t began = micros();
    if (argc > 5) run_open(&load, seconds, strtod(argv[5], NULL));
    else if (seconds <= 0) run_burst(&load);
    else run_closed(&load, seconds);
    report(&load, (double)(micros() - began) / 1e6);
    return 0;
}
