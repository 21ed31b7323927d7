/* Catalogue of thresholds: see threshold.h. */
#include "alert/threshold_sql.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/buf.h"
#include "base/field.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "people/permission.h"
#include "text/i18n.h"

#include <string.h>

enum { METRIC_LEN = 100, NAME_LEN = 100, UNIT_LEN = 20, REASON_LEN = 500, EXPRESSION_LEN = 1000, RULES_MAX = 1 << 20 };

/* --- reading --- */

/* "unit": "%" or {"ko": …, "en": …}. */
static const char *worded(const struct op *op, const json_t *item, const char *name) {
    const json_t *value = json_object_get(item, name);
    const char *text = json_is_object(value) ? json_text(value, i18n_code(op->lang)) : json_string_value(value);
    return text == NULL ? "" : text;
}

static bool bound(const json_t *item, const char *name, double *out) {
    const json_t *value = json_object_get(item, name);
    if (json_is_number(value)) *out = json_number_value(value);
    return json_is_number(value);
}

static struct threshold read_item(const struct op *op, const json_t *item) {
    struct threshold out = {
        .metric = worded(op, item, "metric"),
        .name = worded(op, item, "name"),
        .unit = worded(op, item, "unit"),
        .reason = worded(op, item, "reason"),
        .expression = worded(op, item, "expression"),
        .below = str_eq(json_text(item, "direction"), "below"),
    };
    out.has_caution = bound(item, "caution", &out.caution);
    out.has_danger = bound(item, "danger", &out.danger);
    return out;
}

static void read_items(const struct op *op, const json_t *items, struct threshold_list *out) {
    size_t at;
    const json_t *item;
    *out = (struct threshold_list){ .list = ARENA_ARRAY(op->arena, json_array_size(items), struct threshold) };
    json_array_foreach(items, at, item) out->list[out->count++] = read_item(op, item);
}

static bool read_starter(struct op *op, struct threshold_list *out, struct error *err) {
    const struct asset *asset = asset_find("templates/thresholds.json");
    json_t *items;
    REQUIRE(asset != NULL);
    if (!json_parse(op->arena, (const char *)asset->bytes, asset->size, &items, err)) return false;
    read_items(op, items, out);
    out->starter = true;
    return true;
}

static bool list_tx(struct tx *tx, void *arg, struct error *err) {
    return threshold_read(tx, arg, err);
}

bool threshold_list(struct op *op, struct threshold_list *out, struct error *err) {
    *out = (struct threshold_list){ 0 };
    if (!store_read(op, list_tx, out, err)) return false;
    return out->count > 0 || read_starter(op, out, err);
}

/* --- saving --- */

static bool metric_name(const char *text) {
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_:0123456789";
    return *text != '\0' && (*text < '0' || *text > '9') && text[strspn(text, LETTERS)] == '\0';
}

static void check_bound(struct op *op, const char *field, const json_t *item, const char *name) {
    const json_t *value = json_object_get(item, name);
    if (value != NULL && !json_is_null(value) && !json_is_number(value)) op_field_error(op, field, "not_number", NULL);
}

/* prefix: "items.3." or "". */
static void check_item(struct op *op, const char *prefix, const json_t *item, struct threshold *t) {
    const char *direction = json_text(item, "direction");
#define FIELD(name) arena_printf(op->arena, "%s" name, prefix)
    t->metric = field_text(op, FIELD("metric"), t->metric, METRIC_LEN, FIELD_REQUIRED);
    if (*t->metric != '\0' && !metric_name(t->metric)) {
        op_field_error(op, FIELD("metric"), "malformed", "cpu_usage_percent");
    }
    t->name = field_text(op, FIELD("name"), t->name, NAME_LEN, FIELD_REQUIRED);
    t->unit = field_text(op, FIELD("unit"), t->unit, UNIT_LEN, FIELD_OPTIONAL);
    t->reason = field_text(op, FIELD("reason"), t->reason, REASON_LEN, FIELD_MULTILINE);
    t->expression = field_text(op, FIELD("expression"), t->expression, EXPRESSION_LEN, FIELD_OPTIONAL);
    if (direction != NULL && !str_eq(direction, "above") && !str_eq(direction, "below")) {
        op_field_error(op, FIELD("direction"), "one_of", "above, below");
    }
    check_bound(op, FIELD("caution"), item, "caution");
    check_bound(op, FIELD("danger"), item, "danger");
    if (!t->has_caution && !t->has_danger) op_field_error(op, FIELD("danger"), "required", NULL);
    if (t->has_caution && t->has_danger && (t->below ? t->caution < t->danger : t->caution > t->danger)) {
        op_field_error(op, FIELD("caution"), "out_of_range",
                       arena_printf(op->arena, "%s %.15g", t->below ? "≥" : "≤", t->danger));
    }
#undef FIELD
}

