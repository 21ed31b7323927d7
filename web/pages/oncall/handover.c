/* 교대 메모: what the next person on call should know. The form offers what is open right now as a beginning. */
#include "pages/oncall/handover.h"
#include "pages/form_view.h"

#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "incident/lifecycle.h"
#include "incident/search.h"
#include "oncall/handover.h"
#include "people/permission.h"
#include "text/i18n.h"
#include "text/when.h"

static const struct field_spec BODY = { "body", SHAPE_AREA, "handover.body", "handover.hint", true, HANDOVER_TEXT_MAX,
                                        NULL };

static const char *long_text(const struct screen *screen, int64_t seconds) {
    return when_long(screen->op->arena, screen->organisation.tz, screen->op->lang, seconds * 1000);
}

/* --- on the board --- */

static void add_rows(const struct screen *screen, const struct handover_list *list, const char *key, json_t *due) {
    for (size_t i = 0; i < list->count; i++) {
        const struct handover *handover = &list->items[i];
        json_t *row = json_object();
        json_put_text(row, "label", say(screen, key));
        json_put_text(row, "title", path_of(screen, "%s · %s", handover->schedule_name, handover->user_name));
        json_put_text(row, "url", path_of(screen, "/oncall/%s/handover", handover->schedule_key));
        json_put(row, "until", view_until(screen, handover->ends_at * 1000));
        json_push(due, row);
    }
}

bool handover_add_due(const struct screen *screen, json_t *due, struct error *err) {
    struct handover_tasks tasks;
    if (!handover_tasks(screen->op, &tasks, err)) return false;
    add_rows(screen, &tasks.write, "handover.to_write", due);
    add_rows(screen, &tasks.read, "handover.to_read", due);
    return true;
}

/* --- the page --- */

/* "- INC-2026-0042 [P1] 결제 실패: 대응 중" for everything that is open. */
static const char *proposal(const struct screen *screen) {
    struct incident_query active = { .state = "active", .limit = "20" };
    struct incident_page page;
    struct error ignored;
    struct buf text;
    buf_init(&text, screen->op->arena, HANDOVER_TEXT_MAX * 4);
    if (!incident_list(screen->op, &active, &page, &ignored)) return "";
    for (size_t i = 0; i < page.count; i++) {
        const struct incident *incident = &page.list[i];
        buf_printf(&text, "- %s [%s] %s: %s\n", incident->ref, incident->severity, incident_headline(incident),
                   label(screen, "state", incident_state_name(incident->state)));
    }
    return text.data;
}

static void add_form(struct screen *screen, const struct handover *own, const struct error *refusal) {
    struct form form;
    form_open(screen, &form);
    form_action(&form, screen->request->path, "ui.save");
    form_version(&form, own->version);
    form_field(&form, &BODY, own->body == NULL ? proposal(screen) : own->body, NULL);
    if (refusal != NULL) form_errors(&form, refusal);
    json_put_text(screen->view, "ends", long_text(screen, own->ends_at));
}

static json_t *note_view(const struct screen *screen, const struct handover *note) {
    char id[ID_TEXT_SIZE];
    json_t *row = json_object();
    bool unread = note->seen_by == NULL && note->user_id != screen->op->actor->user_id;
    json_put_text(row, "name", note->user_name);
    json_put_text(row, "ends", long_text(screen, note->ends_at));
    json_put_text(row, "body", note->body);
    json_put_text(row, "seen_by",
                  note->seen_by == NULL ? NULL
                                        : i18n_format(screen->op->lang, screen->op->arena, "handover.seen_by",
                                                      I18N_ARGS({ "name", note->seen_by })));
    json_put_text(row, "seen_url",
                  unread && screen_may(screen, PERM_RESPOND)
                      ? path_of(screen, "%s/%s/seen", screen->request->path, id_text(note->id, id))
                      : NULL);
    return row;
}

static void show(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct handover_list list;
    struct handover own;
    struct error err;
    bool mine;
    const char *schedule = request_param(request, "schedule");
    if (!screen_open(request, response, "handover.title", &screen)) return;
    if (!handover_own(request->op, schedule, &mine, &own, &err) || !handover_list(request->op, schedule, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *notes = json_array();
    for (size_t i = 0; i < list.count; i++) json_push(notes, note_view(&screen, &list.items[i]));
    json_put_text(screen.view, "schedule", own.schedule_name);
    json_put_text(screen.view, "url", path_of(&screen, "/oncall/%s", own.schedule_key));
    json_put_bool(screen.view, "mine", mine);
    json_put_bool(screen.view, "found", list.count > 0);
    json_put(screen.view, "notes", notes);
    json_put(screen.view, "form", json_null());
    if (mine) add_form(&screen, &own, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/handover");
    else screen_refuse(&screen, "pages/handover", refusal);
}

static void page_handover(struct request *request, struct response *response) {
    show(request, response, NULL);
}

static void do_write(struct request *request, struct response *response) {
    struct handover made;
    struct error err;
    int64_t version = 0;
    const char *text = request_form(request, "version");
    if (text != NULL) (void)str_to_i64(text, &version);
    struct handover_input input = { request_param(request, "schedule"), request_form(request, "body"), version };
    if (handover_write(request->op, &input, &made, &err))
        respond_redirect_flash(request, response, request->path, "flash.saved");
    else if (screen_can_refuse(&err)) show(request, response, &err);
    else respond_error(request, response, &err);
}

static void do_seen(struct request *request, struct response *response) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (handover_seen(request->op, id, &err))
        respond_redirect_flash(
            request, response,
            arena_printf(request->op->arena, "/oncall/%s/handover", request_param(request, "schedule")), "flash.saved");
    else respond_error(request, response, &err);
}

#define PATH "/oncall/:schedule/handover"
static const struct route ROUTES[] = {
    { HTTP_GET, PATH, page_handover, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, PATH, do_write, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, PATH "/:id/seen", do_seen, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table HANDOVER_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
