/* The pipeline: every request takes these steps in this order, and the first that refuses ends it. No body is read
 * for a request that is already refused. */
#include "http/http_internal.h"
#include "http/page_cache.h"

#include "app.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "http/csrf.h"
#include "http/idempotency.h"
#include "http/metrics.h"
#include "http/problem.h"
#include "http/rate.h"
#include "http/router.h"
#include "http/static_files.h"
#include "http/urlenc.h"
#include "store/db.h"
#include "text/i18n.h"

#include <stdatomic.h>
#include <string.h>
#include <strings.h>

typedef bool (*step)(struct exchange *exchange, struct request *request, struct response *response);

static void add_allow(struct response *response, struct arena *arena, unsigned allowed) {
    struct buf list;
    buf_init(&list, arena, 200);
    for (enum http_method method = HTTP_GET; method <= HTTP_DELETE; method++) {
        if ((allowed & 1u << method) == 0) continue;
        buf_printf(&list, "%s%s%s", list.len > 0 ? ", " : "", http_method_name(method),
                   method == HTTP_GET ? ", HEAD" : "");
    }
    response_header(response, "Allow", list.data);
}

/* A method that no route takes: what there is at that path, if anything. */
static void refuse_method(struct exchange *exchange, struct request *request, struct response *response, int status,
                          const char *code) {
    const char *uri = exchange->head.uri;
    const char *path = urlenc_decode(exchange->arena, uri, strlen(uri), false);
    struct route_match match = { 0 };
    if (path != NULL) match = router_find(exchange->http->router, exchange->arena, HTTP_GET, path);
    if (match.allowed != 0) add_allow(response, exchange->arena, match.allowed);
    if (match.allowed == 0 && status == 405) problem_status(request, response, 404, "request.not_found");
    else problem_status(request, response, status, code);
}

static bool step_gate(struct exchange *exchange, struct request *request, struct response *response) {
    const struct gate_rules rules = { exchange->http->hosts, exchange->http->any_host };
    const char *code = "request.framing";
    int status = gate_check(&exchange->head, &rules, &exchange->pass, &code);
    request->method = exchange->pass.method;
    request->head = exchange->pass.head;
    if (status == 0) {
        exchange->close |= exchange->pass.content_length > 0 || request->method != HTTP_GET;
        return true;
    }
    exchange->close = true;
    if (status == 405 || status == 501) refuse_method(exchange, request, response, status, code);
    else problem_status(request, response, status, code);
    return false;
}

static bool step_decode(struct exchange *exchange, struct request *request, struct response *response) {
    const char *uri = exchange->head.uri;
    const char *query = exchange->head.query == NULL ? "" : exchange->head.query;
    char *path = urlenc_decode(exchange->arena, uri, strlen(uri), false);
    if (path == NULL || !utf8_printable(path, strlen(path), false) ||
        !urlenc_pairs(exchange->arena, query, strlen(query), &request->query)) {
        exchange->close = true;
        problem_status(request, response, 400, "request.uri");
        return false;
    }
    request->path = path;
    return true;
}

/* "q=0.8" of one range, in thousandths; 1000 where none is said. */
static int weight_of(const char *parameters, size_t len) {
    const char *q = memmem(parameters, len, "q=", 2);
    if (q == NULL) return 1000;
    int weight = q[2] == '1' ? 1000 : 0;
    if (q[2] != '0' || q[3] != '.') return weight;
    for (int i = 0, unit = 100; i < 3 && q[4 + i] >= '0' && q[4 + i] <= '9'; i++, unit /= 10)
        weight += (q[4 + i] - '0') * unit;
    return weight;
}

/* The heavier of our two languages; the first of equals; Korean where neither is wanted. */
static const char *accepted_language(const struct request *request) {
    static const char *const LANGS[] = { "ko", "en" };
    const char *accept = request_header(request, "Accept-Language"), *best = "ko";
    int heaviest = 0;
    for (const char *at = accept; at != NULL && *at != '\0';) {
        at += strspn(at, " \t,");
        size_t len = strcspn(at, ","), tag = strcspn(at, ",-; \t");
        for (size_t i = 0; i < 2 && tag == 2; i++) {
            int weight = weight_of(at, len);
            if (strncasecmp(at, LANGS[i], 2) != 0 || weight <= heaviest) continue;
            best = LANGS[i];
            heaviest = weight;
        }
        at += len;
    }
    return best;
}

static const char *asked_language(const struct request *request) {
    const char *asked = request_query(request, "lang");
    return str_eq(asked, "ko") || str_eq(asked, "en") ? asked : NULL;
}

