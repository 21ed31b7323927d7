/* 고객 공지 한 건: its text, how it reads everywhere, what stands in its way, and its steps. Works without scripts. */
#include "pages/notice/notices.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "notice/notice_json.h"
#include "text/i18n.h"
#include "text/when.h"

#include <string.h>

static const struct field_spec TEXTS[] = {
    { "title.ko", SHAPE_LINE, "notice.title_ko", NULL, true, NOTICE_TITLE_MAX, NULL },
    { "text.ko", SHAPE_AREA, "notice.text_ko", NULL, true, NOTICE_TEXT_MAX, NULL },
    { "title.en", SHAPE_LINE, "notice.title_en", NULL, false, NOTICE_TITLE_MAX, NULL },
    { "text.en", SHAPE_AREA, "notice.text_en", "notice.hint.text_en", false, NOTICE_TEXT_MAX, NULL },
};
static const struct field_spec ANSWERS[] = {
    { "phone.ko", SHAPE_AREA, "notice.phone_ko", NULL, false, NOTICE_TEXT_MAX, NULL },
    { "ars.ko", SHAPE_AREA, "notice.ars_ko", NULL, false, NOTICE_TEXT_MAX, NULL },
    { "phone.en", SHAPE_AREA, "notice.phone_en", NULL, false, NOTICE_TEXT_MAX, NULL },
    { "ars.en", SHAPE_AREA, "notice.ars_en", NULL, false, NOTICE_TEXT_MAX, NULL },
};
static const struct field_spec REASON = { "reason",          SHAPE_LINE, "notice.reason", "notice.hint.reason", false,
                                          NOTICE_REASON_MAX, NULL };

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

