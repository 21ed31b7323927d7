/* 서비스: what users use and what breaks; each with its components and dependencies. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/search.h"
#include "service/service.h"

#include <string.h>

enum { SERVICES_SHOWN = 50, TEAMS_OFFERED = 200 };

static const struct field_spec NAME = { "name", SHAPE_LINE, "services.name", NULL, true, SERVICE_NAME_MAX, NULL };
static const struct field_spec KEY = {
    "key", SHAPE_LINE, "services.key", "team.hint.key", true, SERVICE_KEY_MAX, NULL
};
static const struct field_spec DESCRIPTION = { "description",    SHAPE_AREA, "services.description", NULL, false,
                                               SERVICE_TEXT_MAX, NULL };
static const struct field_spec TEAM = { "team", SHAPE_SELECT, "services.team", NULL, false, 0, NULL };
static const struct field_spec TIER = { "tier", SHAPE_SELECT, "services.tier", NULL, false, 0, NULL };
static const struct field_spec SLO = { "slo", SHAPE_LINE, "services.slo", "services.hint.slo", false, 10, NULL };
static const struct field_spec PUBLIC = { "public", SHAPE_FLAG, "services.public_flag", NULL, false, 0, NULL };
static const struct field_spec RETIRED = { "retired", SHAPE_FLAG, "services.retired_flag", NULL, false, 0, NULL };
static const struct field_spec COMPONENT[] = {
    { "name", SHAPE_LINE, "services.component_name", NULL, true, 80, NULL },
    { "name_en", SHAPE_LINE, "services.component_name_en", NULL, false, 80, NULL },
    { "group", SHAPE_LINE, "services.component_group", NULL, false, 80, NULL },
    { "position", SHAPE_NUMBER, "services.component_position", NULL, false, 6, NULL },
    { "public", SHAPE_FLAG, "services.public_flag", NULL, false, 0, NULL },
};

static const char *service_url(const struct op *op, int64_t service_id) {
    char id[ID_TEXT_SIZE];
    return arena_printf(op->arena, "/services/%s", id_text(service_id, id));
}

static const char *slo_text(const struct screen *screen, int64_t milli) {
    if (milli == 0) return "";
    const char *text = path_of(screen, "%lld.%03lld", (long long)(milli / 1000), (long long)(milli % 1000));
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == '0') len--;
    if (len > 0 && text[len - 1] == '.') len--;
    return arena_strn(screen->op->arena, text, len);
}

static json_t *service_view(const struct screen *screen, const struct service *service) {
    json_t *row = json_object();
    const char *slo = slo_text(screen, service->slo_milli);
    json_put_text(row, "name", service->name);
    json_put_text(row, "key", service->key);
    json_put_text(row, "description", *service->description == '\0' ? NULL : service->description);
    json_put_text(row, "url", service_url(screen->op, service->id));
    json_put_text(row, "team", service->team_name);
    json_put_text(row, "tier", label(screen, "tier", path_of(screen, "%lld", (long long)service->tier)));
    json_put_text(row, "slo", *slo == '\0' ? "" : path_of(screen, "%s%%", slo));
    json_put_bool(row, "public", service->public);
    json_put_bool(row, "retired", service->retired_ms != 0);
    return row;
}

static void page_services(struct request *request, struct response *response) {
    struct screen screen;
    struct service_list list;
    struct error err;
    const char *words = request_query(request, "q");
    struct service_query query = { .text = str_blank(words) ? NULL : words,
                                   .with_retired = true,
                                   .after = request_query(request, "cursor"),
                                   .limit = SERVICES_SHOWN };
    if (!screen_open(request, response, "services.title", &screen)) return;
    if (!service_list(request->op, &query, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < list.count; i++) json_push(rows, service_view(&screen, &list.items[i]));
    json_put_bool(screen.view, "found", list.count > 0);
    json_put(screen.view, "services", rows);
    json_put_text(screen.view, "q", words == NULL ? "" : words);
    json_put(screen.view, "pages", view_pages(&screen, list.more ? list.items[list.count - 1].key : NULL));
    screen_show(&screen, "pages/services");
}

static bool load_service(struct request *request, struct response *response, struct service *out) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (service_load(request->op, id, out, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

/* -- one service -- */

