/* POST /notice-templates/render: fills in a notice text without touching anything. One text, or up to 1000 items;
 * of several, each answers for itself. */
#include "base/arena.h"
#include "base/json.h"
#include "http/http.h"
#include "notice/render_json.h"

static void refuse(struct request *request, struct response *response, const char *field, const char *code,
                   const char *arg) {
    struct error err;
    op_field_error(request->op, field, code, arg);
    (void)OP_INVALID(request->op, &err);
    respond_error(request, response, &err);
}

static void render_items(struct request *request, struct response *response, const json_t *items) {
    struct arena *arena = request->op->arena;
    if (!json_is_array(items)) {
        refuse(request, response, "items", "not_list", NULL);
        return;
    }
    if (json_array_size(items) > NOTICE_ITEMS_MAX) {
        refuse(request, response, "items", "too_many", arena_printf(arena, "%d", NOTICE_ITEMS_MAX));
        return;
    }
    json_t *answers = json_array();
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *item = json_array_get(items, i);
        json_t *answer = json_object();
        json_t *id = json_object_get(item, "id");
        if (id != NULL) json_put(answer, "id", json_incref(id));
        notice_render_item(arena, item, request->op->lang, answer);
        json_push(answers, answer);
    }
    json_t *body = json_obj(arena);
    json_put(body, "items", answers);
    respond_json(response, 200, body);
}

static void render(struct request *request, struct response *response) {
    struct arena *arena = request->op->arena;
    const json_t *items = json_object_get(request->json, "items");
    if (items != NULL) {
        render_items(request, response, items);
        return;
    }
    json_t *answer = json_obj(arena);
    if (notice_render_item(arena, request->json, request->op->lang, answer)) {
        respond_json(response, 200, answer);
        return;
    }
    struct error err;
    (void)ERROR(&err, ERR_INVALID, "input.invalid", "notice text cannot be filled in");
    respond_problem(request, response, &err, answer);
}

static const struct route ROUTES[] = {
    { HTTP_POST, "/api/v1/notice-templates/render", render, PERM_READ, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
};
const struct route_table NOTICE_RENDER_ROUTES = ROUTE_TABLE(ROUTES);