static void check_twice(struct op *op, const struct threshold_list *list) {
    for (size_t i = 1; i < list->count; i++) {
        for (size_t before = 0; before < i; before++) {
            if (!str_eq(list->list[i].metric, list->list[before].metric)) continue;
            op_field_error(op, arena_printf(op->arena, "items.%zu.metric", i), "duplicate", NULL);
        }
    }
}

static bool save_tx(struct tx *tx, void *arg, struct error *err) {
    const struct threshold_list *list = arg;
    json_t *detail = json_obj(tx_op(tx)->arena);
    json_put_i64(detail, "metrics", (int64_t)list->count);
    return threshold_replace(tx, list, err) && audit_add(tx, "threshold.saved", "threshold/all", detail, err);
}

bool threshold_save(struct op *op, const json_t *items, struct error *err) {
    struct threshold_list list;
    size_t at;
    const json_t *item;
    if (!permission_check(op, PERM_SERVICE, err)) return false;
    if (!json_is_array(items)) op_field_error(op, "items", "not_list", NULL);
    if (json_array_size(items) > THRESHOLDS_MAX) op_field_error(op, "items", "too_many", "200");
    if (op->fields.count > 0) return OP_INVALID(op, err);
    read_items(op, items, &list);
    json_array_foreach(items, at, item) {
        check_item(op, arena_printf(op->arena, "items.%zu.", at), item, &list.list[at]);
    }
    check_twice(op, &list);
    return op->fields.count > 0 ? OP_INVALID(op, err) : store_write(op, save_tx, &list, err);
}

/* --- one entry --- */

const char *threshold_mark(struct arena *arena, const struct threshold *threshold) {
    enum { MARK_LEN = 16 };
    char hash[SECRET_HASH_SIZE];
    json_t *json = threshold_json(threshold);
    json_push(json_arr(arena), json);
    const char *text = json_dump(arena, json);
    secret_sha256(text, strlen(text), hash);
    return arena_strn(arena, hash, MARK_LEN);
}

/* Index of the entry to replace or remove; the list's count for a new one. */
static bool find_edited(struct op *op, const struct threshold_list *list, const struct threshold_edit *edit,
                        size_t *out, struct error *err) {
    const struct threshold *found = NULL;
    *out = list->count;
    if (edit->metric == NULL) return true;
    if (!threshold_find(list, edit->metric, &found, err)) return false;
    *out = (size_t)(found - list->list);
    return str_eq(threshold_mark(op->arena, found), edit->mark) ||
           ERROR(err, ERR_STALE, "threshold.stale", "%.60s", edit->metric);
}

static void check_metric_free(struct op *op, const struct threshold_list *list, size_t at) {
    for (size_t i = 0; i < list->count; i++) {
        if (i != at && str_eq(list->list[i].metric, list->list[at].metric)) {
            op_field_error(op, "metric", "duplicate", NULL);
        }
    }
    if (list->count > THRESHOLDS_MAX) op_field_error(op, "metric", "too_many", "200");
}

static bool edit_tx(struct tx *tx, void *arg, struct error *err) {
    const struct threshold_edit *edit = arg;
    struct op *op = tx_op(tx);
    struct threshold_list list = { 0 };
    size_t at;
    op->fields = (struct field_errors){ 0 };
    if (!threshold_read(tx, &list, err) || (list.count == 0 && !read_starter(op, &list, err)) ||
        !find_edited(op, &list, edit, &at, err)) {
        return false;
    }
    struct threshold *entries = ARENA_ARRAY(op->arena, list.count + 1, struct threshold);
    for (size_t i = 0; i < list.count; i++) entries[i] = list.list[i];
    list.list = entries;
    if (edit->item == NULL) {
        for (size_t i = at; i + 1 < list.count; i++) entries[i] = entries[i + 1];
        list.count--;
    } else {
        entries[at] = read_item(op, edit->item);
        if (at == list.count) list.count++;
        check_item(op, "", edit->item, &entries[at]);
        check_metric_free(op, &list, at);
    }
    return op->fields.count > 0 ? OP_INVALID(op, err) : save_tx(tx, &list, err);
}

