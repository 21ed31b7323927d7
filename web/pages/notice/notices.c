/* 고객 공지: what customers must be told, by whom it is approved, and how it reads everywhere. The desk and an
 * incident's notices; one notice is in notice.c. Works without scripts. */
#include "pages/notice/notices.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/search.h"
#include "notice/notice_json.h"
#include "notice/statutory.h"
#include "notice/template_store.h"
#include "service/maintenance.h"
#include "text/i18n.h"
#include "text/when.h"

const struct field_spec NOTICE_STAGE = { "stage", SHAPE_SELECT, "notice.stage_field", NULL, false, 0, NULL };
static const struct field_spec TEMPLATE = { "template", SHAPE_SELECT, "notice.template", NULL, false, 0, NULL };
const struct field_spec NOTICE_NEXT = {
    "next_notice_at", SHAPE_TIME, "notice.next", "notice.hint.next", false, 0, NULL
};

/* --- shared --- */

const char *notice_url(const struct op *op, int64_t id) {
    char text[ID_TEXT_SIZE];
    return arena_printf(op->arena, "/notices/%s", id_text(id, text));
}

json_t *options_stages(const struct screen *screen) {
    json_t *options = options_new();
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        const char *name = notice_stage_name((enum notice_stage)stage);
        option_add(options, name, say(screen, path_of(screen, "notice.stage.%s", name)));
    }
    return options;
}

json_t *notice_row(const struct screen *screen, const struct notice *notice) {
    static const char *const TONES[] = { "", "warn", "accent", "good", "" };
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

/* What is said on the phone while it goes on, from the newest published notice, in the reader's language if it has
 * one. */
static bool add_answer(const struct screen *screen, const struct notice *notice, json_t *row, json_t *answers,
                       struct error *err) {
    json_t *desk, *answer = json_object();
    bool english = str_eq(i18n_code(screen->op->lang), "en") && notice->en.text != NULL;
    json_push(answers, answer);
    if (!notice_json(screen->op, notice, &desk, err)) return false;
    const json_t *channels = json_object_get(json_object_get(desk, "channels"), english ? "en" : "ko");
    json_put_text(answer, "title", json_text(row, "title"));
    json_put_text(answer, "ref", json_text(row, "ref"));
    json_put_text(answer, "url", notice_url(screen->op, notice->id));
    json_put_text(answer, "lang", english ? "en" : "ko");
    json_put_text(answer, "phone", json_text(channels, "phone"));
    json_put_text(answer, "ars", json_text(channels, "ars"));
    return true;
}

/* Running incidents that reach outside: without a published notice, or with a promise to keep. */
static bool add_running(struct screen *screen, struct error *err) {
    struct incident_page page;
    const struct incident_query query = { .state = "active", .kind = "normal", .limit = "50" };
    json_t *untold = json_array(), *promised = json_array(), *answers = json_array();
    json_put(screen->view, "untold", untold);
    json_put(screen->view, "promised", promised);
    json_put(screen->view, "answers", answers);
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
        json_put(row, "told", newest == NULL ? json_null() : view_instant(screen, newest->published_at));
        json_push(newest == NULL ? untold : promised, row);
        if (newest != NULL && !add_answer(screen, newest, row, answers, err)) return false;
    }
    return true;
}

static bool mine_to_approve(const struct screen *screen, const struct notice *notice) {
    int64_t me = screen->op->actor->user_id;
    bool own = notice->created_by == me || notice->edited_by == me || notice->submitted_by == me;
    return notice->state == NOTICE_SUBMITTED && screen_may(screen, PERM_NOTICE_APPROVE) &&
           (!own || screen->organisation.notice_self_approval);
}

static bool add_coming(struct screen *screen, struct error *err) {
    enum { COMING = 5 };
    struct maintenance_list list;
    json_t *rows = json_array();
    json_put(screen->view, "coming", rows);
    if (!maintenance_list(screen->op, false, &list, err)) return false;
    for (size_t i = 0; i < list.count && i < COMING; i++) {
        const struct maintenance *one = &list.items[i];
        json_t *row = json_object();
        bool english = str_eq(i18n_code(screen->op->lang), "en") && *one->title_en != '\0';
        json_put_text(row, "title", english ? one->title_en : one->title);
        json_put_text(row, "url", "/maintenance");
        json_put_text(row, "when",
                      when_range(screen->op->arena, screen->organisation.tz, one->starts_at, one->ends_at, true));
        json_push(rows, row);
    }
    return true;
}

static void page_desk(struct request *request, struct response *response) {
    struct screen screen;
    struct notice_list waiting;
    struct error err;
    if (!screen_open(request, response, "notice.desk", &screen)) return;
    if (!notice_waiting(request->op, &waiting, &err) || !add_running(&screen, &err) || !add_coming(&screen, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < waiting.count; i++) {
        json_t *row = notice_row(&screen, &waiting.items[i]);
        json_put_bool(row, "mine", mine_to_approve(&screen, &waiting.items[i]));
        json_push(rows, row);
    }
    json_put(screen.view, "waiting", rows);
    screen_show(&screen, "pages/notices");
}

/* --- the notices of an incident --- */

/* Duties that the law may put on the organisation, as it keeps them; never advice. */
static bool add_duties(const struct screen *screen, struct error *err) {
    struct statutory_list list;
    json_t *rows = json_array();
    json_put(screen->view, "duties", rows);
    if (!statutory_load(screen->op, &list, err)) return false;
    bool english = str_eq(i18n_code(screen->op->lang), "en");
    for (size_t i = 0; i < list.count; i++) {
        const struct statutory_duty *duty = &list.items[i];
        json_t *row = json_object(), *checked = json_null();
        json_put_text(row, "question", english ? duty->question.en : duty->question.ko);
        json_put_text(row, "duty", english ? duty->duty.en : duty->duty.ko);
        json_put_text(row, "when", english ? duty->when.en : duty->when.ko);
        json_put_text(row, "source", duty->source);
        json_put_text(row, "url", *duty->url == '\0' ? NULL : duty->url);
        if (*duty->checked_at != '\0') {
            checked = json_object();
            json_put_text(checked, "at", duty->checked_at);
            json_put_text(checked, "what", duty->checked_what);
            json_put_text(checked, "url", *duty->checked_url == '\0' ? NULL : duty->checked_url);
        }
        json_put(row, "checked", checked);
        json_push(rows, row);
    }
    return true;
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
    form_field(&form, &NOTICE_STAGE, told ? "recovered" : "detected", options_stages(&screen));
    const int64_t half_an_hour = 30 * 60 * 1000;
    json_t *next_field =
        form_field(&form, &NOTICE_NEXT,
                   when_input(request->op->arena, screen.organisation.tz, request->op->now_ms + half_an_hour), NULL);
    json_put_bool(next_field, "optional", false); /* the hint says when */
    form_action(&form, request->path, "notice.create");
    json_put_text(screen.view, "ref", ref);
    json_put_text(screen.view, "incident_url", incident_url(&screen, ref));
    json_put(screen.view, "notices", rows);
    json_put_bool(screen.view, "may_write", screen_may(&screen, PERM_NOTICE));
    if (!add_duties(&screen, &err)) {
        respond_error(request, response, &err);
        return;
    }
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

static const struct route ROUTES[] = {
    { HTTP_GET, "/notices", page_desk, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/incidents/:ref/notices", page_incident, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/incidents/:ref/notices", do_create, PERM_NOTICE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table NOTICE_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
