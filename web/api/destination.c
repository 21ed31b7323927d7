/* Destinations of messages, and the deliveries to them: waiting, sent, failed. */
#include "api/resource.h"

#include "app.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/breaker_row.h"
#include "connect/destination.h"
#include "connect/explain.h"
#include "ledger/ledger_read.h"
#include "text/when.h"
#include "work/worker.h"

static void put_instant(struct op *op, json_t *json, const char *name, int64_t ms) {
    json_put_text(json, name, ms == 0 ? NULL : when_rfc3339(op->arena, ms));
}

static json_t *copy_of(const json_t *value) {
    return value == NULL ? json_null() : json_deep_copy(value);
}

static json_t *breaker_view(struct op *op, const struct breaker *breaker) {
    json_t *json = json_object();
    json_put_text(json, "state", breaker_state_name(breaker->state));
    json_put_i64(json, "calls", breaker->count);
    json_put_i64(json, "bad", breaker->bad_count);
    put_instant(op, json, "open_until", breaker->open_until);
    return json;
}

static json_t *destination_view(struct request *request, const struct breaker_rows *breakers,
                                const struct destination *d) {
    struct op *op = request->op;
    json_t *json = json_obj(op->arena);
    json_put_id(json, "id", d->id);
    json_put_text(json, "name", d->name);
    json_put_text(json, "connector", d->connector);
    json_put(json, "topics", copy_of(d->topics));
    json_put(json, "severities", copy_of(d->severities));
    json_put(json, "config", copy_of(d->config));
    json_put_bool(json, "has_secret", d->has_secret);
    json_put_bool(json, "enabled", d->enabled);
    const struct breaker breaker = breaker_of(breakers, d->id, op->now_ms);
    json_put_text(json, "breaker", breaker_state_name(breaker.state));
    json_put(json, "breaker_figures", breaker_view(op, &breaker));
    put_instant(op, json, "blocked_until", d->blocked_until > op->now_ms ? d->blocked_until : 0);
    json_put_text(json, "blocked_reason", d->blocked_reason);
    json_put_text(json, "explanation", delivery_explain(op->arena, op->lang, d->connector, d->blocked_reason));
    json_put_i64(json, "version", d->version);
    return json;
}

struct reading {
    int64_t id;
    struct destination destination;
    struct destination_list list;
    struct outbox_filter filter;
    struct outbox_page page;
    struct outbox_row row;
    struct breaker_rows breakers;
};

static bool read_one(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return destination_get(tx, reading->id, &reading->destination, err) && breaker_rows(tx, &reading->breakers, err);
}

static bool read_all(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return destination_list(tx, &reading->list, err) && breaker_rows(tx, &reading->breakers, err);
}

static bool read_page(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return outbox_list(tx, &reading->filter, &reading->page, err);
}

static void list(struct request *request, struct response *response) {
    struct reading reading = { 0 };
    struct error err;
    json_t *items = json_array();
    if (!store_read(request->op, read_all, &reading, &err)) {
        respond_error(request, response, &err);
        return;
    }
    for (size_t i = 0; i < reading.list.count; i++) {
        json_push(items, json_incref(destination_view(request, &reading.breakers, &reading.list.list[i])));
    }
    api_list(request, response, items, NULL);
}

static void answer_one(struct request *request, struct response *response, int status, int64_t id) {
    struct reading reading = { .id = id };
    struct error err;
    if (!store_read(request->op, read_one, &reading, &err)) {
        respond_error(request, response, &err);
        return;
    }
    api_answer(request, response, status, destination_view(request, &reading.breakers, &reading.destination),
               reading.destination.version);
}

static bool path_id(struct request *request, int64_t *id, struct error *err) {
    return api_path_id(request, "id", "destination.unknown", id, err);
}

static void show(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    if (path_id(request, &id, &err)) answer_one(request, response, 200, id);
    else respond_error(request, response, &err);
}

static bool read_input(struct request *request, struct destination_input *out, struct error *err) {
    const json_t *body;
    if (!api_body(request, &body, err)) return false;
    const json_t *severities = json_object_get(body, "severities");
    const char *enabled = api_flag(request->op, body, "enabled");
    *out = (struct destination_input){ .name = api_text(request->op, body, "name"),
                                       .connector = api_text(request->op, body, "connector"),
                                       .topics = json_object_get(body, "topics"),
                                       .severities = json_is_null(severities) ? NULL : severities,
                                       .config = json_object_get(body, "config"),
                                       .secret = api_text(request->op, body, "secret"),
                                       .enabled = !str_eq(enabled, "false") };
    return request->op->fields.count == 0 || OP_INVALID(request->op, err);
}

static void create(struct request *request, struct response *response) {
    struct destination_input input;
    struct error err;
    int64_t id;
    if (read_input(request, &input, &err) && destination_create(request->op, &input, &id, &err)) {
        answer_one(request, response, 201, id);
    } else {
        respond_error(request, response, &err);
    }
}

