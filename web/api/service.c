/* API of services, their components and dependencies. A service is addressed by id or key. */
#include "service/service.h"

#include "api/resource.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "http/cursor.h"

static bool load(struct request *request, struct service *out, struct error *err) {
    return service_load_named(request->op, request_param(request, "id"), out, err);
}

static void list(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct service_query query = {
        .text = request_query(request, "q"),
        .with_retired = str_eq(request_query(request, "retired"), "true"),
    };
    struct service_list found;
    struct error err;
    if (!api_page(request, response, &query.limit, &query.after)) return;
    if (request_query(request, "team") != NULL && !id_parse(request_query(request, "team"), &query.team_id)) {
        op_field_error(op, "team", "unknown", NULL);
    }
    if (!service_list(op, &query, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_push(items, json_incref(service_json(op->arena, &found.items[i])));
    api_list(request, response, items,
             found.more ? cursor_make_text(op->arena, found.items[found.count - 1].key) : NULL);
}

static struct service_input read_input(struct op *op, const json_t *body) {
    return (struct service_input){
        .key = api_text(op, body, "key"),
        .name = api_text(op, body, "name"),
        .description = api_text(op, body, "description"),
        .team = api_text(op, body, "team"),
        .tier = api_number(op, body, "tier"),
        .public = api_flag(op, body, "public"),
        .slo = api_text(op, body, "slo"),
        .retired = api_flag(op, body, "retired"),
    };
}

static void create(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct service service;
    struct error err;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct service_input input = read_input(op, body);
    if (!service_add(op, &input, &service, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *location = arena_printf(op->arena, "/api/v1/services/%lld", (long long)service.id);
    api_created(request, response, service_json(op->arena, &service), service.version, location);
}

static void show(struct request *request, struct response *response) {
    struct service service;
    struct error err;
    if (load(request, &service, &err)) {
        api_answer(request, response, 200, service_json(request->op->arena, &service), service.version);
    } else {
        respond_error(request, response, &err);
    }
}

static bool apply(struct request *request, struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    struct service service;
    if (!load(request, &service, err) || !api_body(request, &body, err)) return false;
    struct service_input input = read_input(op, body);
    if (input.key != NULL && !str_eq(input.key, service.key)) op_field_error(op, "key", "not_allowed", NULL);
    return service_update(op, service.id, api_if_match(request), &input, err);
}

static void update(struct request *request, struct response *response) {
    struct error err;
    if (apply(request, &err)) show(request, response);
    else respond_error(request, response, &err);
}

/* --- dependencies --- */

static json_t *keys_of(const struct service *services, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) json_push(list, json_string(services[i].key));
    return list;
}

static void dependencies(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct service service;
    struct service_links links;
    struct error err;
    if (!load(request, &service, &err) || !service_links(op, service.id, &links, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = json_obj(op->arena);
    json_put(json, "depends_on", keys_of(links.needs, links.needs_count));
    json_put(json, "needed_by", keys_of(links.needed_by, links.needed_by_count));
    respond_json(response, 200, json);
}

static bool link_all(struct request *request, struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    struct service service, other;
    size_t count = 0;
    if (!load(request, &service, err) || !api_body(request, &body, err)) return false;
    const char *const *names = api_texts(op, body, "depends_on");
    if (names == NULL) op_field_error(op, "depends_on", "required", NULL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    while (names[count] != NULL) count++;
    int64_t *needs = ARENA_ARRAY(op->arena, count, int64_t);
    for (size_t i = 0; i < count; i++) {
        bool known = utf8_valid(names[i], strlen(names[i])) && service_load_named(op, names[i], &other, err);
        if (known) needs[i] = other.id;
        else op_field_error(op, arena_printf(op->arena, "depends_on[%zu]", i), "unknown", NULL);
    }
    return service_set_dependencies(op, service.id, needs, count, err);
}

static void set_dependencies(struct request *request, struct response *response) {
    struct error err;
    if (link_all(request, &err)) dependencies(request, response);
    else respond_error(request, response, &err);
}

/* --- components --- */

static struct component_input read_component(struct op *op, const json_t *body) {
    return (struct component_input){
        .name = api_text(op, body, "name"),
        .name_en = api_text(op, body, "name_en"),
        .group = api_text(op, body, "group"),
        .position = api_number(op, body, "position"),
        .public = api_flag(op, body, "public"),
    };
}

static void components(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct service service;
    struct component_list found;
    struct error err;
    if (!load(request, &service, &err) || !component_list(op, service.id, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_push(items, json_incref(component_json(op->arena, &found.items[i])));
    api_list(request, response, items, NULL);
}

static bool make_component(struct request *request, struct component *out, struct error *err) {
    const json_t *body;
    struct service service;
    if (!load(request, &service, err) || !api_body(request, &body, err)) return false;
    struct component_input input = read_component(request->op, body);
    return component_add(request->op, service.id, &input, out, err);
}

static void add_component(struct request *request, struct response *response) {
    struct arena *arena = request->op->arena;
    struct component component;
    struct error err;
    if (!make_component(request, &component, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *location = arena_printf(arena, "/api/v1/components/%lld", (long long)component.id);
    api_created(request, response, component_json(arena, &component), component.version, location);
}

static void show_component(struct request *request, struct response *response) {
    struct component component;
    struct error err;
    int64_t id;
    bool found = api_path_id(request, "id", "component.not_found", &id, &err) &&
                 component_load(request->op, id, &component, &err);
    if (found) {
        api_answer(request, response, 200, component_json(request->op->arena, &component), component.version);
    } else {
        respond_error(request, response, &err);
    }
}

static bool change_component(struct request *request, struct error *err) {
    const json_t *body;
    int64_t id;
    if (!api_path_id(request, "id", "component.not_found", &id, err) || !api_body(request, &body, err)) return false;
    struct component_input input = read_component(request->op, body);
    return component_update(request->op, id, api_if_match(request), &input, err);
}

static void update_component(struct request *request, struct response *response) {
    struct error err;
    if (change_component(request, &err)) show_component(request, response);
    else respond_error(request, response, &err);
}

static void remove_component(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    bool done = api_path_id(request, "id", "component.not_found", &id, &err) &&
                component_remove(request->op, id, api_if_match(request), &err);
    if (done) api_done(response);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/services", list, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/services", create, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/services/:id", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PATCH, "/api/v1/services/:id", update, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/services/:id/dependencies", dependencies, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/services/:id/dependencies", set_dependencies, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_JSON,
      RATE_API },
    { HTTP_GET, "/api/v1/services/:id/components", components, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/services/:id/components", add_component, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_JSON,
      RATE_API },
    { HTTP_GET, "/api/v1/components/:id", show_component, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PATCH, "/api/v1/components/:id", update_component, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_DELETE, "/api/v1/components/:id", remove_component, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_NONE,
      RATE_API },
};
const struct route_table SERVICE_ROUTES = ROUTE_TABLE(ROUTES);
