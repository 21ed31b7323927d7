/* 법정 통지·신고: the entries of the card beside notices, kept by the organisation; and the same over the API. */
#include "api/resource.h"
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "notice/statutory.h"
#include "text/i18n.h"

#include <string.h>

#define TEXT(name, label, required) \
    { name, SHAPE_AREA, label, NULL, required, STATUTORY_TEXT_MAX, NULL }
static const struct field_spec KEY = {
    "key", SHAPE_LINE, "statutory.key", "statutory.hint.key", true, STATUTORY_KEY_MAX, NULL
};
static const struct field_spec FIELDS[] = {
    TEXT("question.ko", "statutory.question_ko", true),
    TEXT("question.en", "statutory.question_en", false),
    TEXT("duty.ko", "statutory.duty_ko", true),
    TEXT("duty.en", "statutory.duty_en", false),
    TEXT("when.ko", "statutory.when_ko", true),
    TEXT("when.en", "statutory.when_en", false),
    { "source", SHAPE_LINE, "statutory.source", NULL, true, STATUTORY_TEXT_MAX, NULL },
    { "url", SHAPE_LINE, "statutory.url", NULL, false, STATUTORY_URL_MAX, NULL },
    { "checked.at", SHAPE_DATE, "statutory.checked_at", "statutory.hint.checked", false, 10, NULL },
    { "checked.what", SHAPE_LINE, "statutory.checked_what", NULL, false, STATUTORY_TEXT_MAX, NULL },
    { "checked.url", SHAPE_LINE, "statutory.checked_url", NULL, false, STATUTORY_URL_MAX, NULL },
};
enum { FIELD_COUNT = sizeof FIELDS / sizeof *FIELDS };

/* --- the list --- */

