/* 분기 리뷰: the quarterly review as it wrote itself, to be read, written on section by section, printed and taken
 * away.
 *
 * /insights/quarter?year=2026&q=1 is the one of a quarter, stored or still a draft; /insights/quarters lists the
 * stored. */
#include "insight/quarter.h"
#include "pages/review/document_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "text/when.h"

enum { QUARTERS_OFFERED = 8 };

static const char *quarter_url(const struct screen *screen, struct quarter quarter) {
    return path_of(screen, "/insights/quarter?year=%d&q=%d", quarter.year, quarter.number);
}

static struct quarter asked_quarter(const struct screen *screen) {
    struct quarter quarter = quarter_of(screen->organisation.tz, screen->op->now_ms);
    const char *year = request_query(screen->request, "year"), *part = request_query(screen->request, "q");
    int64_t value;
    if (!str_blank(year)) quarter.year = str_to_i64(year, &value) && value > 0 && value < 9999 ? (int)value : 0;
    if (!str_blank(part)) quarter.number = str_to_i64(part, &value) && value > 0 && value < 9 ? (int)value : 0;
    return quarter;
}

/* --- the page --- */

static json_t *section_row(struct screen *screen, const struct quarter_review *review, enum quarter_part part) {
    const struct quarter_section *section = &review->sections[part];
    const char *name = quarter_part_name(part), *body = section->body == NULL ? "" : section->body;
    json_t *row = json_object();
    json_put_text(row, "key", name);
    json_put_text(row, "title", quarter_heading(screen->op, review, part));
    json_put_text(row, "body", body);
    json_put_text(row, "stored", body);
    json_put_bool(row, "blank", str_blank(body));
    json_put_text(row, "body_html", document_html(screen, body));
    json_put_text(row, "base", path_of(screen, "%lld", (long long)section->version));
    json_put_text(row, "by", section->edited ? section->updated_by : NULL);
    json_put(row, "at", section->edited ? view_instant(screen, section->updated_at) : json_null());
    const char *quarter = quarter_name(screen->op->arena, review->quarter);
    json_put_text(row, "action", path_of(screen, "/insights/quarter/%s/sections/%s", quarter, name));
    json_put_text(row, "draft", path_of(screen, "quarter-%s-%s", quarter, name));
    json_put_text(row, "error", NULL);
    json_put_bool(row, "open", false);
    return row;
}

static bool add_review(struct screen *screen, const struct quarter_review *review, struct error *err) {
    const char *title;
    struct arena *arena = screen->op->arena;
    const char *name = quarter_name(arena, review->quarter);
    int64_t from, until;
    if (!quarter_title(screen->op, review, &title, err)) return false;
    quarter_span(screen->organisation.tz, review->quarter, &from, &until);
    json_t *view = json_object(), *sections = json_array();
    for (enum quarter_part part = QUARTER_FREQUENCY; part < QUARTER_PART_COUNT; part++) {
        json_push(sections, section_row(screen, review, part));
    }
    json_put_text(view, "title", title);
    json_put_text(view, "span",
                  path_of(screen, "%s ~ %s", when_date(arena, screen->organisation.tz, from),
                          when_date(arena, screen->organisation.tz, until - 1)));
    json_put_bool(view, "stored", review->id != 0);
    json_put_bool(view, "over", until <= screen->op->now_ms);
    json_put_text(view, "made_by", review->made_by);
    json_put(view, "made_at", view_instant(screen, review->made_at));
    json_put_text(view, "doc_lang", review->lang);
    json_put_text(view, "make", path_of(screen, "/insights/quarter/%s/make", name));
    json_put_text(view, "url", quarter_url(screen, review->quarter));
    static const char *const FILES[] = { "md", "html", "json" };
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        json_put_text(view, FILES[i], path_of(screen, "/api/v1/quarters/%s.%s", name, FILES[i]));
    }
    json_put_text(
        view, "print",
        path_of(screen, "/insights/quarter/print?year=%d&q=%d", review->quarter.year, review->quarter.number));
    json_put(view, "sections", sections);
    json_put(screen->view, "review", view);
    screen_title(screen, title);
    return true;
}

static void add_tabs(struct screen *screen, struct quarter shown) {
    json_t *tabs = json_array();
    struct quarter at = quarter_of(screen->organisation.tz, screen->op->now_ms);
    for (int i = 0; i < QUARTERS_OFFERED; i++, at = quarter_before(at)) {
        json_t *row = json_object();
        json_put_text(row, "label", path_of(screen, "%d Q%d", at.year, at.number));
        json_put_text(row, "url", quarter_url(screen, at));
        json_put_bool(row, "current", at.year == shown.year && at.number == shown.number);
        json_push(tabs, row);
    }
    json_put(screen->view, "quarters", tabs);
}

