/* 휴일: a year's public holidays as they are computed, and the days the organisation adds or works through. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "people/permission.h"
#include "policy/calendar.h"

#include <string.h>

static const struct field_spec DATE = { "date", SHAPE_DATE, "calendar.date", NULL, true, 0, NULL };
static const struct field_spec KIND = { "kind", SHAPE_SELECT, "calendar.kind", "calendar.hint.kind", true, 0, NULL };
static const struct field_spec NAME = { "name", SHAPE_LINE, "calendar.name", NULL, true, CALENDAR_NAME_MAX, NULL };
static const struct field_spec REASON = {
    "reason", SHAPE_LINE, "calendar.reason", "calendar.hint.reason", true, CALENDAR_REASON_MAX, NULL
};

static void put_row(const struct screen *screen, const json_t *entry, json_t *rows) {
    const char *kind = json_text(entry, "kind");
    int64_t weekday = json_integer_value(json_object_get(entry, "weekday"));
    bool own = json_is_true(json_object_get(entry, "own"));
    bool off = json_is_true(json_object_get(entry, "day_off"));
    json_t *row = json_object();
    json_put_text(row, "date", json_text(entry, "date"));
    json_put_text(row, "weekday", say(screen, path_of(screen, "oncall_page.weekday.%lld", (long long)weekday)));
    json_put_text(row, "name", json_text(entry, "name"));
    json_put_text(row, "kind", say(screen, path_of(screen, "calendar.kind.%s", kind)));
    json_put_text(row, "tone", !off ? "warn" : own ? "accent" : "");
    json_put_text(row, "reason", json_text(entry, "reason"));
    json_put_text(row, "by", json_text(entry, "by"));
    json_put_bool(row, "own", own);
    json_put_bool(row, "worked", !off);
    json_push(rows, row);
}

static void put_years(const struct screen *screen, int64_t year) {
    const char *before = year > HOLIDAY_YEAR_FIRST ? path_of(screen, "/holidays?year=%lld", (long long)year - 1) : NULL;
    const char *after = year < HOLIDAY_YEAR_LAST ? path_of(screen, "/holidays?year=%lld", (long long)year + 1) : NULL;
    json_put_text(screen->view, "before", before);
    json_put_text(screen->view, "after", after);
    json_put_text(screen->view, "year", path_of(screen, "%lld", (long long)year));
}

static void add_form(struct screen *screen, const struct error *refusal) {
    struct form form;
    json_t *kinds = options_new();
    static const char *const KINDS[] = { "temporary", "company", "working" };
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        option_add(kinds, KINDS[i], say(screen, path_of(screen, "calendar.kind.%s", KINDS[i])));
    form_open(screen, &form);
    form_action(&form, "/holidays", "calendar.add");
    form_field(&form, &DATE, NULL, NULL);
    form_field(&form, &KIND, "company", kinds);
    form_field(&form, &NAME, NULL, NULL);
    form_field(&form, &REASON, NULL, NULL);
    if (refusal != NULL) form_errors(&form, refusal);
}

/* year: asked for; that of a refused date otherwise. */
static void show(struct request *request, struct response *response, const char *year, const struct error *refusal) {
    struct screen screen;
    struct error err;
    json_t *found;
    if (!screen_open(request, response, "calendar.title", &screen)) return;
    if (!calendar_year(request->op, year, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const json_t *list = json_object_get(found, "holidays");
    int64_t shown = json_integer_value(json_object_get(found, "year"));
    json_t *rows = json_array();
    for (size_t i = 0; i < json_array_size(list); i++) put_row(&screen, json_array_get(list, i), rows);
    put_years(&screen, shown);
    json_put(screen.view, "days", rows);
    json_put_bool(screen.view, "found", json_array_size(rows) > 0);
    json_put_bool(screen.view, "unruled", str_eq(json_text(found, "rule"), "none"));
    json_put_bool(screen.view, "undecreed", shown > HOLIDAY_YEAR_DECREED);
    json_put_bool(screen.view, "may_schedule", screen_may(&screen, PERM_SCHEDULE));
    add_form(&screen, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/holidays");
    else screen_refuse(&screen, "pages/holidays", refusal);
}

static void page_calendar(struct request *request, struct response *response) {
    show(request, response, request_query(request, "year"), NULL);
}

static const char *year_of(const struct request *request) {
    const char *date = request_form(request, "date");
    int64_t year;
    const char *text = date == NULL ? NULL : arena_strn(request->op->arena, date, strnlen(date, 4));
    bool known = text != NULL && str_to_i64(text, &year) && year >= HOLIDAY_YEAR_FIRST && year <= HOLIDAY_YEAR_LAST;
    return known ? text : NULL;
}

static void answer(struct request *request, struct response *response, bool done, const char *flash,
                   const struct error *err) {
    const char *year = year_of(request);
    if (!done) show(request, response, year, err);
    else respond_redirect_flash(request, response, arena_printf(request->op->arena, "/holidays?year=%s", year), flash);
}

static void do_add(struct request *request, struct response *response) {
    struct error err;
    struct calendar_input input = { request_form(request, "date"), request_form(request, "kind"),
                                    request_form(request, "name"), request_form(request, "reason") };
    bool done = calendar_add(request->op, &input, &err);
    answer(request, response, done, "flash.saved", &err);
}

static void do_remove(struct request *request, struct response *response) {
    struct error err;
    if (calendar_remove(request->op, request_form(request, "date"), request_form(request, "why"), &err))
        answer(request, response, true, "flash.removed", &err);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/holidays", page_calendar, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/holidays", do_add, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/holidays/remove", do_remove, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table CALENDAR_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
