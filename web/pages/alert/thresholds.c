/* 임계값 (R-E2): what is normal, what wants care, what is dangerous, and why. The catalogue, one entry's form, the
 * level of a value, and the way to the rule file for Prometheus. */
#include "pages/alert/alert_view.h"
#include "pages/form_view.h"

#include "alert/threshold.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"

#include <stdlib.h>
#include <string.h>

static const struct field_spec NAME = { "name", SHAPE_LINE, "threshold.name", NULL, true, 100, NULL };
static const struct field_spec METRIC = { "metric", SHAPE_LINE, "threshold.metric", "threshold.hint.metric", true,
                                          100,      NULL };
static const struct field_spec UNIT = { "unit", SHAPE_LINE, "threshold.unit", "threshold.hint.unit", false, 20, NULL };
static const struct field_spec DIRECTION = { "direction", SHAPE_SELECT, "threshold.direction", NULL, true, 0, NULL };
static const struct field_spec BOUNDS[] = {
    { "caution", SHAPE_NUMBER, "threshold.caution", "threshold.hint.caution", false, 30, NULL },
    { "danger", SHAPE_NUMBER, "threshold.danger", "threshold.hint.danger", false, 30, NULL },
};
static const struct field_spec REASON = { "reason", SHAPE_AREA, "threshold.reason", "threshold.hint.reason", false,
                                          500,      NULL };
static const struct field_spec EXPRESSION = {
    "expression", SHAPE_LINE, "threshold.expression", "threshold.hint.expression", false, 1000, NULL
};
static const struct field_spec ASKED = { "metric", SHAPE_SELECT, "threshold.name", NULL, true, 0, NULL };
static const struct field_spec VALUE = { "value", SHAPE_NUMBER, "threshold.value", NULL, true, 30, NULL };

/* --- the catalogue --- */

static const char *number(const struct screen *screen, bool has, double value) {
    return has ? path_of(screen, "%.15g", value) : "";
}

/* "≥ 70%" and so on, as the level is decided. */
static const char *bound_text(const struct screen *screen, const struct threshold *t, bool danger) {
    bool has = danger ? t->has_danger : t->has_caution;
    const char *sign = danger ? (t->below ? "<" : ">") : (t->below ? "≤" : "≥");
    if (!has) return "–";
    return path_of(screen, "%s %.15g%s", sign, danger ? t->danger : t->caution, t->unit);
}

static json_t *row_view(const struct screen *screen, const struct threshold *t) {
    json_t *row = json_object();
    json_put_text(row, "name", t->name);
    json_put_text(row, "metric", t->metric);
    json_put_text(row, "reason", t->reason);
    json_put_text(row, "caution", bound_text(screen, t, false));
    json_put_text(row, "danger", bound_text(screen, t, true));
    json_put_text(row, "url", path_of(screen, "/thresholds/%s", t->metric));
    return row;
}

/* What was asked about a value, by the address. */
static void add_level(const struct screen *screen, const struct threshold_list *list) {
    static const char *const TONES[] = { "good", "warn", "bad" };
    const char *metric = request_query(screen->request, "metric"), *value = request_query(screen->request, "value");
    const struct threshold *found;
    struct error ignored;
    struct form form;
    char *end;
    json_t *metrics = options_new();
    for (size_t i = 0; i < list->count; i++) option_add(metrics, list->list[i].metric, list->list[i].name);
    form_open_as(screen, "level_form", &form);
    form_field(&form, &ASKED, metric, metrics);
    json_t *field = form_field(&form, &VALUE, value, NULL);
    json_put(screen->view, "level", json_null());
    if (str_blank(value) || metric == NULL || !threshold_find(list, metric, &found, &ignored)) return;
    double number = strtod(value, &end);
    if (*end != '\0' || end == value) {
        json_put_text(field, "error", say(screen, "field_error.not_number"));
        return;
    }
    enum threshold_level level = threshold_level(found, number);
    json_t *view = json_object();
    json_put_text(view, "label", say(screen, path_of(screen, "threshold.level.%s", threshold_level_name(level))));
    json_put_text(view, "tone", TONES[level]);
    json_put_text(view, "text", path_of(screen, "%s %.15g%s", found->name, number, found->unit));
    json_put_text(view, "reason", found->reason);
    json_put(screen->view, "level", view);
}

