/* See peer.h. One thread a connection; each connection carries one request. */
#include "support/peer.h"

#include "support/harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUESTS_MAX = 2000, REQUEST_MAX = 64 * 1024, WAIT_SECONDS = 5 };

struct peer {
    int listener;
    char url[64];
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct peer_answer answer;
    char *requests[REQUESTS_MAX];
    int count, open;
};

struct visit {
    struct peer *peer;
    int socket;
};

static size_t body_length(const char *head) {
    const char *line = strcasestr(head, "\r\nContent-Length:");
    return line == NULL ? 0 : strtoul(line + strlen("\r\nContent-Length:"), NULL, 10);
}

/* The whole request, or NULL if the peer went away. */
static char *read_request(int socket) {
    char *text = calloc(1, REQUEST_MAX);
    size_t len = 0;
    for (;;) {
        ssize_t got = read(socket, text + len, REQUEST_MAX - 1 - len);
        if (got <= 0) break;
        len += (size_t)got;
        const char *end = strstr(text, "\r\n\r\n");
        if (end != NULL && len >= (size_t)(end - text) + 4 + body_length(text)) return text;
    }
    free(text);
    return NULL;
}

static struct peer_answer note(struct peer *peer, char *request) {
    pthread_mutex_lock(&peer->lock);
    struct peer_answer answer = peer->answer;
    if (peer->count < REQUESTS_MAX) peer->requests[peer->count++] = request;
    else free(request);
    pthread_cond_broadcast(&peer->changed);
    pthread_mutex_unlock(&peer->lock);
    return answer;
}

static void *visit_main(void *arg) {
    struct visit *visit = arg;
    struct peer *peer = visit->peer;
    char *request = read_request(visit->socket);
    if (request != NULL) {
        struct peer_answer answer = note(peer, request);
        const char *body = answer.body == NULL ? "" : answer.body;
        char text[REQUEST_MAX];
        struct timespec pause = { answer.delay_ms / 1000, answer.delay_ms % 1000 * 1000000L };
        nanosleep(&pause, NULL);
        int len = snprintf(text, sizeof text, "HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
                           answer.status, strlen(body), answer.headers == NULL ? "" : answer.headers, body);
        if (send(visit->socket, text, (size_t)len, MSG_NOSIGNAL) < 0) perror("peer");
    }
    close(visit->socket);
    free(visit);
    pthread_mutex_lock(&peer->lock);
    peer->open--;
    pthread_cond_broadcast(&peer->changed);
    pthread_mutex_unlock(&peer->lock);
    return NULL;
}

static void *peer_main(void *arg) {
    struct peer *peer = arg;
    for (;;) {
        pthread_t thread;
        int socket = accept(peer->listener, NULL, NULL);
        if (socket < 0) return NULL;
        struct visit *visit = calloc(1, sizeof *visit);
        *visit = (struct visit){ peer, socket };
        pthread_mutex_lock(&peer->lock);
        peer->open++;
        pthread_mutex_unlock(&peer->lock);
        assert_int_equal(pthread_create(&thread, NULL, visit_main, visit), 0);
        pthread_detach(thread);
    }
}

struct peer *peer_start(void) {
    struct peer *peer = calloc(1, sizeof *peer);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    peer->answer = (struct peer_answer){ .status = 200 };
    pthread_mutex_init(&peer->lock, NULL);
    pthread_cond_init(&peer->changed, NULL);
    peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(peer->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(peer->listener, 100), 0);
    assert_int_equal(getsockname(peer->listener, (struct sockaddr *)&address, &size), 0);
    snprintf(peer->url, sizeof peer->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    assert_int_equal(pthread_create(&peer->thread, NULL, peer_main, peer), 0);
    return peer;
}

void peer_stop(struct peer *peer) {
    shutdown(peer->listener, SHUT_RDWR);
    close(peer->listener);
    pthread_join(peer->thread, NULL);
    pthread_mutex_lock(&peer->lock);
    while (peer->open > 0) pthread_cond_wait(&peer->changed, &peer->lock);
    pthread_mutex_unlock(&peer->lock);
    for (int i = 0; i < peer->count; i++) free(peer->requests[i]);
    pthread_mutex_destroy(&peer->lock);
    pthread_cond_destroy(&peer->changed);
    free(peer);
}

const char *peer_url(const struct peer *peer) {
    return peer->url;
}

void peer_answers(struct peer *peer, struct peer_answer answer) {
    pthread_mutex_lock(&peer->lock);
    peer->answer = answer;
    pthread_mutex_unlock(&peer->lock);
}

int peer_count(struct peer *peer) {
    pthread_mutex_lock(&peer->lock);
    int count = peer->count;
    pthread_mutex_unlock(&peer->lock);
    return count;
}

const char *peer_request(struct peer *peer, int nth) {
    pthread_mutex_lock(&peer->lock);
    assert_true(nth < peer->count);
    const char *request = peer->requests[nth];
    pthread_mutex_unlock(&peer->lock);
    return request;
}

bool peer_wait(struct peer *peer, int count) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_SECONDS;
    pthread_mutex_lock(&peer->lock);
    int rc = 0;
    while (peer->count < count && rc == 0) rc = pthread_cond_timedwait(&peer->changed, &peer->lock, &until);
    bool enough = peer->count >= count;
    pthread_mutex_unlock(&peer->lock);
    return enough;
}
