/* API of users. A user is addressed by id or login. */
#include "api/resource.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "http/cursor.h"
#include "people/user.h"

static bool see_all_of(const struct op *op, const struct user *user) {
    return actor_may(op->actor, PERM_ADMIN) || op->actor->user_id == user->id;
}

static void answer_user(struct request *request, struct response *response, const struct user *user) {
    api_answer(request, response, 200, user_json(request->op->arena, user, see_all_of(request->op, user)),
               user->version);
}

static bool load(struct request *request, struct user *out, struct error *err) {
    const char *text = request_param(request, "id");
    int64_t id;
    if (id_parse(text, &id)) return user_load(request->op, id, out, err);
    return user_load_login(request->op, text, out, err);
}

static void list(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct user_query query = {
        .text = request_query(request, "q"),
        .role = role_parse(request_query(request, "role")),
        .with_disabled = str_eq(request_query(request, "disabled"), "true"),
    };
    struct user_list found;
    struct error err;
    if (!api_page(request, response, &query.limit, &query.after)) return;
    if (request_query(request, "role") != NULL && query.role == ROLE_NONE) {
        op_field_error(op, "role", "one_of", "admin, lead, responder, cs, viewer");
    }
    if (request_query(request, "team") != NULL && !id_parse(request_query(request, "team"), &query.team_id)) {
        op_field_error(op, "team", "unknown", NULL);
    }
    if (!user_list(op, &query, &found, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) {
        json_push(items, json_incref(user_json(op->arena, &found.items[i], see_all_of(op, &found.items[i]))));
    }
    api_list(request, response, items,
             found.more ? cursor_make_text(op->arena, found.items[found.count - 1].login) : NULL);
}

static struct user_input read_input(struct op *op, const json_t *body) {
    return (struct user_input){
        .login = api_text(op, body, "login"),
        .name = api_text(op, body, "name"),
        .email = api_text(op, body, "email"),
        .role = api_text(op, body, "role"),
        .lang = api_text(op, body, "lang"),
        .theme = api_text(op, body, "theme"),
        .zone = api_text(op, body, "zone"),
        .slack_id = api_text(op, body, "slack_id"),
        .phone = api_text(op, body, "phone"),
        .password = api_text(op, body, "password"),
    };
}

static void create(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct user user;
    struct error err;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct user_input input = read_input(op, body);
    if (!user_add(op, &input, &user, &err)) {
        respond_error(request, response, &err);
        return;
    }
    const char *location = arena_printf(op->arena, "/api/v1/users/%lld", (long long)user.id);
    api_created(request, response, user_json(op->arena, &user, true), user.version, location);
}

static void show(struct request *request, struct response *response) {
    struct user user;
    struct error err;
    if (load(request, &user, &err)) answer_user(request, response, &user);
    else respond_error(request, response, &err);
}

/* Fields and `disabled` may come together: each is a change of its own, the version is checked by the first. */
static bool apply(struct request *request, struct user *user, struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    int64_t version = api_if_match(request);
    if (!load(request, user, err) || !api_body(request, &body, err)) return false;
    struct user_input input = read_input(op, body);
    const char *disabled = api_flag(op, body, "disabled");
    if (input.login != NULL && !str_eq(input.login, user->login)) op_field_error(op, "login", "not_allowed", NULL);
    if (input.password != NULL) op_field_error(op, "password", "not_allowed", NULL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    bool only_disabled = disabled != NULL && json_object_size(body) == 1;
    if (!only_disabled) {
        if (!user_update(op, user->id, version, &input, err)) return false;
        version = 0;
    }
    if (disabled != NULL && !user_set_disabled(op, user->id, version, str_eq(disabled, "true"), err)) return false;
    return user_load(op, user->id, user, err);
}

static void update(struct request *request, struct response *response) {
    struct user user;
    struct error err;
    if (apply(request, &user, &err)) answer_user(request, response, &user);
    else respond_error(request, response, &err);
}

static void reset_password(struct request *request, struct response *response) {
    struct op *op = request->op;
    const json_t *body;
    struct user user;
    struct error err;
    bool done = load(request, &user, &err) && api_body(request, &body, &err) &&
                user_reset_password(op, user.id, api_text(op, body, "password"), &err);
    if (done) api_done(response);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/users", list, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/users", create, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_GET, "/api/v1/users/:id", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PATCH, "/api/v1/users/:id", update, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, "/api/v1/users/:id/password", reset_password, PERM_ADMIN, CSRF_BEARER_OR_TOKEN, BODY_JSON,
      RATE_LOGIN },
};
const struct route_table PEOPLE_USERS_ROUTES = ROUTE_TABLE(ROUTES);
