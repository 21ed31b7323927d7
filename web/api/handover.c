/* API of hand-over notes. */
#include "api/resource.h"

#include "base/json.h"
#include "oncall/handover.h"

static void list(struct request *request, struct response *response) {
    struct arena *arena = request->op->arena;
    const char *schedule = request_param(request, "id");
    struct handover_list found;
    struct handover own;
    struct error err;
    bool mine;
    if (!handover_list(request->op, schedule, &found, &err) ||
        !handover_own(request->op, schedule, &mine, &own, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *object = json_obj(arena), *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_push(items, json_incref(handover_json(arena, &found.items[i])));
    json_put(object, "items", items);
    json_put(object, "own", mine ? json_incref(handover_json(arena, &own)) : json_null());
    respond_json(response, 200, object);
}

static void write_note(struct request *request, struct response *response) {
    const json_t *body;
    struct handover made;
    struct error err;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct op *op = request->op;
    struct handover_input input = { request_param(request, "id"), api_text(op, body, "body"), api_version(op, body) };
    if (op->fields.count == 0 ? handover_write(op, &input, &made, &err) : OP_INVALID(op, &err))
        respond_json(response, 200, handover_json(request->op->arena, &made));
    else respond_error(request, response, &err);
}

static void seen(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    if (api_path_id(request, "id", "handover.not_found", &id, &err) && handover_seen(request->op, id, &err))
        api_done(response);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/schedules/:id/handovers", list, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/schedules/:id/handover", write_note, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, "/api/v1/handovers/:id/seen", seen, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
};
const struct route_table HANDOVER_API_ROUTES = ROUTE_TABLE(ROUTES);
