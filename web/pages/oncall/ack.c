/* One tap from a phone: the page behind the link of a page. Whoever holds the link is whom it was made for; opening it
 * changes nothing (escalation/ack_link.h). */
#include "pages/screen.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/ack_link.h"
#include "store/db.h"
#include "text/i18n.h"

/* The names of severities: the holder of the link may see them, though nobody is logged in. */
static bool read_policy(struct tx *tx, void *arg, struct error *err) {
    return policy_current(tx, arg, err);
}

static void show(struct request *request, struct response *response, const struct ack_offer *offer) {
    struct screen screen;
    struct error err;
    const struct incident *incident = &offer->incident;
    if (!screen_open(request, response, "ack.title", &screen)) return;
    if (!store_read(request->op, read_policy, &screen.policy, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_put(screen.view, "incident", view_incident_row(&screen, incident));
    json_put_text(screen.view, "action", request->path);
    json_put_text(screen.view, "person", offer->user.name);
    json_put_text(screen.view, "impact", incident->impact);
    bool taken = !offer->pages && incident_is_open(incident->state);
    json_put_bool(screen.view, "pages", offer->pages);
    json_put_bool(screen.view, "taken", taken);
    json_put_bool(screen.view, "over", !offer->pages && !taken);
    json_put_bool(screen.view, "may_return", offer->may_return);
    json_put_text(screen.view, "owner", taken ? incident->owner : NULL);
    json_put_text(
        screen.view, "greeting",
        i18n_format(request->op->lang, request->op->arena, "ack.greeting", I18N_ARGS({ "name", offer->user.name })));
    json_put(screen.view, "until", view_until(&screen, offer->expires_ms));
    response->cache_control = "no-store";
    response_header(response, "Referrer-Policy", "no-referrer"); /* the token stands in the address */
    response_header(response, "X-Robots-Tag", "noindex");
    screen_show(&screen, "pages/ack");
}

static void page_ack(struct request *request, struct response *response) {
    struct ack_offer offer;
    struct error err;
    if (ack_look(request->op, request_param(request, "token"), &offer, &err)) show(request, response, &offer);
    else respond_error(request, response, &err);
}

/* Back to the page: it says how things stand, and may be loaded again. */
static void respond_done(struct request *request, struct response *response, bool done, const struct error *err) {
    if (!done) respond_error(request, response, err);
    else respond_redirect(response, arena_printf(request->op->arena, "/ack/%s", request_param(request, "token")));
}

static void do_ack(struct request *request, struct response *response) {
    struct error err;
    bool done = ack_take(request->op, request_param(request, "token"), &err);
    respond_done(request, response, done, &err);
}

static void do_return(struct request *request, struct response *response) {
    struct error err;
    bool done = ack_return(request->op, request_param(request, "token"), &err);
    respond_done(request, response, done, &err);
}

#define BY_TOKEN PERM_SIGNED, CSRF_SIGNATURE, BODY_RAW, RATE_PUBLIC
static const struct route ROUTES[] = {
    { HTTP_GET, "/ack/:token", page_ack, PERM_SIGNED, CSRF_SAFE, BODY_NONE, RATE_PUBLIC },
    { HTTP_POST, "/ack/:token", do_ack, BY_TOKEN },
    { HTTP_POST, "/ack/:token/return", do_return, BY_TOKEN },
};
const struct route_table ACK_ROUTES = ROUTE_TABLE(ROUTES);
