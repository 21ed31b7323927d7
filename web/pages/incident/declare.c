/* 장애 선언 and CS 접수: four answers, everything else later. The same draft, two forms. */
#include "pages/form_view.h"
#include "pages/incident/incident_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/draft.h"

static const char *const DETECTIONS[] = { "monitoring", "cs", "internal", "external", NULL };
static const char *const CATEGORIES[] = { "infrastructure", "application", "data", "external", "security", NULL };
static const char *const KINDS[] = { "normal", "drill", "backfilled", NULL };

static const struct field_spec TITLE = { "title", SHAPE_LINE, "declare.field.title", "declare.hint.title", true,
                                         200,     NULL };
static const struct field_spec SEVERITY = { "severity", SHAPE_RADIO, "declare.field.severity", NULL, true, 0, NULL };
static const struct field_spec SERVICE = { "service", SHAPE_SELECT, "declare.field.service", NULL, false, 0, NULL };
static const struct field_spec IMPACT = { "impact", SHAPE_LINE, "declare.field.impact", NULL, false, 1000, NULL };
static const struct field_spec DETAILS[] = {
    { "symptom", SHAPE_LINE, "declare.field.symptom", NULL, false, 1000, NULL },
    { "owner", SHAPE_LINE, "declare.field.owner", NULL, false, 80, NULL },
    { "started_at", SHAPE_TIME, "declare.field.started_at", "declare.hint.started_at", false, 0, NULL },
    { "detected_at", SHAPE_TIME, "declare.field.detected_at", NULL, false, 0, NULL },
    { "suspected_cause", SHAPE_LINE, "declare.field.suspected_cause", NULL, false, 1000, NULL },
    { "action", SHAPE_LINE, "declare.field.action", NULL, false, 1000, NULL },
    { "status_note", SHAPE_LINE, "declare.field.status_note", NULL, false, 1000, NULL },
    { "sensitivity", SHAPE_LINE, "declare.field.sensitivity", NULL, false, 1000, NULL },
};
static const struct field_spec DETECTION = {
    "detection", SHAPE_SELECT, "declare.field.detection", NULL, false, 0, NULL
};
static const struct field_spec CATEGORY = { "category", SHAPE_SELECT, "declare.field.category", NULL, false, 0, NULL };
static const struct field_spec KIND = {
    "kind", SHAPE_SELECT, "declare.field.kind", "declare.hint.kind", false, 0, NULL
};

static const struct field_spec INTAKE_TITLE = { "title", SHAPE_LINE, "intake.field.title", "intake.hint.title", true,
                                                200,     NULL };
static const struct field_spec INTAKE_IMPACT = {
    "impact", SHAPE_LINE, "intake.field.impact", "intake.hint.impact", false, 1000, NULL
};
static const struct field_spec INTAKE_STARTED = { "started_at", SHAPE_TIME, "intake.field.started_at", NULL, false, 0,
                                                  NULL };

static void build_declare(struct form *form) {
    const struct screen *screen = form->screen;
    form_field(form, &TITLE, request_query(screen->request, "title"), NULL);
    form_field(form, &SEVERITY, request_query(screen->request, "severity"), options_severities(screen));
    form_field(form, &SERVICE, request_query(screen->request, "service"), options_services(screen));
    form_field(form, &IMPACT, NULL, NULL);
    size_t first_detail = json_array_size(form->fields);
    form_fields(form, DETAILS, sizeof DETAILS / sizeof *DETAILS, NULL);
    form_field(form, &DETECTION, NULL, options_labels(screen, "detection", DETECTIONS, true));
    form_field(form, &CATEGORY, NULL, options_labels(screen, "category", CATEGORIES, true));
    form_field(form, &KIND, "normal", options_labels(screen, "kind", KINDS, false));
    json_t *details = json_array();
    bool open = false;
    for (size_t i = first_detail; i < json_array_size(form->fields); i++) {
        json_t *field = json_array_get(form->fields, i);
        const char *name = json_text(field, "name");
        const char *value = json_text(field, "value");
        if (json_text(field, "error") != NULL) open = true;
        if (!str_blank(value) && !(str_eq(name, "kind") && str_eq(value, "normal"))) open = true;
        json_push(details, json_incref(field));
    }
    json_put(screen->view, "details", details);
    json_put_bool(screen->view, "details_open", open);
}

/* The decision flow as a list to read from above: the first yes decides. Each row picks its severity. */
static void add_flow(const struct screen *screen) {
    json_t *steps = json_array();
    for (size_t i = 0; i < screen->policy->step_count; i++) {
        const struct wizard_step *step = &screen->policy->steps[i];
        json_t *row = json_object();
        json_put_text(row, "question", policy_say(&step->question, screen->op->lang));
        json_put_text(row, "hint", policy_say(&step->hint, screen->op->lang));
        json_put(row, "severity", view_severity(screen, step->severity));
        json_push(steps, row);
    }
    json_t *otherwise = json_object();
    json_put_text(otherwise, "question", say(screen, "declare.otherwise"));
    json_put_text(otherwise, "hint", NULL);
    json_put(otherwise, "severity", view_severity(screen, screen->policy->otherwise));
    json_push(steps, otherwise);
    json_put(screen->view, "steps", steps);
}

