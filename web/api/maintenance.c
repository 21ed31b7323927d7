/* API of planned maintenance. */
#include "api/resource.h"

#include "base/arena.h"
#include "base/str.h"
#include "service/maintenance.h"

static void list(struct request *request, struct response *response) {
    static const char *const STATES[] = { "coming", "past", NULL };
    struct op *op = request->op;
    struct maintenance_list found;
    struct error err;
    const char *typed = request_query(request, "state");
    int state = 0;
    if (!str_blank(typed)) {
        while (STATES[state] != NULL && !str_eq(typed, STATES[state])) state++;
        if (STATES[state] == NULL) {
            op_field_error(op, "state", "one_of", "coming, past");
            (void)OP_INVALID(op, &err);
            respond_error(request, response, &err);
            return;
        }
    }
    if (!maintenance_list(op, state == 1, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_array_append(items, maintenance_json(op, &found.items[i]));
    api_list(request, response, items, NULL);
}

static bool read_input(struct request *request, struct maintenance_input *out, struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    if (!api_body(request, &body, err)) return false;
    *out = (struct maintenance_input){ .title = api_text(op, body, "title"),
                                       .title_en = api_text(op, body, "title_en"),
                                       .note = api_text(op, body, "note"),
                                       .note_en = api_text(op, body, "note_en"),
                                       .service = api_text(op, body, "service"),
                                       .starts_at = api_text(op, body, "starts_at"),
                                       .ends_at = api_text(op, body, "ends_at"),
                                       .public = api_flag(op, body, "public"),
                                       .repeat = api_text(op, body, "repeat"),
                                       .times = api_number(op, body, "times") };
    return true;
}

static bool path_id(struct request *request, int64_t *id, struct error *err) {
    return api_path_id(request, "id", "maintenance.not_found", id, err);
}

static void answer(struct request *request, struct response *response, bool done, const struct maintenance *m,
                   const struct error *err) {
    if (done) api_answer(request, response, 200, maintenance_json(request->op, m), m->version);
    else respond_error(request, response, err);
}

static void plan(struct request *request, struct response *response) {
    struct maintenance_input input;
    struct maintenance m;
    struct error err;
    if (!read_input(request, &input, &err) || !maintenance_plan(request->op, &input, &m, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *location = arena_printf(request->op->arena, "/api/v1/maintenances/%lld", (long long)m.id);
    api_created(request, response, maintenance_json(request->op, &m), m.version, location);
}

static void show(struct request *request, struct response *response) {
    struct maintenance m;
    struct error err;
    int64_t id;
    bool done = path_id(request, &id, &err) && maintenance_load(request->op, id, &m, &err);
    answer(request, response, done, &m, &err);
}

static void edit(struct request *request, struct response *response) {
    struct maintenance_input input;
    struct maintenance m;
    struct error err;
    int64_t id;
    bool done = path_id(request, &id, &err) && read_input(request, &input, &err) &&
                maintenance_edit(request->op, id, api_if_match(request), &input, &m, &err);
    answer(request, response, done, &m, &err);
}

static void cancel(struct request *request, struct response *response) {
    struct maintenance m;
    struct error err;
    int64_t id;
    struct op *op = request->op;
    bool following = str_eq(api_flag(op, request->json, "following"), "true");
    bool done = path_id(request, &id, &err) && (op->fields.count == 0 || OP_INVALID(op, &err)) &&
                maintenance_cancel(op, id, following, &m, &err);
    answer(request, response, done, &m, &err);
}

#define READ PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API
#define WRITE PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API
static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/maintenances", list, READ },
    { HTTP_POST, "/api/v1/maintenances", plan, WRITE },
    { HTTP_GET, "/api/v1/maintenances/:id", show, READ },
    { HTTP_PATCH, "/api/v1/maintenances/:id", edit, WRITE },
    { HTTP_POST, "/api/v1/maintenances/:id/cancel", cancel, WRITE },
};
const struct route_table MAINTENANCE_API_ROUTES = ROUTE_TABLE(ROUTES);
