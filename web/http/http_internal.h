/* What the files of this folder share: the layer's state and one exchange on its way through the pipeline. */
#ifndef BONGSU_WEB_HTTP_INTERNAL_H
#define BONGSU_WEB_HTTP_INTERNAL_H

#include "http/gate.h"
#include "http/http.h"
#include "http/server.h"

struct idempotency_claim;
struct metrics;
struct page_cache;
struct rate;
struct router;
struct static_files;
struct who_cache;

enum { HTTP_BODY_MAX = 24 * 1024 * 1024, MARKER_SIZE = 33 };

/* One for the process. Immutable after start, except what its own headers call thread-safe. */
struct http {
    struct app *app;
    const struct http_settings *settings;
    struct arena *arena;
    const struct router *router;
    struct rate *rate;
    struct static_files *files;
    struct metrics *metrics;
    struct page_cache *pages;
    struct who_cache *who;
    const char *const *hosts;
    bool any_host;
    bool secure; /* the public address is https */
    char marker[MARKER_SIZE]; /* begins every slot marker; random, never sent (http/slots.h) */
    char id_prefix[17]; /* of request ids */
    _Atomic uint64_t requests;
};

/* One request and its answer, between the web library and the handlers. */
struct exchange {
    struct http *http;
    struct arena *arena;
    struct gate_head head;
    const char *peer; /* address of the socket's other end */
    /* Reads exactly size bytes within the body deadline; false if the peer fails to send them. */
    bool (*read_body)(struct exchange *exchange, char *bytes, size_t size);
    void *connection; /* the server's */

    struct gate_pass pass;
    const struct route *route;
    size_t route_index;
    int64_t started_ms; /* monotonic */
    bool body_read;
    const struct idempotency_claim *claim; /* made by this request: its answer has to be kept; NULL without */
    struct actor nobody;

    int status; /* the result */
    struct buf out; /* complete answer */
    bool close; /* the connection must not be used again */
};

/* Runs the whole pipeline; fills status, out and close. Never fails. */
void exchange_run(struct exchange *exchange);

/* pipeline steps that live in their own files: false means *response is final */
bool exchange_identify(struct exchange *exchange, struct request *request, struct response *response);
bool exchange_read_body(struct exchange *exchange, struct request *request, struct response *response);
void exchange_finish(struct exchange *exchange, struct request *request, struct response *response);

const char *session_cookie_name(const struct http *http);
bool request_is_api(const struct request *request); /* an address for programs */
bool request_wants_html(const struct request *request); /* a browser on a page: refusals are pages too */
bool request_none_match(const struct request *request, const char *etag); /* If-None-Match names it */
const char *http_status_text(int status);

#endif
