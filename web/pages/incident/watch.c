/* 관전: the same incident, read-only and calm, for those who would otherwise stand behind the responder (R-A13);
 * and its messages, for people without the channel to copy. */
#include "pages/incident/incident_view.h"

#include "base/arena.h"
#include "base/json.h"
#include "http/page_cache.h"
#include "base/str.h"
#include "incident/message.h"
#include "text/i18n.h"

static bool load_watch(struct request *request, struct response *response, struct screen *screen) {
    struct incident_page_data data;
    struct error err;
    if (!screen_open(request, response, "watch.title", screen)) return false;
    if (!incident_page_load(request->op, request_param(request, "ref"), INT64_MAX, &data, &err)) {
        respond_error(request, response, &err);
        return false;
    }
    incident_head_view(screen, &data);
    incident_roles_view(screen, &data.view);
    json_t *said = json_null();
    if (data.updated) {
        said = json_object();
        json_put_text(said, "text", data.update.text);
        json_put(said, "at", view_instant(screen, data.update.at));
    }
    json_put(screen->view, "said", said);
    json_t *offers = json_array();
    bool offered = false;
    for (size_t i = 0; i < data.offer_count; i++) {
        json_t *row = json_object();
        json_put_text(row, "name", data.offers[i].name);
        json_put_text(row, "initial", initial_of(screen, data.offers[i].name));
        json_put_text(row, "note", data.offers[i].note);
        json_push(offers, row);
        if (data.offers[i].user_id == request->op->actor->user_id) offered = true;
    }
    json_put(screen->view, "offers", offers);
    json_put_bool(screen->view, "offered", offered);
    json_put_bool(screen->view, "may_offer", incident_is_open(data.view.incident.state));
    json_put_bool(screen->view, "nobody", data.view.role_count == 0 && data.offer_count == 0);
    return true;
}

static void page_watch(struct request *request, struct response *response) {
    struct screen screen;
    struct page_key key;
    if (page_cache_find(request, response, PAGE_EVERYTHING, page_cache_person(request), &key)) return;
    if (load_watch(request, response, &screen)) screen_show(&screen, "pages/watch");
    page_cache_keep(request, response, &key);
}

static void page_watch_live(struct request *request, struct response *response) {
    struct screen screen;
    struct page_key key;
    if (page_cache_find(request, response, PAGE_EVERYTHING, page_cache_person(request), &key)) return;
    if (load_watch(request, response, &screen)) respond_fragment(request, response, "partials/watch", screen.view);
    page_cache_keep(request, response, &key);
}

static void do_offer(struct request *request, struct response *response) {
    struct error err;
    const char *ref = request_param(request, "ref");
    if (!incident_offer_help(request->op, ref, request_form(request, "note"), &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *url = arena_printf(request->op->arena, "/incidents/%s/watch", ref);
    respond_redirect_flash(request, response, url, "flash.offered");
}

/* -- messages -- */

static bool add_message(const struct screen *screen, json_t *messages, const char *ref, enum message_kind kind,
                        struct error *err) {
    const char *text = NULL;
    if (!incident_message(screen->op, ref, kind, NULL, &text, err)) return err->kind == ERR_CONFLICT;
    json_t *row = json_object();
    json_put_text(row, "id", path_of(screen, "message-%s", message_kind_name(kind)));
    json_put_text(row, "label", label(screen, "message", message_kind_name(kind)));
    json_put_text(row, "text", text);
    json_push(messages, row);
    return true;
}

static void page_messages(struct request *request, struct response *response) {
    struct screen screen;
    struct incident incident;
    struct error err;
    const char *ref = request_param(request, "ref");
    if (!screen_open(request, response, "messages_page.title", &screen)) return;
    json_t *messages = json_array();
    bool good = incident_find(request->op, ref, &incident, &err);
    static const enum message_kind KINDS[] = { MESSAGE_DECLARED, MESSAGE_UPDATE, MESSAGE_HELP, MESSAGE_RECOVERED };
    for (size_t i = 0; good && i < sizeof KINDS / sizeof *KINDS; i++) {
        good = add_message(&screen, messages, ref, KINDS[i], &err);
    }
    if (!good) {
        respond_error(request, response, &err);
        return;
    }
    json_put(screen.view, "incident", view_incident_row(&screen, &incident));
    json_put(screen.view, "messages", messages);
    json_put_text(screen.view, "export_base", path_of(&screen, "/api/v1/incidents/%s/export", incident.ref));
    screen_show(&screen, "pages/messages");
}

static const struct route WATCH_LIST[] = {
    { HTTP_GET, "/incidents/:ref/watch", page_watch, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_GET, "/incidents/:ref/watch/live", page_watch_live, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/incidents/:ref/offer", do_offer, PERM_READ, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_GET, "/incidents/:ref/messages", page_messages, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table WATCH_ROUTES = ROUTE_TABLE(WATCH_LIST);
