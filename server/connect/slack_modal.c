/* Forms within Slack: see slack_modal.h. */
#include "connect/slack_modal.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "connect/slack_api.h"
#include "connect/slack_text.h"
#include "incident/draft.h"
#include "incident/update.h"
#include "policy/policy.h"
#include "service/service.h"
#include "text/i18n.h"

#include <string.h>

enum { TITLE_UNITS = 24, LABEL_UNITS = 2000, OPTIONS_MAX = 100, LINE_CHARS = 200, AREA_CHARS = 3000 };

/* --- parts of a view --- */

static json_t *plain(struct op *op, const char *key, size_t max) {
    return slack_text_object(op->arena, "plain_text", i18n_text(op->lang, key), max);
}

static json_t *view_new(struct op *op, const char *title_key) {
    json_t *view = json_obj(op->arena);
    json_put_text(view, "type", "modal");
    json_put(view, "title", plain(op, title_key, TITLE_UNITS));
    json_put(view, "blocks", json_array());
    return view;
}

static json_t *form_new(struct op *op, const char *kind, const char *ref) {
    json_t *view = view_new(op, arena_printf(op->arena, "slack.form.%s", kind));
    json_put(view, "submit", plain(op, arena_printf(op->arena, "slack.form.%s.submit", kind), TITLE_UNITS));
    json_put(view, "close", plain(op, "slack.form.cancel", TITLE_UNITS));
    json_put_text(view, "callback_id", kind);
    json_put_text(view, "private_metadata", ref == NULL ? "" : ref);
    return view;
}

struct part {
    const char *name; /* of the field: id of block and element */
    bool optional;
};

static void add_input(struct op *op, json_t *view, const struct part *part, json_t *element) {
    json_t *block = json_object();
    const char *key = arena_printf(op->arena, "slack.form.%s.%s", json_text(view, "callback_id"), part->name);
    json_put_text(element, "action_id", part->name);
    json_put_text(block, "type", "input");
    json_put_text(block, "block_id", part->name);
    json_put_bool(block, "optional", part->optional);
    json_put(block, "label", plain(op, key, LABEL_UNITS));
    json_put(block, "element", element);
    json_push(json_object_get(view, "blocks"), block);
}

static json_t *text_element(int max, bool multiline, const char *initial) {
    json_t *element = json_object();
    json_put_text(element, "type", "plain_text_input");
    json_put_i64(element, "max_length", max);
    if (multiline) json_put_bool(element, "multiline", true);
    if (!str_blank(initial) && utf8_count(initial) <= (size_t)max) json_put_text(element, "initial_value", initial);
    return element;
}

static json_t *menu_element(json_t *options) {
    json_t *element = json_object();
    json_put_text(element, "type", "static_select");
    json_put(element, "options", options);
    return element;
}

/* --- the forms --- */

struct choices {
    const struct policy *policy;
    struct service_list services;
};

static bool read_choices(struct op *op, struct choices *out) {
    const struct service_query query = { .limit = OPTIONS_MAX };
    struct error err;
    bool ok = policy_load(op, 0, &out->policy, &err) && service_list(op, &query, &out->services, &err);
    if (!ok) log_error("slack.form", op->request_id, &err);
    return ok;
}

static json_t *severity_menu(struct op *op, const struct policy *policy, const char *chosen) {
    json_t *options = json_array();
    json_t *first = NULL;
    for (size_t i = 0; i < policy->severity_count; i++) {
        const struct policy_severity *level = &policy->severities[i];
        const char *label = arena_printf(op->arena, "%s %s", level->code, policy_say(&level->meaning, op->lang));
        json_t *option = slack_option(op->arena, label, level->code);
        json_push(options, option);
        if (str_eq(level->code, chosen)) first = option;
    }
    json_t *menu = menu_element(options);
    if (first != NULL) json_put(menu, "initial_option", json_deep_copy(first));
    return menu;
}

static json_t *service_menu(struct op *op, const struct service_list *services) {
    json_t *options = json_array();
    for (size_t i = 0; i < services->count; i++) {
        json_push(options, slack_option(op->arena, services->items[i].name, services->items[i].key));
    }
    return menu_element(options);
}

static bool open_view(struct op *op, const struct slack_work *work, json_t *view) {
    const char *trigger = work->call->trigger;
    const struct slack_line line = { .base = json_text(work->settings, "base_url"),
                                     .token = json_text(work->settings, "bot_token"),
                                     .timeout_ms = SLACK_OPEN_MS };
    const json_t *answer;
    struct outcome out;
    json_t *body = json_obj(op->arena);
    json_put_text(body, "trigger_id", trigger);
    json_put(body, "view", json_incref(view));
    if (slack_api(op, &line, "views.open", body, &answer, &out)) return true;
    log_event(LOG_WARN, "slack.form", "request", op->request_id, "reason", out.reason, NULL);
    return false;
}

static bool can_open(const struct slack_work *work) {
    return json_text(work->settings, "bot_token") != NULL && !str_blank(work->call->trigger);
}

