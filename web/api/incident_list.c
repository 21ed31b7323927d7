/* API: declaring, listing and finding incidents. */
#include "api/incident_api.h"
#include "api/resource.h"
#include "base/arena.h"
#include "base/json.h"
#include "incident/draft.h"
#include "incident/relation.h"
#include "incident/search.h"

enum { ROLES_SENT_MAX = 10 };

/* `name`, or what an older or shorter client calls it. */
static const char *either(struct op *op, const json_t *body, const char *name, const char *alias) {
    const char *value = api_text(op, body, name);
    return value != NULL ? value : api_text(op, body, alias);
}

/* true and false as well as "yes" and "no". */
static const char *yes_no(struct op *op, const json_t *body, const char *name) {
    const json_t *value = json_object_get(body, name);
    if (json_is_boolean(value)) return json_is_true(value) ? "yes" : "no";
    return api_text(op, body, name);
}

static void add_role(struct incident_draft *draft, struct role_wish *roles, const char *role, const char *person) {
    if (draft->role_count < ROLES_SENT_MAX) roles[draft->role_count++] = (struct role_wish){ role, person };
}

/* {"commander": "kim"} or [{"role": "commander", "person": "kim"}]. */
static void read_roles(struct op *op, json_t *sent, struct incident_draft *draft) {
    struct role_wish *roles = ARENA_ARRAY(op->arena, ROLES_SENT_MAX, struct role_wish);
    const char *role;
    json_t *value;
    size_t index;
    draft->roles = roles;
    if (sent == NULL || json_is_null(sent)) return;
    if (!json_is_object(sent) && !json_is_array(sent)) op_field_error(op, "roles", "not_object", NULL);
    if (json_object_size(sent) > ROLES_SENT_MAX || json_array_size(sent) > ROLES_SENT_MAX) {
        op_field_error(op, "roles", "too_many", "10");
        return;
    }
    json_object_foreach(sent, role, value) {
        if (json_is_string(value)) add_role(draft, roles, role, json_string_value(value));
        else op_field_error(op, arena_printf(op->arena, "roles.%.30s", role), "not_text", NULL);
    }
    json_array_foreach(sent, index, value) {
        const char *name = json_text(value, "role");
        if (name != NULL) add_role(draft, roles, name, json_text(value, "person"));
        else op_field_error(op, arena_printf(op->arena, "roles[%zu].role", index), "required", NULL);
    }
}

static struct incident_draft read_draft(struct op *op, const json_t *body) {
    struct incident_draft draft = {
        .title = api_text(op, body, "title"),
        .symptom = api_text(op, body, "symptom"),
        .severity = api_text(op, body, "severity"),
        .impact = api_text(op, body, "impact"),
        .service = api_text(op, body, "service"),
        .category = api_text(op, body, "category"),
        .controllable = yes_no(op, body, "controllable"),
        .sensitivity = api_text(op, body, "sensitivity"),
        .damage = api_text(op, body, "damage"),
        .detection = api_text(op, body, "detection"),
        .owner = api_text(op, body, "owner"),
        .action = api_text(op, body, "action"),
        .suspected_cause = api_text(op, body, "suspected_cause"),
        .status_note = either(op, body, "status_note", "status"),
        .started_at = either(op, body, "started_at", "at"),
        .detected_at = api_text(op, body, "detected_at"),
        .kind = api_text(op, body, "kind"),
        .lang = api_text(op, body, "lang"),
    };
    read_roles(op, json_object_get(body, "roles"), &draft);
    return draft;
}

static void declare(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct incident incident;
    struct error err;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct incident_draft draft = read_draft(op, body);
    if (incident_declare(op, &draft, &incident, &err)) incident_answer(request, response, 201, incident.ref);
    else respond_error(request, response, &err);
}

static void list(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct incident_query query = {
        .state = request_query(request, "state"),
        .severity = request_query(request, "severity"),
        .service = request_query(request, "service"),
        .kind = request_query(request, "kind"),
        .q = request_query(request, "q"),
        .from = request_query(request, "from"),
        .until = request_query(request, "until"),
        .cursor = request_query(request, "cursor"),
        .limit = request_query(request, "limit"),
    };
    struct incident_page page;
    struct error err;
    if (!incident_list(op, &query, &page, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < page.count; i++) json_push(items, json_incref(incident_row_json(op, &page.list[i])));
    api_list(request, response, items, page.next);
}

static void answer_similar(struct request *request, struct response *response, const struct similar *list_of,
                           size_t count) {
    json_t *items = json_array();
    for (size_t i = 0; i < count; i++) json_push(items, json_incref(similar_json(request->op, &list_of[i])));
    api_list(request, response, items, NULL);
}

/* While declaring: what looks like this text? */
static void similar_text(struct request *request, struct response *response) {
    struct similar *found;
    size_t count;
    struct error err;
    const char *text = request_query(request, "text");
    if (similar_to_text(request->op, text, request_query(request, "service"), &found, &count, &err)) {
        answer_similar(request, response, found, count);
    } else {
        respond_error(request, response, &err);
    }
}

static void similar_incident(struct request *request, struct response *response) {
    struct similar *found;
    size_t count;
    struct error err;
    if (similar_to_incident(request->op, request_param(request, "ref"), &found, &count, &err)) {
        answer_similar(request, response, found, count);
    } else {
        respond_error(request, response, &err);
    }
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/incidents", list, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/incidents", declare, PERM_INTAKE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/incidents/similar", similar_text, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/incidents/:ref/similar", similar_incident, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
};
const struct route_table INCIDENT_LIST_API = ROUTE_TABLE(ROUTES);
