/* API of alerts and the integrations they come by. */
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

static struct integration_input read_input(struct op *op, const json_t *json) {
    return (struct integration_input){
        .kind = member(op, json, "kind"),
        .name = member(op, json, "name"),
        .secret = member(op, json, "secret"),
        .service = member(op, json, "service"),
        .severity = member(op, json, "severity"),
        .rules = json_object_get(json, "rules"),
        .group_minutes = member(op, json, "group_minutes"),
        .beat_seconds = member(op, json, "beat_seconds"),
        .enabled = member(op, json, "enabled"),
    };
}

static bool path_id(struct request *request, int64_t *id, const char *code, struct error *err) {
    const char *text = request_param(request, "id");
    return id_parse(text, id) || ERROR(err, ERR_NOT_FOUND, code, "%s", text);
}

/* Where the sender is to be pointed at. The key is shown to administrators only. */
static json_t *with_url(struct request *request, const struct integration *integration) {
    static const char *const PATHS[INTEGRATION_KIND_COUNT] = { "/hooks/alertmanager/", "/hooks/grafana/", "/v2/enqueue",
                                                               "/hooks/generic/", "/ping/" };
    struct op *op = request->op;
    json_t *json = integration_json(op, integration);
    const char *key = integration->kind == INTEGRATION_PAGERDUTY ? "" : integration->key;
    json_put_text(json, "key", integration->key);
    json_put_text(json, "url",
                  arena_printf(op->arena, "%s%s%s", request->app->base_url, PATHS[integration->kind], key));
    return json;
}

static void answer(struct request *request, struct response *response, int status,
                   const struct integration *integration) {
    response->etag = arena_printf(request->op->arena, "\"%lld\"", (long long)integration->version);
    respond_json(response, status, with_url(request, integration));
}

static void add(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct integration_input input = read_input(op, request->json);
    struct integration integration;
    struct error err;
    bool ok = (op->fields.count == 0 || OP_INVALID(op, &err)) && integration_add(op, &input, &integration, &err);
    if (ok) answer(request, response, 201, &integration);
    else respond_error(request, response, &err);
}

static void update(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct integration_input input = read_input(op, request->json);
    struct integration integration;
    struct error err;
    int64_t id;
    bool ok = path_id(request, &id, "integration.unknown", &err) && (op->fields.count == 0 || OP_INVALID(op, &err)) &&
              integration_update(op, id, 0, &input, &integration, &err);
    if (ok) answer(request, response, 200, &integration);
    else respond_error(request, response, &err);
}

static void show(struct request *request, struct response *response) {
    struct integration integration;
    struct error err;
    int64_t id;
    bool ok =
        path_id(request, &id, "integration.unknown", &err) && integration_find(request->op, id, &integration, &err);
    if (ok) answer(request, response, 200, &integration);
    else respond_error(request, response, &err);
}

static void drop(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    bool ok = path_id(request, &id, "integration.unknown", &err) && integration_remove(request->op, id, &err);
    if (ok) response->status = 204;
    else respond_error(request, response, &err);
}

static void list(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct integration_list found;
    struct error err;
    if (!integration_list(op, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_push(items, json_incref(with_url(request, &found.items[i])));
    json_put(json, "items", items);
    respond_json(response, 200, json);
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
    { HTTP_GET, "/api/v1/integrations", list, PERM_ADMIN, READ },
    { HTTP_POST, "/api/v1/integrations", add, PERM_ADMIN, WRITE },
    { HTTP_GET, "/api/v1/integrations/:id", show, PERM_ADMIN, READ },
    { HTTP_PATCH, "/api/v1/integrations/:id", update, PERM_ADMIN, WRITE },
    { HTTP_DELETE, "/api/v1/integrations/:id", drop, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/alerts", alerts, PERM_READ, READ },
    { HTTP_POST, "/api/v1/alerts/:id/class", classify, PERM_RESPOND, WRITE },
};
const struct route_table API_ALERT_ROUTES = ROUTE_TABLE(ROUTES);
