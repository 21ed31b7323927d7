/* Changing one severity's escalation path in the browser. Every button works without scripts: adding, moving and
 * removing steps send the form, which comes back changed and unsaved. With scripts schedule.js asks for the time line
 * as one types; the server draws it by the machine that pages for real. */
#include "pages/member_form.h"
#include "pages/oncall/path_form.h"
#include "pages/oncall/path_line.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/escalate.h"
#include "escalation/forecast.h"
#include "people/permission.h"
#include "text/when.h"

struct editing {
    const char *severity;
    struct path_form form;
    int64_t version;
    json_t *path; /* as shown and, without its notes, as saved */
    const char *at; /* typed: when the incident is to happen */
    const struct error *refusal;
};

static bool known_severity(const struct screen *screen, const char *severity) {
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        if (str_eq(screen->policy->severities[i].code, severity)) return true;
    }
    return false;
}

/* The path without what only the form knows. */
static const json_t *clean(struct arena *arena, const json_t *path) {
    json_t *holder = json_obj(arena), *copy = json_deep_copy(path), *step;
    size_t at;
    json_put(holder, "path", copy);
    json_array_foreach(json_object_get(copy, "steps"), at, step)(void) json_object_del(step, "base");
    return copy;
}

/* version < 0: as it is now. */
static bool load(struct request *request, int64_t version, struct editing *out, struct error *err) {
    json_t *paths;
    struct op *op = request->op;
    *out = (struct editing){ .severity = request_param(request, "severity"), .at = request_form(request, "at") };
    out->form.root = arena_printf(op->arena, "policies.%s", out->severity);
    if (!(version < 0 ? escalation_paths_load(op, &paths, err)
                      : escalation_paths_load_version(op, version, &paths, err)))
        return false;
    out->version = json_integer_value(json_object_get(paths, "version"));
    out->form.base = json_object_get(json_object_get(paths, "policies"), out->severity);
    return true;
}

static int64_t posted_version(const struct request *request) {
    int64_t version = 0;
    const char *text = request_form(request, "version");
    return text != NULL && str_to_i64(text, &version) && version >= 0 ? version : 0;
}

/* --- the time line --- */

static int64_t asked_at(const struct screen *screen, const char *text) {
    struct error ignored;
    int64_t ms;
    bool typed = !str_blank(text) && when_parse_local(text, screen->organisation.tz, &ms, &ignored);
    return typed ? ms : screen->op->now_ms;
}

/* A path that cannot be read yet has none; *faults then says why, which counts only when it was asked for. */
static void put_line(const struct screen *screen, const struct editing *editing) {
    struct forecast_draft draft = { editing->severity, clean(screen->op->arena, editing->path),
                                    asked_at(screen, editing->at) };
    struct error ignored;
    json_t *forecast, *rows = NULL;
    if (escalation_forecast_draft(screen->op, &draft, &forecast, &ignored))
        rows = path_line(screen, forecast, draft.at_ms);
    json_put_bool(screen->view, "drawn", rows != NULL);
    json_put_bool(screen->view, "nobody", rows != NULL && json_array_size(rows) == 0);
    json_put(screen->view, "moments", rows == NULL ? json_array() : rows);
}

/* --- the screen --- */

static void number_steps(json_t *path, struct arena *arena) {
    size_t at;
    json_t *step;
    json_array_foreach(json_object_get(path, "steps"), at, step) {
        if (json_is_object(step)) json_put_text(step, "base", arena_printf(arena, "%zu", at));
    }
}

static void put_head(struct screen *screen, const struct editing *editing) {
    const char *base = path_of(screen, "/oncall/paths/%s", editing->severity);
    json_put(screen->view, "severity", view_severity(screen, editing->severity));
    json_put_text(screen->view, "code", editing->severity);
    json_put_text(screen->view, "action", path_of(screen, "%s/edit", base));
    json_put_text(screen->view, "preview_url", path_of(screen, "%s/preview", base));
    json_put_text(screen->view, "delete_url", editing->form.base == NULL ? NULL : path_of(screen, "%s/delete", base));
    json_put_text(screen->view, "version", path_of(screen, "%lld", (long long)editing->version));
    json_put_text(screen->view, "at", str_blank(editing->at) ? "" : editing->at);
    json_put_text(screen->view, "refusal",
                  editing->refusal == NULL ? NULL : say(screen, path_of(screen, "error.%s", editing->refusal->code)));
}

