/* Forms about an incident: shown, refused and sent alike, whatever they hold (incident_forms.h). */
#include "pages/incident/incident_forms.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

#include <string.h>

static const struct incident_form *find(const char *name) {
    for (size_t i = 0; i < INCIDENT_ACT_FORM_COUNT; i++) {
        if (str_eq(INCIDENT_ACT_FORMS[i].name, name)) return &INCIDENT_ACT_FORMS[i];
    }
    for (size_t i = 0; i < INCIDENT_FACT_FORM_COUNT; i++) {
        if (str_eq(INCIDENT_FACT_FORMS[i].name, name)) return &INCIDENT_FACT_FORMS[i];
    }
    return NULL;
}

/* Each form's routes end in its name, so the pattern tells which one it is. */
static const struct incident_form *form_of(const struct request *request) {
    const struct incident_form *form = find(strrchr(request->route, '/') + 1);
    REQUIRE(form != NULL);
    return form;
}

static void show(struct request *request, struct response *response, const struct error *refusal) {
    const struct incident_form *kind = form_of(request);
    struct arena *arena = request->op->arena;
    struct incident_page_data data;
    struct screen screen;
    struct form form;
    struct error err;
    const char *ref = request_param(request, "ref");
    if (!screen_open(request, response, arena_printf(arena, "form.%s.title", kind->name), &screen)) return;
    if (!incident_page_load(request->op, ref, INT64_MAX, &data, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *url = incident_url(&screen, data.view.incident.ref);
    json_put_text(screen.view, "heading", say(&screen, arena_printf(arena, "form.%s.title", kind->name)));
    json_put_text(screen.view, "lead", say(&screen, arena_printf(arena, "form.%s.lead", kind->name)));
    json_t *crumb = json_object();
    json_put_text(crumb, "url", url);
    json_put_text(crumb, "label", data.view.incident.ref);
    json_put(screen.view, "crumb", crumb);
    json_put(screen.view, "about", view_incident_row(&screen, &data.view.incident));
    form_open(&screen, &form);
    form_action(&form, request->path, arena_printf(arena, "form.%s.submit", kind->name));
    form_text(&form, "tone", kind->tone);
    form_text(&form, "cancel", url);
    form_text(&form, "draft", path_of(&screen, "%s-%s", kind->name, data.view.incident.ref));
    if (kind->build != NULL) kind->build(&form, &data);
    if (refusal == NULL) {
        screen_show(&screen, "pages/form");
        return;
    }
    form_errors(&form, refusal);
    screen_refuse(&screen, "pages/form", refusal);
}

static void page_form(struct request *request, struct response *response) {
    show(request, response, NULL);
}

static void do_form(struct request *request, struct response *response) {
    const struct incident_form *kind = form_of(request);
    const char *ref = request_param(request, "ref");
    struct error err;
    if (!kind->submit(request, ref, &err)) {
        show(request, response, &err);
        return;
    }
    struct arena *arena = request->op->arena;
    respond_redirect_flash(request, response, arena_printf(arena, "/incidents/%s", ref),
                           arena_printf(arena, "form.%s.done", kind->name));
}

#define FORM(name)                                                                                     \
    { HTTP_GET, "/incidents/:ref/" name, page_form, PERM_RESPOND, CSRF_SAFE, BODY_NONE, RATE_PAGE }, { \
        HTTP_POST, "/incidents/:ref/" name, do_form, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE   \
    }

const struct route INCIDENT_FORM_LIST[] = {
    FORM("mitigating"), FORM("severity"), FORM("roles"),  FORM("help"),        FORM("recover"),
    FORM("close"),      FORM("reopen"),   FORM("merge"),  FORM("false_alarm"), FORM("reminder"),
    FORM("times"),      FORM("edit"),     FORM("relate"), FORM("note"),
};
const struct route_table INCIDENT_FORM_ROUTES = ROUTE_TABLE(INCIDENT_FORM_LIST);
