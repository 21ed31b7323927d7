/* 대응 정책 고치기: every member of the policy document as a form. Editing changes a copy of the document member by
 * member and saves it as the next version, so field names are the document's own paths and refusals find their field.
 */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"

#include <string.h>

static const struct member {
    const char *path; /* within a severity: "name.ko" */
    const char *label;
    bool number;
} MEMBERS[] = {
    { "name.ko", "policy_page.name_ko", false },          { "name.en", "policy_page.name_en", false },
    { "response.ko", "policy_page.response_ko", false },  { "response.en", "policy_page.response_en", false },
    { "meaning.ko", "policy_page.meaning_ko", false },    { "meaning.en", "policy_page.meaning_en", false },
    { "response_minutes", "policy_page.response", true }, { "first_action_minutes", "policy_page.first_action", true },
    { "update_minutes", "policy_page.update", true },     { "ack_minutes", "policy_page.ack", true },
    { "help_minutes", "policy_page.help", true },         { "executive_minutes", "policy_page.executive", true },
    { "ladder.detect", "policy_page.detect", true },      { "ladder.triage", "policy_page.triage", true },
    { "ladder.notice", "policy_page.notice", true },      { "ladder.mitigate", "policy_page.mitigate", true },
};
static const struct member AMOUNTS[] = {
    /* each followed by its unit */
    { "report_due.amount", "policy_page.report", true },
    { "retro_due.amount", "policy_page.retro", true },
};
static const struct member CHANNEL = { "slack_channel", "policy_page.slack_channel", false };
enum { MEMBER_COUNT = sizeof MEMBERS / sizeof *MEMBERS, LINE_MAX = 300, EXAMPLES_AREA_MAX = 2400 };

static const char *const UNITS[] = { "none", "hours", "days", "business_days", NULL };
static const char *const REVIEWS[] = { "team", "executives", NULL };
static const char *const LANGUAGES[] = { "ko", "en" };

/* A list of fields being filled, all of one form and below one path of the document. */
struct group {
    struct form *form;
    json_t *list;
    const char *path; /* "severities[0]" */
};

static void add_field(const struct group *group, const char *name, struct field_spec spec, const char *initial,
                      json_t *options) {
    spec.name = path_of(group->form->screen, "%s.%s", group->path, name);
    json_push(group->list, json_incref(form_field(group->form, &spec, initial, options)));
}

static struct group new_group(struct form *form, json_t *row, const char *member, const char *path) {
    struct group group = { form, json_array(), path };
    json_put(row, member, group.list);
    return group;
}

/* The object that holds the last name of a path, and that name. */
static json_t *holder(json_t *severity, const char *path, const char **name) {
    const char *dot = strrchr(path, '.');
    *name = dot == NULL ? path : dot + 1;
    return dot == NULL ? severity : json_object_getn(severity, path, (size_t)(dot - path));
}

static const char *value_of(const struct screen *screen, json_t *severity, const char *path) {
    const char *name = path;
    const json_t *object = holder(severity, path, &name);
    const json_t *value = json_object_get(object, name);
    if (json_is_integer(value)) return path_of(screen, "%lld", (long long)json_integer_value(value));
    return json_is_string(value) ? json_string_value(value) : "";
}

static json_t *options_words(const struct screen *screen, const char *group, const char *const *words) {
    json_t *options = options_new();
    for (; *words != NULL; words++) option_add(options, *words, label(screen, group, *words));
    return options;
}

static bool holds(const json_t *list, const char *word) {
    size_t at;
    const json_t *item;
    json_array_foreach(list, at, item) {
        if (str_eq(json_string_value(item), word)) return true;
    }
    return false;
}

/* One line for each example in a language. */
static const char *examples_text(const struct screen *screen, const json_t *severity, const char *language) {
    struct buf text;
    size_t at;
    const json_t *example;
    buf_init(&text, screen->op->arena, EXAMPLES_AREA_MAX * 4);
    json_array_foreach(json_object_get(severity, "examples"), at, example) {
        const char *line = json_text(example, language);
        buf_printf(&text, "%s%s", at == 0 ? "" : "\n", line == NULL ? "" : line);
    }
    return text.data;
}

