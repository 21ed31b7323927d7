/* API tokens: rules. See api_token.h. */
#include "people/api_token.h"

#include "people/people_internal.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/field.h"
#include "base/id.h"
#include "base/json.h"
#include "base/str.h"
#include "ledger/ledger.h"
#include "text/when.h"

#define PREFIX "bongsu_"
#define TOUCH_MS (INT64_C(5) * 60 * 1000)

enum {
    P_READ = 1 << PERM_PUBLIC | 1 << PERM_SIGNED | 1 << PERM_READ,
    P_RESPOND = P_READ | 1 << PERM_RESPOND | 1 << PERM_INTAKE,
    P_NOTICE = P_READ | 1 << PERM_NOTICE | 1 << PERM_NOTICE_APPROVE,
    P_REVIEW = P_READ | 1 << PERM_REVIEW,
    P_SCHEDULE = P_READ | 1 << PERM_SCHEDULE,
    P_SERVICE = P_READ | 1 << PERM_SERVICE,
    P_WRITE = P_RESPOND | P_NOTICE | P_REVIEW | P_SCHEDULE | P_SERVICE | 1 << PERM_SELF,
    P_ADMIN = P_WRITE | 1 << PERM_ADMIN,
};

static const struct {
    const char *name;
    uint64_t permissions;
} SCOPES[] = {
    { "read", P_READ },         { "respond", P_RESPOND }, { "notice", P_NOTICE }, { "review", P_REVIEW },
    { "schedule", P_SCHEDULE }, { "service", P_SERVICE }, { "write", P_WRITE },   { "admin", P_ADMIN },
};
enum { SCOPE_COUNT = sizeof SCOPES / sizeof *SCOPES };

uint64_t scope_permissions(const char *scope) {
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        if (str_eq(scope, SCOPES[i].name)) return SCOPES[i].permissions;
    }
    return 0;
}

const char *scope_at(size_t index) {
    return index < SCOPE_COUNT ? SCOPES[index].name : NULL;
}

static uint64_t permissions_of(struct arena *arena, const char *scopes) {
    char **names;
    uint64_t permissions = 0;
    for (size_t i = str_split(arena, scopes, " ", &names); i > 0; i--) permissions |= scope_permissions(names[i - 1]);
    return permissions;
}

/* The scopes once each, in the order of the table; unknown ones become a field error. */
static const char *scopes_text(struct op *op, const char *const *scopes) {
    bool asked[SCOPE_COUNT] = { false };
    struct buf known, text;
    buf_init(&known, op->arena, 200);
    buf_init(&text, op->arena, 200);
    for (size_t i = 0; i < SCOPE_COUNT; i++) buf_printf(&known, "%s%s", i > 0 ? ", " : "", SCOPES[i].name);
    if (scopes == NULL || scopes[0] == NULL) {
        op_field_error(op, "scopes", "required", NULL);
        return "";
    }
    for (; *scopes != NULL; scopes++) {
        size_t at = 0;
        while (at < SCOPE_COUNT && !str_eq(*scopes, SCOPES[at].name)) at++;
        if (at == SCOPE_COUNT) {
            op_field_error(op, "scopes", "one_of", known.data);
            return "";
        }
        asked[at] = true;
    }
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        if (asked[i]) buf_printf(&text, "%s%s", text.len > 0 ? " " : "", SCOPES[i].name);
    }
    return text.data;
}

/* --- making --- */

struct creation {
    struct api_token token;
    const char *hash;
    const char *login; /* NULL: the actor */
};

static bool create_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct creation *creation = arg;
    struct op *op = tx_op(tx);
    struct api_token *token = &creation->token;
    struct api_token_list existing;
    struct user user;
    bool found;
    if (creation->login != NULL ? !user_find_login(tx, creation->login, &user, &found, err)
                                : !user_find(tx, op->actor->user_id, &user, &found, err)) {
        return false;
    }
    if (!found) return ERROR(err, ERR_NOT_FOUND, "user.not_found", "%s", creation->login);
    if (user.disabled_ms != 0) return ERROR(err, ERR_CONFLICT, "user.disabled", "%s", user.login);
    token->user_id = user.id;
    token->login = user.login;
    uint64_t gained = permissions_of(op->arena, token->scopes) & role_permissions(user.role);
    if ((gained & ~op->actor->permissions) != 0) return ERROR(err, ERR_FORBIDDEN, "token.wider", "%s", token->scopes);
    if (!api_token_sql_of_user(tx, user.id, &existing, err)) return false;
    if (existing.count >= API_TOKENS_PER_USER) return ERROR(err, ERR_CONFLICT, "token.too_many", "%s", user.login);
    if (!api_token_sql_insert(tx, token, creation->hash, err)) return false;
    json_t *detail = json_obj(op->arena);
    json_put_id(detail, "id", token->id);
    json_put_text(detail, "name", token->name);
    json_put_text(detail, "scopes", token->scopes);
    return audit_add(tx, "token.created", user_subject(op->arena, user.login), detail, err);
}

