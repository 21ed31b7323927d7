/* Calendar feeds over HTTP: making and taking back addresses, and the calendar itself for whoever has the address. */
#include "api/resource.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "http/http.h"
#include "oncall/feed.h"
#include "text/when.h"
#include "app.h"

#include <string.h>

static json_t *feed_json(struct arena *arena, const struct feed *feed) {
    json_t *object = json_object();
    json_put_id(object, "id", feed->id);
    json_put_id(object, "schedule", feed->schedule_id);
    json_put_text(object, "created_at", when_rfc3339(arena, feed->created_ms));
    return object;
}

static void add(struct request *request, struct response *response) {
    struct error err;
    struct feed feed;
    char token[SECRET_TOKEN_SIZE];
    struct op *op = request->op;
    struct arena *arena = op->arena;
    const char *schedule = api_text(op, request->json, "schedule");
    if (schedule != NULL && *schedule == '\0') schedule = NULL; /* null: one's own shifts everywhere */
    if (op->fields.count > 0 ? !OP_INVALID(op, &err) : !feed_add(op, schedule, token, &feed, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *object = json_obj(arena), *shown = feed_json(arena, &feed);
    REQUIRE(json_object_update(object, shown) == 0);
    json_decref(shown);
    json_put_text(object, "url", arena_printf(arena, "%s/ical/%s.ics", request->app->base_url, token));
    respond_json(response, 201, object);
}

static void list(struct request *request, struct response *response) {
    struct error err;
    struct feed_list feeds;
    if (!feed_list(request->op, &feeds, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *object = json_obj(request->op->arena), *items = json_array();
    for (size_t i = 0; i < feeds.count; i++) json_push(items, feed_json(request->op->arena, &feeds.items[i]));
    json_put(object, "items", items);
    respond_json(response, 200, object);
}

static void drop(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    if (!id_parse(request_param(request, "id"), &id))
        (void)ERROR(&err, ERR_NOT_FOUND, "schedule.feed_not_found", "not an id");
    else if (feed_remove(request->op, id, &err)) {
        respond_json(response, 200, json_obj(request->op->arena));
        return;
    }
    respond_error(request, response, &err);
}

static void calendar(struct request *request, struct response *response) {
    struct error err;
    struct buf out;
    const char *name = request_param(request, "token");
    size_t len = strlen(name);
    if (str_ends(name, ".ics")) len -= 4;
    if (!feed_calendar(request->op, arena_strn(request->op->arena, name, len), &out, &err)) {
        respond_error(request, response, &err);
        return;
    }
    response->status = 200;
    response->content_type = "text/calendar; charset=utf-8";
    buf_add(&response->body, out.data, out.len);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/ical/:token", calendar, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC },
    { HTTP_GET, "/api/v1/ical/:token", calendar, PERM_PUBLIC, CSRF_SAFE, BODY_NONE, RATE_PUBLIC },
    { HTTP_GET, "/api/v1/feeds", list, PERM_SELF, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/feeds", add, PERM_SELF, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_DELETE, "/api/v1/feeds/:id", drop, PERM_SELF, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
};
const struct route_table FEED_ROUTES = ROUTE_TABLE(ROUTES);