static json_t *component_view(const struct screen *screen, const char *url, const struct component *component) {
    char id[ID_TEXT_SIZE];
    json_t *row = json_object();
    json_put_text(row, "name", component->name);
    json_put_text(row, "name_en", *component->name_en == '\0' ? NULL : component->name_en);
    json_put_text(row, "group", *component->group == '\0' ? NULL : component->group);
    json_put_bool(row, "public", component->public);
    json_put_text(row, "url", path_of(screen, "%s/components/%s", url, id_text(component->id, id)));
    return row;
}

static void add_links(const struct screen *screen, const char *member, const struct service *list, size_t count) {
    json_t *rows = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();
        json_put_text(row, "name", list[i].name);
        json_put_text(row, "url", service_url(screen->op, list[i].id));
        json_push(rows, row);
    }
    json_put(screen->view, member, rows);
}

static bool fill_service(struct screen *screen, const struct service *service, struct error *err) {
    struct component_list components;
    struct service_links links;
    struct incident_page incidents;
    struct incident_query query = { .service = service->key, .limit = "5" };
    struct op *op = screen->op;
    if (!component_list(op, service->id, &components, err) || !service_links(op, service->id, &links, err) ||
        !incident_list(op, &query, &incidents, err)) {
        return false;
    }
    json_t *head = service_view(screen, service), *rows = json_array(), *facts = json_array(), *recent = json_array();
    for (size_t i = 0; i < components.count; i++) {
        json_push(rows, component_view(screen, json_text(head, "url"), &components.items[i]));
    }
    for (size_t i = 0; i < incidents.count; i++) json_push(recent, view_incident_row(screen, &incidents.list[i]));
    view_fact(screen, facts, "services.key", service->key);
    view_fact(screen, facts, "services.team", service->team_name);
    view_fact(screen, facts, "services.tier", json_text(head, "tier"));
    view_fact(screen, facts, "services.slo", json_text(head, "slo"));
    json_put(screen->view, "service", head);
    json_put(screen->view, "components", rows);
    json_put(screen->view, "facts", facts);
    json_put(screen->view, "incidents", recent);
    add_links(screen, "needs", links.needs, links.needs_count);
    add_links(screen, "needed_by", links.needed_by, links.needed_by_count);
    screen_title(screen, service->name);
    return true;
}

static void show_service(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct service service;
    struct error err;
    if (!load_service(request, response, &service) || !screen_open(request, response, "services.title", &screen))
        return;
    if (!fill_service(&screen, &service, &err)) {
        respond_error(request, response, &err);
        return;
    }
    form_open(&screen, &form);
    form_fields(&form, COMPONENT, sizeof COMPONENT / sizeof *COMPONENT,
                (const char *[]){ NULL, NULL, NULL, NULL, "true" });
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/service");
    else screen_refuse(&screen, "pages/service", refusal);
}

static void page_service(struct request *request, struct response *response) {
    show_service(request, response, NULL);
}

static json_t *options_teams(const struct screen *screen) {
    struct team_list teams;
    struct error err;
    json_t *options = options_new();
    option_add(options, "", say(screen, "ui.none"));
    if (!team_list(screen->op, NULL, TEAMS_OFFERED, &teams, &err)) return options;
    for (size_t i = 0; i < teams.count; i++) {
        char id[ID_TEXT_SIZE];
        option_add(options, arena_str(screen->op->arena, id_text(teams.items[i].id, id)), teams.items[i].name);
    }
    return options;
}

static void add_crumb(const struct screen *screen, const char *url, const char *text) {
    json_t *crumb = json_object();
    json_put_text(crumb, "url", url);
    json_put_text(crumb, "label", text);
    json_put(screen->view, "crumb", crumb);
}

