/* 훈련: scripts to play, starting one, and how earlier drills went (R-A14). */
#include "drill/drill.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/search.h"
#include "pages/form_view.h"
#include "text/i18n.h"
#include "text/when.h"

#include <stdlib.h>

static const struct field_spec SCRIPT = { "script", SHAPE_SELECT, "drill.script", NULL, true, 0, NULL };
static const struct field_spec SEVERITY = { "severity", SHAPE_SELECT, "drill.severity", "drill.hint.severity", true,
                                            0,          NULL };
static const struct field_spec SERVICE = { "service", SHAPE_SELECT, "drill.service", NULL, false, 0, NULL };
static const struct field_spec SPEED = { "speed", SHAPE_SELECT, "drill.speed", "drill.hint.speed", true, 0, NULL };
static const char *const SPEEDS[] = { "1", "2", "5", "10", "30" };

/* --- scripts --- */

static json_t *script_view(const struct screen *screen, const struct drill_script *script) {
    struct arena *arena = screen->op->arena;
    json_t *row = json_object(), *goals = json_array(), *lines = json_array();
    int64_t minutes = script->lines[script->line_count - 1].minute;
    const char *span = when_minutes(arena, screen->op->lang, minutes);
    json_put_text(row, "title", script->title);
    json_put_text(row, "lead", script->lead);
    json_put_text(row, "lasts", i18n_format(screen->op->lang, arena, "drill.lasts", I18N_ARGS({ "span", span })));
    for (size_t i = 0; i < script->goal_count; i++) json_push(goals, json_string(script->goals[i]));
    for (size_t i = 0; i < script->line_count; i++) {
        json_t *line = json_object();
        json_put_text(line, "minute", say_count(screen, "drill.minute", script->lines[i].minute));
        json_put_text(line, "voice", script->lines[i].voice);
        json_put_text(line, "text", script->lines[i].text);
        json_push(lines, line);
    }
    json_put(row, "goals", goals);
    json_put(row, "lines", lines);
    return row;
}

static void add_form(struct form *form, const struct drill_scripts *scripts) {
    const struct screen *screen = form->screen;
    json_t *keys = options_new(), *codes = options_new(), *speeds = options_new();
    for (size_t i = 0; i < scripts->count; i++) option_add(keys, scripts->items[i].key, scripts->items[i].title);
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        option_add(codes, screen->policy->severities[i].code, screen->policy->severities[i].code);
    }
    for (size_t i = 0; i < sizeof SPEEDS / sizeof *SPEEDS; i++) {
        int64_t times = strtoll(SPEEDS[i], NULL, 10);
        option_add(speeds, SPEEDS[i],
                   times == 1 ? say(screen, "drill.speed_1") : say_count(screen, "drill.speed_n", times));
    }
    form_action(form, "/drills", "drill.start");
    form_field(form, &SCRIPT, NULL, keys);
    form_field(form, &SEVERITY, screen->policy->severities[0].code, codes);
    form_field(form, &SERVICE, NULL, options_services(screen));
    form_field(form, &SPEED, "1", speeds);
}

/* --- earlier drills --- */

/* "" until it has happened. */
static const char *after(const struct screen *screen, const struct incident *incident, int64_t at) {
    return at == 0 ? "" : when_duration(screen->op->arena, screen->op->lang, incident->declared_at, at);
}

static bool add_past(struct screen *screen, struct error *err) {
    struct incident_page page;
    if (!incident_list(screen->op, &(struct incident_query){ .kind = "drill", .limit = "20" }, &page, err))
        return false;
    json_t *rows = json_array();
    for (size_t i = 0; i < page.count; i++) {
        const struct incident *each = &page.list[i];
        json_t *row = view_incident_row(screen, each);
        json_put_text(row, "acknowledged", after(screen, each, each->acknowledged_at));
        json_put_text(row, "recovered", after(screen, each, each->phase_at[PHASE_RECOVERED]));
        json_push(rows, row);
    }
    json_put(screen->view, "past", rows);
    json_put_bool(screen->view, "has_past", page.count > 0);
    return true;
}

static void show(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct drill_scripts scripts;
    struct error err;
    if (!screen_open(request, response, "drill.title", &screen)) return;
    if (!drill_scripts(request->op, &scripts, &err) || !add_past(&screen, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < scripts.count; i++) json_push(rows, script_view(&screen, &scripts.items[i]));
    json_put(screen.view, "scripts", rows);
    form_open(&screen, &form);
    add_form(&form, &scripts);
    json_put_bool(screen.view, "may_start", screen_may(&screen, PERM_RESPOND));
    if (refusal == NULL) {
        screen_show(&screen, "pages/drills");
        return;
    }
    form_errors(&form, refusal);
    screen_refuse(&screen, "pages/drills", refusal);
}

static void page_drills(struct request *request, struct response *response) {
    show(request, response, NULL);
}

static void do_start(struct request *request, struct response *response) {
    const struct drill_input input = { .script = request_form(request, "script"),
                                       .severity = request_form(request, "severity"),
                                       .service = request_form(request, "service"),
                                       .speed = request_form(request, "speed") };
    struct incident incident;
    struct error err;
    if (!drill_start(request->op, &input, &incident, &err)) {
        show(request, response, &err);
        return;
    }
    const char *url = arena_printf(request->op->arena, "/incidents/%s", incident.ref);
    respond_redirect_flash(request, response, url, "flash.drill_started");
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/drills", page_drills, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/drills", do_start, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table DRILL_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
