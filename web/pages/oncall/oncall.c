/* 당번: who is on call, who is next, and where nobody is; standing in, taking over, and calendar addresses. */
#include "pages/form_view.h"
#include "pages/oncall/oncall_view.h"

#include "app.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "oncall/feed.h"
#include "people/user.h"
#include "text/when.h"

static const struct field_spec KIND = { "type", SHAPE_SELECT, "oncall_page.kind", NULL, true, 0, NULL };
static const struct field_spec IN = { "in", SHAPE_LINE, "oncall_page.in", "oncall_page.hint.in", false, 80, NULL };
static const struct field_spec OUT = { "out", SHAPE_LINE, "oncall_page.out", "oncall_page.hint.out", false, 80, NULL };
static const struct field_spec ROLE = { "role", SHAPE_SELECT, "oncall_page.role", NULL, true, 0, NULL };
static const struct field_spec START = { "start", SHAPE_TIME, "oncall_page.from", NULL, true, 0, NULL };
static const struct field_spec END = { "end", SHAPE_TIME, "oncall_page.until", NULL, true, 0, NULL };
static const struct field_spec NOTE = { "note", SHAPE_LINE, "oncall_page.note", NULL, false, ROTA_NOTE_MAX, NULL };

enum { OFFERED_HOURS = 8, UNSCHEDULED_SHOWN = 200 };

/* -- the screen -- */

static const char *feed_name(const struct screen *screen, const struct duty_board *board, int64_t schedule_id) {
    for (size_t i = 0; i < board->rotas.count; i++) {
        if (board->rotas.items[i].id == schedule_id) return board->rotas.items[i].name;
    }
    return say(screen, "oncall_page.feed_mine");
}

static bool add_feeds(const struct screen *screen, const struct duty_board *board, struct error *err) {
    struct feed_list feeds;
    json_t *rows = json_array();
    json_put(screen->view, "feeds", rows);
    if (screen->op->actor->user_id == 0) return true;
    if (!feed_list(screen->op, &feeds, err)) return false;
    for (size_t i = 0; i < feeds.count; i++) {
        char id[ID_TEXT_SIZE];
        json_t *row = json_object();
        json_put_text(row, "name", feed_name(screen, board, feeds.items[i].schedule_id));
        json_put(row, "created", view_instant(screen, feeds.items[i].created_ms));
        json_put_text(row, "remove_url", path_of(screen, "/oncall/feeds/%s/remove", id_text(feeds.items[i].id, id)));
        json_push(rows, row);
    }
    return true;
}

static bool stands_in(const struct schedule *schedule, const char *id, int64_t now) {
    for (size_t i = 0; i < schedule->layer_count; i++) {
        const struct layer *layer = &schedule->layers[i];
        const struct roster *roster = &layer->rosters[layer->roster_count - 1];
        if (layer->ends <= now) continue;
        for (size_t j = 0; j < roster->count; j++) {
            if (roster->people[j] != NOBODY && str_eq(schedule->people[roster->people[j]], id)) return true;
        }
    }
    return false;
}

/* Who may respond and is never called by turn: forgotten, or left out on purpose. */
static bool add_unscheduled(const struct screen *screen, const struct duty_board *board, struct error *err) {
    struct user_query query = { .limit = USER_PAGE_MAX };
    struct user_list list = { .more = true };
    json_t *names = json_array();
    json_put(screen->view, "unscheduled", names);
    while (list.more && json_array_size(names) < UNSCHEDULED_SHOWN) {
        if (!user_list(screen->op, &query, &list, err)) return false;
        for (size_t i = 0; i < list.count; i++) {
            char id[ID_TEXT_SIZE];
            bool scheduled = list.items[i].role < ROLE_RESPONDER || list.items[i].role == ROLE_ADMIN;
            for (size_t j = 0; j < board->rotas.count && !scheduled; j++)
                scheduled = stands_in(board->schedules[j], id_text(list.items[i].id, id), screen->op->now_ms / 1000);
            if (!scheduled) json_push(names, json_string(list.items[i].name));
        }
        if (list.count > 0) query.after = list.items[list.count - 1].login;
    }
    json_put_bool(screen->view, "has_unscheduled", json_array_size(names) > 0);
    return true;
}

static bool fill(struct screen *screen, struct error *err) {
    struct duty_board board;
    json_t *rows = json_array();
    json_put(screen->view, "schedules", rows);
    if (!duty_board_load(screen->op, &board, err)) return false;
    for (size_t i = 0; i < board.rotas.count; i++) {
        json_t *row;
        if (!duty_view(screen, &board.rotas.items[i], board.schedules[i], &row, err)) return false;
        json_push(rows, json_incref(row));
    }
    json_put_bool(screen->view, "found", board.rotas.count > 0);
    json_put_bool(screen->view, "may_schedule", screen_may(screen, PERM_SCHEDULE));
    json_put_text(screen->view, "zone", tz_name(screen->organisation.tz));
    json_put_text(screen->view, "base_url", screen->request->app->base_url);
    return add_unscheduled(screen, &board, err) && add_feeds(screen, &board, err);
}

/* made: the calendar address that was just made, shown in this one answer and nowhere else. */
static void show(struct request *request, struct response *response, const char *made) {
    struct screen screen;
    struct error err;
    if (!screen_open(request, response, "oncall_page.title", &screen)) return;
    json_put_text(screen.view, "made", made);
    if (fill(&screen, &err)) screen_show(&screen, "pages/oncall");
    else respond_error(request, response, &err);
}