/* ?lang= > the person's (session.c) > Accept-Language > the organisation's (Korean until set). */
static const char *preferred_language(const struct request *request) {
    const char *asked = asked_language(request), *kept = request_cookie(request, "lang");
    if (asked != NULL) return asked;
    return str_eq(kept, "ko") || str_eq(kept, "en") ? kept : accepted_language(request);
}

void respond_public(struct request *request, struct response *response, const char *type) {
    response->status = 200;
    response->content_type = type;
    response->cache_control = "public, max-age=15";
    if (asked_language(request) == NULL) response_header(response, "Vary", "Accept-Language");
}

void request_speak_publicly(struct request *request) {
    const char *asked = asked_language(request);
    request->op->lang = i18n_get(asked != NULL ? asked : accepted_language(request));
    request->lang = i18n_code(request->op->lang);
}

static bool step_language(struct exchange *exchange, struct request *request, struct response *response) {
    (void)exchange;
    (void)response;
    request->op->lang = i18n_get(preferred_language(request));
    request->lang = i18n_code(request->op->lang);
    const char *theme = request_cookie(request, "theme");
    if (str_eq(theme, "light") || str_eq(theme, "dark")) request->theme = theme;
    return true;
}

static bool step_static(struct exchange *exchange, struct request *request, struct response *response) {
    return !static_files_serve(exchange->http->files, request, response);
}

static bool step_route(struct exchange *exchange, struct request *request, struct response *response) {
    const struct router *router = exchange->http->router;
    struct route_match match = router_find(router, exchange->arena, request->method, request->path);
    if (match.route != NULL) {
        exchange->route = match.route;
        exchange->route_index = match.index;
        request->route = match.route->pattern;
        request->params = match.params;
        return true;
    }
    size_t len = strlen(request->path);
    if (match.allowed == 0 && request->method == HTTP_GET && len > 1 && request->path[len - 1] == '/') {
        const char *without = arena_strn(exchange->arena, exchange->head.uri, strlen(exchange->head.uri) - 1);
        respond_redirect(response, without);
        response->status = 308;
        return false;
    }
    if (match.allowed != 0) add_allow(response, exchange->arena, match.allowed);
    problem_status(request, response, match.allowed != 0 ? 405 : 404,
                   match.allowed != 0 ? "request.method" : "request.not_found");
    return false;
}

/* Which of two would count is anybody's guess: better asked than guessed. */
static bool step_query(struct exchange *exchange, struct request *request, struct response *response) {
    struct error err;
    (void)exchange;
    if (!request_is_api(request)) return true;
    for (const struct http_pair *pair = request->query; pair->name != NULL; pair++) {
        if (request_query(request, pair->name) == pair->value) continue;
        op_field_error(request->op, pair->name, "twice", NULL);
        (void)ERROR(&err, ERR_UNREADABLE, "request.twice", "%.40s", pair->name);
        respond_error(request, response, &err);
        return false;
    }
    return true;
}

static bool step_rate(struct exchange *exchange, struct request *request, struct response *response) {
    struct http *http = exchange->http;
    enum route_rate class = exchange->route->rate;
    if (!http->settings->rate_limits) return true;
    const char *caller = NULL;
    if (class != RATE_LOGIN && class != RATE_PUBLIC && class != RATE_HOOK) {
        caller = request_header(request, "Authorization");
        if (caller == NULL) caller = request_cookie(request, session_cookie_name(http));
    }
    if (class == RATE_LOGIN && request->method == HTTP_GET) class = RATE_PAGE;
    int wait_s = rate_take(http->rate, class, caller == NULL ? request->remote : caller, exchange->started_ms);
    if (wait_s == 0) return true;
    response_header(response, "Retry-After", arena_printf(exchange->arena, "%d", wait_s));
    /* many senders of alerts give up on every answer but 5xx */
    problem_status(request, response, class == RATE_HOOK ? 503 : 429, "request.rate");
    return false;
}

static bool needs_token(const struct exchange *exchange, const struct request *request) {
    enum route_csrf csrf = exchange->route->csrf;
    return (csrf == CSRF_TOKEN || csrf == CSRF_BEARER_OR_TOKEN) && !request->bearer;
}

static bool step_origin(struct exchange *exchange, struct request *request, struct response *response) {
    bool cookie_borne = needs_token(exchange, request) || exchange->route->csrf == CSRF_PUBLIC_FORM;
    if (!cookie_borne || csrf_same_origin(request, exchange->http->settings->base_url)) return true;
    problem_status(request, response, 403, "request.origin");
    return false;
}

static bool step_csrf(struct exchange *exchange, struct request *request, struct response *response) {
    if (!needs_token(exchange, request) || csrf_matches(request)) return true;
    problem_status(request, response, 403, "request.csrf");
    return false;
}

