/* 고객 공지: what customers must be told, by whom it is approved, and how it reads everywhere. The desk, an incident's
 * notices, and one notice with its text, its channels and its steps. Works without scripts. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/search.h"
#include "notice/notice_json.h"
#include "notice/template_store.h"
#include "text/i18n.h"
#include "text/when.h"

static const struct field_spec STAGE = { "stage", SHAPE_SELECT, "notice.stage_field", NULL, false, 0, NULL };
static const struct field_spec TEMPLATE = { "template", SHAPE_SELECT, "notice.template", NULL, false, 0, NULL };
static const struct field_spec NEXT = {
    "next_notice_at", SHAPE_TIME, "notice.next", "notice.hint.next", false, 0, NULL
};
static const struct field_spec TEXTS[] = {
    { "title.ko", SHAPE_LINE, "notice.title_ko", NULL, true, NOTICE_TITLE_MAX, NULL },
    { "text.ko", SHAPE_AREA, "notice.text_ko", NULL, true, NOTICE_TEXT_MAX, NULL },
    { "title.en", SHAPE_LINE, "notice.title_en", NULL, false, NOTICE_TITLE_MAX, NULL },
    { "text.en", SHAPE_AREA, "notice.text_en", "notice.hint.text_en", false, NOTICE_TEXT_MAX, NULL },
};
static const struct field_spec REASON = { "reason",          SHAPE_LINE, "notice.reason", "notice.hint.reason", false,
                                          NOTICE_REASON_MAX, NULL };

/* --- shared --- */

static const char *notice_url(const struct op *op, int64_t id) {
    char text[ID_TEXT_SIZE];
    return arena_printf(op->arena, "/notices/%s", id_text(id, text));
}

static json_t *options_stages(const struct screen *screen) {
    json_t *options = options_new();
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        const char *name = notice_stage_name((enum notice_stage)stage);
        option_add(options, name, say(screen, path_of(screen, "notice.stage.%s", name)));
    }
    return options;
}

static json_t *notice_row(const struct screen *screen, const struct notice *notice) {
    static const char *const TONES[] = { "", "warn", "info", "good", "" };
    json_t *row = json_object();
    bool english = str_eq(i18n_code(screen->op->lang), "en") && notice->en.title != NULL;
    json_put_text(row, "title", english ? notice->en.title : notice->ko.title);
    json_put_text(row, "url", notice_url(screen->op, notice->id));
    json_put_text(row, "version", path_of(screen, "%lld", (long long)notice->version));
    const char *state = notice_state_name(notice->state);
    json_put_text(row, "state", say(screen, path_of(screen, "notice.state.%s", state)));
    json_put_text(row, "tone", TONES[notice->state]);
    const char *stage = notice_stage_name(notice->stage);
    json_put_text(row, "stage", say(screen, path_of(screen, "notice.stage.%s", stage)));
    json_put_text(row, "by", notice->editor);
    json_put(row, "at", view_instant(screen, notice->updated_at));
    json_put(row, "next",
             notice->state == NOTICE_PUBLISHED && notice->stage == STAGE_RECOVERED
                 ? json_null()
                 : view_until(screen, notice->next_at));
    return row;
}

/* --- the desk: what waits --- */

/* Running incidents that reach outside: without a published notice, or with a promise to keep. */
static bool add_running(struct screen *screen, struct error *err) {
    struct incident_page page;
    const struct incident_query query = { .state = "active", .kind = "normal", .limit = "50" };
    json_t *untold = json_array(), *promised = json_array();
    if (!incident_list(screen->op, &query, &page, err)) return false;
    for (size_t i = 0; i < page.count; i++) {
        struct notice_list list;
        const struct notice *newest = NULL;
        if (!notice_of_incident(screen->op, page.list[i].ref, &list, err)) return false;
        for (size_t n = 0; n < list.count && newest == NULL; n++) {
            if (list.items[n].state == NOTICE_PUBLISHED) newest = &list.items[n];
        }
        json_t *row = view_incident_row(screen, &page.list[i]);
        json_put_text(row, "notices", path_of(screen, "/incidents/%s/notices", page.list[i].ref));
        json_put(row, "next", newest == NULL ? json_null() : view_until(screen, newest->next_at));
        json_push(newest == NULL ? untold : promised, row);
    }
    json_put(screen->view, "untold", untold);
    json_put(screen->view, "promised", promised);
    return true;
}