bool slack_open_declare(struct op *op, const struct slack_work *work, const struct slack_command *command) {
    struct choices choices;
    if (!can_open(work) || !read_choices(op, &choices)) return false;
    json_t *view = form_new(op, "declare", NULL);
    add_input(op, view, &(struct part){ "title", false }, text_element(LINE_CHARS, false, command->rest));
    add_input(op, view, &(struct part){ "severity", false }, severity_menu(op, choices.policy, command->severity));
    if (choices.services.count > 0) {
        add_input(op, view, &(struct part){ "service", true }, service_menu(op, &choices.services));
    }
    add_input(op, view, &(struct part){ "symptom", true }, text_element(LINE_CHARS, true, NULL));
    add_input(op, view, &(struct part){ "impact", true }, text_element(LINE_CHARS, true, NULL));
    return open_view(op, work, view);
}

bool slack_open_update(struct op *op, const struct slack_work *work, const char *ref) {
    static const char *const MINUTES[] = { "15", "30", "60", "120" };
    if (!can_open(work)) return false;
    json_t *view = form_new(op, "update", ref);
    json_t *options = json_array();
    for (size_t i = 0; i < sizeof MINUTES / sizeof *MINUTES; i++) {
        const char *label = i18n_format(op->lang, op->arena, "slack.form.minutes", I18N_ARGS({ "count", MINUTES[i] }));
        json_push(options, slack_option(op->arena, label, MINUTES[i]));
    }
    add_input(op, view, &(struct part){ "text", false }, text_element(AREA_CHARS, true, NULL));
    add_input(op, view, &(struct part){ "next_minutes", true }, menu_element(options));
    return open_view(op, work, view);
}

/* --- what was typed --- */

static const char *value_of(const struct slack_form *form, const char *name) {
    for (size_t i = 0; i < form->count; i++) {
        if (str_eq(form->values[i].name, name)) return form->values[i].value;
    }
    return NULL;
}

static const char *link_of(struct op *op, const struct slack_work *work, const char *ref) {
    return work->portal == NULL ? ref : arena_printf(op->arena, "<%s/incidents/%s|%s>", work->portal, ref, ref);
}

static bool submit_declare(struct op *op, const struct slack_work *work, const struct slack_form *form,
                           const char **said, struct error *err) {
    struct incident incident;
    const struct incident_draft draft = { .title = value_of(form, "title"),
                                          .severity = value_of(form, "severity"),
                                          .service = value_of(form, "service"),
                                          .symptom = value_of(form, "symptom"),
                                          .impact = value_of(form, "impact") };
    if (!incident_declare(op, &draft, &incident, err)) return false;
    *said = i18n_format(op->lang, op->arena, "slack.answer.declared",
                        I18N_ARGS({ "ref", link_of(op, work, incident.ref) }, { "severity", incident.severity },
                                  { "title", slack_escape(op->arena, incident_headline(&incident), LINE_CHARS) }));
    return true;
}

static bool submit_update(struct op *op, const struct slack_work *work, const struct slack_form *form,
                          const char **said, struct error *err) {
    struct update update;
    const struct update_draft draft = { .text = value_of(form, "text"),
                                        .next_minutes = value_of(form, "next_minutes") };
    if (!incident_update(op, form->ref, &draft, &update, err)) return false;
    *said =
        i18n_format(op->lang, op->arena, "slack.answer.updated", I18N_ARGS({ "ref", link_of(op, work, form->ref) }));
    return true;
}

bool slack_submit(struct op *op, const struct slack_work *work, const struct slack_form *form, const char **said,
                  struct error *err) {
    *said = "";
    if (str_eq(form->kind, "declare")) return submit_declare(op, work, form, said, err);
    if (str_eq(form->kind, "update")) return submit_update(op, work, form, said, err);
    return true; /* a form of a newer or older version: nothing to do */
}

/* --- answers --- */

const char *slack_form_errors(struct op *op, const struct slack_form *form, const struct error *err) {
    json_t *answer = json_obj(op->arena);
    json_t *errors = json_object();
    const char *first = form->count == 0 ? "text" : form->values[0].name;
    for (const struct field_error *at = op->fields.first; at != NULL; at = at->next) {
        bool known = false;
        for (size_t i = 0; i < form->count; i++) known = known || str_eq(form->values[i].name, at->field);
        const char *block = known ? at->field : first;
        if (json_object_get(errors, block) == NULL) json_put_text(errors, block, slack_field_sentence(op, at));
    }
    if (json_object_size(errors) == 0) json_put_text(errors, first, slack_error_sentence(op, err));
    json_put_text(answer, "response_action", "errors");
    json_put(answer, "errors", errors);
    return json_dump(op->arena, answer);
}

const char *slack_form_done(struct op *op, const char *sentence) {
    json_t *answer = json_obj(op->arena);
    json_t *view = view_new(op, "slack.form.done");
    json_t *section = json_object();
    json_t *text = json_object();
    json_put_text(text, "type", "mrkdwn");
    json_put_text(text, "text", sentence); /* escaped already, with our own link */
    json_put_text(section, "type", "section");
    json_put(section, "text", text);
    json_push(json_object_get(view, "blocks"), section);
    json_put(view, "close", plain(op, "slack.form.close", TITLE_UNITS));
    json_put_text(answer, "response_action", "update");
    json_put(answer, "view", json_incref(view));
    return json_dump(op->arena, answer);
}
