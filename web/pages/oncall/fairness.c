/* 당번 부담: who was on call for how long and when, how often they were called, and how good the schedules were. */
#include "pages/screen.h"

#include "base/arena.h"
#include "base/json.h"
#include "insight/fairness.h"
#include "text/i18n.h"
#include "text/when.h"

static const char *hours(const struct screen *screen, int64_t seconds) {
    int64_t tenths = (seconds * 10 + 1800) / 3600;
    return seconds == 0 ? "–" : path_of(screen, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
}

static const char *number(const struct screen *screen, int64_t value) {
    return value == 0 ? "–" : path_of(screen, "%lld", (long long)value);
}

static json_t *hours_view(const struct screen *screen, const struct fairness_person *person, enum duty_role role) {
    const struct fairness_split *split = role == DUTY_PRIMARY ? &person->primary : &person->secondary;
    json_t *row = json_object();
    json_put_text(row, "name", person->name);
    json_put_text(row, "role", say(screen, role == DUTY_PRIMARY ? "oncall_page.primary" : "oncall_page.secondary"));
    json_put_text(row, "weekday", hours(screen, split->day[FAIRNESS_WEEKDAY]));
    json_put_text(row, "night", hours(screen, split->night[FAIRNESS_WEEKDAY]));
    json_put_text(row, "weekend", hours(screen, split->day[FAIRNESS_WEEKEND] + split->night[FAIRNESS_WEEKEND]));
    json_put_text(row, "weekend_night", hours(screen, split->night[FAIRNESS_WEEKEND]));
    json_put_text(row, "holiday", hours(screen, split->day[FAIRNESS_HOLIDAY] + split->night[FAIRNESS_HOLIDAY]));
    json_put_text(row, "holiday_night", hours(screen, split->night[FAIRNESS_HOLIDAY]));
    json_put_text(row, "total", hours(screen, fairness_total(split)));
    return row;
}

static json_t *pages_view(const struct screen *screen, const struct fairness_person *person) {
    const struct fairness_split *pages = &person->pages;
    int64_t nights = pages->night[FAIRNESS_WEEKDAY] + pages->night[FAIRNESS_WEEKEND] + pages->night[FAIRNESS_HOLIDAY];
    int64_t weekend = pages->day[FAIRNESS_WEEKEND] + pages->night[FAIRNESS_WEEKEND];
    int64_t holiday = pages->day[FAIRNESS_HOLIDAY] + pages->night[FAIRNESS_HOLIDAY];
    json_t *row = json_object();
    json_put_text(row, "name", person->name);
    json_put_text(row, "total", number(screen, fairness_total(pages)));
    json_put_text(row, "night", number(screen, nights));
    json_put_text(row, "weekend", number(screen, weekend));
    json_put_text(row, "holiday", number(screen, holiday));
    json_put_text(row, "interruptions", number(screen, person->interruptions));
    json_put_text(row, "night_interruptions", number(screen, person->night_interruptions));
    json_put_text(row, "busiest", number(screen, person->busiest_pages));
    json_put_text(row, "week",
                  person->busiest_pages == 0
                      ? NULL
                      : when_date(screen->op->arena, screen->organisation.tz, person->busiest_week * 1000));
    json_put_bool(row, "too_many", person->busiest_pages >= FAIRNESS_PAGES_A_WEEK);
    return row;
}

static void add_people(const struct screen *screen, const struct fairness *fairness) {
    json_t *duty = json_array(), *pages = json_array(), *warned = json_array();
    for (size_t i = 0; i < fairness->people_count; i++) {
        const struct fairness_person *person = &fairness->people[i];
        if (fairness_total(&person->primary) > 0) json_push(duty, hours_view(screen, person, DUTY_PRIMARY));
        if (fairness_total(&person->secondary) > 0) json_push(duty, hours_view(screen, person, DUTY_SECONDARY));
        if (person->busiest_pages > 0) json_push(pages, pages_view(screen, person));
        if (person->busiest_pages >= FAIRNESS_PAGES_A_WEEK) json_push(warned, json_string(person->name));
    }
    json_put_bool(screen->view, "worked", json_array_size(duty) > 0);
    json_put_bool(screen->view, "paged", json_array_size(pages) > 0);
    json_put_bool(screen->view, "warn", json_array_size(warned) > 0);
    json_put(screen->view, "duty", duty);
    json_put(screen->view, "pages_by_person", pages);
    json_put(screen->view, "warned", warned);
}

static const char *percent(const struct screen *screen, double value) {
    return path_of(screen, "%.0f%%", value);
}

static void add_schedules(const struct screen *screen, const struct fairness *fairness) {
    json_t *rows = json_array();
    for (size_t i = 0; i < fairness->schedule_count; i++) {
        const struct fairness_schedule *schedule = &fairness->schedules[i];
        json_t *row = json_object();
        json_put_text(row, "name", schedule->name);
        json_put_text(row, "url", path_of(screen, "/oncall/%s", schedule->key));
        json_put_text(row, "coverage", percent(screen, schedule->quality.coverage));
        json_put_bool(row, "gaps", schedule->quality.coverage < 100);
        json_put_text(row, "balance", percent(screen, schedule->quality.balance));
        json_put_text(row, "total", percent(screen, schedule->quality.total));
        json_push(rows, row);
    }
    json_put(screen->view, "schedules", rows);
}

static const char *month_url(const struct screen *screen, const char *month) {
    return month == NULL ? NULL : path_of(screen, "/oncall/fairness?month=%s", month);
}

static void page_fairness(struct request *request, struct response *response) {
    struct screen screen;
    struct fairness fairness;
    struct error err;
    if (!screen_open(request, response, "fairness.title", &screen)) return;
    if (!fairness_month(request->op, request_query(request, "month"), &fairness, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_put_text(screen.view, "month", fairness.month);
    json_put_text(screen.view, "before", month_url(&screen, fairness.before));
    json_put_text(screen.view, "after", month_url(&screen, fairness.after));
    json_put_text(screen.view, "csv", path_of(&screen, "/oncall/fairness.csv?month=%s", fairness.month));
    json_put_bool(screen.view, "running", fairness.running);
    add_people(&screen, &fairness);
    add_schedules(&screen, &fairness);
    screen_show(&screen, "pages/fairness");
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/oncall/fairness", page_fairness, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table FAIRNESS_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