static void page_list(struct request *request, struct response *response) {
    struct screen screen;
    struct threshold_list list;
    struct error err;
    if (!screen_open(request, response, "threshold.title", &screen)) return;
    if (!threshold_list(request->op, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < list.count; i++) json_push(rows, row_view(&screen, &list.list[i]));
    alert_tabs(&screen, "thresholds");
    json_put_bool(screen.view, "starter", list.starter);
    json_put(screen.view, "thresholds", rows);
    add_level(&screen, &list);
    screen_show(&screen, "pages/thresholds");
}

/* --- one entry --- */

static json_t *direction_options(const struct screen *screen) {
    json_t *options = options_new();
    option_add(options, "above", say(screen, "threshold.above"));
    option_add(options, "below", say(screen, "threshold.below"));
    return options;
}

static void show_form(struct request *request, struct response *response, const struct threshold *t,
                      const struct error *refusal) {
    static const struct threshold FRESH = { .metric = "", .name = "", .unit = "", .reason = "", .expression = "" };
    struct screen screen;
    struct form form;
    const struct threshold *shown = t == NULL ? &FRESH : t;
    const char *title = t == NULL ? "threshold.add" : "threshold.edit";
    if (!screen_open(request, response, title, &screen)) return;
    json_put_text(screen.view, "heading", say(&screen, title));
    json_t *crumb = json_object();
    json_put_text(crumb, "url", "/thresholds");
    json_put_text(crumb, "label", say(&screen, "threshold.title"));
    json_put(screen.view, "crumb", crumb);
    form_open(&screen, &form);
    form_action(&form, t == NULL ? "/thresholds/new" : path_of(&screen, "/thresholds/%s", t->metric), "ui.save");
    form_text(&form, "cancel", "/thresholds");
    const char *mark = request->method == HTTP_POST ? request_form(request, "mark") : NULL;
    if (t != NULL) form_hidden(&form, "mark", mark == NULL ? threshold_mark(request->op->arena, t) : mark);
    form_field(&form, &NAME, shown->name, NULL);
    form_field(&form, &METRIC, shown->metric, NULL);
    form_field(&form, &UNIT, shown->unit, NULL);
    form_field(&form, &DIRECTION, shown->below ? "below" : "above", direction_options(&screen));
    form_field(&form, &BOUNDS[0], number(&screen, shown->has_caution, shown->caution), NULL);
    form_field(&form, &BOUNDS[1], number(&screen, shown->has_danger, shown->danger), NULL);
    form_field(&form, &REASON, shown->reason, NULL);
    form_field(&form, &EXPRESSION, shown->expression, NULL);
    json_put_text(screen.view, "remove_url", t == NULL ? NULL : path_of(&screen, "/thresholds/%s/remove", t->metric));
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/threshold");
    else screen_refuse(&screen, "pages/threshold", refusal);
}

static void page_new(struct request *request, struct response *response) {
    show_form(request, response, NULL, NULL);
}

static bool path_entry(struct request *request, struct response *response, const struct threshold **out) {
    struct threshold_list list;
    struct error err;
    if (threshold_list(request->op, &list, &err) &&
        threshold_find(&list, request_param(request, "metric"), out, &err)) {
        return true;
    }
    respond_error(request, response, &err);
    return false;
}

static void page_edit(struct request *request, struct response *response) {
    const struct threshold *entry;
    if (path_entry(request, response, &entry)) show_form(request, response, entry, NULL);
}

/* A number if it is one; what is not is handed on as text, for the domain to refuse by name. */
static void put_number(struct request *request, json_t *item, const char *name) {
    const char *text = str_clean(request->op->arena, request_form(request, name));
    char *end;
    if (str_blank(text)) return;
    double value = strtod(text, &end);
    bool plain = *end == '\0' && text[strspn(text, "+-.0123456789eE")] == '\0';
    json_put(item, name, plain ? json_real(value) : json_string(text));
}

static json_t *typed(struct request *request) {
    static const char *const TEXTS[] = { "name", "metric", "unit", "direction", "reason", "expression" };
    json_t *item = json_obj(request->op->arena);
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        const char *text = str_clean(request->op->arena, request_form(request, TEXTS[i]));
        json_put_text(item, TEXTS[i], text == NULL ? "" : text);
    }
    put_number(request, item, "caution");
    put_number(request, item, "danger");
    return item;
}

static void save(struct request *request, struct response *response, const struct threshold *shown,
                 const struct threshold_edit *edit, const char *flash) {
    struct error err;
    if (threshold_edit(request->op, edit, &err)) respond_redirect_flash(request, response, "/thresholds", flash);
    else if (screen_can_refuse(&err)) show_form(request, response, shown, &err);
    else respond_error(request, response, &err);
}

static void do_new(struct request *request, struct response *response) {
    save(request, response, NULL, &(struct threshold_edit){ .item = typed(request) }, "flash.added");
}

static void do_edit(struct request *request, struct response *response) {
    const struct threshold *entry;
    if (!path_entry(request, response, &entry)) return;
    const struct threshold_edit edit = { entry->metric, request_form(request, "mark"), typed(request) };
    save(request, response, entry, &edit, "flash.saved");
}

static void do_remove(struct request *request, struct response *response) {
    const struct threshold *entry;
    if (!path_entry(request, response, &entry)) return;
    const struct threshold_edit edit = { entry->metric, request_form(request, "mark"), NULL };
    save(request, response, entry, &edit, "flash.removed");
}

#define SEE CSRF_SAFE, BODY_NONE, RATE_PAGE
#define WRITE PERM_SERVICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/thresholds", page_list, PERM_READ, SEE },
    { HTTP_GET, "/thresholds/new", page_new, PERM_SERVICE, SEE },
    { HTTP_POST, "/thresholds/new", do_new, WRITE },
    { HTTP_GET, "/thresholds/:metric", page_edit, PERM_SERVICE, SEE },
    { HTTP_POST, "/thresholds/:metric", do_edit, WRITE },
    { HTTP_POST, "/thresholds/:metric/remove", do_remove, WRITE },
};
const struct route_table THRESHOLD_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
