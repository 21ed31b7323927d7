/* 대응 정책: what each severity promises, readable by everybody; edited by administrators. Editing changes the
 * document member by member and saves it as the next version, so field names are the document's own paths. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"
#include "text/when.h"

static const char *span_text(const struct screen *screen, const struct policy_span *span) {
    static const char *const KEYS[] = { [SPAN_HOURS] = "policy_page.hours",
                                        [SPAN_DAYS] = "policy_page.days",
                                        [SPAN_BUSINESS_DAYS] = "policy_page.business_days" };
    return span->unit == SPAN_NONE ? NULL : say_count(screen, KEYS[span->unit], span->amount);
}

static const char *minutes_text(const struct screen *screen, int64_t minutes) {
    return minutes == 0 ? NULL : when_minutes(screen->op->arena, screen->op->lang, minutes);
}

/* The labels of the set bits, joined by commas. */
static const char *list_text(const struct screen *screen, unsigned bits, const char *group, int count,
                             const char *(*name)(int)) {
    struct buf text;
    buf_init(&text, screen->op->arena, 1000);
    for (int i = 0; i < count; i++) {
        if ((bits & (1U << i)) == 0) continue;
        if (text.len > 0) buf_puts(&text, ", ");
        buf_puts(&text, label(screen, group, name(i)));
    }
    return text.data;
}

static const char *channel_name(int channel) {
    return policy_channel_name((enum policy_channel)channel);
}

static const char *role_name_of(int role) {
    return policy_role_name((enum policy_role)role);
}

static json_t *severity_view(const struct screen *screen, const struct policy_severity *severity) {
    const struct i18n *lang = screen->op->lang;
    json_t *view = json_object(), *examples = json_array(), *clocks = json_array(), *duties = json_array();
    json_put(view, "severity", view_severity(screen, severity->code));
    json_put_text(view, "name", policy_say(&severity->name, lang));
    json_put_text(view, "meaning", policy_say(&severity->meaning, lang));
    const char *response = policy_say(&severity->response, lang);
    json_put_text(view, "response", *response == '\0' ? NULL : response);
    for (size_t i = 0; i < severity->example_count; i++) {
        json_push(examples, json_string(policy_say(&severity->examples[i], lang)));
    }
    json_put_bool(view, "has_examples", severity->example_count > 0);
    json_put(view, "examples", examples);
    view_fact(screen, clocks, "policy_page.response", minutes_text(screen, severity->response_minutes));
    view_fact(screen, clocks, "policy_page.update", minutes_text(screen, severity->update_minutes));
    view_fact(screen, clocks, "policy_page.ack", minutes_text(screen, severity->ack_minutes));
    view_fact(screen, clocks, "policy_page.notice", minutes_text(screen, severity->notice_minutes));
    view_fact(screen, clocks, "policy_page.mitigate", minutes_text(screen, severity->mitigate_minutes));
    view_fact(screen, clocks, "policy_page.help", minutes_text(screen, severity->help_minutes));
    view_fact(screen, clocks, "policy_page.executive", minutes_text(screen, severity->executive_minutes));
    view_fact(screen, duties, "policy_page.report", span_text(screen, &severity->report));
    view_fact(screen, duties, "policy_page.retro", span_text(screen, &severity->retro));
    view_fact(screen, duties, "policy_page.review",
              label(screen, "review", severity->review == REVIEW_TEAM ? "team" : "executives"));
    view_fact(screen, duties, "policy_page.channels",
              list_text(screen, severity->channels, "channel", CHANNEL_COUNT, channel_name));
    view_fact(screen, duties, "policy_page.roles",
              list_text(screen, severity->roles, "role", POLICY_ROLE_COUNT, role_name_of));
    json_put(view, "clocks", clocks);
    json_put(view, "duties", duties);
    return view;
}

