/* See contact_form.h. Names of fields are paths into the body: methods[0].kind, quiet[1].severity.P2. */
#include "pages/oncall/contact_form.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/refusal.h"

#include <string.h>

static const char *const KINDS[] = { "slack", "sms", "phone", "email" };
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS, NAME_SIZE = 40 };

static const char *typed(const struct request *request, const char *list, size_t row, const char *member) {
    return request_form(request, arena_printf(request->op->arena, "%s[%zu].%s", list, row, member));
}

/* --- reading --- */

static bool method_used(const struct request *request, size_t row) {
    return !str_blank(typed(request, "methods", row, "kind"));
}

static json_t *read_method(const struct request *request, size_t row) {
    json_t *method = json_object();
    const char *address = typed(request, "methods", row, "address");
    const char *after = typed(request, "methods", row, "after_min");
    int64_t minutes;
    json_put_text(method, "kind", typed(request, "methods", row, "kind"));
    if (!str_blank(address)) json_put_text(method, "address", address);
    if (str_blank(after)) return method;
    if (str_to_i64(after, &minutes)) json_put_i64(method, "after_min", minutes);
    else json_put_text(method, "after_min", after);
    return method;
}

/* Ticked boxes "LIST[row].GROUP.CODE". */
static json_t *read_ticks(const struct request *request, size_t row, const char *group) {
    json_t *list = json_array();
    const char *prefix = arena_printf(request->op->arena, "quiet[%zu].%s.", row, group);
    for (const struct http_pair *pair = request->form; pair->name != NULL; pair++) {
        if (str_starts(pair->name, prefix) && strlen(pair->name) < strlen(prefix) + NAME_SIZE)
            json_push(list, json_string(pair->name + strlen(prefix)));
    }
    return list;
}

static bool quiet_used(const struct request *request, size_t row) {
    const char *prefix = arena_printf(request->op->arena, "quiet[%zu].", row);
    for (const struct http_pair *pair = request->form; pair->name != NULL; pair++) {
        if (str_starts(pair->name, prefix) && !str_blank(pair->value)) return true;
    }
    return false;
}

static json_t *read_quiet(const struct request *request, size_t row) {
    static const char *const clocks[] = { "from", "to" };
    json_t *quiet = json_object();
    json_put(quiet, "severities", read_ticks(request, row, "severity"));
    json_put(quiet, "kinds", read_ticks(request, row, "kind"));
    for (size_t i = 0; i < 2; i++) {
        const char *text = typed(request, "quiet", row, clocks[i]);
        if (!str_blank(text)) json_put_text(quiet, clocks[i], text);
    }
    return quiet;
}

json_t *contact_form_read(const struct request *request) {
    json_t *body = json_obj(request->op->arena), *methods = json_array(), *quiet = json_array();
    const char *backup = request_form(request, "backup");
    for (size_t i = 0; i < CONTACT_METHODS_MAX; i++) {
        if (method_used(request, i)) json_push(methods, read_method(request, i));
    }
    for (size_t i = 0; i < CONTACT_QUIET_MAX; i++) {
        if (quiet_used(request, i)) json_push(quiet, read_quiet(request, i));
    }
    json_put(body, "methods", methods);
    json_put(body, "quiet", quiet);
    if (!str_blank(backup)) json_put_text(body, "backup", backup);
    return body;
}

static const char *row_of(const struct request *request, const char *field, const char *list, size_t max,
                          bool (*used)(const struct request *, size_t)) {
    size_t len = strlen(list), count = 0;
    if (!str_starts(field, list) || field[len] != '[') return field;
    size_t wanted = (size_t)(field[len + 1] - '0');
    for (size_t row = 0; row < max; row++) {
        if (used(request, row) && count++ == wanted)
            return arena_printf(request->op->arena, "%s[%zu%s", list, row, field + len + 2);
    }
    return field;
}

void contact_form_map(struct request *request) {
    for (struct field_error *at = request->op->fields.first; at != NULL; at = at->next) {
        at->field = row_of(request, at->field, "methods", CONTACT_METHODS_MAX, method_used);
        at->field = row_of(request, at->field, "quiet", CONTACT_QUIET_MAX, quiet_used);
    }
}

/* --- showing --- */

static json_t *kind_options(const struct screen *screen) {
    json_t *options = options_new();
    option_add(options, "", say(screen, "contacts.no_method"));
    for (size_t i = 0; i < KIND_COUNT; i++)
        option_add(options, KINDS[i], say(screen, path_of(screen, "contacts.kind.%s", KINDS[i])));
    return options;
}

static json_t *method_row(struct form *form, const struct contact_method *method, size_t row) {
    const struct screen *screen = form->screen;
    const char *path = path_of(screen, "methods[%zu]", row);
    const struct field_spec kind = {
        path_of(screen, "%s.kind", path), SHAPE_SELECT, "contacts.way", NULL, false, 0, NULL
    };
    const struct field_spec address = {
        path_of(screen, "%s.address", path), SHAPE_LINE, "contacts.address", NULL, false, CONTACT_ADDRESS_MAX, NULL
    };
    const struct field_spec after = {
        path_of(screen, "%s.after_min", path), SHAPE_NUMBER, "contacts.after_min", NULL, false, 2, NULL
    };
    const char *minutes = method == NULL ? NULL : path_of(screen, "%lld", (long long)method->after_min);
    json_t *view = json_object();
    json_put_text(view, "number", path_of(screen, "%zu", row + 1));
    json_put(view, "kind",
             json_incref(form_field(form, &kind, method == NULL ? NULL : personal_kind_name(method->kind),
                                    kind_options(screen))));
    json_put(view, "address", json_incref(form_field(form, &address, method == NULL ? NULL : method->own, NULL)));
    json_put(view, "after", json_incref(form_field(form, &after, minutes, NULL)));
    return view;
}

