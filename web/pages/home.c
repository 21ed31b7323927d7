/* 상황판: is anything burning, and what is due from me? */
#include "pages/oncall/handover.h"
#include "pages/incident/incident_view.h"
#include "pages/oncall/oncall_view.h"
#include "pages/screen.h"

#include "base/arena.h"
#include "base/json.h"
#include "http/page_cache.h"
#include "base/str.h"
#include "incident/incident_json.h"
#include "incident/search.h"
#include "insight/insight.h"

#include <stdlib.h>
#include <string.h>

enum { RECENT_SHOWN = 6, DUE_SHOWN = 12 };

struct board {
    struct incident_page active, over;
    struct incident_view *views; /* of both, in that order */
};

static bool load_views(struct tx *tx, void *arg, struct error *err) {
    struct board *board = arg;
    for (size_t i = 0; i < board->active.count + board->over.count; i++) {
        const struct incident *incident =
            i < board->active.count ? &board->active.list[i] : &board->over.list[i - board->active.count];
        if (!incident_view_tx(tx, incident, &board->views[i], err)) return false;
    }
    return true;
}

static bool load_board(struct op *op, struct board *out, struct error *err) {
    struct incident_query active = { .state = "active", .limit = "50" };
    struct incident_query over = { .state = "over", .limit = "20" };
    if (!incident_list(op, &active, &out->active, err) || !incident_list(op, &over, &out->over, err)) return false;
    out->views = ARENA_ARRAY(op->arena, out->active.count + out->over.count + 1, struct incident_view);
    return store_read(op, load_views, out, err);
}

/* What burns before drills and records, the gravest first; among equals the one that has burnt longest. */
static int by_gravity(const void *a, const void *b) {
    const struct incident_view *left = a, *right = b;
    bool burns = left->incident.kind == INCIDENT_NORMAL, also = right->incident.kind == INCIDENT_NORMAL;
    if (burns != also) return burns ? -1 : 1;
    int order = strcmp(left->incident.severity, right->incident.severity);
    if (order != 0) return order;
    int64_t one = incident_begin(&left->incident), other = incident_begin(&right->incident);
    return one < other ? -1 : one > other;
}

static bool is_mine(const struct op *op, const struct incident_view *view) {
    if (view->incident.owner_id == op->actor->user_id) return true;
    for (size_t i = 0; i < view->role_count; i++) {
        if (view->roles[i].user_id == op->actor->user_id) return true;
    }
    return false;
}

static json_t *open_row(const struct screen *screen, const struct incident_view *view) {
    json_t *row = view_incident_row(screen, &view->incident);
    const struct clock_row *update = incident_clock(view, CLOCK_UPDATE);
    json_put(row, "next_update", view_until(screen, update == NULL ? 0 : update->due_at));
    bool leaderless = roles_commander_missing(&view->incident, view->roles, view->role_count);
    json_put_bool(row, "leaderless", leaderless);
    const char *commander = NULL;
    for (size_t i = 0; i < view->role_count; i++) {
        if (view->roles[i].kind == ROLE_COMMANDER) commander = view->roles[i].name;
    }
    json_put_text(row, "commander", commander);
    return row;
}

struct duty {
    const struct incident_view *view;
    const struct clock_row *clock;
};

static int by_due(const void *a, const void *b) {
    const struct duty *left = a, *right = b;
    return left->clock->due_at < right->clock->due_at ? -1 : left->clock->due_at > right->clock->due_at;
}

/* What this person owes, the most urgent first. */
static json_t *due_rows(const struct screen *screen, const struct board *board) {
    json_t *due = json_array();
    size_t views = board->active.count + board->over.count, clocks = 0, count = 0;
    for (size_t i = 0; i < views; i++) clocks += board->views[i].clock_count;
    struct duty *duties = ARENA_ARRAY(screen->op->arena, clocks + 1, struct duty);
    for (size_t i = 0; i < views; i++) {
        const struct incident_view *view = &board->views[i];
        for (size_t n = 0; n < view->clock_count && is_mine(screen->op, view); n++) {
            const struct clock_row *clock = &view->clocks[n];
            bool owed = clock->state == CLOCK_PENDING || (clock->state == CLOCK_MISSED && clock->met_at == 0);
            if (owed) duties[count++] = (struct duty){ view, clock };
        }
    }
    qsort(duties, count, sizeof *duties, by_due);
    for (size_t i = 0; i < count && i < DUE_SHOWN; i++) {
        const struct incident *incident = &duties[i].view->incident;
        json_t *row = json_object();
        json_put_text(row, "label", label(screen, "clock", clock_kind_name(duties[i].clock->kind)));
        json_put_text(row, "title", incident_headline(incident));
        json_put_text(row, "url", incident_url(screen, incident->ref));
        json_put(row, "until", view_until(screen, duties[i].clock->due_at));
        json_push(due, row);
    }
    return due;
}

