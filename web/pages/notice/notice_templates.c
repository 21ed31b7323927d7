/* 공지 서식: what notices are drafted from, by scenario, stage and language. The list, one text with its preview on
 * sample values, its versions and the way back to what ships. Without scripts the preview is a button. */
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/json.h"
#include "base/str.h"
#include "notice/notice.h"
#include "notice/template_preview.h"
#include "text/i18n.h"

#include <string.h>

static const char *const LANGS[] = { "ko", "en" };

static const struct field_spec KEY = { "key", SHAPE_LINE, "notice.key", "notice.hint.key", true, 40, NULL };
static const struct field_spec NAME = { "name", SHAPE_LINE, "notice.name", NULL, false, 60, NULL };
static const struct field_spec TITLE = { "title",          SHAPE_LINE, "notice.template_title", NULL, true,
                                         NOTICE_TITLE_MAX, NULL };
static const struct field_spec TEXT = {
    "text", SHAPE_AREA, "notice.template_text", "notice.hint.template_text", true, NOTICE_TEXT_MAX, NULL
};

static const char *text_url(const struct screen *screen, const char *key, const char *stage, const char *lang) {
    return path_of(screen, "/notices/templates/%s/%s/%s", key, stage, lang);
}

static const char *language_name(const char *lang) {
    return str_eq(lang, "en") ? "English" : "한국어";
}

/* --- the list --- */

static const struct scenario *of_key(const struct scenario *list, size_t count, const char *key) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i].key, key)) return &list[i];
    }
    return NULL;
}

/* One scenario: a cell for each stage with a link for each language; what there is no text for is marked. */
static json_t *scenario_row(const struct screen *screen, const struct scenario *ko, const struct scenario *en) {
    const struct scenario *both[] = { ko, en }, *any = ko != NULL ? ko : en;
    bool english = str_eq(i18n_code(screen->op->lang), "en") && en != NULL;
    json_t *row = json_object(), *cells = json_array();
    json_put_text(row, "name", english ? en->name : any->name);
    json_put_text(row, "key", any->key);
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        const char *name = notice_stage_name((enum notice_stage)stage);
        json_t *cell = json_object(), *texts = json_array();
        json_put_text(cell, "stage", say(screen, path_of(screen, "notice.stage.%s", name)));
        for (size_t l = 0; l < 2; l++) {
            json_t *text = json_object();
            json_put_text(text, "url", text_url(screen, any->key, name, LANGS[l]));
            json_put_text(text, "lang", LANGS[l]);
            json_put_text(text, "label", language_name(LANGS[l]));
            json_put_bool(text, "empty", both[l] == NULL || both[l]->stages[stage].text == NULL);
            json_put_bool(text, "own", both[l] != NULL && both[l]->own[stage]);
            json_push(texts, text);
        }
        json_put(cell, "texts", texts);
        json_push(cells, cell);
    }
    json_put(row, "cells", cells);
    return row;
}