/* What stops it from going out, each with the way to keep it. Names are the only such finding in notices. */
static bool add_findings(struct screen *screen, const struct notice *notice, struct error *err) {
    struct wording_review review;
    json_t *rows = json_array();
    bool open = notice->state < NOTICE_PUBLISHED;
    json_put(screen->view, "findings", rows);
    json_put_text(screen->view, "findings_title", NULL);
    json_put_text(screen->view, "findings_url", notice_url(screen->op, notice->id));
    json_put_bool(screen->view, "may_waive", screen_may(screen, PERM_NOTICE));
    if (!open) return true;
    if (!notice_wording(screen->op, notice->id, &review, err)) return false;
    for (size_t i = 0; i < review.count; i++) {
        const struct wording_reviewed *item = &review.items[i];
        const struct wording_finding *finding = &item->finding;
        if (item->waiver != NULL || finding->severity != WORDING_BLOCK) continue;
        const char *end = strrchr(item->part->key, '.') + 1; /* title.ko: notice.title_ko */
        size_t len = (size_t)(end - item->part->key) - 1;
        json_t *row = json_object();
        json_put_text(row, "place", say(screen, path_of(screen, "notice.%.*s_%s", (int)len, item->part->key, end)));
        json_put_text(row, "url", path_of(screen, "#%s", item->part->key));
        json_put_text(row, "words",
                      arena_strn(screen->op->arena, item->part->text + finding->start_byte,
                                 finding->end_byte - finding->start_byte));
        json_put_text(row, "message", finding->message);
        json_put_text(row, "better", NULL);
        json_put_bool(row, "fixable", false);
        json_put_text(row, "part", item->part->key);
        json_put_text(row, "rule", finding->rule);
        json_put_text(row, "start", path_of(screen, "%lld", (long long)finding->start));
        json_push(rows, row);
    }
    if (json_array_size(rows) > 0)
        json_put_text(screen->view, "findings_title",
                      say_count(screen, "notice.findings", (int64_t)json_array_size(rows)));
    return true;
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

/* Within the notice's own form, folded away until somebody writes their own. */
static void add_answers(struct screen *screen, const json_t *kept, const struct error *refusal) {
    struct form form;
    const json_t *ko = json_object_get(kept, "ko"), *en = json_object_get(kept, "en");
    const char *const texts[] = { json_text(ko, "phone"), json_text(ko, "ars"), json_text(en, "phone"),
                                  json_text(en, "ars") };
    bool open = refusal != NULL;
    for (size_t i = 0; i < 4; i++) open = open || texts[i] != NULL;
    form_open_as(screen, "answer_form", &form);
    form.posted = form.posted && request_form(screen->request, "text.ko") != NULL;
    form_fields(&form, ANSWERS, 4, texts);
    for (size_t i = 0; i < 4; i++)
        form_wording(json_object_get(json_object_get(form.object, "named"), ANSWERS[i].name), "notice");
    json_put_bool(screen->view, "answers_open", open);
    if (refusal != NULL) form_mark(&form);
}

static void add_form(struct screen *screen, const struct notice *notice, const struct error *refusal) {
    struct form form, reason;
    const char *next =
        notice->next_at == 0 ? NULL : when_input(screen->op->arena, screen->organisation.tz, notice->next_at);
    form_open_as(screen, "reason_form", &reason);
    form_field(&reason, &REASON, NULL, NULL);
    form_open(screen, &form);
    form.posted = form.posted && request_form(screen->request, "text.ko") != NULL;
    form_field(&form, &NOTICE_STAGE, notice_stage_name(notice->stage), options_stages(screen));
    form_fields(&form, TEXTS, 4,
                (const char *const[]){ notice->ko.title, notice->ko.text, notice->en.title, notice->en.text });
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        form_wording(json_object_get(json_object_get(form.object, "named"), TEXTS[i].name), "notice");
    json_put_bool(form_field(&form, &NOTICE_NEXT, next, NULL), "optional", false); /* the hint says when */
    form_action(&form, notice_url(screen->op, notice->id), "ui.save");
    form_version(&form, notice->version);
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
    if (!add_findings(&screen, &notice, &err)) {
        respond_error(request, response, &err);
        return;
    }
    add_channels(&screen, desk);
    add_checks(&screen, desk);
    add_steps(&screen, &notice);
    add_answers(&screen, json_object_get(desk, "answers"), refusal);
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

static void do_edit(struct request *request, struct response *response) {
    struct notice notice;
    struct error err;
    struct notice_input input = { .stage = request_form(request, "stage"),
                                  .title_ko = request_form(request, "title.ko"),
                                  .text_ko = request_form(request, "text.ko"),
                                  .title_en = request_form(request, "title.en"),
                                  .text_en = request_form(request, "text.en"),
                                  .phone_ko = request_form(request, "phone.ko"),
                                  .ars_ko = request_form(request, "ars.ko"),
                                  .phone_en = request_form(request, "phone.en"),
                                  .ars_en = request_form(request, "ars.en"),
                                  .next_at = request_form(request, "next_notice_at"),
                                  .expected_version = form_version_or(request, 0) };
    bool done = path_notice(request, &notice, &err) && notice_edit(request->op, notice.id, &input, &notice, &err);
    answer(request, response, done, &notice, "flash.saved", &err);
}

typedef bool (*step_fn)(struct op *op, int64_t id, const struct notice_step *step, struct notice *out,
                        struct error *err);

static void take(struct request *request, struct response *response, step_fn step, const char *flash) {
    struct notice notice;
    struct error err;
    const char *reason = request_form(request, "reason");
    const struct notice_step typed = { .expected_version = form_version_or(request, 0),
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

static void do_waive(struct request *request, struct response *response) {
    struct notice notice;
    struct wording_review review;
    struct error err;
    struct waiver_wish wish = { .part = request_form(request, "part"),
                                .rule = request_form(request, "rule"),
                                .start = -1,
                                .reason = request_form(request, "reason") };
    const char *start = request_form(request, "start");
    if (start != NULL && !str_to_i64(start, &wish.start)) wish.start = -1;
    bool done = path_notice(request, &notice, &err) && notice_waive(request->op, notice.id, &wish, &review, &err);
    answer(request, response, done, &notice, "flash.waived", &err);
}

#define WRITE CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/notices/:id", page_notice, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/notices/:id", do_edit, PERM_NOTICE, WRITE },
    { HTTP_POST, "/notices/:id/waive", do_waive, PERM_NOTICE, WRITE },
    { HTTP_POST, "/notices/:id/submit", do_submit, PERM_NOTICE, WRITE },
    { HTTP_POST, "/notices/:id/approve", do_approve, PERM_NOTICE_APPROVE, WRITE },
    { HTTP_POST, "/notices/:id/reject", do_reject, PERM_NOTICE_APPROVE, WRITE },
    { HTTP_POST, "/notices/:id/publish", do_publish, PERM_NOTICE, WRITE },
    { HTTP_POST, "/notices/:id/withdraw", do_withdraw, PERM_NOTICE, WRITE },
};
const struct route_table ONE_NOTICE_ROUTES = ROUTE_TABLE(ROUTES);
