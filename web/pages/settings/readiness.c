/* 준비 상태: what is ready for an incident and what is not, by area. */
#include "pages/screen.h"

#include "base/json.h"
#include "base/str.h"
#include "insight/readiness.h"
#include "people/permission.h"
#include "text/i18n.h"

static json_t *row_of(const struct screen *screen, const struct readiness_item *item) {
    json_t *row = json_object();
    bool counted = item->seen && item->count >= 0;
    json_put_text(row, "key", item->key);
    json_put_text(row, "title", say(screen, path_of(screen, "readiness.item.%s", item->key)));
    json_put_text(row, "detail",
                  counted ? say_count(screen, path_of(screen, "readiness.found.%s", item->key), item->count) : NULL);
    json_put_text(row, "state",
                  say(screen, item->done  ? "readiness.done"
                              : item->old ? "readiness.old"
                                          : "readiness.open"));
    json_put_text(row, "tone", item->done ? "good" : "warn");
    json_put_bool(row, "seen", item->seen);
    json_put_text(row, "url", item->admins && !screen_may(screen, PERM_ADMIN) ? NULL : item->url);
    json_put_text(row, "note", item->note);
    json_put_text(row, "by", item->by);
    json_put(row, "at", view_instant(screen, item->at_ms));
    json_put_bool(row, "ticked", item->by != NULL);
    json_put_text(row, "action", path_of(screen, "/readiness/%s", item->key));
    return row;
}

static void show(struct request *request, struct response *response) {
    struct screen screen;
    struct readiness readiness;
    struct error err;
    if (!screen_open(request, response, "readiness.title", &screen)) return;
    if (!readiness_load(request->op, &readiness, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *areas = json_array(), *rows = NULL;
    const char *area = "";
    for (size_t i = 0; i < readiness.count; i++) {
        const struct readiness_item *item = &readiness.items[i];
        if (!str_eq(area, item->area)) {
            json_t *section = json_object();
            area = item->area;
            rows = json_array();
            json_put_text(section, "title", say(&screen, path_of(&screen, "readiness.area.%s", area)));
            json_put_text(section, "id", path_of(&screen, "area-%s", area));
            json_put(section, "items", rows);
            json_push(areas, section);
        }
        json_push(rows, row_of(&screen, item));
    }
    json_put(screen.view, "areas", areas);
    json_put_text(screen.view, "done", path_of(&screen, "%zu / %zu", readiness.done, readiness.count));
    json_put_i64(screen.view, "value", (int64_t)readiness.done);
    json_put_i64(screen.view, "max", (int64_t)readiness.count);
    json_put_bool(screen.view, "may_schedule", screen_may(&screen, PERM_SCHEDULE));
    screen_show(&screen, "pages/readiness");
}

static void do_tick(struct request *request, struct response *response) {
    struct error err;
    const char *note = request_form(request, "note");
    bool back = str_eq(request_form(request, "do"), "untick");
    if (readiness_tick(request->op, request_param(request, "key"), back ? NULL : note == NULL ? "" : note, &err))
        respond_redirect_flash(request, response, "/readiness", back ? "flash.removed" : "flash.saved");
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/readiness", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_PAGE },
    { HTTP_POST, "/readiness/:key", do_tick, PERM_SCHEDULE, CSRF_TOKEN, BODY_FORM, RATE_WRITE },
};
const struct route_table READINESS_PAGE_ROUTES = ROUTE_TABLE(ROUTES);