static bool add_versions(const struct screen *screen, struct error *err) {
    struct policy_version_list list;
    json_t *versions = json_array();
    if (!policy_versions(screen->op, &list, err)) return false;
    for (size_t i = 0; i < list.count; i++) {
        json_t *row = json_object();
        json_put_text(row, "label",
                      path_of(screen, "%lld · %s", (long long)list.items[i].version,
                              policy_say(&list.items[i].name, screen->op->lang)));
        json_put_text(row, "url", path_of(screen, "/policy?version=%lld", (long long)list.items[i].version));
        json_put_text(row, "who", list.items[i].created_by);
        json_put(row, "at", view_instant(screen, list.items[i].created_ms));
        json_push(versions, row);
    }
    json_put(screen->view, "versions", versions);
    return true;
}

static void page_policy(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    int64_t version = 0;
    const char *asked = request_query(request, "version");
    if (asked != NULL) (void)str_to_i64(asked, &version);
    if (!screen_open(request, response, "policy_page.title", &screen)) return;
    if (!policy_load(request->op, version, &screen.policy, &err) || !add_versions(&screen, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const struct policy *policy = screen.policy;
    json_t *severities = json_array(), *steps = json_array();
    for (size_t i = 0; i < policy->severity_count; i++) {
        json_push(severities, severity_view(&screen, &policy->severities[i]));
    }
    for (size_t i = 0; i < policy->step_count; i++) {
        json_t *step = json_object();
        json_put_text(step, "question", policy_say(&policy->steps[i].question, request->op->lang));
        json_put_text(step, "hint", policy_say(&policy->steps[i].hint, request->op->lang));
        json_put(step, "severity", view_severity(&screen, policy->steps[i].severity));
        json_push(steps, step);
    }
    json_put(screen.view, "severities", severities);
    json_put(screen.view, "steps", steps);
    json_put(screen.view, "otherwise", view_severity(&screen, policy->otherwise));
    json_put_text(screen.view, "name", policy_say(&policy->name, request->op->lang));
    json_put_text(screen.view, "version", say_count(&screen, "policy_page.version", policy->version));
    screen_show(&screen, "pages/policy");
}

/* -- editing -- */

static const struct member {
    const char *path; /* within a severity: "name.ko" */
    const char *label;
    enum field_shape shape;
    bool number;
} MEMBERS[] = {
    { "name.ko", "policy_page.name_ko", SHAPE_LINE, false },
    { "name.en", "policy_page.name_en", SHAPE_LINE, false },
    { "response.ko", "policy_page.response_ko", SHAPE_LINE, false },
    { "response.en", "policy_page.response_en", SHAPE_LINE, false },
    { "meaning.ko", "policy_page.meaning_ko", SHAPE_LINE, false },
    { "meaning.en", "policy_page.meaning_en", SHAPE_LINE, false },
    { "slack_channel", "policy_page.slack_channel", SHAPE_LINE, false },
    { "response_minutes", "policy_page.response", SHAPE_NUMBER, true },
    { "update_minutes", "policy_page.update", SHAPE_NUMBER, true },
    { "ack_minutes", "policy_page.ack", SHAPE_NUMBER, true },
    { "help_minutes", "policy_page.help", SHAPE_NUMBER, true },
    { "executive_minutes", "policy_page.executive", SHAPE_NUMBER, true },
    { "ladder.notice", "policy_page.notice", SHAPE_NUMBER, true },
    { "ladder.mitigate", "policy_page.mitigate", SHAPE_NUMBER, true },
};
enum { MEMBER_COUNT = sizeof MEMBERS / sizeof *MEMBERS };

/* The object that holds the last name of a path, and that name. */
static json_t *holder(json_t *severity, const char *path, const char **name) {
    const char *dot = NULL;
    for (const char *at = path; *at != '\0'; at++) {
        if (*at == '.') dot = at;
    }
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

static void show_edit(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form, preset;
    if (!screen_open(request, response, "policy_page.edit", &screen)) return;
    json_t *severities = json_object_get(screen.policy->json, "severities"), *severity, *rows = json_array();
    size_t index;
    form_open(&screen, &form);
    json_array_foreach(severities, index, severity) {
        json_t *row = json_object(), *texts = json_array(), *numbers = json_array();
        for (size_t i = 0; i < MEMBER_COUNT; i++) {
            const struct member *member = &MEMBERS[i];
            const char *name = path_of(&screen, "severities[%zu].%s", index, member->path);
            struct field_spec spec = { name, member->shape, member->label, NULL, true, 200, NULL };
            json_t *field = form_field(&form, &spec, value_of(&screen, severity, member->path), NULL);
            json_push(member->number ? numbers : texts, json_incref(field));
        }
        json_put(row, "severity", view_severity(&screen, json_text(severity, "code")));
        json_put(row, "texts", texts);
        json_put(row, "numbers", numbers);
        json_push(rows, row);
    }
    json_put(screen.view, "severities", rows);
    json_put_text(screen.view, "version", path_of(&screen, "%lld", (long long)screen.policy->version));
    form_open_as(&screen, "adoption", &preset);
    json_t *options = options_new();
    for (size_t i = 0; i < policy_preset_count(); i++) {
        const struct policy *shipped = policy_preset(request->op->arena, policy_preset_key(i));
        json_t *option = option_add(options, policy_preset_key(i), policy_say(&shipped->name, request->op->lang));
        option_detail(option, policy_codes(request->op->arena, shipped));
    }
    struct field_spec spec = { "preset", SHAPE_RADIO, "policy_page.preset", NULL, true, 0, NULL };
    json_put(screen.view, "preset", json_incref(form_field(&preset, &spec, screen.policy->preset, options)));
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/policy_edit");
    else screen_refuse(&screen, "pages/policy_edit", refusal);
}

static void page_edit(struct request *request, struct response *response) {
    show_edit(request, response, NULL);
}

/* What was typed into a copy of the document. A number that is none stays a text, which the check refuses by name. */
static json_t *typed_document(struct request *request, const json_t *current) {
    json_t *document = json_deep_copy(current), *severity;
    size_t index;
    json_array_foreach(json_object_get(document, "severities"), index, severity) {
        for (size_t i = 0; i < MEMBER_COUNT; i++) {
            const char *path = MEMBERS[i].path, *name = path;
            const char *typed =
                request_form(request, arena_printf(request->op->arena, "severities[%zu].%s", index, path));
            json_t *object = holder(severity, path, &name);
            int64_t number = 0;
            if (typed == NULL || object == NULL) continue;
            if (MEMBERS[i].number && str_to_i64(typed, &number))
                json_object_set_new(object, name, json_integer(number));
            else json_object_set_new(object, name, json_string(typed));
        }
    }
    arena_defer(request->op->arena, (void (*)(void *))json_decref, document);
    return document;
}

static int64_t typed_version(const struct request *request) {
    int64_t version = -1;
    const char *text = request_form(request, "version");
    if (text != NULL) (void)str_to_i64(text, &version);
    return version;
}

static void do_edit(struct request *request, struct response *response) {
    const struct policy *policy = NULL;
    struct error err;
    if (!policy_load(request->op, 0, &policy, &err)) respond_error(request, response, &err);
    else if (!policy_save(request->op, typed_version(request), typed_document(request, policy->json), &policy, &err)) {
        show_edit(request, response, &err);
    } else {
        respond_redirect_flash(request, response, "/policy", "flash.saved");
    }
}

static void do_adopt(struct request *request, struct response *response) {
    const struct policy *policy = NULL;
    struct error err;
    if (!policy_adopt(request->op, typed_version(request), request_form(request, "preset"), &policy, &err)) {
        respond_error(request, response, &err);
        return;
    }
    respond_redirect_flash(request, response, "/policy", "flash.saved");
}

static const struct route POLICY_LIST[] = {
    { HTTP_GET, "/policy", page_policy, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/policy/edit", page_edit, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/policy/edit", do_edit, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/policy/adopt", do_adopt, PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table POLICY_PAGE_ROUTES = ROUTE_TABLE(POLICY_LIST);