static void add_flags(const struct group *group, const json_t *chosen, const char *list, int count,
                      const char *(*name)(int)) {
    const struct screen *screen = group->form->screen;
    for (int i = 0; i < count; i++) {
        const char *key = path_of(screen, "label.%s.%s", str_eq(list, "channels") ? "channel" : "role", name(i));
        add_field(group, path_of(screen, "%s.%s", list, name(i)),
                  (struct field_spec){ .shape = SHAPE_FLAG, .label = key }, holds(chosen, name(i)) ? "true" : "", NULL);
    }
}

static const char *channel_name(int channel) {
    return policy_channel_name((enum policy_channel)channel);
}

static const char *role_name_of(int role) {
    return policy_role_name((enum policy_role)role);
}

static void add_member(const struct group *group, json_t *severity, const struct member *member) {
    add_field(group, member->path,
              (struct field_spec){ .shape = member->number ? SHAPE_NUMBER : SHAPE_LINE,
                                   .label = member->label,
                                   .required = true,
                                   .max = member->number ? 0 : LINE_MAX },
              value_of(group->form->screen, severity, member->path), NULL);
}

static void add_choices(const struct group *group, json_t *severity) {
    static const char *const SPANS[] = { "report_due", "retro_due" };
    static const char *const LABELS[] = { "policy_page.report_unit", "policy_page.retro_unit" };
    const struct screen *screen = group->form->screen;
    for (size_t i = 0; i < 2; i++) {
        add_member(group, severity, &AMOUNTS[i]);
        const char *path = path_of(screen, "%s.unit", SPANS[i]);
        add_field(group, path, (struct field_spec){ .shape = SHAPE_SELECT, .label = LABELS[i], .required = true },
                  value_of(screen, severity, path), options_words(screen, "span", UNITS));
    }
    add_field(group, "review",
              (struct field_spec){ .shape = SHAPE_SELECT, .label = "policy_page.review", .required = true },
              value_of(screen, severity, "review"), options_words(screen, "review", REVIEWS));
    add_member(group, severity, &CHANNEL);
    bool hours = json_is_true(json_object_get(severity, "business_hours"));
    add_field(group, "business_hours",
              (struct field_spec){ .shape = SHAPE_FLAG, .label = "policy_page.business_hours" }, hours ? "true" : "",
              NULL);
}