static bool step_handler(struct exchange *exchange, struct request *request, struct response *response) {
    if (request->method == HTTP_GET) store_snapshot_allow(request->op);
    exchange->route->handler(request, response);
    store_snapshot_end(request->op);
    page_cache_done(request);
    if (response->status == 0) problem_status(request, response, 500, "general");
    idempotency_keep(exchange, request, response);
    return true;
}

static const step STEPS[] = {
    step_gate,         step_decode, step_language,      step_static, step_route,       step_query,   step_rate,
    exchange_identify, step_origin, exchange_read_body, step_csrf,   idempotency_step, step_handler,
};

/* The address the request really came from: proxies we know append it to X-Forwarded-For. */
static const char *client_address(const struct exchange *exchange, const struct request *request) {
    const char *trusted = exchange->http->settings->trusted_proxies;
    const char *forwarded = request_header(request, "X-Forwarded-For");
    char **proxies, **hops;
    if (forwarded == NULL) return exchange->peer;
    size_t proxy_count = str_split(exchange->arena, trusted == NULL ? "127.0.0.1 ::1" : trusted, " ,", &proxies);
    size_t hop_count = str_split(exchange->arena, forwarded, " ,\t", &hops);
    const char *address = exchange->peer;
    for (;;) {
        bool known = false;
        for (size_t i = 0; i < proxy_count && !known; i++) known = str_eq(proxies[i], address);
        if (!known || hop_count == 0) return address;
        const char *next = hops[--hop_count];
        if (strlen(next) > 45 || strspn(next, "0123456789abcdefABCDEF:.") != strlen(next)) return address;
        address = next;
    }
}

/* W3C trace context: the sender's trace id becomes ours, so that one search finds both logs. */
static const char *request_id(struct exchange *exchange, const struct request *request) {
    const char *parent = request_header(request, "traceparent");
    if (parent != NULL && strlen(parent) >= 55 && strspn(parent, "0123456789abcdef") == 2 &&
        strncmp(parent, "ff", 2) != 0 && strspn(parent + 3, "0123456789abcdef") == 32 && strspn(parent + 3, "0") < 32) {
        return arena_strn(exchange->arena, parent + 3, 32);
    }
    uint64_t number = atomic_fetch_add(&exchange->http->requests, 1) + 1;
    return arena_printf(exchange->arena, "%s%016llx", exchange->http->id_prefix, (unsigned long long)number);
}

static void access_log(const struct exchange *exchange, const struct request *request) {
    enum access_log wanted = exchange->http->settings->access_log;
    bool change = request->method != HTTP_GET || exchange->status >= 400;
    if (wanted == ACCESS_NONE || (wanted == ACCESS_CHANGES && !change)) return;
    char status[8], ms[24];
    snprintf(status, sizeof status, "%d", exchange->status);
    snprintf(ms, sizeof ms, "%lld", (long long)(clock_monotonic_ms() - exchange->started_ms));
    const struct actor *actor = request->op->actor;
    log_event(LOG_INFO, "request", "request_id", request->op->request_id, "method",
              exchange->pass.method_name == NULL ? "?" : exchange->pass.method_name, "route",
              request->route == NULL ? "" : request->route, "path", request->path, "status", status, "ms", ms, "user",
              actor->login == NULL ? "" : actor->login, "remote", request->remote, NULL);
}

void exchange_run(struct exchange *exchange) {
    struct http *http = exchange->http;
    struct arena *arena = exchange->arena;
    exchange->started_ms = clock_monotonic_ms();
    exchange->nobody = (struct actor){ .kind = ACTOR_NOBODY, .login = "", .name = "", .role = "" };
    struct op op = { .store = http->app->store, .arena = arena, .actor = &exchange->nobody };
    op.now_ms = clock_now_ms(http->app->clock);
    op.lang = i18n_get("ko");
    struct request request = { .op = &op, .app = http->app, .http = http, .headers = exchange->head.headers };
    request.path = "";
    request.lang = "ko";
    request.theme = "auto";
    request.secure = http->secure;
    request.method = HTTP_GET;
    request.remote = client_address(exchange, &request);
    exchange->nobody.remote = request.remote;
    op.request_id = request_id(exchange, &request);
    struct response response = { 0 };
    buf_init(&response.body, arena, HTTP_BODY_MAX);
    buf_init(&response.headers, arena, 16384);
    metrics_begin(http->metrics);
    for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
        if (!STEPS[i](exchange, &request, &response)) break;
    }
    exchange_finish(exchange, &request, &response);
    metrics_end(http->metrics, exchange->route == NULL ? SIZE_MAX : exchange->route_index, exchange->status,
                clock_monotonic_ms() - exchange->started_ms);
    access_log(exchange, &request);
}
