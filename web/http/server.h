/* The HTTP server: starts and stops the web library and hands requests to the pipeline. server.c is the only file
 * that includes civetweb.h, so that it stays replaceable.
 *
 * Debian's library cannot do TLS and reads requests laxly; nginx in front is the intended set-up (deploy/nginx.conf).
 * It must be safe without as well: gate.h refuses ambiguous requests, connections with a body are closed after the
 * answer, keep-alive ends while workers are scarce, and a watchdog ends slow peers. */
#ifndef BONGSU_WEB_SERVER_H
#define BONGSU_WEB_SERVER_H

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct app;
struct http;
struct request;
struct route_table;
struct server;

enum access_log { ACCESS_ALL, ACCESS_CHANGES, ACCESS_NONE };

struct http_settings {
    const char *listen; /* "127.0.0.1:8080" */
    const char *base_url; /* without a slash at the end */
    bool base_url_given; /* by the operator: only its host (and addresses) are answered */
    const char *hosts; /* further names, separated by spaces or commas; may be NULL */
    const char *trusted_proxies; /* addresses whose X-Forwarded-* count; NULL: loopback */
    int workers; /* 1..1024 */
    int keep_alive_ms;
    int request_ms; /* for the head */
    int body_ms; /* for a whole body */
    bool rate_limits;
    enum access_log access_log;
    const struct route_table *const *routes; /* web/routes.h */
    size_t route_count;
    void (*page_frame)(struct request *request, json_t *view); /* adds navigation to every page; NULL: none */
};

/* Builds the state of the layer (routes are checked here) and listens. */
bool server_start(struct app *app, const struct http_settings *settings, struct server **out,
                  struct error *err) NODISCARD;
/* Stops accepting, finishes what runs. NULL is fine. */
void server_stop(struct server *server);
struct http *server_http(struct server *server);
int server_port(const struct server *server); /* the one chosen, if asked for port 0 */

#endif
