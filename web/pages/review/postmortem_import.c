/* 포스트모템 가져오기: what was written before Bongsu, pasted as Markdown, looked at as it was understood, then taken
 * over as a backfilled incident with its retrospective. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "review/postmortem.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

static const struct field_spec MARKDOWN = { "markdown",     SHAPE_AREA, "import.markdown", "import.hint.markdown", true,
                                            POSTMORTEM_MAX, NULL };
static const struct field_spec TITLE = {
    "title", SHAPE_LINE, "import.headline", "import.hint.missing", false, 200, NULL
};
static const struct field_spec SEVERITY = { "severity", SHAPE_SELECT, "declare.field.severity", NULL, false, 0, NULL };
static const struct field_spec SERVICE = { "service", SHAPE_SELECT, "declare.field.service", NULL, false, 0, NULL };
static const struct field_spec STARTED = { "started_at", SHAPE_TIME, "declare.field.started_at", NULL, false, 0, NULL };
static const struct field_spec RECOVERED = { "recovered_at", SHAPE_TIME, "import.recovered_at", NULL, false, 0, NULL };

static void add_form(struct screen *screen, struct form *form) {
    form_open(screen, form);
    form_text(form, "draft", "postmortem-import");
    json_put_text(form_field(form, &MARKDOWN, NULL, NULL), "rows", "16");
    form_field(form, &TITLE, NULL, NULL);
    json_t *severities = options_new();
    option_add(severities, "", say(screen, "import.from_text"));
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        option_add(severities, screen->policy->severities[i].code, screen->policy->severities[i].code);
    }
    json_t *services = options_services(screen);
    json_put_text(json_array_get(services, 0), "label", say(screen, "import.from_text"));
    form_field(form, &SEVERITY, NULL, severities);
    form_field(form, &SERVICE, NULL, services);
    form_field(form, &STARTED, NULL, NULL);
    form_field(form, &RECOVERED, NULL, NULL);
}

/* --- what was understood --- */

static void add_understood(struct screen *screen, const struct postmortem *read) {
    struct arena *arena = screen->op->arena;
    const struct tz *tz = screen->organisation.tz;
    json_t *view = json_object(), *facts = json_array(), *sections = json_array(), *actions = json_array();
    json_t *hints = json_array();
    view_fact(screen, facts, "import.headline", read->title);
    view_fact(screen, facts, "declare.field.severity", read->severity);
    view_fact(screen, facts, "declare.field.started_at",
              read->started_at == 0 ? NULL : when_minute(arena, tz, read->started_at));
    view_fact(screen, facts, "import.recovered_at",
              read->recovered_at == 0 ? NULL : when_minute(arena, tz, read->recovered_at));
    view_fact(screen, facts, "declare.field.service", read->service);
    view_fact(screen, facts, "declare.field.impact", read->impact);
    view_fact(screen, facts, "review.attendees", read->attendees);
    for (size_t i = 0; i < read->section_count; i++) {
        json_t *row = json_object();
        const struct section_save *section = &read->sections[i];
        json_put_text(row, "title", say(screen, path_of(screen, "review.section.%s", section->key)));
        json_put_text(row, "size", say_count(screen, "import.characters", (int64_t)utf8_count(section->body)));
        json_push(sections, row);
    }
    for (size_t i = 0; i < read->action_count; i++) {
        const struct action_draft *action = &read->actions[i];
        json_t *row = json_object();
        json_put_text(row, "title", action->title);
        json_put_text(row, "owner", action->owner);
        json_put_text(row, "due", action->due);
        json_put_text(row, "state", say(screen, path_of(screen, "review.action.%s", action->state)));
        json_push(actions, row);
    }
    for (size_t i = 0; i < read->hint_count; i++) {
        const struct postmortem_hint *hint = &read->hints[i];
        const char *key = path_of(screen, "import.hint.%s", hint->key);
        json_t *row = json_object();
        json_put_text(row, "line", hint->line == 0 ? NULL : say_count(screen, "import.line", hint->line));
        json_put_text(row, "text", i18n_format(screen->op->lang, arena, key, I18N_ARGS({ "text", hint->text })));
        json_push(hints, row);
    }
    json_put(view, "facts", facts);
    json_put(view, "sections", sections);
    json_put_bool(view, "has_actions", json_array_size(actions) > 0);
    json_put(view, "actions", actions);
    json_put_bool(view, "has_hints", json_array_size(hints) > 0);
    json_put(view, "hints", hints);
    json_put(screen->view, "understood", view);
}

/* A line of the text has no field of its own: it is named by its number and leads to the text. */
static void name_lines(struct screen *screen) {
    size_t index;
    json_t *item;
    json_array_foreach(json_object_get(json_object_get(screen->view, "errors"), "items"), index, item) {
        const char *field = json_text(item, "id");
        int64_t line;
        if (!str_starts(field, "line.") || !str_to_i64(field + 5, &line)) continue;
        json_put_text(item, "label", say_count(screen, "import.line", line));
        json_put_text(item, "id", MARKDOWN.name);
    }
}

static void show(struct request *request, struct response *response, const struct postmortem *read,
                 const struct error *err) {
    struct screen screen;
    struct form form;
    if (!screen_open(request, response, "import.title", &screen)) return;
    add_form(&screen, &form);
    json_put(screen.view, "understood", json_null());
    if (read != NULL && (read->section_count > 0 || read->title != NULL)) add_understood(&screen, read);
    if (err == NULL) {
        screen_show(&screen, "pages/postmortem_import");
        return;
    }
    form_errors(&form, err);
    name_lines(&screen);
    screen_refuse(&screen, "pages/postmortem_import", err);
}

static void page_import(struct request *request, struct response *response) {
    show(request, response, NULL, NULL);
}

/* Browsers send line ends as CR LF; the reader takes both. */
static struct postmortem_wish read_wish(const struct request *request) {
    return (struct postmortem_wish){ .markdown = request_form(request, "markdown"),
                                     .title = request_form(request, "title"),
                                     .severity = request_form(request, "severity"),
                                     .service = request_form(request, "service"),
                                     .started_at = request_form(request, "started_at"),
                                     .recovered_at = request_form(request, "recovered_at") };
}

static void do_preview(struct request *request, struct response *response) {
    struct postmortem read = { 0 };
    struct error err;
    struct postmortem_wish wish = read_wish(request);
    bool good = postmortem_read(request->op, &wish, &read, &err);
    show(request, response, &read, good ? NULL : &err);
}

static void do_import(struct request *request, struct response *response) {
    struct postmortem read = { 0 };
    struct incident incident;
    struct error err;
    struct postmortem_wish wish = read_wish(request);
    if (!postmortem_import(request->op, &wish, &read, &incident, &err)) {
        show(request, response, &read, &err);
        return;
    }
    respond_redirect_flash(request, response, arena_printf(request->op->arena, "/incidents/%s/retro", incident.ref),
                           "flash.imported");
}

#define WRITE PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/incidents/import", page_import, PERM_RESPOND, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/incidents/import", do_import, WRITE },
    { HTTP_POST, "/incidents/import/preview", do_preview, WRITE },
};
const struct route_table POSTMORTEM_IMPORT_ROUTES = ROUTE_TABLE(ROUTES);
