/* API of oneself: profile, password, sessions. */
#include "api/resource.h"
#include "base/arena.h"
#include "base/id.h"
#include "base/json.h"
#include "people/session.h"
#include "text/when.h"

/* What this caller may do, by name, so that clients can hide what would be refused. */
static json_t *permission_list(const struct actor *actor) {
    static const char *const NAMES[PERM_COUNT] = {
        [PERM_SELF] = "self",     [PERM_READ] = "read",         [PERM_RESPOND] = "respond",
        [PERM_INTAKE] = "intake", [PERM_NOTICE] = "notice",     [PERM_NOTICE_APPROVE] = "notice_approve",
        [PERM_REVIEW] = "review", [PERM_SCHEDULE] = "schedule", [PERM_SERVICE] = "service",
        [PERM_ADMIN] = "admin",
    };
    json_t *list = json_array();
    for (int i = 0; i < PERM_COUNT; i++) {
        if (NAMES[i] != NULL && actor_may(actor, (enum permission)i)) json_push(list, json_string(NAMES[i]));
    }
    return list;
}

static void answer_me(struct request *request, struct response *response, const struct user *user) {
    json_t *json = user_json(request->op->arena, user, true);
    json_put(json, "permissions", permission_list(request->op->actor));
    api_answer(request, response, 200, json, user->version);
}

static void show(struct request *request, struct response *response) {
    struct user user;
    struct error err;
    if (user_load(request->op, request->op->actor->user_id, &user, &err)) answer_me(request, response, &user);
    else respond_error(request, response, &err);
}

static void update(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct user user;
    struct error err;
    const json_t *body;
    if (!api_body(request, &body, &err)) {
        respond_error(request, response, &err);
        return;
    }
    struct user_input input = {
        .name = api_text(op, body, "name"),
        .email = api_text(op, body, "email"),
        .lang = api_text(op, body, "lang"),
        .theme = api_text(op, body, "theme"),
        .zone = api_text(op, body, "zone"),
        .slack_id = api_text(op, body, "slack_id"),
        .phone = api_text(op, body, "phone"),
    };
    if (profile_update(op, api_if_match(request), &input, &user, &err)) answer_me(request, response, &user);
    else respond_error(request, response, &err);
}

static void change_password(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct error err;
    const json_t *body;
    bool done = api_body(request, &body, &err) &&
                profile_change_password(op, api_text(op, body, "current"), api_text(op, body, "password"), &err);
    if (done) api_done(response);
    else respond_error(request, response, &err);
}

static json_t *session_json(struct op *op, const struct session *session) {
    json_t *json = json_object();
    json_put_id(json, "id", session->id);
    json_put_text(json, "user_agent", session->user_agent);
    json_put_text(json, "remote", session->remote);
    json_put_text(json, "created_at", when_rfc3339(op->arena, session->created_ms));
    json_put_text(json, "last_seen_at", when_rfc3339(op->arena, session->last_seen_ms));
    json_put_text(json, "expires_at", when_rfc3339(op->arena, session->expires_ms));
    json_put_bool(json, "current", op->actor->kind == ACTOR_USER && op->actor->session_or_token_id == session->id);
    return json;
}

static void sessions(struct request *request, struct response *response) {
    struct session_list list;
    struct error err;
    if (!session_list(request->op, &list, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < list.count; i++) json_push(items, session_json(request->op, &list.items[i]));
    api_list(request, response, items, NULL);
}

static void end_session(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    bool done = api_path_id(request, "id", "session.not_found", &id, &err) && session_revoke(request->op, id, &err);
    if (done) api_done(response);
    else respond_error(request, response, &err);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/me", show, PERM_READ, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_PATCH, "/api/v1/me", update, PERM_SELF, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_POST, "/api/v1/me/password", change_password, PERM_SELF, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_LOGIN },
    { HTTP_GET, "/api/v1/me/sessions", sessions, PERM_SELF, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_DELETE, "/api/v1/me/sessions/:id", end_session, PERM_SELF, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
};
const struct route_table PEOPLE_ME_ROUTES = ROUTE_TABLE(ROUTES);
