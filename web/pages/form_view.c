/* Forms: see form_view.h. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "service/service.h"
#include "text/i18n.h"
#include "text/refusal.h"

#include <string.h>

enum {
    LINE_MAX_STANDARD = 200,
    AREA_MAX_STANDARD = 4000,
    SERVICES_OFFERED = 200,
    TICKED_MAX = 400,
    PROMISES_MAX = 2000,
    WEEK_DAYS = 7
};

static const struct {
    const char *flag; /* which part of partials/field.html shows it */
    const char *type;
} SHAPES[] = {
    [SHAPE_LINE] = { "line", "text" },
    [SHAPE_AREA] = { "area", "text" },
    [SHAPE_TIME] = { "moment", "datetime-local" },
    [SHAPE_DATE] = { "moment", "date" },
    [SHAPE_SELECT] = { "select", "text" },
    [SHAPE_RADIO] = { "radio", "radio" },
    [SHAPE_FLAG] = { "flag", "checkbox" },
    [SHAPE_CHECKS] = { "checks", "checkbox" },
    [SHAPE_PASSWORD] = { "line", "password" },
    [SHAPE_EMAIL] = { "line", "email" },
    [SHAPE_NUMBER] = { "line", "text" },
};

void form_open_as(const struct screen *screen, const char *member, struct form *out) {
    *out = (struct form){ screen, json_object(), json_array(), screen->request->method == HTTP_POST };
    json_put(screen->view, member, out->object);
    json_put(out->object, "fields", out->fields);
    json_put(out->object, "hidden", json_array());
    json_put(out->object, "named", json_object());
    static const char *const TEXTS[] = { "action", "submit", "draft", "cancel", "tone" };
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) json_put_text(out->object, TEXTS[i], NULL);
}

void form_open(const struct screen *screen, struct form *out) {
    form_open_as(screen, "form", out);
}

void form_action(struct form *form, const char *action, const char *submit_key) {
    json_put_text(form->object, "action", action);
    json_put_text(form->object, "submit", say(form->screen, submit_key));
    json_put_text(form->object, "tone", "primary");
}

void form_text(struct form *form, const char *member, const char *text) {
    json_put_text(form->object, member, text);
}

void form_hidden(struct form *form, const char *name, const char *value) {
    json_t *item = json_object();
    json_put_text(item, "name", name);
    json_put_text(item, "value", value);
    json_push(json_object_get(form->object, "hidden"), item);
}

int64_t form_typed_version(const struct request *request) {
    int64_t version = -1;
    const char *text = request_form(request, "version");
    return text != NULL && str_to_i64(text, &version) && version > 0 ? version : -1;
}

int64_t form_version_or(const struct request *request, int64_t without) {
    int64_t version;
    const char *text = request_form(request, "version");
    if (text == NULL) return without;
    return str_to_i64(text, &version) ? version : INT64_MAX;
}

int64_t form_version_of(const struct form *form, int64_t current) {
    int64_t typed = form_typed_version(form->screen->request);
    bool as_typed = form->posted && screen_faults(form->screen)->first != NULL && typed > 0;
    return as_typed ? typed : current;
}

void form_version(struct form *form, int64_t current) {
    form_hidden(form, "version", path_of(form->screen, "%lld", (long long)form_version_of(form, current)));
}

const char *form_fault(const struct screen *screen, const char *name) {
    const struct op *op = screen->op;
    for (const struct field_error *at = screen_faults(screen)->first; at != NULL; at = at->next) {
        if (!str_eq(at->field, name)) continue;
        return refusal_field_text(op->lang, op->arena, at);
    }
    return NULL;
}

static const char *wrong(const struct form *form, const char *name) {
    return form->posted ? form_fault(form->screen, name) : NULL;
}

/* Adds VALUE to the list if its box was ticked. */
static void add_tick(const struct request *request, const char *name, const char *value, struct buf *list) {
    const char *tick = request_form(request, arena_printf(request->op->arena, "%s.%s", name, value));
    if (str_eq(tick, "true")) buf_printf(list, "%s%s", list->len == 0 ? "" : ",", value);
}

const char *form_week_typed(const struct request *request, const char *name) {
    struct buf list;
    buf_init(&list, request->op->arena, TICKED_MAX);
    for (int day = 0; day < WEEK_DAYS; day++) add_tick(request, name, field_day_name(day), &list);
    return list.data;
}

static const char *typed(const struct form *form, const struct field_spec *spec, const char *initial,
                         const json_t *options) {
    const struct request *request = form->screen->request;
    if (!form->posted) return initial == NULL ? "" : initial;
    if (spec->shape == SHAPE_CHECKS) {
        struct buf list;
        size_t index;
        const json_t *option;
        buf_init(&list, request->op->arena, TICKED_MAX);
        json_array_foreach(options, index, option) add_tick(request, spec->name, json_text(option, "value"), &list);
        return list.data;
    }
    const char *value = spec->shape == SHAPE_PASSWORD ? "" : request_form(request, spec->name);
    return value == NULL ? "" : value;
}

