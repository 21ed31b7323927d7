/* Schedules over HTTP: who is on call, shifts, gaps, quality. Parameters that cannot be read are 400. */
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "http/http.h"
#include "api/on_call_cache.h"
#include "oncall/rota.h"
#include "oncall/schedule_json.h"
#include "people/team.h"
#include "text/when.h"

#include <string.h>

enum { SCRATCH_CAP = 128 * 1024 * 1024, GAP_DAYS = 30, QUALITY_DAYS = 364 };

/* --- parameters --- */

static bool query_instant(struct request *request, const char *name, int64_t fallback, int64_t *out,
                          struct error *err) {
    const char *text = request_query(request, name);
    struct error ignored;
    int64_t ms;
    *out = fallback;
    if (text == NULL) return true;
    if (!when_parse(text, &ms, &ignored)) {
        op_field_error(request->op, name, "malformed", NULL);
        return ERROR(err, ERR_UNREADABLE, "when.malformed", "%s", name);
    }
    *out = ms / 1000;
    return true;
}

static bool query_word(struct request *request, const char *name, const char *const *words, int *out,
                       struct error *err) {
    const char *text = request_query(request, name);
    *out = 0;
    if (text == NULL) return true;
    for (int i = 0; words[i] != NULL; i++) {
        *out = i;
        if (str_eq(words[i], text)) return true;
    }
    op_field_error(request->op, name, "one_of", arena_printf(request->op->arena, "%s, %s", words[0], words[1]));
    return ERROR(err, ERR_UNREADABLE, "input.invalid", "%s", name);
}

static bool read_range(struct request *request, int64_t days, struct range *out, struct error *err) {
    static const char *const roles[] = { "primary", "secondary", NULL };
    static const char *const views[] = { "final", "base", NULL };
    int role, view;
    if (!query_instant(request, "from", request->op->now_ms / 1000, &out->from, err) ||
        !query_instant(request, "until", out->from + days * 86400, &out->until, err) ||
        !query_word(request, "role", roles, &role, err) || !query_word(request, "view", views, &view, err))
        return false;
    out->role = (enum duty_role)role;
    out->view = (enum schedule_view)view;
    return true;
}

/* --- reading --- */

struct asked {
    struct rota rota;
    struct schedule *schedule;
    struct range range;
    struct range_answer answer;
};

static bool load_asked(struct request *request, struct asked *out, struct error *err) {
    return rota_load(request->op, request_param(request, "id"), &out->rota, &out->schedule, err);
}

static bool ask_range(struct request *request, int64_t days, struct asked *out, struct error *err) {
    if (!read_range(request, days, &out->range, err) || !load_asked(request, out, err)) return false;
    if (schedule_range(out->schedule, &out->range, request->op->arena, &out->answer, err)) return true;
    err->kind = ERR_UNREADABLE; /* a parameter, not a description */
    return false;
}

static json_t *rota_brief(const struct rota *rota, const struct schedule *schedule) {
    json_t *object = json_object();
    json_put_id(object, "id", rota->id);
    json_put_text(object, "key", rota->key);
    json_put_text(object, "name", rota->name);
    json_put_text(object, "zone", tz_name(schedule->zone));
    return object;
}

static json_t *own(struct request *request, json_t *stolen) {
    json_t *object = json_obj(request->op->arena);
    REQUIRE(json_object_update(object, stolen) == 0);
    json_decref(stolen);
    return object;
}

static json_t *on_call_json(const struct asked *asked, int64_t at) {
    struct answering answering = { asked->schedule, arena_new(SCRATCH_CAP), 0 };
    json_t *object = schedule_at_json(&answering, at);
    arena_free(answering.scratch);
    json_put(object, "schedule", rota_brief(&asked->rota, asked->schedule));
    return object;
}

static void show_on_call(struct request *request, struct response *response) {
    struct error err;
    struct asked asked;
    int64_t at;
    const char *kept;
    if (on_call_cache_find(request, response, &kept)) return;
    if (query_instant(request, "at", request->op->now_ms / 1000, &at, &err) && load_asked(request, &asked, &err))
        respond_json(response, 200, own(request, on_call_json(&asked, at)));
    else respond_error(request, response, &err);
    on_call_cache_keep(kept, response);
}

