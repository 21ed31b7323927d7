/* API of alerts. */
#include "http/http.h"

#include "alert/alert.h"
#include "app.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"

enum { LIMIT_DEFAULT = 50, LIMIT_MAX = 200, DAYS_90_S = 90 * 86400 };

static const char *member(struct op *op, const json_t *json, const char *key) {
    const json_t *value = json_object_get(json, key);
    if (value == NULL) return NULL;
    if (json_is_null(value)) return "";
    if (json_is_integer(value)) return arena_printf(op->arena, "%lld", (long long)json_integer_value(value));
    if (json_is_boolean(value)) return json_is_true(value) ? "true" : "false";
    if (!json_is_string(value)) op_field_error(op, key, "not_text", NULL);
    return json_string_value(value);
}

static bool path_id(struct request *request, int64_t *id, const char *code, struct error *err) {
    const char *text = request_param(request, "id");
    return id_parse(text, id) || ERROR(err, ERR_NOT_FOUND, code, "%s", text);
}

static void alerts(struct request *request, struct response *response) {
    struct op *op = request->op;
    const char *limit = request_query(request, "limit");
    const char *cursor = request_query(request, "cursor");
    struct alert_query query = { .state = request_query(request, "state"),
                                 .incident_ref = request_query(request, "incident"),
                                 .class = request_query(request, "class"),
                                 .limit = LIMIT_DEFAULT };
    struct alert_list found;
    struct alert_accuracy accuracy;
    struct error err;
    if (limit != NULL && (!str_to_i64(limit, &query.limit) || query.limit < 1 || query.limit > LIMIT_MAX)) {
        op_field_error(op, "limit", "out_of_range", "1–200");
    }
    if (cursor != NULL && !id_parse(cursor, &query.before_id)) op_field_error(op, "cursor", "malformed", NULL);
    bool ok = (op->fields.count == 0 || OP_INVALID(op, &err)) && alert_list(op, &query, &found, &err) &&
              alert_accuracy(op, op->now_ms - (int64_t)DAYS_90_S * 1000, op->now_ms + 1, &accuracy, &err);
    if (!ok) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_push(items, json_incref(alert_json(op, &found.items[i])));
    json_put(json, "items", items);
    json_put(json, "accuracy_percent", accuracy.percent < 0 ? json_null() : json_integer(accuracy.percent));
    if (found.more) {
        char id[ID_TEXT_SIZE];
        const char *next = id_text(found.items[found.count - 1].id, id);
        response_header(response, "Link",
                        arena_printf(op->arena, "</api/v1/alerts?limit=%lld&cursor=%s>; rel=\"next\"",
                                     (long long)query.limit, next));
        json_put_text(json, "next_cursor", next);
    }
    respond_json(response, 200, json);
}

static void classify(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct alert alert;
    struct error err;
    int64_t id;
    const char *class = member(op, request->json, "class");
    bool ok = path_id(request, &id, "alert.unknown", &err) && (op->fields.count == 0 || OP_INVALID(op, &err)) &&
              alert_classify(op, id, class, &alert, &err);
    if (ok) respond_json(response, 200, alert_json(op, &alert));
    else respond_error(request, response, &err);
}

#define WRITE CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API
#define READ CSRF_SAFE, BODY_NONE, RATE_API
static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/alerts", alerts, PERM_READ, READ },
    { HTTP_POST, "/api/v1/alerts/:id/class", classify, PERM_RESPOND, WRITE },
};
const struct route_table API_ALERT_ROUTES = ROUTE_TABLE(ROUTES);