static void update(struct request *request, struct response *response) {
    struct destination_input input;
    struct reading reading = { 0 };
    struct error err;
    if (!path_id(request, &reading.id, &err) || !read_input(request, &input, &err) ||
        !store_read(request->op, read_one, &reading, &err)) {
        respond_error(request, response, &err);
        return;
    }
    int64_t wanted = api_if_match(request);
    input.version = wanted == 0 ? reading.destination.version : wanted;
    if (!destination_update(request->op, reading.id, &input, &err)) {
        respond_error(request, response, &err);
        return;
    }
    if (request->app->worker != NULL) worker_reset_breaker(request->app->worker, reading.id);
    answer_one(request, response, 200, reading.id);
}

static void delete (struct request *request, struct response *response) {
    struct reading reading = { 0 };
    struct error err;
    bool ok = path_id(request, &reading.id, &err) && store_read(request->op, read_one, &reading, &err);
    int64_t wanted = ok ? api_if_match(request) : 0;
    if (wanted == 0) wanted = reading.destination.version;
    if (ok && destination_delete(request->op, reading.id, wanted, NULL, &err)) api_done(response);
    else respond_error(request, response, &err);
}

static void send_test(struct request *request, struct response *response) {
    struct error err;
    int64_t id, row;
    if (!path_id(request, &id, &err) || !destination_test(request->op, id, &row, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(request->op->arena);
    json_put_id(json, "delivery", row);
    respond_json(response, 202, json);
}

static void reset(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    if (!path_id(request, &id, &err) || !destination_enable(request->op, id, true, &err)) {
        respond_error(request, response, &err);
        return;
    }
    if (request->app->worker != NULL) worker_reset_breaker(request->app->worker, id);
    api_done(response);
}

/* --- deliveries --- */

static json_t *delivery_view(struct op *op, const struct outbox_row *row) {
    json_t *json = json_object();
    json_put_id(json, "id", row->id);
    json_put_id(json, "destination_id", row->destination_id);
    json_put_text(json, "destination", row->destination);
    json_put_text(json, "connector", row->connector);
    json_put_text(json, "topic", row->topic);
    json_put_text(json, "severity", row->severity);
    json_put_text(json, "state", row->state);
    json_put_i64(json, "attempts", row->attempts);
    json_put_text(json, "last_error", row->last_error);
    json_put_text(json, "explanation", delivery_explain(op->arena, op->lang, row->connector, row->last_error));
    put_instant(op, json, "created_at", row->created_at);
    put_instant(op, json, "due_at", row->finished_at == 0 ? row->due_at : 0);
    put_instant(op, json, "finished_at", row->finished_at);
    return json;
}

static void deliveries(struct request *request, struct response *response) {
    static const char *const STATES[] = { "dead", "ready", "sent", NULL };
    struct reading reading = { .filter = { .state = "dead" } };
    struct error err;
    char next[ID_TEXT_SIZE];
    const char *state = request_query(request, "state");
    const char *destination = request_query(request, "destination");
    const char *cursor = request_query(request, "cursor");
    if (!request_limit(request, response, 50, &reading.filter.limit)) return;
    for (size_t i = 0; STATES[i] != NULL; i++) {
        if (str_eq(STATES[i], state)) reading.filter.state = STATES[i];
    }
    if (destination != NULL) (void)id_parse(destination, &reading.filter.destination_id);
    if (cursor != NULL && !id_parse(cursor, &reading.filter.before_id)) {
        (void)ERROR(&err, ERR_UNREADABLE, "request.cursor", "not one of ours");
        respond_error(request, response, &err);
        return;
    }
    if (!store_read(request->op, read_page, &reading, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    const struct outbox_page *page = &reading.page;
    for (size_t i = 0; i < page->count; i++) json_push(items, delivery_view(request->op, &page->list[i]));
    api_list(request, response, items, page->more ? id_text(page->list[page->count - 1].id, next) : NULL);
}

static bool read_row(struct tx *tx, void *arg, struct error *err) {
    struct reading *reading = arg;
    return outbox_get(tx, reading->id, &reading->row, err);
}

static void delivery(struct request *request, struct response *response) {
    struct reading reading = { 0 };
    struct error err;
    if (!api_path_id(request, "id", "outbox.unknown", &reading.id, &err) ||
        !store_read(request->op, read_row, &reading, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_arr(request->op->arena); /* released with the arena */
    json_push(json, delivery_view(request->op, &reading.row));
    respond_json(response, 200, json_array_get(json, 0));
}

static void retry(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    if (api_path_id(request, "id", "outbox.unknown", &id, &err) && outbox_retry(request->op, id, &err)) {
        api_done(response);
    } else {
        respond_error(request, response, &err);
    }
}

static void discard(struct request *request, struct response *response) {
    struct error err;
    const json_t *body;
    int64_t id;
    if (api_path_id(request, "id", "outbox.unknown", &id, &err) && api_body(request, &body, &err) &&
        outbox_discard(request->op, id, api_text(request->op, body, "reason"), &err)) {
        api_done(response);
    } else {
        respond_error(request, response, &err);
    }
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/destinations", list, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/destinations", create, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/destinations/:id", show, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/destinations/:id", update, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_DELETE, "/api/v1/destinations/:id", delete, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/destinations/:id/test", send_test, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, "/api/v1/destinations/:id/reset", reset, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/deliveries", deliveries, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/deliveries/:id", delivery, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/deliveries/:id/retry", retry, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, "/api/v1/deliveries/:id/discard", discard, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
};
const struct route_table API_DESTINATION_ROUTES = ROUTE_TABLE(ROUTES);
