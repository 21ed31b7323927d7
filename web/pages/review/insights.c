/* 지표: how often, how long, how punctual? Figures of a period with their tables; every chart is a table with bars, so
 * that it reads without colour and without looking. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "http/page_cache.h"
#include "insight/insight.h"
#include "text/when.h"

enum { DAYS_DEFAULT = 90, DAYS_MAX = 1460 };
static const int64_t DAY_MS = 86400000;

static const struct field_spec DAYS = { "days", SHAPE_SELECT, "insights.period", NULL, false, 0, NULL };
static const struct field_spec SERVICE = { "service", SHAPE_SELECT, "insights.service", NULL, false, 0, NULL };
static const struct field_spec SEVERITY = { "severity", SHAPE_SELECT, "insights.severity", NULL, false, 0, NULL };

static const char *minutes_text(const struct screen *screen, int64_t minutes) {
    return minutes < 0 ? "–" : when_minutes(screen->op->arena, screen->op->lang, minutes);
}

static const char *number(const struct screen *screen, int64_t value) {
    return path_of(screen, "%lld", (long long)value);
}

static const char *percent_text(const struct screen *screen, int64_t value) {
    return value < 0 ? "–" : path_of(screen, "%lld%%", (long long)value);
}

static const char *milli_text(const struct screen *screen, int64_t milli) {
    return path_of(screen, "%lld.%03lld%%", (long long)milli / 1000, (long long)milli % 1000);
}

/* --- charts: rows of label, count and the width of their bar --- */

static void add_bar(const struct screen *screen, json_t *rows, const char *name, int64_t count, int64_t most) {
    json_t *row = json_object();
    json_put_text(row, "label", name);
    json_put_text(row, "count", number(screen, count));
    json_put_text(row, "width", number(screen, most == 0 ? 0 : count * 100 / most));
    json_put_text(row, "down", NULL);
    json_push(rows, row);
}

static json_t *add_chart(struct screen *screen, const char *key) {
    json_t *chart = json_object(), *rows = json_array();
    json_put_text(chart, "id", path_of(screen, "chart-%s", key));
    json_put_text(chart, "title", say(screen, path_of(screen, "insights.by_%s", key)));
    json_put(chart, "rows", rows);
    json_put_bool(chart, "with_down", false);
    json_push(json_object_get(screen->view, "charts"), chart);
    return chart;
}

static void add_tallies(struct screen *screen, const char *key, const struct tally_list *list, const char *labels) {
    json_t *chart = add_chart(screen, key), *rows = json_object_get(chart, "rows");
    int64_t most = 0;
    json_put_bool(chart, "with_down", true);
    for (size_t i = 0; i < list->count; i++) most = list->items[i].count > most ? list->items[i].count : most;
    for (size_t i = 0; i < list->count; i++) {
        const struct tally *tally = &list->items[i];
        const char *name = !str_blank(tally->label) ? tally->label : tally->key;
        if (*tally->key == '\0') name = say(screen, "quarter.not_given");
        else if (labels != NULL) name = label(screen, labels, tally->key);
        add_bar(screen, rows, name, tally->count, most);
        json_put_text(json_array_get(rows, json_array_size(rows) - 1), "down",
                      minutes_text(screen, tally->down_minutes));
    }
}

static void add_numbers(struct screen *screen, const char *key, const int64_t *values, int count, bool weekdays) {
    json_t *rows = json_object_get(add_chart(screen, key), "rows");
    int64_t most = 0;
    for (int i = 0; i < count; i++) most = values[i] > most ? values[i] : most;
    for (int i = 0; i < count; i++) {
        if (!weekdays && values[i] == 0) continue; /* a quiet hour needs no row */
        const char *name =
            weekdays ? say(screen, path_of(screen, "insights.weekday_%d", i)) : path_of(screen, "%02d:00", i);
        add_bar(screen, rows, name, values[i], most);
    }
}

/* --- tables --- */