static void page_list(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    struct scenario *ko, *en;
    size_t ko_count, en_count;
    if (!screen_open(request, response, "notice.templates", &screen)) return;
    if (!notice_templates_load(request->op, "ko", &ko, &ko_count, &err) ||
        !notice_templates_load(request->op, "en", &en, &en_count, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array(), *stages = json_array();
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        const char *name = notice_stage_name((enum notice_stage)stage);
        json_push(stages, json_string(say(&screen, path_of(&screen, "notice.stage.%s", name))));
    }
    for (size_t i = 0; i < ko_count; i++)
        json_push(rows, scenario_row(&screen, &ko[i], of_key(en, en_count, ko[i].key)));
    for (size_t i = 0; i < en_count; i++) {
        if (of_key(ko, ko_count, en[i].key) == NULL) json_push(rows, scenario_row(&screen, NULL, &en[i]));
    }
    json_put(screen.view, "scenarios", rows);
    json_put(screen.view, "stages", stages);
    json_put_bool(screen.view, "may_write", screen_may(&screen, PERM_NOTICE));
    screen_show(&screen, "pages/notice_templates");
}

/* --- one text --- */

/* Browsers send line ends as CR LF; places in the text count LF. */
static const char *typed(struct request *request, const char *name) {
    const char *text = request_form(request, name);
    if (text == NULL) return NULL;
    char *copy = arena_str(request->op->arena, text), *to = copy;
    for (const char *at = copy; *at != '\0'; at++) {
        if (*at != '\r') *to++ = *at;
    }
    *to = '\0';
    return copy;
}

/* `shown` is what stands in the form: what was typed, an older version, or the text in force. */
static bool add_preview(struct screen *screen, const struct notice_template *one, const struct notice_text *shown,
                        struct error *err) {
    const struct notice_template_input input = {
        .stage = notice_stage_name(one->stage), .lang = one->lang, .title = shown->title, .text = shown->text
    };
    json_t *preview;
    struct field_errors kept = screen->op->fields;
    screen->op->fields = (struct field_errors){ 0 };
    bool done = notice_template_preview(screen->op, &input, &preview, err);
    screen->op->fields = kept;
    if (!done && err->kind != ERR_INVALID) return false;
    json_put(screen->view, "preview", done ? json_incref(preview) : json_null());
    json_put_text(screen->view, "particle", str_eq(one->lang, "ko") ? "{{service:이/가}}" : NULL);
    return true;
}

static json_t *version_rows(const struct screen *screen, const struct notice_template *one) {
    json_t *rows = json_array();
    const char *here = text_url(screen, one->key, notice_stage_name(one->stage), one->lang);
    for (size_t i = 0; i < one->version_count; i++) {
        const struct notice_template_version *version = &one->versions[i];
        bool restored = *version->text.text == '\0';
        json_t *row = json_object();
        json_put_text(row, "version", path_of(screen, "%lld", (long long)version->version));
        json_put_text(row, "by", version->saved_by);
        json_put(row, "at", view_instant(screen, version->saved_at));
        json_put_text(row, "title", restored ? NULL : version->text.title);
        json_put_text(row, "url",
                      restored || i == 0 ? NULL
                                         : path_of(screen, "%s?version=%lld", here, (long long)version->version));
        json_push(rows, row);
    }
    return rows;
}

static const struct notice_template_version *wanted_version(const struct request *request,
                                                            const struct notice_template *one) {
    int64_t wanted = 0;
    const char *text = request_query(request, "version");
    if (text == NULL || !str_to_i64(text, &wanted)) return NULL;
    for (size_t i = 0; i < one->version_count; i++) {
        if (one->versions[i].version == wanted && *one->versions[i].text.text != '\0') return &one->versions[i];
    }
    return NULL;
}

static struct notice_text shown_text(struct request *request, const struct notice_template *one) {
    const struct notice_template_version *older = wanted_version(request, one);
    if (request->method == HTTP_POST && request_form(request, "text") != NULL)
        return (struct notice_text){ typed(request, "title"), typed(request, "text") };
    if (older != NULL) return older->text;
    if (one->own.text != NULL) return one->own;
    if (one->shipped.text != NULL) return one->shipped;
    return (struct notice_text){ "", "" };
}

static void add_places(struct screen *screen, const struct notice_template *one) {
    json_t *stages = json_array(), *langs = json_array();
    const char *its_stage = notice_stage_name(one->stage);
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        const char *name = notice_stage_name((enum notice_stage)stage);
        json_t *row = json_object();
        json_put_text(row, "label", say(screen, path_of(screen, "notice.stage.%s", name)));
        json_put_text(row, "url", text_url(screen, one->key, name, one->lang));
        json_put_bool(row, "current", stage == (int)one->stage);
        json_push(stages, row);
    }
    for (size_t l = 0; l < 2; l++) {
        json_t *row = json_object();
        json_put_text(row, "label", language_name(LANGS[l]));
        json_put_text(row, "lang", LANGS[l]);
        json_put_text(row, "url", text_url(screen, one->key, its_stage, LANGS[l]));
        json_put_bool(row, "current", str_eq(one->lang, LANGS[l]));
        json_push(langs, row);
    }
    json_put(screen->view, "stages", stages);
    json_put(screen->view, "langs", langs);
}

static void add_form(struct screen *screen, const struct notice_template *one, const struct notice_text *shown,
                     const struct error *refusal) {
    struct form form;
    form_open(screen, &form);
    if (!one->ships) form_field(&form, &NAME, one->name, NULL);
    form_field(&form, &TITLE, shown->title, NULL);
    json_t *text = form_field(&form, &TEXT, shown->text, NULL);
    json_put_text(text, "rows", "9");
    form_wording(text, "notice");
    form_version(&form, one->version);
    form_action(&form, text_url(screen, one->key, notice_stage_name(one->stage), one->lang), "ui.save");
    if (refusal != NULL) form_errors(&form, refusal);
}