static void page_list(struct request *request, struct response *response) {
    struct screen screen;
    struct statutory_list list;
    struct error err;
    bool english;
    if (!screen_open(request, response, "statutory.title", &screen)) return;
    if (!statutory_load(request->op, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    english = str_eq(i18n_code(request->op->lang), "en");
    json_t *rows = json_array();
    for (size_t i = 0; i < list.count; i++) {
        const struct statutory_duty *duty = &list.items[i];
        json_t *row = json_object();
        json_put_text(row, "question", english ? duty->question.en : duty->question.ko);
        json_put_text(row, "duty", english ? duty->duty.en : duty->duty.ko);
        json_put_text(row, "when", english ? duty->when.en : duty->when.ko);
        json_put_text(row, "source", duty->source);
        json_put_text(row, "link", *duty->url == '\0' ? NULL : duty->url);
        json_put_text(row, "at", *duty->checked_at == '\0' ? NULL : duty->checked_at);
        json_put_text(row, "what", duty->checked_what);
        json_put_text(row, "what_url", *duty->checked_url == '\0' ? NULL : duty->checked_url);
        json_put_text(row, "edit", path_of(&screen, "/statutory/%s", duty->key));
        json_push(rows, row);
    }
    json_put(screen.view, "duties", rows);
    json_put_text(screen.view, "version", path_of(&screen, "%lld", (long long)list.version));
    json_put_bool(screen.view, "own", list.version > 0);
    screen_show(&screen, "pages/statutory");
}

/* --- one entry --- */

static const struct statutory_duty *find(const struct statutory_list *list, const char *key) {
    for (size_t i = 0; i < list->count; i++) {
        if (str_eq(list->items[i].key, key)) return &list->items[i];
    }
    return NULL;
}

static void add_form(struct screen *screen, const struct statutory_list *list, const struct statutory_duty *duty,
                     const struct error *refusal) {
    static const struct statutory_duty NONE = { 0 };
    const struct statutory_duty *shown = duty == NULL ? &NONE : duty;
    struct form form;
    form_open(screen, &form);
    if (duty == NULL) form_field(&form, &KEY, NULL, NULL);
    form_fields(&form, FIELDS, FIELD_COUNT,
                (const char *const[]){ shown->question.ko, shown->question.en, shown->duty.ko, shown->duty.en,
                                       shown->when.ko, shown->when.en, shown->source, shown->url, shown->checked_at,
                                       shown->checked_what, shown->checked_url });
    form_version(&form, list->version);
    form_action(&form, duty == NULL ? "/statutory/new" : path_of(screen, "/statutory/%s", duty->key), "ui.save");
    form_text(&form, "cancel", "/statutory");
    form_text(&form, "tone", "primary");
    if (refusal != NULL) form_errors(&form, refusal);
}

/* NULL: a new one. */
static const char *key_of(const struct request *request) {
    return strstr(request->route, ":key") == NULL ? NULL : request_param(request, "key");
}

static void show_one(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct statutory_list list;
    struct error err;
    const char *key = key_of(request);
    if (!screen_open(request, response, "statutory.title", &screen)) return;
    if (!statutory_load(request->op, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const struct statutory_duty *duty = find(&list, key);
    if (key != NULL && duty == NULL) {
        (void)ERROR(&err, ERR_NOT_FOUND, "statutory.unknown", "%.40s", key);
        respond_error(request, response, &err);
        return;
    }
    json_put_text(screen.view, "heading", say(&screen, duty == NULL ? "statutory.add" : "statutory.edit"));
    json_put_text(screen.view, "remove", duty == NULL ? NULL : path_of(&screen, "/statutory/%s/remove", duty->key));
    json_put_text(screen.view, "version", path_of(&screen, "%lld", (long long)list.version));
    add_form(&screen, &list, duty, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/statutory_form");
    else screen_refuse(&screen, "pages/statutory_form", refusal);
}

static void page_one(struct request *request, struct response *response) {
    show_one(request, response, NULL);
}

static void answer(struct request *request, struct response *response, bool done, const char *flash,
                   const struct error *err) {
    if (done) respond_redirect_flash(request, response, "/statutory", flash);
    else if (screen_can_refuse(err)) show_one(request, response, err);
    else respond_error(request, response, err);
}

static void do_save(struct request *request, struct response *response) {
    struct error err;
    const char *key = key_of(request);
    const struct statutory_duty duty = {
        .key = key == NULL ? request_form(request, "key") : key,
        .question = { request_form(request, "question.ko"), request_form(request, "question.en") },
        .duty = { request_form(request, "duty.ko"), request_form(request, "duty.en") },
        .when = { request_form(request, "when.ko"), request_form(request, "when.en") },
        .source = request_form(request, "source"),
        .url = request_form(request, "url"),
        .checked_what = request_form(request, "checked.what"),
        .checked_url = request_form(request, "checked.url"),
        .checked_at = request_form(request, "checked.at"),
    };
    answer(request, response, statutory_put(request->op, &duty, form_version_or(request, -1), &err), "flash.saved",
           &err);
}

static void do_remove(struct request *request, struct response *response) {
    struct error err;
    bool done = statutory_remove(request->op, key_of(request), form_version_or(request, -1), &err);
    answer(request, response, done, "flash.removed", &err);
}

static void do_restore(struct request *request, struct response *response) {
    struct error err;
    if (statutory_restore(request->op, form_version_or(request, -1), &err))
        respond_redirect_flash(request, response, "/statutory", "flash.restored");
    else respond_error(request, response, &err);
}

/* --- API --- */

static void api_show(struct request *request, struct response *response) {
    struct statutory_list list;
    struct error err;
    if (statutory_load(request->op, &list, &err))
        api_answer(request, response, 200, statutory_json(request->op->arena, &list), list.version);
    else respond_error(request, response, &err);
}

static void read_pair(struct op *op, const json_t *body, const char *name, struct statutory_pair *out) {
    const json_t *pair = json_object_get(body, name);
    out->ko = api_text(op, pair, "ko");
    out->en = api_text(op, pair, "en");
}

static void api_put(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct error err;
    const json_t *body;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const json_t *checked = json_object_get(body, "checked");
    int64_t version = api_version(op, body);
    api_check_object(op, body, "checked");
    struct statutory_duty duty = { .key = request_param(request, "key"),
                                   .source = api_text(op, body, "source"),
                                   .url = api_text(op, body, "url"),
                                   .checked_what = api_text(op, checked, "what"),
                                   .checked_url = api_text(op, checked, "url"),
                                   .checked_at = api_text(op, checked, "at") };
    read_pair(op, body, "question", &duty.question);
    read_pair(op, body, "duty", &duty.duty);
    read_pair(op, body, "when", &duty.when);
    if (op->fields.count == 0 ? statutory_put(op, &duty, version, &err) : OP_INVALID(op, &err))
        api_show(request, response);
    else respond_error(request, response, &err);
}

static void api_remove(struct request *request, struct response *response) {
    struct error err;
    if (statutory_remove(request->op, request_param(request, "key"), -1, &err)) api_done(response);
    else respond_error(request, response, &err);
}

#define WRITE PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/statutory", page_list, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/statutory/restore", do_restore, WRITE },
    { HTTP_GET, "/statutory/new", page_one, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/statutory/new", do_save, WRITE },
    { HTTP_GET, "/statutory/:key", page_one, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/statutory/:key", do_save, WRITE },
    { HTTP_POST, "/statutory/:key/remove", do_remove, WRITE },
    { HTTP_GET, "/api/v1/statutory", api_show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/statutory/:key", api_put, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_DELETE, "/api/v1/statutory/:key", api_remove, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
};
const struct route_table STATUTORY_ROUTES = ROUTE_TABLE(ROUTES);