static void show(struct request *request, struct response *response, struct editing *editing) {
    struct screen screen;
    struct error err;
    if (!screen_open(request, response, "oncall_page.path_edit", &screen)) return;
    json_t *choices = path_choices(&screen, &err);
    if (!known_severity(&screen, editing->severity)) {
        (void)ERROR(&err, ERR_NOT_FOUND, "escalation.path_not_found", "%s", editing->severity);
        choices = NULL;
    }
    if (choices == NULL) {
        respond_error(request, response, &err);
        return;
    }
    if (editing->path == NULL && editing->form.base != NULL) {
        json_t *holder = json_obj(request->op->arena);
        editing->path = json_deep_copy(editing->form.base);
        json_put(holder, "path", editing->path);
        number_steps(editing->path, request->op->arena);
    }
    if (editing->path == NULL) editing->path = path_form_fresh(&screen);
    put_head(&screen, editing);
    json_put(screen.view, "choices", json_incref(choices));
    json_put(screen.view, "form", json_incref(path_form_view(&screen, &editing->form, editing->path, choices)));
    put_line(&screen, editing);
    if (editing->refusal == NULL) screen_show(&screen, "pages/path");
    else screen_refuse(&screen, "pages/path", editing->refusal);
}

static void page_path(struct request *request, struct response *response) {
    struct editing editing;
    struct error err;
    if (load(request, -1, &editing, &err)) show(request, response, &editing);
    else respond_error(request, response, &err);
}

static void do_path(struct request *request, struct response *response) {
    struct editing editing;
    struct error err;
    int64_t version;
    json_t *forecast;
    if (!load(request, posted_version(request), &editing, &err)) {
        respond_error(request, response, &err);
        return;
    }
    editing.version = posted_version(request);
    editing.path = path_form_read(request, &editing.form);
    const json_t *path = clean(request->op->arena, editing.path);
    struct path_change change = { editing.severity, editing.version, path };
    struct forecast_draft draft = { editing.severity, path, request->op->now_ms };
    const char *button = request_form(request, "do");
    bool saved = button == NULL && escalation_path_put(request->op, &change, &version, &err);
    if (saved) {
        respond_redirect_flash(request, response, "/oncall/paths", "flash.saved");
        return;
    }
    bool refused = button == NULL ||
                   (str_eq(button, "preview") && !escalation_forecast_draft(request->op, &draft, &forecast, &err));
    if (refused) editing.refusal = &err;
    if (refused && !screen_can_refuse(&err)) respond_error(request, response, &err);
    else show(request, response, &editing);
}

/* For schedule.js: the time line alone. */
static void do_preview(struct request *request, struct response *response) {
    struct screen screen;
    struct editing editing;
    struct error err;
    if (!load(request, posted_version(request), &editing, &err)) {
        respond_error(request, response, &err);
        return;
    }
    if (!screen_open(request, response, "oncall_page.path_edit", &screen)) return;
    editing.path = path_form_read(request, &editing.form);
    put_line(&screen, &editing);
    respond_fragment(request, response, "partials/path_line", screen.view);
}

static void do_delete(struct request *request, struct response *response) {
    struct path_change change = { request_param(request, "severity"), posted_version(request), NULL };
    struct error err;
    int64_t version;
    if (escalation_path_put(request->op, &change, &version, &err))
        respond_redirect_flash(request, response, "/oncall/paths", "flash.removed");
    else respond_error(request, response, &err);
}

#define PATH "/oncall/paths/:severity"
static const struct route ROUTES[] = {
    { HTTP_GET, PATH "/edit", page_path, PERM_SCHEDULE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, PATH "/edit", do_path, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, PATH "/preview", do_preview, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, PATH "/delete", do_delete, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table PATH_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