bool api_token_create(struct op *op, const struct api_token_input *input, char token[API_TOKEN_SIZE],
                      struct api_token *out, struct error *err) {
    bool own = input->login == NULL;
    if (!permission_check(op, own ? PERM_SELF : PERM_ADMIN, err)) return false;
    struct creation creation = {
        .token = {
            .id = id_new(op->now_ms),
            .name = field_text(op, "name", input->name, API_TOKEN_NAME_MAX, FIELD_REQUIRED),
            .scopes = scopes_text(op, input->scopes),
            .created_ms = op->now_ms,
            .expires_ms = input->expires_ms,
        },
        .login = input->login,
    };
    if (input->expires_ms != 0 && input->expires_ms <= op->now_ms) op_field_error(op, "expires_at", "past", NULL);
    if (op->fields.count > 0) return OP_INVALID(op, err);
    char random[SECRET_TOKEN_SIZE], hash[SECRET_HASH_SIZE], fresh[API_TOKEN_SIZE];
    secret_token(random);
    snprintf(fresh, sizeof fresh, PREFIX "%s", random);
    secret_hash(fresh, strlen(fresh), hash);
    creation.hash = hash;
    if (!store_write(op, create_in_tx, &creation, err)) return false;
    memcpy(token, fresh, sizeof fresh);
    *out = creation.token;
    return true;
}

/* --- listing and revoking --- */

struct listing {
    int64_t user_id;
    struct api_token_list list;
};

static bool list_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct listing *listing = arg;
    return api_token_sql_of_user(tx, listing->user_id, &listing->list, err);
}

bool api_token_list(struct op *op, int64_t user_id, struct api_token_list *out, struct error *err) {
    struct listing listing = { .user_id = user_id };
    bool own = op->actor != NULL && op->actor->user_id == user_id;
    if (!permission_check(op, own ? PERM_SELF : PERM_ADMIN, err)) return false;
    if (!store_read(op, list_in_tx, &listing, err)) return false;
    *out = listing.list;
    return true;
}

static bool revoke_in_tx(struct tx *tx, void *arg, struct error *err) {
    const int64_t *id = arg;
    struct op *op = tx_op(tx);
    struct api_token token;
    bool found;
    if (!api_token_sql_find(tx, *id, &token, &found, err)) return false;
    /* Another's token looks like none at all to those who may not see it. */
    if (!found || (token.user_id != op->actor->user_id && !actor_may(op->actor, PERM_ADMIN))) {
        return ERROR(err, ERR_NOT_FOUND, "token.not_found", "%lld", (long long)*id);
    }
    if (!api_token_sql_delete(tx, *id, err)) return false;
    json_t *detail = json_obj(op->arena);
    json_put_id(detail, "id", token.id);
    json_put_text(detail, "name", token.name);
    return audit_add(tx, "token.revoked", user_subject(op->arena, token.login), detail, err);
}

bool api_token_revoke(struct op *op, int64_t id, struct error *err) {
    return permission_check(op, PERM_SELF, err) && store_write(op, revoke_in_tx, &id, err);
}

/* --- use --- */

struct resolving {
    const char *hash;
    struct api_token token;
    struct user user;
};

static bool resolve_in_tx(struct tx *tx, void *arg, struct error *err) {
    struct resolving *resolving = arg;
    bool found;
    if (!api_token_sql_find_hash(tx, resolving->hash, &resolving->token, &resolving->user, &found, err)) return false;
    return found || ERROR(err, ERR_UNAUTHENTICATED, "token.invalid", "unknown, expired or disabled");
}

static bool touch_in_tx(struct tx *tx, void *arg, struct error *err) {
    const struct api_token *token = arg;
    return api_token_sql_touch(tx, token->id, err);
}

bool api_token_resolve(struct op *op, const char *token, struct token_identity *out, struct error *err) {
    if (!str_starts(token, PREFIX) || strlen(token) != strlen(PREFIX) + SECRET_TOKEN_SIZE - 1) {
        return ERROR(err, ERR_UNAUTHENTICATED, "token.invalid", "not a token");
    }
    char hash[SECRET_HASH_SIZE];
    secret_hash(token, strlen(token), hash);
    struct resolving found = { .hash = hash };
    if (!store_read(op, resolve_in_tx, &found, err)) return false;
    struct error ignored;
    bool stale = found.token.last_used_ms + TOUCH_MS < op->now_ms;
    if (stale && !store_write(op, touch_in_tx, &found.token, &ignored)) ignored.kind = ERR_NONE;
    *out = (struct token_identity){
        .actor = {
            .kind = ACTOR_TOKEN,
            .user_id = found.user.id,
            .login = found.user.login,
            .name = found.user.name,
            .role = role_name(found.user.role),
            .permissions = permissions_of(op->arena, found.token.scopes) & role_permissions(found.user.role),
            .session_or_token_id = found.token.id,
        },
        .lang = found.user.lang,
        .zone = found.user.zone,
    };
    return true;
}

json_t *api_token_json(struct arena *arena, const struct api_token *token) {
    json_t *json = json_obj(arena), *scopes = json_array();
    char **names;
    size_t count = str_split(arena, token->scopes, " ", &names);
    for (size_t i = 0; i < count; i++) json_push(scopes, json_string(names[i]));
    json_put_id(json, "id", token->id);
    json_put_text(json, "user", token->login);
    json_put_text(json, "name", token->name);
    json_put(json, "scopes", scopes);
    json_put_text(json, "created_at", when_rfc3339(arena, token->created_ms));
    json_put_text(json, "last_used_at", token->last_used_ms == 0 ? NULL : when_rfc3339(arena, token->last_used_ms));
    json_put_text(json, "expires_at", token->expires_ms == 0 ? NULL : when_rfc3339(arena, token->expires_ms));
    return json;
}
