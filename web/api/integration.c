/* API of integrations: the senders of alerts, what they sent lately, and what a message of theirs would do. */
#include "api/resource.h"

#include "alert/receipt.h"
#include "alert/source.h"
#include "app.h"
#include "base/arena.h"
#include "base/json.h"

static struct integration_input read_input(struct op *op, const json_t *json) {
    return (struct integration_input){
        .kind = api_text(op, json, "kind"),
        .name = api_text(op, json, "name"),
        .secret = api_text(op, json, "secret"),
        .service = api_text(op, json, "service"),
        .severity = api_text(op, json, "severity"),
        .rules = json_object_get(json, "rules"),
        .options = json_object_get(json, "options"),
        .group_minutes = api_number(op, json, "group_minutes"),
        .beat_seconds = api_number(op, json, "beat_seconds"),
        .grace_seconds = api_number(op, json, "grace_seconds"),
        .enabled = api_flag(op, json, "enabled"),
    };
}

/* Where the sender is to be pointed at. The key is shown to administrators only. */
static json_t *with_url(struct request *request, const struct integration *integration) {
    struct op *op = request->op;
    json_t *json = integration_json(op, integration);
    json_put_text(json, "key", integration->key);
    json_put_text(json, "url",
                  arena_printf(op->arena, "%s%s", request->app->base_url, integration_path(op->arena, integration)));
    return json;
}

static bool path_id(struct request *request, int64_t *id, struct error *err) {
    return api_path_id(request, "id", "integration.unknown", id, err);
}

static bool body_input(struct request *request, struct integration_input *out, struct error *err) {
    const json_t *body;
    if (!api_body(request, &body, err)) return false;
    *out = read_input(request->op, body);
    return request->op->fields.count == 0 || OP_INVALID(request->op, err);
}

static void answer(struct request *request, struct response *response, bool ok, const struct integration *integration,
                   const struct error *err) {
    if (ok) api_answer(request, response, 200, with_url(request, integration), integration->version);
    else respond_error(request, response, err);
}

static void add(struct request *request, struct response *response) {
    struct integration_input input;
    struct integration made;
    struct error err;
    if (!body_input(request, &input, &err) || !integration_add(request->op, &input, &made, &err)) {
        respond_error(request, response, &err);
        return;
    }
    api_answer(request, response, 201, with_url(request, &made), made.version);
}

static void update(struct request *request, struct response *response) {
    struct integration_input input;
    struct integration changed;
    struct error err;
    int64_t id;
    bool ok = path_id(request, &id, &err) && body_input(request, &input, &err) &&
              integration_update(request->op, id, api_if_match(request), &input, &changed, &err);
    answer(request, response, ok, &changed, &err);
}

static void show(struct request *request, struct response *response) {
    struct integration found;
    struct error err;
    int64_t id;
    bool ok = path_id(request, &id, &err) && integration_find(request->op, id, &found, &err);
    answer(request, response, ok, &found, &err);
}

static void drop(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    if (path_id(request, &id, &err) && integration_remove(request->op, id, &err)) api_done(response);
    else respond_error(request, response, &err);
}

/* The new secret stands in this one answer and nowhere else. */
static void rotate(struct request *request, struct response *response) {
    struct integration changed;
    struct error err;
    int64_t id;
    if (!path_id(request, &id, &err) || !integration_rotate(request->op, id, api_if_match(request), &changed, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = with_url(request, &changed);
    json_put_text(json, "new_secret", changed.secret);
    api_answer(request, response, 200, json, changed.version);
}

static void list(struct request *request, struct response *response) {
    struct integration_list found;
    struct error err;
    if (!integration_list(request->op, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_push(items, json_incref(with_url(request, &found.items[i])));
    api_list(request, response, items, NULL);
}

static void receipts(struct request *request, struct response *response) {
    struct receipt_list found;
    struct error err;
    int64_t id;
    if (!path_id(request, &id, &err) || !receipt_list(request->op, id, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) {
        json_push(items, json_incref(receipt_json(request->op, &found.items[i])));
    }
    api_list(request, response, items, NULL);
}

static json_t *verdict_json(const struct alert_event *event, const struct alert_verdict *verdict) {
    json_t *json = json_object();
    json_put_text(json, "title", event->title);
    json_put_text(json, "state", alert_state_name(event->state));
    json_put_text(json, "result", verdict->result);
    json_put(json, "rule", verdict->rule < 0 ? json_null() : json_integer(verdict->rule));
    json_put_text(json, "outcome", verdict->outcome);
    json_put_text(json, "severity", verdict->severity);
    json_put_text(json, "service", verdict->service);
    json_put_text(json, "incident", verdict->incident_ref);
    return json;
}

/* The body is a message as the sender would send it. */
static void try_message(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct integration integration;
    struct alert_batch batch;
    struct error err;
    int64_t id;
    bool ok = path_id(request, &id, &err) && integration_find(op, id, &integration, &err) &&
              source_read(op, &integration, request->raw_body, request->body_size, &batch, &err);
    if (ok) {
        batch.verdicts = ARENA_ARRAY(op->arena, batch.count + 1, struct alert_verdict);
        ok = alert_try(op, &integration, &batch, &err);
    }
    if (!ok) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena), *items = json_array();
    for (size_t i = 0; i < batch.count; i++) json_push(items, verdict_json(&batch.events[i], &batch.verdicts[i]));
    json_put(json, "items", items);
    json_put_i64(json, "malformed", (int64_t)batch.malformed);
    json_put_text(json, "trouble", batch.trouble);
    json_put_i64(json, "hidden", batch.hidden);
    respond_json(response, 200, json);
}

#define WRITE CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API
#define PLAIN CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API
#define READ CSRF_SAFE, BODY_NONE, RATE_API
static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/integrations", list, PERM_ADMIN, READ },
    { HTTP_POST, "/api/v1/integrations", add, PERM_ADMIN, WRITE },
    { HTTP_GET, "/api/v1/integrations/:id", show, PERM_ADMIN, READ },
    { HTTP_PATCH, "/api/v1/integrations/:id", update, PERM_ADMIN, WRITE },
    { HTTP_DELETE, "/api/v1/integrations/:id", drop, PERM_ADMIN, PLAIN },
    { HTTP_POST, "/api/v1/integrations/:id/secret", rotate, PERM_ADMIN, PLAIN },
    { HTTP_GET, "/api/v1/integrations/:id/receipts", receipts, PERM_ADMIN, READ },
    { HTTP_POST, "/api/v1/integrations/:id/try", try_message, PERM_ADMIN, WRITE },
};
const struct route_table API_INTEGRATION_ROUTES = ROUTE_TABLE(ROUTES);
