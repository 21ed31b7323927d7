/* 알람 검토 (R-E4): which alerts are worth waking somebody, by name; the two rules; accuracy week by week. */
#include "pages/alert/alert_view.h"

#include "alert/review.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "http/urlenc.h"
#include "text/when.h"

enum { DAYS = 7, URL_BYTES = 4096 };
static const char *const PERIODS[] = { "7", "30", "90" };

/* The alerts behind a line: every one of that name. */
static const char *list_url(const struct screen *screen, int64_t integration_id, const char *name) {
    char id[ID_TEXT_SIZE];
    struct buf url;
    buf_init(&url, screen->op->arena, URL_BYTES);
    buf_printf(&url, "/alerts?state=all&integration=%s&name=", id_text(integration_id, id));
    urlenc_add(&url, name);
    return url.data;
}

static json_t *class_view(const struct screen *screen, const char *name, int64_t count, int64_t total) {
    json_t *row = json_object();
    json_put_text(row, "value", name);
    json_put_text(row, "label", label(screen, "alert_class", name));
    json_put_text(row, "hint", say(screen, path_of(screen, "alert.class_hint.%s", name)));
    json_put_text(row, "count", path_of(screen, "%lld", (long long)count));
    json_put_text(row, "percent", total == 0 ? "–" : path_of(screen, "%lld%%", (long long)(count * 100 / total)));
    json_put_text(row, "width", path_of(screen, "%lld", (long long)(total == 0 ? 0 : count * 100 / total)));
    json_put_bool(row, "some", count > 0);
    return row;
}

static json_t *classes_view(const struct screen *screen, const int64_t *classes, int64_t unclassed, int64_t total) {
    json_t *rows = json_array();
    for (size_t i = 0; i < ALERT_CLASS_COUNT; i++) {
        json_push(rows, class_view(screen, ALERT_CLASSES[i], classes[i], total));
    }
    json_push(rows, class_view(screen, "none", unclassed, total));
    return rows;
}

static json_t *name_view(const struct screen *screen, const struct review_name *name) {
    char id[ID_TEXT_SIZE];
    json_t *row = json_object();
    json_put_text(row, "name", name->name);
    json_put_text(row, "source", name->source);
    json_put_text(row, "integration", id_text(name->integration_id, id));
    json_put_text(row, "url", list_url(screen, name->integration_id, name->name));
    json_put_text(row, "fired", say_count(screen, "alert.fired", name->fired));
    json_put_text(row, "incidents",
                  name->incidents == 0 ? NULL : say_count(screen, "alert.with_incident", name->incidents));
    json_put_text(row, "brief", name->brief == 0 ? NULL : say_count(screen, "alert.brief", name->brief));
    json_put(row, "last", view_instant(screen, name->last_at));
    json_put(row, "classes", classes_view(screen, name->classes, name->unclassed, name->fired));
    json_put_bool(row, "unclassed", name->unclassed > 0);
    return row;
}

static json_t *findings_view(const struct screen *screen, const struct review_findings *findings) {
    json_t *rows = json_array();
    for (size_t i = 0; i < findings->count; i++) {
        const struct review_finding *finding = &findings->items[i];
        json_t *row = json_object();
        json_put_text(row, "name", finding->name);
        json_put_text(row, "source", finding->source);
        json_put_text(row, "url", list_url(screen, finding->integration_id, finding->name));
        json_put_text(row, "fired", say_count(screen, "alert.fired", finding->fired));
        json_put(row, "last", view_instant(screen, finding->last_at));
        json_push(rows, row);
    }
    return rows;
}

static json_t *week_view(const struct screen *screen, const struct review_week *week) {
    const struct alert_accuracy *accuracy = &week->accuracy;
    json_t *row = json_object();
    json_put_text(row, "from", when_date(screen->op->arena, screen->organisation.tz, week->from));
    json_put_text(row, "total", path_of(screen, "%lld", (long long)accuracy->total));
    json_put_text(row, "classed", path_of(screen, "%lld", (long long)accuracy->classed));
    json_put_text(row, "acted", path_of(screen, "%lld", (long long)accuracy->acted));
    json_put_text(row, "percent", accuracy->percent < 0 ? NULL : path_of(screen, "%lld", (long long)accuracy->percent));
    return row;
}

static void add_periods(const struct screen *screen, int64_t days) {
    json_t *rows = json_array();
    for (size_t i = 0; i < sizeof PERIODS / sizeof *PERIODS; i++) {
        int64_t value = 0;
        json_t *row = json_object();
        (void)str_to_i64(PERIODS[i], &value);
        json_put_text(row, "url", path_of(screen, "/alerts/review?days=%s", PERIODS[i]));
        json_put_text(row, "label", say_count(screen, "alert.last_days", value));
        json_put_bool(row, "current", value == days);
        json_push(rows, row);
    }
    json_put(screen->view, "periods", rows);
    json_put_text(screen->view, "days", path_of(screen, "%lld", (long long)days));
}

static void page_review(struct request *request, struct response *response) {
    struct screen screen;
    struct alert_review review;
    struct error err;
    int64_t days = DAYS;
    const char *typed = request_query(request, "days");
    if (typed != NULL && (!str_to_i64(typed, &days) || days < 1 || days > REVIEW_DAYS_MAX)) days = DAYS;
    if (!screen_open(request, response, "alert.review", &screen)) return;
    if (!alert_review(request->op, days, &review, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *names = json_array(), *weeks = json_array();
    for (size_t i = 0; i < review.names.count; i++) json_push(names, name_view(&screen, &review.names.items[i]));
    for (size_t i = 0; i < REVIEW_WEEKS; i++) json_push(weeks, week_view(&screen, &review.weeks[i]));
    alert_tabs(&screen, "review");
    add_periods(&screen, days);
    json_put_bool(screen.view, "found", review.total > 0);
    json_put_text(screen.view, "total", say_count(&screen, "alert.count", review.total));
    json_put(screen.view, "classes", classes_view(&screen, review.classes, review.unclassed, review.total));
    json_put(screen.view, "names", names);
    json_put_bool(screen.view, "more_names", review.names.more);
    json_put(screen.view, "two_weeks", findings_view(&screen, &review.two_weeks));
    json_put(screen.view, "three_months", findings_view(&screen, &review.three_months));
    json_put(screen.view, "weeks", weeks);
    screen_show(&screen, "pages/alert_review");
}

static void do_class(struct request *request, struct response *response) {
    struct review_classing classing = { .days = DAYS,
                                        .name = request_form(request, "name"),
                                        .class = request_form(request, "class") };
    struct error err;
    int64_t changed;
    const char *integration = request_form(request, "integration"), *days = request_form(request, "days");
    if (integration != NULL) (void)id_parse(integration, &classing.integration_id);
    if (days != NULL && !str_to_i64(days, &classing.days)) classing.days = 0;
    if (!alert_classify_name(request->op, &classing, &changed, &err)) {
        respond_error(request, response, &err);
        return;
    }
    respond_redirect_flash(request, response,
                           arena_printf(request->op->arena, "/alerts/review?days=%lld", (long long)classing.days),
                           "flash.alert_classed");
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/alerts/review", page_review, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/alerts/review", do_class, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table ALERT_REVIEW_ROUTES = ROUTE_TABLE(ROUTES);
