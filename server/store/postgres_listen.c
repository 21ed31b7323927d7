/* PostgreSQL engine: hears what other nodes committed. While the connection is away notifications are lost, so
 * after each reconnection everything counts as changed. The thread also notices a dead server before a caller does. */
#include "store/postgres_internal.h"

#include "base/str.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { RECONNECT_MS = 1000 };

struct postgres_listener {
    struct store *store;
    const char *url;
    const char *node;
    struct postgres_conn conn;
    pthread_t thread;
    int stop; /* eventfd */
};

/* Waits for the socket (none if negative) or stop; true when asked to stop. */
static bool wait_or_stop(const struct postgres_listener *listener, int socket, int timeout_ms) {
    struct pollfd fds[] = { { .fd = listener->stop, .events = POLLIN }, { .fd = socket, .events = POLLIN } };
    return poll(fds, socket < 0 ? 1 : 2, timeout_ms) > 0 && fds[0].revents != 0;
}

static void tell(struct postgres_listener *listener, char *payload) {
    char *save = NULL;
    const char *node = strtok_r(payload, "\n", &save);
    if (node == NULL || strcmp(node, listener->node) == 0) return; /* ours were told right after the commit */
    for (const char *topic; (topic = strtok_r(NULL, "\n", &save)) != NULL;) {
        if (strcmp(topic, "*") == 0) feed_everything(&listener->store->feed);
        else feed_publish(&listener->store->feed, topic);
    }
}

static bool connect_and_listen(struct postgres_listener *listener, struct error *err) {
    return postgres_conn_ensure(&listener->conn, listener->url, err) &&
           postgres_conn_exec(&listener->conn, "LISTEN " POSTGRES_CHANNEL, err);
}

static void *listener_main(void *arg) {
    struct postgres_listener *listener = arg;
    struct error err;
    for (;;) {
        PGconn *pg = listener->conn.pg;
        bool alive = pg != NULL && PQstatus(pg) == CONNECTION_OK;
        if (wait_or_stop(listener, alive ? PQsocket(pg) : -1, alive ? -1 : RECONNECT_MS)) return NULL;
        if (alive && PQconsumeInput(pg) == 1) {
            for (PGnotify *note; (note = PQnotifies(pg)) != NULL; PQfreemem(note)) tell(listener, note->extra);
            continue;
        }
        if (connect_and_listen(listener, &err)) {
            health_good(listener->store);
            feed_everything(&listener->store->feed);
        } else {
            health_bad(listener->store, &err);
        }
    }
}

struct postgres_listener *postgres_listener_start(struct store *store, const char *url, const char *node,
                                                  struct error *err) {
    struct postgres_listener *listener = calloc(1, sizeof *listener);
    if (listener == NULL) die("postgres: out of memory");
    listener->store = store;
    listener->url = url;
    listener->node = node;
    if (!connect_and_listen(listener, err)) {
        postgres_conn_close(&listener->conn);
        free(listener);
        return NULL;
    }
    listener->stop = eventfd(0, EFD_CLOEXEC);
    REQUIRE(listener->stop >= 0);
    REQUIRE(pthread_create(&listener->thread, NULL, listener_main, listener) == 0);
    return listener;
}

void postgres_listener_stop(struct postgres_listener *listener) {
    if (listener == NULL) return;
    REQUIRE(eventfd_write(listener->stop, 1) == 0);
    pthread_join(listener->thread, NULL);
    close(listener->stop);
    postgres_conn_close(&listener->conn);
    free(listener);
}
