/* The HTTP server on civetweb: see server.h. Everything happens in begin_request, before the library's own handling
 * of CORS, authorisation, files and handlers, none of which is used. Paths come undecoded (decode_url=no). */
#include "http/server.h"

#include "http/http_internal.h"

#include "app.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/str.h"
#include "http/knock.h"
#include "http/metrics.h"
#include "http/page_cache.h"
#include "http/rate.h"
#include "http/router.h"
#include "http/static_files.h"
#include "http/watchdog.h"
#include "http/who_cache.h"

#include <civetweb.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

enum { WORKERS_MAX = 1024, DRAIN_MAX = 1024 * 1024, DRAIN_MS = 1000, WRITE_MS = 20000, STOP_MS = 25000 };

struct server {
    struct http http;
    struct http_settings settings;
    struct mg_context *context;
    struct watchdog *watchdog;
    _Atomic int connections; /* being served by a worker */
    _Atomic int busy; /* requests under way */
    _Atomic bool stack_too_small;
    _Atomic bool stopping;
};

struct worker_thread {
    struct arena *arena;
    struct watchdog_slot *slot;
};

static void *init_thread(const struct mg_context *context, int type) {
    struct server *server = mg_get_user_data(context);
    if (type != 1) return NULL;
    if (!watchdog_stack_is_large()) atomic_store(&server->stack_too_small, true);
    struct worker_thread *worker = calloc(1, sizeof *worker);
    REQUIRE(worker != NULL);
    worker->arena = arena_new(ARENA_REQUEST_CAP);
    worker->slot = watchdog_slot(server->watchdog);
    return worker;
}

static void exit_thread(const struct mg_context *context, int type, void *pointer) {
    (void)context;
    struct worker_thread *worker = pointer;
    if (type != 1 || worker == NULL) return;
    arena_free(worker->arena);
    free(worker);
}

static int init_connection(const struct mg_connection *connection, void **data) {
    struct server *server = mg_get_user_data(mg_get_context(connection));
    atomic_fetch_add(&server->connections, 1);
    *data = NULL;
    return 0;
}

static void connection_closed(const struct mg_connection *connection) {
    struct server *server = mg_get_user_data(mg_get_context(connection));
    atomic_fetch_sub(&server->connections, 1);
}