/* Is WORD one of a list with commas? */
static bool listed(const char *list, const char *word) {
    size_t len = strlen(word);
    for (const char *at = list; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
        if (strcspn(at, ",") == len && memcmp(at, word, len) == 0) return true;
    }
    return false;
}

static void choose(json_t *options, const char *value, bool several) {
    size_t index;
    json_t *option;
    json_array_foreach(options, index, option) {
        const char *own = json_text(option, "value");
        json_put_bool(option, "chosen", several ? listed(value, own) : str_eq(own, value));
    }
}

/* Ids of hint and refusal, for aria-describedby; NULL if there is neither. */
static const char *described_by(const struct form *form, const struct field_spec *spec, const char *error) {
    if (spec->hint == NULL && error == NULL) return NULL;
    if (spec->hint == NULL) return path_of(form->screen, "%s-error", spec->name);
    if (error == NULL) return path_of(form->screen, "%s-hint", spec->name);
    return path_of(form->screen, "%s-hint %s-error", spec->name, spec->name);
}

static void add_shape(const struct form *form, const struct field_spec *spec, json_t *field) {
    static const char *const FLAGS[] = { "line", "area", "moment", "select", "radio", "flag", "checks" };
    static const int STANDARD[] = { [SHAPE_LINE] = LINE_MAX_STANDARD, [SHAPE_AREA] = AREA_MAX_STANDARD };
    for (size_t i = 0; i < sizeof FLAGS / sizeof *FLAGS; i++) {
        json_put_bool(field, FLAGS[i], str_eq(FLAGS[i], SHAPES[spec->shape].flag));
    }
    int max = spec->max != 0 ? spec->max : STANDARD[spec->shape == SHAPE_AREA ? SHAPE_AREA : SHAPE_LINE];
    bool several = spec->shape == SHAPE_RADIO || spec->shape == SHAPE_FLAG || spec->shape == SHAPE_CHECKS;
    json_put_bool(field, "plain", !several);
    json_put_bool(field, "digits", spec->shape == SHAPE_NUMBER);
    json_put_text(field, "type", SHAPES[spec->shape].type);
    json_put_text(field, "max", path_of(form->screen, "%d", max));
    json_put_text(field, "rows", "3");
    json_put_text(field, "autocomplete", spec->autocomplete == NULL ? "off" : spec->autocomplete);
    json_put_bool(field, "required", spec->required);
    json_put_bool(field, "optional", !spec->required && spec->shape != SHAPE_SELECT && spec->shape != SHAPE_FLAG);
}

json_t *form_field(struct form *form, const struct field_spec *spec, const char *initial, json_t *options) {
    const struct screen *screen = form->screen;
    const char *value = typed(form, spec, initial, options);
    const char *error = wrong(form, spec->name);
    json_t *field = json_object();
    json_put_text(field, "name", spec->name);
    json_put_text(field, "id", spec->name);
    json_put_text(field, "label", say(screen, spec->label));
    json_put_text(field, "hint", spec->hint == NULL ? NULL : say(screen, spec->hint));
    json_put_text(field, "error", error);
    json_put_text(field, "describedby", described_by(form, spec, error));
    add_shape(form, spec, field);
    json_put_text(field, "value", value);
    json_put_bool(field, "checked", str_eq(value, "true"));
    json_put(field, "list", json_null());
    json_put(field, "wording", json_null());
    if (options != NULL) choose(options, value, spec->shape == SHAPE_CHECKS);
    json_put(field, "options", options == NULL ? json_array() : options);
    json_put(json_object_get(form->object, "named"), spec->name, json_incref(field));
    json_push(form->fields, field);
    return field;
}

json_t *form_week(struct form *form, const struct field_spec *spec, int days) {
    const struct screen *screen = form->screen;
    json_t *options = options_new();
    struct buf chosen;
    buf_init(&chosen, screen->op->arena, TICKED_MAX);
    for (int day = 0; day < WEEK_DAYS; day++) {
        const char *name = field_day_name(day);
        option_add(options, name, say(screen, path_of(screen, "when.weekday.%d", day)));
        if ((days >> day & 1) != 0) buf_printf(&chosen, "%s%s", chosen.len == 0 ? "" : ",", name);
    }
    return form_field(form, spec, chosen.data, options);
}

void form_mark(struct form *form) {
    size_t index;
    json_t *field;
    json_array_foreach(form->fields, index, field) {
        const char *name = json_text(field, "name");
        const char *error = form_fault(form->screen, name);
        if (error == NULL) continue;
        json_put_text(field, "error", error);
        json_put_text(field, "describedby", path_of(form->screen, "%s-error", name));
    }
}

void form_wording(json_t *field, const char *kind) {
    json_put_text(field, "wording", kind);
}

