/* 서비스 상태: what customers see, without a session, a cookie or a script. The same in files: notice/status_export.h.
 */
#include "base/arena.h"
#include "base/str.h"
#include "http/http.h"
#include "notice/status_json.h"
#include "text/i18n.h"
#include "view/template.h"
#include "app.h"

static bool load(struct request *request, struct response *response, struct status_site *site) {
    struct error err;
    request_speak_publicly(request);
    if (status_load(request->op, site, &err)) return true;
    respond_error(request, response, &err);
    return false;
}

static struct status_reader reader_of(const struct request *request) {
    return (struct status_reader){ request->op->lang, request->app->base_url };
}

static void show(struct request *request, struct response *response, const char *template, const char *path) {
    struct arena *arena = request->op->arena;
    struct status_site site;
    struct error err;
    if (!load(request, response, &site)) return;
    const char *lang = request->lang;
    const struct status_links links = {
        .home = arena_printf(arena, "/status?lang=%s", lang),
        .history = arena_printf(arena, "/status/history?lang=%s", lang),
        .atom = arena_printf(arena, "/status/feed.atom?lang=%s", lang),
        .rss = arena_printf(arena, "/status/feed.rss?lang=%s", lang),
        .css = "/static/css/status.css",
        .icon = "/static/icons/favicon.svg",
        .other = arena_printf(arena, "%s?lang=%s", path, str_eq(lang, "en") ? "ko" : "en"),
        .subscribe = arena_printf(arena, "/status/subscribe?lang=%s", lang),
    };
    const struct status_reader reader = reader_of(request);
    json_t *view = status_view(arena, &site, &reader, &links);
    if (!template_render(template, view, request->op->lang, &response->body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    respond_public(request, response, "text/html; charset=utf-8");
}

static void page_now(struct request *request, struct response *response) {
    show(request, response, "status/page", "/status");
}

static void page_history(struct request *request, struct response *response) {
    show(request, response, "status/history", "/status/history");
}

static void feed(struct request *request, struct response *response, enum status_feed kind, const char *type) {
    struct status_site site;
    if (!load(request, response, &site)) return;
    const struct status_reader reader = reader_of(request);
    status_feed(request->op->arena, &site, &reader, kind, &response->body);
    respond_public(request, response, type);
}

static void feed_atom(struct request *request, struct response *response) {
    feed(request, response, STATUS_ATOM, "application/atom+xml; charset=utf-8");
}

static void feed_rss(struct request *request, struct response *response) {
    feed(request, response, STATUS_RSS, "application/rss+xml; charset=utf-8");
}

#define READ(pattern, handler) \
    { HTTP_GET, pattern, handler, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC }
static const struct route ROUTES[] = {
    READ("/status", page_now),          READ("/status/history", page_history),   READ("/status/feed.atom", feed_atom),
    READ("/status/feed.rss", feed_rss), READ("/status/history.atom", feed_atom), READ("/status/history.rss", feed_rss),
};
const struct route_table STATUS_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
