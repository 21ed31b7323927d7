/* Parts of a service that have a form of their own: one component, and what the service depends on. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "service/service.h"

enum { SERVICES_OFFERED = 200 };

static const struct field_spec COMPONENT[] = {
    { "name", SHAPE_LINE, "services.component_name", NULL, true, 80, NULL },
    { "name_en", SHAPE_LINE, "services.component_name_en", NULL, false, 80, NULL },
    { "group", SHAPE_LINE, "services.component_group", NULL, false, 80, NULL },
    { "position", SHAPE_NUMBER, "services.component_position", NULL, false, 6, NULL },
    { "public", SHAPE_FLAG, "services.public_flag", NULL, false, 0, NULL },
};

static const char *here(const struct request *request) {
    return arena_printf(request->op->arena, "/services/%s", request_param(request, "id"));
}

static bool load_service(struct request *request, struct response *response, struct service *out) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (service_load(request->op, id, out, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

static bool load_component(struct request *request, struct response *response, struct component *out) {
    struct error err;
    int64_t id = 0, service_id = 0;
    (void)id_parse(request_param(request, "component"), &id);
    (void)id_parse(request_param(request, "id"), &service_id);
    bool found = component_load(request->op, id, out, &err);
    if (found && out->service_id == service_id) return true;
    if (found) (void)ERROR(&err, ERR_NOT_FOUND, "component.not_found", "of another service");
    respond_error(request, response, &err);
    return false;
}

static void open_form(struct screen *screen, struct form *form, const char *title, const char *crumb) {
    json_put_text(screen->view, "heading", say(screen, title));
    json_t *back = json_object();
    json_put_text(back, "url", here(screen->request));
    json_put_text(back, "label", crumb);
    json_put(screen->view, "crumb", back);
    form_open(screen, form);
    form_action(form, screen->request->path, "ui.save");
    form_text(form, "cancel", here(screen->request));
}

/* -- one component -- */

static void add_removal(const struct screen *screen, const struct component *component) {
    json_t *asides = json_array(), *aside = json_object(), *buttons = json_array(), *button = json_object();
    json_t *hidden = json_array(), *version = json_object();
    json_put_text(version, "name", "version");
    json_put_text(version, "value", path_of(screen, "%lld", (long long)component->version));
    json_push(hidden, version);
    json_put_text(button, "action", path_of(screen, "%s/remove", screen->request->path));
    json_put_text(button, "label", say(screen, "ui.remove"));
    json_put_text(button, "tone", "danger");
    json_put(button, "hidden", hidden);
    json_push(buttons, button);
    json_put_text(aside, "title", say(screen, "services.remove_component"));
    json_put(aside, "text", json_null());
    json_put(aside, "buttons", buttons);
    json_push(asides, aside);
    json_put(screen->view, "asides", asides);
}

static void show_component(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct service service;
    struct component component;
    if (!load_service(request, response, &service) || !load_component(request, response, &component)) return;
    if (!screen_open(request, response, "services.component", &screen)) return;
    open_form(&screen, &form, "services.component", service.name);
    form_version(&form, component.version);
    const char *position = path_of(&screen, "%lld", (long long)component.position);
    form_fields(&form, COMPONENT, sizeof COMPONENT / sizeof *COMPONENT,
                (const char *[]){ component.name, component.name_en, component.group, position,
                                  component.public ? "true" : "" });
    add_removal(&screen, &component);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

static void page_component(struct request *request, struct response *response) {
    show_component(request, response, NULL);
}

static void do_component(struct request *request, struct response *response) {
    struct component component;
    struct error err;
    struct component_input input = { .name = request_form(request, "name"),
                                     .name_en = request_form(request, "name_en"),
                                     .group = request_form(request, "group"),
                                     .position = request_form(request, "position"),
                                     .public = str_eq(request_form(request, "public"), "true") ? "true" : "false" };
    if (!load_component(request, response, &component)) return;
    if (!component_update(request->op, component.id, form_typed_version(request), &input, &err)) {
        show_component(request, response, &err);
        return;
    }
    respond_redirect_flash(request, response, here(request), "flash.saved");
}

static void do_remove(struct request *request, struct response *response) {
    struct component component;
    struct error err;
    if (!load_component(request, response, &component)) return;
    if (!component_remove(request->op, component.id, form_typed_version(request), &err)) {
        respond_error(request, response, &err);
        return;
    }
    respond_redirect_flash(request, response, here(request), "flash.removed");
}

/* -- dependencies: one box for each other service -- */

static bool contains(const struct service *list, size_t count, int64_t id) {
    for (size_t i = 0; i < count; i++) {
        if (list[i].id == id) return true;
    }
    return false;
}

static const char *box_of(struct op *op, int64_t service_id) {
    char id[ID_TEXT_SIZE];
    return arena_printf(op->arena, "needs-%s", id_text(service_id, id));
}

static void show_dependencies(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct service service;
    struct service_links links;
    struct service_list list;
    struct error err;
    struct service_query query = { .limit = SERVICES_OFFERED };
    if (!load_service(request, response, &service)) return;
    if (!screen_open(request, response, "services.dependencies", &screen)) return;
    if (!service_links(request->op, service.id, &links, &err) || !service_list(request->op, &query, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    open_form(&screen, &form, "services.dependencies", service.name);
    json_put_text(screen.view, "lead", say(&screen, "services.dependencies_lead"));
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].id == service.id) continue;
        struct field_spec spec = { .name = box_of(request->op, list.items[i].id),
                                   .shape = SHAPE_FLAG,
                                   .label = "services.service" };
        bool needed = contains(links.needs, links.needs_count, list.items[i].id);
        json_t *field = form_field(&form, &spec, needed ? "true" : "", NULL);
        json_put_text(field, "label", list.items[i].name);
    }
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

static void page_dependencies(struct request *request, struct response *response) {
    show_dependencies(request, response, NULL);
}

static void do_dependencies(struct request *request, struct response *response) {
    struct service service;
    struct error err;
    int64_t needs[SERVICES_OFFERED];
    size_t count = 0;
    if (!load_service(request, response, &service)) return;
    for (const struct http_pair *pair = request->form; pair->name != NULL && count < SERVICES_OFFERED; pair++) {
        if (str_starts(pair->name, "needs-") && id_parse(pair->name + sizeof "needs-" - 1, &needs[count])) count++;
    }
    if (!service_set_dependencies(request->op, service.id, needs, count, &err)) {
        show_dependencies(request, response, &err);
        return;
    }
    respond_redirect_flash(request, response, here(request), "flash.saved");
}

static const struct route SERVICE_PART_LIST[] = {
    { HTTP_GET, "/services/:id/components/:component", page_component, PERM_SERVICE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/services/:id/components/:component", do_component, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/services/:id/components/:component/remove", do_remove, PERM_SERVICE, CSRF_TOKEN, BODY_FORM,
      RATE_WRITE },
    { HTTP_GET, "/services/:id/dependencies", page_dependencies, PERM_SERVICE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/services/:id/dependencies", do_dependencies, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table SERVICE_PART_ROUTES = ROUTE_TABLE(SERVICE_PART_LIST);
