/* The HTTP layer as pages and API see it: request in, response out, routes as tables. Nothing here or above
 * knows civetweb; only web/http/server.c does.
 *
 * Fixed pipeline: framing checks → path match → 404/405 → rate → session or token → permission → origin check →
 * body (bounded) → CSRF token or signature → handler → security headers → access log.
 */
#ifndef BONGSU_WEB_HTTP_H
#define BONGSU_WEB_HTTP_H

#include "base/buf.h"
#include "base/op.h"
#include "people/permission.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http; /* this layer's own state (http/http_internal.h) */
struct app; /* composition root's state: store, clock, settings (web/app.h) */

enum http_method { HTTP_GET = 1, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE };

struct http_pair {
    const char *name;
    const char *value;
};

struct http_upload { /* a file part of a multipart form */
    const char *field, *filename, *content_type;
    const char *bytes;
    size_t size;
};

struct request {
    struct op *op; /* arena, actor, now, language */
    struct app *app;
    struct http *http;
    enum http_method method;
    const char *path; /* decoded, without query */
    const char *route; /* the pattern that matched */
    const char *raw_body; /* exact bytes, NUL after them */
    size_t body_size;
    const json_t *json; /* parsed body for BODY_JSON routes; NULL if there was none */
    bool head; /* HEAD: handlers may skip work, the layer drops the body */
    bool bearer; /* came with an API token, not with a session */
    const char *lang; /* "ko" or "en", as chosen for this reader */
    const char *theme; /* "light", "dark" or "auto" */
    const char *session; /* the cookie's token; NULL without a session */
    const char *csrf; /* token of this session for forms; NULL without a session */
    const char *remote; /* client address, proxy headers honoured only from configured proxies */
    bool secure; /* reached us over TLS */
    const struct http_pair *params, *query, *form, *headers; /* ended by a NULL name */
    const struct http_upload *uploads; /* ended by a NULL field */
    uint64_t making; /* the page it makes for all who wait for it (http/page_cache.h); 0: none */
};

/* ":ref" of the route: never NULL for a route's own names. The others: first value or NULL; headers in any case. */
const char *request_param(const struct request *request, const char *name);
const char *request_query(const struct request *request, const char *name);
/* For answers that anybody's cache may keep: the address and Accept-Language alone choose the language, never a cookie
 * or who is logged in; and the headers that say so. */
void request_speak_publicly(struct request *request);
const char *request_form(const struct request *request, const char *name);
const char *request_header(const struct request *request, const char *name);

struct response {
    int status;
    const char *content_type;
    struct buf body;
    const char *ready; /* instead of body: bytes that outlive the answer (files, cached pages); NULL without */
    size_t ready_size;
    struct buf headers; /* complete extra lines, each with CRLF; use response_header */
    const char *etag; /* quoted; NULL lets the layer hash the body of a GET */
    bool has_slots; /* the body holds placeholders of what belongs to one person (http/slots.h) */
    const struct page_entry *cached; /* instead of body: from http/page_cache.h */
    const char *cache_control; /* NULL: "no-store" with a session, else "no-cache" */
};

/* "limit" of a list, 1..200; standard when absent. False: answered with 400 already. */
bool request_limit(struct request *request, struct response *response, int standard, int *out);
/* If-Match against the current version of a resource: true if it may go on; answered with 409 `stale` otherwise. */
bool request_if_match(struct request *request, struct response *response, const char *etag);
/* Nobody can log in yet: the set-up page is open. Ends with the first administrator, however they were made. */
bool request_setup_open(const struct request *request);
/* Value of a cookie, or NULL. */
const char *request_cookie(const struct request *request, const char *name);

void response_header(struct response *response, const char *name, const char *value); /* CR LF refused */

/* Answers. All return void: a handler cannot fail to answer. */
void respond_public(struct request *request, struct response *response, const char *type);
void respond_json(struct response *response, int status, const json_t *value);
void respond_redirect(struct response *response, const char *location); /* 303 */
/* 303 after a successful form, with a message key shown once on the next page (cookie "flash"). */
void respond_redirect_flash(struct request *request, struct response *response, const char *location,
                            const char *message_key);
/* Starts the browser's session after a login, or ends it with NULL: the cookie alone, not the row. */
void respond_session_cookie(const struct request *request, struct response *response, const char *token);
/* Link: <…>; rel="next" on the current query with this cursor; NULL cursor: nothing (last page). */
void response_next(struct request *request, struct response *response, const char *cursor);
/* problem+json for the API, an error page for browsers, chosen by the route's body and Accept. */
void respond_error(struct request *request, struct response *response, const struct error *err);
/* As respond_error for the API, with more members beside the standard ones ("findings"); extra may be NULL. */
void respond_problem(struct request *request, struct response *response, const struct error *err, const json_t *extra);
/* Renders templates/NAME within the layout; view gets the common members (person, csrf, lang, theme, nav). */
void respond_page(struct request *request, struct response *response, int status, const char *name, json_t *view);
/* A template alone, for fragments that live.js swaps in. */
void respond_fragment(struct request *request, struct response *response, const char *name, json_t *view);

/* Every column is an enum whose 0 is illegal: a forgotten one fails at start. */
enum route_csrf { CSRF_UNSET, CSRF_SAFE, CSRF_TOKEN, CSRF_SIGNATURE, CSRF_BEARER_OR_TOKEN, CSRF_PUBLIC_FORM };
enum route_body { BODY_UNSET, BODY_NONE, BODY_FORM, BODY_MULTIPART, BODY_JSON, BODY_RAW };
enum route_rate { RATE_UNSET, RATE_PAGE, RATE_WRITE, RATE_LOGIN, RATE_API, RATE_HOOK, RATE_PUBLIC, RATE_UPLOAD };

typedef void (*route_handler)(struct request *request, struct response *response);

struct route {
    enum http_method method;
    const char *pattern; /* "/incidents/:ref/severity"; a literal segment wins over a parameter */
    route_handler handler;
    enum permission permission; /* PERM_PUBLIC (listed by name in a test), PERM_SIGNED for hooks, or a real one */
    enum route_csrf csrf;
    enum route_body body;
    enum route_rate rate;
};

struct route_table {
    const struct route *routes;
    size_t count;
};
/* At the end of a file: `const struct route_table X_ROUTES = ROUTE_TABLE(ROUTES);`, then list it in web/routes.c. */
#define ROUTE_TABLE(array) \
    { (array), sizeof(array) / sizeof((array)[0]) }

#endif