/* key NULL: nothing was refused; else what was typed into that section and why it was refused. */
static void show(struct request *request, struct response *response, const struct quarter *wanted, const char *key,
                 const struct error *refused) {
    struct screen screen;
    struct quarter_review review;
    struct error err;
    if (refused != NULL && !screen_can_refuse(refused)) {
        respond_error(request, response, refused);
        return;
    }
    if (!screen_open(request, response, "insights.quarter", &screen)) return;
    struct quarter quarter = wanted != NULL ? *wanted : asked_quarter(&screen);
    if (!quarter_find(request->op, quarter, &review, &err) || !add_review(&screen, &review, &err)) {
        respond_error(request, response, &err);
        return;
    }
    add_tabs(&screen, quarter);
    size_t index;
    json_t *row;
    json_array_foreach(json_object_get(json_object_get(screen.view, "review"), "sections"), index, row) {
        if (refused == NULL || !str_eq(json_text(row, "key"), key)) continue;
        const char *fault = form_fault(&screen, path_of(&screen, "sections.%s", key));
        bool stale = refused->kind == ERR_STALE || fault == NULL;
        json_put_text(row, "error", stale ? say(&screen, path_of(&screen, "error.%s", refused->code)) : fault);
        json_put_text(row, "body", request_form(request, "body"));
        json_put_bool(row, "open", true);
    }
    if (refused == NULL) screen_show(&screen, "pages/quarter");
    else screen_refuse(&screen, "pages/quarter", refused);
}

static void page_quarter(struct request *request, struct response *response) {
    show(request, response, NULL, NULL, NULL);
}

static void page_list(struct request *request, struct response *response) {
    struct screen screen;
    struct quarter_list list;
    struct error err;
    if (!screen_open(request, response, "insights.quarters", &screen)) return;
    if (!quarter_list(request->op, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < list.count; i++) {
        const struct quarter_review *review = &list.items[i];
        json_t *row = json_object();
        json_put_text(row, "label", path_of(&screen, "%d Q%d", review->quarter.year, review->quarter.number));
        json_put_text(row, "url", quarter_url(&screen, review->quarter));
        json_put_text(row, "made_by", review->made_by);
        json_put(row, "made_at", view_instant(&screen, review->made_at));
        json_put(row, "updated_at", view_instant(&screen, review->updated_at));
        json_push(rows, row);
    }
    json_put_bool(screen.view, "any", list.count > 0);
    json_put(screen.view, "reviews", rows);
    screen_show(&screen, "pages/quarters");
}

static void page_print(struct request *request, struct response *response) {
    struct screen screen;
    struct quarter_review review;
    struct error err;
    if (!screen_open(request, response, "insights.quarter", &screen)) return;
    if (!quarter_find(request->op, asked_quarter(&screen), &review, &err) || !add_review(&screen, &review, &err)) {
        respond_error(request, response, &err);
        return;
    }
    int64_t at = review.id == 0 ? request->op->now_ms : review.updated_at;
    json_put_text(screen.view, "organisation", screen.organisation.name);
    json_put_text(screen.view, "made", when_minute(request->op->arena, screen.organisation.tz, at));
    respond_fragment(request, response, "pages/quarter_paper", screen.view);
}

/* --- writing --- */

static bool named(struct request *request, struct response *response, struct quarter *out) {
    struct error err;
    if (quarter_parse(request_param(request, "name"), out)) return true;
    (void)ERROR(&err, ERR_NOT_FOUND, "quarter.unknown", "%s", request_param(request, "name"));
    respond_error(request, response, &err);
    return false;
}

static void do_make(struct request *request, struct response *response) {
    struct quarter quarter;
    struct quarter_review review;
    struct error err;
    if (!named(request, response, &quarter)) return;
    if (!quarter_make(request->op, quarter, &review, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *url = arena_printf(request->op->arena, "/insights/quarter?year=%d&q=%d", quarter.year, quarter.number);
    respond_redirect_flash(request, response, url, "flash.saved");
}

static void do_section(struct request *request, struct response *response) {
    struct quarter quarter;
    struct quarter_review review;
    struct quarter_save save = { .body = request_form(request, "body") };
    struct error err;
    const char *key = request_param(request, "key"), *base = request_form(request, "base");
    if (!named(request, response, &quarter)) return;
    bool known = quarter_part_parse(key, &save.part) || ERROR(&err, ERR_NOT_FOUND, "quarter.unknown", "%s", key);
    if (base == NULL || !str_to_i64(base, &save.base)) save.base = -1;
    if (!known || !quarter_save(request->op, quarter, &save, &review, &err)) {
        show(request, response, &quarter, key, &err);
        return;
    }
    const char *url = arena_printf(request->op->arena, "/insights/quarter?year=%d&q=%d#section-%s", quarter.year,
                                   quarter.number, key);
    respond_redirect_flash(request, response, url, "flash.saved");
}

#define READ PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE
#define WRITE PERM_RESPOND, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/insights/quarter", page_quarter, READ },
    { HTTP_GET, "/insights/quarters", page_list, READ },
    { HTTP_GET, "/insights/quarter/print", page_print, READ },
    { HTTP_POST, "/insights/quarter/:name/make", do_make, WRITE },
    { HTTP_POST, "/insights/quarter/:name/sections/:key", do_section, WRITE },
};
const struct route_table QUARTER_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