bool threshold_edit(struct op *op, const struct threshold_edit *edit, struct error *err) {
    struct threshold_edit copy = *edit;
    return permission_check(op, PERM_SERVICE, err) && store_write(op, edit_tx, &copy, err);
}

/* --- use --- */

bool threshold_find(const struct threshold_list *list, const char *metric, const struct threshold **out,
                    struct error *err) {
    for (size_t i = 0; i < list->count; i++) {
        if (!str_eq(list->list[i].metric, metric)) continue;
        *out = &list->list[i];
        return true;
    }
    return ERROR(err, ERR_NOT_FOUND, "threshold.unknown", "%.60s", metric);
}

enum threshold_level threshold_level(const struct threshold *t, double value) {
    if (t->has_danger && (t->below ? value < t->danger : value > t->danger)) return LEVEL_DANGER;
    if (t->has_caution && (t->below ? value <= t->caution : value >= t->caution)) return LEVEL_CAUTION;
    return LEVEL_NORMAL;
}

const char *threshold_level_name(enum threshold_level level) {
    static const char *const NAMES[] = { "normal", "caution", "danger" };
    return NAMES[level];
}

json_t *threshold_json(const struct threshold *t) {
    json_t *json = json_object();
    json_put_text(json, "metric", t->metric);
    json_put_text(json, "name", t->name);
    json_put_text(json, "unit", t->unit);
    json_put_text(json, "direction", t->below ? "below" : "above");
    json_put(json, "caution", t->has_caution ? json_real(t->caution) : json_null());
    json_put(json, "danger", t->has_danger ? json_real(t->danger) : json_null());
    json_put_text(json, "reason", t->reason);
    json_put_text(json, "expression", t->expression);
    return json;
}

/* Annotations are templates: braces that people typed must stay what they are. */
static const char *literal(struct arena *arena, const char *text) {
    struct buf out;
    buf_init(&out, arena, RULES_MAX);
    for (; *text != '\0'; text++) {
        if (str_starts(text, "{{")) buf_puts(&out, "{{\"{\"}}");
        else buf_putc(&out, *text);
    }
    return out.data;
}

/* One alert. Texts are JSON strings, which YAML reads the same. */
static void add_rule(struct buf *out, const struct threshold *t, bool danger) {
    struct arena *arena = out->arena;
    const char *value = *t->expression == '\0' ? t->metric : t->expression;
    const char *sign = danger ? (t->below ? "<" : ">") : (t->below ? "<=" : ">=");
    const char *expression = arena_printf(arena, "(%s) %s %.15g", value, sign, danger ? t->danger : t->caution);
    if (!danger && t->has_danger) { /* not both at once */
        expression = arena_printf(arena, "%s and (%s) %s %.15g", expression, value, t->below ? ">=" : "<=", t->danger);
    }
    buf_printf(out, "      - alert: %s_%s\n        expr: ", t->metric, danger ? "danger" : "caution");
    buf_json(out, expression);
    buf_printf(out,
               "\n        for: %s\n        labels:\n          severity: %s\n        annotations:\n          summary: ",
               danger ? "1m" : "5m", danger ? "critical" : "warning");
    buf_json(out, arena_printf(arena, "%s: {{ $value }}%s", literal(arena, t->name), literal(arena, t->unit)));
    buf_puts(out, "\n          description: ");
    buf_json(out, literal(arena, t->reason));
    buf_puts(out, "\n");
}

char *threshold_rules(struct arena *arena, const struct threshold_list *list) {
    struct buf out;
    buf_init(&out, arena, RULES_MAX);
    buf_puts(&out, "groups:\n  - name: bongsu_thresholds\n    rules:\n");
    for (size_t i = 0; i < list->count; i++) {
        if (list->list[i].has_caution) add_rule(&out, &list->list[i], false);
        if (list->list[i].has_danger) add_rule(&out, &list->list[i], true);
    }
    return out.data;
}