/* --- quiet hours --- */

static void add_tick(const struct form *form, json_t *list, const char *name, const char *text, bool stored) {
    json_t *tick = json_object();
    bool posted = request_form(form->screen->request, name) != NULL;
    json_put_text(tick, "name", name);
    json_put_text(tick, "label", text);
    json_put_bool(tick, "checked", form->posted ? posted : stored);
    json_push(list, tick);
}

static bool has_severity(const struct contact_quiet *quiet, const char *code) {
    for (size_t i = 0; quiet != NULL && i < quiet->severity_count; i++) {
        if (str_eq(quiet->severities[i], code)) return true;
    }
    return false;
}

/* Those of the policy that may be quiet, and those that are stored though the policy has them no more. */
static json_t *severity_ticks(const struct form *form, const struct contact_quiet *quiet, const char *path) {
    const struct policy *policy = form->screen->policy;
    json_t *list = json_array();
    for (size_t i = 0; i < policy->severity_count; i++) {
        const char *code = policy->severities[i].code;
        if (policy->severities[i].rank > 0 || has_severity(quiet, code))
            add_tick(form, list, path_of(form->screen, "%s.severity.%s", path, code), code, has_severity(quiet, code));
    }
    for (size_t i = 0; quiet != NULL && i < quiet->severity_count; i++) {
        const char *code = quiet->severities[i];
        if (policy_severity(policy, code) == NULL)
            add_tick(form, list, path_of(form->screen, "%s.severity.%s", path, code), code, true);
    }
    return list;
}

static const char *fault_of(const struct form *form, const char *path) {
    const struct op *op = form->screen->op;
    for (const struct field_error *at = screen_faults(form->screen)->first; at != NULL; at = at->next) {
        if (!str_starts(at->field, path)) continue;
        return refusal_field_text(op->lang, op->arena, at);
    }
    return NULL;
}

static const char *clock_text(const struct form *form, const char *name, int minutes, bool stored) {
    const char *text = request_form(form->screen->request, name);
    if (form->posted) return text == NULL ? "" : text;
    return stored ? path_of(form->screen, "%02d:%02d", minutes / 60 % 24, minutes % 60) : "";
}

static json_t *clock_view(const char *name, const char *value) {
    json_t *view = json_object();
    json_put_text(view, "name", name);
    json_put_text(view, "value", value);
    return view;
}

static json_t *quiet_row(const struct form *form, const struct contact_quiet *quiet, size_t row) {
    const struct screen *screen = form->screen;
    const char *path = path_of(screen, "quiet[%zu]", row), *error = fault_of(form, path);
    const char *from = path_of(screen, "%s.from", path), *to = path_of(screen, "%s.to", path);
    json_t *view = json_object(), *kinds = json_array();
    for (size_t i = 0; i < KIND_COUNT; i++)
        add_tick(form, kinds, path_of(screen, "%s.kind.%s", path, KINDS[i]),
                 say(screen, path_of(screen, "contacts.kind.%s", KINDS[i])),
                 quiet != NULL && (quiet->kinds >> i & 1) != 0);
    json_put_text(view, "number", path_of(screen, "%zu", row + 1));
    json_put(view, "kinds", kinds);
    json_put(view, "severities", severity_ticks(form, quiet, path));
    json_put(view, "from", clock_view(from, clock_text(form, from, quiet == NULL ? 0 : quiet->from, quiet != NULL)));
    json_put(view, "to", clock_view(to, clock_text(form, to, quiet == NULL ? 0 : quiet->to, quiet != NULL)));
    json_put_text(view, "error", form->posted ? error : NULL);
    return view;
}

void contact_form_view(struct form *form, const struct contact_card *card) {
    static const struct field_spec BACKUP = { "backup", SHAPE_LINE, "contacts.backup", "contacts.hint.backup", false,
                                              80,       NULL };
    const struct screen *screen = form->screen;
    const struct request *request = screen->request;
    json_t *methods[] = { json_array(), json_array() }, *quiet[] = { json_array(), json_array() };
    for (size_t i = 0; i < CONTACT_METHODS_MAX; i++) { /* what is used and one to fill in; the rest folded away */
        bool used = form->posted ? method_used(request, i) : i <= card->method_count;
        json_push(methods[used || i == 0 ? 0 : 1],
                  method_row(form, i < card->method_count ? &card->methods[i] : NULL, i));
    }
    for (size_t i = 0; i < CONTACT_QUIET_MAX; i++) {
        bool used = form->posted ? quiet_used(request, i) : i < card->quiet_count;
        json_push(quiet[used || i == 0 ? 0 : 1], quiet_row(form, i < card->quiet_count ? &card->quiet[i] : NULL, i));
    }
    json_put(screen->view, "methods", methods[0]);
    json_put(screen->view, "more_methods", methods[1]);
    json_put(screen->view, "quiet", quiet[0]);
    json_put(screen->view, "more_quiet", quiet[1]);
    json_t *backup = form_field(form, &BACKUP, card->backup_login, NULL);
    json_put_text(backup, "list", "people");
    json_put(screen->view, "backup", json_incref(backup));
}