static void show_edit(struct request *request, struct response *response, const struct service *service,
                      const struct error *refusal) {
    static const char *const TIERS[] = { "1", "2", "3", "4", NULL };
    struct screen screen;
    struct form form;
    char team[ID_TEXT_SIZE] = "";
    const char *title = service == NULL ? "services.add" : "services.edit";
    struct service fresh = { .key = "", .name = "", .description = "", .tier = 2, .public = true };
    const struct service *shown = service == NULL ? &fresh : service;
    if (!screen_open(request, response, title, &screen)) return;
    json_put_text(screen.view, "heading", say(&screen, title));
    add_crumb(&screen, "/services", say(&screen, "services.title"));
    form_open(&screen, &form);
    form_action(&form, request->path, "ui.save");
    form_text(&form, "cancel", service == NULL ? "/services" : service_url(request->op, service->id));
    if (service != NULL) form_version(&form, service->version);
    form_field(&form, &NAME, shown->name, NULL);
    form_field(&form, &KEY, shown->key, NULL);
    form_field(&form, &DESCRIPTION, shown->description, NULL);
    form_field(&form, &TEAM, shown->team_id == 0 ? "" : id_text(shown->team_id, team), options_teams(&screen));
    form_field(&form, &TIER, path_of(&screen, "%lld", (long long)shown->tier),
               options_labels(&screen, "tier", TIERS, false));
    form_field(&form, &SLO, slo_text(&screen, shown->slo_milli), NULL);
    form_field(&form, &PUBLIC, shown->public ? "true" : "", NULL);
    if (service != NULL) form_field(&form, &RETIRED, shown->retired_ms != 0 ? "true" : "", NULL);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

static const char *flag(const struct request *request, const char *name) {
    return str_eq(request_form(request, name), "true") ? "true" : "false";
}

static struct service_input service_input(const struct request *request) {
    return (struct service_input){ .key = request_form(request, "key"),
                                   .name = request_form(request, "name"),
                                   .description = request_form(request, "description"),
                                   .team = request_form(request, "team"),
                                   .tier = request_form(request, "tier"),
                                   .public = flag(request, "public"),
                                   .slo = request_form(request, "slo"),
                                   .retired = flag(request, "retired") };
}

static int64_t typed_version(const struct request *request) {
    int64_t version = -1;
    const char *text = request_form(request, "version");
    if (text != NULL) (void)str_to_i64(text, &version);
    return version;
}

static void page_new(struct request *request, struct response *response) {
    show_edit(request, response, NULL, NULL);
}

static void do_new(struct request *request, struct response *response) {
    struct service service;
    struct error err;
    struct service_input input = service_input(request);
    input.retired = NULL;
    if (!service_add(request->op, &input, &service, &err)) show_edit(request, response, NULL, &err);
    else respond_redirect_flash(request, response, service_url(request->op, service.id), "flash.added");
}

static void page_edit(struct request *request, struct response *response) {
    struct service service;
    if (load_service(request, response, &service)) show_edit(request, response, &service, NULL);
}

static void do_edit(struct request *request, struct response *response) {
    struct service service;
    struct error err;
    struct service_input input = service_input(request);
    if (!load_service(request, response, &service)) return;
    if (!service_update(request->op, service.id, typed_version(request), &input, &err)) {
        show_edit(request, response, &service, &err);
        return;
    }
    respond_redirect_flash(request, response, service_url(request->op, service.id), "flash.saved");
}

static void do_component(struct request *request, struct response *response) {
    struct service service;
    struct component component;
    struct error err;
    const char *position = request_form(request, "position");
    struct component_input input = { .name = request_form(request, "name"),
                                     .name_en = request_form(request, "name_en"),
                                     .group = request_form(request, "group"),
                                     .position = str_blank(position) ? NULL : position,
                                     .public = flag(request, "public") };
    if (!load_service(request, response, &service)) return;
    if (!component_add(request->op, service.id, &input, &component, &err)) show_service(request, response, &err);
    else respond_redirect_flash(request, response, service_url(request->op, service.id), "flash.added");
}

static const struct route SERVICES_LIST[] = {
    { HTTP_GET, "/services", page_services, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/services/new", page_new, PERM_SERVICE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/services/new", do_new, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/services/:id", page_service, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/services/:id/edit", page_edit, PERM_SERVICE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/services/:id/edit", do_edit, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/services/:id/components", do_component, PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table SERVICES_ROUTES = ROUTE_TABLE(SERVICES_LIST);
