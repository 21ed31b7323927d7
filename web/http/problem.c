/* Refusals: see problem.h. */
#include "http/problem.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "http/http_internal.h"
#include "text/i18n.h"
#include "text/refusal.h"
#include "view/template.h"

#include <string.h>

static const struct {
    int status;
    const char *text;
} STATUS[] = {
    { 200, "OK" },
    { 201, "Created" },
    { 202, "Accepted" },
    { 204, "No Content" },
    { 303, "See Other" },
    { 304, "Not Modified" },
    { 308, "Permanent Redirect" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 408, "Request Timeout" },
    { 409, "Conflict" },
    { 410, "Gone" },
    { 411, "Length Required" },
    { 412, "Precondition Failed" },
    { 413, "Content Too Large" },
    { 414, "URI Too Long" },
    { 415, "Unsupported Media Type" },
    { 417, "Expectation Failed" },
    { 421, "Misdirected Request" },
    { 422, "Unprocessable Content" },
    { 429, "Too Many Requests" },
    { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" },
    { 501, "Not Implemented" },
    { 502, "Bad Gateway" },
    { 503, "Service Unavailable" },
    { 505, "HTTP Version Not Supported" },
};

const char *http_status_text(int status) {
    for (size_t i = 0; i < sizeof STATUS / sizeof *STATUS; i++) {
        if (STATUS[i].status == status) return STATUS[i].text;
    }
    return "Unknown";
}

static const char *say(struct request *request, const struct error *err) {
    return refusal_text(request->op->lang, request->op->arena, err);
}

static const char *say_field(struct request *request, const struct field_error *field) {
    return refusal_field_text(request->op->lang, request->op->arena, field);
}

static json_t *field_list(struct request *request, const struct error *err) {
    const struct field_errors *fields = &request->op->fields;
    if (fields->first == NULL && err->field[0] == '\0') return NULL;
    json_t *list = json_array();
    struct field_error single = { err->field, err->code, NULL, NULL };
    for (const struct field_error *at = fields->first == NULL ? &single : fields->first; at != NULL; at = at->next) {
        json_t *item = json_object();
        json_put_text(item, "field", at->field);
        json_put_text(item, "code", at->code);
        json_put_text(item, "message", at == &single ? say(request, err) : say_field(request, at));
        json_push(list, item);
    }
    return list;
}

static json_t *problem_json(struct request *request, int status, const char *code, const char *detail) {
    json_t *body = json_obj(request->op->arena);
    json_put_text(body, "type", "about:blank");
    json_put_text(body, "title", http_status_text(status));
    json_put_i64(body, "status", status);
    json_put_text(body, "code", code);
    json_put_text(body, "detail", detail);
    if (*request->path != '\0') json_put_text(body, "instance", request->path); /* refused before it was read */
    json_put_text(body, "trace_id", request->op->request_id);
    return body;
}

static void send_problem(struct response *response, int status, const json_t *body) {
    respond_json(response, status, body);
    response->content_type = "application/problem+json";
    response->cache_control = "no-store";
}

/* A page that says what was wrong; if even that fails, one line of text. */
static void send_page(struct request *request, struct response *response, int status, const struct error *err) {
    const char *detail = say(request, err);
    json_t *view = json_obj(request->op->arena);
    json_put_i64(view, "status", status);
    json_put_text(view, "title", detail);
    json_put_text(view, "detail", detail);
    json_put_text(view, "more",
                  i18n_find(request->op->lang, arena_printf(request->op->arena, "error_page.more.%s", err->code)));
    json_put_text(view, "code", err->code);
    json_put_text(view, "request_id", request->op->request_id);
    json_put_bool(view, "login", status == 401);
    json_t *errors = field_list(request, &(struct error){ .field = "" });
    json_put(view, "errors", errors == NULL ? json_array() : errors);
    respond_page(request, response, status, "pages/error", view);
    response->cache_control = "no-store";
}

static void answer(struct request *request, struct response *response, int status, const struct error *err,
                   const json_t *extra) {
    if (request_wants_html(request) && extra == NULL) {
        send_page(request, response, status, err);
        return;
    }
    json_t *body = problem_json(request, status, err->code, say(request, err));
    json_t *errors = field_list(request, err);
    if (errors != NULL) json_put(body, "errors", errors);
    const char *key;
    json_t *value;
    if (extra != NULL) {
        union { /* jansson's iteration wants a mutable object, but only reads */
            const json_t *in;
            json_t *jansson;
        } members = { extra };
        json_object_foreach(members.jansson, key, value) json_object_set(body, key, value);
    }
    send_problem(response, status, body);
}

void respond_problem(struct request *request, struct response *response, const struct error *err, const json_t *extra) {
    const struct error_class *class = error_class(err->kind);
    if (class->log_as_fault) log_error("request_failed", request->op->request_id, err);
    int retry_s = err->retry_after_s > 0 ? err->retry_after_s : class->retryable ? 1 : 0;
    if (retry_s > 0) response_header(response, "Retry-After", arena_printf(request->op->arena, "%d", retry_s));
    if (err->kind == ERR_UNAUTHENTICATED && request_is_api(request))
        response_header(response, "WWW-Authenticate", "Bearer");
    answer(request, response, class->http_status, err, extra);
}

void respond_error(struct request *request, struct response *response, const struct error *err) {
    respond_problem(request, response, err, NULL);
}

void problem_status(struct request *request, struct response *response, int status, const char *code) {
    struct error err;
    (void)ERROR(&err, ERR_INVALID, code, "status %d", status);
    answer(request, response, status, &err, NULL);
}
