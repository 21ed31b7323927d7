/* API of alerts: lists, what people do with one, the review. */
#include "api/resource.h"

#include "alert/review.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"

#define DAYS_90_MS INT64_C(7776000000)
enum { LIMIT_DEFAULT = 50, LIMIT_MAX = 200, REVIEW_DAYS = 7 };

static bool path_id(struct request *request, int64_t *id, struct error *err) {
    return api_path_id(request, "id", "alert.unknown", id, err);
}

/* Filters and place of a list, as the address says them. */
static bool read_query(struct request *request, struct alert_query *out, struct error *err) {
    struct op *op = request->op;
    const char *limit = request_query(request, "limit"), *cursor = request_query(request, "cursor");
    const char *integration = request_query(request, "integration");
    *out = (struct alert_query){ .state = request_query(request, "state"),
                                 .incident_ref = request_query(request, "incident"),
                                 .class = request_query(request, "class"),
                                 .service = request_query(request, "service"),
                                 .name = request_query(request, "name"),
                                 .group = request_query(request, "group"),
                                 .fingerprint = request_query(request, "fingerprint"),
                                 .limit = LIMIT_DEFAULT };
    if (limit != NULL && (!str_to_i64(limit, &out->limit) || out->limit < 1 || out->limit > LIMIT_MAX)) {
        op_field_error(op, "limit", "out_of_range", "1–200");
    }
    if (cursor != NULL && !id_parse(cursor, &out->before_id)) op_field_error(op, "cursor", "malformed", NULL);
    if (integration != NULL && !id_parse(integration, &out->integration_id)) {
        op_field_error(op, "integration", "malformed", NULL);
    }
    return op->fields.count == 0 || OP_INVALID(op, err);
}

static void alerts(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct alert_query query;
    struct alert_list found;
    struct alert_accuracy accuracy;
    struct error err;
    char id[ID_TEXT_SIZE];
    if (!read_query(request, &query, &err) || !alert_list(op, &query, &found, &err) ||
        !alert_accuracy(op, op->now_ms - DAYS_90_MS, op->now_ms + 1, &accuracy, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *next = found.more ? id_text(found.items[found.count - 1].id, id) : NULL;
    json_t *json = json_obj(op->arena), *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_push(items, json_incref(alert_json(op, &found.items[i])));
    json_put(json, "items", items);
    json_put(json, "accuracy_percent", accuracy.percent < 0 ? json_null() : json_integer(accuracy.percent));
    if (next != NULL) json_put_text(json, "next_cursor", next);
    response_next(request, response, next);
    respond_json(response, 200, json);
}

static void answer(struct request *request, struct response *response, bool ok, const struct alert *alert,
                   const struct error *err) {
    if (ok) api_answer(request, response, 200, alert_json(request->op, alert), alert->version);
    else respond_error(request, response, err);
}

static void show(struct request *request, struct response *response) {
    struct alert alert;
    struct error err;
    int64_t id;
    bool ok = path_id(request, &id, &err) && alert_find(request->op, id, &alert, &err);
    answer(request, response, ok, &alert, &err);
}

/* The id of the path, and the body; wrong types are refused before anything is done. */
static bool asked(struct request *request, int64_t *id, const json_t **body, struct error *err) {
    return path_id(request, id, err) && api_body(request, body, err);
}

static bool fine(struct op *op, struct error *err) {
    return op->fields.count == 0 || OP_INVALID(op, err);
}

/* A write that takes one word. */
typedef bool (*worded)(struct op *op, int64_t id, const char *word, struct alert *out, struct error *err);

static void with_word(struct request *request, struct response *response, const char *name, worded act) {
    struct op *op = request->op;
    struct alert alert;
    struct error err;
    const json_t *body = NULL;
    int64_t id;
    bool ok = asked(request, &id, &body, &err);
    const char *word = api_text(op, body, name);
    ok = ok && fine(op, &err) && act(op, id, word, &alert, &err);
    answer(request, response, ok, &alert, &err);
}

static void classify(struct request *request, struct response *response) {
    with_word(request, response, "class", alert_classify);
}

static void attach(struct request *request, struct response *response) {
    with_word(request, response, "incident", alert_attach);
}

static void declare(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct alert alert;
    struct error err;
    const json_t *body = NULL;
    int64_t id;
    bool ok = asked(request, &id, &body, &err);
    const struct alert_declaration declaration = { .title = api_text(op, body, "title"),
                                                   .severity = api_text(op, body, "severity"),
                                                   .service = api_text(op, body, "service") };
    ok = ok && fine(op, &err) && alert_declare(op, id, &declaration, &alert, &err);
    if (ok) api_answer(request, response, 201, alert_json(op, &alert), alert.version);
    else respond_error(request, response, &err);
}

static void review(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct alert_review found;
    struct error err;
    int64_t days = REVIEW_DAYS;
    const char *typed = request_query(request, "days");
    if (typed != NULL && !str_to_i64(typed, &days)) days = 0;
    if (alert_review(op, days, &found, &err)) respond_json(response, 200, alert_review_json(op, &found));
    else respond_error(request, response, &err);
}

static void classify_name(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct error err;
    const json_t *body = NULL;
    int64_t changed = 0;
    bool ok = api_body(request, &body, &err);
    const char *days = api_number(op, body, "days"), *integration = api_text(op, body, "integration");
    struct review_classing classing = { .days = REVIEW_DAYS,
                                        .name = api_text(op, body, "name"),
                                        .class = api_text(op, body, "class") };
    if (days != NULL && !str_to_i64(days, &classing.days)) classing.days = 0;
    if (integration == NULL) op_field_error(op, "integration", "required", NULL);
    else if (!id_parse(integration, &classing.integration_id)) op_field_error(op, "integration", "unknown", NULL);
    if (!ok || !fine(op, &err) || !alert_classify_name(op, &classing, &changed, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_put_i64(json, "changed", changed);
    respond_json(response, 200, json);
}

#define WRITE CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API
#define READ CSRF_SAFE, BODY_NONE, RATE_API
static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/alerts", alerts, PERM_READ, READ },
    { HTTP_GET, "/api/v1/alerts/review", review, PERM_READ, READ },
    { HTTP_POST, "/api/v1/alerts/review", classify_name, PERM_RESPOND, WRITE },
    { HTTP_GET, "/api/v1/alerts/:id", show, PERM_READ, READ },
    { HTTP_POST, "/api/v1/alerts/:id/class", classify, PERM_RESPOND, WRITE },
    { HTTP_POST, "/api/v1/alerts/:id/attach", attach, PERM_RESPOND, WRITE },
    { HTTP_POST, "/api/v1/alerts/:id/declare", declare, PERM_RESPOND, WRITE },
};
const struct route_table API_ALERT_ROUTES = ROUTE_TABLE(ROUTES);
