/* API of action items, and of the figures. */
#include "api/resource.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "connect/jira_view.h"
#include "insight/insight.h"
#include "review/action_item.h"
#include "text/when.h"

enum { LIMIT_DEFAULT = 50, LIMIT_MAX = 200 };

static const char *text_member(struct op *op, const json_t *json, const char *key) {
    const json_t *value = json_object_get(json, key);
    if (value == NULL) return NULL;
    if (json_is_null(value)) return ""; /* null clears, as a merge patch does */
    if (!json_is_string(value)) op_field_error(op, key, "not_text", NULL);
    return json_string_value(value);
}

static struct action_draft read_draft(struct op *op, const json_t *json) {
    return (struct action_draft){
        .title = text_member(op, json, "title"),
        .incident_ref = text_member(op, json, "incident"),
        .perspective = text_member(op, json, "perspective"),
        .horizon = text_member(op, json, "horizon"),
        .kind = text_member(op, json, "kind"),
        .owner = text_member(op, json, "owner"),
        .due = text_member(op, json, "due"),
        .state = text_member(op, json, "state"),
        .state_reason = text_member(op, json, "state_reason"),
        .jira = text_member(op, json, "jira"),
    };
}

static void answer(struct request *request, struct response *response, int status, const struct action_item *item) {
    response->etag = arena_printf(request->op->arena, "\"%lld\"", (long long)item->version);
    struct jira_view *jira = ARENA_NEW(request->op->arena, struct jira_view);
    json_t *json = action_json(request->op, item);
    struct error err;
    *jira = (struct jira_view){ 0 };
    if (!jira_view_load(request->op, jira, &err)) {
        respond_error(request, response, &err);
        return;
    }
    jira_view_add(request->op, jira, item, json);
    respond_json(response, status, json);
}

static void create(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct action_draft draft = read_draft(op, request->json);
    struct action_item item;
    struct error err;
    if (op->fields.count > 0 ? !OP_INVALID(op, &err) : !action_create(op, &draft, &item, &err)) {
        respond_error(request, response, &err);
        return;
    }
    char id[ID_TEXT_SIZE];
    response_header(response, "Location", arena_printf(op->arena, "/api/v1/actions/%s", id_text(item.id, id)));
    answer(request, response, 201, &item);
}

/* The id in the path; an impossible one is simply not found. */
static bool path_id(struct request *request, int64_t *id, struct error *err) {
    const char *text = request_param(request, "id");
    return id_parse(text, id) || ERROR(err, ERR_NOT_FOUND, "action.unknown", "%s", text);
}

static void update(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct action_draft draft = read_draft(op, request->json);
    struct action_item item;
    struct error err;
    int64_t id;
    bool ok = path_id(request, &id, &err) && (op->fields.count == 0 || OP_INVALID(op, &err)) &&
              action_update(op, id, &draft, api_if_match(request), &item, &err);
    if (ok) answer(request, response, 200, &item);
    else respond_error(request, response, &err);
}

static void show(struct request *request, struct response *response) {
    struct action_item item;
    struct error err;
    int64_t id;
    if (path_id(request, &id, &err) && action_find(request->op, id, &item, &err)) answer(request, response, 200, &item);
    else respond_error(request, response, &err);
}

