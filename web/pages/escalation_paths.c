/* 호출 순서: the saved paths as time lines, as they would run if it happened now. */
#include "pages/screen.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/escalate.h"
#include "escalation/forecast.h"
#include "people/permission.h"
#include "text/i18n.h"
#include "text/when.h"

enum { PAGES_SHOWN = 40 };

/* Pages of the same moment stand together: "0분 1단계: 문예진, 이도윤". */
static json_t *moments_of(const struct screen *screen, const json_t *forecast, int64_t start_ms) {
    const json_t *pages = json_object_get(forecast, "pages");
    json_t *rows = json_array(), *row = NULL, *names = NULL;
    const char *before = "";
    for (size_t i = 0; i < json_array_size(pages) && json_array_size(rows) < PAGES_SHOWN; i++) {
        const json_t *page = json_array_get(pages, i);
        struct error ignored;
        int64_t ms;
        bool fallback = str_eq(json_text(page, "kind"), "fallback");
        if (!when_parse(json_text(page, "t"), &ms, &ignored)) continue;
        int64_t step = json_integer_value(json_object_get(page, "step"));
        const char *key = path_of(screen, "%lld/%lld/%d", (long long)ms, (long long)step, fallback);
        if (!str_eq(key, before)) {
            row = json_object();
            names = json_array();
            json_put_text(row, "after",
                          when_minutes(screen->op->arena, screen->op->lang, when_minutes_between(start_ms, ms)));
            json_put_text(row, "step",
                          fallback ? say(screen, "oncall_page.fallback") : say_count(screen, "oncall_page.step", step));
            json_put(row, "at", view_instant(screen, ms));
            json_put(row, "names", names);
            json_push(rows, row);
            before = key;
        }
        json_push(names, json_string(json_text(page, "name")));
    }
    return rows;
}

static bool path_view(const struct screen *screen, const char *severity, json_t *list, struct error *err) {
    struct forecast_question question = { "current", severity, screen->op->now_ms };
    json_t *forecast;
    if (!escalation_forecast(screen->op, &question, &forecast, err)) return false;
    json_t *view = json_object(), *moments = moments_of(screen, forecast, question.at_ms);
    size_t skipped = json_array_size(json_object_get(forecast, "skipped"));
    json_put(view, "severity", view_severity(screen, severity));
    json_put_text(view, "code", severity);
    json_put_bool(view, "nobody", json_array_size(moments) == 0);
    json_put_text(view, "skipped", skipped == 0 ? NULL : say_count(screen, "oncall_page.skipped", (int64_t)skipped));
    json_put(view, "moments", moments);
    json_push(list, view);
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
        if (has_path && !path_view(screen, severity, list, err)) return false;
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