static json_t *severity_row(struct form *form, json_t *severity, size_t index) {
    const struct screen *screen = form->screen;
    json_t *row = json_object();
    const char *path = path_of(screen, "severities[%zu]", index);
    struct group texts = new_group(form, row, "texts", path), numbers = new_group(form, row, "numbers", path);
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        add_member(MEMBERS[i].number ? &numbers : &texts, severity, &MEMBERS[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        add_field(&texts, path_of(screen, "examples.%s", LANGUAGES[i]),
                  (struct field_spec){ .shape = SHAPE_AREA,
                                       .label = path_of(screen, "policy_page.examples_%s", LANGUAGES[i]),
                                       .hint = "policy_page.examples_hint",
                                       .max = EXAMPLES_AREA_MAX },
                  examples_text(screen, severity, LANGUAGES[i]), NULL);
    }
    struct group choices = new_group(form, row, "choices", path), channels = new_group(form, row, "channels", path),
                 roles = new_group(form, row, "roles", path);
    add_choices(&choices, severity);
    add_flags(&channels, json_object_get(severity, "channels"), "channels", CHANNEL_COUNT, channel_name);
    add_flags(&roles, json_object_get(severity, "roles"), "roles", POLICY_ROLE_COUNT, role_name_of);
    json_put(row, "severity", view_severity(screen, json_text(severity, "code")));
    return row;
}

/* --- the questions that lead to a severity --- */

static const struct member STEP[] = {
    { "question.ko", "policy_page.question_ko", false },
    { "question.en", "policy_page.question_en", false },
    { "hint.ko", "policy_page.hint_ko", false },
    { "hint.en", "policy_page.hint_en", false },
};
enum { STEP_COUNT = sizeof STEP / sizeof *STEP };

static json_t *step_row(struct form *form, json_t *step, size_t index) {
    const struct screen *screen = form->screen;
    json_t *row = json_object();
    struct group fields = new_group(form, row, "fields", path_of(screen, "wizard.steps[%zu]", index));
    for (size_t i = 0; i < STEP_COUNT; i++) {
        add_field(&fields, STEP[i].path,
                  (struct field_spec){ .shape = SHAPE_LINE, .label = STEP[i].label, .max = LINE_MAX },
                  value_of(screen, step, STEP[i].path), NULL);
    }
    add_field(&fields, "severity",
              (struct field_spec){ .shape = SHAPE_SELECT, .label = "policy_page.then", .required = true },
              json_text(step, "severity"), options_severities(screen));
    json_put_text(row, "title", say_count(screen, "policy_page.step", (int64_t)index + 1));
    return row;
}

/* Those there are, and an empty one to add. */
static void add_wizard(struct form *form) {
    const struct screen *screen = form->screen;
    json_t *wizard = json_object_get(screen->policy->json, "wizard");
    json_t *steps = json_object_get(wizard, "steps");
    json_t *rows = json_array(), *last = json_object();
    size_t count = json_array_size(steps);
    for (size_t i = 0; i < count; i++) json_push(rows, step_row(form, json_array_get(steps, i), i));
    if (count < POLICY_STEPS_MAX) json_push(rows, step_row(form, json_obj(screen->op->arena), count));
    struct group otherwise = new_group(form, last, "fields", "wizard");
    add_field(&otherwise, "otherwise",
              (struct field_spec){ .shape = SHAPE_SELECT, .label = "policy_page.otherwise", .required = true },
              json_text(wizard, "otherwise"), options_severities(screen));
    json_put(screen->view, "steps", rows);
    json_put(screen->view, "otherwise", last);
}

static void add_presets(struct screen *screen, struct form *preset) {
    struct field_spec spec = { "preset", SHAPE_RADIO, "policy_page.preset", NULL, true, 0, NULL };
    json_put(screen->view, "preset",
             json_incref(form_field(preset, &spec, screen->policy->preset, options_presets(screen))));
}

static void show_edit(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form, preset;
    if (!screen_open(request, response, "policy_page.edit", &screen)) return;
    json_t *severity;
    json_t *rows = json_array();
    size_t index;
    form_open(&screen, &form);
    json_array_foreach(json_object_get(screen.policy->json, "severities"), index, severity) {
        json_push(rows, severity_row(&form, severity, index));
    }
    json_put(screen.view, "severities", rows);
    add_wizard(&form);
    json_put_text(screen.view, "version",
                  path_of(&screen, "%lld", (long long)form_version_of(&form, screen.policy->version)));
    form_open_as(&screen, "adoption", &preset);
    add_presets(&screen, &preset);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/policy_edit");
    else screen_refuse(&screen, "pages/policy_edit", refusal);
}

static void page_edit(struct request *request, struct response *response) {
    show_edit(request, response, NULL);
}

/* --- what was typed, into a copy of the document --- */

static const char *typed(const struct request *request, const char *path, const char *name) {
    return request_form(request, arena_printf(request->op->arena, "%s.%s", path, name));
}

/* A number that is none stays a text, which the check refuses by name. */
static void take(const struct request *request, json_t *object, const char *path, const struct member *member) {
    const char *name;
    const char *text = typed(request, path, member->path);
    json_t *inner = holder(object, member->path, &name);
    int64_t number = 0;
    if (text == NULL || inner == NULL) return;
    if (member->number && str_to_i64(text, &number)) json_object_set_new(inner, name, json_integer(number));
    else json_object_set_new(inner, name, json_string(text));
}

static json_t *taken_flags(const struct request *request, const char *path, int count, const char *(*name)(int)) {
    json_t *list = json_array();
    for (int i = 0; i < count; i++) {
        if (str_eq(typed(request, path, name(i)), "true")) json_array_append_new(list, json_string(name(i)));
    }
    return list;
}

/* The next line of a text, without blanks around it; NULL at the end. */
static const char *next_line(struct arena *arena, const char **at) {
    if (**at == '\0') return NULL;
    size_t len = strcspn(*at, "\r\n");
    const char *line = arena_strn(arena, *at, len);
    *at += len;
    if (**at == '\r') (*at)++;
    if (**at == '\n') (*at)++;
    return line;
}

/* Line by line: the n-th English one belongs to the n-th Korean one. */
static json_t *taken_examples(const struct request *request, const char *path) {
    struct arena *arena = request->op->arena;
    const char *ko = typed(request, path, "examples.ko"), *en = typed(request, path, "examples.en");
    json_t *list = json_array();
    const char *korean;
    if (ko == NULL) ko = "";
    if (en == NULL) en = "";
    while ((korean = next_line(arena, &ko)) != NULL) {
        const char *english = next_line(arena, &en);
        if (str_blank(korean)) continue;
        json_t *pair = json_object();
        json_object_set_new(pair, "ko", json_string(korean));
        json_object_set_new(pair, "en", json_string(str_blank(english) ? korean : english));
        json_array_append_new(list, pair);
    }
    return list;
}

static void take_severity(const struct request *request, json_t *severity, const char *path) {
    static const struct member WORDS[] = { { "report_due.unit", NULL, false },
                                           { "retro_due.unit", NULL, false },
                                           { "review", NULL, false } };
    for (size_t i = 0; i < MEMBER_COUNT; i++) take(request, severity, path, &MEMBERS[i]);
    for (size_t i = 0; i < sizeof AMOUNTS / sizeof *AMOUNTS; i++) take(request, severity, path, &AMOUNTS[i]);
    take(request, severity, path, &CHANNEL);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) take(request, severity, path, &WORDS[i]);
    const char *channels = arena_printf(request->op->arena, "%s.channels", path);
    const char *roles = arena_printf(request->op->arena, "%s.roles", path);
    json_object_set_new(severity, "channels", taken_flags(request, channels, CHANNEL_COUNT, channel_name));
    json_object_set_new(severity, "roles", taken_flags(request, roles, POLICY_ROLE_COUNT, role_name_of));
    json_object_set_new(severity, "business_hours",
                        json_boolean(str_eq(typed(request, path, "business_hours"), "true")));
    json_object_set_new(severity, "examples", taken_examples(request, path));
}