static void add_measures(struct screen *screen, const struct insight *insight) {
    json_t *rows = json_array();
    for (enum measure measure = MEASURE_DETECT; measure < MEASURE_COUNT; measure++) {
        const struct measure_figures *figures = &insight->measures[measure];
        json_t *row = json_object();
        json_put_text(row, "label", say(screen, path_of(screen, "quarter.measure_%s", measure_name(measure))));
        json_put_text(row, "median", minutes_text(screen, figures->median));
        json_put_text(row, "mean", minutes_text(screen, figures->mean));
        json_put_text(row, "p90", minutes_text(screen, figures->p90));
        json_put_text(row, "recorded", number(screen, figures->recorded));
        json_put_text(row, "pending", number(screen, figures->pending));
        json_put_text(row, "not_applicable", number(screen, figures->not_applicable));
        json_put_text(row, "invalid", number(screen, figures->invalid));
        json_push(rows, row);
    }
    json_put(screen->view, "measures", rows);
}

static void add_punctuality(struct screen *screen, json_t *rows, const char *key, const struct punctuality *figures) {
    json_t *row = json_object();
    json_put_text(row, "label", say(screen, key));
    json_put_text(row, "met", number(screen, figures->met));
    json_put_text(row, "missed", number(screen, figures->missed));
    json_put_text(row, "pending", number(screen, figures->pending));
    json_put_text(row, "percent", percent_text(screen, figures->percent));
    json_put_text(row, "width", number(screen, figures->percent < 0 ? 0 : figures->percent));
    json_push(rows, row);
}

static void add_levels(struct screen *screen, const struct slo_list *levels) {
    json_t *rows = json_array();
    for (size_t i = 0; i < levels->count; i++) {
        const struct slo_row *level = &levels->items[i];
        json_t *row = json_object();
        bool over = level->used_percent > 100;
        json_put_text(row, "name", level->name);
        json_put_text(row, "target", milli_text(screen, level->target_milli));
        json_put_text(row, "actual", milli_text(screen, level->actual_milli));
        json_put_text(row, "down", minutes_text(screen, level->down_minutes));
        json_put_text(row, "budget", minutes_text(screen, level->budget_minutes));
        json_put_text(row, "used", percent_text(screen, level->used_percent));
        json_put_text(row, "width", number(screen, over ? 100 : level->used_percent));
        json_put_text(row, "tone", over ? "bad" : level->used_percent > 75 ? "warn" : "good");
        json_put_text(row, "verdict", say(screen, over ? "insights.budget_over" : "insights.budget_left"));
        json_push(rows, row);
    }
    json_put(screen->view, "levels", rows);
    json_put_bool(screen->view, "has_levels", levels->count > 0);
}

static void add_nines(struct screen *screen) {
    static const int64_t TARGETS[] = { 99000, 99500, 99900, 99950, 99990, 99999 };
    json_t *rows = json_array();
    for (size_t i = 0; i < sizeof TARGETS / sizeof *TARGETS; i++) {
        json_t *row = json_object();
        json_put_text(row, "target", milli_text(screen, TARGETS[i]));
        static const int DAYS_OF[] = { 365, 30, 1 };
        static const char *const NAMES[] = { "year", "month", "day" };
        for (size_t n = 0; n < 3; n++) {
            int64_t seconds = insight_budget_seconds(TARGETS[i], (int64_t)DAYS_OF[n] * 86400);
            json_put_text(row, NAMES[n],
                          seconds >= 60 ? minutes_text(screen, seconds / 60)
                                        : say_count(screen, "insights.seconds", seconds));
        }
        json_push(rows, row);
    }
    json_put(screen->view, "nines", rows);
}

static void add_filters(struct screen *screen, const char *days) {
    static const char *const PERIODS[] = { "30", "90", "365", "1095" };
    const struct request *request = screen->request;
    struct form form;
    form_open_as(screen, "filters", &form);
    json_t *periods = options_new();
    for (size_t i = 0; i < sizeof PERIODS / sizeof *PERIODS; i++) {
        option_add(periods, PERIODS[i], say(screen, path_of(screen, "insights.days_%s", PERIODS[i])));
    }
    json_t *services = options_services(screen), *severities = options_new();
    json_put_text(json_array_get(services, 0), "label", say(screen, "ui.all"));
    option_add(severities, "", say(screen, "ui.all"));
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        option_add(severities, screen->policy->severities[i].code, screen->policy->severities[i].code);
    }
    form_field(&form, &DAYS, days, periods);
    form_field(&form, &SERVICE, request_query(request, "service"), services);
    form_field(&form, &SEVERITY, request_query(request, "severity"), severities);
}

