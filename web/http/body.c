/* Bodies: how much of what kind a route takes, read whole and parsed before the handler sees it. */
#include "http/http_internal.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "http/multipart.h"
#include "http/urlenc.h"

#include <string.h>
#include <strings.h>

enum { KIB = 1024, MIB = 1024 * 1024 };

static int64_t body_limit(const struct route *route) {
    switch (route->body) {
    case BODY_FORM:
    case BODY_JSON: return MIB;
    case BODY_MULTIPART: return 12 * MIB;
    case BODY_RAW: return route->rate == RATE_UPLOAD ? 12 * MIB : 4 * MIB;
    case BODY_NONE:
    case BODY_UNSET: break;
    }
    return 64 * KIB; /* nothing is expected; a little is read and dropped */
}

/* "application/json; charset=utf-8" is `type`; another charset is not. */
static bool type_is(const char *header, const char *type) {
    if (header == NULL) return false;
    size_t len = strcspn(header, "; \t");
    if (len != strlen(type) || strncasecmp(header, type, len) != 0) return false;
    const char *charset = strcasestr(header + len, "charset=");
    if (charset == NULL) return true;
    charset += strlen("charset=");
    charset += *charset == '"';
    return strncasecmp(charset, "utf-8", 5) == 0;
}

static bool is_json(const struct request *request, const char *header) {
    return type_is(header, "application/json") ||
           (request->method == HTTP_PATCH && type_is(header, "application/merge-patch+json"));
}

static bool fail(struct request *request, struct response *response, const struct error *err) {
    respond_error(request, response, err);
    return false;
}

static bool wrong_type(struct request *request, struct response *response, const char *header, const char *accepted) {
    struct error err;
    (void)ERROR(&err, ERR_MEDIA_TYPE, "request.media_type", "%s", header == NULL ? "none" : header);
    response_header(response, request->method == HTTP_PATCH ? "Accept-Patch" : "Accept-Post", accepted);
    return fail(request, response, &err);
}

static bool parse_json(struct request *request, struct response *response, const char *header) {
    struct error err;
    json_t *value = NULL;
    if (request->body_size == 0) return true; /* "nothing to say" is for the handler to judge */
    if (!is_json(request, header)) return wrong_type(request, response, header, "application/json");
    if (!json_parse(request->op->arena, request->raw_body, request->body_size, &value, &err)) {
        return fail(request, response, &err);
    }
    if (!json_is_object(value)) {
        (void)ERROR(&err, ERR_UNREADABLE, "json.not_object", "an array");
        return fail(request, response, &err);
    }
    request->json = value;
    return true;
}

static bool parse_form(struct request *request, struct response *response, const char *header) {
    struct error err;
    if (request->body_size == 0) return true;
    if (!type_is(header, "application/x-www-form-urlencoded")) {
        return wrong_type(request, response, header, "application/x-www-form-urlencoded");
    }
    if (urlenc_pairs(request->op->arena, request->raw_body, request->body_size, &request->form)) return true;
    (void)ERROR(&err, ERR_UNREADABLE, "request.form", "urlencoded");
    return fail(request, response, &err);
}

static bool parse_multipart(struct request *request, struct response *response, const char *header) {
    struct error err;
    if (type_is(header, "application/x-www-form-urlencoded")) return parse_form(request, response, header);
    if (header == NULL || strncasecmp(header, "multipart/form-data", 19) != 0) {
        return wrong_type(request, response, header, "multipart/form-data");
    }
    struct multipart parts;
    if (!multipart_parse(request->op->arena, header, request->raw_body, request->body_size, &parts)) {
        (void)ERROR(&err, ERR_UNREADABLE, "request.form", "multipart");
        return fail(request, response, &err);
    }
    request->form = parts.fields;
    request->uploads = parts.uploads;
    return true;
}

static bool read_all(struct exchange *exchange, struct request *request, struct response *response) {
    struct error err;
    int64_t size = exchange->pass.content_length;
    if (size > body_limit(exchange->route)) {
        (void)ERROR(&err, ERR_TOO_LARGE, "request.too_large", "%lld bytes", (long long)size);
        return fail(request, response, &err);
    }
    char *bytes = arena_alloc(exchange->arena, (size_t)size + 1);
    exchange->body_read = true;
    if (size > 0 && !exchange->read_body(exchange, bytes, (size_t)size)) {
        (void)ERROR(&err, ERR_UNREADABLE, "request.body_incomplete", "%lld bytes expected", (long long)size);
        return fail(request, response, &err);
    }
    request->raw_body = bytes;
    request->body_size = (size_t)size;
    return true;
}

bool exchange_read_body(struct exchange *exchange, struct request *request, struct response *response) {
    request->raw_body = "";
    if (request->method == HTTP_GET) return true;
    if (!read_all(exchange, request, response)) return false;
    const char *header = request_header(request, "Content-Type");
    const char *encoding = request_header(request, "Content-Encoding");
    if (encoding != NULL && strcasecmp(encoding, "identity") != 0)
        return wrong_type(request, response, encoding, "identity");
    switch (exchange->route->body) {
    case BODY_JSON: return parse_json(request, response, header);
    case BODY_FORM: return parse_form(request, response, header);
    case BODY_MULTIPART: return parse_multipart(request, response, header);
    case BODY_RAW:
    case BODY_NONE:
    case BODY_UNSET: break;
    }
    return true;
}