static void add_levels(const struct screen *screen) {
    json_t *levels = json_array();
    for (size_t i = 0; i < screen->policy->severity_count; i++) {
        const struct policy_severity *severity = &screen->policy->severities[i];
        json_t *row = json_object();
        json_put(row, "severity", view_severity(screen, severity->code));
        json_put_text(row, "meaning", policy_say(&severity->meaning, screen->op->lang));
        json_push(levels, row);
    }
    json_put(screen->view, "levels", levels);
}

static bool add_history(struct screen *screen, struct error *err) {
    struct lesson_list lessons;
    if (!insight_today(screen->op, &lessons, err)) return false;
    json_t *rows = json_array();
    for (size_t i = 0; i < lessons.count; i++) {
        json_t *row = json_object();
        json_put_text(row, "ref", lessons.items[i].incident_ref);
        json_put_text(row, "url", path_of(screen, "/incidents/%s/retro", lessons.items[i].incident_ref));
        json_put_text(row, "lesson", lessons.items[i].lesson);
        json_push(rows, row);
    }
    json_put(screen->view, "history", rows);
    json_put_bool(screen->view, "has_history", lessons.count > 0);
    return true;
}

static bool fill_board(struct screen *screen, struct error *err) {
    struct board board;
    struct duty_board duty;
    if (!load_board(screen->op, &board, err) || !duty_board_load(screen->op, &duty, err)) return false;
    qsort(board.views, board.active.count, sizeof *board.views, by_gravity);
    json_t *open = json_array(), *recent = json_array(), *due = due_rows(screen, &board);
    for (size_t i = 0; i < board.active.count + board.over.count; i++) {
        const struct incident_view *view = &board.views[i];
        if (i < board.active.count) json_push(open, open_row(screen, view));
        else if (i < board.active.count + RECENT_SHOWN) json_push(recent, view_incident_row(screen, &view->incident));
    }
    if (!handover_add_due(screen, due, err)) return false;
    json_put_text(screen->view, "open_count",
                  board.active.count == 0 ? NULL : path_of(screen, "%zu", board.active.count));
    json_put_bool(screen->view, "calm", board.active.count == 0);
    json_put(screen->view, "open", open);
    json_put(screen->view, "recent", recent);
    json_put(screen->view, "due", due);
    json_t *panels = json_array();
    if (duty.rotas.count > 0) json_push(panels, duty_panel(screen, &duty));
    json_put(screen->view, "panels", panels);
    add_levels(screen);
    return add_history(screen, err);
}

static void page_home(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    struct page_key key;
    if (page_cache_find(request, response, PAGE_EVERYTHING, page_cache_person(request), &key)) return;
    if (!screen_open(request, response, "home.title", &screen)) return;
    if (!fill_board(&screen, &err)) respond_error(request, response, &err);
    else screen_show(&screen, "pages/home");
    page_cache_keep(request, response, &key);
}

static void page_home_live(struct request *request, struct response *response) {
    struct screen screen;
    struct error err;
    struct page_key key;
    if (page_cache_find(request, response, PAGE_EVERYTHING, page_cache_person(request), &key)) return;
    if (!screen_open(request, response, "home.title", &screen)) return;
    if (!fill_board(&screen, &err)) respond_error(request, response, &err);
    else respond_fragment(request, response, "partials/board", screen.view);
    page_cache_keep(request, response, &key);
}

const struct route HOME_LIST[] = {
    { HTTP_GET, "/", page_home, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/home/live", page_home_live, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table HOME_ROUTES = ROUTE_TABLE(HOME_LIST);
