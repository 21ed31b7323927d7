/* API of API tokens and of the audit log. */
#include "api/resource.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "http/cursor.h"
#include "ledger/ledger_read.h"
#include "people/api_token.h"
#include "text/when.h"

static void list(struct request *request, struct response *response) {
    struct op *op = request->op;
    const char *login = request_query(request, "user");
    struct user user = { .id = op->actor->user_id };
    struct api_token_list found;
    struct error err;
    bool done = (login == NULL || user_load_login(op, login, &user, &err)) && api_token_list(op, user.id, &found, &err);
    if (!done) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < found.count; i++) json_push(items, json_incref(api_token_json(op->arena, &found.items[i])));
    api_list(request, response, items, NULL);
}

static bool make(struct request *request, char text[API_TOKEN_SIZE], struct api_token *token, struct error *err) {
    struct op *op = request->op;
    const json_t *body;
    if (!api_body(request, &body, err)) return false;
    struct api_token_input input = {
        .name = api_text(op, body, "name"),
        .scopes = api_texts(op, body, "scopes"),
        .expires_ms = api_instant(op, body, "expires_at"),
        .login = api_text(op, body, "user"),
    };
    return api_token_create(op, &input, text, token, err);
}

static void create(struct request *request, struct response *response) {
    char text[API_TOKEN_SIZE];
    struct api_token token;
    struct error err;
    if (!make(request, text, &token, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *json = api_token_json(request->op->arena, &token);
    json_put_text(json, "token", text);
    response->cache_control = "no-store";
    respond_json(response, 201, json);
}

static void revoke(struct request *request, struct response *response) {
    struct error err;
    int64_t id;
    bool done = api_path_id(request, "id", "token.not_found", &id, &err) && api_token_revoke(request->op, id, &err);
    if (done) api_done(response);
    else respond_error(request, response, &err);
}

/* --- audit log --- */

struct audit {
    struct audit_filter filter;
    struct audit_page page;
};

static bool audit_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct audit *audit = arg;
    return audit_list(tx, &audit->filter, &audit->page, err);
}

static json_t *entry_json(struct arena *arena, const struct audit_entry *entry) {
    json_t *json = json_object(), *detail;
    struct error err;
    json_put_id(json, "id", entry->id);
    json_put_text(json, "at", when_rfc3339(arena, entry->at));
    json_put_text(json, "actor", entry->actor_login);
    json_put_text(json, "actor_kind", entry->actor_kind);
    json_put_text(json, "remote", entry->remote);
    json_put_text(json, "request_id", entry->request_id);
    json_put_text(json, "action", entry->action);
    json_put_text(json, "subject", entry->subject);
    if (json_parse(arena, entry->detail, strlen(entry->detail), &detail, &err)) {
        json_put(json, "detail", json_incref(detail));
    }
    return json;
}

static void audit_log(struct request *request, struct response *response) {
    struct op *op = request->op;
    struct audit audit = { .filter = {
                               .subject = request_query(request, "subject"),
                               .actor = request_query(request, "actor"),
                               .action = request_query(request, "action"),
                           } };
    struct error err;
    int64_t key, before;
    if (!request_limit(request, response, 50, &audit.filter.limit)) return;
    if (!cursor_read(request_query(request, "cursor"), &key, &before)) {
        (void)ERROR(&err, ERR_UNREADABLE, "request.cursor", "not one of ours");
        respond_error(request, response, &err);
        return;
    }
    audit.filter.before_id = before == INT64_MAX ? 0 : before;
    if (!store_read(op, audit_in_tx, &audit, &err)) {
        respond_error(request, response, &err);
        return;
    }
    json_t *items = json_array();
    const struct audit_page *page = &audit.page;
    for (size_t i = 0; i < page->count; i++) json_push(items, entry_json(op->arena, &page->list[i]));
    const char *next = page->more ? cursor_make(op->arena, 0, page->list[page->count - 1].id) : NULL;
    api_list(request, response, items, next);
}

static const struct route ROUTES[] = {
    { HTTP_GET, "/api/v1/tokens", list, PERM_SELF, CSRF_SAFE, BODY_NONE, RATE_API },
    { HTTP_POST, "/api/v1/tokens", create, PERM_SELF, CSRF_BEARER_OR_TOKEN, BODY_JSON, RATE_API },
    { HTTP_DELETE, "/api/v1/tokens/:id", revoke, PERM_SELF, CSRF_BEARER_OR_TOKEN, BODY_NONE, RATE_API },
    { HTTP_GET, "/api/v1/audit", audit_log, PERM_ADMIN, CSRF_SAFE, BODY_NONE, RATE_API },
};
const struct route_table PEOPLE_TOKENS_ROUTES = ROUTE_TABLE(ROUTES);
