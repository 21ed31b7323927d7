/* Rules of an integration: written one condition a line, in the order in which they are asked. Each change is a new
 * list under the version the page was handed out with. */
#include "pages/form_view.h"
#include "pages/alert/integration_view.h"

#include "alert/rule.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

#include <string.h>

static const struct field_spec CONDITIONS = {
    "conditions", SHAPE_AREA, "integration.conditions", "integration.hint.conditions", false, 4000, NULL
};
static const struct field_spec DEED = { "do", SHAPE_SELECT, "integration.deed", NULL, true, 0, NULL };
static const struct field_spec SEVERITY = {
    "severity", SHAPE_SELECT, "integration.set_severity", NULL, false, 0, NULL
};
static const struct field_spec SERVICE = { "service", SHAPE_SELECT, "integration.set_service", NULL, false, 0, NULL };

/* The rule's place in the list, from the path; false if there is none there. */
static bool path_index(const struct request *request, const json_t *rules, size_t *out) {
    int64_t index;
    if (!str_to_i64(request_param(request, "n"), &index) || index < 0) return false;
    *out = (size_t)index;
    return *out < json_array_size(rules);
}

static bool load(struct request *request, struct response *response, struct integration *out, json_t **rules) {
    struct error err;
    if (!integration_of_path(request, response, out)) return false;
    if (json_parse(request->op->arena, out->rules, strlen(out->rules), rules, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

static bool load_rule(struct request *request, struct response *response, struct integration *out, json_t **rules,
                      size_t *index) {
    struct error err;
    if (!load(request, response, out, rules)) return false;
    if (path_index(request, *rules, index)) return true;
    (void)ERROR(&err, ERR_NOT_FOUND, "integration.no_rule", "%s", request->path);
    respond_error(request, response, &err);
    return false;
}

static json_t *unchanged(json_t *options, const struct screen *screen) {
    json_put_text(json_array_get(options, 0), "label", say(screen, "integration.unchanged"));
    return options;
}

static json_t *severity_options(const struct screen *screen) {
    json_t *options = options_new();
    option_add(options, "", say(screen, "integration.unchanged"));
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        const char *code = screen->policy->severities[i].code;
        option_add(options, code, code);
    }
    return options;
}

static json_t *deed_options(const struct screen *screen) {
    json_t *options = options_new();
    for (enum rule_action action = RULE_DECLARE; action < RULE_ACTION_COUNT; action++) {
        const char *name = rule_action_name(action);
        option_add(options, name, say(screen, path_of(screen, "integration.do.%s", name)));
    }
    return options;
}

static const char *condition_lines(const struct screen *screen, const json_t *rule) {
    enum { LINES_MAX = RULE_MATCHES_MAX * 1024 };
    struct buf text;
    size_t at;
    json_t *line, *lines = rule_conditions(screen, rule);
    buf_init(&text, screen->op->arena, LINES_MAX);
    json_array_foreach(lines, at, line) buf_printf(&text, "%s%s", at == 0 ? "" : "\n", json_string_value(line));
    json_push(json_arr(screen->op->arena), lines);
    return text.data;
}

static void show_form(struct request *request, struct response *response, const struct integration *g,
                      const json_t *rule, const struct error *refusal) {
    struct screen screen;
    struct form form;
    const char *title = rule == NULL ? "integration.add_rule" : "integration.edit_rule";
    if (!screen_open(request, response, title, &screen)) return;
    json_put_text(screen.view, "heading", say(&screen, title));
    json_put_text(screen.view, "lead", say(&screen, "integration.rule_lead"));
    integration_crumb(&screen, g);
    form_open(&screen, &form);
    form_action(&form, request->path, "ui.save");
    form_text(&form, "cancel", integration_url(&screen, g));
    form_version(&form, g->version);
    form_field(&form, &CONDITIONS, rule == NULL ? "" : condition_lines(&screen, rule), NULL);
    form_field(&form, &DEED, rule == NULL ? "declare" : json_text(rule, "do"), deed_options(&screen));
    form_field(&form, &SEVERITY, rule == NULL ? NULL : json_text(rule, "severity"), severity_options(&screen));
    form_field(&form, &SERVICE, rule == NULL ? NULL : json_text(rule, "service"),
               unchanged(options_services(&screen), &screen));
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

/* --- what was typed --- */

/* "severity =~ critical|page": label, comparison, value; quotes around the value are left out. */
static json_t *read_condition(struct arena *arena, const char *line) {
    static const char *const OPERATORS[] = { "=~", "!~", "!=", "=" };
    const char *at = line + strcspn(line, "=!");
    const char *found = NULL;
    for (size_t i = 0; i < 4 && found == NULL; i++) {
        if (str_starts(at, OPERATORS[i])) found = OPERATORS[i];
    }
    json_t *match = json_object();
    json_put_text(match, "label", str_clean(arena, arena_strn(arena, line, (size_t)(at - line))));
    json_put_text(match, "op", found == NULL ? "?" : found);
    char *value = found == NULL ? arena_str(arena, "") : str_clean(arena, at + strlen(found));
    size_t len = strlen(value);
    if (len >= 2 && value[0] == '"' && value[len - 1] == '"') value = arena_strn(arena, value + 1, len - 2);
    json_put_text(match, "value", value);
    return match;
}

static json_t *typed_rule(struct request *request) {
    struct arena *arena = request->op->arena;
    const char *conditions = request_form(request, "conditions");
    char **lines;
    size_t count = str_split(arena, conditions == NULL ? "" : conditions, "\r\n", &lines);
    json_t *rule = json_object(), *matches = json_array();
    for (size_t i = 0; i < count; i++) {
        if (!str_blank(lines[i])) json_push(matches, read_condition(arena, lines[i]));
    }
    json_put(rule, "match", matches);
    json_put_text(rule, "do", request_form(request, "do"));
    const char *severity = request_form(request, "severity"), *service = request_form(request, "service");
    if (!str_blank(severity)) json_put_text(rule, "severity", severity);
    if (!str_blank(service)) json_put_text(rule, "service", service);
    return rule;
}

/* "rules[2].match[0].value" is the form's `conditions`, "rules[2].do" its `do`. */
static void rename_faults(struct op *op) {
    struct field_errors found = op->fields;
    op->fields = (struct field_errors){ 0 };
    for (const struct field_error *at = found.first; at != NULL; at = at->next) {
        const char *member = strchr(at->field, '.');
        const char *field = member == NULL || str_starts(member, ".match") ? "conditions" : member + 1;
        op_field_error(op, field, str_ends(at->field, ".op") ? "condition" : at->code, at->arg);
    }
}

static bool save(struct request *request, const struct integration *g, json_t *rules, struct error *err) {
    struct integration changed;
    struct integration_input input = { .rules = rules };
    return integration_update(request->op, g->id, integration_typed_version(request), &input, &changed, err);
}

static void go_back(struct request *request, struct response *response, const struct integration *g) {
    const char *url = integration_url(&(struct screen){ .op = request->op }, g);
    respond_redirect_flash(request, response, arena_printf(request->op->arena, "%s#rules", url), "flash.saved");
}

static void finish(struct request *request, struct response *response, const struct integration *g, json_t *rules,
                   const json_t *rule) {
    struct error err;
    if (save(request, g, rules, &err)) {
        go_back(request, response, g);
    } else if (screen_can_refuse(&err)) {
        rename_faults(request->op);
        show_form(request, response, g, rule, &err);
    } else {
        respond_error(request, response, &err);
    }
}

static void page_new(struct request *request, struct response *response) {
    struct integration g;
    if (integration_of_path(request, response, &g)) show_form(request, response, &g, NULL, NULL);
}

static void do_new(struct request *request, struct response *response) {
    struct integration g;
    json_t *rules;
    if (!load(request, response, &g, &rules)) return;
    json_push(rules, typed_rule(request));
    finish(request, response, &g, rules, NULL);
}

static void page_edit(struct request *request, struct response *response) {
    struct integration g;
    json_t *rules;
    size_t index;
    if (!load_rule(request, response, &g, &rules, &index)) return;
    show_form(request, response, &g, json_array_get(rules, index), NULL);
}

static void do_edit(struct request *request, struct response *response) {
    struct integration g;
    json_t *rules;
    size_t index;
    if (!load_rule(request, response, &g, &rules, &index)) return;
    json_t *before = json_array_get(rules, index);
    json_push(json_arr(request->op->arena), json_incref(before)); /* to be shown again */
    (void)json_array_set_new(rules, index, typed_rule(request));
    finish(request, response, &g, rules, before);
}

/* One place up: asked before the one that stood there. */
static void do_up(struct request *request, struct response *response) {
    struct integration g;
    struct error err;
    json_t *rules;
    size_t index;
    if (!load_rule(request, response, &g, &rules, &index)) return;
    if (index > 0) {
        json_t *rule = json_incref(json_array_get(rules, index));
        (void)json_array_remove(rules, index);
        (void)json_array_insert_new(rules, index - 1, rule);
    }
    if (save(request, &g, rules, &err)) go_back(request, response, &g);
    else respond_error(request, response, &err);
}

static void do_remove(struct request *request, struct response *response) {
    struct integration g;
    struct error err;
    json_t *rules;
    size_t index;
    if (!load_rule(request, response, &g, &rules, &index)) return;
    (void)json_array_remove(rules, index);
    if (save(request, &g, rules, &err)) go_back(request, response, &g);
    else respond_error(request, response, &err);
}

#define SEE PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE
#define WRITE PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/integrations/:id/rules/new", page_new, SEE },
    { HTTP_POST, "/integrations/:id/rules/new", do_new, WRITE },
    { HTTP_GET, "/integrations/:id/rules/:n", page_edit, SEE },
    { HTTP_POST, "/integrations/:id/rules/:n", do_edit, WRITE },
    { HTTP_POST, "/integrations/:id/rules/:n/up", do_up, WRITE },
    { HTTP_POST, "/integrations/:id/rules/:n/remove", do_remove, WRITE },
};
const struct route_table INTEGRATION_RULE_ROUTES = ROUTE_TABLE(ROUTES);
