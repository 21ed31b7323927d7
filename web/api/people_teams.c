/* API of teams. A team is addressed by id or key, a member by id or login. */
#include "api/resource.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "http/cursor.h"
#include "people/team.h"

static bool load(struct request *request, struct team *out, struct error *err) {
    return team_load_named(request->op, request_param(request, "id"), out, err);
}

static void list(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct team_list found;
    struct error err;
    const char *after;
    int limit;
    if (!api_page(request, response, &limit, &after)) return;
    if (!team_list(op, after, limit, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_push(items, json_incref(team_json(op->arena, &found.items[i])));
    api_list(request, response, items,
             found.more ? cursor_make_text(op->arena, found.items[found.count - 1].key) : NULL);
}

static struct team_input read_input(struct op *op, const json_t *body) {
    return (struct team_input){
        .key = api_text(op, body, "key"),
        .name = api_text(op, body, "name"),
        .description = api_text(op, body, "description"),
    };
}

static void create(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct team team;
    struct error err;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct team_input input = read_input(op, body);
    if (!team_add(op, &input, &team, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *location = arena_printf(op->arena, "/api/v1/teams/%lld", (long long)team.id);
    api_created(request, response, team_json(op->arena, &team), team.version, location);
}

static void show(struct request *request, struct response *response) {
    struct team team;
    struct error err;
    if (load(request, &team, &err)) {
        api_answer(request, response, 200, team_json(request->op->arena, &team), team.version);
    } else {
        respond_error(request, response, &err);
    }
}

static bool apply(struct request *request, struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    struct team team;
    if (!load(request, &team, err) || !api_body(request, &body, err)) return false;
    struct team_input input = read_input(op, body);
    if (input.key != NULL && !str_eq(input.key, team.key)) op_field_error(op, "key", "not_allowed", NULL);
    return team_update(op, team.id, api_if_match(request), &input, err);
}

static void update(struct request *request, struct response *response) {
    struct error err;
    if (apply(request, &err)) show(request, response);
    else respond_error(request, response, &err);
}

static void remove_team(struct request *request, struct response *response) {
    struct team team;
    struct error err;
    if (load(request, &team, &err) && team_remove(request->op, team.id, api_if_match(request), &err))
        api_done(response);
    else respond_error(request, response, &err);
}

static void members(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct team team;
    struct team_member_list found;
    struct error err;
    if (!load(request, &team, &err) || !team_members(op, team.id, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) {
        json_t *item = json_incref(user_json(op->arena, &found.items[i].user, false));
        json_put_bool(item, "lead", found.items[i].lead);
        json_push(items, item);
    }
    api_list(request, response, items, NULL);
}

static bool find_both(struct request *request, struct team *team, struct user *user, struct error *err) {
    const char *text = request_param(request, "user");
    int64_t id;
    if (!load(request, team, err)) return false;
    if (id_parse(text, &id)) return user_load(request->op, id, user, err);
    return user_load_login(request->op, text, user, err);
}

static bool put_member(struct request *request, struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    struct team team;
    struct user user;
    if (!find_both(request, &team, &user, err) || !api_body(request, &body, err)) return false;
    const char *lead = api_flag(op, body, "lead");
    if (op->fields.count > 0) return OP_INVALID(op, err);
    return team_member_set(op, team.id, user.id, str_eq(lead, "true"), err);
}

static void set_member(struct request *request, struct response *response) {
    struct error err;
    if (put_member(request, &err)) members(request, response);
    else respond_error(request, response, &err);
}

static void remove_member(struct request *request, struct response *response) {
    struct team team;
    struct user user;
    struct error err;
    bool done = find_both(request, &team, &user, &err) && team_member_remove(request->op, team.id, user.id, &err);
    if (done) api_done(response);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/teams", list, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/teams", create, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/teams/:id", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PATCH, "/api/v1/teams/:id", update, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_DELETE, "/api/v1/teams/:id", remove_team, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/teams/:id/members", members, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PUT, "/api/v1/teams/:id/members/:user", set_member, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_JSON,
      RATE_API },
    { HTTP_DELETE, "/api/v1/teams/:id/members/:user", remove_member, PERM_SERVICE, CSRF_BEARER_OR_TOKEN, BODY_NONE,
      RATE_API },
};
const struct route_table PEOPLE_TEAMS_ROUTES = ROUTE_TABLE(ROUTES);