static void page_oncall(struct request *request, struct response *response) {
    show(request, response, NULL);
}

/* -- standing in -- */

static void build_override(struct form *form) {
    const struct screen *screen = form->screen;
    struct op *op = screen->op;
    const struct tz *tz = screen->organisation.tz;
    static const char *const kinds[] = { "replace", "add", "remove" };
    json_t *roles = options_new(), *types = options_new();
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        option_add(types, kinds[i], say(screen, path_of(screen, "oncall_page.override_kind.%s", kinds[i])));
    form_field(form, &KIND, "replace", types);
    option_add(roles, "primary", say(screen, "oncall_page.primary"));
    option_add(roles, "secondary", say(screen, "oncall_page.secondary"));
    json_put_text(form_field(form, &IN, op->actor->login, NULL), "list", "people");
    json_put_text(form_field(form, &OUT, NULL, NULL), "list", "people");
    form_field(form, &ROLE, "primary", roles);
    form_field(form, &START, when_input(op->arena, tz, op->now_ms), NULL);
    form_field(form, &END, when_input(op->arena, tz, op->now_ms + OFFERED_HOURS * INT64_C(3600000)), NULL);
    form_field(form, &NOTE, NULL, NULL);
    view_people(screen);
}

static void show_override(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct form form;
    struct rota rota;
    struct schedule *schedule;
    struct error err;
    if (!screen_open(request, response, "oncall_page.override", &screen)) return;
    if (!rota_load(request->op, request_param(request, "schedule"), &rota, &schedule, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *crumb = json_object();
    json_put_text(crumb, "url", "/oncall");
    json_put_text(crumb, "label", say(&screen, "oncall_page.title"));
    json_put(screen.view, "crumb", crumb);
    json_put_text(screen.view, "heading", path_of(&screen, "%s: %s", rota.name, say(&screen, "oncall_page.override")));
    json_put_text(screen.view, "lead", say(&screen, "oncall_page.override_lead"));
    form_open(&screen, &form);
    form_action(&form, request->path, "ui.save");
    form_text(&form, "cancel", "/oncall");
    build_override(&form);
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/form");
    else screen_refuse(&screen, "pages/form", refusal);
}

static void page_override(struct request *request, struct response *response) {
    show_override(request, response, NULL);
}

/* A blank answer is none; the domain says which were needed. */
static void put_typed(const struct request *request, json_t *body, const char *name) {
    const char *text = request_form(request, name);
    if (!str_blank(text)) json_put_text(body, name, text);
}

/* What cannot be read goes on as it was typed and is refused with the rest. */
static void put_local(const struct request *request, const struct tz *tz, json_t *body, const char *name) {
    struct error ignored;
    const char *text = request_form(request, name);
    int64_t ms;
    if (str_blank(text)) return;
    bool fine = when_parse_local(text, tz, &ms, &ignored);
    json_put_text(body, name, fine ? when_rfc3339(request->op->arena, ms) : text);
}

static void do_override(struct request *request, struct response *response) {
    struct organisation organisation;
    struct rota_override override;
    struct error err;
    if (!organisation_load(request->op, &organisation, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *body = json_obj(request->op->arena);
    put_typed(request, body, "type");
    if (json_text(body, "type") == NULL) json_put_text(body, "type", "replace");
    put_typed(request, body, "in");
    put_typed(request, body, "out");
    put_typed(request, body, "role");
    put_typed(request, body, "note");
    put_local(request, organisation.tz, body, "start");
    put_local(request, organisation.tz, body, "end");
    if (rota_override_add(request->op, request_param(request, "schedule"), body, &override, &err))
        respond_redirect_flash(request, response,
                               arena_printf(request->op->arena, "/oncall/%s", request_param(request, "schedule")),
                               "flash.override_added");
    else show_override(request, response, &err);
}

static void do_take_over(struct request *request, struct response *response) {
    struct rota_override override;
    struct error err;
    if (rota_take_over(request->op, request_param(request, "schedule"), &override, &err))
        respond_redirect_flash(request, response, "/oncall", "flash.taken_over");
    else respond_error(request, response, &err);
}

/* -- calendar addresses -- */

static void do_feed(struct request *request, struct response *response) {
    struct feed feed;
    struct error err;
    char token[SECRET_TOKEN_SIZE];
    const char *which = request_form(request, "schedule");
    if (feed_add(request->op, str_blank(which) ? NULL : which, token, &feed, &err))
        show(request, response, arena_printf(request->op->arena, "%s/ical/%s.ics", request->app->base_url, token));
    else respond_error(request, response, &err);
}

static void do_feed_remove(struct request *request, struct response *response) {
    struct error err;
    int64_t id = 0;
    (void)id_parse(request_param(request, "id"), &id);
    if (feed_remove(request->op, id, &err)) respond_redirect_flash(request, response, "/oncall", "flash.removed");
    else respond_error(request, response, &err);
}

static const struct route ONCALL_PAGE_LIST[] = {
    { HTTP_GET, "/oncall", page_oncall, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/oncall/:schedule/overrides", page_override, PERM_SCHEDULE, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/oncall/:schedule/overrides", do_override, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/oncall/:schedule/take-over", do_take_over, PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/oncall/feeds", do_feed, PERM_READ, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/oncall/feeds/:id/remove", do_feed_remove, PERM_READ, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table ONCALL_PAGE_ROUTES = ROUTE_TABLE(ONCALL_PAGE_LIST);
