/* 호출 순서: the saved paths as time lines, as they would run if it happened now. path_edit.c changes one. */
#include "pages/oncall/path_line.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/escalate.h"
#include "escalation/forecast.h"
#include "people/permission.h"
#include "text/i18n.h"
#include "text/when.h"

static bool add_line(const struct screen *screen, const char *severity, json_t *view, struct error *err) {
    struct forecast_question question = { "current", severity, screen->op->now_ms };
    json_t *forecast;
    if (!escalation_forecast(screen->op, &question, &forecast, err)) return false;
    json_t *moments = path_line(screen, forecast, question.at_ms);
    json_put_bool(view, "nobody", json_array_size(json_object_get(forecast, "pages")) == 0);
    json_put(view, "moments", moments);
    return true;
}

static bool fill(const struct screen *screen, struct error *err) {
    json_t *paths, *list = json_array();
    json_put(screen->view, "paths", list);
    json_put_bool(screen->view, "may_schedule", screen_may(screen, PERM_SCHEDULE));
    if (!escalation_paths_load(screen->op, &paths, err)) return false;
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        const char *severity = screen->policy->severities[i].code;
        bool has_path = json_object_get(json_object_get(paths, "policies"), severity) != NULL;
        json_t *view = json_object();
        json_push(list, view);
        json_put(view, "severity", view_severity(screen, severity));
        json_put_text(view, "code", severity);
        json_put_text(view, "edit_url", path_of(screen, "/oncall/paths/%s/edit", severity));
        json_put_bool(view, "has_path", has_path);
        json_put_bool(view, "drawn", true);
        json_put_bool(view, "nobody", false);
        json_put(view, "moments", json_array());
        if (has_path && !add_line(screen, severity, view, err)) return false;
    }
    return true;
}

static void page_escalation(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    if (!screen_open(request, response, "oncall_page.paths", &screen)) return;
    if (fill(&screen, &err)) screen_show(&screen, "pages/escalation");
    else respond_error(request, response, &err);
}

/* One of the presets, put into force. */
static void do_preset(struct request *request, struct response *response) {
    struct error err;
    int64_t version;
    json_t *body = json_obj(request->op->arena);
    json_put_text(body, "preset", request_form(request, "preset"));
    if (escalation_paths_put(request->op, body, &version, &err))
        respond_redirect_flash(request, response, "/oncall/paths", "flash.saved");
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/oncall/paths", page_escalation, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/oncall/paths", do_preset, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table ESCALATION_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