void form_fields(struct form *form, const struct field_spec *specs, size_t count, const char *const *values) {
    for (size_t i = 0; i < count; i++) form_field(form, &specs[i], values == NULL ? NULL : values[i], NULL);
}

const char *form_value(const struct form *form, const char *name) {
    const char *value = json_text(json_object_get(json_object_get(form->object, "named"), name), "value");
    return value == NULL ? "" : value;
}

json_t *options_new(void) {
    return json_array();
}

json_t *option_add(json_t *options, const char *value, const char *text) {
    json_t *option = json_object();
    json_put_text(option, "value", value);
    json_put_text(option, "label", text);
    json_put_bool(option, "chosen", false);
    json_put(option, "severity", json_null());
    json_put(option, "detail", json_null());
    json_put(option, "promise", json_null());
    json_push(options, option);
    return option;
}

void option_detail(json_t *option, const char *detail) {
    json_put_text(option, "detail", detail);
}

json_t *options_severities(const struct screen *screen) {
    const struct i18n *lang = screen->op->lang;
    json_t *options = options_new();
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        const struct policy_severity *severity = &screen->policy->severities[i];
        const char *response = policy_say(&severity->response, lang);
        struct i18n_arg when = { "when", response };
        json_t *option = option_add(options, severity->code, policy_say(&severity->name, lang));
        json_put(option, "severity", view_severity(screen, severity->code));
        option_detail(option, policy_say(&severity->meaning, lang));
        if (*response != '\0')
            json_put_text(option, "promise", i18n_format(lang, screen->op->arena, "declare.response", &when, 1));
    }
    return options;
}

json_t *options_presets(const struct screen *screen) {
    const struct op *op = screen->op;
    json_t *options = options_new();
    for (size_t i = 0; i < policy_preset_count(); i++) {
        const char *key = policy_preset_key(i);
        const struct policy *policy = policy_preset(op->arena, key);
        struct buf promises;
        buf_init(&promises, op->arena, PROMISES_MAX);
        for (size_t n = 0; n < policy->severity_count; n++) {
            const struct policy_severity *severity = &policy->severities[n];
            buf_printf(&promises, "%s%s %s", n == 0 ? "" : " · ", severity->code,
                       policy_say(&severity->response, op->lang));
        }
        option_detail(option_add(options, key, policy_say(&policy->name, op->lang)), promises.data);
    }
    return options;
}

json_t *options_services(const struct screen *screen) {
    struct error err;
    struct service_list list;
    json_t *options = options_new();
    option_add(options, "", say(screen, "ui.not_known"));
    if (!service_list(screen->op, &(struct service_query){ .limit = SERVICES_OFFERED }, &list, &err)) return options;
    for (size_t i = 0; i < list.count; i++) option_add(options, list.items[i].key, list.items[i].name);
    return options;
}

json_t *options_labels(const struct screen *screen, const char *group, const char *const *names, bool with_none) {
    json_t *options = options_new();
    if (with_none) option_add(options, "", say(screen, "ui.not_known"));
    for (size_t i = 0; names[i] != NULL; i++) option_add(options, names[i], label(screen, group, names[i]));
    return options;
}

static const char *label_of(const struct form *form, const char *name) {
    const char *text = json_text(json_object_get(json_object_get(form->object, "named"), name), "label");
    return text == NULL ? name : text;
}

void form_errors(struct form *form, const struct error *err) {
    const struct screen *screen = form->screen;
    struct op *op = screen->op;
    const struct field_errors *faults = screen_faults(screen);
    json_t *errors = json_object();
    json_t *items = json_array();
    for (const struct field_error *at = screen_faults(form->screen)->first; at != NULL; at = at->next) {
        json_t *item = json_object();
        json_put_text(item, "id", at->field);
        json_put_text(item, "label", label_of(form, at->field));
        json_put_text(item, "text", wrong(form, at->field));
        json_push(items, item);
    }
    const char *key = arena_printf(op->arena, "error.%s", err->code);
    if (i18n_find(op->lang, key) == NULL) key = "error.general";
    const char *own = i18n_format(op->lang, op->arena, key, I18N_ARGS({ "arg", "" }));
    json_put_text(errors, "text", faults->count > 0 ? say_count(screen, "ui.errors", faults->count) : own);
    json_put(errors, "items", items);
    json_put(screen->view, "errors", errors);
}

void filter_errors(struct screen *screen, const char *group, const char *prefix, const struct error *err) {
    struct form form;
    form_open_as(screen, "refused", &form);
    form.posted = true; /* the address is what was typed */
    form_errors(&form, err);
    size_t index;
    json_t *item;
    json_array_foreach(json_object_get(json_object_get(screen->view, "errors"), "items"), index, item) {
        const char *name = json_text(item, "id"), *key = path_of(screen, "%s.%s", group, name);
        if (i18n_find(screen->op->lang, key) != NULL) json_put_text(item, "label", say(screen, key));
        json_put_text(item, "id", path_of(screen, "%s%s", prefix, name));
    }
}
