/* 상태 알림 받기: asking for mails of the status page, confirming it and leaving. No session, no cookie; whoever holds
 * the token of a mail may answer it. Opening a link changes nothing: mail programs open links too. */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "http/http.h"
#include "notice/status_json.h"
#include "notice/subscriber.h"
#include "text/i18n.h"
#include "view/template.h"
#include "app.h"

/* What the page says, by its step; the form's action is the address it stands at. */
struct step {
    const char *heading, *text; /* message keys */
    const char *button; /* NULL: no form */
    bool asks; /* for an address */
};

static void show(struct request *request, struct response *response, const struct step *step, const char *fault) {
    struct op *op = request->op;
    struct arena *arena = op->arena;
    struct status_site site;
    struct error err;
    const char *lang = request->lang;
    if (!status_load(op, &site, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const struct status_links links = {
        .home = arena_printf(arena, "/status?lang=%s", lang),
        .history = arena_printf(arena, "/status/history?lang=%s", lang),
        .atom = arena_printf(arena, "/status/feed.atom?lang=%s", lang),
        .rss = arena_printf(arena, "/status/feed.rss?lang=%s", lang),
        .css = "/static/css/status.css",
        .icon = "/static/icons/favicon.svg",
        .other = arena_printf(arena, "%s?lang=%s", request->path, str_eq(lang, "en") ? "ko" : "en"),
        .subscribe = arena_printf(arena, "/status/subscribe?lang=%s", lang),
    };
    const struct status_reader reader = { op->lang, request->app->base_url };
    json_t *view = status_view(arena, &site, &reader, &links);
    json_put_text(view, "heading", i18n_text(op->lang, step->heading));
    json_put_text(view, "text", i18n_text(op->lang, step->text));
    json_put_text(view, "button", step->button == NULL ? NULL : i18n_text(op->lang, step->button));
    json_put_text(view, "action", arena_printf(arena, "%s?lang=%s", request->path, lang));
    json_put_bool(view, "asks", step->asks);
    json_put_text(view, "fault", fault);
    json_put_text(view, "email", fault == NULL ? "" : request_form(request, "email"));
    if (!template_render("status/subscribe", view, op->lang, &response->body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    response->status = fault == NULL ? 200 : 422;
    response->content_type = "text/html; charset=utf-8";
    response->cache_control = "no-store";
    response_header(response, "Referrer-Policy", "no-referrer"); /* the token stands in the address */
}

static const struct step ASK = { "status.subscribe", "status.subscribe_text", "status.subscribe", true };
static const struct step ASKED = { "status.subscribe", "status.subscribe_asked", NULL, false };
static const struct step CONFIRM = { "status.confirm", "status.confirm_text", "status.confirm", false };
static const struct step CONFIRMED = { "status.confirm", "status.confirmed", NULL, false };
static const struct step LEAVE = { "status.unsubscribe", "status.unsubscribe_text", "status.unsubscribe", false };
static const struct step LEFT = { "status.unsubscribe", "status.unsubscribed", NULL, false };

static void page_ask(struct request *request, struct response *response) {
    show(request, response, &ASK, NULL);
}

static void do_ask(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct error err;
    const struct subscription wish = { request_form(request, "email"), request->lang, request->app->base_url };
    if (subscriber_ask(op, &wish, &err)) {
        show(request, response, &ASKED, NULL);
    } else if (err.kind == ERR_INVALID) {
        op->fields = (struct field_errors){ 0 };
        show(request, response, &ASK, i18n_text(op->lang, "status.subscribe_wrong"));
    } else {
        respond_error(request, response, &err);
    }
}

static void page_confirm(struct request *request, struct response *response) {
    show(request, response, &CONFIRM, NULL);
}

static void do_confirm(struct request *request, struct response *response) {
    struct error err;
    if (subscriber_confirm(request->op, request_param(request, "token"), &err))
        show(request, response, &CONFIRMED, NULL);
    else respond_error(request, response, &err);
}

static void page_leave(struct request *request, struct response *response) {
    show(request, response, &LEAVE, NULL);
}

static void do_leave(struct request *request, struct response *response) {
    struct error err;
    if (subscriber_leave(request->op, request_param(request, "token"), &err)) show(request, response, &LEFT, NULL);
    else respond_error(request, response, &err);
}

#define SEE PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC
#define BY_TOKEN PERM_SIGNED, CSRF_SIGNATURE, BODY_RAW, RATE_LOGIN /* mail programs post what they like */
static const struct route ROUTES[] = {
    { HTTP_GET, "/status/subscribe", page_ask, SEE },
    { HTTP_POST, "/status/subscribe", do_ask, PERM_PUBLIC, CSRF_PUBLIC_FORM, BODY_FORM, RATE_LOGIN },
    { HTTP_GET, "/status/confirm/:token", page_confirm, SEE },
    { HTTP_POST, "/status/confirm/:token", do_confirm, BY_TOKEN },
    { HTTP_GET, "/status/unsubscribe/:token", page_leave, SEE },
    { HTTP_POST, "/status/unsubscribe/:token", do_leave, BY_TOKEN },
};
const struct route_table STATUS_SUBSCRIBE_ROUTES = ROUTE_TABLE(ROUTES);