static void page_desk(struct request *request, struct response *response) {
    struct screen screen;
    struct notice_list waiting;
    struct error err;
    if (!screen_open(request, response, "notice.desk", &screen)) return;
    if (!notice_waiting(request->op, &waiting, &err) || !add_running(&screen, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < waiting.count; i++) json_push(rows, notice_row(&screen, &waiting.items[i]));
    json_put(screen.view, "waiting", rows);
    screen_show(&screen, "pages/notices");
}

/* --- the notices of an incident --- */

/* Duties that the law may put on the organisation, as data that can be edited; never advice. */
static void add_duties(const struct screen *screen) {
    struct error err;
    json_t *duties;
    const struct asset *asset = asset_find("templates/statutory.json");
    json_t *rows = json_array();
    if (asset != NULL && json_parse(screen->op->arena, (const char *)asset->bytes, asset->size, &duties, &err)) {
        size_t index;
        json_t *duty;
        json_array_foreach(duties, index, duty) {
            static const char *const PARTS[] = { "question", "duty", "when" };
            json_t *row = json_object();
            for (size_t i = 0; i < 3; i++) {
                const json_t *pair = json_object_get(duty, PARTS[i]);
                json_put_text(row, PARTS[i], json_text(pair, i18n_code(screen->op->lang)));
            }
            json_put_text(row, "source", json_text(duty, "source"));
            json_put_text(row, "url", json_text(duty, "url"));
            const json_t *checked = json_object_get(duty, "checked");
            json_put(row, "checked", json_is_object(checked) ? json_deep_copy(checked) : json_null());
            json_push(rows, row);
        }
    }
    json_put(screen->view, "duties", rows);
}

static bool add_templates(const struct screen *screen, struct form *form, struct error *err) {
    struct scenario *list;
    size_t count;
    if (!notice_templates_load(screen->op, i18n_code(screen->op->lang), &list, &count, err)) return false;
    json_t *options = options_new();
    option_add(options, "", say(screen, "notice.fitting"));
    for (size_t i = 0; i < count; i++) option_add(options, list[i].key, list[i].name);
    form_field(form, &TEMPLATE, NULL, options);
    return true;
}

static void show_incident(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct notice_list list;
    struct form form;
    struct error err;
    const char *ref = request_param(request, "ref");
    if (!screen_open(request, response, "notice.desk", &screen)) return;
    form_open(&screen, &form);
    if (!notice_of_incident(request->op, ref, &list, &err) || !add_templates(&screen, &form, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < list.count; i++) json_push(rows, notice_row(&screen, &list.items[i]));
    bool told = list.count > 0 && list.items[0].state == NOTICE_PUBLISHED;
    form_field(&form, &STAGE, told ? "recovered" : "detected", options_stages(&screen));
    const int64_t half_an_hour = 30 * 60 * 1000;
    form_field(&form, &NEXT, when_input(request->op->arena, screen.organisation.tz, request->op->now_ms + half_an_hour),
               NULL);
    form_action(&form, request->path, "notice.create");
    json_put_text(screen.view, "ref", ref);
    json_put_text(screen.view, "incident_url", incident_url(&screen, ref));
    json_put(screen.view, "notices", rows);
    json_put_bool(screen.view, "may_write", screen_may(&screen, PERM_NOTICE));
    add_duties(&screen);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/incident_notices");
    else screen_refuse(&screen, "pages/incident_notices", refusal);
}

static void page_incident(struct request *request, struct response *response) {
    show_incident(request, response, NULL);
}

static void do_create(struct request *request, struct response *response) {
    struct notice notice;
    struct error err;
    const char *template = request_form(request, "template");
    struct notice_input input = { .template = str_blank(template) ? NULL : template,
                                  .stage = request_form(request, "stage"),
                                  .next_at = request_form(request, "next_notice_at") };
    if (notice_create(request->op, request_param(request, "ref"), &input, &notice, &err))
        respond_redirect_flash(request, response, notice_url(request->op, notice.id), "flash.saved");
    else if (screen_can_refuse(&err)) show_incident(request, response, &err);
    else respond_error(request, response, &err);
}

/* --- one notice --- */

/* The variables of the message template that the carrier has approved, ready to be copied. */
static json_t *kakao_rows(json_t *variables) {
    json_t *rows = json_array();
    const char *name;
    json_t *value;
    json_object_foreach(variables, name, value) {
        json_t *row = json_object();
        json_put_text(row, "name", name);
        json_put_text(row, "value", json_string_value(value));
        json_push(rows, row);
    }
    return rows;
}

static void add_channels(struct screen *screen, const json_t *desk) {
    static const char *const LANGUAGES[] = { "ko", "en" }, *const NAMES[] = { "page", "banner", "ars", "phone" };
    json_t *list = json_array();
    for (size_t i = 0; i < 2; i++) {
        const json_t *channels = json_object_get(json_object_get(desk, "channels"), LANGUAGES[i]);
        if (!json_is_object(channels)) continue;
        const json_t *sms = json_object_get(channels, "sms");
        json_t *row = json_object(), *texts = json_array();
        const char *bytes = path_of(screen, "%lld", (long long)json_integer_value(json_object_get(sms, "bytes")));
        const char *kind = json_text(sms, "kind");
        for (size_t n = 0; n < sizeof NAMES / sizeof *NAMES; n++) {
            json_t *text = json_object();
            json_put_text(text, "label", say(screen, path_of(screen, "notice.channel.%s", NAMES[n])));
            json_put_text(text, "text", json_text(channels, NAMES[n]));
            json_push(texts, text);
        }
        json_put_text(row, "lang", LANGUAGES[i]);
        json_put_text(row, "label", i == 0 ? "한국어" : "English");
        json_put(row, "texts", texts);
        json_put_text(row, "sms", json_text(sms, "text"));
        json_put_text(row, "sms_missing", json_text(sms, "missing"));
        json_put(row, "kakao", kakao_rows(json_object_get(channels, "kakao")));
        json_put_text(row, "sms_size",
                      i18n_format(screen->op->lang, screen->op->arena, "notice.sms_size",
                                  I18N_ARGS({ "kind", say(screen, path_of(screen, "notice.sms.%s", kind)) },
                                            { "bytes", bytes })));
        json_push(list, row);
    }
    json_put(screen->view, "channels", list);
}

static void add_checks(struct screen *screen, const json_t *desk) {
    json_t *warnings = json_array(), *changes = json_array();
    size_t index;
    const json_t *item;
    json_array_foreach(json_object_get(desk, "agreement"), index, item) {
        const char *key = path_of(screen, "notice.missing.%s", json_text(item, "missing_in"));
        json_push(warnings, json_string(i18n_format(screen->op->lang, screen->op->arena, key,
                                                    I18N_ARGS({ "value", json_text(item, "value") }))));
    }
    json_array_foreach(json_object_get(desk, "changes"), index, item) {
        json_t *part = json_object();
        json_put_text(part, "text", json_text(item, "text"));
        json_put_bool(part, "added", str_eq(json_text(item, "kind"), "added"));
        json_put_bool(part, "removed", str_eq(json_text(item, "kind"), "removed"));
        json_push(changes, part);
    }
    json_put(screen->view, "warnings", warnings);
    json_put(screen->view, "changes", changes);
}

static void add_steps(struct screen *screen, const struct notice *notice) {
    bool write = screen_may(screen, PERM_NOTICE), decide = screen_may(screen, PERM_NOTICE_APPROVE);
    bool open = notice->state < NOTICE_PUBLISHED;
    json_t *may = json_object();
    json_put_bool(may, "edit", write && open);
    json_put_bool(may, "submit", write && notice->state == NOTICE_DRAFT);
    json_put_bool(may, "approve", decide && notice->state == NOTICE_SUBMITTED);
    json_put_bool(may, "reject", decide && (notice->state == NOTICE_SUBMITTED || notice->state == NOTICE_APPROVED));
    json_put_bool(may, "publish", write && notice->state == NOTICE_APPROVED);
    json_put_bool(may, "emergency", decide && open && notice->state != NOTICE_APPROVED);
    json_put_bool(may, "withdraw", write && notice->state != NOTICE_WITHDRAWN);
    json_put(screen->view, "may", may);
}

static void add_form(struct screen *screen, const struct notice *notice, const struct error *refusal) {
    struct form form, reason;
    const char *next =
        notice->next_at == 0 ? NULL : when_input(screen->op->arena, screen->organisation.tz, notice->next_at);
    form_open_as(screen, "reason_form", &reason);
    form_field(&reason, &REASON, NULL, NULL);
    form_open(screen, &form);
    form.posted = form.posted && request_form(screen->request, "text.ko") != NULL;
    form_field(&form, &STAGE, notice_stage_name(notice->stage), options_stages(screen));
    form_fields(&form, TEXTS, 4,
                (const char *const[]){ notice->ko.title, notice->ko.text, notice->en.title, notice->en.text });
    form_wording(json_object_get(json_object_get(form.object, "named"), "text.ko"), "notice");
    form_wording(json_object_get(json_object_get(form.object, "named"), "text.en"), "notice");
    form_field(&form, &NEXT, next, NULL);
    form_action(&form, notice_url(screen->op, notice->id), "ui.save");
    form_hidden(&form, "version", path_of(screen, "%lld", (long long)notice->version));
    if (refusal == NULL) return;
    form_mark(&form);
    form_errors(&form, refusal);
}

static bool path_notice(struct request *request, struct notice *out, struct error *err) {
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    return notice_load(request->op, id, out, err);
}

static void show_notice(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct notice notice;
    struct error err;
    json_t *desk;
    if (!screen_open(request, response, "notice.desk", &screen)) return;
    if (!path_notice(request, &notice, &err) || !notice_json(request->op, &notice, &desk, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *ref = json_text(desk, "incident");
    json_put_text(screen.view, "ref", ref);
    json_put_text(screen.view, "back", path_of(&screen, "/incidents/%s/notices", ref));
    json_put(screen.view, "notice", notice_row(&screen, &notice));
    json_put_bool(screen.view, "drill", json_is_true(json_object_get(desk, "drill")));
    json_put_text(screen.view, "reason", notice.reason);
    json_put_text(screen.view, "emergency_reason", notice.emergency_reason);
    json_put_text(screen.view, "author", notice.author);
    json_put_text(screen.view, "approver", notice.approver);
    json_put_text(screen.view, "publisher", notice.publisher);
    json_put(screen.view, "published", view_instant(&screen, notice.published_at));
    add_channels(&screen, desk);
    add_checks(&screen, desk);
    add_steps(&screen, &notice);
    add_form(&screen, &notice, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/notice");
    else screen_refuse(&screen, "pages/notice", refusal);
}

static void page_notice(struct request *request, struct response *response) {
    show_notice(request, response, NULL);
}

static void answer(struct request *request, struct response *response, bool done, const struct notice *notice,
                   const char *flash, const struct error *err) {
    if (done) respond_redirect_flash(request, response, notice_url(request->op, notice->id), flash);
    else if (screen_can_refuse(err)) show_notice(request, response, err);
    else respond_error(request, response, err);
}

static int64_t typed_version(const struct request *request) {
    int64_t version = 0;
    const char *typed = request_form(request, "version");
    if (typed != NULL) (void)str_to_i64(typed, &version);
    return version;
}

static void do_edit(struct request *request, struct response *response) {
    struct notice notice;
    struct error err;
    struct notice_input input = { .stage = request_form(request, "stage"),
                                  .title_ko = request_form(request, "title.ko"),
                                  .text_ko = request_form(request, "text.ko"),
                                  .title_en = request_form(request, "title.en"),
                                  .text_en = request_form(request, "text.en"),
                                  .next_at = request_form(request, "next_notice_at"),
                                  .expected_version = typed_version(request) };
    bool done = path_notice(request, &notice, &err) && notice_edit(request->op, notice.id, &input, &notice, &err);
    answer(request, response, done, &notice, "flash.saved", &err);
}

typedef bool (*step_fn)(struct op *op, int64_t id, const struct notice_step *step, struct notice *out,
                        struct error *err);

static void take(struct request *request, struct response *response, step_fn step, const char *flash) {
    struct notice notice;
    struct error err;
    const char *reason = request_form(request, "reason");
    const struct notice_step typed = { .expected_version = typed_version(request),
                                       .reason = str_blank(reason) ? NULL : reason,
                                       .emergency = str_eq(request_form(request, "emergency"), "true") };
    bool done = path_notice(request, &notice, &err) && step(request->op, notice.id, &typed, &notice, &err);
    answer(request, response, done, &notice, flash, &err);
}

static void do_submit(struct request *request, struct response *response) {
    take(request, response, notice_submit, "flash.notice_submitted");
}
static void do_approve(struct request *request, struct response *response) {
    take(request, response, notice_approve, "flash.notice_approved");
}
static void do_reject(struct request *request, struct response *response) {
    take(request, response, notice_reject, "flash.notice_returned");
}
static void do_publish(struct request *request, struct response *response) {
    take(request, response, notice_publish, "flash.notice_published");
}
static void do_withdraw(struct request *request, struct response *response) {
    take(request, response, notice_withdraw, "flash.notice_withdrawn");
}

#define WRITE CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/notices", page_desk, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/incidents/:ref/notices", page_incident, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/incidents/:ref/notices", do_create, PERM_NOTICE, WRITE },
    { HTTP_GET, "/notices/:id", page_notice, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/notices/:id", do_edit, PERM_NOTICE, WRITE },
    { HTTP_POST, "/notices/:id/submit", do_submit, PERM_NOTICE, WRITE },
    { HTTP_POST, "/notices/:id/approve", do_approve, PERM_NOTICE_APPROVE, WRITE },
    { HTTP_POST, "/notices/:id/reject", do_reject, PERM_NOTICE_APPROVE, WRITE },
    { HTTP_POST, "/notices/:id/publish", do_publish, PERM_NOTICE, WRITE },
    { HTTP_POST, "/notices/:id/withdraw", do_withdraw, PERM_NOTICE, WRITE },
};
const struct route_table NOTICE_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
