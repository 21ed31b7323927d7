/* One schedule as a calendar: its layers and the final line, and the overrides on it, to be undone. */
#include "pages/oncall/duty_lanes.h"
#include "pages/oncall/oncall_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "people/user.h"
#include "text/when.h"

enum { DAY = 86400, DAYS_STANDARD = 14, OVERRIDES_SHOWN = 100 };

struct calendar {
    const char *which;
    struct rota rota;
    struct schedule *schedule;
    struct rota_overrides overrides;
};

static bool load_calendar(struct tx *tx, void *arg, struct error *err) {
    struct calendar *calendar = arg;
    return rota_find(tx, calendar->which, &calendar->rota, err) &&
           rota_schedule(tx, &calendar->rota, &calendar->schedule, err) &&
           rota_overrides(tx, calendar->rota.id, &calendar->overrides, err);
}

/* -- which days -- */

static int days_wanted(const struct request *request) {
    int64_t days;
    const char *text = request_query(request, "days");
    return text != NULL && str_to_i64(text, &days) && days >= 1 && days <= LANES_DAYS_MAX ? (int)days : DAYS_STANDARD;
}

static int64_t from_wanted(const struct screen *screen) {
    struct error ignored;
    int64_t ms;
    const char *text = request_query(screen->request, "from");
    const struct tz *tz = screen->organisation.tz;
    if (text == NULL || !when_parse_local(path_of(screen, "%sT00:00", text), tz, &ms, &ignored))
        ms = screen->op->now_ms;
    return duty_midnight(screen, ms / 1000);
}

static void put_turning(struct screen *screen, int64_t from, int days) {
    struct arena *arena = screen->op->arena;
    const struct tz *tz = screen->organisation.tz;
    const char *steps[] = { "earlier", "later" };
    for (int i = 0; i < 2; i++) {
        int64_t at = duty_midnight_after(screen, from, i == 0 ? -days : days);
        json_put_text(
            screen->view, steps[i],
            path_of(screen, "%s?from=%s&days=%d", screen->request->path, when_date(arena, tz, at * 1000), days));
    }
    json_put_text(screen->view, "today", screen->request->path);
}

/* -- overrides -- */

static const char *name_of(const struct schedule *schedule, struct arena *arena, int64_t user) {
    char buffer[ID_TEXT_SIZE];
    const char *id = id_text(user, buffer);
    for (size_t i = 0; user != 0 && i < schedule->people_count; i++) {
        if (str_eq(schedule->people[i], id)) return schedule->names[i];
    }
    return user == 0 ? NULL : arena_str(arena, id);
}

static json_t *override_view(const struct screen *screen, const struct calendar *calendar,
                             const struct rota_override *override) {
    char id[ID_TEXT_SIZE];
    struct arena *arena = screen->op->arena;
    json_t *row = json_object();
    json_put_text(row, "kind", say(screen, path_of(screen, "oncall_page.override_kind.%s", override->kind)));
    json_put_text(row, "role", say(screen, path_of(screen, "oncall_page.role_word.%s", override->role)));
    json_put_text(row, "in", name_of(calendar->schedule, arena, override->in_user));
    json_put_text(row, "out", name_of(calendar->schedule, arena, override->out_user));
    json_put_text(row, "when", when_range(arena, screen->organisation.tz, override->start_ms, override->end_ms, true));
    json_put_text(row, "note", *override->note == '\0' ? NULL : override->note);
    json_put_bool(row, "running", override->start_ms <= screen->op->now_ms);
    json_put_text(row, "undo_url",
                  path_of(screen, "/oncall/%s/overrides/%s/undo", calendar->rota.key, id_text(override->id, id)));
    return row;
}

/* Those that still matter, newest first: a later one wins over an earlier. */
static void put_overrides(struct screen *screen, const struct calendar *calendar) {
    json_t *rows = json_array();
    for (size_t i = calendar->overrides.count; i-- > 0 && json_array_size(rows) < OVERRIDES_SHOWN;) {
        const struct rota_override *override = &calendar->overrides.items[i];
        if (override->end_ms > screen->op->now_ms) json_push(rows, override_view(screen, calendar, override));
    }
    json_put_bool(screen->view, "has_overrides", json_array_size(rows) > 0);
    json_put(screen->view, "overrides", rows);
}

static bool fill(struct screen *screen, const struct calendar *calendar, struct error *err) {
    json_t *lanes, *now;
    int days = days_wanted(screen->request);
    int64_t from = from_wanted(screen);
    if (!duty_lanes(screen, calendar->schedule, from, days, &lanes, err) ||
        !duty_view(screen, &calendar->rota, calendar->schedule, &now, err))
        return false;
    json_put(screen->view, "lanes", json_incref(lanes));
    json_put(screen->view, "schedule", json_incref(now));
    json_put_text(screen->view, "zone", tz_name(screen->organisation.tz));
    json_put_text(screen->view, "own_zone", tz_name(calendar->schedule->zone));
    json_put_bool(screen->view, "other_zone", calendar->schedule->zone != screen->organisation.tz);
    json_put_bool(screen->view, "may_schedule", screen_may(screen, PERM_SCHEDULE));
    put_turning(screen, from, days);
    put_overrides(screen, calendar);
    view_people(screen);
    return true;
}

static void page_calendar(struct request *request, struct response *response) {
    struct calendar calendar = { .which = request_param(request, "schedule") };
    struct screen screen;
    struct error err;
    if (!store_read(request->op, load_calendar, &calendar, &err)) {
        respond_error(request, response, &err);
        return;
    }
    if (!screen_open(request, response, "oncall_page.title", &screen)) return;
    screen_title(&screen, calendar.rota.name);
    if (fill(&screen, &calendar, &err)) screen_show(&screen, "pages/schedule_calendar");
    else respond_error(request, response, &err);
}

static void do_undo(struct request *request, struct response *response) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    const char *back = arena_printf(request->op->arena, "/oncall/%s", request_param(request, "schedule"));
    if (rota_override_end(request->op, id, &err)) respond_redirect_flash(request, response, back, "flash.removed");
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/oncall/:schedule", page_calendar, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/oncall/:schedule/overrides/:id/undo", do_undo, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table SCHEDULE_CALENDAR_ROUTES = ROUTE_TABLE(ROUTES);
