/* Figures as JSON. */
#include "insight/insight.h"

#include "base/json.h"

static json_t *tallies(const struct tally_list *list) {
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_t *row = json_object();
        json_put_text(row, "key", list->items[i].key);
        if (list->items[i].label != NULL) json_put_text(row, "label", list->items[i].label);
        json_put_i64(row, "count", list->items[i].count);
        json_put_i64(row, "down_minutes", list->items[i].down_minutes);
        json_push(array, row);
    }
    return array;
}

static json_t *numbers(const int64_t *values, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) json_push(array, json_integer(values[i]));
    return array;
}

static json_t *or_null(int64_t value) {
    return value < 0 ? json_null() : json_integer(value);
}

static json_t *punctuality(const struct punctuality *figures) {
    json_t *row = json_object();
    json_put_i64(row, "met", figures->met);
    json_put_i64(row, "missed", figures->missed);
    json_put_i64(row, "pending", figures->pending);
    json_put(row, "percent", or_null(figures->percent));
    return row;
}

static json_t *measure(const struct measure_figures *figures) {
    json_t *row = json_object();
    json_put_i64(row, "recorded", figures->recorded);
    json_put_i64(row, "pending", figures->pending);
    json_put_i64(row, "not_applicable", figures->not_applicable);
    json_put_i64(row, "invalid", figures->invalid);
    json_put(row, "median_minutes", or_null(figures->median));
    json_put(row, "mean_minutes", or_null(figures->mean));
    json_put(row, "p90_minutes", or_null(figures->p90));
    return row;
}

json_t *insight_json(struct op *op, const struct insight *insight) {
    json_t *json = json_obj(op->arena);
    json_t *measures = json_object();
    for (enum measure which = MEASURE_DETECT; which < MEASURE_COUNT; which++) {
        json_put(measures, measure_name(which), measure(&insight->measures[which]));
    }
    json_put_i64(json, "total", insight->total);
    json_put_i64(json, "recovered", insight->recovered);
    json_put_i64(json, "open", insight->open);
    json_put_i64(json, "recurrences", insight->recurrences);
    json_put(json, "measures", measures);
    json_put(json, "by_severity", tallies(&insight->by_severity));
    json_put(json, "by_service", tallies(&insight->by_service));
    json_put(json, "by_category", tallies(&insight->by_category));
    json_put(json, "by_month", tallies(&insight->by_month));
    json_put(json, "by_hour", numbers(insight->by_hour, INSIGHT_HOURS));
    json_put(json, "by_weekday", numbers(insight->by_weekday, INSIGHT_WEEKDAYS));
    json_put(json, "updates", punctuality(&insight->updates));
    json_put(json, "reports", punctuality(&insight->reports));
    json_put(json, "retros", punctuality(&insight->retros));
    return json;
}