static bool add_similar(const struct screen *screen, const char *title, struct error *err) {
    struct similar *list = NULL;
    size_t count = 0;
    bool asked = title != NULL && !str_blank(title);
    if (asked && !similar_to_text(screen->op, title, request_form(screen->request, "service"), &list, &count, err)) {
        return false;
    }
    json_put(screen->view, "similar", view_similar(screen, list, count));
    json_put_text(screen->view, "similar_none", say(screen, asked ? "declare.similar_none" : "declare.similar_hint"));
    return true;
}

static void show_declare(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct error err;
    if (!screen_open(request, response, "declare.title", &screen)) return;
    form_open(&screen, &form);
    build_declare(&form);
    add_flow(&screen);
    /* Looking for similar ones only helps; a title too odd to search for must not stop a declaration. */
    if (!add_similar(&screen, form_value(&form, "title"), &err)) (void)add_similar(&screen, NULL, &err);
    if (refusal == NULL) {
        screen_show(&screen, "pages/declare");
        return;
    }
    form_errors(&form, refusal);
    screen_refuse(&screen, "pages/declare", refusal);
}

static void page_declare(struct request *request, struct response *response) {
    show_declare(request, response, NULL);
}

/* For live typing: the list alone. */
static void page_similar(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    if (!screen_open(request, response, "declare.similar", &screen)) return;
    if (!add_similar(&screen, request_query(request, "title"), &err)) respond_error(request, response, &err);
    else respond_fragment(request, response, "partials/similar", screen.view);
}

static void declared(struct request *request, struct response *response, const struct incident *incident) {
    const char *url = arena_printf(request->op->arena, "/incidents/%s", incident->ref);
    respond_redirect_flash(request, response, url, "flash.declared");
}

static void do_declare(struct request *request, struct response *response) {
    struct incident incident;
    struct error err;
    struct incident_draft draft = {
        .title = request_form(request, "title"),
        .symptom = request_form(request, "symptom"),
        .severity = request_form(request, "severity"),
        .impact = request_form(request, "impact"),
        .service = request_form(request, "service"),
        .category = request_form(request, "category"),
        .sensitivity = request_form(request, "sensitivity"),
        .detection = request_form(request, "detection"),
        .owner = request_form(request, "owner"),
        .action = request_form(request, "action"),
        .suspected_cause = request_form(request, "suspected_cause"),
        .status_note = request_form(request, "status_note"),
        .started_at = request_form(request, "started_at"),
        .detected_at = request_form(request, "detected_at"),
        .kind = request_form(request, "kind"),
    };
    if (incident_declare(request->op, &draft, &incident, &err)) declared(request, response, &incident);
    else show_declare(request, response, &err);
}

/* -- CS 접수 -- */

static void show_intake(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct error err;
    if (!screen_open(request, response, "intake.title", &screen)) return;
    form_open(&screen, &form);
    form_field(&form, &INTAKE_TITLE, NULL, NULL);
    form_field(&form, &SERVICE, NULL, options_services(&screen));
    form_field(&form, &INTAKE_IMPACT, NULL, NULL);
    form_field(&form, &INTAKE_STARTED, NULL, NULL);
    form_field(&form, &SEVERITY, screen.policy->otherwise, options_severities(&screen));
    add_flow(&screen);
    if (!add_similar(&screen, form_value(&form, "title"), &err)) (void)add_similar(&screen, NULL, &err);
    if (refusal == NULL) {
        screen_show(&screen, "pages/intake");
        return;
    }
    form_errors(&form, refusal);
    screen_refuse(&screen, "pages/intake", refusal);
}

static void page_intake(struct request *request, struct response *response) {
    show_intake(request, response, NULL);
}

static void do_intake(struct request *request, struct response *response) {
    struct incident incident;
    struct error err;
    struct incident_draft draft = {
        .title = request_form(request, "title"),
        .severity = request_form(request, "severity"),
        .service = request_form(request, "service"),
        .impact = request_form(request, "impact"),
        .started_at = request_form(request, "started_at"),
        .detection = "cs",
    };
    if (incident_declare(request->op, &draft, &incident, &err)) declared(request, response, &incident);
    else show_intake(request, response, &err);
}

const struct route DECLARE_LIST[] = {
    { HTTP_GET, "/declare", page_declare, PERM_RESPOND, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/declare", do_declare, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/declare/similar", page_similar, PERM_INTAKE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    /* Without JavaScript: the form again, as typed, with what looks alike. */
    { HTTP_POST, "/declare/similar", page_declare, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/intake", page_intake, PERM_INTAKE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/intake", do_intake, PERM_INTAKE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/intake/similar", page_intake, PERM_INTAKE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table DECLARE_ROUTES = ROUTE_TABLE(DECLARE_LIST);
