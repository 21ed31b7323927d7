/* 알람 연동: the senders of alerts. List, one with everything its sender has to be told, switching off, a new secret,
 * and trying a message out. Heartbeats are integrations too and share the pages of one. */
#include "pages/alert/alert_view.h"
#include "pages/form_view.h"
#include "pages/alert/integration_view.h"

#include "alert/source.h"
#include "app.h"
#include "base/arena.h"
#include "base/asset.h"
#include "base/json.h"
#include "base/str.h"
#include "text/i18n.h"

#include <string.h>

enum { TRIED_MAX = 200 * 1024 };
static const struct field_spec MESSAGE = {
    "message", SHAPE_AREA, "integration.message", "integration.hint.message", true, TRIED_MAX, NULL
};

static json_t *rows_of(const struct screen *screen, const struct integration_list *list, bool heartbeats) {
    json_t *rows = json_array();
    for (size_t i = 0; i < list->count; i++) {
        if ((list->items[i].kind == INTEGRATION_HEARTBEAT) != heartbeats) continue;
        json_push(rows, integration_row_view(screen, &list->items[i]));
    }
    return rows;
}

static void page_list(struct request *request, struct response *response) {
    struct screen screen;
    struct integration_list list;
    struct error err;
    if (!screen_open(request, response, "integration.title", &screen)) return;
    if (!integration_list(request->op, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_put(screen.view, "integrations", rows_of(&screen, &list, false));
    json_put(screen.view, "heartbeats", rows_of(&screen, &list, true));
    screen_show(&screen, "pages/integrations");
}

static void page_heartbeats(struct request *request, struct response *response) {
    struct screen screen;
    struct integration_list list;
    struct error err;
    if (!screen_open(request, response, "heartbeat.title", &screen)) return;
    if (!heartbeat_list(request->op, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_put(screen.view, "heartbeats", rows_of(&screen, &list, true));
    json_put_bool(screen.view, "found", list.count > 0);
    alert_tabs(&screen, "heartbeats");
    screen_show(&screen, "pages/heartbeats");
}

static void page_one(struct request *request, struct response *response) {
    struct integration integration;
    if (integration_of_path(request, response, &integration)) integration_show(request, response, &integration, NULL);
}

/* --- small writes --- */

static void do_enable(struct request *request, struct response *response) {
    struct integration integration, changed;
    struct error err;
    if (!integration_of_path(request, response, &integration)) return;
    struct integration_input input = { .enabled = request_form(request, "enabled") };
    if (integration_update(request->op, integration.id, integration_typed_version(request), &input, &changed, &err)) {
        integration_done(request, response, &changed, "flash.saved");
    } else {
        respond_error(request, response, &err);
    }
}

static void do_rotate(struct request *request, struct response *response) {
    struct integration integration, changed;
    struct error err;
    if (!integration_of_path(request, response, &integration)) return;
    if (integration_rotate(request->op, integration.id, integration_typed_version(request), &changed, &err)) {
        integration_show(request, response, &changed, changed.secret);
    } else {
        respond_error(request, response, &err);
    }
}

static void do_remove(struct request *request, struct response *response) {
    struct integration integration;
    struct error err;
    if (!integration_of_path(request, response, &integration)) return;
    bool heartbeat = integration.kind == INTEGRATION_HEARTBEAT;
    if (integration_remove(request->op, integration.id, &err)) {
        respond_redirect_flash(request, response, heartbeat ? "/heartbeats" : "/integrations", "flash.removed");
    } else {
        respond_error(request, response, &err);
    }
}

/* --- trying a message out --- */

static const char *sample_of(const struct screen *screen, const struct integration *g) {
    const struct asset *asset =
        asset_find(path_of(screen, "templates/samples/%s.json", integration_kind_name(g->kind)));
    return asset == NULL ? "" : (const char *)asset->bytes;
}

static void show_try(struct request *request, struct response *response, const struct integration *g,
                     const struct alert_batch *batch, const struct error *refusal) {
    struct screen screen;
    struct form form;
    if (!screen_open(request, response, "integration.try", &screen)) return;
    json_t *verdicts = json_array();
    for (size_t i = 0; batch != NULL && i < batch->count; i++) {
        json_push(verdicts, verdict_view(&screen, &batch->events[i], &batch->verdicts[i]));
    }
    integration_crumb(&screen, g);
    json_put(screen.view, "verdicts", verdicts);
    json_put_bool(screen.view, "tried", batch != NULL);
    json_put_text(screen.view, "trouble",
                  batch == NULL || batch->malformed == 0
                      ? NULL
                      : path_of(&screen, "%s: %s",
                                say_count(&screen, "integration.count.malformed", (int64_t)batch->malformed),
                                batch->trouble));
    json_put_text(screen.view, "hidden",
                  batch == NULL || batch->hidden == 0 ? NULL
                                                      : say_count(&screen, "integration.count.hidden", batch->hidden));
    form_open(&screen, &form);
    form_action(&form, request->path, "integration.try_it");
    json_t *field = form_field(&form, &MESSAGE, sample_of(&screen, g), NULL);
    json_put_text(field, "rows", "16");
    if (refusal != NULL) form_errors(&form, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/integration_try");
    else screen_refuse(&screen, "pages/integration_try", refusal);
}

static void page_try(struct request *request, struct response *response) {
    struct integration integration;
    if (integration_of_path(request, response, &integration)) show_try(request, response, &integration, NULL, NULL);
}

static void do_try(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct integration integration;
    struct alert_batch batch;
    struct error err;
    const char *message = request_form(request, "message");
    if (!integration_of_path(request, response, &integration)) return;
    if (message == NULL) message = "";
    bool ok = source_read(op, &integration, message, strlen(message), &batch, &err);
    if (ok) {
        batch.verdicts = ARENA_ARRAY(op->arena, batch.count + 1, struct alert_verdict);
        ok = alert_try(op, &integration, &batch, &err);
    } else if (err.kind == ERR_UNREADABLE) { /* what was typed is the input here */
        op_field_error(op, "message", "json", NULL);
        err.kind = ERR_INVALID;
    }
    if (ok) show_try(request, response, &integration, &batch, NULL);
    else if (screen_can_refuse(&err)) show_try(request, response, &integration, NULL, &err);
    else respond_error(request, response, &err);
}

#define SEE PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_PAGE
#define WRITE PERM_ADMIN, CSRF_TOKEN, BODY_FORM, RATE_WRITE
static const struct route ROUTES[] = {
    { HTTP_GET, "/integrations", page_list, SEE },
    { HTTP_GET, "/integrations/:id", page_one, SEE },
    { HTTP_POST, "/integrations/:id/enabled", do_enable, WRITE },
    { HTTP_POST, "/integrations/:id/secret", do_rotate, WRITE },
    { HTTP_POST, "/integrations/:id/remove", do_remove, WRITE },
    { HTTP_GET, "/integrations/:id/try", page_try, SEE },
    { HTTP_POST, "/integrations/:id/try", do_try, WRITE },
    { HTTP_GET, "/heartbeats", page_heartbeats, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
};
const struct route_table INTEGRATION_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
