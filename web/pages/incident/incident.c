/* 장애: what is going on, who does what, what is next? The page, its live fragments, and the small writes that
 * need no page of their own. Larger ones are in incident_forms.c. */
#include "pages/alert/alert_view.h"
#include "pages/incident/incident_escalation.h"
#include "pages/incident/incident_parts.h"
#include "pages/incident/incident_runbooks.h"
#include "pages/incident/incident_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/escalate.h"
#include "http/page_cache.h"
#include "incident/lifecycle.h"
#include "incident/update.h"
#include "text/when.h"
#include "app.h"

#include <string.h>

static const struct field_spec UPDATE_FIELD = { "text", SHAPE_AREA, "incident_page.update", NULL, true, 4000, NULL };

static bool load_all(struct screen *screen, int64_t before, const struct page_key *key, struct error *err) {
    struct incident_page_data data;
    const char *ref = request_param(screen->request, "ref");
    if (!incident_page_load(screen->op, ref, before, &data, err) || !incident_escalation_view(screen, ref, err) ||
        !incident_runbooks_view(screen, ref, err) || !incident_alerts_view(screen, ref, err)) {
        return false;
    }
    incident_page_view(screen, &data);
    return incident_parts_make(screen, data.view.relation_count == 0 ? key : NULL, err);
}

static bool load_middle(struct screen *screen, int64_t before, struct error *err) {
    struct incident_page_data data;
    if (!incident_timeline_load(screen->op, request_param(screen->request, "ref"), before, &data, err)) return false;
    incident_middle_view(screen, &data);
    return true;
}

