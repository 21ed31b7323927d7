/* Shared by the API's handlers: see resource.h. */
#include "api/resource.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "http/cursor.h"
#include "text/when.h"

#include <string.h>

enum { LIMIT_STANDARD = 50, LIST_MAX = 200, WORDS_SIZE = 1000 };

bool api_body(struct request *request, const json_t **out, struct error *err) {
    if (!json_is_object(request->json)) return ERROR(err, ERR_UNREADABLE, "json.not_object", "a JSON object is needed");
    *out = request->json;
    return true;
}

const char *api_text(struct op *op, const json_t *body, const char *name) {
    const json_t *value = json_object_get(body, name);
    if (value == NULL) return NULL;
    if (json_is_string(value)) return json_string_value(value);
    if (!json_is_null(value)) op_field_error(op, name, "not_text", NULL);
    return "";
}

const char *api_number(struct op *op, const json_t *body, const char *name) {
    const json_t *value = json_object_get(body, name);
    if (value == NULL) return NULL;
    if (json_is_integer(value)) return arena_printf(op->arena, "%lld", (long long)json_integer_value(value));
    op_field_error(op, name, "not_number", NULL);
    return NULL;
}

int64_t api_version(struct op *op, const json_t *body) {
    const json_t *value = json_object_get(body, "version");
    if (json_is_integer(value)) return json_integer_value(value);
    if (value != NULL && !json_is_null(value)) op_field_error(op, "version", "not_number", NULL);
    return -1;
}

void api_check_object(struct op *op, const json_t *body, const char *name) {
    const json_t *value = json_object_get(body, name);
    if (value != NULL && !json_is_null(value) && !json_is_object(value)) op_field_error(op, name, "not_object", NULL);
}

void api_name_field(struct op *op, const char *ours, const char *theirs) {
    for (struct field_error *at = op->fields.first; at != NULL; at = at->next) {
        if (str_eq(at->field, ours)) at->field = theirs;
    }
}

const char *api_flag(struct op *op, const json_t *body, const char *name) {
    const json_t *value = json_object_get(body, name);
    if (value == NULL) return NULL;
    if (json_is_boolean(value)) return json_is_true(value) ? "true" : "false";
    op_field_error(op, name, "not_bool", NULL);
    return NULL;
}

const char *const *api_texts(struct op *op, const json_t *body, const char *name) {
    const json_t *array = json_object_get(body, name);
    if (array == NULL) return NULL;
    size_t count = json_array_size(array);
    if (!json_is_array(array)) op_field_error(op, name, "not_list", NULL);
    else if (count > LIST_MAX) op_field_error(op, name, "too_many", arena_printf(op->arena, "%d", LIST_MAX));
    if (count > LIST_MAX) count = 0;
    const char **list = ARENA_ARRAY(op->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(array, i);
        list[i] = json_is_string(value) ? json_string_value(value) : "";
        if (!json_is_string(value)) op_field_error(op, arena_printf(op->arena, "%s[%zu]", name, i), "not_text", NULL);
    }
    return list;
}

const char *api_words(struct op *op, const json_t *body, const char *name) {
    const char *const *texts = api_texts(op, body, name);
    struct buf buf;
    if (texts == NULL) return NULL;
    buf_init(&buf, op->arena, WORDS_SIZE);
    for (size_t i = 0; texts[i] != NULL; i++) buf_printf(&buf, "%s,", texts[i]);
    return buf.data;
}

int64_t api_instant(struct op *op, const json_t *body, const char *name) {
    const char *text = api_text(op, body, name);
    struct error err;
    int64_t ms = 0;
    if (text == NULL || *text == '\0') return 0;
    if (!when_parse(text, &ms, &err)) op_field_error(op, name, "malformed", NULL);
    return ms;
}

bool api_path_id(struct request *request, const char *name, const char *code, int64_t *id, struct error *err) {
    const char *text = request_param(request, name);
    return id_parse(text, id) || ERROR(err, ERR_NOT_FOUND, code, "%s", text);
}

/* Of several tags none can be told from the others; a proxy that compresses marks ours as weak. */
int64_t api_if_match(const struct request *request) {
    const char *header = request_header(request, "If-Match");
    char **parts;
    int64_t version;
    if (header == NULL || str_eq(header, "*")) return 0;
    if (strchr(header, ',') != NULL) return -1;
    if (str_starts(header, "W/")) header += 2;
    size_t count = str_split(request->op->arena, header, "\"-", &parts);
    return count >= 1 && str_to_i64(parts[0], &version) && version > 0 ? version : -1;
}

void api_answer(struct request *request, struct response *response, int status, json_t *json, int64_t version) {
    char hash[SECRET_HASH_SIZE];
    respond_json(response, status, json);
    secret_hash(response->body.data, response->body.len, hash);
    response->etag = arena_printf(request->op->arena, "\"%lld-%.12s\"", (long long)version, hash);
}

void api_created(struct request *request, struct response *response, json_t *json, int64_t version,
                 const char *location) {
    response_header(response, "Location", location);
    api_answer(request, response, 201, json, version);
}

void api_done(struct response *response) {
    response->status = 204;
}

void api_list(struct request *request, struct response *response, json_t *items, const char *next) {
    json_t *json = json_obj(request->op->arena);
    json_put(json, "items", items);
    json_put_text(json, "next_cursor", next);
    response_next(request, response, next);
    respond_json(response, 200, json);
}

bool api_page(struct request *request, struct response *response, int *limit, const char **after) {
    struct error err;
    if (!request_limit(request, response, LIMIT_STANDARD, limit)) return false;
    if (cursor_read_text(request->op->arena, request_query(request, "cursor"), after)) return true;
    (void)ERROR(&err, ERR_UNREADABLE, "request.cursor", "not one of ours");
    respond_error(request, response, &err);
    return false;
}
