/* Making and changing schedules over HTTP: layers, people, overrides, take over; handoffs of a rotation being typed. */
#include "api/resource.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "escalation/mention.h"
#include "http/http.h"
#include "oncall/rota.h"
#include "oncall/schedule_json.h"

#include <string.h>

static void respond_rota(struct request *request, struct response *response, int status, const struct rota *rota) {
    struct rota stored;
    struct schedule *schedule;
    struct error err;
    char id[ID_TEXT_SIZE];
    if (rota_load(request->op, id_text(rota->id, id), &stored, &schedule, &err))
        respond_json(response, status, rota_json(request->op->arena, &stored, schedule));
    else respond_error(request, response, &err);
}

static void add(struct request *request, struct response *response) {
    struct error err;
    struct rota rota;
    if (rota_add(request->op, request->json, &rota, &err)) respond_rota(request, response, 201, &rota);
    else respond_error(request, response, &err);
}

/* What If-Match says, or the body; 0 where neither does. */
static int64_t version_wanted(const struct request *request) {
    int64_t tagged = api_if_match(request);
    if (tagged != 0) return tagged;
    int64_t said = api_version(request->op, request->json);
    return said < 0 ? 0 : said;
}

static void drop(struct request *request, struct response *response) {
    struct error err;
    const struct schedule_removal removal = { request_param(request, "id"), version_wanted(request),
                                              str_eq(request_query(request, "force"), "true") };
    if (escalation_schedule_delete(request->op, &removal, &err))
        respond_json(response, 200, json_obj(request->op->arena));
    else respond_error(request, response, &err);
}

static void change(struct request *request, struct response *response) {
    struct error err;
    struct rota rota;
    if (rota_update(request->op, request_param(request, "id"), version_wanted(request), request->json, &rota, &err))
        respond_rota(request, response, 200, &rota);
    else respond_error(request, response, &err);
}

static void set_participants(struct request *request, struct response *response) {
    struct error err;
    if (rota_set_participants(request->op, request_param(request, "id"), request->json, &err))
        respond_json(response, 200, json_obj(request->op->arena));
    else respond_error(request, response, &err);
}

struct override_read {
    int64_t schedule_id;
    struct rota_overrides found;
};

static bool read_overrides(struct tx *tx, void *arg, struct error *err) {
    struct override_read *read = arg;
    return rota_overrides(tx, read->schedule_id, &read->found, err);
}

static void respond_override(struct request *request, struct response *response, const struct rota_override *override) {
    struct error err;
    struct override_read read = { .schedule_id = override->schedule_id };
    if (store_read(request->op, read_overrides, &read, &err))
        respond_json(response, 201, rota_override_json(request->op->arena, override, &read.found));
    else respond_error(request, response, &err);
}

static void add_override(struct request *request, struct response *response) {
    struct error err;
    struct rota_override override;
    if (rota_override_add(request->op, request_param(request, "id"), request->json, &override, &err))
        respond_override(request, response, &override);
    else respond_error(request, response, &err);
}

static void take_over(struct request *request, struct response *response) {
    struct error err;
    struct rota_override override;
    if (rota_take_over(request->op, request_param(request, "id"), &override, &err))
        respond_override(request, response, &override);
    else respond_error(request, response, &err);
}

static void end_override(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    if (!id_parse(request_param(request, "id"), &id))
        (void)ERROR(&err, ERR_NOT_FOUND, "schedule.override_not_found", "not an id");
    else if (rota_override_end(request->op, id, &err)) {
        respond_json(response, 200, json_obj(request->op->arena));
        return;
    }
    respond_error(request, response, &err);
}

struct listing {
    const char *which;
    struct rota rota;
    struct rota_overrides overrides;
};

static bool read_listing(struct tx *tx, void *arg, struct error *err) {
    struct listing *listing = arg;
    return rota_find(tx, listing->which, &listing->rota, err) &&
           rota_overrides(tx, listing->rota.id, &listing->overrides, err);
}

static void list_overrides(struct request *request, struct response *response) {
    struct error err;
    struct listing listing = { .which = request_param(request, "id") };
    if (!store_read(request->op, read_listing, &listing, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct arena *arena = request->op->arena;
    json_t *object = json_obj(arena), *items = json_array();
    for (size_t i = 0; i < listing.overrides.count; i++)
        json_push(items, json_incref(rota_override_json(arena, &listing.overrides.items[i], &listing.overrides)));
    json_put(object, "items", items);
    respond_json(response, 200, object);
}

/* The next handoffs of a rotation that is being typed in. */
static void handoffs(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct error err;
    json_t *out;
    if (schedule_handoffs(op, request->json, &out, &err)) respond_json(response, 200, out);
    else respond_error(request, response, &err);
}

#define API "/api/v1"
static const struct route ROUTES[] = {
    { HTTP_POST, API "/schedules", add, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_PUT, API "/schedules/:id", change, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_DELETE, API "/schedules/:id", drop, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
    { HTTP_GET, API "/schedules/:id/overrides", list_overrides, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, API "/schedules/:id/overrides", add_override, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_JSON,
      RATE_API },
    { HTTP_POST, API "/schedules/:id/take-over", take_over, PERM_RESPOND, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
    { HTTP_DELETE, API "/overrides/:id", end_override, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
    { HTTP_PUT, API "/layers/:id/participants", set_participants, PERM_SCHEDULE, CSRF_BEARER_OR_TOKEN, BODY_JSON,
      RATE_API },
    { HTTP_POST, API "/rotations/handoffs", handoffs, PERM_READ, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
};
const struct route_table SCHEDULE_EDIT_ROUTES = ROUTE_TABLE(ROUTES);