static void fill(struct screen *screen, const struct insight *insight, const struct slo_list *levels) {
    json_put_bool(screen->view, "any", insight->total > 0);
    json_put_text(screen->view, "total", number(screen, insight->total));
    json_put_text(screen->view, "recovered", number(screen, insight->recovered));
    json_put_text(screen->view, "open", number(screen, insight->open));
    json_put_text(screen->view, "recurrences", number(screen, insight->recurrences));
    json_put(screen->view, "charts", json_array());
    add_tallies(screen, "severity", &insight->by_severity, NULL);
    add_tallies(screen, "service", &insight->by_service, NULL);
    add_tallies(screen, "category", &insight->by_category, "category");
    add_tallies(screen, "month", &insight->by_month, NULL);
    add_numbers(screen, "weekday", insight->by_weekday, INSIGHT_WEEKDAYS, true);
    add_numbers(screen, "hour", insight->by_hour, INSIGHT_HOURS, false);
    add_measures(screen, insight);
    json_t *rows = json_array();
    add_punctuality(screen, rows, "quarter.updates", &insight->updates);
    add_punctuality(screen, rows, "quarter.reports", &insight->reports);
    add_punctuality(screen, rows, "quarter.retros", &insight->retros);
    json_put(screen->view, "punctuality", rows);
    add_levels(screen, levels);
    add_nines(screen);
}

/* The period of the address, in days up to now; an odd one is named, and the standard one shown. */
static struct insight_period asked_period(struct op *op, const struct request *request, int64_t *days) {
    const char *asked = request_query(request, "days");
    const char *service = request_query(request, "service"), *severity = request_query(request, "severity");
    *days = DAYS_DEFAULT;
    if (!str_blank(asked) && (!str_to_i64(asked, days) || *days < 1 || *days > DAYS_MAX)) {
        op_field_error(op, "days", "out_of_range", "1–1460");
        *days = DAYS_DEFAULT;
    }
    return (struct insight_period){ .from = op->now_ms - *days * DAY_MS,
                                    .until = op->now_ms + 1,
                                    .service = str_blank(service) ? NULL : service,
                                    .severity = str_blank(severity) ? NULL : severity };
}

/* Figures of the period; none, with ERR_INVALID, if a filter names nothing. */
static bool compute(struct screen *screen, const struct insight_period *period, struct insight *out,
                    struct error *err) {
    struct op *op = screen->op;
    *out = (struct insight){ 0 };
    if (screen->faults.count > 0) return ERROR(err, ERR_INVALID, "input.invalid", "days");
    if (insight_compute(op, period, out, err)) return true;
    screen->faults = op->fields;
    op->fields = (struct field_errors){ 0 };
    return false;
}

static void page_insights(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct screen screen;
    struct insight insight;
    struct slo_list levels;
    struct page_key key;
    struct error err, failed = { .kind = ERR_NONE };
    int64_t days;
    if (page_cache_find(request, response, PAGE_EVERYTHING, "", &key)) return;
    struct insight_period period = asked_period(op, request, &days);
    if (!screen_open(request, response, "insights.title", &screen)) return;
    bool good = compute(&screen, &period, &insight, &err);
    if (!good && err.kind != ERR_INVALID) failed = err;
    if (failed.kind != ERR_NONE || !insight_slo(op, period.from, period.until, &levels, &failed)) {
        respond_error(request, response, &failed);
        return;
    }
    add_filters(&screen, number(&screen, days));
    fill(&screen, &insight, &levels);
    if (good) {
        screen_show(&screen, "pages/insights");
        page_cache_keep(request, response, &key);
        return;
    }
    filter_errors(&screen, "insights", "", &err);
    screen_refuse(&screen, "pages/insights", &err);
}

#define READ PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE
static const struct route ROUTES[] = {
    { HTTP_GET, "/insights", page_insights, READ },
};
const struct route_table INSIGHT_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
