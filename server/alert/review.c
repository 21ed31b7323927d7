/* Alert review: see review.h. */
#include "alert/review_internal.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "people/permission.h"
#include "text/when.h"

static bool read_tx(struct tx *tx, void *arg, struct error *err) {
    struct alert_review *review = arg;
    return review_rows_total(tx, review, err) &&
           review_rows_names(tx, review->from, review->until, &review->names, err) &&
           review_rows_findings(tx, review, err) && review_rows_weeks(tx, review, err);
}

static bool check_days(struct op *op, int64_t days) {
    if (days < 1 || days > REVIEW_DAYS_MAX) op_field_error(op, "days", "out_of_range", "1–366");
    return op->fields.count == 0;
}

bool alert_review(struct op *op, int64_t days, struct alert_review *out, struct error *err) {
    if (!permission_check(op, PERM_READ, err)) return false;
    if (!check_days(op, days)) return OP_INVALID(op, err);
    *out = (struct alert_review){ .from = op->now_ms - days * REVIEW_DAY_MS, .until = op->now_ms + 1 };
    return store_read(op, read_tx, out, err);
}

struct classing_run {
    const struct review_classing *classing;
    int64_t changed;
};

static bool class_tx(struct tx *tx, void *arg, struct error *err) {
    struct classing_run *run = arg;
    struct op *op = tx_op(tx);
    char id[ID_TEXT_SIZE];
    json_t *detail = json_obj(op->arena);
    if (!review_rows_class(tx, run->classing, &run->changed, err)) return false;
    json_put_text(detail, "name", run->classing->name);
    json_put_text(detail, "class", run->classing->class);
    json_put_i64(detail, "alerts", run->changed);
    tx_on_commit(tx, "alerts");
    return audit_add(tx, "alert.name_classed",
                     arena_printf(op->arena, "integration/%s", id_text(run->classing->integration_id, id)), detail,
                     err);
}

bool alert_classify_name(struct op *op, const struct review_classing *classing, int64_t *changed, struct error *err) {
    struct classing_run run = { classing, 0 };
    if (!permission_check(op, PERM_RESPOND, err)) return false;
    (void)field_one_of(op, "class", classing->class, ALERT_CLASSES, FIELD_REQUIRED);
    if (str_blank(classing->name)) op_field_error(op, "name", "required", NULL);
    if (!check_days(op, classing->days)) return OP_INVALID(op, err);
    if (!store_write(op, class_tx, &run, err)) return false;
    *changed = run.changed;
    return true;
}

/* --- as JSON --- */

static json_t *classes_json(const int64_t *classes, int64_t unclassed) {
    json_t *json = json_object();
    for (size_t i = 0; i < ALERT_CLASS_COUNT; i++) json_put_i64(json, ALERT_CLASSES[i], classes[i]);
    json_put_i64(json, "none", unclassed);
    return json;
}

static json_t *findings_json(struct op *op, const struct review_findings *findings) {
    json_t *list = json_array();
    for (size_t i = 0; i < findings->count; i++) {
        const struct review_finding *finding = &findings->items[i];
        json_t *json = json_object();
        json_put_id(json, "integration", finding->integration_id);
        json_put_text(json, "source", finding->source);
        json_put_text(json, "name", finding->name);
        json_put_i64(json, "fired", finding->fired);
        json_put_text(json, "last_at", when_rfc3339(op->arena, finding->last_at));
        json_push(list, json);
    }
    return list;
}

static json_t *names_json(struct op *op, const struct review_names *names) {
    json_t *list = json_array();
    for (size_t i = 0; i < names->count; i++) {
        const struct review_name *name = &names->items[i];
        json_t *json = json_object();
        json_put_id(json, "integration", name->integration_id);
        json_put_text(json, "source", name->source);
        json_put_text(json, "name", name->name);
        json_put_i64(json, "fired", name->fired);
        json_put_i64(json, "incidents", name->incidents);
        json_put_i64(json, "brief", name->brief);
        json_put(json, "classes", classes_json(name->classes, name->unclassed));
        json_put_text(json, "last_at", when_rfc3339(op->arena, name->last_at));
        json_push(list, json);
    }
    return list;
}

json_t *alert_review_json(struct op *op, const struct alert_review *review) {
    json_t *json = json_obj(op->arena), *weeks = json_array();
    json_put_text(json, "from", when_rfc3339(op->arena, review->from));
    json_put_i64(json, "total", review->total);
    json_put(json, "classes", classes_json(review->classes, review->unclassed));
    json_put(json, "names", names_json(op, &review->names));
    json_put(json, "two_weeks", findings_json(op, &review->two_weeks));
    json_put(json, "three_months", findings_json(op, &review->three_months));
    for (size_t i = 0; i < REVIEW_WEEKS; i++) {
        const struct alert_accuracy *accuracy = &review->weeks[i].accuracy;
        json_t *week = json_object();
        json_put_text(week, "from", when_rfc3339(op->arena, review->weeks[i].from));
        json_put_i64(week, "total", accuracy->total);
        json_put_i64(week, "classed", accuracy->classed);
        json_put_i64(week, "acted", accuracy->acted);
        json_put(week, "percent", accuracy->percent < 0 ? json_null() : json_integer(accuracy->percent));
        json_push(weeks, week);
    }
    json_put(json, "weeks", weeks);
    return json;
}
