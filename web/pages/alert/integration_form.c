/* The forms of an integration: making and changing a sender or a heartbeat. What is shown depends on its kind. */
#include "pages/form_view.h"
#include "pages/alert/integration_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"

#include <string.h>

static const char *const KINDS[] = { "alertmanager", "grafana", "pagerduty", "generic", NULL };
enum { LINES_MAX = 8192 };

static const struct field_spec KIND = { "kind", SHAPE_RADIO, "integration.field.kind", NULL, true, 0, NULL };
static const struct field_spec NAME = { "name", SHAPE_LINE, "integration.field.name", "integration.hint.name", true,
                                        80,     NULL };
static const struct field_spec SERVICE = {
    "service", SHAPE_SELECT, "integration.field.service", "integration.hint.service", false, 0, NULL
};
static const struct field_spec SEVERITY = {
    "severity", SHAPE_SELECT, "integration.field.severity", "integration.hint.severity", false, 0, NULL
};
static const struct field_spec GROUP = {
    "group_minutes", SHAPE_NUMBER, "integration.field.group_minutes", "integration.hint.group_minutes", true, 4, NULL
};
static const struct field_spec BEAT = {
    "beat_minutes", SHAPE_NUMBER, "heartbeat.field.every", "heartbeat.hint.every", true, 6, NULL
};
static const struct field_spec GRACE = {
    "grace_minutes", SHAPE_NUMBER, "heartbeat.field.grace", "heartbeat.hint.grace", false, 6, NULL
};
static const struct field_spec LABELS[] = {
    { "severity_label", SHAPE_LINE, "integration.field.severity_label", "integration.hint.severity_label", false, 100,
      NULL },
    { "service_label", SHAPE_LINE, "integration.field.service_label", "integration.hint.service_label", false, 100,
      NULL },
};
static const struct field_spec HEADERS[] = {
    { "signature_header", SHAPE_LINE, "integration.field.signature_header", "integration.hint.signature_header", false,
      100, NULL },
    { "timestamp_header", SHAPE_LINE, "integration.field.timestamp_header", "integration.hint.timestamp_header", false,
      100, NULL },
};
static const struct field_spec MAPPING = {
    "mapping", SHAPE_AREA, "integration.field.mapping", "integration.hint.mapping", false, 4000, NULL
};

static json_t *kind_options(const struct screen *screen) {
    json_t *options = options_new();
    for (size_t i = 0; KINDS[i] != NULL; i++) {
        json_t *option = option_add(options, KINDS[i], say(screen, path_of(screen, "integration.kind.%s", KINDS[i])));
        option_detail(option, say(screen, path_of(screen, "integration.about.%s", KINDS[i])));
    }
    return options;
}

static json_t *severity_options(const struct screen *screen) {
    json_t *options = options_new();
    option_add(options, "", say(screen, "integration.by_sender"));
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        const char *code = screen->policy->severities[i].code;
        option_add(options, code, code);
    }
    return options;
}

static json_t *service_options(const struct screen *screen) {
    json_t *options = options_services(screen);
    json_put_text(json_array_get(options, 0), "label", say(screen, "integration.by_sender"));
    return options;
}

/* "title = rule.name", one a line. */
static const char *mapping_lines(const struct screen *screen, json_t *mapping) {
    struct buf text;
    const char *name;
    json_t *path;
    buf_init(&text, screen->op->arena, LINES_MAX);
    json_object_foreach(mapping, name, path) buf_printf(&text, "%s = %s\n", name, json_string_value(path));
    return text.data;
}

static void add_options(struct form *form, const struct integration *g) {
    const struct screen *screen = form->screen;
    struct error ignored;
    json_t *options;
    if (!json_parse(screen->op->arena, g->options, strlen(g->options), &options, &ignored)) return;
    bool labels = g->kind == INTEGRATION_ALERTMANAGER || g->kind == INTEGRATION_GRAFANA;
    for (size_t i = 0; labels && i < 2; i++) form_field(form, &LABELS[i], json_text(options, LABELS[i].name), NULL);
    for (size_t i = 0; g->kind == INTEGRATION_GRAFANA && i < 2; i++) {
        form_field(form, &HEADERS[i], json_text(options, HEADERS[i].name), NULL);
    }
    if (g->kind == INTEGRATION_GENERIC) {
        form_field(form, &MAPPING, mapping_lines(screen, json_object_get(options, "mapping")), NULL);
    }
}