static json_t *new_step(const char *key) {
    return json_pack("{s:s, s:{s:s, s:s}, s:{s:s, s:s}, s:s}", "key", key, "question", "ko", "", "en", "", "hint", "ko",
                     "", "en", "", "severity", "");
}

/* A step whose questions were both emptied is dropped; the empty one is added when it was filled in. */
static void take_wizard(const struct request *request, json_t *wizard) {
    static const struct member SEVERITY = { "severity", NULL, false }, OTHERWISE = { "otherwise", NULL, false };
    struct arena *arena = request->op->arena;
    json_t *steps = json_object_get(wizard, "steps"), *kept = json_array();
    for (size_t i = 0; i <= json_array_size(steps) && i < POLICY_STEPS_MAX; i++) {
        const char *path = arena_printf(arena, "wizard.steps[%zu]", i);
        bool fresh = i == json_array_size(steps);
        if (str_blank(typed(request, path, "question.ko")) && str_blank(typed(request, path, "question.en"))) continue;
        json_t *step = fresh ? new_step(arena_printf(arena, "step-%lld", (long long)request->op->now_ms))
                             : json_incref(json_array_get(steps, i));
        if (!json_is_object(json_object_get(step, "hint"))) json_object_set_new(step, "hint", json_object());
        for (size_t j = 0; j < STEP_COUNT; j++) take(request, step, path, &STEP[j]);
        take(request, step, path, &SEVERITY);
        json_array_append_new(kept, step);
    }
    json_object_set_new(wizard, "steps", kept);
    take(request, wizard, "wizard", &OTHERWISE);
}

static json_t *typed_document(struct request *request, const json_t *current) {
    json_t *document = json_deep_copy(current), *severity;
    size_t index;
    json_array_foreach(json_object_get(document, "severities"), index, severity) {
        take_severity(request, severity, arena_printf(request->op->arena, "severities[%zu]", index));
    }
    take_wizard(request, json_object_get(document, "wizard"));
    arena_defer(request->op->arena, (void (*)(void *))json_decref, document);
    return document;
}

static void do_edit(struct request *request, struct response *response) {
    const struct policy *policy = NULL;
    struct error err;
    if (!policy_load(request->op, 0, &policy, &err)) respond_error(request, response, &err);
    else if (!policy_save(request->op, form_typed_version(request), typed_document(request, policy->json), &policy,
                          &err)) {
        show_edit(request, response, &err);
    } else {
        respond_redirect_flash(request, response, "/policy", "flash.saved");
    }
}

static void do_adopt(struct request *request, struct response *response) {
    const struct policy *policy = NULL;
    struct error err;
    if (!policy_adopt(request->op, form_typed_version(request), request_form(request, "preset"), &policy, &err)) {
        respond_error(request, response, &err);
        return;
    }
    respond_redirect_flash(request, response, "/policy", "flash.saved");
}

static const struct route EDIT_LIST[] = {
    { HTTP_GET, "/policy/edit", page_edit, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/policy/edit", do_edit, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/policy/adopt", do_adopt, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table POLICY_EDIT_ROUTES = ROUTE_TABLE(EDIT_LIST);
