/* 당번 주간 안내: what it would say now, and when it is sent. */
#include "pages/form_view.h"

#include "base/json.h"
#include "base/str.h"
#include "insight/digest.h"
#include "people/permission.h"
#include "text/when.h"

static const struct field_spec ON = { "on", SHAPE_FLAG, "digest.on", NULL, false, 0, NULL };
static const struct field_spec WEEKDAY = { "weekday", SHAPE_SELECT, "digest.weekday", NULL, true, 0, NULL };
static const struct field_spec TIME = { "time", SHAPE_LINE, "digest.time", "digest.hint.time", true, 5, NULL };

static void add_form(struct screen *screen, const struct digest_settings *settings, const struct error *refusal) {
    struct form form;
    json_t *days = options_new();
    for (int i = 0; i < 7; i++)
        option_add(days, digest_weekday(i), say(screen, path_of(screen, "digest.day.%s", digest_weekday(i))));
    form_open(screen, &form);
    form_action(&form, "/oncall/digest", "ui.save");
    form_version(&form, settings->version);
    form_field(&form, &ON, settings->on ? "true" : "", NULL);
    form_field(&form, &WEEKDAY, digest_weekday(settings->weekday), days);
    form_field(&form, &TIME, path_of(screen, "%02d:%02d", settings->minute / 60, settings->minute % 60), NULL);
    if (refusal != NULL) form_errors(&form, refusal);
}

static void show(struct request *request, struct response *response, const struct error *refusal) {
    struct screen screen;
    struct digest digest;
    struct error err;
    if (!screen_open(request, response, "digest.title", &screen)) return;
    if (!digest_load(request->op, &digest, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_put_text(screen.view, "text", digest.text);
    json_put_bool(screen.view, "heard", digest.heard);
    json_put_bool(screen.view, "may_schedule", screen_may(&screen, PERM_SCHEDULE));
    json_put_bool(screen.view, "may_admin", screen_may(&screen, PERM_ADMIN));
    json_put_text(screen.view, "next",
                  digest.next_ms == 0
                      ? NULL
                      : when_long(request->op->arena, screen.organisation.tz, request->op->lang, digest.next_ms));
    add_form(&screen, &digest.settings, refusal);
    if (refusal == NULL) screen_show(&screen, "pages/digest");
    else screen_refuse(&screen, "pages/digest", refusal);
}

static void page_digest(struct request *request, struct response *response) {
    show(request, response, NULL);
}

static void do_save(struct request *request, struct response *response) {
    struct error err;
    int64_t version = 0;
    const char *text = request_form(request, "version");
    if (text != NULL) (void)str_to_i64(text, &version);
    bool on = str_eq(request_form(request, "on"), "true");
    struct digest_input input = { on ? "true" : "false", request_form(request, "weekday"),
                                  request_form(request, "time"), version };
    if (digest_save(request->op, &input, &err))
        respond_redirect_flash(request, response, "/oncall/digest", "flash.saved");
    else if (screen_can_refuse(&err)) show(request, response, &err);
    else respond_error(request, response, &err);
}

static void do_send(struct request *request, struct response *response) {
    struct error err;
    if (digest_send(request->op, &err))
        respond_redirect_flash(request, response, "/oncall/digest", "flash.digest_sent");
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/oncall/digest", page_digest, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/oncall/digest", do_save, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
    { HTTP_POST, "/oncall/digest/send", do_send, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table DIGEST_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