static const char *minutes_text(const struct screen *screen, int64_t seconds) {
    return seconds == 0 ? "" : path_of(screen, "%lld", (long long)seconds / 60);
}

static void add_fields(struct form *form, const struct integration *g, bool heartbeat) {
    const struct screen *screen = form->screen;
    form_field(form, &NAME, g == NULL ? NULL : g->name, NULL);
    if (heartbeat) {
        form_field(form, &BEAT, g == NULL ? NULL : minutes_text(screen, g->beat_seconds), NULL);
        form_field(form, &GRACE, g == NULL ? "5" : minutes_text(screen, g->grace_seconds), NULL);
    }
    form_field(form, &SERVICE, g == NULL ? NULL : g->service_key, service_options(screen));
    form_field(form, &SEVERITY, g == NULL ? NULL : g->severity, severity_options(screen));
    if (g == NULL || heartbeat) return;
    form_field(form, &GROUP, path_of(screen, "%lld", (long long)g->group_minutes), NULL);
    add_options(form, g);
}

/* What the form is about; integration NULL: a new one. */
struct subject {
    const struct integration *integration;
    bool heartbeat;
};

static void add_heading(const struct screen *screen, const struct subject *subject, const char *title,
                        const char *back) {
    const struct integration *g = subject->integration;
    const char *list = say(screen, subject->heartbeat ? "heartbeat.title" : "integration.title");
    const char *lead = say(screen, subject->heartbeat ? "heartbeat.add_lead" : "integration.add_lead");
    json_t *crumb = json_object();
    json_put_text(screen->view, "heading", say(screen, title));
    json_put_text(screen->view, "lead", g != NULL ? NULL : lead);
    json_put_text(crumb, "url", back);
    json_put_text(crumb, "label", g != NULL ? g->name : list);
    json_put(screen->view, "crumb", crumb);
}

static void show_form(struct request *request, struct response *response, const struct integration *g,
                      const struct error *refusal) {
    struct screen screen;
    struct form form;
    bool heartbeat = g != NULL ? g->kind == INTEGRATION_HEARTBEAT : str_starts(request->path, "/heartbeats");
    const struct subject subject = { g, heartbeat };
    const char *title = g != NULL ? "integration.edit" : heartbeat ? "heartbeat.add" : "integration.add";
    if (!screen_open(request, response, title, &screen)) return;
    const char *back = g != NULL ? integration_url(&screen, g) : heartbeat ? "/heartbeats" : "/integrations";
    add_heading(&screen, &subject, title, back);
    form_open(&screen, &form);
    form_action(&form, request->path, g != NULL ? "ui.save" : "integration.make");
    form_text(&form, "cancel", back);
    if (g != NULL) form_version(&form, g->version);
    else if (!heartbeat) form_field(&form, &KIND, KINDS[0], kind_options(&screen));
    add_fields(&form, g, heartbeat);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

/* Minutes as they are typed; seconds as the domain wants them. */
static const char *seconds_of(struct request *request, const char *name) {
    const char *text = request_form(request, name);
    int64_t minutes;
    if (str_blank(text)) return str_eq(name, "grace_minutes") ? "0" : NULL;
    if (!str_to_i64(text, &minutes) || minutes < 0 || minutes > 31 * 1440) {
        op_field_error(request->op, name, "out_of_range", "1–44640");
        return NULL;
    }
    return arena_printf(request->op->arena, "%lld", (long long)minutes * 60);
}

static void put_typed(struct request *request, json_t *object, const char *name) {
    const char *text = str_clean(request->op->arena, request_form(request, name));
    if (!str_blank(text)) json_put_text(object, name, text);
}

static json_t *typed_mapping(struct request *request) {
    struct arena *arena = request->op->arena;
    json_t *mapping = json_object();
    char **lines;
    size_t count = str_split(arena, request_form(request, "mapping"), "\r\n", &lines);
    for (size_t i = 0; i < count; i++) {
        const char *equals = strchr(lines[i], '=');
        size_t len = equals == NULL ? strlen(lines[i]) : (size_t)(equals - lines[i]);
        const char *name = str_clean(arena, arena_strn(arena, lines[i], len));
        if (!str_blank(name)) json_put_text(mapping, name, equals == NULL ? "" : str_clean(arena, equals + 1));
    }
    return mapping;
}

static json_t *typed_options(struct request *request) {
    static const char *const NAMES[] = { "severity_label", "service_label", "signature_header", "timestamp_header" };
    json_t *options = json_obj(request->op->arena);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) put_typed(request, options, NAMES[i]);
    if (!str_blank(request_form(request, "mapping"))) json_put(options, "mapping", typed_mapping(request));
    return options;
}