/* key: of a page that may be put together from kept parts; NULL: everything is made. */
static bool load_page(struct request *request, struct response *response, struct screen *screen,
                      const struct page_key *key) {
    struct error err;
    if (!screen_open(request, response, "incident_page.head", screen)) return false;
    int64_t before = INT64_MAX;
    const char *asked = request_query(request, "before");
    if (asked != NULL) (void)str_to_i64(asked, &before);
    bool kept = key != NULL && incident_parts_find(screen, key);
    if (kept ? load_middle(screen, before, &err) : load_all(screen, before, key, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

static void add_cadences(struct screen *screen) {
    static const int MINUTES[] = { 15, 30, 60, 120, 240 };
    json_t *cadences = json_array();
    const char *typed =
        screen->request->method == HTTP_POST ? request_form(screen->request, "next_update_minutes") : "";
    json_t *own = json_object();
    json_put_text(own, "minutes", "");
    json_put_text(own, "label", say(screen, "incident_page.by_policy"));
    json_put_bool(own, "chosen", str_eq(typed, ""));
    json_push(cadences, own);
    for (size_t i = 0; i < sizeof MINUTES / sizeof *MINUTES; i++) {
        json_t *row = json_object();
        const char *minutes = path_of(screen, "%d", MINUTES[i]);
        json_put_text(row, "minutes", minutes);
        json_put_text(row, "label", when_minutes(screen->op->arena, screen->op->lang, MINUTES[i]));
        json_put_bool(row, "chosen", str_eq(typed, minutes));
        json_push(cadences, row);
    }
    json_put(screen->view, "cadences", cadences);
}

static void show(struct screen *screen, const struct error *refusal) {
    struct form form;
    form_open(screen, &form);
    form_field(&form, &UPDATE_FIELD, NULL, NULL);
    add_cadences(screen);
    if (refusal == NULL) {
        screen_show(screen, "pages/incident");
        return;
    }
    form_errors(&form, refusal);
    screen_refuse(screen, "pages/incident", refusal);
}

/* Kept against changes of this incident alone, so that a storm elsewhere leaves it in the cache. A page that tells of
 * other incidents would have to follow them too: it is made anew. */
static bool find_kept(struct request *request, struct response *response, struct page_key *key) {
    const char *topics = arena_printf(request->op->arena, PAGE_INCIDENT, request_param(request, "ref"));
    if (request_query(request, "before") == NULL) return page_cache_find(request, response, topics, "", key);
    *key = page_cache_version(request, topics); /* older events are seldom read twice */
    return false;
}

static void keep(const struct screen *screen, const struct page_key *key) {
    if (json_array_size(json_object_get(screen->view, "related")) > 0) return;
    page_cache_keep(screen->request, screen->response, key);
}

static void page_show(struct request *request, struct response *response) {
    struct screen screen;
    struct page_key key;
    if (find_kept(request, response, &key) || !load_page(request, response, &screen, &key)) return;
    show(&screen, NULL);
    keep(&screen, &key);
}

static void page_live(struct request *request, struct response *response) {
    struct screen screen;
    struct page_key key;
    if (find_kept(request, response, &key) || !load_page(request, response, &screen, &key)) return;
    respond_fragment(request, response, "partials/incident_live", screen.view);
    keep(&screen, &key);
}

static const char *here(struct request *request) {
    return arena_printf(request->op->arena, "/incidents/%s", request_param(request, "ref"));
}

/* After a small write: back to the page, or the page again with what was wrong. */
static void answer(struct request *request, struct response *response, bool done, const char *flash,
                   const struct error *err) {
    struct screen screen;
    if (done) respond_redirect_flash(request, response, here(request), flash);
    else if (!screen_can_refuse(err)) respond_error(request, response, err);
    else if (load_page(request, response, &screen, NULL)) show(&screen, err);
}

static void do_ack(struct request *request, struct response *response) {
    struct incident incident;
    struct error err;
    bool done = incident_acknowledge(request->op, request_param(request, "ref"), &incident, &err);
    answer(request, response, done, "flash.acknowledged", &err);
}

static void do_escalate(struct request *request, struct response *response) {
    struct error err;
    bool done = escalation_escalate_now(request->op, request_param(request, "ref"), &err);
    answer(request, response, done, "flash.escalated", &err);
}

static void do_unack(struct request *request, struct response *response) {
    struct error err;
    bool done = escalation_unack_now(request->op, request_param(request, "ref"), &err);
    answer(request, response, done, "flash.unacked", &err);
}

static void do_silence(struct request *request, struct response *response) {
    struct error err;
    int64_t minutes = 0;
    const char *text = request_form(request, "minutes");
    if (text == NULL || !str_to_i64(text, &minutes)) minutes = 0;
    bool done = escalation_silence_for(request->op, request_param(request, "ref"), minutes, &err);
    answer(request, response, done, "flash.silenced", &err);
}

static void do_update(struct request *request, struct response *response) {
    struct update_draft draft = { .text = request_form(request, "text"),
                                  .next_minutes = request_form(request, "next_update_minutes") };
    struct update update;
    struct error err;
    bool done = incident_update(request->op, request_param(request, "ref"), &draft, &update, &err);
    answer(request, response, done, "flash.shared", &err);
}

static void do_note(struct request *request, struct response *response) {
    struct timeline_draft draft = { .text = request_form(request, "text"),
                                    .kind = request_form(request, "kind"),
                                    .at = request_form(request, "at") };
    struct event event;
    struct error err;
    bool done = incident_note(request->op, request_param(request, "ref"), &draft, &event, &err);
    answer(request, response, done, "flash.noted", &err);
}

/* value: "3.yes", number and new state of the item whose button was pressed. */
static void do_tick(struct request *request, struct response *response) {
    struct checklist list;
    struct error err;
    struct check_tick tick = { 0 };
    char *value = arena_str(request->op->arena, request_form(request, "tick"));
    char *dot = value == NULL ? NULL : strchr(value, '.');
    if (dot != NULL) *dot = '\0';
    if (dot == NULL || !str_to_i64(value, &tick.number) ||
        !id_parse(request_param(request, "id"), &tick.checklist_id)) {
        (void)ERROR(&err, ERR_NOT_FOUND, "checklist.unknown", "%s", request->path);
        respond_error(request, response, &err);
        return;
    }
    tick.done = str_eq(dot + 1, "yes");
    if (!incident_tick(request->op, &tick, &list, &err)) {
        answer(request, response, false, NULL, &err);
        return;
    }
    respond_redirect(response, path_of(&(struct screen){ .op = request->op }, "%s#c%s", here(request),
                                       request_param(request, "id")));
}

static void do_attach(struct request *request, struct response *response) {
    struct attachment attachment;
    struct error err;
    const struct http_upload *file = request->uploads;
    struct attachment_draft draft = { .filename = "", .bytes = "" };
    if (file != NULL && file->field != NULL) {
        draft = (struct attachment_draft){ file->filename, file->bytes, file->size, request_form(request, "note") };
    }
    bool done =
        incident_attach(request->op, request->app->data_dir, request_param(request, "ref"), &draft, &attachment, &err);
    answer(request, response, done, "flash.attached", &err);
}

/* Pictures are shown, logs are read as plain text; nothing a sender chose decides how a browser takes them. */
static void get_attachment(struct request *request, struct response *response) {
    struct attachment attachment;
    struct error err;
    const char *bytes = NULL;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (!attachment_read(request->op, request->app->data_dir, id, &attachment, &bytes, &err)) {
        respond_error(request, response, &err);
        return;
    }
    response->status = 200;
    response->content_type =
        str_eq(attachment.media_type, "text/plain") ? "text/plain; charset=utf-8" : attachment.media_type;
    response->cache_control = "private, max-age=86400, immutable";
    response->ready = bytes;
    response->ready_size = (size_t)attachment.size;
}

const struct route INCIDENT_PAGE_LIST[] = {
    { HTTP_GET, "/incidents/:ref", page_show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/incidents/:ref/live", page_live, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/incidents/:ref/ack", do_ack, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/incidents/:ref/unack", do_unack, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/incidents/:ref/silence", do_silence, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/incidents/:ref/escalate", do_escalate, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/incidents/:ref/updates", do_update, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/incidents/:ref/timeline", do_note, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/incidents/:ref/checklists/:id", do_tick, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/incidents/:ref/attachments", do_attach, PERM_RESPOND, CSRF_TOKEN, BODY_MULTIPART, RATE_UPLOAD },
    { HTTP_GET, "/attachments/:id", get_attachment, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table INCIDENT_PAGE_ROUTES = ROUTE_TABLE(INCIDENT_PAGE_LIST);