static void list(struct request *request, struct response *response) {
    struct op *op = request->op;
    const char *limit = request_query(request, "limit");
    const char *cursor = request_query(request, "cursor");
    struct action_filter filter = { .state = request_query(request, "state"),
                                    .incident_ref = request_query(request, "incident"),
                                    .owner = request_query(request, "owner"),
                                    .perspective = request_query(request, "perspective"),
                                    .horizon = request_query(request, "horizon"),
                                    .kind = request_query(request, "kind"),
                                    .limit = LIMIT_DEFAULT };
    struct action_list found;
    struct action_figures figures;
    struct jira_view *jira = ARENA_NEW(op->arena, struct jira_view);
    struct error err;
    *jira = (struct jira_view){ 0 };
    if (limit != NULL && (!str_to_i64(limit, &filter.limit) || filter.limit < 1 || filter.limit > LIMIT_MAX)) {
        op_field_error(op, "limit", "out_of_range", "1–200");
    }
    if (cursor != NULL && !id_parse(cursor, &filter.after_id)) op_field_error(op, "cursor", "malformed", NULL);
    bool ok = (op->fields.count == 0 || OP_INVALID(op, &err)) && action_list(op, &filter, &found, &err) &&
              action_figures(op, filter.incident_ref, &figures, &err) && jira_view_load(op, jira, &err);
    if (!ok) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) {
        json_t *item = action_json(op, &found.items[i]);
        jira_view_add(op, jira, &found.items[i], item);
        json_push(items, json_incref(item));
    }
    json_put(json, "items", items);
    json_put_i64(json, "total", figures.total);
    json_put_i64(json, "done", figures.done);
    json_put_i64(json, "overdue", figures.overdue);
    json_put(json, "completion_percent", figures.percent < 0 ? json_null() : json_integer(figures.percent));
    if (found.more) {
        char id[ID_TEXT_SIZE];
        const char *next = id_text(found.items[found.count - 1].id, id);
        response_header(response, "Link",
                        arena_printf(op->arena, "</api/v1/actions?limit=%lld&cursor=%s>; rel=\"next\"",
                                     (long long)filter.limit, next));
        json_put_text(json, "next_cursor", next);
    }
    respond_json(response, 200, json);
}

/* --- figures --- */

static int64_t query_time(struct request *request, const char *name, int64_t fallback) {
    struct error err;
    int64_t at = fallback;
    const char *text = request_query(request, name);
    if (text != NULL && !when_parse(text, &at, &err)) op_field_error(request->op, name, "malformed", "RFC 3339");
    return at;
}

static void insights(struct request *request, struct response *response) {
    struct op *op = request->op;
    int64_t until = query_time(request, "until", op->now_ms + 1);
    struct insight_period period = { .from = query_time(request, "from", until - (int64_t)90 * 86400 * 1000),
                                     .until = until,
                                     .service = request_query(request, "service"),
                                     .severity = request_query(request, "severity") };
    struct insight insight;
    struct slo_list slo;
    struct action_figures actions;
    struct error err;
    bool ok = (op->fields.count == 0 || OP_INVALID(op, &err)) && insight_compute(op, &period, &insight, &err) &&
              insight_slo(op, period.from, period.until, &slo, &err) && action_figures(op, NULL, &actions, &err);
    if (!ok) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = insight_json(op, &insight);
    json_t *services = json_array();
    for (size_t i = 0; i < slo.count; i++) {
        json_t *row = json_object();
        json_put_text(row, "service", slo.items[i].key);
        json_put_text(row, "name", slo.items[i].name);
        json_put_i64(row, "target_milli", slo.items[i].target_milli);
        json_put_i64(row, "actual_milli", slo.items[i].actual_milli);
        json_put_i64(row, "down_minutes", slo.items[i].down_minutes);
        json_put_i64(row, "budget_minutes", slo.items[i].budget_minutes);
        json_put_i64(row, "used_percent", slo.items[i].used_percent);
        json_push(services, row);
    }
    json_put_text(json, "from", when_rfc3339(op->arena, period.from));
    json_put_text(json, "until", when_rfc3339(op->arena, period.until));
    json_put(json, "slo", services);
    json_put(json, "action_completion_percent", actions.percent < 0 ? json_null() : json_integer(actions.percent));
    json_put_i64(json, "action_completion_line", ACTION_COMPLETION_LINE);
    respond_json(response, 200, json);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/actions", list, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/actions", create, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/actions/:id", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PATCH, "/api/v1/actions/:id", update, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/insights", insights, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
};
const struct route_table API_ACTION_ROUTES = ROUTE_TABLE(ROUTES);