static void show_shifts(struct request *request, struct response *response) {
    struct error err;
    struct asked asked;
    if (!ask_range(request, 28, &asked, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct answering answering = { asked.schedule, request->op->arena, 0 };
    json_t *object = schedule_range_json(&answering, &asked.range, &asked.answer);
    const char *user = request_query(request, "user");
    json_t *shifts = json_object_get(object, "shifts");
    for (size_t i = json_array_size(shifts); user != NULL && i-- > 0;) {
        if (!str_eq(json_text(json_array_get(shifts, i), "user"), user)) (void)json_array_remove(shifts, i);
    }
    respond_json(response, 200, own(request, object));
}

static void show_gaps(struct request *request, struct response *response) {
    struct error err;
    struct asked asked;
    int64_t days = GAP_DAYS;
    const char *text = request_query(request, "days");
    bool fine = text == NULL || (str_to_i64(text, &days) && days >= 1 && days <= RANGE_DAYS_MAX) ||
                ERROR(&err, ERR_UNREADABLE, "input.invalid", "days");
    if (!fine || !ask_range(request, days, &asked, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct answering answering = { asked.schedule, request->op->arena, 0 };
    json_t *object = schedule_range_json(&answering, &asked.range, &asked.answer);
    (void)json_object_del(object, "shifts");
    (void)json_object_del(object, "totals");
    respond_json(response, 200, own(request, object));
}

static void show_quality(struct request *request, struct response *response) {
    struct error err;
    struct asked asked;
    if (!ask_range(request, QUALITY_DAYS, &asked, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct arena *arena = request->op->arena;
    struct quality quality;
    schedule_quality(asked.schedule, &asked.range, &asked.answer, arena, &quality);
    json_t *object = json_obj(arena), *overloaded = json_array();
    json_put_text(object, "from", when_rfc3339(arena, asked.range.from * 1000));
    json_put_text(object, "until", when_rfc3339(arena, asked.range.until * 1000));
    json_put(object, "coverage", json_real(quality.coverage));
    json_put(object, "balance", json_real(quality.balance));
    json_put(object, "total", json_real(quality.total));
    for (size_t i = 0; i < quality.overloaded_count; i++) {
        json_t *one = json_object();
        json_put_text(one, "user", asked.schedule->people[quality.overloaded[i].person]);
        json_put(one, "percent", json_real(quality.overloaded[i].percent));
        json_push(overloaded, one);
    }
    json_put(object, "overloaded", overloaded);
    respond_json(response, 200, object);
}

static void show(struct request *request, struct response *response) {
    struct error err;
    struct asked asked;
    if (!load_asked(request, &asked, &err)) {
        respond_error(request, response, &err);
        return;
    }
    respond_json(response, 200, rota_json(request->op->arena, &asked.rota, asked.schedule));
    response->etag = arena_printf(request->op->arena, "\"%lld\"", (long long)asked.rota.version); /* for If-Match */
}

/* --- all schedules --- */

struct everything {
    struct asked *items;
    size_t count;
};

static bool load_everything(struct tx *tx, void *arg, struct error *err) {
    struct everything *all = arg;
    struct rota_list list;
    if (!rota_all(tx, &list, err)) return false;
    *all = (struct everything){ ARENA_ARRAY(tx_op(tx)->arena, list.count, struct asked), list.count };
    for (size_t i = 0; i < list.count; i++) {
        all->items[i].rota = list.items[i];
        if (!rota_schedule(tx, &list.items[i], &all->items[i].schedule, err)) return false;
    }
    return true;
}

static void list(struct request *request, struct response *response) {
    struct error err;
    struct everything all;
    if (!store_read(request->op, load_everything, &all, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *object = json_obj(request->op->arena), *items = json_array();
    for (size_t i = 0; i < all.count; i++)
        json_push(items, json_incref(rota_json(request->op->arena, &all.items[i].rota, all.items[i].schedule)));
    json_put(object, "items", items);
    respond_json(response, 200, object);
}

static bool names_user(const json_t *answer, const char *user) {
    static const char *const members[] = { "primary_ids", "secondary_ids" };
    for (size_t i = 0; i < 2; i++) {
        const json_t *ids = json_object_get(answer, members[i]);
        for (size_t j = 0; j < json_array_size(ids); j++) {
            if (str_eq(json_string_value(json_array_get(ids, j)), user)) return true;
        }
    }
    return false;
}

/* Somebody of the team is on duty. */
static bool names_member(const json_t *answer, const struct team_member_list *members) {
    char id[ID_TEXT_SIZE];
    for (size_t i = 0; i < members->count; i++) {
        if (names_user(answer, id_text(members->items[i].user.id, id))) return true;
    }
    return false;
}

/* ERR_NOT_FOUND for a team that does not exist. */
static bool asked_team(struct op *op, const char *team, struct team_member_list *out, struct error *err) {
    struct team found;
    *out = (struct team_member_list){ 0 };
    return team == NULL || (team_load_named(op, team, &found, err) && team_members(op, found.id, out, err));
}

static void on_call_everywhere(struct request *request, struct response *response) {
    struct error err;
    struct everything all;
    int64_t at;
    const char *kept = NULL, *team = request_query(request, "team");
    struct team_member_list members;
    if (team == NULL && on_call_cache_find(request, response, &kept)) return; /* who is in a team is not in its key */
    if (!query_instant(request, "at", request->op->now_ms / 1000, &at, &err) ||
        !asked_team(request->op, team, &members, &err) || !store_read(request->op, load_everything, &all, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *which = request_query(request, "schedule"), *user = request_query(request, "user");
    json_t *object = json_obj(request->op->arena), *items = json_array();
    for (size_t i = 0; i < all.count; i++) {
        char id[ID_TEXT_SIZE];
        const struct rota *rota = &all.items[i].rota;
        if (which != NULL && !str_eq(which, rota->key) && !str_eq(which, id_text(rota->id, id))) continue;
        json_t *answer = on_call_json(&all.items[i], at);
        bool wanted = (user == NULL || names_user(answer, user)) && (team == NULL || names_member(answer, &members));
        if (wanted) json_push(items, answer);
        else json_decref(answer);
    }
    json_put_text(object, "at", when_rfc3339(request->op->arena, at * 1000));
    json_put(object, "items", items);
    respond_json(response, 200, object);
    on_call_cache_keep(kept, response);
}

static void shifts_of_user(struct request *request, struct response *response) {
    struct error err;
    struct everything all;
    struct range range;
    const char *user = request_param(request, "id");
    bool fine = read_range(request, 28, &range, &err) && store_read(request->op, load_everything, &all, &err);
    json_t *object = json_obj(request->op->arena), *shifts = json_array();
    json_put(object, "shifts", shifts);
    for (size_t i = 0; fine && i < all.count; i++) {
        for (range.role = DUTY_PRIMARY; fine && range.role <= DUTY_SECONDARY; range.role++) {
            struct range_answer answer;
            struct answering answering = { all.items[i].schedule, request->op->arena, 0 };
            fine = schedule_range(all.items[i].schedule, &range, request->op->arena, &answer, &err);
            if (!fine) break;
            json_t *ranged = schedule_range_json(&answering, &range, &answer);
            json_t *found = json_object_get(ranged, "shifts");
            for (size_t j = 0; j < json_array_size(found); j++) {
                json_t *shift = json_array_get(found, j);
                if (!str_eq(json_text(shift, "user"), user)) continue;
                json_put(shift, "schedule", rota_brief(&all.items[i].rota, all.items[i].schedule));
                json_push(shifts, json_incref(shift));
            }
            json_decref(ranged);
        }
    }
    if (fine) respond_json(response, 200, object);
    else respond_error(request, response, &err);
}

#define API "/api/v1"
static const struct route ROUTES[] = {
    { HTTP_GET, API "/schedules", list, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, API "/schedules/:id", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, API "/schedules/:id/on-call", show_on_call, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, API "/schedules/:id/shifts", show_shifts, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, API "/schedules/:id/gaps", show_gaps, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, API "/schedules/:id/quality", show_quality, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, API "/on-call", on_call_everywhere, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_GET, API "/users/:id/shifts", shifts_of_user, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
};
const struct route_table SCHEDULE_ROUTES = ROUTE_TABLE(ROUTES);
