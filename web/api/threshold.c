/* Thresholds: the catalogue, the level of a value, the rule file for Prometheus. */
#include "api/resource.h"

#include "alert/threshold.h"
#include "base/json.h"
#include "base/str.h"

static void answer_list(struct request *request, struct response *response, const struct threshold_list *list) {
    json_t *items = json_array();
    json_t *json = json_obj(request->op->arena);
    for (size_t i = 0; i < list->count; i++) json_push(items, threshold_json(&list->list[i]));
    json_put(json, "items", items);
    json_put_bool(json, "starter", list->starter);
    respond_json(response, 200, json);
}

static void show(struct request *request, struct response *response) {
    struct error err;
    struct threshold_list list;
    if (!threshold_list(request->op, &list, &err)) respond_error(request, response, &err);
    else answer_list(request, response, &list);
}

static void save(struct request *request, struct response *response) {
    struct error err;
    struct threshold_list list;
    const json_t *items = request->json; /* the list itself, or {"items": list} */
    if (json_is_object(items)) items = json_object_get(items, "items");
    if (threshold_save(request->op, items, &err) && threshold_list(request->op, &list, &err)) {
        answer_list(request, response, &list);
    } else {
        respond_error(request, response, &err);
    }
}

static void level(struct request *request, struct response *response) {
    struct error err;
    const json_t *body;
    struct threshold_list list;
    const struct threshold *threshold;
    struct op *op = request->op;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *metric = api_text(op, body, "metric");
    const json_t *value = json_object_get(body, "value");
    if (str_blank(metric)) op_field_error(op, "metric", "required", NULL);
    if (value == NULL) op_field_error(op, "value", "required", NULL);
    else if (!json_is_number(value)) op_field_error(op, "value", "not_number", NULL);
    if (op->fields.count > 0) (void)OP_INVALID(op, &err);
    if (op->fields.count > 0 || !threshold_list(op, &list, &err) || !threshold_find(&list, metric, &threshold, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_put_text(json, "metric", metric);
    json_put(json, "value", json_deep_copy(value));
    json_put_text(json, "level", threshold_level_name(threshold_level(threshold, json_number_value(value))));
    json_put_text(json, "reason", threshold->reason);
    json_put(json, "threshold", threshold_json(threshold));
    respond_json(response, 200, json);
}

static void rules(struct request *request, struct response *response) {
    struct error err;
    struct threshold_list list;
    if (!threshold_list(request->op, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    response->status = 200;
    response->content_type = "application/yaml; charset=utf-8";
    response_header(response, "Content-Disposition", "attachment; filename=\"bongsu-thresholds.yml\"");
    buf_puts(&response->body, threshold_rules(request->op->arena, &list));
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/thresholds", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/thresholds", save, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, "/api/v1/thresholds/level", level, PERM_READ, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/thresholds/rules.yml", rules, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
};
const struct route_table API_THRESHOLD_ROUTES = ROUTE_TABLE(ROUTES);