/* Field names of the domain are those of the API; the form has its own. */
static void rename_faults(struct op *op) {
    static const char *const NAMES[][2] = { { "beat_seconds", "beat_minutes" }, { "grace_seconds", "grace_minutes" } };
    struct field_errors found = op->fields;
    op->fields = (struct field_errors){ 0 };
    for (const struct field_error *at = found.first; at != NULL; at = at->next) {
        const char *field = at->field;
        if (str_starts(field, "options.mapping")) field = "mapping";
        else if (str_starts(field, "options.")) field += strlen("options.");
        for (size_t i = 0; i < 2; i++) {
            if (str_eq(field, NAMES[i][0])) field = NAMES[i][1];
        }
        op_field_error(op, field, at->code, at->arg);
    }
}

static struct integration_input typed(struct request *request, const char *kind) {
    return (struct integration_input){ .kind = kind,
                                       .name = request_form(request, "name"),
                                       .service = request_form(request, "service"),
                                       .severity = request_form(request, "severity"),
                                       .group_minutes = request_form(request, "group_minutes") };
}

static void page_new(struct request *request, struct response *response) {
    show_form(request, response, NULL, NULL);
}

/* The secret is shown in this one answer and nowhere else. */
static void make(struct request *request, struct response *response, struct integration_input *input) {
    struct integration made;
    struct error err;
    bool fine = request->op->fields.count == 0 || OP_INVALID(request->op, &err);
    if (fine && integration_add(request->op, input, &made, &err)) {
        integration_show(request, response, &made, made.secret);
        return;
    }
    rename_faults(request->op);
    if (screen_can_refuse(&err)) show_form(request, response, NULL, &err);
    else respond_error(request, response, &err);
}

static void do_new(struct request *request, struct response *response) {
    const char *kind = request_form(request, "kind");
    struct integration_input input = typed(request, kind);
    input.make_secret = !str_eq(kind, "pagerduty"); /* there the key is the credential */
    make(request, response, &input);
}

static void do_heartbeat(struct request *request, struct response *response) {
    struct integration_input input = typed(request, "heartbeat");
    input.beat_seconds = seconds_of(request, "beat_minutes");
    input.grace_seconds = seconds_of(request, "grace_minutes");
    make(request, response, &input);
}

static void page_edit(struct request *request, struct response *response) {
    struct integration integration;
    if (integration_of_path(request, response, &integration)) show_form(request, response, &integration, NULL);
}

static void do_edit(struct request *request, struct response *response) {
    struct integration integration, changed;
    struct error err;
    if (!integration_of_path(request, response, &integration)) return;
    struct integration_input input = typed(request, NULL);
    if (integration.kind == INTEGRATION_HEARTBEAT) {
        input.beat_seconds = seconds_of(request, "beat_minutes");
        input.grace_seconds = seconds_of(request, "grace_minutes");
    } else {
        input.options = typed_options(request);
    }
    bool fine = request->op->fields.count == 0 || OP_INVALID(request->op, &err);
    if (fine &&
        integration_update(request->op, integration.id, integration_typed_version(request), &input, &changed, &err)) {
        integration_done(request, response, &changed, "flash.saved");
        return;
    }
    rename_faults(request->op);
    if (screen_can_refuse(&err)) show_form(request, response, &integration, &err);
    else respond_error(request, response, &err);
}

#define SEE PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE
#define WRITE PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/integrations/new", page_new, SEE },       { HTTP_POST, "/integrations/new", do_new, WRITE },
    { HTTP_GET, "/integrations/:id/edit", page_edit, SEE }, { HTTP_POST, "/integrations/:id/edit", do_edit, WRITE },
    { HTTP_GET, "/heartbeats/new", page_new, SEE },         { HTTP_POST, "/heartbeats/new", do_heartbeat, WRITE },
};
const struct route_table INTEGRATION_FORM_ROUTES = ROUTE_TABLE(ROUTES);