static bool read_body(struct exchange *exchange, char *bytes, size_t size) {
    struct mg_connection *connection = exchange->connection;
    const struct worker_thread *worker = mg_get_thread_pointer(connection);
    size_t have = 0;
    if (exchange->pass.expect_continue) mg_write(connection, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    watchdog_arm(worker->slot, watchdog_thread_socket(), exchange->http->settings->body_ms);
    while (have < size) {
        int got = mg_read(connection, bytes + have, size - have);
        if (got <= 0) break;
        have += (size_t)got;
    }
    return !watchdog_disarm(worker->slot) && have == size;
}

/* A refused body is read and dropped for a moment, so that the refusal reaches a client that is still sending. */
static void drain(struct mg_connection *connection, const struct worker_thread *worker) {
    char bytes[16384];
    size_t total = 0;
    watchdog_arm(worker->slot, watchdog_thread_socket(), DRAIN_MS);
    while (total < DRAIN_MAX) {
        int got = mg_read(connection, bytes, sizeof bytes);
        if (got <= 0) break;
        total += (size_t)got;
    }
    watchdog_disarm(worker->slot);
}

static const struct http_pair *copy_headers(struct arena *arena, const struct mg_request_info *info) {
    size_t count = (size_t)info->num_headers;
    struct http_pair *headers = ARENA_ARRAY(arena, count + 1, struct http_pair);
    for (size_t i = 0; i < count; i++)
        headers[i] = (struct http_pair){ info->http_headers[i].name, info->http_headers[i].value };
    return headers;
}

/* The library reads the head in place: a name ends at its colon (now NUL), a value at its CR LF (now NUL NUL), and
 * after the last value stands the empty line (CR NUL). Where it forgave something, these bytes look different: a folded
 * line (all later headers are lost), a bare LF, a blank before the colon. tests/http/framing.test.mjs holds it to this.
 */
static bool head_was_cut(const struct mg_request_info *info) {
    for (int i = 0; i < info->num_headers; i++) {
        const struct mg_header *header = &info->http_headers[i];
        const char *after_name = header->name + strlen(header->name) + 1;
        const char *after_value = header->value + strlen(header->value);
        if (after_name != header->value && *after_name == '\0') return true;
        if (after_value[1] != '\0') return true;
        if (i == info->num_headers - 1 && (after_value[2] != '\r' || after_value[3] != '\0')) return true;
    }
    return false;
}

/* While workers are scarce a connection must not keep one: it is closed after the answer and may come again. */
static bool must_close(struct server *server, const struct exchange *exchange) {
    if (atomic_load(&server->stopping)) return true;
    if (atomic_load(&server->connections) * 4 >= server->settings.workers * 3) return true;
    for (size_t i = 0; i < exchange->head.header_count; i++) {
        const struct http_pair *header = &exchange->head.headers[i];
        if (strcasecmp(header->name, "Connection") == 0) return strcasestr(header->value, "close") != NULL;
    }
    return str_eq(exchange->head.version, "1.0");
}

static void serve_request(struct server *server, struct mg_connection *connection) {
    const struct worker_thread *worker = mg_get_thread_pointer(connection);
    const struct mg_request_info *info = mg_get_request_info(connection);
    struct exchange exchange = { .http = &server->http, .arena = worker->arena, .read_body = read_body };
    exchange.connection = connection;
    exchange.peer = info->remote_addr;
    exchange.head = (struct gate_head){ info->request_method,
                                        info->request_uri,
                                        info->query_string,
                                        info->http_version,
                                        copy_headers(worker->arena, info),
                                        (size_t)info->num_headers,
                                        head_was_cut(info) };
    exchange.close = must_close(server, &exchange);
    json_live_in(worker->arena);
    exchange_run(&exchange);
    if (exchange.close) mg_disable_connection_keep_alive(connection);
    watchdog_arm(worker->slot, watchdog_thread_socket(), WRITE_MS);
    mg_write(connection, exchange.out.data, exchange.out.len);
    watchdog_disarm(worker->slot);
    if (!exchange.body_read && exchange.pass.content_length > 0) drain(connection, worker);
    arena_reset(worker->arena);
    json_live_in(NULL);
}

/* What the library refuses by itself never reaches begin_request; it is answered in the same shape. */
static int http_error(struct mg_connection *connection, int status, const char *message) {
    (void)message;
    char body[256], head[512];
    int size = snprintf(body, sizeof body,
                        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"code\":\"request.unreadable\"}",
                        http_status_text(status), status);
    int len = snprintf(head, sizeof head,
                       "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\n"
                       "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n%s",
                       status, http_status_text(status), size, body);
    mg_disable_connection_keep_alive(connection);
    mg_write(connection, head, (size_t)len);
    return 0;
}

/* After SIGTERM nothing new is begun: the library drops what it has not written when it stops. */
static int begin_request(struct mg_connection *connection) {
    struct server *server = mg_get_user_data(mg_get_context(connection));
    atomic_fetch_add(&server->busy, 1);
    if (atomic_load(&server->stopping)) http_error(connection, 503, "stopping");
    else serve_request(server, connection);
    atomic_fetch_sub(&server->busy, 1);
    return 1;
}

static int log_message(const struct mg_connection *connection, const char *message) {
    (void)connection;
    log_event(LOG_DEBUG, "http_library", "message", message, NULL);
    return 1;
}

static const char *const *host_list(struct arena *arena, const struct http_settings *settings) {
    char **names;
    size_t count = str_split(arena, settings->hosts == NULL ? "" : settings->hosts, " ,", &names);
    const char **hosts = ARENA_ARRAY(arena, count + 2, const char *);
    for (size_t i = 0; i < count; i++) hosts[i] = names[i];
    const char *start = strstr(settings->base_url, "://");
    start = start == NULL ? settings->base_url : start + 3;
    hosts[count] = arena_strn(arena, start, strcspn(start, ":/"));
    return hosts;
}

static bool build_http(struct server *server, struct app *app, struct error *err) {
    struct http *http = &server->http;
    char token[SECRET_TOKEN_SIZE], hash[SECRET_HASH_SIZE];
    http->app = app;
    http->settings = &server->settings;
    http->arena = arena_new(ARENA_REQUEST_CAP);
    if (!router_build(http->arena, server->settings.routes, server->settings.route_count, &http->router, err))
        return false;
    http->rate = rate_new();
    http->files = static_files_new();
    http->metrics = metrics_new(http->router);
    http->pages = page_cache_new();
    http->who = who_cache_new();
    http->secure = str_starts(server->settings.base_url, "https://");
    http->hosts = host_list(http->arena, &server->settings);
    http->any_host = !server->settings.base_url_given && !str_starts(server->settings.listen, "127.");
    secret_token(token);
    secret_hash(token, sizeof token, hash);
    str_copy(http->marker, sizeof http->marker, hash);
    str_copy(http->id_prefix, sizeof http->id_prefix, hash + 41);
    return true;
}

static bool listen_on(struct server *server, struct error *err) {
    const struct http_settings *settings = &server->settings;
    char workers[16], keep_alive[16], request[16];
    snprintf(workers, sizeof workers, "%d", settings->workers);
    snprintf(keep_alive, sizeof keep_alive, "%d", settings->keep_alive_ms);
    snprintf(request, sizeof request, "%d", settings->request_ms);
    const char *options[] = { "listening_ports",
                              settings->listen,
                              "num_threads",
                              workers,
                              "enable_keep_alive",
                              "yes",
                              "keep_alive_timeout_ms",
                              keep_alive,
                              "request_timeout_ms",
                              request,
                              "max_request_size",
                              "16384",
                              "connection_queue",
                              "1024",
                              "listen_backlog",
                              "1024",
                              "tcp_nodelay",
                              "1",
                              "enable_directory_listing",
                              "no",
                              "access_control_allow_methods",
                              "",
                              "access_control_allow_origin",
                              "",
                              "access_control_allow_headers",
                              "",
                              "ssi_pattern",
                              "",
                              "cgi_pattern",
                              "",
                              "decode_url",
                              "no",
                              NULL };
    struct mg_callbacks callbacks = { .begin_request = begin_request,
                                      .http_error = http_error,
                                      .log_message = log_message,
                                      .init_thread = init_thread,
                                      .exit_thread = exit_thread,
                                      .init_connection = init_connection,
                                      .connection_closed = connection_closed };
    mg_init_library(0);
    server->context = mg_start(&callbacks, server, options);
    if (server->context == NULL)
        return ERROR(err, ERR_INTERNAL, "server.listen", "cannot listen on %s: %s", settings->listen,
                     knock_why_not(settings->listen));
    if (!watchdog_wait_slots(server->watchdog, 5000) || atomic_load(&server->stack_too_small))
        return ERROR(err, ERR_INTERNAL, "server.stack", "worker stacks are too small");
    return true;
}

bool server_start(struct app *app, const struct http_settings *settings, struct server **out, struct error *err) {
    struct server *server = calloc(1, sizeof *server);
    REQUIRE(server != NULL);
    server->settings = *settings;
    if (server->settings.workers < 4) server->settings.workers = 4;
    if (server->settings.workers > WORKERS_MAX) server->settings.workers = WORKERS_MAX;
    server->watchdog = watchdog_start(server->settings.workers);
    if (!build_http(server, app, err) || !listen_on(server, err)) {
        server_stop(server);
        return false;
    }
    *out = server;
    return true;
}

static void stop_library(struct server *server) {
    struct knock *knock = knock_start(server->settings.listen);
    mg_stop(server->context);
    knock_stop(knock);
    mg_exit_library();
}

void server_stop(struct server *server) {
    if (server == NULL) return;
    atomic_store(&server->stopping, true);
    if (server->context != NULL) {
        for (int i = 0; i < STOP_MS / 10 && atomic_load(&server->busy) > 0; i++) {
            nanosleep(&(struct timespec){ 0, 10 * 1000000L }, NULL);
        }
        stop_library(server);
    }
    watchdog_stop(server->watchdog);
    page_cache_free(server->http.pages);
    who_cache_free(server->http.who);
    metrics_free(server->http.metrics);
    static_files_free(server->http.files);
    rate_free(server->http.rate);
    arena_free(server->http.arena);
    free(server);
}

struct http *server_http(struct server *server) {
    return &server->http;
}

int server_port(const struct server *server) {
    struct mg_server_port ports[4];
    int count = mg_get_server_ports(server->context, 4, ports);
    return count > 0 ? ports[0].port : 0;
}