static void show_one(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct notice_template one;
    struct error err;
    if (!screen_open(request, response, "notice.templates", &screen)) return;
    if (!notice_template_load(request->op, request_param(request, "key"), request_param(request, "stage"),
                              request_param(request, "text"), &one, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const struct notice_text shown = shown_text(request, &one);
    if (!add_preview(&screen, &one, &shown, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *stage = notice_stage_name(one.stage);
    screen_title(&screen, one.name);
    json_put_text(screen.view, "name", one.name);
    json_put_text(screen.view, "key", one.key);
    json_put_text(screen.view, "lang_of_text", one.lang);
    json_put_text(screen.view, "stage", stage);
    json_put_bool(screen.view, "own", one.own.text != NULL);
    json_put_bool(screen.view, "ships", one.shipped.text != NULL);
    json_put_text(screen.view, "shipped_title", one.shipped.title);
    json_put_text(screen.view, "shipped_text", one.shipped.text);
    json_put_bool(screen.view, "older", wanted_version(request, &one) != NULL);
    json_put_bool(screen.view, "may_write", screen_may(&screen, PERM_NOTICE));
    json_put_text(screen.view, "restore", path_of(&screen, "%s/restore", text_url(&screen, one.key, stage, one.lang)));
    json_put(screen.view, "versions", version_rows(&screen, &one));
    add_places(&screen, &one);
    add_form(&screen, &one, &shown, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/notice_template");
    else screen_refuse(&screen, "pages/notice_template", refusal);
}

static void page_one(struct request *request, struct response *response) {
    show_one(request, response, NULL);
}

static void save(struct request *request, struct response *response, const char *title, const char *text) {
    struct error err;
    const char *key = request_param(request, "key"), *stage = request_param(request, "stage");
    const struct notice_template_input input = { .stage = stage,
                                                 .lang = request_param(request, "text"),
                                                 .name = request_form(request, "name"),
                                                 .title = title,
                                                 .text = text,
                                                 .version = request_form(request, "version") };
    bool restores = str_blank(text);
    struct notice_template left;
    if (!notice_template_save(request->op, key, &input, &err)) {
        if (screen_can_refuse(&err)) show_one(request, response, &err);
        else respond_error(request, response, &err);
        return;
    }
    /* a scenario of the organisation's own is gone with its last text */
    bool there = !restores || notice_template_load(request->op, key, stage, input.lang, &left, &err);
    const char *back = there ? arena_printf(request->op->arena, "/notices/templates/%s/%s/%s", key, stage, input.lang)
                             : "/notices/templates";
    respond_redirect_flash(request, response, back, restores ? "flash.restored" : "flash.saved");
}

static void refuse_empty(struct request *request, struct response *response) {
    struct error err;
    op_field_error(request->op, "text", "required", NULL);
    (void)OP_INVALID(request->op, &err);
    show_one(request, response, &err);
}

static void do_save(struct request *request, struct response *response) {
    const char *text = typed(request, "text");
    if (str_eq(request_form(request, "preview"), "true")) show_one(request, response, NULL);
    else if (str_blank(text)) refuse_empty(request, response); /* going back is a button of its own */
    else save(request, response, typed(request, "title"), text);
}

static void do_restore(struct request *request, struct response *response) {
    save(request, response, "", "");
}

/* --- a scenario of one's own --- */

static void show_new(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    if (!screen_open(request, response, "notice.template_new", &screen)) return;
    json_t *crumb = json_object();
    json_put_text(crumb, "url", "/notices/templates");
    json_put_text(crumb, "label", say(&screen, "notice.templates"));
    json_put(screen.view, "crumb", crumb);
    json_put_text(screen.view, "heading", say(&screen, "notice.template_new"));
    json_put_text(screen.view, "lead", say(&screen, "notice.template_new_lead"));
    form_open(&screen, &form);
    form_field(&form, &KEY, NULL, NULL);
    form_field(&form, &NAME, NULL, NULL);
    form_field(&form, &TITLE, NULL, NULL);
    json_put_text(form_field(&form, &TEXT, NULL, NULL), "rows", "9");
    form_action(&form, request->path, "ui.save");
    form_text(&form, "cancel", "/notices/templates");
    form_text(&form, "tone", "primary");
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

static void page_new(struct request *request, struct response *response) {
    show_new(request, response, NULL);
}

static void do_new(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct error err;
    struct notice_template there;
    const char *key = field_key(op, "key", request_form(request, "key"), 40, FIELD_REQUIRED);
    const char *text = typed(request, "text");
    const struct notice_template_input input = { .stage = "detected",
                                                 .lang = "ko",
                                                 .name = request_form(request, "name"),
                                                 .title = typed(request, "title"),
                                                 .text = text,
                                                 .version = NULL };
    bool known = !str_blank(key) && notice_template_load(op, key, "detected", "ko", &there, &err);
    if (known) op_field_error(op, "key", "duplicate", NULL);
    if (str_blank(text)) op_field_error(op, "text", "required", NULL);
    bool saved = op->fields.count == 0 ? notice_template_save(op, key, &input, &err) : OP_INVALID(op, &err);
    if (saved)
        respond_redirect_flash(request, response, arena_printf(op->arena, "/notices/templates/%s/detected/ko", key),
                               "flash.saved");
    else if (screen_can_refuse(&err)) show_new(request, response, &err);
    else respond_error(request, response, &err);
}

#define SEE PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE
#define WRITE PERM_NOTICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/notices/templates", page_list, SEE },
    { HTTP_GET, "/notices/templates/new", page_new, PERM_NOTICE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/notices/templates/new", do_new, WRITE },
    { HTTP_GET, "/notices/templates/:key/:stage/:text", page_one, SEE },
    { HTTP_POST, "/notices/templates/:key/:stage/:text", do_save, WRITE },
    { HTTP_POST, "/notices/templates/:key/:stage/:text/restore", do_restore, WRITE },
};
const struct route_table NOTICE_TEMPLATE_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
