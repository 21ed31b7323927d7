/* What handlers ask a request: see http.h. */
#include "http/http_internal.h"

#include "base/arena.h"
#include "base/str.h"
#include "http/cookie.h"

#include <string.h>
#include <strings.h>

static const char *first(const struct http_pair *pairs, const char *name) {
    for (; pairs != NULL && pairs->name != NULL; pairs++) {
        if (strcmp(pairs->name, name) == 0) return pairs->value;
    }
    return NULL;
}

const char *request_param(const struct request *request, const char *name) {
    const char *value = first(request->params, name);
    REQUIRE(value != NULL);
    return value;
}

const char *request_query(const struct request *request, const char *name) {
    return first(request->query, name);
}

const char *request_form(const struct request *request, const char *name) {
    return first(request->form, name);
}

const char *request_header(const struct request *request, const char *name) {
    for (const struct http_pair *pair = request->headers; pair != NULL && pair->name != NULL; pair++) {
        if (strcasecmp(pair->name, name) == 0) return pair->value;
    }
    return NULL;
}

const char *request_cookie(const struct request *request, const char *name) {
    return cookie_find(request->op->arena, request_header(request, "Cookie"), name);
}

bool request_is_api(const struct request *request) {
    static const char *const PREFIXES[] = { "/api/",  "/hooks/",  "/v2/",    "/ping/",
                                            "/test/", "/healthz", "/readyz", "/metrics" };
    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++) {
        if (str_starts(request->path, PREFIXES[i])) return true;
    }
    return false;
}

bool request_wants_html(const struct request *request) {
    const char *accept = request_header(request, "Accept");
    return !request_is_api(request) && accept != NULL && strstr(accept, "text/html") != NULL;
}

bool request_limit(struct request *request, struct response *response, int standard, int *out) {
    enum { LIMIT_MAX = 200 };
    const char *text = request_query(request, "limit");
    int64_t limit = standard;
    if (text != NULL && (!str_to_i64(text, &limit) || limit < 1 || limit > LIMIT_MAX)) {
        struct error err;
        op_field_error(request->op, "limit", "out_of_range", "1–200");
        (void)ERROR(&err, ERR_UNREADABLE, "request.limit", "limit=%s", text);
        respond_error(request, response, &err);
        return false;
    }
    *out = (int)limit;
    return true;
}

/* One entity tag of a list, without its weakness mark. */
static bool tag_listed(const char *list, const char *etag) {
    size_t want = strlen(etag);
    for (const char *at = list; *at != '\0';) {
        at += strspn(at, " \t,");
        if (*at == '*') return true;
        if (strncmp(at, "W/", 2) == 0) at += 2;
        size_t len = strcspn(at, ",");
        while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t')) len--;
        if (len == want && strncmp(at, etag, want) == 0) return true;
        at += strcspn(at, ",");
    }
    return false;
}

bool request_if_match(struct request *request, struct response *response, const char *etag) {
    const char *wanted = request_header(request, "If-Match");
    if (wanted == NULL || tag_listed(wanted, etag)) return true;
    struct error err;
    (void)ERROR(&err, ERR_STALE, "request.stale", "If-Match %s, current %s", wanted, etag);
    respond_error(request, response, &err);
    return false;
}

bool request_none_match(const struct request *request, const char *etag) {
    const char *known = request_header(request, "If-None-Match");
    return known != NULL && tag_listed(known, etag);
}
